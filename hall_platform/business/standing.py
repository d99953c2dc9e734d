"""How a case in the store stands, as the law asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from hall_platform.business import life, papers
from hall_platform.business.tables import case_materials, case_points


def standing_of(
    connection: Connection, row: Mapping[str, Any], item: Mapping[str, Any], today: date
) -> life.Standing:
    """The facts of a case on a day."""
    return life.Standing(
        regime=row["regime"],
        state=row["state"],
        today=today,
        acceptance_due=_day(row["acceptance_due_on"]),
        legal_due=_day(row["legal_due_on"]),
        notices=row["notices"],
        unmet=unmet(connection, row) if row["notices"] else frozenset(),
        extended=row["extension_days"] > 0,
        charged=item["charged"],
        fee=row["fee"],
        granted=row["outcome"] == "granted",
        gives_licence=result_type(item) is not None,
        licence_issued=row["result_licence"] is not None,
        elsewhere=row["for_county"] != row["handling_county"],
        papers_owed=papers.owed(connection, row["county"], row["id"]),
        to_verify=_to_verify(connection, row),
    )


def unmet(connection: Connection, row: Mapping[str, Any]) -> frozenset[str]:
    """The notified points that are not corrected yet."""
    return frozenset(
        connection.execute(
            select(case_points.c.code)
            .where(case_points.c.county == row["county"])
            .where(case_points.c.case_id == row["id"])
            .where(case_points.c.met_at.is_(None))
        ).scalars()
    )


def result_type(item: Mapping[str, Any]) -> str | None:
    """The type of e-licence that is the item's result; None where it gives none."""
    kind = (item.get("result") or {}).get("licence_type")
    return str(kind["code"]) if kind else None


def _to_verify(connection: Connection, row: Mapping[str, Any]) -> int:
    return connection.execute(
        select(func.count())
        .select_from(case_materials)
        .where(case_materials.c.county == row["county"])
        .where(case_materials.c.case_id == row["id"])
        .where(case_materials.c.trust_grade == "C")
    ).scalar_one()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
