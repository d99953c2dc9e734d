"""What the administrator does: letters sent again or set aside, days compared, items adopted."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, select, update

from hall_platform.access import of_county
from hall_platform.acts import Delivery
from hall_platform.catalogue import publishing
from hall_platform.catalogue import queries as catalogue
from hall_platform.catalogue.shapes import ItemContent
from hall_platform.clock import HALL_ZONE, stamp
from hall_platform.etags import check_match
from hall_platform.problems import Problem, invalid
from hall_platform.province import overview
from hall_platform.province.shapes import Adopt, CheckAgain, PassOver, SendAgain, SetAside
from hall_platform.province.tables import province_items, province_letters


def send_again(connection: Connection, act: SendAgain, delivery: Delivery) -> dict[str, Any]:
    """A refused letter goes again, written anew. Problems: not-found, letter-not-refused."""
    del act
    letter = _refused(connection, delivery)
    return _settled(
        connection,
        letter,
        state="waiting",
        next_at=stamp(delivery.received_at),
        payload=None,
        digest=None,
        reason="",
        fields="[]",
    )


def set_aside(connection: Connection, act: SetAside, delivery: Delivery) -> dict[str, Any]:
    """Those after it go on without it. Problems: not-found, letter-not-refused.

    A rating the province does not get need not be taken back there either.
    """
    letter = _refused(connection, delivery)
    if letter.kind == "rating":
        connection.execute(
            update(province_letters)
            .where(province_letters.c.county == letter.county)
            .where(province_letters.c.case_id == letter.case_id)
            .where(province_letters.c.kind == "strike")
            .where(province_letters.c.subject == letter.subject)
            .where(province_letters.c.state == "waiting")
            .values(state="set_aside", note=act.reason, version=province_letters.c.version + 1)
        )
    return _settled(connection, letter, state="set_aside", note=act.reason, payload=None)


def check_again(connection: Connection, act: CheckAgain, delivery: Delivery) -> dict[str, Any]:
    """What arrived on these days is compared with the province once more.

    Of what was confirmed the content is gone, but its digest is kept, and that is compared.
    """
    first, last = _day(act.first, "first"), _day(act.last, "last")
    begins = stamp(datetime.combine(first, time(), tzinfo=HALL_ZONE))
    ends = stamp(datetime.combine(last + timedelta(days=1), time(), tzinfo=HALL_ZONE))
    done = connection.execute(
        update(province_letters)
        .where(of_county(delivery.caller, province_letters.c.county))
        .where(province_letters.c.state == "confirmed")
        .where(province_letters.c.sent_at >= begins)
        .where(province_letters.c.sent_at < ends)
        .values(state="sent")
    )
    return {"letters": done.rowcount}


def adopt(connection: Connection, act: Adopt, delivery: Delivery) -> dict[str, Any]:
    """A pulled version becomes the catalogue's next here; a withdrawal takes the item out of force.

    Problems: not-found, province-item-settled, province-item-unfit, licence-type-unknown.
    """
    row = _new(connection, delivery.subject, act.version)
    version: int | None = None
    if row.withdrawn:
        current = catalogue.item(connection, row.code, None)
        if current is not None:
            version = int(current["version"])
            publishing.withdraw(
                connection,
                row.code,
                version,
                reason="省级事项目录已取消",
                at=delivery.received_at,
                by=delivery.caller.operator,
            )
    else:
        try:
            content = ItemContent.model_validate(json.loads(row.body))
        except ValidationError as failure:
            places = [".".join(str(part) for part in one["loc"]) for one in failure.errors()]
            raise Problem("province-item-unfit", errors=places) from None
        version = publishing.publish(
            connection,
            content,
            valid_from=_day(act.valid_from, "valid_from"),
            valid_to=None,
            at=delivery.received_at,
            by=delivery.caller.operator,
        )
    _settle(connection, row, delivery, state="adopted", adopted_as=version)
    return overview.pulled(connection, row.code, act.version)


def pass_over(connection: Connection, act: PassOver, delivery: Delivery) -> dict[str, Any]:
    """A pulled version is left be. Problems: not-found, province-item-settled."""
    row = _new(connection, delivery.subject, act.version)
    _settle(connection, row, delivery, state="passed_over", note=act.reason)
    return overview.pulled(connection, row.code, act.version)


def _refused(connection: Connection, delivery: Delivery) -> Row[Any]:
    letter = overview.letter(connection, delivery.caller, delivery.subject, hold=True)
    check_match(delivery.if_match, overview.etag(letter))
    if letter.state != "refused":
        raise Problem("letter-not-refused")
    return letter


def _settled(connection: Connection, letter: Row[Any], **values: Any) -> dict[str, Any]:
    connection.execute(
        update(province_letters)
        .where(province_letters.c.county == letter.county)
        .where(province_letters.c.id == letter.id)
        .values(version=province_letters.c.version + 1, **values)
    )
    row = connection.execute(
        select(province_letters)
        .where(province_letters.c.county == letter.county)
        .where(province_letters.c.id == letter.id)
    ).one()
    return overview.shown(row)


def _new(connection: Connection, code: str, version: int) -> Row[Any]:
    row = connection.execute(
        select(province_items)
        .where(province_items.c.code == code)
        .where(province_items.c.version == version)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    if row.state != "new":
        raise Problem("province-item-settled")
    return row


def _settle(connection: Connection, row: Row[Any], delivery: Delivery, **values: Any) -> None:
    connection.execute(
        update(province_items)
        .where(province_items.c.code == row.code)
        .where(province_items.c.version == row.version)
        .values(
            settled_at=stamp(delivery.received_at), settled_by=delivery.caller.operator, **values
        )
    )


def _day(text: str, member: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(f"body.{member}", "not a date") from None
