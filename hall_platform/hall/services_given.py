"""Services given at windows, each of which may be rated once (一次一评).

A case has several: its receipt, its acceptance, its delivery. Each has a number within the case and
a token of its own that is good for one rating; of the token only its digest is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from hall_platform.access import new_token, token_hash
from hall_platform.acts import Delivery
from hall_platform.clock import stamp
from hall_platform.hall.rating_shapes import FinishServiceAct
from hall_platform.hall.tables import service_records
from hall_platform.hall.tickets import new_id
from hall_platform.statements import put

TOKEN_LASTS = timedelta(days=3)  # the code on the receipt is good at home too


@dataclass(frozen=True)
class Given:
    """A service that is over: where, by whom, when, for which ticket."""

    county: str
    hall: str
    window: str
    service: str
    operator: str
    at: datetime
    ticket: str | None = None


def of_ticket(row: Row[Any], *, window: str, operator: str, at: datetime) -> Given:
    """The service a ticket was for."""
    return Given(row.county, row.hall, window, row.service, operator, at, row.id)


def finish_service(
    connection: Connection, act: FinishServiceAct, delivery: Delivery
) -> dict[str, Any]:
    """A service for a case was given to somebody who came without a ticket."""
    given = Given(
        county=delivery.caller.county,
        hall=delivery.caller.hall,
        window=act.window,
        service=act.service or "",
        operator=str(act.operator.id),
        at=delivery.received_at,
    )
    return record(connection, given, kind=act.kind, case=str(act.case))


def record(connection: Connection, given: Given, *, kind: str, case: str | None) -> dict[str, Any]:
    """Write the service down; what the applicant's screen needs to have it rated."""
    token, identifier = new_token(), new_id()
    number = 1 if case is None else _next_number(connection, given.county, case)
    ends_at = stamp(given.at + TOKEN_LASTS)
    put(
        connection,
        service_records,
        county=given.county,
        id=identifier,
        case_id=case,
        service_number=number,
        kind=kind,
        ticket=given.ticket,
        hall=given.hall,
        window=given.window,
        service=given.service,
        operator=given.operator,
        finished_at=stamp(given.at),
        token_hash=token_hash(token),
        token_ends_at=ends_at,
    )
    return {
        "record": identifier,
        "case": case,
        "service_number": number,
        "token": token,
        "ends_at": ends_at,
    }


def _next_number(connection: Connection, county: str, case: str) -> int:
    last: int = connection.execute(
        select(func.coalesce(func.max(service_records.c.service_number), 0))
        .where(service_records.c.county == county)
        .where(service_records.c.case_id == case)
    ).scalar_one()
    return last + 1
