"""The hall's queue over HTTP (`ports.Queue`), as one window uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from counter_app.domain.identity import Identity, normalised_number
from counter_app.domain.session import Session
from counter_app.domain.ticket import HallVisit, ServiceQueue, Ticket, TicketPaper
from counter_app.errors import PlatformRefused, QueueRefused
from counter_app.platform_link import shapes
from counter_app.platform_link.link import Link, checked
from counter_app.platform_link.tickets_told import (
    CHECKING_IN,
    TAKING,
    TicketTold,
    VisitTold,
    checked_arrival,
)
from counter_app.ports import HallService, WindowState, Workbench

T = TypeVar("T")

_REFUSALS = {
    "nobody-waiting": "queue.nobody_waiting",
    "window-not-open": "queue.not_open",
    "ticket-in-hand": "queue.in_hand",
    "ticket-elsewhere": "queue.elsewhere",
    "ticket-state": "queue.changed",
    "not-found": "queue.changed",
    "recall-limit": "queue.recall_limit",
    "service-not-here": "queue.not_here",
    "service-unknown": "queue.not_here",
    "ticket-exists": "queue.ticket_exists",
    "window-closed": "queue.not_here",
    "other-person": "queue.other_person",
}


@dataclass(frozen=True, slots=True)
class _Window:
    state: WindowState
    reason: str
    operator: str


@dataclass(frozen=True, slots=True)
class _Waiting:
    service: str
    name: str
    prefix: str
    waiting: int


@dataclass(frozen=True, slots=True)
class _Workbench:
    window: _Window
    in_hand: TicketTold | None
    waiting: int
    services: tuple[_Waiting, ...]
    parked: tuple[TicketTold, ...]
    passed: tuple[TicketTold, ...]


@dataclass(frozen=True, slots=True)
class _Service:
    code: str
    name: str
    prefix: str


@dataclass(frozen=True, slots=True)
class _Hall:
    services: tuple[_Service, ...]


class HttpQueue:
    """The queue behind a link; usable from several threads."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def workbench(self) -> Workbench:
        """As promised by Queue; asked as the device, so that it is known before a sign-in."""
        told = shapes.decoded(
            checked(self._link.as_device("GET", "/v1/workbench"), 200), _Workbench
        )
        return Workbench(
            state=told.window.state,
            reason=told.window.reason,
            operator=told.window.operator,
            in_hand=told.in_hand.ticket_of() if told.in_hand else None,
            waiting=told.waiting,
            services=tuple(
                ServiceQueue(one.service, one.name, one.prefix, one.waiting)
                for one in told.services
            ),
            parked=tuple(one.ticket_of() for one in told.parked),
            passed=tuple(one.ticket_of() for one in told.passed),
        )

    def services(self) -> tuple[HallService, ...]:
        """As promised by Queue."""
        told = shapes.decoded(checked(self._link.as_device("GET", "/v1/hall"), 200), _Hall)
        return tuple(HallService(one.code, one.name, one.prefix) for one in told.services)

    def set_window(self, session: Session, state: WindowState, reason: str, key: str) -> None:
        """As promised by Queue."""
        facts = {"state": state.value, "reason": reason}
        self._act("/v1/window-state", "change-window", session, key, **facts)

    def call_next(self, session: Session, key: str) -> Ticket:
        """As promised by Queue."""
        return self._ticket(self._act("/v1/calls", "call-next", session, key))

    def call(self, ticket: str, session: Session, key: str) -> Ticket:
        """As promised by Queue."""
        return self._ticket(self._of(ticket, "call", "call-one", session, key))

    def recall(self, ticket: str, session: Session, key: str) -> Ticket:
        """As promised by Queue."""
        return self._ticket(self._of(ticket, "recall", "recall", session, key))

    def pass_over(self, ticket: str, session: Session, key: str) -> None:
        """As promised by Queue."""
        self._of(ticket, "pass", "pass-over", session, key)

    def park(self, ticket: str, session: Session, key: str) -> Ticket:
        """As promised by Queue."""
        return self._ticket(self._of(ticket, "park", "park", session, key))

    def take_back(self, ticket: str, session: Session, key: str) -> Ticket:
        """As promised by Queue."""
        return self._ticket(self._of(ticket, "take-back", "take-back", session, key))

    def transfer(self, ticket: str, service: str, session: Session, key: str) -> Ticket:
        """As promised by Queue."""
        answer = self._of(ticket, "transfer", "transfer", session, key, to_service=service)
        return self._ticket(answer)

    def start(self, ticket: str, identity: Identity | None, session: Session, key: str) -> Ticket:
        """As promised by Queue."""
        holder = None
        if identity is not None:
            number = normalised_number(identity.number)
            holder = {"kind": identity.kind.value, "number": number}
        answer = self._of(ticket, "start", "start-service", session, key, holder=holder)
        return self._ticket(answer)

    def visit(self, visit: str) -> HallVisit:
        """As promised by Queue."""
        answer = self._link.as_clerk("GET", f"/v1/visits/{quote(visit, safe='')}")
        return shapes.decoded(checked(answer, 200), VisitTold).visit_of()

    def check_in(self, code: str, key: str) -> HallVisit:
        """As promised by Queue."""
        path = f"/v1/appointments/{quote(code, safe='')}/check-in"
        body = self._arrive(path, {"act": "check-in"}, key, 201, CHECKING_IN)
        return shapes.decoded(body, VisitTold).visit_of()

    def keep(self, visit: str, key: str) -> None:
        """As promised by Queue."""
        body = {"act": "report-paper", "outcome": TicketPaper.KEPT.value, "detail": ""}
        self._arrive(f"/v1/visits/{quote(visit, safe='')}/paper", body, key, 200, TAKING)

    def finish(self, ticket: str, cases: tuple[str, ...], session: Session, key: str) -> None:
        """As promised by Queue."""
        facts = {"kind": "accept" if cases else "advise", "cases": list(cases)}
        self._of(ticket, "finish", "finish-ticket", session, key, **facts)

    # inside

    def _arrive(
        self,
        path: str,
        act: Mapping[str, object],
        key: str,
        expected: int,
        refusals: Mapping[str, str],
    ) -> bytes:
        """What is done for a person who arrives, refused as such."""
        body, headers = self._link.act_of(path, act, key)
        answer = self._link.as_clerk("POST", path, body=body, headers=headers)
        return checked_arrival(answer, expected, refusals)

    def _ticket(self, body: bytes) -> Ticket:
        return shapes.decoded(body, TicketTold).ticket_of()

    def _of(
        self, ticket: str, verb: str, act: str, session: Session, key: str, **facts: object
    ) -> bytes:
        path = f"/v1/tickets/{quote(ticket, safe='')}/{verb}"
        return self._act(path, act, session, key, **facts)

    def _act(self, path: str, act: str, session: Session, key: str, **facts: object) -> bytes:
        operator = {
            "id": session.operator.id,
            "name": session.operator.name,
            "session": session.id,
        }
        said = {"act": act, "operator": operator, "window": session.window.code, **facts}
        body, headers = self._link.act_of(path, said, key)
        answer = self._link.as_clerk("POST", path, body=body, headers=headers)
        try:
            return checked(answer, 200)
        except PlatformRefused as refusal:
            code = _REFUSALS.get(str(refusal.facts.get("problem", "")))
            if code is None:
                raise
            raise QueueRefused(code) from refusal
