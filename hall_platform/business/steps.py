"""A step in the life of a case: hold it, see whether the law allows the act, write what became.

Every act goes through here, so that each leaves who, where, when, why, the paper and the state
before in the timeline, moves the version on, and tells those who listen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from hall_platform.access import REVIEWER, Caller
from hall_platform.acts import Delivery
from hall_platform.business import life, limits, papers
from hall_platform.business.moments import come
from hall_platform.business.queries import seen_by
from hall_platform.business.regimes import REGIMES
from hall_platform.business.standing import standing_of
from hall_platform.business.tables import case_events, cases
from hall_platform.calendar import WorkingCalendar
from hall_platform.catalogue import queries as catalogue
from hall_platform.clock import day_of, stamp
from hall_platform.etags import check_match, tag
from hall_platform.events.log import emit
from hall_platform.problems import Problem
from hall_platform.statements import put


@dataclass(frozen=True)
class Held:
    """A case held for this transaction, with its item, and how it stands."""

    row: Mapping[str, Any]
    item: Mapping[str, Any]
    standing: life.Standing


@dataclass(frozen=True)
class Step:
    """What an act did to a case. `to` is the state after it; `values` what else changed."""

    act: str
    operator: str
    event: str | None = None
    to: str | None = None
    reason: str = ""
    papers: Sequence[papers.Wanted] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


def hold(connection: Connection, delivery: Delivery, act: str) -> Held:
    """The case of the act, held, in the state its sender has seen, if the law allows the act now.

    Problems: not-found, changed-meanwhile, case-elsewhere, act-not-allowed.
    """
    row = row_to_change(connection, delivery.caller, delivery.subject)
    check_match(delivery.if_match, tag(row["id"], row["version"]))
    held = _held(connection, row, day_of(delivery.received_at))
    if held.standing.deemed:
        deem(connection, held, delivery.received_at, delivery.context.calendar)
        row = row_to_change(connection, delivery.caller, delivery.subject)
        held = _held(connection, row, day_of(delivery.received_at))
    _check_county(row, delivery.caller, act)
    verdict = life.verdict(act, held.standing)
    if not verdict.allowed:
        raise Problem(
            "act-not-allowed",
            act=act,
            state=row["state"],
            reason=verdict.reason,
            detail=life.REASONS[verdict.reason],
            basis=held.standing.rules.source(life.ACTS[act].source),
        )
    return held


def row_to_change(connection: Connection, caller: Caller, identifier: str) -> dict[str, Any]:
    """The row, held for this transaction; the caller's own before another county's.

    Problem("not-found").
    """
    rows = (
        connection.execute(
            select(cases).where(seen_by(caller)).where(cases.c.id == identifier).with_for_update()
        )
        .mappings()
        .all()
    )
    if not rows:
        raise Problem("not-found")
    return dict(min(rows, key=lambda row: row["county"] != caller.county))


def _held(connection: Connection, row: Mapping[str, Any], today: date) -> Held:
    item = catalogue.item(connection, row["item"], row["item_version"])
    if item is None:
        raise Problem("item-unknown")
    return Held(row, item, standing_of(connection, row, item, today))


def _check_county(row: Mapping[str, Any], caller: Caller, act: str) -> None:
    """A case is acted on where it is handled; what is handed out may be at either end."""
    if act == "take-over-case":
        if caller.county != row["for_county"]:
            raise Problem("case-elsewhere", county=row["for_county"])
    elif act in ("transfer-case", "withdraw-case", "deliver-result", "issue-paper", "mark-paid"):
        return
    elif caller.county != row["handling_county"]:
        raise Problem("case-elsewhere", county=row["handling_county"])


def done_at(claimed: datetime | None, delivery: Delivery, row: Mapping[str, Any]) -> datetime:
    """When the act was done at the window, which may have been offline; never before receipt.

    Problem("time-ahead").
    """
    if claimed is None:
        return delivery.received_at
    come(claimed, delivery, "done_at")
    filed = datetime.fromisoformat(row["accepted_at"] or row["filed_at"])
    return min(max(claimed, filed), delivery.received_at)


def move(
    connection: Connection, delivery: Delivery, held: Held, step: Step, at: datetime
) -> dict[str, Any]:
    """Write the step and tell of it; the answer of the act."""
    before, caller = held.row, delivery.caller
    state = step.to or before["state"]
    made = [
        papers.add(connection, before, held.item["body"]["name"], wanted, at)
        for wanted in step.papers
    ]
    after: dict[str, Any] = {
        **before,
        **step.values,
        "state": state,
        "version": before["version"] + 1,
    }
    after |= limits.due_days(connection, after, held.item, delivery.context.calendar)
    _write(connection, before, after)
    write_event(
        connection,
        after,
        act=step.act,
        at=at,
        came_from=before["state"],
        operator=step.operator,
        place=(caller.hall, caller.window, caller.body if REVIEWER in caller.roles else ""),
        reason=step.reason,
        paper="、".join(one["number"] for one in made),
        details=step.details,
    )
    if step.event is not None:
        tell(connection, step.event, delivery.received_at, after, was=before["state"])
    return _answer(after, was=before["state"], at=at, made=made)


def _write(connection: Connection, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    changed = {name: value for name, value in after.items() if value != before[name]}
    connection.execute(
        update(cases)
        .where(cases.c.county == before["county"])
        .where(cases.c.id == before["id"])
        .values(changed)
    )


def write_event(
    connection: Connection,
    row: Mapping[str, Any],
    *,
    act: str,
    at: datetime,
    came_from: str,
    operator: str,
    place: tuple[str, str, str],
    reason: str = "",
    paper: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """One line of the timeline; `place` is hall, window and department.

    Every version of a case but the first has come about by a line, save where due days were
    counted anew; so lines are counted, not versions.
    """
    position = 0 if row["version"] == 1 else _lines(connection, row)
    put(
        connection,
        case_events,
        county=row["county"],
        case_id=row["id"],
        position=position,
        at=stamp(at),
        act=act,
        operator=operator,
        hall=place[0],
        window=place[1],
        department=place[2],
        from_state=came_from,
        to_state=row["state"],
        reason=reason,
        paper=paper,
        details=json.dumps(details or {}, ensure_ascii=False),
    )


def _lines(connection: Connection, row: Mapping[str, Any]) -> int:
    return connection.execute(
        select(func.count())
        .select_from(case_events)
        .where(case_events.c.county == row["county"])
        .where(case_events.c.case_id == row["id"])
    ).scalar_one()


def tell(
    connection: Connection, kind: str, at: datetime, row: Mapping[str, Any], *, was: str
) -> None:
    """Tell those who listen, in the county that received it and in that whose case it is."""
    body = {
        "case": row["id"],
        "number": row["number"],
        "item": row["item"],
        "window": row["window"],
        "state": row["state"],
        "was": was,
        "for_county": row["for_county"],
        "due_on": row["due_on"],
    }
    emit(
        connection,
        kind,
        at=at,
        county=row["county"],
        hall=row["hall"],
        subject=row["id"],
        body=body,
    )
    if row["for_county"] != row["county"]:
        emit(
            connection,
            "case-elsewhere-changed",
            at=at,
            county=row["for_county"],
            hall="",
            subject=row["id"],
            body={**body, "kind": kind},
        )


def deem(connection: Connection, held: Held, at: datetime, calendar: WorkingCalendar) -> None:
    """The law accepts (视为受理): from the day its materials were received, notice owed."""
    before = held.row
    began = limits.last_receipt(connection, before)
    after: dict[str, Any] = {
        **before,
        "state": life.ACCEPTED,
        "accepted_at": f"{began}T00:00:00.000+08:00",
        "accepted_on": began,
        "version": before["version"] + 1,
    }
    after |= limits.due_days(connection, after, held.item, calendar)
    wanted = papers.Wanted("acceptance_notice")
    made = papers.add(connection, before, held.item["body"]["name"], wanted, at)
    _write(connection, before, after)
    write_event(
        connection,
        after,
        act="deem-accepted",
        at=at,
        came_from=before["state"],
        operator="",
        place=("", "", ""),
        reason=life.REASONS["deemed-accepted"],
        paper=made["number"],
        details={"basis": REGIMES[before["regime"]].source("acceptance")},
    )
    tell(connection, "case-accepted", at, after, was=before["state"])


def _answer(
    row: Mapping[str, Any], *, was: str, at: datetime, made: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "case": row["id"],
        "number": row["number"],
        "state": row["state"],
        "was": was,
        "at": stamp(at),
        "acceptance_due_on": row["acceptance_due_on"],
        "due_on": row["due_on"],
        "legal_due_on": row["legal_due_on"],
        "due_provisional": row["due_provisional"],
        "papers": made,
        "result_licence": row["result_licence"],
        "etag": tag(row["id"], row["version"]),
    }
