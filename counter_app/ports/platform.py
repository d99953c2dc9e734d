"""What the counter asks of the platform about people, items, numbers and cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from counter_app.domain.case import CaseProgress, CaseSummary, Receipt
from counter_app.domain.deadlines import WorkingDays
from counter_app.domain.item import Item, ItemSummary
from counter_app.domain.licence import Licence, Presented
from counter_app.domain.outgoing import OutgoingAct
from counter_app.domain.preapplication import Preapplication
from counter_app.domain.session import Session
from counter_app.domain.signing_in import NextStep
from counter_app.ports.sign_in import SignInSteps


@dataclass(frozen=True, slots=True)
class NumberBlock:
    """Official case numbers leased to a window ahead of need (号段)."""

    id: str
    window: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonRecords:
    """What the platform has of a person before an item is chosen."""

    preapplications: tuple[Preapplication, ...]
    licences: tuple[Licence, ...]
    cases: tuple[CaseSummary, ...]


class Platform(SignInSteps[Session], Protocol):
    """The city's platform over its contract.

    Everything raises PlatformUnreachable, PlatformError or PlatformRefused. Calls on behalf of a
    clerk need `sign_in` first; calls of the device (`lease_numbers`, `send`, `receipts`, `items`)
    sign in as the device by themselves.
    """

    def health(self) -> datetime:
        """The platform's time; the cheapest question there is."""
        ...

    def sign_in(self, username: str, password: str, window: str) -> Session | NextStep:
        """Sign a clerk in, or begin to; a session open here ends once another is opened.

        Raises SignInError: refused, locked.
        """
        ...

    def sign_out(self, session: str) -> None:
        """End that session; forgotten locally even when the platform does not answer."""
        ...

    def items(self, query: str = "") -> tuple[ItemSummary, ...]:
        """Items by name, pinyin initials or code."""
        ...

    def item(self, code: str) -> Item:
        """One item in its current version."""
        ...

    def calendar(self) -> WorkingDays:
        """The platform's table of working days."""
        ...

    def licences(
        self, *, kind: str, number: str, item: str | None, purpose: str, case: str | None = None
    ) -> tuple[Licence, ...]:
        """The holder's licences for an item and a purpose; without an item the bare directory."""
        ...

    def records(self, *, kind: str, number: str, purpose: str) -> PersonRecords:
        """The person's pre-applications, bare licences and cases, in one question."""
        ...

    def preapplication_by_code(self, code: str, *, purpose: str) -> Preapplication:
        """The pre-application of a code.

        PlatformRefused("platform.not_found") if there is none, "platform.elsewhere" with `place`
        where it is another county's.
        """
        ...

    def progress(self, number: str, query_code: str) -> CaseProgress:
        """How far a case is. PlatformRefused("platform.not_found") where the two do not fit."""
        ...

    def redeem(
        self, code: str, *, item: str | None, case: str | None, session: Session, key: str
    ) -> Presented:
        """Use a presentation code; it is good for one window and once.

        PlatformRefused with `problem` "presentation-refused" for one that is not open.
        """
        ...

    def claim(self, preapplication: Preapplication, session: Session, key: str) -> Preapplication:
        """Take it to this window. PlatformRefused claimed_elsewhere, changed_meanwhile."""
        ...

    def release(self, preapplication: Preapplication, session: Session, key: str) -> Preapplication:
        """Give it back."""
        ...

    def lease_numbers(self, window: str, count: int, key: str) -> NumberBlock:
        """Lease official numbers for a window; the same key gives the same block."""
        ...

    def send(self, act: OutgoingAct) -> Receipt:
        """Deliver an act. PlatformRefused is a clear no; anything else may be tried again."""
        ...

    def receipts(self, keys: Iterable[str]) -> dict[str, Receipt]:
        """Read back the receipts of those keys; keys unknown to the platform are left out."""
        ...


RECEIPT_WAIT = timedelta(seconds=2)
"""Online, printing waits this long for the platform's receipt; then the paper is printed anyway."""
