"""Papers of a case (文书): owed from the act they belong to, with their number, until issued.

The set is that of DB4406/T 14-2021 (one-window standard of Foshan). A window that printed a paper
says its number; otherwise the platform gives the next one of the body, kind and year.
No number is borne by two papers of a county, whoever gave it; only what a window offline makes of a
provisional number may occur at another window too, and is told apart by its case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.business.tables import case_papers, paper_serials
from hall_platform.clock import day_of, stamp
from hall_platform.problems import Problem

OWED = "owed"
ISSUED = "issued"

KINDS: Mapping[str, tuple[str, str]] = {  # title, and the word in its number
    "receipt": ("接收回执", "收"),
    "acceptance_notice": ("受理通知书", "受"),
    "correction_notice": ("申请材料补正告知书", "补"),
    "refusal_notice": ("不予受理通知书", "不受"),
    "material_transfer": ("物料流转凭证", "转"),
    "county_transfer": ("异地代收移送单", "移"),
    "special_procedure_notice": ("特殊程序审查期限告知书", "特"),
    "extension_notice": ("延长办理期限通知书", "延"),
    "fee_notice": ("缴费通知书", "缴"),
    "approval_decision": ("批准决定书", "准"),
    "denial_decision": ("不予批准决定书", "不准"),
    "delivery_receipt": ("送达回执", "送"),
    "withdrawal_notice": ("撤回申请确认书", "撤"),
    "termination_notice": ("终止办理告知书", "终"),
}


@dataclass(frozen=True)
class Wanted:
    """A paper an act brings with it; with a number where it was printed with the act."""

    kind: str
    number: str | None = None
    signed_at: str | None = None


def add(
    connection: Connection,
    row: Mapping[str, Any],
    body_name: str,
    wanted: Wanted,
    at: datetime,
    *,
    first: bool = False,
) -> dict[str, Any]:
    """Keep the paper with its case: issued when it has a number, owed when it gets one here.

    `first`: the case has just begun and has none yet. Problem("paper-number-used"): another paper
    of the county bears the number.
    """
    paper = {
        "county": row["county"],
        "case_id": row["id"],
        "position": 0 if first else _count(connection, row["county"], row["id"]),
        "kind": wanted.kind,
        "state": ISSUED if wanted.number else OWED,
        "owed_at": stamp(at),
        "issued_at": stamp(at) if wanted.number else None,
        "signed_at": wanted.signed_at,
        "numbered_in": _numbered_in(row, wanted),
    }
    number = wanted.number or _next_number(connection, row, body_name, wanted.kind, at)
    while not _kept(connection, paper, number):
        if wanted.number:
            raise Problem("paper-number-used", number=number)
        number = _next_number(connection, row, body_name, wanted.kind, at)
    return {"kind": wanted.kind, "number": number, "state": paper["state"]}


def _numbered_in(row: Mapping[str, Any], wanted: Wanted) -> str:
    """The case, for a number made of its provisional one; else "", which is the county."""
    provisional = row["provisional_number"]
    own = provisional and (wanted.number or "").startswith(provisional)
    return str(row["id"]) if own else ""


def _kept(connection: Connection, paper: Mapping[str, Any], number: str) -> bool:
    """Whether the paper could be written under that number; not where another one bears it."""
    into = _into(connection.dialect.name)
    return connection.execute(into, {**paper, "number": number}).one_or_none() is not None


@cache
def _into(dialect: str) -> Any:
    """Asks and writes in one, so that of two at once one is told; made once a kind of store."""
    kind = postgresql if dialect == "postgresql" else sqlite
    return (
        kind.insert(case_papers)
        .on_conflict_do_nothing(index_elements=["county", "numbered_in", "number"])
        .returning(case_papers.c.position)
    )


def issue(
    connection: Connection, row: Mapping[str, Any], kind: str, at: datetime, signed_at: str | None
) -> dict[str, Any] | None:
    """The oldest paper of that kind still owed is issued now; None when there is none."""
    found = connection.execute(
        select(case_papers)
        .where(case_papers.c.county == row["county"])
        .where(case_papers.c.case_id == row["id"])
        .where(case_papers.c.kind == kind)
        .where(case_papers.c.state == OWED)
        .order_by(case_papers.c.position)
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    connection.execute(
        update(case_papers)
        .where(case_papers.c.county == row["county"])
        .where(case_papers.c.case_id == row["id"])
        .where(case_papers.c.position == found.position)
        .values(state=ISSUED, issued_at=stamp(at), signed_at=signed_at)
    )
    return {"kind": found.kind, "number": found.number, "state": ISSUED}


def of_case(connection: Connection, county: str, case: str) -> list[dict[str, Any]]:
    """All papers of a case, oldest first."""
    rows = connection.execute(
        select(
            case_papers.c.kind,
            case_papers.c.number,
            case_papers.c.state,
            case_papers.c.owed_at,
            case_papers.c.issued_at,
            case_papers.c.signed_at,
        )
        .where(case_papers.c.county == county)
        .where(case_papers.c.case_id == case)
        .order_by(case_papers.c.position)
    )
    return [{**row, "title": KINDS[row["kind"]][0]} for row in rows.mappings()]


def owed(connection: Connection, county: str, case: str) -> int:
    """How many papers are owed."""
    return connection.execute(
        select(func.count())
        .select_from(case_papers)
        .where(case_papers.c.county == county)
        .where(case_papers.c.case_id == case)
        .where(case_papers.c.state == OWED)
    ).scalar_one()


def _count(connection: Connection, county: str, case: str) -> int:
    return connection.execute(
        select(func.count())
        .select_from(case_papers)
        .where(case_papers.c.county == county)
        .where(case_papers.c.case_id == case)
    ).scalar_one()


def _next_number(
    connection: Connection, row: Mapping[str, Any], body_name: str, kind: str, at: datetime
) -> str:
    """Body, word of the kind, year and a number, the next that was not given here yet."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    year = f"{day_of(at).year}"
    values = {
        "county": row["handling_county"],
        "department": row["department"],
        "kind": kind,
        "year": year,
    }
    moved = (
        dialect.insert(paper_serials)
        .values(**values, last=1)
        .on_conflict_do_update(
            index_elements=["county", "department", "kind", "year"],
            set_={"last": paper_serials.c.last + 1},
        )
        .returning(paper_serials.c.last)
    )
    serial: int = connection.execute(moved).scalar_one()
    return numbered(body_name, KINDS[kind][1], day_of(at).year, serial)


def numbered(body_name: str, word: str, year: int, serial: int) -> str:
    """A number of a paper (文号): body, word of the kind, year, serial."""
    return f"{body_name}{word}〔{year}〕{serial}号"
