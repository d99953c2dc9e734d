"""What sign-in, accounts, devices and the online hall's accounts refuse."""

from __future__ import annotations

from hall_platform.problems import Kind

KINDS = {
    # signing in
    "sign-in-refused": Kind(401, "用户名或密码不正确"),
    "device-refused": Kind(401, "设备编号或密钥不正确"),
    "account-locked": Kind(403, "登录失败次数过多，账号已临时锁定"),
    "window-unknown": Kind(422, "没有这个窗口"),
    "window-off": Kind(409, "该窗口已停用，请到其他窗口登录，或请系统管理员启用"),
    "second-factor-required": Kind(403, "还需要验证第二要素（安全密钥或动态口令）"),
    "factor-enrolment-required": Kind(403, "本厅要求第二要素，请先登记"),
    "password-change-required": Kind(403, "请先设置新密码"),
    "sign-in-over": Kind(401, "登录步骤已失效，请从用户名和密码重新开始"),
    "factor-refused": Kind(403, "第二要素验证未通过，请重试"),
    "factor-key-missing": Kind(
        409, "平台缺少动态口令的保管密钥，暂不能验证或登记动态口令，请联系系统管理员"
    ),
    "factor-key-wrong": Kind(
        409, "平台的保管密钥与已登记的动态口令不符，暂不能验证或登记动态口令，请联系系统管理员"
    ),
    # one's own account
    "password-wrong": Kind(403, "当前密码不正确"),
    "password-too-weak": Kind(422, "新密码不符合要求，请换一个更长、更难猜的"),
    "password-unchanged": Kind(422, "新密码不能与当前密码相同"),
    "factor-needed": Kind(409, "本厅要求第二要素，请先登记另一个再注销这个"),
    # administration
    "username-taken": Kind(409, "用户名已被使用"),
    "code-taken": Kind(409, "编号已被使用"),
    "roles-conflict": Kind(422, "这些角色不能由同一人担任"),
    "own-account": Kind(409, "不能对自己的账号进行此操作，请由另一名管理员办理"),
    "four-eyes": Kind(409, "提交人和当事人不能复核，请由另一名管理员复核"),
    "already-decided": Kind(409, "该事项已经复核"),
    # signatures
    "signature-required": Kind(401, "该设备的请求须用设备密钥签名"),
    "signature-invalid": Kind(401, "请求签名不正确"),
    "signature-replayed": Kind(401, "该签名已经用过，请重新签名"),
    "clock-off": Kind(401, "签名时间与平台时间相差超过五分钟，请校准设备时钟"),
    "act-signature-invalid": Kind(422, "操作所附的设备签名不正确"),
    "device-key-invalid": Kind(422, "公钥或其持有证明不正确"),
    # accounts of the online hall
    "code-refused": Kind(403, "验证码不正确或已失效，请重新获取"),
    "registration-refused": Kind(
        422, "不能用这些信息注册；如已注册请直接登录或找回密码，否则请到窗口核对"
    ),
    "population-unavailable": Kind(
        503, "暂时无法核对人口信息，请稍后再提交；验证码在有效期内仍可使用"
    ),
    "code-too-often": Kind(429, "获取验证码过于频繁，请稍后再试"),
    "text-messages-off": Kind(409, "平台未接通短信服务，暂不能注册"),
    "level-too-low": Kind(409, "须先在窗口实名核验"),
    "not-representative": Kind(422, "登记信息中的法定代表人不是此人"),
    "already-bound": Kind(409, "此人已绑定该单位"),
}
