"""The shape of an event."""

from __future__ import annotations

from typing import Any

from hall_platform.shapes import Shape


class Event(Shape):
    """Something that happened; numbers follow each other in the order in which it became true."""

    id: int
    at: str
    kind: str
    county: str
    hall: str
    subject: str
    body: dict[str, Any]
