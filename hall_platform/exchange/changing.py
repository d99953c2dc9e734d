"""Changing a record of the libraries as its source body corrected it; the old value is kept."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from hall_platform.clock import stamp
from hall_platform.exchange import directory
from hall_platform.exchange.following import Correcting
from hall_platform.exchange.tables import (
    library_records,
    organisations,
    people,
    record_changes,
    record_subjects,
)
from hall_platform.problems import Problem

LONGEST = 500


def change_record(connection: Connection, correcting: Correcting, value: str, at: datetime) -> None:
    """Set the field to the value and keep what it was. Problems: record-unknown, value-unfit.

    Records of another platform and e-licences are changed where they are kept: by the source
    itself, or by a new version of the licence.
    """
    resource = directory.found(connection, correcting.resource)
    connector = resource.connector if resource is not None else ""
    if connector == "records":
        before = _in_library(connection, correcting, value, at)
    elif connector == "registers":
        before = _in_register(connection, correcting, value)
    else:
        return
    connection.execute(
        insert(record_changes).values(
            county=correcting.county,
            correction=correcting.id,
            resource=correcting.resource,
            record=correcting.record,
            field=correcting.field,
            before=json.dumps(before, ensure_ascii=False),
            after=value,
            at=stamp(at),
        )
    )


def is_now(connection: Connection, correcting: Correcting) -> Any:
    """What the record says in the reported field; None where it is kept elsewhere."""
    resource = directory.found(connection, correcting.resource)
    connector = resource.connector if resource is not None else ""
    if connector == "registers":
        return _register(connection, correcting)[1].get(correcting.field)
    if connector == "records":
        body, own = _record(connection, correcting)
        return {**body, **own}.get(correcting.field)
    return None


def _in_library(connection: Connection, correcting: Correcting, value: str, at: datetime) -> Any:
    body, own = _record(connection, correcting)
    # What is one person's own stands beside the record, the rest is common to all its people.
    holds = own if correcting.field in own else body
    before = holds.get(correcting.field)
    holds[correcting.field] = _like(before, value)
    connection.execute(
        update(record_subjects)
        .where(record_subjects.c.resource == correcting.resource)
        .where(record_subjects.c.record == correcting.record)
        .where(record_subjects.c.holder_number == correcting.holder_number)
        .values(own=json.dumps(own, ensure_ascii=False))
    )
    connection.execute(
        update(library_records)
        .where(library_records.c.resource == correcting.resource)
        .where(library_records.c.id == correcting.record)
        .values(body=json.dumps(body, ensure_ascii=False), updated_at=stamp(at))
    )
    return before


def _in_register(connection: Connection, correcting: Correcting, value: str) -> Any:
    table, body = _register(connection, correcting)
    before = body.get(correcting.field)
    body[correcting.field] = _like(before, value)
    connection.execute(
        update(table)
        .where(table.c.number == correcting.holder_number)
        .values(name=body["name"], body=json.dumps(body, ensure_ascii=False))
    )
    return before


def _record(
    connection: Connection, correcting: Correcting
) -> tuple[dict[str, Any], dict[str, Any]]:
    row = connection.execute(
        select(library_records.c.body, record_subjects.c.own)
        .join(
            record_subjects,
            (record_subjects.c.resource == library_records.c.resource)
            & (record_subjects.c.record == library_records.c.id),
        )
        .where(library_records.c.resource == correcting.resource)
        .where(library_records.c.id == correcting.record)
        .where(record_subjects.c.holder_number == correcting.holder_number)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise Problem("record-unknown")
    return json.loads(row.body), json.loads(row.own)


def _register(connection: Connection, correcting: Correcting) -> tuple[Table, dict[str, Any]]:
    table = organisations if correcting.holder_kind == "organisation" else people
    body = connection.execute(
        select(table.c.body).where(table.c.number == correcting.holder_number).with_for_update()
    ).scalar_one_or_none()
    if body is None:
        raise Problem("record-unknown")
    found: dict[str, Any] = json.loads(body)
    return table, found


def _like(before: Any, value: str) -> str | int:
    """The value in the kind of the one before. Problem("value-unfit")."""
    if isinstance(before, int) and not isinstance(before, bool):
        if not (value.isascii() and value.isdigit() and len(value) <= 9):
            raise Problem("value-unfit")
        return int(value)
    if not value.strip() or len(value) > LONGEST:
        raise Problem("value-unfit")
    return value
