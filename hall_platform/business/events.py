"""What the handling of cases tells those who listen."""

from __future__ import annotations

from hall_platform.events.kinds import EventKind

_HALL = frozenset({"clerk", "device", "supervisor"})

KINDS = {
    "case-accepted": EventKind("办件已受理", _HALL | {"reviewer"}, within="county"),
    "preapplication-changed": EventKind("网上申请状态变化", _HALL, within="county"),
}
