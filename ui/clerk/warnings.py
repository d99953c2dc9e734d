"""What must be looked at on the card of whoever stands at the window, as messages."""

from __future__ import annotations

from datetime import date

from counter_app.domain import identity as identities
from counter_app.domain.visit import Visit
from ui.messages import Message, message


def warnings_of(visit: Visit, today: date) -> list[Message]:
    """The warnings about the person of that visit; none while nobody is here."""
    if visit.identity is None:
        return []
    found = [
        message(code, characters=_private_use(visit.identity.name))
        for code in identities.warnings(visit.identity, today)
    ]
    if visit.knowledge.name_differs:
        found.append(message("name.differs"))
    return found


def _private_use(text: str) -> str:
    """The private-use characters of a name as code points, so that they can be named."""
    found = (f"U+{ord(c):04X}" for c in text if 0xE000 <= ord(c) <= 0xF8FF or ord(c) >= 0xF0000)
    return " ".join(found)
