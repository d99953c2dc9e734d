"""What a kiosk asks of the hall (取号、签到、查进度)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from counter_app.domain.identity import Identity
from counter_app.domain.ticket import HallVisit, OwedAct, Priority, TicketPaper
from counter_app.ports.devices import JobOutcome, PrinterState


@dataclass(frozen=True, slots=True)
class OfferedService:
    """A service a number can be taken for, and how its queue stands."""

    code: str
    name: str
    prefix: str
    waiting: int
    expected_wait_s: int


@dataclass(frozen=True, slots=True)
class HallNow:
    """The hall as a kiosk shows it: its name, today's opening, its services in their order."""

    name: str
    open_now: bool
    hours: tuple[tuple[str, str], ...]
    waiting: int
    services: tuple[OfferedService, ...]


@dataclass(frozen=True, slots=True, repr=False)
class BookedVisit:
    """An appointment of today; `open` while it can be checked in or will be."""

    code: str
    service_name: str
    start: str
    open: bool


@dataclass(frozen=True, slots=True, repr=False)
class OwnCase:
    """One of a person's cases; `waits_for_person`: to be corrected, or done and to be fetched."""

    number: str
    item_name: str
    state: str
    waits_for_person: bool
    over: bool
    due_on: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class OwnMatters:
    """What a person has in this hall: cases, numbers of today, appointments of today.

    `of_paper` where only the case of a paper was asked for, which may be over.
    """

    cases: tuple[OwnCase, ...] = ()
    tickets: tuple[tuple[str, str, str], ...] = ()  # number, service, state
    appointments: tuple[BookedVisit, ...] = ()
    of_paper: bool = False

    @property
    def open_cases(self) -> tuple[OwnCase, ...]:
        """Those that are not over."""
        return tuple(one for one in self.cases if not one.over)


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What stands on a ticket; `name` is masked."""

    hall: str
    numbers: tuple[tuple[str, str], ...]  # number, service
    ahead: int
    expected_wait_s: int
    taken_at: datetime
    visit: str
    name: str = field(default="", repr=False)


class Ticketing(Protocol):
    """The hall as a kiosk uses it, signed in as a device.

    What is done carries a key: done twice under the same key it happens once. Raises TicketRefused
    for a clear no, PlatformError, PlatformRefused.
    """

    def hall(self) -> HallNow:
        """How the hall stands now."""
        ...

    def take(
        self, service: str, identity: Identity | None, priority: Priority, key: str
    ) -> HallVisit:
        """Take a number (取号)."""
        ...

    def check_in(self, code: str, key: str) -> HallVisit:
        """The person of an appointment is there (预约签到)."""
        ...

    def report(self, visit: str, paper: TicketPaper, detail: str, key: str) -> None:
        """What became of the paper."""
        ...

    def void(self, ticket: str, reason: str, key: str) -> None:
        """The number is given up, with all that would come after it."""
        ...

    def progress(self, number: str, query_code: str) -> OwnCase:
        """How far the case of a paper is. TicketRefused("ticket.no_case")."""
        ...

    def withdraw(self, taking: str, key: str) -> None:
        """Void what was taken under the key `taking`; where nothing was, nothing will be."""
        ...

    def matters_of(self, identity: Identity) -> OwnMatters:
        """What the person of a card has here; each look is on record at the platform."""
        ...


class OwedActs(Protocol):
    """What a kiosk has still to tell, kept where a restart does not lose it."""

    def load(self) -> tuple[OwedAct, ...]:
        """What is kept, oldest first."""
        ...

    def keep(self, owed: tuple[OwedAct, ...]) -> None:
        """Keep this, and nothing else. Raises StoreError("store.unwritable")."""
        ...


class TicketPrinter(Protocol):
    """A printer of tickets. One thread at a time."""

    def put_out(self, ticket: bytes) -> JobOutcome:
        """Print a whole ticket and wait for it.

        COMPLETED when the printer said that it printed everything; FAILED with its reason; UNKNOWN
        when it was lost after something was sent. Raises PrinterError when nothing was sent.
        """
        ...

    def state(self) -> PrinterState:
        """How the printer stands now; raises nothing expected."""
        ...
