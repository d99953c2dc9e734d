"""The directory of shared resources (信息资源目录), and stopping one at once (紧急停用)."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from hall_platform.acts import Delivery
from hall_platform.clock import stamp
from hall_platform.etags import check_match
from hall_platform.events.log import emit
from hall_platform.exchange.shapes import Reopening, ResourceChange, Stopping
from hall_platform.exchange.tables import resources
from hall_platform.problems import Problem, invalid

_FIRST_TAG = '"new"'


def found(connection: Connection, code: str) -> Row[Any] | None:
    """One resource's row, if there is one."""
    return connection.execute(select(resources).where(resources.c.code == code)).one_or_none()


def _found_to_change(connection: Connection, code: str) -> Row[Any] | None:
    """The same, held for this transaction: of two changes from one state one is refused."""
    return connection.execute(
        select(resources).where(resources.c.code == code).with_for_update()
    ).one_or_none()


def page(
    connection: Connection, library: str | None, limit: int, after: str
) -> tuple[list[dict[str, Any]], bool]:
    """Resources by code, of one library or all, and whether there are more."""
    wanted = (
        select(resources)
        .where(resources.c.code > after)
        .order_by(resources.c.code)
        .limit(limit + 1)
    )
    if library is not None:
        wanted = wanted.where(resources.c.library == library)
    rows = connection.execute(wanted).all()
    return [shown(row) for row in rows[:limit]], len(rows) > limit


def etag(row: Row[Any]) -> str:
    """The tag of a resource's state."""
    return f'"{row.code}-{row.version}"'


def fields_of(row: Row[Any]) -> dict[str, dict[str, str]]:
    """The resource's fields by code, in their order."""
    return {one["code"]: one for one in json.loads(row.fields)}


def shown(row: Row[Any]) -> dict[str, Any]:
    """A resource in the contract's shape."""
    return {
        "code": row.code,
        "library": row.library,
        "title": row.title,
        "body": {"name": row.body_name, "code": row.body_code},
        "fields": json.loads(row.fields),
        "update_cycle": row.update_cycle,
        "sharing": row.sharing,
        "sharing_condition": row.sharing_condition,
        "correction_days": row.correction_days,
        "standing": row.standing,
        "stopped_at": row.stopped_at,
        "stop_reason": row.stop_reason,
        "etag": etag(row),
    }


def stop(connection: Connection, act: Stopping, delivery: Delivery) -> dict[str, Any]:
    """No query of the resource is answered from now on. Problems: not-found, resource-stopped."""
    row = _open_or(connection, delivery, "open", "resource-stopped")
    _set(
        connection,
        row,
        standing="stopped",
        stopped_at=stamp(delivery.received_at),
        stopped_by=delivery.caller.operator,
        stop_reason=act.reason,
    )
    _tell(connection, "resource-stopped", delivery)
    return shown(_row(connection, delivery.subject))


def reopen(connection: Connection, act: Reopening, delivery: Delivery) -> dict[str, Any]:
    """The resource is answered again. Problems: not-found, resource-open."""
    del act
    row = _open_or(connection, delivery, "stopped", "resource-open")
    _set(connection, row, standing="open", stopped_at=None, stopped_by=None, stop_reason=None)
    _tell(connection, "resource-reopened", delivery)
    return shown(_row(connection, delivery.subject))


def change(connection: Connection, act: ResourceChange, delivery: Delivery) -> dict[str, Any]:
    """Describe a resource, a new one (If-Match "new") or one that is there.

    Problems: changed-meanwhile, invalid-request.
    """
    codes = [one.code for one in act.fields]
    if len(set(codes)) != len(codes):
        raise invalid("body.fields", "two fields have one code")
    row = _found_to_change(connection, delivery.subject)
    check_match(delivery.if_match, _FIRST_TAG if row is None else etag(row))
    values = {
        "library": act.library,
        "title": act.title,
        "body_name": act.body.name,
        "body_code": act.body.code,
        "fields": json.dumps([one.model_dump() for one in act.fields], ensure_ascii=False),
        "update_cycle": act.update_cycle,
        "sharing": act.sharing,
        "sharing_condition": act.sharing_condition,
        "connector": act.connector,
        "correction_days": act.correction_days,
    }
    if row is None:
        connection.execute(
            insert(resources).values(code=delivery.subject, standing="open", version=1, **values)
        )
    else:
        _set(connection, row, **values)
    return shown(_row(connection, delivery.subject))


def _open_or(connection: Connection, delivery: Delivery, standing: str, refusal: str) -> Row[Any]:
    row = _found_to_change(connection, delivery.subject)
    if row is None:
        raise Problem("not-found")
    if row.standing != standing:
        raise Problem(refusal)
    return row


def _row(connection: Connection, code: str) -> Row[Any]:
    return connection.execute(select(resources).where(resources.c.code == code)).one()


def _set(connection: Connection, row: Row[Any], **values: Any) -> None:
    connection.execute(
        update(resources)
        .where(resources.c.code == row.code)
        .values(version=resources.c.version + 1, **values)
    )


def _tell(connection: Connection, kind: str, delivery: Delivery) -> None:
    emit(
        connection,
        kind,
        at=delivery.received_at,
        county=delivery.caller.county,
        hall=delivery.caller.hall,
        subject=delivery.subject,
        body={"resource": delivery.subject},
    )
