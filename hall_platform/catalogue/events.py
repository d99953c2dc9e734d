"""What the catalogue tells those who listen."""

from __future__ import annotations

from hall_platform.events.kinds import EventKind

_ALL = frozenset({"clerk", "device", "kiosk", "supervisor", "reviewer"})

KINDS = {
    "item-changed": EventKind("事项有新版本或者已下线", _ALL, within="county"),
}
