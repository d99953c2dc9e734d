"""Calling (叫号): next, this one, again; passed over and back; parked, transferred, finished.

A window calls with nothing else in hand; who is called leaves the line in the transaction that
gives them to the window, and the keys of `in_hand` allow neither two windows for a ticket nor two
tickets for a window.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from hall_platform.access import KIOSK
from hall_platform.acts import Delivery
from hall_platform.clock import stamp
from hall_platform.hall import arrangement, line, rules, services_given
from hall_platform.hall.holders import holder_key
from hall_platform.hall.shapes import (
    CallNextAct,
    CallOneAct,
    FinishAct,
    ParkAct,
    PassAct,
    RecallAct,
    ReinsertAct,
    StartAct,
    TakeBackAct,
    TransferAct,
    WindowAct,
)
from hall_platform.hall.tables import hall_windows, in_hand, tickets, window_services
from hall_platform.hall.taking import open_key, refuse_second
from hall_platform.hall.tickets import (
    AT_WINDOW,
    actor,
    change,
    check_state,
    end,
    go_on,
    hall_day,
    held,
    let_go,
    one,
    seconds_between,
    step,
    tell,
)
from hall_platform.problems import Problem
from hall_platform.statements import put


def call_next(connection: Connection, act: CallNextAct, delivery: Delivery) -> dict[str, Any]:
    """Whose turn it is at this window gets called to it.

    Problems: window-not-open, ticket-in-hand, nobody-waiting.
    """
    window = _free_window(connection, act, delivery)
    known = rules.queue_rules(connection, window.county, window.hall)
    found = line.next_for(connection, window, hall_day(delivery.received_at), known)
    if found is None:
        raise Problem("nobody-waiting")
    place, turn = found
    line.leave(connection, place.county, place.ticket)
    if turn != window.turn:
        its = {f"its_{name}": getattr(window, name) for name in ("county", "hall", "window")}
        connection.execute(_TURN, {**its, "turn": turn})
    row = held(connection, place.county, place.hall, place.ticket)
    return _called(connection, row, act, delivery, "call")


def call_one(connection: Connection, act: CallOneAct, delivery: Delivery) -> dict[str, Any]:
    """One ticket is called out of turn, of a service the window takes or sent to it.

    Problems: not-found, window-not-open, ticket-in-hand, ticket-state, ticket-elsewhere,
    service-not-here.
    """
    window = _free_window(connection, act, delivery)
    place = line.hold_place(connection, window.county, delivery.subject)
    row = held(connection, window.county, window.hall, delivery.subject)
    check_state(row, "waiting", "passed")
    if place is not None and place.window not in ("", window.window):
        raise Problem("ticket-elsewhere", window=place.window)
    if place is None or place.window == "":
        _takes(connection, window, row.service)
    line.leave(connection, row.county, row.id)
    return _called(connection, row, act, delivery, "call-one")


def _called(
    connection: Connection, row: Row[Any], act: WindowAct, delivery: Delivery, name: str
) -> dict[str, Any]:
    """The ticket is in the window's hand, and everybody is told."""
    now = delivery.received_at
    first = row.first_called_at is None
    waited = seconds_between(row.queued_at, now) if first else row.waited
    _take_in_hand(connection, row, act.window, delivery)
    times = {"called_at": stamp(now), "round_at": stamp(now)}
    if first:
        times["first_called_at"] = stamp(now)
    change(connection, row, state="called", calls=1, waited=waited, **times)
    step(
        connection,
        row,
        act=name,
        at=now,
        by=actor(delivery.caller),
        to_state="called",
        window=act.window,
    )
    tell(
        connection,
        "ticket-called" if first else "ticket-recalled",
        row,
        now,
        window=act.window,
        waited=waited,
        call=1,
        name=row.name,
    )
    return one(connection, row.county, row.id)


def recall(connection: Connection, act: RecallAct, delivery: Delivery) -> dict[str, Any]:
    """Called again, up to the limit. Problems: of tickets in hand, recall-limit."""
    row = _in_own_hand(connection, act, delivery, "called")
    known = rules.queue_rules(connection, row.county, row.hall)
    if row.calls >= known.recall_limit:
        raise Problem("recall-limit", number=row.number, calls=row.calls)
    now = delivery.received_at
    change(connection, row, calls=row.calls + 1, called_at=stamp(now))
    _step(connection, row, act, delivery, name="recall", to_state="called")
    tell(
        connection,
        "ticket-recalled",
        row,
        now,
        window=act.window,
        waited=row.waited,
        call=row.calls + 1,
        name=row.name,
    )
    return one(connection, row.county, row.id)


def pass_over(connection: Connection, act: PassAct, delivery: Delivery) -> dict[str, Any]:
    """Nobody came (过号); the person may come back until it has happened too often.

    Problems: of tickets in hand.
    """
    row = _in_own_hand(connection, act, delivery, "called")
    known = rules.queue_rules(connection, row.county, row.hall)
    let_go(connection, row)
    change(connection, row, state="passed", passes=row.passes + 1)
    _step(connection, row, act, delivery, name="pass", to_state="passed")
    tell(connection, "ticket-passed", row, delivery.received_at, window=act.window)
    return {
        "ticket": one(connection, row.county, row.id),
        "may_return": row.passes + 1 < known.passes_limit,
    }


def reinsert(connection: Connection, act: ReinsertAct, delivery: Delivery) -> dict[str, Any]:
    """Who was passed over waits again, behind the first k of the own line.

    Problems: not-found, ticket-state, passed-too-often.
    """
    del act
    caller, now = delivery.caller, delivery.received_at
    row = held(connection, caller.county, caller.hall, delivery.subject)
    check_state(row, "passed")
    known = rules.queue_rules(connection, row.county, row.hall)
    if row.passes >= known.passes_limit:
        raise Problem("passed-too-often", number=row.number, passes=row.passes)
    place = line.place_behind(connection, row, known.reinsert_after, now)
    change(connection, row, state="waiting", place=place, window="", calls=0)
    line.join(connection, held(connection, row.county, row.hall, row.id))
    step(
        connection,
        row,
        act="reinsert",
        at=now,
        by=actor(caller),
        to_state="waiting",
        window="" if KIOSK in caller.roles else caller.window,
    )
    tell(connection, "ticket-returned", row, now, window="", origin="passed")
    return one(connection, row.county, row.id)


def park(connection: Connection, act: ParkAct, delivery: Delivery) -> dict[str, Any]:
    """Put aside (挂起); the time it was in hand counts. Problems: of tickets in hand."""
    row = _in_own_hand(connection, act, delivery, *AT_WINDOW)
    now = delivery.received_at
    let_go(connection, row)
    change(connection, row, state="parked", busy=row.busy + seconds_between(row.round_at, now))
    _step(connection, row, act, delivery, name="park", to_state="parked", reason=act.reason)
    tell(connection, "ticket-parked", row, now, window=act.window)
    return one(connection, row.county, row.id)


def take_back(connection: Connection, act: TakeBackAct, delivery: Delivery) -> dict[str, Any]:
    """Go on with one that was put aside, at its window or at one that takes its service.

    Nobody is called by this; who has to be is recalled. Problems: not-found, window-not-open,
    ticket-in-hand, ticket-state, service-not-here.
    """
    window = _free_window(connection, act, delivery)
    row = held(connection, window.county, window.hall, delivery.subject)
    check_state(row, "parked")
    if row.window != act.window:
        _takes(connection, window, row.service)
    now = delivery.received_at
    _take_in_hand(connection, row, act.window, delivery)
    change(connection, row, state="called", calls=0, round_at=stamp(now))
    _step(connection, row, act, delivery, name="take-back", to_state="called")
    tell(connection, "ticket-returned", row, now, window=act.window, origin="parked")
    return one(connection, row.county, row.id)


def transfer(connection: Connection, act: TransferAct, delivery: Delivery) -> dict[str, Any]:
    """Sent on (转号), in the place of the time it was taken at.

    To another service it begins a new wait; to another window of the same service it goes on.
    Problems: of tickets in hand, service-unknown, ticket-exists, window-unknown, window-closed,
    service-not-here.
    """
    row = _in_own_hand(connection, act, delivery, *AT_WINDOW)
    now = delivery.received_at
    to_service = act.to_service or row.service
    _transferable(connection, row, to_service, act.to_window)
    let_go(connection, row)
    spent = row.busy + seconds_between(row.round_at, now)
    values: dict[str, Any] = {"state": "waiting", "window": "", "calls": 0, "busy": spent}
    if to_service != row.service:
        values |= {
            "service": to_service,
            "queued_at": stamp(now),
            "first_called_at": None,
            "waited": None,
            "started_at": None,
            "busy": 0,
            "open_key": open_key(to_service, row.holder_key) if row.holder_key else None,
        }
    change(connection, row, **values)
    _step(connection, row, act, delivery, name="transfer", to_state="waiting", reason=act.reason)
    moved = held(connection, row.county, row.hall, row.id)
    line.join(connection, moved, act.to_window or "")
    tell(
        connection,
        "ticket-transferred",
        row,
        now,
        to_service=to_service,
        window=act.window,
        to_window=act.to_window or "",
        served=spent,
    )
    return one(connection, row.county, row.id)


def _transferable(
    connection: Connection, row: Row[Any], to_service: str, to_window: str | None
) -> None:
    if to_service != row.service:
        if arrangement.service(connection, row.county, row.hall, to_service) is None:
            raise Problem("service-unknown", services=[to_service])
        if row.holder_key:
            key = open_key(to_service, row.holder_key)
            refuse_second(connection, row.county, row.hall, row.day, key)
    if to_window is not None:
        target = _target_window(connection, row, to_window)
        if target.state == "closed":
            raise Problem("window-closed", window=to_window)
        _takes(connection, target, to_service)


def _target_window(connection: Connection, row: Row[Any], code: str) -> Row[Any]:
    found = connection.execute(
        select(hall_windows)
        .where(hall_windows.c.county == row.county)
        .where(hall_windows.c.hall == row.hall)
        .where(hall_windows.c.window == code)
    ).one_or_none()
    if found is None:
        raise Problem("window-unknown")
    return found


def start(connection: Connection, act: StartAct, delivery: Delivery) -> dict[str, Any]:
    """The person is at the window; a card that is not theirs says so.

    Problems: of tickets in hand, other-person.
    """
    row = _in_own_hand(connection, act, delivery, *AT_WINDOW)
    if act.holder is not None and row.holder_key is not None:
        key = holder_key(connection, row.county, row.hall, row.day, act.holder)
        if key != row.holder_key:
            raise Problem("other-person", number=row.number)
    if row.state == "called":
        change(connection, row, state="serving", started_at=stamp(delivery.received_at))
        _step(connection, row, act, delivery, name="start", to_state="serving")
    return one(connection, row.county, row.id)


def finish(connection: Connection, act: FinishAct, delivery: Delivery) -> dict[str, Any]:
    """The service is over: what may be rated is offered, the visit's next service is queued.

    Problems: of tickets in hand.
    """
    row = _in_own_hand(connection, act, delivery, *AT_WINDOW)
    now = delivery.received_at
    served = row.busy + seconds_between(row.round_at, now)
    end(connection, row, "finished", now, served=served)
    _step(connection, row, act, delivery, name="finish", to_state="finished")
    tell(connection, "ticket-finished", row, now, window=act.window, served=served)
    given = services_given.of_ticket(row, window=act.window, operator=str(act.operator.id), at=now)
    offers = [
        services_given.record(connection, given, kind=act.kind, case=case)
        for case in (dict.fromkeys(map(str, act.cases)) or [None])
    ]
    following = go_on(connection, row, now, actor(delivery.caller))
    return {
        "ticket": one(connection, row.county, row.id),
        "offers": offers,
        "next": one(connection, row.county, following) if following else None,
    }


# what these ask ----------------------------------------------------------------------------------


_OTHER = (
    select(tickets.c.number)
    .join(in_hand, (in_hand.c.county == tickets.c.county) & (in_hand.c.ticket == tickets.c.id))
    .where(in_hand.c.county == bindparam("county"))
    .where(in_hand.c.hall == bindparam("hall"))
    .where(in_hand.c.window == bindparam("window"))
)
_TURN = (
    update(hall_windows)
    .where(hall_windows.c.county == bindparam("its_county"))
    .where(hall_windows.c.hall == bindparam("its_hall"))
    .where(hall_windows.c.window == bindparam("its_window"))
)


def _free_window(connection: Connection, act: WindowAct, delivery: Delivery) -> Row[Any]:
    """The own window, open by this operator and with nothing in hand, held."""
    caller = delivery.caller
    window = arrangement.window_to_change(connection, caller.county, caller.hall, act.window)
    if window.state != "open" or window.operator != str(act.operator.id):
        raise Problem("window-not-open", state=window.state)
    here = {"county": window.county, "hall": window.hall, "window": window.window}
    other = connection.execute(_OTHER, here).one_or_none()
    if other is not None:
        raise Problem("ticket-in-hand", number=other.number)
    return window


def _takes(connection: Connection, window: Row[Any], service: str) -> None:
    taken = connection.execute(
        select(window_services.c.service)
        .where(window_services.c.county == window.county)
        .where(window_services.c.hall == window.hall)
        .where(window_services.c.window == window.window)
        .where(window_services.c.service == service)
    ).first()
    if taken is None:
        raise Problem("service-not-here", service=service)


def _take_in_hand(connection: Connection, row: Row[Any], window: str, delivery: Delivery) -> None:
    put(connection, in_hand, county=row.county, hall=row.hall, window=window, ticket=row.id)
    change(connection, row, window=window, operator=delivery.caller.operator)


def _in_own_hand(
    connection: Connection, act: WindowAct, delivery: Delivery, *states: str
) -> Row[Any]:
    """The ticket, which the own window has in hand.

    Problems: not-found, ticket-state, ticket-elsewhere.
    """
    caller = delivery.caller
    row = held(connection, caller.county, caller.hall, delivery.subject)
    check_state(row, *states)
    if row.window != act.window:
        raise Problem("ticket-elsewhere", number=row.number, window=row.window)
    return row


def _step(
    connection: Connection,
    row: Row[Any],
    act: WindowAct,
    delivery: Delivery,
    *,
    name: str,
    to_state: str,
    reason: str = "",
) -> None:
    step(
        connection,
        row,
        act=name,
        at=delivery.received_at,
        by=actor(delivery.caller),
        to_state=to_state,
        window=act.window,
        reason=reason,
    )
