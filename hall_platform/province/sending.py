"""Sending to the province, and reading back what it has; both are chores."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from hall_platform import data_use
from hall_platform.context import Context
from hall_platform.links.breaker import breaker_of
from hall_platform.links.envelope import digest_of, text_of
from hall_platform.links.http import Answer, Unreachable, post
from hall_platform.links.settings import Link
from hall_platform.province import letters, outbox
from hall_platform.province.gb39046 import Unfit

A_ROUND = 200  # letters; what waits longer is sent at the next round
A_PAGE = 100
PURPOSE = "依法向省一体化平台报送办件和评价数据"

_CODE = re.compile(r"[a-z0-9-]{1,60}")
_FIELD = re.compile(r"[A-Za-z]{1,40}")


@dataclass(frozen=True)
class Said:
    """What the province answered, as far as it is believed."""

    code: str
    receipt: str
    fields: list[str]


def send_due(context: Context) -> None:
    """Send what is due, in order; without the province's address everything waits.

    It ends at the first letters that get no answer: a province that is away is left alone.
    """
    link = context.settings.links.province
    if link is None:
        return
    breaker = breaker_of(link.address.url)
    done: set[str] = set()
    while len(done) < A_ROUND:
        now = context.clock.now()
        with context.store.read() as connection:
            found = [one for one in outbox.due(connection, now, A_PAGE) if one.id not in done]
        if not found:
            return
        for letter in found:
            if breaker.wait() > 0:
                return
            done.add(letter.id)
            if _send(context, link, letter):
                breaker.succeeded()
            else:
                breaker.failed()


def read_back(context: Context) -> None:
    """Ask the province for what it is said to have: confirmed, sent again, or shown to a person."""
    link = context.settings.links.province
    if link is None:
        return
    for _ in range(A_ROUND // A_PAGE * 5):
        with context.store.read() as connection:
            found = outbox.to_be_read_back(connection, A_PAGE)
        if not found:
            break
        if not _read_back(context, link, found):
            return
    now = context.clock.now()
    context.store.write(lambda connection: outbox.mark(connection, "read-back", "", now))


def _read_back(context: Context, link: Link, found: list[Row[Any]]) -> bool:
    """Compare some letters with what the province has. False when it gives no answer."""
    keys = [letter.key for letter in found]
    now = context.clock.now()
    try:
        answer = post(link.address, "/read-back", link.envelope.wrap({"keys": keys}, now))
    except Unreachable:
        return False
    digests = answer.body.get("digests")
    if answer.status != 200 or not isinstance(digests, dict):
        return False
    pairs = list(zip(found, keys, strict=True))
    context.store.write(lambda connection: _compare(connection, pairs, digests, now))
    return True


def key_of(kind: str, parameters: Mapping[str, Any]) -> str:
    """What the province knows a letter by."""
    if kind == "case":
        return f"case {parameters['projectNo']} {parameters['proStatus']}"
    number = parameters["stepNo"] if kind == "step" else parameters["serviceNumber"]
    return f"{kind} {parameters['projectNo']} {number}"


def _compare(
    connection: Connection,
    pairs: list[tuple[Row[Any], str]],
    digests: Mapping[str, Any],
    now: datetime,
) -> None:
    for letter, key in pairs:
        there = digests.get(key)
        if there is None:
            outbox.missing(connection, letter, now)
        elif there == letter.digest:
            outbox.confirmed(connection, letter, now)
        else:
            outbox.refused(connection, letter, "differs-there", (), now)


def _send(context: Context, link: Link, letter: Row[Any]) -> bool:
    """One attempt. False when no answer came."""
    now = context.clock.now()
    try:
        parameters = context.store.write(lambda connection: _begun(connection, letter, now))
    except Unfit as unfit:
        fields = [unfit.field]
        context.store.write(
            lambda connection: outbox.refused(connection, letter, "unfit-here", fields, now)
        )
        return True
    try:
        answer = post(link.address, letters.PATHS[letter.kind], link.envelope.wrap(parameters, now))
        said = _said(answer)
    except Unreachable as failure:
        reason, wait = failure.reason, failure.retry_after
        now = context.clock.now()
        context.store.write(
            lambda connection: outbox.unanswered(connection, letter, reason, now, wait)
        )
        return False
    now = context.clock.now()
    if said.code in ("ok", "already-exists"):
        context.store.write(
            lambda connection: outbox.arrived(connection, letter, said.receipt, now)
        )
    else:
        context.store.write(
            lambda connection: outbox.refused(connection, letter, said.code, said.fields, now)
        )
    return True


def _begun(connection: Connection, letter: Row[Any], now: datetime) -> dict[str, Any]:
    """What to say; that it leaves is on record before it does. Raises Unfit."""
    if letter.payload is not None:
        fixed: dict[str, Any] = json.loads(letter.payload)
        outbox.attempted(connection, letter, letter.key, letter.payload, letter.digest)
        return fixed
    made = letters.written(connection, letter)
    data_use.record_sending(
        connection,
        at=now,
        resource="province",
        purpose=PURPOSE,
        holder=made.holder,
        answered=sorted(letters.members(made.parameters)),
        item=made.item,
        case=letter.case_id,
        county=letter.county,
        hall=made.hall,
    )
    said = made.parameters
    key = key_of(letter.kind, said)
    outbox.attempted(connection, letter, key, text_of(said), digest_of(said))
    return made.parameters


def _said(answer: Answer) -> Said:
    """The answer as a code. Of a text in it nothing is kept: it may repeat what was sent."""
    code, fields = answer.body.get("code"), answer.body.get("fields")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise Unreachable("garbled")
    if code == "ok" and answer.status != 200:
        code = f"status-{answer.status}"
    named = fields if isinstance(fields, list) else []
    return Said(
        code,
        str(answer.body.get("receipt", "")),
        [one for one in named if isinstance(one, str) and _FIELD.fullmatch(one)][:20],
    )
