"""The record of every look at a person's data: who, where, for what, about whom, what came back."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from hall_platform.access import Caller
from hall_platform.clock import stamp
from hall_platform.exchange.tables import data_uses
from hall_platform.shapes import Holder
from hall_platform.statements import put


def record(
    connection: Connection,
    *,
    caller: Caller,
    at: datetime,
    resource: str,
    purpose: str,
    holder: Holder,
    answered: Sequence[str],
    item: str | None = None,
    case: str | None = None,
    preapplication: str | None = None,
    outcome: str | None = None,
) -> str:
    """Write the record; returns its number. Data goes out only after this is durable.

    `outcome` is "answered", "nothing" or "unavailable"; without it what was answered says it.
    """
    number = str(uuid.uuid4())
    put(
        connection,
        data_uses,
        id=number,
        at=stamp(at),
        resource=resource,
        session=caller.session,
        operator=caller.operator,
        citizen=caller.citizen,
        county=caller.county,
        hall=caller.hall,
        window=caller.window,
        purpose=purpose,
        item=item,
        case_id=case,
        preapplication=preapplication,
        holder_kind=holder.kind,
        holder_number=holder.number,
        answered=json.dumps(list(answered)),
        outcome=outcome or ("answered" if answered else "nothing"),
    )
    return number


def record_sending(
    connection: Connection,
    *,
    at: datetime,
    resource: str,
    purpose: str,
    holder: Holder,
    answered: Sequence[str],
    item: str,
    case: str,
    county: str,
    hall: str,
) -> None:
    """Write that the platform itself sends a person's data to another one, before it does."""
    put(
        connection,
        data_uses,
        id=str(uuid.uuid4()),
        at=stamp(at),
        resource=resource,
        session=None,
        operator="",
        citizen="",
        county=county,
        hall=hall,
        window="",
        purpose=purpose,
        item=item,
        case_id=case,
        holder_kind=holder.kind,
        holder_number=holder.number,
        answered=json.dumps(list(answered)),
        outcome="answered",
    )
