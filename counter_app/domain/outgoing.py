"""An act on its way to the platform: its key, its attempts, its outcome; pure.

An act's idempotency key is fixed before the first attempt and never changes. An act is `sent` when
the platform answered, and `confirmed` only when the receipt was read back and carries the
fingerprint of what was sent; nothing is deleted before that. A clear no becomes `refused` and waits
for a person; it never vanishes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(minutes=5)


class OutgoingState(Enum):
    """Where an act stands on its way."""

    PENDING = "pending"
    SENT = "sent"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, repr=False)
class OutgoingAct:
    """One act to deliver: `body` is canonical JSON as bytes, `sha256` its fingerprint in hex."""

    key: str
    case: str
    act: str
    path: str
    body: bytes
    sha256: str
    created_at: datetime
    state: OutgoingState = OutgoingState.PENDING
    attempts: int = 0
    next_attempt_at: datetime | None = None
    last_code: str = ""

    def __repr__(self) -> str:
        return f"OutgoingAct({self.act}, {self.key}, {self.state.value}, {self.attempts} attempts)"

    def due(self, now: datetime) -> bool:
        """True when it should be worked on now."""
        if self.state in (OutgoingState.CONFIRMED, OutgoingState.REFUSED):
            return False
        return self.next_attempt_at is None or self.next_attempt_at <= now

    def failed(
        self, code: str, now: datetime, *, chance: float, retry_after: timedelta | None = None
    ) -> OutgoingAct:
        """After an attempt without a clear answer: full jitter (`chance` in [0, 1)), or as told."""
        ceiling = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(self.attempts, 12))
        delay = retry_after if retry_after is not None else ceiling * max(chance, 0.05)
        return replace(
            self, attempts=self.attempts + 1, next_attempt_at=now + delay, last_code=code
        )

    def sent(self) -> OutgoingAct:
        """The platform said yes; the receipt has still to be read back."""
        return replace(
            self,
            state=OutgoingState.SENT,
            attempts=self.attempts + 1,
            next_attempt_at=None,
            last_code="",
        )

    def confirmed(self) -> OutgoingAct:
        """The receipt was read back and fits."""
        return replace(self, state=OutgoingState.CONFIRMED, next_attempt_at=None, last_code="")

    def refused(self, code: str) -> OutgoingAct:
        """A clear no: a person has to look at it."""
        return replace(
            self,
            state=OutgoingState.REFUSED,
            attempts=self.attempts + 1,
            next_attempt_at=None,
            last_code=code,
        )


@dataclass(frozen=True, slots=True)
class OutboxFigures:
    """待传: how many acts wait, and how many need a person."""

    waiting: int
    refused: int
