"""What the exchange tells those who listen; never whose data it is about."""

from __future__ import annotations

from hall_platform.events.kinds import EventKind

KINDS = {
    "data-use-unusual": EventKind(
        "数据使用异常", frozenset({"security_admin", "auditor", "supervisor"})
    ),
    "resource-stopped": EventKind(
        "共享资源紧急停用",
        frozenset({"clerk", "device", "reviewer", "supervisor", "system_admin", "security_admin"}),
        within="county",
    ),
    "resource-reopened": EventKind(
        "共享资源恢复使用",
        frozenset({"clerk", "device", "reviewer", "supervisor", "system_admin", "security_admin"}),
        within="county",
    ),
    "correction-changed": EventKind(
        "数据校核进展",
        frozenset({"clerk", "reviewer", "supervisor", "system_admin"}),
        within="county",
    ),
    "own-correction-changed": EventKind(
        "本人校核申请进展", frozenset({"citizen"}), within="subject"
    ),
    "correction-overdue": EventKind(
        "数据校核逾期", frozenset({"reviewer", "supervisor", "system_admin"}), within="county"
    ),
}
