"""What the e-licences tell those who listen."""

from __future__ import annotations

from hall_platform.events.kinds import EventKind

KINDS = {
    "licence-changed": EventKind(
        "电子证照已签发、变更或注销", frozenset({"clerk", "reviewer"}), within="county"
    ),
}
