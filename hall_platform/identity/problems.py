"""What sign-in refuses."""

from __future__ import annotations

from hall_platform.problems import Kind

KINDS = {
    "sign-in-refused": Kind(401, "用户名或密码不正确"),
    "device-refused": Kind(401, "设备编号或密钥不正确"),
    "account-locked": Kind(403, "登录失败次数过多，账号已临时锁定"),
    "window-unknown": Kind(422, "没有这个窗口"),
}
