"""The province's catalogue, pulled in its versions: items and types of e-licences."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, insert, select

from hall_platform.catalogue.shapes import ItemContent
from hall_platform.clock import stamp
from hall_platform.context import Context
from hall_platform.licences.tables import licence_types
from hall_platform.links.http import Unreachable, post
from hall_platform.province import outbox
from hall_platform.province.shapes import ProvinceLicenceType
from hall_platform.province.tables import province_items
from hall_platform.province.upserts import put

MARK = "catalogue"
MOST_PAGES = 100
_CODE = re.compile(r"[0-9A-Z]{11,36}")


def pull(context: Context) -> None:
    """Fetch what is newer than what was pulled last, a page at a time."""
    link = context.settings.links.province
    if link is None:
        return
    for _ in range(MOST_PAGES):
        now = context.clock.now()
        with context.store.read() as connection:
            known = outbox.marked(connection, MARK)
        since = int(known.value) if known is not None else 0
        try:
            answer = post(link.address, "/catalogue", link.envelope.wrap({"since": since}, now))
        except Unreachable:
            return
        body = answer.body
        version = body.get("version")
        if answer.status != 200 or not isinstance(version, int) or version < since:
            return
        context.store.write(partial(_keep, body=body, now=now))
        if not body.get("more"):
            return


def _keep(connection: Connection, body: Mapping[str, Any], now: datetime) -> None:
    """Write a page down; what is not of the shape of an item stays out and is counted."""
    left_out = 0
    for one in body.get("items", ()):
        left_out += not _keep_item(connection, one, now)
    for one in body.get("licenceTypes", ()):
        left_out += not _keep_type(connection, one)
    outbox.mark(connection, MARK, str(body["version"]), now)
    if left_out:
        outbox.mark(connection, "left-out", str(left_out), now)


def _keep_item(connection: Connection, one: Any, now: datetime) -> bool:
    """An item in a version of the province's. False for what is none."""
    if not isinstance(one, dict):
        return False
    code, version = one.get("code"), one.get("version")
    if not isinstance(code, str) or not _CODE.fullmatch(code) or not isinstance(version, int):
        return False
    withdrawn, content = bool(one.get("withdrawn")), one.get("item")
    if withdrawn:
        content, name = {}, str(one.get("name", ""))[:200]
    else:
        try:
            made = ItemContent.model_validate(content)
        except ValidationError:
            return False
        if made.code != code:
            return False
        content, name = made.model_dump(mode="json"), made.name
    known = connection.execute(
        select(province_items.c.code)
        .where(province_items.c.code == code)
        .where(province_items.c.version == version)
    ).one_or_none()
    if known is None:
        connection.execute(
            insert(province_items).values(
                code=code,
                version=version,
                name=name,
                withdrawn=int(withdrawn),
                body=json.dumps(content, ensure_ascii=False),
                pulled_at=stamp(now),
                state="new",
                note="",
            )
        )
    return True


def _keep_type(connection: Connection, one: Any) -> bool:
    """A type of e-licence: the province defines them, so they hold at once."""
    try:
        made = ProvinceLicenceType.model_validate(one)
    except ValidationError:
        return False
    values = {**made.model_dump(), "issuers": json.dumps(made.issuers)}
    put(connection, licence_types, {"code": values.pop("code")}, values)
    return True
