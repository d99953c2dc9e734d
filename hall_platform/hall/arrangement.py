"""The arrangement of a hall: its services, its windows and which services they take."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.acts import Delivery
from hall_platform.clock import stamp
from hall_platform.etags import check_match, tag
from hall_platform.events.log import emit
from hall_platform.hall.arrangement_shapes import (
    AddServiceAct,
    ArrangeWindowAct,
    ChangeServiceAct,
    ChangeWindowAct,
    OrderWindowAct,
    ServiceFacts,
)
from hall_platform.hall.rules import tell_arranged
from hall_platform.hall.tables import (
    hall_services,
    hall_windows,
    in_hand,
    queue_places,
    tickets,
    window_services,
)
from hall_platform.identity import queries as identity
from hall_platform.identity.tables import operators, windows
from hall_platform.problems import Problem

# services ----------------------------------------------------------------------------------------


_SERVICE = (
    select(hall_services)
    .where(hall_services.c.county == bindparam("county"))
    .where(hall_services.c.hall == bindparam("hall"))
    .where(hall_services.c.code == bindparam("code"))
)


def service(connection: Connection, county: str, hall: str, code: str) -> Row[Any] | None:
    """A service of the hall, if it offers it."""
    return connection.execute(_SERVICE, {"county": county, "hall": hall, "code": code}).first()


def services(connection: Connection, county: str, hall: str) -> list[dict[str, Any]]:
    """The services of a hall in their order."""
    rows = connection.execute(
        _services(county, hall).order_by(hall_services.c.position, hall_services.c.code)
    )
    return [service_shown(row) for row in rows]


def service_shown(row: Row[Any]) -> dict[str, Any]:
    """A service in the contract's shape."""
    return {
        "code": row.code,
        "prefix": row.prefix,
        "name": row.name,
        "position": row.position,
        "items": json.loads(row.items),
        "mean_service_s": row.mean_service_s,
        "rank": row.rank,
        "needs_holder": row.needs_holder,
        "slot_capacity": row.slot_capacity,
        "taking": row.taking,
        "etag": _service_tag(row),
    }


def add_service(connection: Connection, act: AddServiceAct, delivery: Delivery) -> dict[str, Any]:
    """The hall offers a new service. Problems: service-exists, prefix-used."""
    county, hall = delivery.caller.county, delivery.caller.hall
    if service(connection, county, hall, act.code) is not None:
        raise Problem("service-exists")
    _prefix_is_free(connection, county, hall, act)
    connection.execute(
        insert(hall_services).values(
            county=county, hall=hall, code=act.code, version=1, **_facts(act)
        )
    )
    tell_arranged(connection, delivery, "services")
    return service_shown(_known(connection, county, hall, act.code))


def change_service(
    connection: Connection, act: ChangeServiceAct, delivery: Delivery
) -> dict[str, Any]:
    """The hall offers it differently. Problems: not-found, changed-meanwhile, prefix-used."""
    county, hall, code = delivery.caller.county, delivery.caller.hall, delivery.subject
    row = connection.execute(
        _services(county, hall).where(hall_services.c.code == code).with_for_update()
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    check_match(delivery.if_match, _service_tag(row))
    _prefix_is_free(connection, county, hall, act, besides=code)
    connection.execute(
        update(hall_services)
        .where(hall_services.c.county == county)
        .where(hall_services.c.hall == hall)
        .where(hall_services.c.code == code)
        .values(version=row.version + 1, **_facts(act))
    )
    tell_arranged(connection, delivery, "services")
    return service_shown(_known(connection, county, hall, code))


def _services(county: str, hall: str) -> Any:
    return (
        select(hall_services)
        .where(hall_services.c.county == county)
        .where(hall_services.c.hall == hall)
    )


def _known(connection: Connection, county: str, hall: str, code: str) -> Row[Any]:
    row: Row[Any] = connection.execute(
        _services(county, hall).where(hall_services.c.code == code)
    ).one()
    return row


def _prefix_is_free(
    connection: Connection, county: str, hall: str, act: ServiceFacts, besides: str = ""
) -> None:
    other = connection.execute(
        _services(county, hall)
        .where(hall_services.c.prefix == act.prefix)
        .where(hall_services.c.code != besides)
    ).first()
    if other is not None:
        raise Problem("prefix-used", service=other.code)


def _facts(act: ServiceFacts) -> dict[str, Any]:
    facts = act.model_dump(include=set(ServiceFacts.model_fields))
    return {**facts, "items": json.dumps(facts["items"])}


def _service_tag(row: Row[Any]) -> str:
    return tag(f"service-{row.code}", row.version)


# windows -----------------------------------------------------------------------------------------


_WINDOW = (
    select(hall_windows)
    .where(hall_windows.c.county == bindparam("county"))
    .where(hall_windows.c.hall == bindparam("hall"))
    .where(hall_windows.c.window == bindparam("window"))
    .with_for_update()
)


def window_to_change(connection: Connection, county: str, hall: str, code: str) -> Row[Any]:
    """A window's row, held for this transaction, made where it was not there yet.

    Problem("not-found"): the hall has no such window.
    """
    wanted = {"county": county, "hall": hall, "window": code}
    row = connection.execute(_WINDOW, wanted).one_or_none()
    if row is not None:
        return row
    there = connection.execute(
        select(windows.c.code).where(windows.c.hall == hall).where(windows.c.code == code)
    ).first()
    if there is None:
        raise Problem("not-found")
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(
        dialect.insert(hall_windows)
        .values(
            county=county,
            hall=hall,
            window=code,
            state="closed",
            reason="",
            operator=None,
            since="",
            turn=0,
            version=0,
        )
        .on_conflict_do_nothing()
    )
    return connection.execute(_WINDOW, wanted).one()


def windows_of(connection: Connection, county: str, hall: str, code: str = "") -> list[Any]:
    """The windows of a hall, or the one of a code, in the contract's shape."""
    here = hall_windows.c
    wanted = (
        select(
            windows.c.code,
            windows.c.name,
            windows.c.active,
            here.state,
            here.reason,
            here.operator,
            here.since,
            here.version,
            operators.c.name.label("operator_name"),
            tickets.c.number,
        )
        .select_from(windows)
        .outerjoin(
            hall_windows,
            (here.hall == windows.c.hall)
            & (here.window == windows.c.code)
            & (here.county == county),
        )
        .outerjoin(operators, operators.c.id == here.operator)
        .outerjoin(
            in_hand,
            (in_hand.c.county == county)
            & (in_hand.c.hall == hall)
            & (in_hand.c.window == windows.c.code),
        )
        .outerjoin(tickets, (tickets.c.county == county) & (tickets.c.id == in_hand.c.ticket))
        .where(windows.c.hall == hall)
        .order_by(windows.c.code)
    )
    if code:
        wanted = wanted.where(windows.c.code == code)
    taken = _services_by_window(connection, county, hall)
    return [
        {
            "window": row.code,
            "name": row.name,
            "active": row.active,
            "state": row.state or "closed",
            "reason": row.reason or "",
            "operator": row.operator or "",
            "operator_name": row.operator_name or "",
            "since": row.since or "",
            "services": taken.get(row.code, []),
            "in_hand": row.number or "",
            "etag": _window_tag(row.code, row.version or 0),
        }
        for row in connection.execute(wanted)
    ]


def arrange_window(
    connection: Connection, act: ArrangeWindowAct, delivery: Delivery
) -> dict[str, Any]:
    """The window takes these services. Problems: not-found, changed-meanwhile, service-unknown."""
    county, hall, code = delivery.caller.county, delivery.caller.hall, delivery.subject
    row = window_to_change(connection, county, hall, code)
    check_match(delivery.if_match, _window_tag(code, row.version))
    wanted = sorted(set(act.services))
    known = {one["code"] for one in services(connection, county, hall)}
    if not known.issuperset(wanted):
        raise Problem("service-unknown", services=sorted(set(wanted) - known))
    connection.execute(
        delete(window_services)
        .where(window_services.c.county == county)
        .where(window_services.c.hall == hall)
        .where(window_services.c.window == code)
    )
    if wanted:
        connection.execute(
            insert(window_services),
            [{"county": county, "hall": hall, "window": code, "service": one} for one in wanted],
        )
    return changed(connection, delivery, row)


def change_window(
    connection: Connection, act: ChangeWindowAct, delivery: Delivery
) -> dict[str, Any]:
    """The own window is opened by who is there, paused, or closed.

    Problems: ticket-in-hand (it closes only with nothing in hand), window-off.
    """
    caller = delivery.caller
    row = window_to_change(connection, caller.county, caller.hall, act.window)
    if act.state != "closed":
        identity.check_window(connection, caller.hall, act.window)
    operator = None if act.state == "closed" else str(act.operator.id)
    return _set_state(
        connection, delivery, row, state=act.state, reason=act.reason, operator=operator
    )


def order_window(connection: Connection, act: OrderWindowAct, delivery: Delivery) -> dict[str, Any]:
    """The head of the hall pauses or closes it. Problems: not-found, ticket-in-hand."""
    caller = delivery.caller
    row = window_to_change(connection, caller.county, caller.hall, delivery.subject)
    operator = None if act.state == "closed" else row.operator
    return _set_state(
        connection, delivery, row, state=act.state, reason=act.reason, operator=operator
    )


def _set_state(
    connection: Connection,
    delivery: Delivery,
    row: Row[Any],
    *,
    state: str,
    reason: str,
    operator: str | None,
) -> dict[str, Any]:
    if state == "closed":
        clear_to_close(connection, row)
    values = {"state": state, "reason": "" if state == "open" else reason, "operator": operator}
    return changed(connection, delivery, row, since=stamp(delivery.received_at), **values)


def clear_to_close(connection: Connection, row: Row[Any]) -> None:
    """Whoever was sent to this window is called by any that takes the service.

    Problem("ticket-in-hand").
    """
    _nothing_in_hand(connection, row)
    connection.execute(
        update(queue_places)
        .where(queue_places.c.county == row.county)
        .where(queue_places.c.hall == row.hall)
        .where(queue_places.c.window == row.window)
        .values(window="")
    )


def _nothing_in_hand(connection: Connection, row: Row[Any]) -> None:
    held = connection.execute(
        select(tickets.c.number)
        .join(in_hand, (in_hand.c.county == tickets.c.county) & (in_hand.c.ticket == tickets.c.id))
        .where(in_hand.c.county == row.county)
        .where(in_hand.c.hall == row.hall)
        .where(in_hand.c.window == row.window)
    ).first()
    if held is not None:
        raise Problem("ticket-in-hand", number=held.number)


def changed(
    connection: Connection, delivery: Delivery, row: Row[Any], **values: Any
) -> dict[str, Any]:
    """The window has these values, and everybody is told; it in the contract's shape."""
    connection.execute(
        update(hall_windows)
        .where(hall_windows.c.county == row.county)
        .where(hall_windows.c.hall == row.hall)
        .where(hall_windows.c.window == row.window)
        .values(version=row.version + 1, **values)
    )
    (shown,) = windows_of(connection, row.county, row.hall, row.window)
    emit(
        connection,
        "window-changed",
        at=delivery.received_at,
        county=row.county,
        hall=row.hall,
        subject=row.window,
        body={
            "window": row.window,
            "active": shown["active"],
            "state": shown["state"],
            "reason": shown["reason"],
            "operator_present": bool(shown["operator"]),
            "services": shown["services"],
        },
    )
    found: dict[str, Any] = shown
    return found


def _services_by_window(connection: Connection, county: str, hall: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in connection.execute(
        select(window_services.c.window, window_services.c.service)
        .where(window_services.c.county == county)
        .where(window_services.c.hall == hall)
        .order_by(window_services.c.service)
    ):
        found.setdefault(row.window, []).append(row.service)
    return found


def _window_tag(code: str, version: int) -> str:
    return tag(f"window-{code}", version)
