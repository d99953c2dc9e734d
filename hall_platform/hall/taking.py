"""Taking numbers (取号), what became of their paper, and giving them up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from hall_platform.access import KIOSK, Caller
from hall_platform.acts import Delivery
from hall_platform.business.preapplications import CLAIMABLE
from hall_platform.business.tables import preapplications
from hall_platform.clock import stamp
from hall_platform.hall import arrangement, line, rules, switching, waits
from hall_platform.hall.holders import holder_key, name_for_today
from hall_platform.hall.shapes import PaperAct, TakeAct, VoidAct
from hall_platform.hall.tables import tickets, visits
from hall_platform.hall.tickets import (
    AT_WINDOW,
    actor,
    change,
    check_state,
    end,
    enter_line,
    go_on,
    hall_day,
    held,
    new_id,
    next_number,
    of_visit,
    one,
    shown,
    step,
    tell,
)
from hall_platform.identity.tables import halls
from hall_platform.problems import Problem
from hall_platform.statements import put

GIVEN_UP_BY_KIOSK = ("waiting", "held", "later", "passed")


@dataclass(frozen=True)
class Arriving:
    """Somebody who joins the queue: where, when, for what, by which right."""

    county: str
    hall: str
    at: datetime
    by: str
    services: list[str]
    key: str | None
    name: str
    source: str
    priority_reason: str
    priority: bool
    head_start_s: int = 0
    preapplication: str | None = None
    appointment: str | None = None

    @property
    def day(self) -> str:
        """The day their tickets are for."""
        return hall_day(self.at)


def take(connection: Connection, act: TakeAct, delivery: Delivery) -> dict[str, Any]:
    """Numbers for a visit; the first service is queued at once, the others one after another.

    Problems: service-unknown, service-closed, hall-closed, holder-needed, ticket-exists,
    preapplication-unknown.
    """
    caller, now = delivery.caller, delivery.received_at
    at_kiosk = KIOSK in caller.roles
    known = rules.queue_rules(connection, caller.county, caller.hall)
    if known.only_when_open and at_kiosk:
        _hall_is_open(connection, delivery)
    found = _preapplication(connection, act, delivery)
    arriving = Arriving(
        county=caller.county,
        hall=caller.hall,
        at=now,
        by=actor(caller),
        services=list(act.services),
        key=holder_key(connection, caller.county, caller.hall, hall_day(now), act.holder)
        if act.holder
        else None,
        name=name_for_today(connection, caller.county, caller.hall, hall_day(now), act.name),
        source="preapplication" if found else "kiosk" if at_kiosk else "window",
        priority_reason=act.priority,
        priority=act.priority != "none",
        head_start_s=known.preapplication_head_start_s if found else 0,
        preapplication=found,
    )
    return arrive(connection, arriving)


def _hall_is_open(connection: Connection, delivery: Delivery) -> None:
    caller = delivery.caller
    hours = rules.opening(connection, caller.county, caller.hall)
    if not rules.is_open(hours, delivery.received_at, delivery.context.calendar):
        raise Problem("hall-closed")


def _preapplication(connection: Connection, act: TakeAct, delivery: Delivery) -> str | None:
    """The one of the code, if it is this person's and waits for them to come."""
    if act.preapplication is None:
        return None
    row = connection.execute(
        select(preapplications)
        .where(preapplications.c.county == delivery.caller.county)
        .where(preapplications.c.code == act.preapplication)
    ).one_or_none()
    if row is None or act.holder is None or row.applicant_number != act.holder.number:
        raise Problem("preapplication-unknown")
    if row.state not in CLAIMABLE:
        raise Problem("preapplication-unknown")
    first = arrangement.service(
        connection, delivery.caller.county, delivery.caller.hall, act.services[0]
    )
    if first is not None and row.item not in arrangement.service_shown(first)["items"]:
        raise Problem("preapplication-unknown")
    return str(row.id)


def arrive(
    connection: Connection, arriving: Arriving, *, needs_holder: bool = True
) -> dict[str, Any]:
    """Give the numbers and queue the first. Problems: as of `take`."""
    offered = [_offered(connection, arriving, code) for code in arriving.services]
    for service in offered:
        if needs_holder and service.needs_holder and arriving.key is None:
            raise Problem("holder-needed", service=service.code)
        _has_none_yet(connection, arriving, service.code)
    visit = new_id()
    put(
        connection,
        visits,
        county=arriving.county,
        id=visit,
        hall=arriving.hall,
        day=arriving.day,
        holder_key=arriving.key,
        name=arriving.name,
        source=arriving.source,
        priority_reason=arriving.priority_reason,
        preapplication=arriving.preapplication,
        appointment=arriving.appointment,
        paper="pending",
        taken_at=stamp(arriving.at),
        taken_by=arriving.by,
    )
    _give_numbers(connection, arriving, offered, visit)
    rows = connection.execute(_TAKEN, {"county": arriving.county, "visit": visit}).all()
    enter_line(
        connection, rows[0], at=arriving.at, by=arriving.by, source=arriving.source, act="take"
    )
    for row in rows[1:]:
        step(connection, row, act="take", at=arriving.at, by=arriving.by, to_state="later")
    return visit_shown(connection, arriving.county, visit)


def _offered(connection: Connection, arriving: Arriving, code: str) -> Row[Any]:
    row = arrangement.service(connection, arriving.county, arriving.hall, code)
    if row is None:
        raise Problem("service-unknown", services=[code])
    if not row.taking or switching.is_switched_off(
        connection, arriving.county, arriving.hall, code
    ):
        raise Problem("service-closed", service=code)
    return row


def _has_none_yet(connection: Connection, arriving: Arriving, service: str) -> None:
    if arriving.key is None:
        return
    refuse_second(
        connection, arriving.county, arriving.hall, arriving.day, open_key(service, arriving.key)
    )


_SECOND = (
    select(tickets.c.number, tickets.c.state)
    .where(tickets.c.county == bindparam("county"))
    .where(tickets.c.hall == bindparam("hall"))
    .where(tickets.c.day == bindparam("day"))
    .where(tickets.c.open_key == bindparam("open_key"))
)
_TAKEN = (
    select(tickets)
    .where(tickets.c.county == bindparam("county"))
    .where(tickets.c.visit == bindparam("visit"))
    .order_by(tickets.c.position)
)
_TICKETS = insert(tickets)


def refuse_second(connection: Connection, county: str, hall: str, day: str, key: str) -> None:
    """One person, one open ticket a service. Problem("ticket-exists")."""
    wanted = {"county": county, "hall": hall, "day": day, "open_key": key}
    other = connection.execute(_SECOND, wanted).one_or_none()
    if other is not None:
        raise Problem("ticket-exists", number=other.number, state=other.state)


def open_key(service: str, key: str) -> str:
    """What no two open tickets of a hall and day share."""
    return f"{service}:{key}"


def _give_numbers(
    connection: Connection, arriving: Arriving, offered: list[Row[Any]], visit: str
) -> None:
    """Counters are moved in the order of their letters, so that two visits never wait in a ring."""
    numbers = {
        service.code: next_number(
            connection, arriving.county, arriving.hall, arriving.day, service.prefix
        )
        for service in sorted(offered, key=lambda one: str(one.prefix))
    }
    place = line.place_at(arriving.at, arriving.head_start_s)
    connection.execute(
        _TICKETS,
        [
            {
                "county": arriving.county,
                "id": new_id(),
                "hall": arriving.hall,
                "day": arriving.day,
                "visit": visit,
                "position": position,
                "service": service.code,
                "number": numbers[service.code][1],
                "serial": numbers[service.code][0],
                "state": "later",
                "priority": arriving.priority,
                "open_key": open_key(service.code, arriving.key) if arriving.key else None,
                "place": place,
                "calls": 0,
                "busy": 0,
                "window": "",
                "operator": "",
                "passes": 0,
            }
            for position, service in enumerate(offered)
        ],
    )


def visit_shown(connection: Connection, county: str, visit: str) -> dict[str, Any]:
    """A visit in the contract's shape."""
    rows = of_visit(connection, county, visit)
    first = next((row for row in rows if row.state == "waiting"), None)
    ahead = line.ahead_of(connection, first) if first is not None else 0
    expected = waits.expected(connection, first, ahead)["seconds"] if first is not None else 0
    return {
        "visit": visit,
        "day": rows[0].day,
        "paper": rows[0].paper,
        "tickets": [shown(row) for row in rows],
        "ahead": ahead,
        "expected_wait_s": expected,
    }


def visit_at(connection: Connection, caller: Caller, visit: str) -> dict[str, Any]:
    """A visit of the caller's hall. Problems: not-found, elsewhere with `place`."""
    row = connection.execute(
        select(visits.c.county, visits.c.hall, halls.c.name)
        .join(halls, (halls.c.county == visits.c.county) & (halls.c.code == visits.c.hall))
        .where(visits.c.id == visit)
    ).first()
    if row is None:
        raise Problem("not-found")
    if (row.county, row.hall) != (caller.county, caller.hall):
        raise Problem("elsewhere", place=row.name)
    return visit_shown(connection, row.county, visit)


# the paper ---------------------------------------------------------------------------------------


def report_paper(connection: Connection, act: PaperAct, delivery: Delivery) -> dict[str, Any]:
    """What the printer said. A ticket whose paper failed is called only once it is kept.

    Handed out is what the machine saw come out; a later print of a failed one is handed out too.
    Problems: not-found, ticket-state.
    """
    caller = delivery.caller
    visit = connection.execute(
        select(visits)
        .where(visits.c.county == caller.county)
        .where(visits.c.hall == caller.hall)
        .where(visits.c.id == delivery.subject)
        .with_for_update()
    ).one_or_none()
    if visit is None:
        raise Problem("not-found")
    before = {"handed_out": ("pending", "failed", "kept"), "failed": ("pending",)}
    if visit.paper not in before.get(act.outcome, ("failed",)):
        raise Problem("ticket-state", state=visit.paper)
    connection.execute(
        update(visits)
        .where(visits.c.county == visit.county)
        .where(visits.c.id == visit.id)
        .values(paper=act.outcome)
    )
    for row in of_visit(connection, visit.county, visit.id):
        _follow_paper(connection, row.id, act, delivery)
    return visit_shown(connection, visit.county, visit.id)


def _follow_paper(connection: Connection, ticket: str, act: PaperAct, delivery: Delivery) -> None:
    now, by = delivery.received_at, actor(delivery.caller)
    row = held(connection, delivery.caller.county, delivery.caller.hall, ticket)
    state = row.state
    if act.outcome == "failed" and state == "waiting":
        state = "held"
        line.leave(connection, row.county, row.id)
    elif act.outcome != "failed" and state == "held":
        state = "waiting"
    step(
        connection,
        row,
        act=f"paper-{act.outcome.replace('_', '-')}",
        at=now,
        by=by,
        to_state=state,
        reason=act.detail,
    )
    if state == row.state:
        return
    if state == "waiting" and row.queued_at is None:
        enter_line(connection, row, at=now, by=by, source=row.source, act="next-of-visit")
        return
    change(connection, row, state=state)
    if state == "waiting":
        line.join(connection, row)
        tell(connection, "ticket-returned", row, now, window="", origin="held")


# given up ----------------------------------------------------------------------------------------


def void(connection: Connection, act: VoidAct, delivery: Delivery) -> dict[str, Any]:
    """A ticket is given up; the next service of the visit is queued unless all of it is over.

    Problems: not-found, ticket-state, ticket-elsewhere.
    """
    caller = delivery.caller
    row = held(connection, caller.county, caller.hall, delivery.subject)
    allowed = (*GIVEN_UP_BY_KIOSK, "parked", *AT_WINDOW)
    check_state(row, *(GIVEN_UP_BY_KIOSK if KIOSK in caller.roles else allowed))
    if row.state in AT_WINDOW and row.window != caller.window:
        raise Problem("ticket-elsewhere", window=row.window)
    if act.whole_visit:
        for other in of_visit(connection, row.county, row.visit):
            if other.state == "later" and other.id != row.id:
                later = held(connection, row.county, row.hall, other.id)
                give_up(connection, later, act, delivery)
    give_up(connection, row, act, delivery)
    if row.state != "later":
        go_on(connection, row, delivery.received_at, actor(caller))
    return one(connection, row.county, row.id)


def give_up(connection: Connection, row: Row[Any], act: VoidAct, delivery: Delivery) -> None:
    """One ticket is void, and everybody is told."""
    now, caller = delivery.received_at, delivery.caller
    end(connection, row, "void", now)
    step(
        connection,
        row,
        act="void",
        at=now,
        by=actor(caller),
        to_state="void",
        window=caller.window,
        reason=act.reason,
    )
    tell(connection, "ticket-void", row, now, window=row.window)
