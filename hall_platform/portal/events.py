"""What the online hall tells those who listen."""

from __future__ import annotations

from hall_platform.events.kinds import EventKind

_INBOX = frozenset({"clerk", "supervisor", "reviewer"})

KINDS = {
    "inbox-received": EventKind("收到咨询、建议或投诉", _INBOX),
    "inbox-answered": EventKind("来件已答复", _INBOX),
    "inbox-overdue": EventKind("来件逾期未答复", _INBOX),
    "message-received": EventKind("收到消息", frozenset({"citizen"}), within="subject"),
}
