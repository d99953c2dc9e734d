"""An act on its way to the platform: its key, its attempts, its outcome; pure.

An act's idempotency key is fixed before the first attempt and never changes. An act is `sent` when
the platform answered, and `confirmed` only when the receipt was read back and carries the
fingerprint of what was sent; nothing is deleted before that. A clear no becomes `refused` and waits
for a person; it never vanishes. `settled` is what a person has dealt with in another way.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(minutes=5)
LONGEST_WAIT = timedelta(minutes=10)  # also where the platform asks for more


def canonical(body: Mapping[str, object]) -> bytes:
    """The body as it is sent and as both sides hash it: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode("utf-8")


def fingerprint(body: bytes) -> str:
    """SHA-256 of a canonical body, in hex."""
    return hashlib.sha256(body).hexdigest()


class OutgoingState(Enum):
    """Where an act stands on its way."""

    PENDING = "pending"
    SENT = "sent"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    SETTLED = "settled"


FINISHED_STATES = frozenset({OutgoingState.CONFIRMED, OutgoingState.REFUSED, OutgoingState.SETTLED})


@dataclass(frozen=True, slots=True, repr=False)
class OutgoingAct:
    """One act to deliver: `body` is canonical JSON as bytes, `sha256` its fingerprint in hex.

    `signature` is the device's, made at the act (Act-Signature), or "" where it has no key.
    `last_code` is the stable code of what went wrong last, `problem` the platform's own code of a
    clear no.
    """

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
    problem: str = ""
    signature: str = ""

    def __repr__(self) -> str:
        return f"OutgoingAct({self.act}, {self.key}, {self.state.value}, {self.attempts} attempts)"

    def due(self, now: datetime) -> bool:
        """True when it should be worked on now.

        A next attempt further away than any wait was planned by a clock that has been set back
        since, and is due.
        """
        if self.state in FINISHED_STATES:
            return False
        if self.next_attempt_at is None:
            return True
        return not now < self.next_attempt_at <= now + LONGEST_WAIT

    def failed(
        self, code: str, now: datetime, *, chance: float, retry_after: timedelta | None = None
    ) -> OutgoingAct:
        """After an attempt without a clear answer: full jitter (`chance` in [0, 1)), or as told.

        What is told counts up to `LONGEST_WAIT`.
        """
        ceiling = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(self.attempts, 12))
        delay = ceiling * max(chance, 0.05)
        if retry_after is not None:
            delay = min(retry_after, LONGEST_WAIT)
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

    def not_there(self, now: datetime, *, chance: float) -> OutgoingAct:
        """The platform said yes once and does not know the act any more: it is sent again."""
        return replace(
            self.failed("platform.receipt_missing", now, chance=chance),
            state=OutgoingState.PENDING,
        )

    def confirmed(self) -> OutgoingAct:
        """The receipt was read back and fits."""
        return replace(self, state=OutgoingState.CONFIRMED, next_attempt_at=None, last_code="")

    def refused(self, code: str, problem: str = "") -> OutgoingAct:
        """A clear no: a person has to look at it."""
        return replace(
            self,
            state=OutgoingState.REFUSED,
            attempts=self.attempts + 1,
            next_attempt_at=None,
            last_code=code,
            problem=problem,
        )


@dataclass(frozen=True, slots=True)
class OutboxFigures:
    """待传: how many acts wait, and how many need a person."""

    waiting: int
    refused: int
