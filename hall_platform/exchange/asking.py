"""The one query to all base libraries: founded, cut to the need, on record before it leaves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from hall_platform import data_use
from hall_platform.access import Caller
from hall_platform.clock import day_of, stamp
from hall_platform.context import Context
from hall_platform.exchange import directory, unusual
from hall_platform.exchange.purposes import Need, needed
from hall_platform.exchange.shapes import ExchangeQuery
from hall_platform.exchange.sources import (
    Found,
    Question,
    SourceAway,
    connector,
    is_local,
)
from hall_platform.problems import Problem


@dataclass(frozen=True)
class _Permitted:
    """A query that may be asked, and of which resource."""

    asked: ExchangeQuery
    resource: Row[Any]
    need: Need


def ask(context: Context, caller: Caller, asked: ExchangeQuery) -> dict[str, Any]:
    """The answer in the contract's shape.

    Problems: resource-unknown, resource-not-shared, resource-stopped, item-unknown,
    purpose-unfounded, resource-not-needed, source-unavailable.
    """
    now = context.clock.now()
    found: list[Found] | None = None
    with context.store.read() as connection:
        permitted = _permitted(connection, caller, asked)
        question = _question(permitted, caller, now)
        if is_local(permitted.resource.connector):
            found = connector(permitted.resource.connector, connection, context).fetch(question)
    away = 0.0
    if found is None:  # nobody waits for another platform with a connection to the store in hand
        try:
            with context.store.read() as connection:
                source = connector(permitted.resource.connector, connection, context)
            found = source.fetch(question)
        except SourceAway as failure:
            away = failure.retry_after
    number, stopped = context.store.write(
        lambda connection: _recorded(connection, caller, permitted, found, now)
    )
    if stopped:
        raise Problem("resource-stopped")
    if found is None:
        retry = str(max(1, math.ceil(away)))
        raise Problem("source-unavailable", headers={"Retry-After": retry}, query=number)
    return _answer(permitted, found, number, now)


def _permitted(connection: Connection, caller: Caller, asked: ExchangeQuery) -> _Permitted:
    row = directory.found(connection, asked.resource)
    if row is None:
        raise Problem("resource-unknown")
    need = needed(connection, caller, asked, row)
    if row.sharing == "none":
        raise Problem("resource-not-shared")
    if row.standing != "open":
        raise Problem("resource-stopped")
    return _Permitted(asked, row, need)


def _question(permitted: _Permitted, caller: Caller, now: datetime) -> Question:
    asked = permitted.asked
    return Question(
        resource=asked.resource,
        holder=asked.holder,
        fields=permitted.need.fields,
        licence_types=permitted.need.licence_types,
        today=day_of(now),
        basis={
            "hall": caller.hall,
            "window": caller.window,
            "operator": caller.operator or caller.citizen,
            "item": asked.item,
            "case": str(asked.case or asked.preapplication or ""),
            "reason": asked.reason,
        },
    )


def _recorded(
    connection: Connection,
    caller: Caller,
    permitted: _Permitted,
    found: list[Found] | None,
    now: datetime,
) -> tuple[str, bool]:
    """The number of the record, and whether the resource was stopped meanwhile."""
    asked = permitted.asked
    row = directory.found(connection, asked.resource)
    stopped = row is None or row.standing != "open"
    outcome = "unavailable" if stopped or found is None else "answered" if found else "nothing"
    number = data_use.record(
        connection,
        caller=caller,
        at=now,
        resource=asked.resource,
        purpose=asked.reason,
        holder=asked.holder,
        answered=permitted.need.fields if outcome == "answered" else (),
        item=asked.item,
        case=str(asked.case) if asked.case else None,
        preapplication=str(asked.preapplication) if asked.preapplication else None,
        outcome=outcome,
    )
    unusual.look_at(connection, caller, now)
    return number, stopped


def _answer(
    permitted: _Permitted, found: list[Found], number: str, now: datetime
) -> dict[str, Any]:
    fields = permitted.need.fields
    row = permitted.resource
    return {
        "query": number,
        "resource": row.code,
        "title": row.title,
        "source": {"name": row.body_name, "code": row.body_code},
        "fields": list(fields),
        "records": [
            {
                "record": one.record,
                "values": {code: one.values.get(code) for code in fields},
            }
            for one in found
        ],
        "answered_at": stamp(now),
        "trust_grade": "A",
    }
