"""Giving numbers at a kiosk: a number is taken once, and its paper is reported as it came out."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from counter_app.domain.identity import Identity
from counter_app.domain.ticket import HallVisit, OwedAct, Priority, TicketPaper
from counter_app.errors import (
    PlatformError,
    PlatformRefused,
    PlatformUnreachable,
    PrinterError,
    TicketRefused,
)
from counter_app.ports import Clock, JobState
from counter_app.ports.ticketing import (
    HallNow,
    OwedActs,
    OwnMatters,
    TicketFacts,
    Ticketing,
    TicketPrinter,
)

T = TypeVar("T")

_OWED = 200
GIVEN_UP = "本人在自助机取消"


class TicketOut(Enum):
    """What became of a ticket's paper, as far as the printer tells."""

    HANDED_OUT = "handed_out"
    NO_PAPER = "no_paper"
    COVER_OPEN = "cover_open"
    NOT_PRINTED = "not_printed"
    UNKNOWN = "unknown"


_REASONS = {"media-empty": TicketOut.NO_PAPER, "cover-open": TicketOut.COVER_OPEN}


def fresh_key() -> str:
    """A key for something that is to happen once."""
    return uuid.uuid4().hex


class TicketDesk:
    """What a kiosk does for the person before it.

    `make` sets a ticket in bytes. What became of a paper is told to the platform at once, and again
    later where it could not be told, after a restart too; nothing of a person is kept for that.
    """

    def __init__(
        self,
        hall: Ticketing,
        printer: TicketPrinter,
        make: Callable[[TicketFacts], bytes],
        clock: Clock,
        owed: OwedActs,
    ) -> None:
        self._hall = hall
        self._printer = printer
        self._make = make
        self._clock = clock
        self._kept = owed
        self._owed = list(owed.load())
        self._guard = threading.Lock()

    def look(self) -> HallNow:
        """How the hall stands; what is owed is told first."""
        hall = self._hall.hall()
        self._tell_owed()
        return hall

    def take(
        self, service: str, identity: Identity | None, priority: Priority, key: str
    ) -> HallVisit:
        """Take a number; an answer that is lost is asked for once more under the same key."""
        return self._twice(lambda: self._hall.take(service, identity, priority, key))

    def check_in(self, code: str, key: str) -> HallVisit:
        """Check an appointment in."""
        return self._twice(lambda: self._hall.check_in(code, key))

    def abandon(self, key: str) -> None:
        """Nobody waits any more for what was taken under `key`: it is withdrawn. Raises StoreError.

        Told with the next look, when the taking itself is no longer on its way.
        """
        with self._guard:
            self._owe(OwedAct(key))

    def matters_of(self, identity: Identity) -> OwnMatters:
        """What the person of the card has here."""
        return self._hall.matters_of(identity)

    def progress_of(self, number: str, query_code: str) -> OwnMatters:
        """The case of a paper, for who holds it."""
        return OwnMatters(cases=(self._hall.progress(number, query_code),), of_paper=True)

    def hand_out(self, hall_name: str, visit: HallVisit) -> TicketOut:
        """Print the ticket and report what became of it. Raises PaperError."""
        first = visit.tickets[0]
        ticket = self._make(
            TicketFacts(
                hall=hall_name,
                name=first.name,
                numbers=tuple((one.number, one.service_name) for one in visit.tickets),
                ahead=visit.ahead,
                expected_wait_s=visit.expected_wait_s,
                taken_at=self._clock.now(),
                visit=visit.id,
            )
        )
        out = self._printed(ticket)
        paper = TicketPaper.HANDED_OUT if out is TicketOut.HANDED_OUT else TicketPaper.FAILED
        self._report(visit.id, paper, out.value)
        return out

    def seen(self, visit: HallVisit) -> None:
        """The person has the paper of which the printer did not tell."""
        self._report(visit.id, TicketPaper.HANDED_OUT, "")

    def keep(self, visit: HallVisit) -> None:
        """The person keeps the number without a paper. Raises as the hall does."""
        self._tell_owed()
        key = fresh_key()
        self._twice(lambda: self._hall.report(visit.id, TicketPaper.KEPT, "", key))

    def give_up(self, visit: HallVisit) -> None:
        """The person wants no number any more. Raises as the hall does."""
        key = fresh_key()
        self._twice(lambda: self._hall.void(visit.tickets[0].id, GIVEN_UP, key))

    # inside

    def _printed(self, ticket: bytes) -> TicketOut:
        try:
            outcome = self._printer.put_out(ticket)
        except PrinterError as error:
            return _REASONS.get(str(error.facts.get("reason", "")), TicketOut.NOT_PRINTED)
        if outcome.state is JobState.COMPLETED:
            return TicketOut.HANDED_OUT
        if outcome.state is JobState.UNKNOWN:
            return TicketOut.UNKNOWN
        return _REASONS.get(outcome.reason, TicketOut.NOT_PRINTED)

    def _report(self, visit: str, paper: TicketPaper, detail: str) -> None:
        with self._guard:
            self._owe(OwedAct(fresh_key(), visit, paper, detail))
        self._tell_owed()

    def _owe(self, act: OwedAct) -> None:
        self._owed.append(act)
        del self._owed[:-_OWED]
        self._kept.keep(tuple(self._owed))

    def _tell_owed(self) -> None:
        """Tell in order what is owed; what the platform refuses is settled, too."""
        with self._guard:
            before = len(self._owed)
            while self._owed:
                try:
                    self._tell(self._owed[0])
                except (PlatformRefused, TicketRefused):
                    pass
                except PlatformError:
                    break
                del self._owed[0]
            if len(self._owed) != before:
                self._kept.keep(tuple(self._owed))

    def _tell(self, act: OwedAct) -> None:
        if act.paper is None:
            self._hall.withdraw(act.key, f"{act.key}-withdrawn")
        else:
            self._hall.report(act.visit, act.paper, act.detail, act.key)

    @staticmethod
    def _twice(act: Callable[[], T]) -> T:
        try:
            return act()
        except PlatformUnreachable:
            return act()
