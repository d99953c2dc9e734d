"""Materials of a case (材料): where each came from and how far it is trusted.

Grades after 国办函〔2016〕108号: A from the issuing body, B compared with the original by an
officer, C a copy whose original has to be seen, D made by the applicant, who vouches for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from hall_platform.acts import Delivery
from hall_platform.business import papers, reuse, uploads
from hall_platform.business.life_shapes import AttachMaterialAct, IssuePaperAct, VerifyOriginalAct
from hall_platform.business.moments import signed
from hall_platform.business.shapes import MaterialMet
from hall_platform.business.steps import Step, done_at, hold, move
from hall_platform.business.tables import case_materials, preapplications
from hall_platform.catalogue import queries as catalogue
from hall_platform.clock import day_of, stamp
from hall_platform.licences.tables import licences
from hall_platform.problems import Problem

_INTO = insert(case_materials)

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)

ORIGINS: Mapping[str, str] = {  # where a material met by these means came from
    "identity_card": "card",
    "licence": "government",
    "shared_data": "government",
    "earlier_case": "earlier_case",
    "upload": "applicant",
    "scan": "window",
    "original_seen": "window",
}


def add_all(
    connection: Connection,
    row: Mapping[str, Any],
    met: Sequence[MaterialMet],
    at: datetime,
    *,
    new: bool = False,
) -> None:
    """Keep materials with their case, after those it has; a `new` case has none."""
    if not met:
        return
    first = 0 if new else _count(connection, row)
    last_days = _last_days(connection, met)
    connection.execute(
        _INTO,
        [
            {
                "county": row["county"],
                "case_id": row["id"],
                "position": first + place,
                **one.model_dump(),
                "upload": _upload_of(connection, row["county"], one.reference),
                "origin": ORIGINS[one.met_by],
                "added_at": stamp(at),
                "verified_by": row["operator"] if _compared(one) else None,
                "verified_at": stamp(at) if _compared(one) else None,
                "purpose": one.purpose or row["item_name"],
                "expires": last_days.get(one.reference) or one.expires,
                **_known_before(connection, row, one, at),
            }
            for place, one in enumerate(met)
        ],
    )


def _compared(one: MaterialMet) -> bool:
    """A copy of grade B is one whose original an officer has seen."""
    return one.trust_grade == "B" and one.met_by in ("upload", "scan", "original_seen")


def _last_days(connection: Connection, met: Sequence[MaterialMet]) -> dict[str, str]:
    """Until when the licences among them are valid, as the register has it."""
    named = [one.reference for one in met if one.met_by == "licence"]
    if not named:
        return {}
    rows = connection.execute(
        select(licences.c.identifier, licences.c.valid_to)
        .where(licences.c.identifier.in_(named))
        .where(licences.c.valid_to.is_not(None))
    )
    return {row.identifier: row.valid_to for row in rows}


def _known_before(
    connection: Connection, row: Mapping[str, Any], one: MaterialMet, at: datetime
) -> dict[str, Any]:
    """Who compared what an earlier case had, when, and its last day: reuse makes nothing newer."""
    if one.met_by != "earlier_case":
        return {}
    item = catalogue.item(connection, row["item"], row["item_version"])
    assert item is not None  # the case was begun with it
    kept = reuse.source(
        connection,
        item,
        one,
        of=parties(row),
        counties={row["county"], row["for_county"]},
        on=day_of(at),
    )
    members = ("verified_by", "verified_at", "expires")
    return {member: kept[member] for member in members} if kept is not None else {}


def parties(row: Mapping[str, Any]) -> set[str]:
    """The numbers of those a case is of: the applicant, and who acts for them."""
    agent = [json.loads(row["agent"])["number"]] if row["agent"] else []
    return {row["applicant_number"], *agent}


def _upload_of(connection: Connection, county: str, reference: str) -> str | None:
    """The file a reference names by its digest, where it is kept."""
    if not _DIGEST.fullmatch(reference):
        return None
    return reference if uploads.known(connection, county, reference) else None


def _count(connection: Connection, row: Mapping[str, Any]) -> int:
    return connection.execute(
        select(func.count())
        .select_from(case_materials)
        .where(case_materials.c.county == row["county"])
        .where(case_materials.c.case_id == row["id"])
    ).scalar_one()


def offered(
    connection: Connection, row: Mapping[str, Any]
) -> tuple[list[MaterialMet], dict[str, str]]:
    """What a case has, and the grades of what was uploaded for it by material."""
    kept = connection.execute(
        select(
            case_materials.c.material,
            case_materials.c.met_by,
            case_materials.c.reference,
            case_materials.c.trust_grade,
            case_materials.c.paper_reason,
            case_materials.c.purpose,
            case_materials.c.expires,
        )
        .where(case_materials.c.county == row["county"])
        .where(case_materials.c.case_id == row["id"])
        .order_by(case_materials.c.position)
    ).mappings()
    met = [MaterialMet.model_validate(dict(one)) for one in kept]
    grades = {one.material: one.trust_grade for one in met if one.met_by == "upload"}
    if row["preapplication"] is not None:
        listed = connection.execute(
            select(preapplications.c.uploads)
            .where(preapplications.c.county == row["county"])
            .where(preapplications.c.id == row["preapplication"])
        ).scalar_one()
        grades |= {one["material"]: one["trust_grade"] for one in json.loads(listed)}
    return met, dict(grades)


def attach(connection: Connection, act: AttachMaterialAct, delivery: Delivery) -> dict[str, Any]:
    """Add a material to a case (添加材料), with its file where one was uploaded.

    Problems: not-found, case-elsewhere, act-not-allowed, case-material-unknown, file-unknown.
    """
    held = hold(connection, delivery, act.act)
    if act.material not in {one["code"] for one in held.item["materials"]}:
        raise Problem("case-material-unknown")
    if act.upload is not None and not uploads.known(connection, delivery.caller.county, act.upload):
        raise Problem("file-unknown")
    at = done_at(act.done_at, delivery, held.row)
    if act.upload is not None:
        uploads.bring(connection, act.upload, delivery.caller.county, held.row["county"])
    met = MaterialMet(
        material=act.material,
        met_by=act.met_by,
        reference=act.upload or act.reference,
        trust_grade=act.trust_grade,
        purpose=act.purpose,
        expires=act.expires,
    )
    add_all(connection, held.row, [met], at)
    step = Step(
        act=act.act,
        operator=str(act.operator.id),
        details={"material": act.material, "trust_grade": act.trust_grade},
    )
    return move(connection, delivery, held, step, at)


def verify_original(
    connection: Connection, act: VerifyOriginalAct, delivery: Delivery
) -> dict[str, Any]:
    """The original was compared (核验原件): C becomes B, with who saw it and when.

    Problems: not-found, case-elsewhere, act-not-allowed, case-material-unknown.
    """
    held = hold(connection, delivery, act.act)
    at = done_at(act.done_at, delivery, held.row)
    seen = {"trust_grade": "B", "verified_by": str(act.operator.id), "verified_at": stamp(at)}
    changed = connection.execute(
        update(case_materials)
        .where(case_materials.c.county == held.row["county"])
        .where(case_materials.c.case_id == held.row["id"])
        .where(case_materials.c.position == act.position)
        .where(case_materials.c.trust_grade == "C")
        .values(seen | ({"expires": act.expires} if act.expires else {}))
    )
    if changed.rowcount == 0:
        raise Problem("case-material-unknown")
    step = Step(act=act.act, operator=str(act.operator.id), details={"position": act.position})
    return move(connection, delivery, held, step, at)


def issue_paper(connection: Connection, act: IssuePaperAct, delivery: Delivery) -> dict[str, Any]:
    """A paper that was owed has been handed out (出具文书), signed for where it has to be.

    Problems: not-found, act-not-allowed, paper-not-owed, time-ahead.
    """
    held = hold(connection, delivery, act.act)
    at = done_at(act.done_at, delivery, held.row)
    when = signed(act.signed_at, delivery, "signed_at")
    issued = papers.issue(connection, held.row, act.kind, at, when)
    if issued is None:
        raise Problem("paper-not-owed")
    step = Step(act=act.act, operator=str(act.operator.id), details={"paper": issued["number"]})
    return {**move(connection, delivery, held, step, at), "papers": [issued]}


def of_case(connection: Connection, county: str, case: str) -> list[dict[str, Any]]:
    """The materials of a case with all that is known of them."""
    rows = connection.execute(
        select(
            case_materials.c.position,
            case_materials.c.material,
            case_materials.c.met_by,
            case_materials.c.reference,
            case_materials.c.trust_grade,
            case_materials.c.origin,
            case_materials.c.upload,
            case_materials.c.added_at,
            case_materials.c.verified_by,
            case_materials.c.verified_at,
            case_materials.c.purpose,
            case_materials.c.expires,
        )
        .where(case_materials.c.county == county)
        .where(case_materials.c.case_id == case)
        .order_by(case_materials.c.position)
    )
    return [dict(row) for row in rows.mappings()]
