"""What a hall tells those who listen; of a person nothing but the masked name.

`ticket-taken` is told as a ticket joins the queue: a later service of a visit when the one before
it has ended. `ticket-called` is told once for a ticket and service, at its first call; every other
call, also after it was passed over or parked, is `ticket-recalled`. So each `ticket-called` is one
wait and each `ticket-finished` one service.
"""

from __future__ import annotations

from hall_platform.events.kinds import EventKind

_QUEUE = frozenset({"clerk", "device", "kiosk", "display", "supervisor"})
_HEAD = frozenset({"supervisor"})

KINDS = {
    "ticket-taken": EventKind("取号", _QUEUE),
    "ticket-called": EventKind("叫号", _QUEUE),
    "ticket-recalled": EventKind("重呼", _QUEUE),
    "ticket-passed": EventKind("过号", _QUEUE),
    "ticket-parked": EventKind("挂起", _QUEUE),
    "ticket-returned": EventKind("回到队列或窗口", _QUEUE),
    "ticket-transferred": EventKind("转号", _QUEUE),
    "ticket-finished": EventKind("办结该号", _QUEUE),
    "ticket-void": EventKind("号作废", _QUEUE),
    "window-changed": EventKind("窗口状态或业务变化", _QUEUE),
    "hall-arranged": EventKind("大厅业务、规则或开放时间变化", _QUEUE),
    "rating-given": EventKind("已评价", _HEAD),
    "rating-not-given": EventKind("不评价或超时", _HEAD),
    "rating-reviewed": EventKind("评价经复核", _HEAD),
}
