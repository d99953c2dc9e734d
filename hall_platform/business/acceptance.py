"""Acceptance (受理): what has to be true before a case is accepted, and what is written then."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select

from hall_platform.access import of_county
from hall_platform.acts import Delivery
from hall_platform.business import numbers, preapplications
from hall_platform.business.shapes import AcceptAct, MaterialMet
from hall_platform.business.tables import case_events, case_materials, case_papers, cases
from hall_platform.business.tables import preapplications as preapplication_table
from hall_platform.catalogue import queries as catalogue
from hall_platform.clock import day_of, stamp
from hall_platform.events.log import emit
from hall_platform.licences import queries as licences
from hall_platform.problems import Problem


def accept(connection: Connection, act: AcceptAct, delivery: Delivery) -> dict[str, Any]:
    """Accept a case once, however often the act is sent; answered when it is durable.

    Problems: case-exists, item-unknown, number-unknown, number-used, material-missing,
    preapplication-unknown, claimed-elsewhere, not-claimable, numbers-exhausted.
    """
    _not_yet_there(connection, act, delivery)
    item = catalogue.item(connection, act.item, act.item_version)
    if item is None:
        raise Problem("item-unknown")
    uploads = _uploads(connection, act, delivery)
    _materials_met(connection, act, delivery, item, uploads)
    number = _number(connection, act, delivery)
    accepted_on = day_of(act.accepted_at)
    days = 0 if item["case_type"] == "immediate" else item["promised_days"]
    due_on, provisional = delivery.context.calendar.due_date(accepted_on, days, item["day_kind"])
    duplicates = _duplicates(connection, act, delivery, accepted_on)
    _write(connection, act, delivery, item, number=number, due_on=due_on, provisional=provisional)
    if act.preapplication is not None:
        preapplications.accept(
            connection, str(act.preapplication), str(act.case), act.window, delivery
        )
    emit(
        connection,
        "case-accepted",
        at=delivery.received_at,
        county=delivery.caller.county,
        hall=delivery.caller.hall,
        subject=str(act.case),
        body={"case": str(act.case), "number": number, "item": act.item, "window": act.window},
    )
    return {
        "key": delivery.key,
        "case": str(act.case),
        "number": number,
        "state": "accepted",
        "accepted_at": stamp(act.accepted_at),
        "due_on": due_on.isoformat(),
        "due_provisional": provisional,
        "query_code": act.query_code,
        "received_at": stamp(delivery.received_at),
        "body_sha256": delivery.fingerprint,
        "duplicate_of": duplicates,
    }


def _not_yet_there(connection: Connection, act: AcceptAct, delivery: Delivery) -> None:
    found = connection.execute(
        select(cases.c.number)
        .where(cases.c.county == delivery.caller.county)
        .where(cases.c.id == str(act.case))
    ).one_or_none()
    if found is not None:
        raise Problem("case-exists", number=found.number)


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


def _materials_met(
    connection: Connection,
    act: AcceptAct,
    delivery: Delivery,
    item: dict[str, Any],
    uploads: dict[str, str],
) -> None:
    """Every required material is met by a means the item allows. Problem("material-missing")."""
    offered: dict[str, list[MaterialMet]] = {}
    for met in act.materials:
        offered.setdefault(met.material, []).append(met)
    missing = [
        material["code"]
        for material in item["materials"]
        if material["required"]
        and not any(
            _is_met(connection, act, delivery, material=material, met=met, uploads=uploads)
            for met in offered.get(material["code"], ())
        )
    ]
    if missing:
        raise Problem("material-missing", materials=missing)


def _is_met(
    connection: Connection,
    act: AcceptAct,
    delivery: Delivery,
    *,
    material: dict[str, Any],
    met: MaterialMet,
    uploads: dict[str, str],
) -> bool:
    means = material["met_by"]
    if met.met_by in ("identity_card", "scan", "original_seen"):
        return bool(means[met.met_by])
    if met.met_by == "shared_data":
        return bool(means["shared_data"])
    if met.met_by == "upload":
        grade = uploads.get(met.material)
        seen = met.trust_grade in ("A", "B")
        asks_original = material["needs_original"] or grade == "C"
        return bool(means["upload"]) and grade is not None and (seen or not asks_original)
    parties = {act.applicant.number} | ({act.agent.number} if act.agent else set())
    if met.met_by == "earlier_case":
        return _has_earlier_case(connection, delivery, met.reference, parties)
    licence = licences.by_identifier(connection, met.reference)
    return (
        licence is not None
        and licence.type_code in {kind["code"] for kind in means["licence_types"]}
        and licence.holder_number in parties
        and licences.status(licence, day_of(act.accepted_at)) == "valid"
    )


def _has_earlier_case(
    connection: Connection, delivery: Delivery, number: str, parties: set[str]
) -> bool:
    """Material already handed in with an earlier case of the same person."""
    found = connection.execute(
        select(cases.c.id)
        .where(of_county(delivery.caller, cases.c.county, cases.c.for_county))
        .where(cases.c.number == number)
        .where(cases.c.applicant_number.in_(list(parties)))
    ).one_or_none()
    return found is not None


def _number(connection: Connection, act: AcceptAct, delivery: Delivery) -> str:
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


def _duplicates(
    connection: Connection, act: AcceptAct, delivery: Delivery, accepted_on: date
) -> list[str]:
    """Numbers of other cases of the same person, item and day: a flag for a person, no refusal."""
    return list(
        connection.execute(
            select(cases.c.number)
            .where(of_county(delivery.caller, cases.c.county, cases.c.for_county))
            .where(cases.c.applicant_number == act.applicant.number)
            .where(cases.c.item == act.item)
            .where(cases.c.accepted_on == accepted_on.isoformat())
            .order_by(cases.c.number)
        ).scalars()
    )


def _write(
    connection: Connection,
    act: AcceptAct,
    delivery: Delivery,
    item: dict[str, Any],
    *,
    number: str,
    due_on: date,
    provisional: bool,
) -> None:
    case, county = str(act.case), delivery.caller.county
    connection.execute(
        insert(cases).values(
            county=county,
            id=case,
            number=number,
            provisional_number=act.provisional_number,
            item=act.item,
            item_version=act.item_version,
            item_name=item["name"],
            state="accepted",
            accepted_at=stamp(act.accepted_at),
            accepted_on=day_of(act.accepted_at).isoformat(),
            received_at=stamp(delivery.received_at),
            due_on=due_on.isoformat(),
            due_provisional=provisional,
            applicant_number=act.applicant.number,
            applicant=act.applicant.model_dump_json(),
            agent=act.agent.model_dump_json() if act.agent else None,
            preapplication=str(act.preapplication) if act.preapplication else None,
            query_code=act.query_code,
            operator=str(act.operator.id),
            operator_session=str(act.operator.session),
            for_county=county,
            hall=delivery.caller.hall,
            window=act.window,
            device=act.device,
            version=1,
        )
    )
    if act.materials:
        connection.execute(
            insert(case_materials),
            [
                {"county": county, "case_id": case, "position": position, **met.model_dump()}
                for position, met in enumerate(act.materials)
            ],
        )
    connection.execute(
        insert(case_papers).values(
            county=county, case_id=case, kind=act.paper.kind, number=act.paper.number
        )
    )
    connection.execute(
        insert(case_events).values(
            county=county,
            case_id=case,
            position=0,
            at=stamp(act.accepted_at),
            act="accept",
            operator=str(act.operator.id),
            window=act.window,
            from_state="",
            to_state="accepted",
            reason="",
        )
    )
