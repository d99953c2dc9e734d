"""What a letter to the province says: cases by GB/T 39046 and the interface's push, ratings.

A rating struck after an appeal is taken back by a letter of its own. The provinces' interface for
that is not published; its form here is ours, to be agreed with the province.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from hall_platform.business.tables import case_papers, cases
from hall_platform.catalogue import queries as catalogue
from hall_platform.hall.tables import rating_appeals, ratings, service_records
from hall_platform.identity.tables import halls
from hall_platform.licences.tables import licences
from hall_platform.province import applications, codes, steps, timeline
from hall_platform.province.gb39046 import Unfit, day, fitting, moment
from hall_platform.shapes import Holder

PATHS = {"case": "/cases", "step": "/steps", "rating": "/ratings", "strike": "/rating-strikes"}

_STATUS = {"case-received": codes.TO_ACCEPT, "case-accepted": codes.ACCEPTED}
_ENDED = {
    "case-closed": "办结",
    "case-acceptance-refused": "不予受理",
    "case-withdrawn": "撤回",
    "case-terminated": "终止",
}


@dataclass(frozen=True)
class Written:
    """A letter's parameters, and whose data they are."""

    parameters: dict[str, Any]
    holder: Holder
    item: str
    hall: str


def written(connection: Connection, letter: Row[Any]) -> Written:
    """What the letter says. Raises Unfit where the standard's field does not take what is there."""
    case = connection.execute(
        select(cases, halls.c.region)
        .join(halls, halls.c.code == cases.c.hall)
        .where(cases.c.county == letter.county)
        .where(cases.c.id == letter.case_id)
    ).one_or_none()
    if case is None:
        raise Unfit("projectNo")
    if letter.kind == "rating":
        parameters = _rating(connection, letter, case)
    elif letter.kind == "strike":
        parameters = _strike(connection, letter, case)
    elif letter.kind == "step":
        parameters = steps.step(connection, letter, case, _item(connection, case))
    else:
        parameters = _status(connection, letter, case)
    applicant = json.loads(case.applicant)
    holder = Holder(kind=applicant["kind"], number=applicant["number"])
    return Written(parameters, holder, case.item, case.hall)


def members(parameters: Mapping[str, Any]) -> Iterator[str]:
    """The names of what a letter says, those of its parts as "part.name"."""
    for name, value in parameters.items():
        yield name
        part = value[0] if isinstance(value, list) and value else value
        if isinstance(part, dict):
            yield from (f"{name}.{inner}" for inner in members(part))


def _status(connection: Connection, letter: Row[Any], case: Row[Any]) -> dict[str, Any]:
    """The push of a case's status, with the standard's data of that stage (申请, 受理, 办结)."""
    item = _item(connection, case)
    status = _STATUS.get(letter.event, codes.DONE)
    event = timeline.event_of(connection, letter)
    # GB/T 39046 has 24 characters for 实施编码 and 10 for 基本编码; codes in use have 31 and 12.
    parameters = {
        "taskCode": fitting("taskCode", case.item, 31, filled=True),
        "areaCode": fitting("areaCode", case.region, 12, filled=True),
        "taskName": fitting("taskName", case.item_name, 200, filled=True),
        "projectNo": fitting("projectNo", case.number, 50, filled=True),
        "proStatus": str(status),
        "orgcode": fitting("orgcode", item["body"]["code"], 18, filled=True),
        "orgName": fitting("orgName", item["body"]["name"], 200, filled=True),
        "acceptDate": moment(case.accepted_at or case.filed_at),
        **applications.parties(case),
        "serviceName": {1: "收件", 2: "受理"}.get(status, "办结"),
        "serviceNumber": str(status),
        "serviceTime": moment(letter.happened_at),
        "projectType": codes.CASE_TYPES.get(item["case_type"], "9"),
        "promiseDay": str(item["promised_days"]),
        "anticipateDay": str(item["legal_days"]),
        "taskType": item["type_code"],
        "proManager": fitting("proManager", timeline.who(connection, event), 30),
        "areaCodeStandard": case.region[:9],
        "baseCode": fitting("baseCode", item["base_code"], 12, filled=True),
    }
    if status != codes.DONE:
        parameters["application"] = applications.application(connection, case, item)
    if status == codes.ACCEPTED:
        parameters["acceptance"] = {
            "documentNo": fitting("documentNo", _paper(connection, case), 30, filled=True),
            "acceptor": fitting("acceptor", timeline.who(connection, event), 30),
            "acceptTime": moment(case.accepted_at),
            "dueDate": day(case.due_on),
        }
    if status == codes.DONE:
        parameters["completion"] = _completion(connection, case, item, letter)
    return parameters


def _completion(
    connection: Connection, case: Row[Any], item: dict[str, Any], letter: Row[Any]
) -> dict[str, str]:
    """办结: how and by whom it ended, and the licence that is the result."""
    event = timeline.event_of(connection, letter)
    granted = letter.event == "case-closed" and case.outcome == "granted"
    licence = None
    if case.result_licence:
        licence = connection.execute(
            select(licences).where(licences.c.identifier == case.result_licence)
        ).one_or_none()
    return {
        "finishTime": moment(letter.happened_at),
        "finishedAs": _ENDED[letter.event],
        "handler": fitting("handler", timeline.who(connection, event), 30),
        "outcome": {"granted": "准予", "refused": "不予"}.get(case.outcome, ""),
        "reason": fitting("reason", event.reason if event else "", 1000),
        "resultDescription": _result(item) if granted else "",
        "licenceName": fitting("licenceName", licence.type_name, 100) if licence else "",
        "licenceNo": fitting("licenceNo", licence.number, 50) if licence else "",
        "licenceValidFrom": day(licence.valid_from) if licence else "",
        "licenceValidTo": day(licence.valid_to) if licence else "",
        "licenceIssuer": fitting("licenceIssuer", licence.issuer_name, 200) if licence else "",
        **steps.delivery(timeline.last(connection, case, "deliver-result")),
        "charged": "0" if case.fee in ("none", "waived") else "1",
    }


def _result(item: Mapping[str, Any]) -> str:
    """What the decision leads to, in a word."""
    return fitting("resultDescription", (item.get("result") or {}).get("name", ""), 1000)


def _item(connection: Connection, case: Row[Any]) -> dict[str, Any]:
    """The item in the version the case has. Raises Unfit."""
    item = catalogue.item(connection, case.item, case.item_version)
    if item is None:
        raise Unfit("taskCode")
    return item


def _rating(connection: Connection, letter: Row[Any], case: Row[Any]) -> dict[str, Any]:
    """A rating (好差评), in both scales: the interface's, and the standard's."""
    row = _rated(connection, letter)
    if row is None or row.level is None:
        raise Unfit("satisfaction")
    return {
        "projectNo": fitting("projectNo", case.number, 50, filled=True),
        "serviceNumber": str(row.service_number),
        "pf": codes.CHANNELS.get(row.channel, "5"),
        "satisfaction": codes.to_national(row.level),
        "satisfactionCode": codes.to_standard(row.level),
        "evalDetail": ",".join(json.loads(row.details)),
        "writingEvaluation": fitting("writingEvaluation", row.text, 1000),
        "assessTime": moment(row.at),
        "assessNumber": "1",
        "dataSource": "1",
        "areaCode": case.region,
    }


def _strike(connection: Connection, letter: Row[Any], case: Row[Any]) -> dict[str, Any]:
    """A rating that counts no more after its review (复核), known by the same numbers as it was.

    Of the appeal only its grounds go along, as a code: what people wrote stays here.
    """
    row = _rated(connection, letter)
    appealed = connection.execute(
        select(rating_appeals.c.grounds, rating_appeals.c.decided_at)
        .where(rating_appeals.c.county == letter.county)
        .where(rating_appeals.c.record == letter.subject)
    ).one_or_none()
    if row is None or appealed is None:
        raise Unfit("serviceNumber")
    return {
        "projectNo": fitting("projectNo", case.number, 50, filled=True),
        "serviceNumber": str(row.service_number),
        "assessNumber": "1",
        "strikeReason": codes.GROUNDS[appealed.grounds],
        "strikeTime": moment(appealed.decided_at),
        "areaCode": case.region,
    }


def _rated(connection: Connection, letter: Row[Any]) -> Row[Any] | None:
    return connection.execute(
        select(ratings, service_records.c.service_number)
        .join(
            service_records,
            (service_records.c.county == ratings.c.county)
            & (service_records.c.id == ratings.c.record),
        )
        .where(ratings.c.county == letter.county)
        .where(ratings.c.record == letter.subject)
    ).one_or_none()


def _paper(connection: Connection, case: Row[Any]) -> str:
    number = connection.execute(
        select(case_papers.c.number)
        .where(case_papers.c.county == case.county)
        .where(case_papers.c.case_id == case.id)
        .where(case_papers.c.kind == "acceptance_notice")
        .order_by(case_papers.c.position)
        .limit(1)
    ).scalar_one_or_none()
    return number or ""
