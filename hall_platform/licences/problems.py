"""What the e-licences refuse."""

from __future__ import annotations

from hall_platform.problems import Kind

KINDS = {
    "licence-type-unknown": Kind(422, "没有这种证照类型"),
    "licence-unknown": Kind(404, "没有这份电子证照，请核对证照标识"),
    "licence-not-in-force": Kind(409, "该证照已注销、暂停或已被新版本替代，不能再变更"),
    "licence-versions-exhausted": Kind(409, "该证照的版本号已用完，请重新签发"),
}
