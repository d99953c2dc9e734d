"""The audit as the auditor reads it. Each reading leaves a line too."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import Connection, Row

from hall_platform.access import Auditor
from hall_platform.clock import stamp
from hall_platform.context import InContext
from hall_platform.cursors import cursor_after, key_of
from hall_platform.identity import audit
from hall_platform.identity.administration_shapes import AuditFinding, AuditPage
from hall_platform.problems import invalid
from hall_platform.shapes import Cursor, Limit

router = APIRouter(prefix="/v1/audit", tags=["identity"])

Moment = Annotated[str, Query(max_length=40, description="RFC 3339 时刻")]
Identifier = Annotated[str, Query(max_length=64)]


@router.get("/lines", response_model=AuditPage, summary="安全审计记录")
def read_lines(
    caller: Auditor,
    context: InContext,
    *,
    since: Moment = "",
    until: Moment = "",
    kind: Annotated[str, Query(max_length=40, description="事件类型")] = "",
    actor: Identifier = "",
    subject: Identifier = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Lines of the county, newest first, by time, kind, who did it and to whom."""
    wanted = audit.Filter(
        since=_moment("since", since),
        until=_moment("until", until),
        kind=_kind(kind),
        actor=actor,
        subject=subject,
        after=_serial(cursor),
    )

    def work(connection: Connection) -> list[Row[Any]]:
        found = audit.lines(connection, caller, wanted, limit + 1)
        audit.record(
            connection,
            audit.by(
                caller,
                "audit-read",
                context.clock.now(),
                lines=min(len(found), limit),
                since=wanted.since,
                until=wanted.until,
                of_kind=kind,
            ),
        )
        return found

    found = context.store.write(work)
    more = len(found) > limit
    return {
        "lines": [_shown(row) for row in found[:limit]],
        "next": cursor_after(str(found[limit - 1].serial)) if more else None,
    }


@router.get("/check", response_model=AuditFinding, summary="校验安全审计记录链")
def check(caller: Auditor, context: InContext) -> dict[str, Any]:
    """Reads the whole chain and says whether it holds together."""
    del caller
    with context.store.read() as connection:
        finding = audit.check(connection)
    return {
        "lines": finding.lines,
        "head": finding.head,
        "whole": finding.broken_at is None,
        "broken_at": finding.broken_at,
    }


def _shown(row: Row[Any]) -> dict[str, Any]:
    values = row._asdict()
    title = audit.KINDS.get(row.kind, row.kind)
    return {**values, "title": title, "facts": json.loads(row.facts)}


def _moment(name: str, text: str) -> str:
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
        if moment.utcoffset() is None:
            raise ValueError
        return stamp(moment)
    except (ValueError, OverflowError):
        raise invalid(f"query.{name}", "not an RFC 3339 moment") from None


def _kind(kind: str) -> str:
    if kind and kind not in audit.KINDS:
        raise invalid("query.kind", "no such kind")
    return kind


def _serial(cursor: str | None) -> int:
    key = key_of(cursor)
    if not key:
        return 0
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise invalid("query.cursor", "not a cursor of this platform")
    return int(key)
