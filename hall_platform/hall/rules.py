"""The rules of a hall's queue and its opening hours: data that the head of the hall changes."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.acts import Delivery
from hall_platform.calendar import WorkingCalendar
from hall_platform.clock import HALL_ZONE, day_of
from hall_platform.etags import check_match, tag
from hall_platform.events.log import emit
from hall_platform.hall.arrangement_shapes import Opening, QueueRules, SetOpeningAct, SetRulesAct
from hall_platform.hall.tables import hall_rules

_NO_HOURS = json.dumps({"week": [[] for _ in range(7)], "exceptions": []})

_RULES = (
    select(hall_rules)
    .where(hall_rules.c.county == bindparam("county"))
    .where(hall_rules.c.hall == bindparam("hall"))
)
_RULES_HELD = _RULES.with_for_update()


def _row(connection: Connection, county: str, hall: str, *, to_change: bool = False) -> Any:
    wanted = {"county": county, "hall": hall}
    row = connection.execute(_RULES_HELD if to_change else _RULES, wanted).one_or_none()
    if row is not None or not to_change:
        return row
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(
        dialect.insert(hall_rules)
        .values(
            county=county,
            hall=hall,
            queue=QueueRules().model_dump_json(),
            queue_version=0,
            opening=_NO_HOURS,
            opening_version=0,
        )
        .on_conflict_do_nothing()
    )
    return connection.execute(_RULES_HELD, wanted).one()


def queue_rules(connection: Connection, county: str, hall: str) -> QueueRules:
    """The rules of a hall's queue; the usual ones until they are set."""
    row = _row(connection, county, hall)
    return QueueRules() if row is None else QueueRules.model_validate_json(row.queue)


def queue_rules_shown(connection: Connection, county: str, hall: str) -> dict[str, Any]:
    """The rules in the contract's shape."""
    row = _row(connection, county, hall)
    known = QueueRules() if row is None else QueueRules.model_validate_json(row.queue)
    return {**known.model_dump(), "etag": _rules_tag(hall, row.queue_version if row else 0)}


def opening(connection: Connection, county: str, hall: str) -> Opening:
    """A hall's opening hours; none until they are set."""
    row = _row(connection, county, hall)
    return Opening.model_validate_json(_NO_HOURS if row is None else row.opening)


def opening_shown(connection: Connection, county: str, hall: str) -> dict[str, Any]:
    """The opening hours in the contract's shape."""
    row = _row(connection, county, hall)
    known = Opening.model_validate_json(_NO_HOURS if row is None else row.opening)
    return {**known.model_dump(), "etag": _hours_tag(hall, row.opening_version if row else 0)}


def spans_on(hours: Opening, day: date, calendar: WorkingCalendar) -> list[tuple[str, str]]:
    """When the hall is open on a day, as (from, until) clock texts."""
    for one in hours.exceptions:
        if one.day == day.isoformat():
            return [(span.begins, span.ends) for span in one.spans]
    if day in calendar.off:
        return []
    own = hours.week[day.weekday()]
    if day in calendar.work:
        own = own or hours.week[0]
    return [(span.begins, span.ends) for span in own]


def is_open(hours: Opening, moment: datetime, calendar: WorkingCalendar) -> bool:
    """Whether the hall is open at a moment."""
    clock = moment.astimezone(HALL_ZONE).strftime("%H:%M")
    spans = spans_on(hours, day_of(moment), calendar)
    return any(begins <= clock < ends for begins, ends in spans)


def set_queue_rules(connection: Connection, act: SetRulesAct, delivery: Delivery) -> dict[str, Any]:
    """The queue goes by these rules from the next call on. Problem("changed-meanwhile")."""
    county, hall = delivery.caller.county, delivery.caller.hall
    row = _row(connection, county, hall, to_change=True)
    check_match(delivery.if_match, _rules_tag(hall, row.queue_version))
    connection.execute(
        update(hall_rules)
        .where(hall_rules.c.county == county)
        .where(hall_rules.c.hall == hall)
        .values(
            queue=QueueRules(**act.model_dump(exclude={"act"})).model_dump_json(),
            queue_version=row.queue_version + 1,
        )
    )
    tell_arranged(connection, delivery, "rules")
    return queue_rules_shown(connection, county, hall)


def set_opening(connection: Connection, act: SetOpeningAct, delivery: Delivery) -> dict[str, Any]:
    """The hall is open at these hours. Problem("changed-meanwhile")."""
    county, hall = delivery.caller.county, delivery.caller.hall
    row = _row(connection, county, hall, to_change=True)
    check_match(delivery.if_match, _hours_tag(hall, row.opening_version))
    connection.execute(
        update(hall_rules)
        .where(hall_rules.c.county == county)
        .where(hall_rules.c.hall == hall)
        .values(
            opening=Opening(**act.model_dump(exclude={"act"})).model_dump_json(),
            opening_version=row.opening_version + 1,
        )
    )
    tell_arranged(connection, delivery, "opening")
    return opening_shown(connection, county, hall)


def tell_arranged(connection: Connection, delivery: Delivery, what: str) -> None:
    """Tell the faces of the hall that something of its arrangement has changed."""
    emit(
        connection,
        "hall-arranged",
        at=delivery.received_at,
        county=delivery.caller.county,
        hall=delivery.caller.hall,
        subject=delivery.caller.hall,
        body={"changed": what},
    )


def _rules_tag(hall: str, version: int) -> str:
    return tag(f"rules-{hall}", version)


def _hours_tag(hall: str, version: int) -> str:
    return tag(f"hours-{hall}", version)
