"""What the handling of cases refuses."""

from __future__ import annotations

from hall_platform.problems import Kind

KINDS = {
    "claimed-elsewhere": Kind(409, "该申请已由其他窗口调取"),
    "not-claimable": Kind(409, "该申请当前状态不能调取"),
    "not-claimed": Kind(409, "该申请未由本窗口调取"),
    "numbers-exhausted": Kind(409, "该窗口当日的办件编号已用完"),
    "number-unknown": Kind(422, "该办件编号未分配给本窗口"),
    "number-used": Kind(409, "该办件编号已被使用"),
    "case-exists": Kind(409, "该办件已由另一操作受理"),
    "material-missing": Kind(422, "必要材料尚未满足"),
    "preapplication-unknown": Kind(422, "没有与本办件相符的网上申请"),
}
