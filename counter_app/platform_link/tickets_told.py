"""Numbers and visits as the contract has them, and why somebody who arrives gets none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from counter_app.domain.ticket import HallVisit, Priority, Ticket, TicketPaper, TicketState
from counter_app.errors import PlatformRefused, TicketRefused
from counter_app.platform_link import shapes
from counter_app.platform_link.exchange import Answer
from counter_app.platform_link.link import checked

TAKING = {
    "service-unknown": "ticket.service_closed",
    "service-closed": "ticket.service_closed",
    "hall-closed": "ticket.hall_closed",
    "holder-needed": "ticket.card_needed",
    "ticket-exists": "ticket.exists",
    "not-found": "ticket.changed",
    "ticket-state": "ticket.changed",
    "ticket-elsewhere": "ticket.changed",
}
CHECKING_IN = {
    **TAKING,
    "not-found": "ticket.no_appointment",
    "elsewhere": "ticket.elsewhere",
    "invalid-request": "ticket.no_appointment",
    "appointment-state": "ticket.appointment_used",
    "not-yet": "ticket.too_early",
    "too-late": "ticket.too_late",
}


def checked_arrival(answer: Answer, expected: int, refusals: Mapping[str, str]) -> bytes:
    """The body of an answer with the expected status, or why the person is refused.

    Raises TicketRefused for a problem named in `refusals`, else what `checked` raises.
    """
    try:
        return checked(answer, expected)
    except PlatformRefused as refusal:
        code = refusals.get(str(refusal.facts.get("problem", "")))
        if code is None:
            raise
        raise TicketRefused(code, **refusal.facts) from refusal


@dataclass(frozen=True, slots=True)
class TicketTold:
    """A ticket as the contract has it."""

    ticket: str
    number: str
    service: str
    service_name: str
    state: TicketState
    name: str
    priority_reason: Priority
    visit: str
    position: int
    paper: TicketPaper
    preapplication: str | None
    window: str
    calls: int
    queued_at: datetime | None = None
    called_at: datetime | None = None
    waited: int | None = None
    served: int | None = None

    def ticket_of(self) -> Ticket:
        """The ticket. PlatformError("platform.garbled") for a time without an offset."""
        shapes.aware(*(at for at in (self.queued_at, self.called_at) if at is not None))
        return Ticket(
            id=self.ticket,
            number=self.number,
            service=self.service,
            service_name=self.service_name,
            state=self.state,
            name=self.name,
            priority=self.priority_reason,
            visit=self.visit,
            position=self.position,
            paper=self.paper,
            preapplication=self.preapplication,
            window=self.window,
            calls=self.calls,
            queued_at=self.queued_at,
            called_at=self.called_at,
            waited_s=self.waited,
            served_s=self.served,
        )


@dataclass(frozen=True, slots=True, repr=False)
class VisitTold:
    """A visit as the contract has it."""

    visit: str
    paper: TicketPaper
    tickets: tuple[TicketTold, ...]
    ahead: int
    expected_wait_s: int

    def visit_of(self) -> HallVisit:
        """The visit. PlatformError("platform.garbled") for a time without an offset."""
        return HallVisit(
            id=self.visit,
            paper=self.paper,
            tickets=tuple(one.ticket_of() for one in self.tickets),
            ahead=self.ahead,
            expected_wait_s=self.expected_wait_s,
        )
