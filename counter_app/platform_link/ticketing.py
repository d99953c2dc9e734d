"""The hall over HTTP as a kiosk uses it (`ports.Ticketing`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from counter_app.domain.identity import Identity, normalised_number
from counter_app.domain.outgoing import canonical
from counter_app.domain.ticket import HallVisit, Priority, TicketPaper
from counter_app.errors import PlatformRefused, TicketRefused
from counter_app.platform_link import shapes
from counter_app.platform_link.link import Link, checked
from counter_app.platform_link.tickets_told import (
    CHECKING_IN,
    TAKING,
    TicketTold,
    VisitTold,
    checked_arrival,
)
from counter_app.ports.ticketing import BookedVisit, HallNow, OfferedService, OwnCase, OwnMatters

T = TypeVar("T")

# States of a case (办件状态) in which the person has to do something, and those that are the end.
_THEIR_TURN = frozenset({"to_correct", "closed"})
_OVER = frozenset({"delivered", "refused", "withdrawn", "terminated"})


@dataclass(frozen=True, slots=True)
class _Service:
    code: str
    taking: bool


@dataclass(frozen=True, slots=True)
class _Span:
    begins: str
    ends: str


@dataclass(frozen=True, slots=True)
class _Hall:
    name: str
    open_now: bool
    spans: tuple[_Span, ...]
    services: tuple[_Service, ...]


@dataclass(frozen=True, slots=True)
class _Expected:
    seconds: int


@dataclass(frozen=True, slots=True)
class _Waiting:
    service: str
    name: str
    prefix: str
    waiting: int
    expected: _Expected
    taking: bool = True  # false too while every window of the service is switched off


@dataclass(frozen=True, slots=True)
class _Queue:
    waiting: int
    services: tuple[_Waiting, ...]


@dataclass(frozen=True, slots=True, repr=False)
class _Tickets:
    tickets: tuple[TicketTold, ...]


@dataclass(frozen=True, slots=True, repr=False)
class _Appointment:
    code: str
    service_name: str
    start: str
    state: str


@dataclass(frozen=True, slots=True, repr=False)
class _Appointments:
    appointments: tuple[_Appointment, ...]


@dataclass(frozen=True, slots=True, repr=False)
class _Case:
    number: str
    item_name: str
    state: str
    due_on: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class _Cases:
    cases: tuple[_Case, ...]


class HttpTicketing:
    """The hall behind a link, asked as the kiosk's device; usable from several threads."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def hall(self) -> HallNow:
        """As promised by Ticketing."""
        told = shapes.decoded(checked(self._link.as_device("GET", "/v1/hall"), 200), _Hall)
        queue = shapes.decoded(checked(self._link.as_device("GET", "/v1/hall/queue"), 200), _Queue)
        by_code = {one.service: one for one in queue.services if one.taking}
        offered = [by_code[one.code] for one in told.services if one.taking and one.code in by_code]
        return HallNow(
            name=told.name,
            open_now=told.open_now,
            hours=tuple((span.begins, span.ends) for span in told.spans),
            waiting=queue.waiting,
            services=tuple(
                OfferedService(one.service, one.name, one.prefix, one.waiting, one.expected.seconds)
                for one in offered
            ),
        )

    def take(
        self, service: str, identity: Identity | None, priority: Priority, key: str
    ) -> HallVisit:
        """As promised by Ticketing."""
        body: dict[str, object] = {
            "act": "take-ticket",
            "services": [service],
            "priority": priority.value,
        }
        if identity is not None:
            body["holder"] = _holder(identity)
            body["name"] = identity.name
        return self._visit(self._act("/v1/tickets", body, key, 201, TAKING))

    def check_in(self, code: str, key: str) -> HallVisit:
        """As promised by Ticketing."""
        path = f"/v1/appointments/{quote(code, safe='')}/check-in"
        return self._visit(self._act(path, {"act": "check-in"}, key, 201, CHECKING_IN))

    def report(self, visit: str, paper: TicketPaper, detail: str, key: str) -> None:
        """As promised by Ticketing."""
        body = {"act": "report-paper", "outcome": paper.value, "detail": detail}
        self._act(f"/v1/visits/{quote(visit, safe='')}/paper", body, key, 200, TAKING)

    def void(self, ticket: str, reason: str, key: str) -> None:
        """As promised by Ticketing."""
        body = {"act": "void-ticket", "reason": reason, "whole_visit": True}
        self._act(f"/v1/tickets/{quote(ticket, safe='')}/void", body, key, 200, TAKING)

    def withdraw(self, taking: str, key: str) -> None:
        """As promised by Ticketing."""
        body = {"act": "withdraw-taking", "reason": "没有收到答复,本人已离开"}
        self._act(f"/v1/takings/{quote(taking, safe='')}/withdrawal", body, key, 200, TAKING)

    def matters_of(self, identity: Identity) -> OwnMatters:
        """As promised by Ticketing."""
        cases = self._query("/v1/case-queries", identity, _Cases).cases
        tickets = self._query("/v1/ticket-queries", identity, _Tickets).tickets
        booked = self._query("/v1/appointment-queries", identity, _Appointments).appointments
        return OwnMatters(
            cases=tuple(_own(one) for one in cases),
            tickets=tuple((one.number, one.service_name, one.state.value) for one in tickets),
            appointments=tuple(
                BookedVisit(one.code, one.service_name, one.start, one.state == "booked")
                for one in booked
            ),
        )

    def progress(self, number: str, query_code: str) -> OwnCase:
        """As promised by Ticketing."""
        question = {"number": number, "query_code": query_code}
        answer = self._link.as_device("POST", "/v1/progress-queries", body=canonical(question))
        try:
            return _own(shapes.decoded(checked(answer, 200), _Case))
        except PlatformRefused as refusal:
            if refusal.facts.get("problem") in ("not-found", "invalid-request"):
                raise TicketRefused("ticket.no_case") from refusal
            raise

    # inside

    def _query(self, path: str, identity: Identity, kind: type[T]) -> T:
        question = {"holder": _holder(identity), "purpose": "本人在自助机查询"}
        answer = self._link.as_device("POST", path, body=canonical(question))
        return shapes.decoded(checked(answer, 200), kind)

    def _visit(self, body: bytes) -> HallVisit:
        return shapes.decoded(body, VisitTold).visit_of()

    def _act(
        self,
        path: str,
        act: Mapping[str, object],
        key: str,
        expected: int,
        refusals: Mapping[str, str],
    ) -> bytes:
        body, headers = self._link.act_of(path, act, key)
        answer = self._link.as_device("POST", path, body=body, headers=headers)
        return checked_arrival(answer, expected, refusals)


def _holder(identity: Identity) -> dict[str, str]:
    return {"kind": identity.kind.value, "number": normalised_number(identity.number)}


def _own(case: _Case) -> OwnCase:
    return OwnCase(
        number=case.number,
        item_name=case.item_name,
        state=case.state,
        waits_for_person=case.state in _THEIR_TURN,
        over=case.state in _OVER,
        due_on=case.due_on,
    )
