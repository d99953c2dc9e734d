"""The province's catalogue, pulled in its versions: items and types of e-licences."""

from __future__ import annotations

import json
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
from hall_platform.province import left_out, outbox
from hall_platform.province.left_out import LeftOut
from hall_platform.province.shapes import ProvinceLicenceType
from hall_platform.province.tables import province_items
from hall_platform.province.upserts import put

MARK = "catalogue"
MOST_PAGES = 100


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
    """Write a page down; an entry that is not of its shape is left out, and in sight."""
    left_out.forget(connection, now)
    for one in _entries(body, "licenceTypes"):  # first: items name them
        try:
            kind = _keep_type(connection, one)
            left_out.clear(connection, "licence_type", kind, None)
        except LeftOut as why:
            left_out.keep(connection, "licence_type", one, why, now)
    for one in _entries(body, "items"):
        try:
            code, version = _keep_item(connection, one, now)
            left_out.clear(connection, "item", code, version)
        except LeftOut as why:
            left_out.keep(connection, "item", one, why, now)
    outbox.mark(connection, MARK, str(int(body["version"])), now)


def _entries(body: Mapping[str, Any], member: str) -> list[Any]:
    found = body.get(member)
    return found if isinstance(found, list) else []


def _keep_item(connection: Connection, one: Any, now: datetime) -> tuple[str, int]:
    """An item in a version of the province's: which it is. Raises LeftOut."""
    code, version = left_out.code_of(one), left_out.version_of(one)
    if not code or version is None:
        wrong = [] if code else [("code", "没有实施编码，或者格式不对")]
        raise LeftOut(wrong + ([("version", "须为正整数")] if version is None else []))
    withdrawn = bool(one.get("withdrawn"))
    content = {} if withdrawn else _content(one.get("item"), code)
    name = content["name"] if content else _printable(str(one.get("name") or ""))[:200]
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
    return code, version


def _printable(text: str) -> str:
    return "".join(one for one in text if one.isprintable())


def _content(said: Any, code: str) -> dict[str, Any]:
    try:
        made = ItemContent.model_validate(said)
    except ValidationError as failure:
        raise LeftOut.of(failure) from None
    if made.code != code:
        raise LeftOut([("item/code", "与条目的实施编码不同")])
    return made.model_dump(mode="json")


def _keep_type(connection: Connection, one: Any) -> str:
    """A type of e-licence: the province defines them, so they hold at once. Raises LeftOut."""
    try:
        made = ProvinceLicenceType.model_validate(one)
    except ValidationError as failure:
        raise LeftOut.of(failure) from None
    values = {**made.model_dump(), "issuers": json.dumps(made.issuers)}
    code: str = values.pop("code")
    put(connection, licence_types, {"code": code}, values)
    return code
