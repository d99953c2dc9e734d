"""What the e-licences refuse."""

from __future__ import annotations

from hall_platform.problems import Kind

KINDS = {
    "licence-type-unknown": Kind(422, "没有这种证照类型"),
    "licence-unknown": Kind(404, "没有这份电子证照，请核对证照标识"),
    "licence-not-in-force": Kind(409, "该证照已注销、暂停或已被新版本替代，不能再变更"),
    "licence-versions-exhausted": Kind(409, "该证照的版本号已用完，请重新签发"),
    "licence-validity-wrong": Kind(422, "有效期截止日早于起始日"),
    "licence-file-wrong": Kind(422, "所附的 OFD 文件不能保存"),
    "not-the-issuer": Kind(403, "只能办理本部门颁发的证照"),
    "licence-not-needed": Kind(403, "该事项的材料不需要这份证照，不能调取"),
    "no-licence-file": Kind(404, "该证照没有保存颁发时的文件，可以调取 PDF 副本"),
    "citizen-not-verified": Kind(403, "须先在窗口完成实名核验，才能出示证照"),
    "licence-not-own": Kind(403, "所选证照中有不属于本人或者所代表单位的"),
    "presentation-refused": Kind(409, "用证码无效、已过期或者已经用过，请申请人重新生成"),
    "presentation-over": Kind(409, "用证码已经用过、作废或者过期"),
}
