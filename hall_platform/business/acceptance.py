"""Acceptance (受理): what has to be true before a case is accepted, and what is written then."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from hall_platform.access import of_a_county, of_county
from hall_platform.acts import Delivery
from hall_platform.business import (
    life,
    limits,
    materials,
    numbers,
    papers,
    preapplications,
    reuse,
    steps,
)
from hall_platform.business.life_shapes import ReceiveAct
from hall_platform.business.moments import come
from hall_platform.business.shapes import AcceptAct, MaterialMet
from hall_platform.business.tables import cases
from hall_platform.business.tables import preapplications as preapplication_table
from hall_platform.catalogue import queries as catalogue
from hall_platform.clock import day_of, stamp
from hall_platform.etags import tag
from hall_platform.identity.tables import halls
from hall_platform.licences import queries as licences
from hall_platform.problems import Problem
from hall_platform.statements import put

_KNOWN = (
    select(cases.c.number)
    .where(cases.c.county == bindparam("of"))
    .where(cases.c.id == bindparam("case"))
)
_SAME_DAY = (
    select(cases.c.number)
    .where(of_a_county(cases.c.county, cases.c.for_county))
    .where(cases.c.applicant_number == bindparam("applicant"))
    .where(cases.c.item == bindparam("of_item"))
    .where(cases.c.filed_on == bindparam("on"))
    .order_by(cases.c.number)
)


def accept(connection: Connection, act: AcceptAct, delivery: Delivery) -> dict[str, Any]:
    """Accept a case once, however often the act is sent; answered when it is durable.

    Problems: case-exists, item-unknown, number-unknown, number-used, material-missing,
    preapplication-unknown, claimed-elsewhere, not-claimable, numbers-exhausted, county-unknown,
    bundle-of-another, time-ahead, paper-number-used.
    """
    item = opened(connection, act, delivery)
    accepted_at = come(act.accepted_at, delivery, "accepted_at")
    accepted_on = day_of(accepted_at)
    parties = {act.applicant.number} | ({act.agent.number} if act.agent else set())
    uploads = _uploads(connection, act, delivery)
    offer = Offer(act.materials, uploads, parties, {delivery.caller.county}, accepted_on)
    _check_complete(connection, item, offer)
    number = number_of(connection, act, delivery)
    flagged = duplicates(connection, act, delivery, accepted_on)
    row = new_row(act, delivery, item, number) | {
        "state": life.ACCEPTED,
        "filed_at": stamp(accepted_at),
        "filed_on": accepted_on.isoformat(),
        "clock_from": accepted_on.isoformat(),
        "accepted_at": stamp(accepted_at),
        "accepted_on": accepted_on.isoformat(),
    }
    row |= limits.due_days(connection, row, item, delivery.context.calendar)
    write(connection, row, act.materials, accepted_at)
    if act.preapplication is not None:
        preapplications.accept(
            connection, str(act.preapplication), str(act.case), act.window, delivery
        )
    paper = papers.Wanted(act.paper.kind, act.paper.number)
    begun(connection, row, item, delivery, act="accept", paper=paper)
    return {
        "key": delivery.key,
        "case": str(act.case),
        "number": number,
        "state": "accepted",
        "accepted_at": stamp(accepted_at),
        "due_on": row["due_on"],
        "due_provisional": row["due_provisional"],
        "query_code": act.query_code,
        "received_at": stamp(delivery.received_at),
        "body_sha256": delivery.fingerprint,
        "duplicate_of": flagged,
    }


def opened(
    connection: Connection, act: AcceptAct | ReceiveAct, delivery: Delivery
) -> dict[str, Any]:
    """The item of a case that can be begun.

    Problems: case-exists, item-unknown, county-unknown, bundle-of-another.
    """
    _not_yet_there(connection, act, delivery)
    item = catalogue.item(connection, act.item, act.item_version)
    if item is None:
        raise Problem("item-unknown")
    if act.for_county is not None:
        known = select(halls.c.code).where(halls.c.county == act.for_county).limit(1)
        if connection.execute(known).one_or_none() is None:
            raise Problem("county-unknown")
    if act.bundle is not None:
        another = (
            select(cases.c.id)
            .where(cases.c.bundle == str(act.bundle))
            .where(cases.c.applicant_number != act.applicant.number)
            .limit(1)
        )
        if connection.execute(another).one_or_none() is not None:
            raise Problem("bundle-of-another")
    return item


def _not_yet_there(connection: Connection, act: AcceptAct | ReceiveAct, delivery: Delivery) -> None:
    wanted = {"of": delivery.caller.county, "case": str(act.case)}
    found = connection.execute(_KNOWN, wanted).one_or_none()
    if found is not None:
        raise Problem("case-exists", number=found.number)


def check_kept(
    connection: Connection,
    row: Mapping[str, Any],
    item: Mapping[str, Any],
    delivery: Delivery,
    on: date,
) -> None:
    """A received case has all that acceptance needs. Problem("material-missing")."""
    kept, uploads = materials.offered(connection, row)
    counties = {row["county"], row["for_county"]}
    offer = Offer(kept, uploads, materials.parties(row), counties, on)
    _check_complete(connection, item, offer)


def _uploads(connection: Connection, act: AcceptAct, delivery: Delivery) -> dict[str, str]:
    """Grades of the pre-application's uploads by material. Problem("preapplication-unknown")."""
    if act.preapplication is None:
        return {}
    row = connection.execute(
        select(preapplication_table)
        .where(of_county(delivery.caller, preapplication_table.c.county))
        .where(preapplication_table.c.id == str(act.preapplication))
        .where(preapplication_table.c.item == act.item)
        .where(preapplication_table.c.applicant_number == act.applicant.number)
    ).one_or_none()
    if row is None:
        raise Problem("preapplication-unknown")
    return {upload["material"]: upload["trust_grade"] for upload in json.loads(row.uploads)}


@dataclass(frozen=True)
class Offer:
    """What is there for the materials of an item: whose licences count, and on which day.

    `uploads` are the grades of what was uploaded, by material; `counties` those whose earlier
    cases count.
    """

    met: Sequence[MaterialMet]
    uploads: Mapping[str, str]
    parties: Set[str]
    counties: Set[str]
    on: date


def _check_complete(connection: Connection, item: Mapping[str, Any], offer: Offer) -> None:
    """Every required material is met by a means the item allows. Problem("material-missing")."""
    by_code: dict[str, list[MaterialMet]] = {}
    for met in offer.met:
        by_code.setdefault(met.material, []).append(met)
    missing = [
        material["code"]
        for material in item["materials"]
        if material["required"]
        and not material.get("later_allowed")  # 容缺受理
        and not any(
            _is_met(connection, item, material, met, offer)
            for met in by_code.get(material["code"], ())
        )
    ]
    if missing:
        raise Problem("material-missing", materials=missing)


def _is_met(
    connection: Connection,
    item: Mapping[str, Any],
    material: Mapping[str, Any],
    met: MaterialMet,
    offer: Offer,
) -> bool:
    means = material["met_by"]
    if met.expires is not None and met.expires < offer.on.isoformat():
        return False
    if met.met_by in ("identity_card", "scan", "original_seen"):
        return bool(means[met.met_by])
    if met.met_by == "shared_data":
        return bool(means["shared_data"])
    if met.met_by == "upload":
        grade = offer.uploads.get(met.material)
        seen = met.trust_grade in ("A", "B")
        asks_original = material["needs_original"] or grade == "C"
        return bool(means["upload"]) and grade is not None and (seen or not asks_original)
    if met.met_by == "earlier_case":
        kept = reuse.source(
            connection, item, met, of=offer.parties, counties=offer.counties, on=offer.on
        )
        return kept is not None
    licence = licences.by_identifier(connection, met.reference)
    return (
        licence is not None
        and licence.type_code in {kind["code"] for kind in means["licence_types"]}
        and licence.holder_number in offer.parties
        and licences.status(licence, offer.on) == "valid"
    )


def number_of(connection: Connection, act: AcceptAct | ReceiveAct, delivery: Delivery) -> str:
    """The leased number of the act, or a new one for an act with a provisional number."""
    if act.number is None:
        _, leased = numbers.lease(
            connection,
            caller=delivery.caller,
            day=day_of(delivery.received_at),
            window=act.window,
            count=1,
            now=delivery.received_at,
        )
        return leased[0]
    if not numbers.is_leased(connection, act.number, delivery.caller, act.window):
        raise Problem("number-unknown")
    used = connection.execute(
        select(cases.c.id)
        .where(cases.c.county == delivery.caller.county)
        .where(cases.c.number == act.number)
    ).one_or_none()
    if used is not None and used.id == str(act.case):  # it came in between, under another key
        raise Problem("case-exists", number=act.number)
    if used is not None:
        raise Problem("number-used")
    return act.number


def duplicates(
    connection: Connection, act: AcceptAct | ReceiveAct, delivery: Delivery, filed_on: date
) -> list[str]:
    """Numbers of other cases of the same person, item and day: a flag for a person, no refusal."""
    wanted = {
        "caller_county": delivery.caller.county,
        "applicant": act.applicant.number,
        "of_item": act.item,
        "on": filed_on.isoformat(),
    }
    return list(connection.execute(_SAME_DAY, wanted).scalars())


def new_row(
    act: AcceptAct | ReceiveAct, delivery: Delivery, item: Mapping[str, Any], number: str
) -> dict[str, Any]:
    """The row of a case as it begins; state, days and times are its act's."""
    county = delivery.caller.county
    return {
        "county": county,
        "id": str(act.case),
        "number": number,
        "provisional_number": act.provisional_number,
        "item": act.item,
        "item_version": act.item_version,
        "item_name": item["name"],
        "regime": item["regime"],
        "department": item["body"]["code"],
        "bundle": str(act.bundle) if act.bundle else None,
        "state_before": "",
        "clock_from": None,
        "accepted_at": None,
        "accepted_on": None,
        "received_at": stamp(delivery.received_at),
        "extension_days": 0,
        "notices": 0,
        "fee": "none",
        "outcome": "",
        "result_licence": None,
        "applicant_number": act.applicant.number,
        "applicant": act.applicant.model_dump_json(),
        "agent": act.agent.model_dump_json() if act.agent else None,
        "preapplication": str(act.preapplication) if act.preapplication else None,
        "query_code": act.query_code,
        "operator": str(act.operator.id),
        "operator_session": str(act.operator.session),
        "for_county": act.for_county or county,
        "handling_county": county,
        "hall": delivery.caller.hall,
        "window": act.window,
        "device": act.device,
        "version": 1,
    }


def write(
    connection: Connection, row: Mapping[str, Any], met: Sequence[MaterialMet], at: datetime
) -> None:
    """The case and its materials."""
    put(connection, cases, **row)
    materials.add_all(connection, row, met, at, new=True)


def begun(
    connection: Connection,
    row: Mapping[str, Any],
    item: Mapping[str, Any],
    delivery: Delivery,
    *,
    act: str,
    paper: papers.Wanted,
) -> dict[str, Any]:
    """The first line of the timeline with its paper, and who listens is told."""
    at = datetime.fromisoformat(row["filed_at"])
    made = papers.add(connection, row, item["body"]["name"], paper, at, first=True)
    steps.write_event(
        connection,
        row,
        act=act,
        at=at,
        came_from="",
        operator=row["operator"],
        place=(row["hall"], row["window"], ""),
        paper=made["number"],
    )
    steps.tell(connection, f"case-{row['state']}", delivery.received_at, row, was="")
    return {
        "case": row["id"],
        "number": row["number"],
        "state": row["state"],
        "was": "",
        "at": row["filed_at"],
        "acceptance_due_on": row["acceptance_due_on"],
        "due_on": row["due_on"],
        "legal_due_on": row["legal_due_on"],
        "due_provisional": row["due_provisional"],
        "papers": [made],
        "result_licence": None,
        "etag": tag(row["id"], row["version"]),
    }
