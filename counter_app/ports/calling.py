"""What a window asks of the hall's queue (叫号)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from counter_app.domain.identity import Identity
from counter_app.domain.session import Session
from counter_app.domain.ticket import HallVisit, ServiceQueue, Ticket


class WindowState(Enum):
    """Whether a window calls."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Workbench:
    """A window as the hall has it: what it has in hand, who waits, whom it put aside.

    `passed` are those who did not come and may be called again.
    """

    state: WindowState
    reason: str
    operator: str
    in_hand: Ticket | None
    waiting: int
    services: tuple[ServiceQueue, ...]
    parked: tuple[Ticket, ...]
    passed: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class HallService:
    """A service of the hall, to which a number can be sent."""

    code: str
    name: str
    prefix: str


class Queue(Protocol):
    """The hall's queue as one window uses it.

    What is done carries a key: done twice under the same key it happens once. Raises
    QueueRefused for a clear no, PlatformError, and PlatformRefused when nobody is signed in.
    """

    def workbench(self) -> Workbench:
        """How the window stands now."""
        ...

    def services(self) -> tuple[HallService, ...]:
        """The services of the hall."""
        ...

    def set_window(self, session: Session, state: WindowState, reason: str, key: str) -> None:
        """Open, pause (with a reason) or close the window."""
        ...

    def call_next(self, session: Session, key: str) -> Ticket:
        """Call whose turn it is. QueueRefused("queue.nobody_waiting")."""
        ...

    def call(self, ticket: str, session: Session, key: str) -> Ticket:
        """Call one that was passed over, out of turn."""
        ...

    def recall(self, ticket: str, session: Session, key: str) -> Ticket:
        """Call again. QueueRefused("queue.recall_limit")."""
        ...

    def pass_over(self, ticket: str, session: Session, key: str) -> None:
        """Nobody came (过号)."""
        ...

    def park(self, ticket: str, session: Session, key: str) -> Ticket:
        """Put aside (挂起): the person has something to do first."""
        ...

    def take_back(self, ticket: str, session: Session, key: str) -> Ticket:
        """Go on with one that was put aside."""
        ...

    def transfer(self, ticket: str, service: str, session: Session, key: str) -> Ticket:
        """Send to another service (转号)."""
        ...

    def start(self, ticket: str, identity: Identity | None, session: Session, key: str) -> Ticket:
        """The person is there. QueueRefused("queue.other_person") where the card is another's."""
        ...

    def visit(self, visit: str) -> HallVisit:
        """The visit whose code stands on a ticket.

        PlatformRefused("platform.not_found"), "platform.elsewhere" with `place`.
        """
        ...

    def check_in(self, code: str, key: str) -> HallVisit:
        """The person of an appointment is there (预约签到). Raises TicketRefused."""
        ...

    def keep(self, visit: str, key: str) -> None:
        """The number is kept by heart: it gets no paper here."""
        ...

    def finish(self, ticket: str, cases: tuple[str, ...], session: Session, key: str) -> None:
        """The service is over; `cases` are those it was for."""
        ...
