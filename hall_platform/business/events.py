"""What the handling of cases tells those who listen."""

from __future__ import annotations

from hall_platform.events.kinds import EventKind

_HALL = frozenset({"clerk", "device", "supervisor"})
_CASE = _HALL | {"reviewer"}


def _of_case(title: str) -> EventKind:
    return EventKind(title, _CASE, within="county")


# Bodies: {case, number, item, window, state, was, for_county, due_on}. The county is the one that
# received the case; that whose case it is hears of it as case-elsewhere-changed, with `kind`.
KINDS = {
    "case-received": _of_case("办件已收件"),
    "case-accepted": _of_case("办件已受理"),
    "case-corrections-notified": _of_case("办件已告知补正"),
    "case-corrected": _of_case("办件已补正"),
    "case-acceptance-refused": _of_case("办件不予受理"),
    "case-withdrawn": _of_case("办件已撤回"),
    "case-suspended": _of_case("办件进入特别程序"),
    "case-resumed": _of_case("办件结束特别程序"),
    "case-extended": _of_case("办件延长办理期限"),
    "case-fee-noticed": _of_case("办件已通知缴费"),
    "case-fee-waived": _of_case("办件已免缴费用"),
    "case-fee-paid": _of_case("办件已缴费"),
    "case-handed-over": _of_case("办件已移交"),
    "case-reviewed": _of_case("办件已审核"),
    "case-decided": _of_case("办件已决定"),
    "case-result-issued": _of_case("办件结果证照已制发"),
    "case-closed": _of_case("办件已办结"),
    "case-delivered": _of_case("办件结果已送达"),
    "case-terminated": _of_case("办件已终止"),
    "case-elsewhere-changed": _of_case("异地代收办件状态变化"),
    "preapplication-changed": EventKind("网上申请状态变化", _HALL, within="county"),
}
