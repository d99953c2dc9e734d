"""Appointments (预约): quarter-hours of a service with a capacity, booked, given up, checked in.

Slots come from the opening hours and the service's own capacity; a row is there once something was
booked or set by hand, and its check allows no booking over the capacity. Who checks in within the
time around the slot joins the same queue, by the rule the hall has set for it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.access import CITIZEN, KIOSK, Caller
from hall_platform.acts import Delivery
from hall_platform.calendar import WorkingCalendar
from hall_platform.clock import HALL_ZONE, day_of, stamp
from hall_platform.hall import arrangement, rules, taking
from hall_platform.hall.appointment_shapes import BookAct, CancelAct, CheckInAct, SetSlotAct
from hall_platform.hall.arrangement_shapes import QueueRules
from hall_platform.hall.holders import holder_key, masked, name_for_today
from hall_platform.hall.tables import appointment_slots, appointments, hall_services
from hall_platform.hall.tickets import actor, new_id
from hall_platform.identity.tables import citizens, halls
from hall_platform.problems import Problem, invalid
from hall_platform.shapes import Holder

QUARTER = timedelta(minutes=15)
CODE_LENGTH = 8
VERIFIED = 2  # the level of an account whose document somebody has seen
UNAMBIGUOUS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def begins(day: str, start: str) -> datetime:
    """When a slot begins."""
    return datetime.fromisoformat(f"{day}T{start}:00").replace(tzinfo=HALL_ZONE)


# slots -------------------------------------------------------------------------------------------


def day_from(text: str, place: str) -> date:
    """A day of a request. Problem("invalid-request")."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(place, "not a date") from None


def slots_of(
    connection: Connection,
    county: str,
    hall: str,
    service: Row[Any],
    *,
    day: date,
    calendar: WorkingCalendar,
) -> dict[str, tuple[int, int]]:
    """The slots of a service on a day, by their start: capacity and what is taken of it."""
    hours = rules.spans_on(rules.opening(connection, county, hall), day, calendar)
    found = dict.fromkeys(_starts(hours), (service.slot_capacity, 0))
    for row in connection.execute(
        select(appointment_slots)
        .where(appointment_slots.c.county == county)
        .where(appointment_slots.c.hall == hall)
        .where(appointment_slots.c.service == service.code)
        .where(appointment_slots.c.day == day.isoformat())
    ):
        if row.start in found or row.taken:
            found[row.start] = (row.capacity, row.taken)
    return dict(sorted((start, slot) for start, slot in found.items() if slot[0]))


def _starts(hours: list[tuple[str, str]]) -> list[str]:
    """The quarter-hours that lie whole within the hours."""
    found = []
    for opens, closes in hours:
        moment, end = begins("2000-01-01", opens), begins("2000-01-01", closes)
        while moment + QUARTER <= end:
            found.append(moment.strftime("%H:%M"))
            moment += QUARTER
    return found


def set_slot(connection: Connection, act: SetSlotAct, delivery: Delivery) -> dict[str, Any]:
    """A slot's own capacity from now on; 0 closes it.

    Problems: service-unknown, slot-unknown, slot-booked.
    """
    caller = delivery.caller
    day = day_from(act.day, "body.day")
    service = _service(connection, caller.county, caller.hall, act.service)
    known = slots_of(
        connection,
        caller.county,
        caller.hall,
        service,
        day=day,
        calendar=delivery.context.calendar,
    )
    hours = rules.spans_on(
        rules.opening(connection, caller.county, caller.hall), day, delivery.context.calendar
    )
    if act.start not in known and act.start not in _starts(hours):
        raise Problem("slot-unknown")
    place = _Slot(caller.county, caller.hall, act.service, act.day, act.start)
    row = _slot_row(connection, place, act.capacity)
    if row.taken > act.capacity:
        raise Problem("slot-booked", taken=row.taken)
    connection.execute(
        update(appointment_slots).where(place.is_this()).values(capacity=act.capacity)
    )
    return {
        "start": act.start,
        "capacity": act.capacity,
        "taken": row.taken,
        "free": act.capacity - row.taken,
    }


@dataclass(frozen=True)
class _Slot:
    """Where a slot is."""

    county: str
    hall: str
    service: str
    day: str
    start: str

    def is_this(self) -> Any:
        """The row of this slot."""
        table = appointment_slots.c
        return (
            (table.county == self.county)
            & (table.hall == self.hall)
            & (table.service == self.service)
            & (table.day == self.day)
            & (table.start == self.start)
        )


def _slot_row(connection: Connection, place: _Slot, capacity: int) -> Row[Any]:
    """The slot's row, held, made with this capacity where it was not there."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(
        dialect.insert(appointment_slots)
        .values(
            county=place.county,
            hall=place.hall,
            service=place.service,
            day=place.day,
            start=place.start,
            capacity=capacity,
            taken=0,
        )
        .on_conflict_do_nothing()
    )
    return connection.execute(
        select(appointment_slots).where(place.is_this()).with_for_update()
    ).one()


def _service(connection: Connection, county: str, hall: str, code: str) -> Row[Any]:
    row = arrangement.service(connection, county, hall, code)
    if row is None:
        raise Problem("service-unknown", services=[code])
    return row


# booking -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Booker:
    """For whom an appointment is: digest, what no two open ones share, masked name."""

    key: str | None
    once: str
    name: str


def book(connection: Connection, act: BookAct, delivery: Delivery) -> dict[str, Any]:
    """A slot is booked for a person; its code is good for check-in.

    Problems: service-unknown, slot-unknown, slot-full, already-booked, not-found.
    """
    caller, now = delivery.caller, delivery.received_at
    county, hall = caller.county, caller.hall or (act.hall or "")
    if not hall or (act.hall is not None and act.hall != hall):
        raise invalid("body.hall", "name the hall; only citizens book in another than their own")
    day = day_from(act.day, "body.day")
    service = _service(connection, county, hall, act.service)
    known = rules.queue_rules(connection, county, hall)
    slots = slots_of(connection, county, hall, service, day=day, calendar=delivery.context.calendar)
    ahead = (day - day_of(now)).days
    begun = begins(act.day, act.start) <= now
    if act.start not in slots or not 0 <= ahead <= known.booking_days or begun:
        raise Problem("slot-unknown")
    booker = _booker(connection, act, caller, county, hall)
    _not_twice(connection, county, hall, act, booker)
    place = _Slot(county, hall, act.service, act.day, act.start)
    row = _slot_row(connection, place, slots[act.start][0])
    if row.taken >= row.capacity:
        raise Problem("slot-full")
    connection.execute(update(appointment_slots).where(place.is_this()).values(taken=row.taken + 1))
    identifier = new_id()
    connection.execute(
        insert(appointments).values(
            county=county,
            id=identifier,
            code="".join(secrets.choice(UNAMBIGUOUS) for _ in range(CODE_LENGTH)),
            hall=hall,
            service=act.service,
            day=act.day,
            start=act.start,
            state="booked",
            source=_source(caller),
            citizen=caller.citizen or None,
            holder_key=booker.key,
            open_key=booker.once,
            name=booker.name,
            priority_reason=act.priority,
            booked_at=stamp(now),
            changed_at=stamp(now),
        )
    )
    return shown_one(connection, county, identifier)


def _booker(
    connection: Connection, act: BookAct, caller: Caller, county: str, hall: str
) -> _Booker:
    """Problem("not-found"): the citizen's account is gone."""
    if CITIZEN not in caller.roles:
        if act.holder is None or act.name is None:
            raise invalid("body.holder", "say for whom, with name")
        key = holder_key(connection, county, hall, act.day, act.holder)
        return _Booker(key, taking.open_key(act.service, key), masked(act.name))
    if act.holder is not None or act.name is not None:
        raise invalid("body.holder", "a citizen books for themselves")
    account = connection.execute(
        select(citizens).where(citizens.c.id == caller.citizen)
    ).one_or_none()
    if account is None:
        raise Problem("not-found")
    name = name_for_today(connection, county, hall, act.day, account.name or "")
    if account.number is None or account.level < VERIFIED:
        # Who nobody has seen a document of must not stand in the way of the number's real holder.
        return _Booker(None, f"{act.service}:citizen:{caller.citizen}", name)
    holder = Holder(kind=account.kind, number=account.number)
    key = holder_key(connection, county, hall, act.day, holder)
    return _Booker(key, taking.open_key(act.service, key), name)


def _not_twice(
    connection: Connection, county: str, hall: str, act: BookAct, booker: _Booker
) -> None:
    other = connection.execute(
        select(appointments.c.start)
        .where(appointments.c.county == county)
        .where(appointments.c.hall == hall)
        .where(appointments.c.day == act.day)
        .where(appointments.c.open_key == booker.once)
    ).one_or_none()
    if other is not None:
        raise Problem("already-booked", start=other.start)


def _source(caller: Caller) -> str:
    if CITIZEN in caller.roles:
        return "citizen"
    return "kiosk" if KIOSK in caller.roles else "window"


# given up and checked in -------------------------------------------------------------------------


def cancel(connection: Connection, act: CancelAct, delivery: Delivery) -> dict[str, Any]:
    """An appointment is given up and its slot is free again.

    Problems: not-found, appointment-state.
    """
    del act
    row = _held(connection, delivery)
    if row.state != "booked":
        raise Problem("appointment-state", state=row.state)
    place = _Slot(row.county, row.hall, row.service, row.day, row.start)
    connection.execute(
        update(appointment_slots).where(place.is_this()).values(taken=appointment_slots.c.taken - 1)
    )
    _change(connection, row, delivery.received_at, state="cancelled", open_key=None)
    return shown_one(connection, row.county, row.id)


def check_in(connection: Connection, act: CheckInAct, delivery: Delivery) -> dict[str, Any]:
    """The person is there: a ticket in the same queue, by the hall's rule for appointments.

    Problems: not-found, elsewhere with `place`, appointment-state, not-yet, too-late, and those of
    taking a ticket.
    """
    del act
    now, caller = delivery.received_at, delivery.caller
    row = _held(connection, delivery)
    if row.state != "booked":
        raise Problem("appointment-state", state=row.state)
    known = rules.queue_rules(connection, row.county, row.hall)
    opens, closes = _check_in_time(row, known)
    if now < opens:
        raise Problem("not-yet", check_in_from=stamp(opens))
    if now > closes:
        raise Problem("too-late", check_in_until=stamp(closes))
    arriving = taking.Arriving(
        county=row.county,
        hall=row.hall,
        at=now,
        by=actor(caller),
        services=[row.service],
        key=row.holder_key,
        name=row.name,
        source="appointment",
        priority_reason=row.priority_reason,
        priority=known.appointment_priority or row.priority_reason != "none",
        head_start_s=known.appointment_head_start_s,
        appointment=row.id,
    )
    visit = taking.arrive(connection, arriving, needs_holder=False)
    _change(connection, row, now, state="checked_in", open_key=None, visit=visit["visit"])
    return visit


def _held(connection: Connection, delivery: Delivery) -> Row[Any]:
    """The appointment of the code, held: the hall's, or the citizen's. Problem("not-found")."""
    caller = delivery.caller
    wanted = select(appointments).where(appointments.c.code == delivery.subject)
    if CITIZEN in caller.roles:
        wanted = wanted.where(appointments.c.citizen == caller.citizen)
    else:
        wanted = wanted.where(appointments.c.county == caller.county).where(
            appointments.c.hall == caller.hall
        )
    row = connection.execute(wanted.with_for_update()).one_or_none()
    if row is None:
        raise not_here(connection, caller, delivery.subject)
    return row


def not_here(connection: Connection, caller: Caller, code: str) -> Problem:
    """Why a code is none of this hall's: nowhere, or for those at a hall, elsewhere."""
    place = connection.execute(
        select(halls.c.name)
        .join(appointments, appointments.c.hall == halls.c.code)
        .where(appointments.c.code == code)
    ).scalar_one_or_none()
    if place is None or CITIZEN in caller.roles:
        return Problem("not-found")
    return Problem("elsewhere", place=place)


def _change(connection: Connection, row: Row[Any], at: datetime, **values: Any) -> None:
    connection.execute(
        update(appointments)
        .where(appointments.c.county == row.county)
        .where(appointments.c.id == row.id)
        .values(changed_at=stamp(at), **values)
    )


def _check_in_time(row: Any, known: QueueRules) -> tuple[datetime, datetime]:
    start = begins(row.day, row.start)
    early, late = timedelta(minutes=known.early_minutes), timedelta(minutes=known.late_minutes)
    return start - early, start + late


def mark_overdue(connection: Connection, now: datetime) -> int:
    """Those nobody came to are overdue (逾期); how many."""
    count = 0
    known: dict[tuple[str, str], QueueRules] = {}
    for row in connection.execute(
        select(appointments)
        .where(appointments.c.state == "booked")
        .where(appointments.c.day <= day_of(now).isoformat())
        .with_for_update(skip_locked=True)
    ).all():
        here = (row.county, row.hall)
        if here not in known:
            known[here] = rules.queue_rules(connection, *here)
        if now > _check_in_time(row, known[here])[1]:
            _change(connection, row, now, state="overdue", open_key=None)
            count += 1
    return count


# shown -------------------------------------------------------------------------------------------


def rows() -> Any:
    """The rows `shown` wants; add which."""
    return (
        select(
            appointments,
            halls.c.name.label("hall_name"),
            hall_services.c.name.label("service_name"),
        )
        .join(halls, halls.c.code == appointments.c.hall)
        .outerjoin(
            hall_services,
            (hall_services.c.county == appointments.c.county)
            & (hall_services.c.hall == appointments.c.hall)
            & (hall_services.c.code == appointments.c.service),
        )
        .order_by(appointments.c.day, appointments.c.start, appointments.c.code)
    )


def shown(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    """An appointment in the contract's shape."""
    known = rules.queue_rules(connection, row.county, row.hall)
    opens, closes = _check_in_time(row, known)
    return {
        "appointment": row.id,
        "code": row.code,
        "hall": row.hall,
        "hall_name": row.hall_name,
        "service": row.service,
        "service_name": row.service_name or row.service,
        "day": row.day,
        "start": row.start,
        "state": row.state,
        "name": row.name,
        "check_in_from": stamp(opens),
        "check_in_until": stamp(closes),
        "visit": row.visit,
    }


def shown_one(connection: Connection, county: str, identifier: str) -> dict[str, Any]:
    """One appointment, shown."""
    row = connection.execute(
        rows().where(appointments.c.county == county).where(appointments.c.id == identifier)
    ).one()
    return shown(connection, row)
