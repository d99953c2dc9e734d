"""What the province's side tells those who listen."""

from __future__ import annotations

from hall_platform.events.kinds import EventKind

KINDS = {
    "province-letter-refused": EventKind(
        "省平台退回报送数据", frozenset({"system_admin"}), within="county"
    ),
}
