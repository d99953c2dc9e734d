"""What a letter to the province says: cases by GB/T 39046 and the interface's push, ratings.

A rating struck after an appeal is taken back by a letter of its own. The provinces' interface for
that is not published; its form here is ours, to be agreed with the province.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from hall_platform.business.tables import case_events, case_papers, cases
from hall_platform.catalogue import queries as catalogue
from hall_platform.hall.tables import rating_appeals, ratings, service_records
from hall_platform.identity.tables import halls, operators
from hall_platform.licences.tables import licences
from hall_platform.province import codes
from hall_platform.province.gb39046 import Unfit, day, fitting, moment
from hall_platform.shapes import Holder

PATHS = {"case": "/cases", "step": "/steps", "rating": "/ratings", "strike": "/rating-strikes"}

_STATUS = {"case-received": codes.TO_ACCEPT, "case-accepted": codes.ACCEPTED}
_ACTIONS = {
    "case-corrections-notified": codes.SENT_BACK,
    "case-corrected": codes.PASSED,
    "case-reviewed": codes.PASSED,
    "case-decided": codes.PASSED,
}
_PROCEDURES = {
    "case-extended": codes.EXTENSION,
    "case-suspended": codes.OTHER_PROCEDURE,
    "case-resumed": codes.OTHER_PROCEDURE,
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
        parameters = _step(connection, letter, case)
    else:
        parameters = _status(connection, letter, case)
    applicant = json.loads(case.applicant)
    holder = Holder(kind=applicant["kind"], number=applicant["number"])
    return Written(parameters, holder, case.item, case.hall)


def _status(connection: Connection, letter: Row[Any], case: Row[Any]) -> dict[str, Any]:
    """The push of a case's status, with the standard's data of that stage (申请, 受理, 办结)."""
    item = catalogue.item(connection, case.item, case.item_version)
    if item is None:
        raise Unfit("taskCode")
    status = _STATUS.get(letter.event, codes.DONE)
    event = _event(connection, letter)
    parameters = {
        "taskCode": fitting("taskCode", case.item, 31, filled=True),
        "areaCode": fitting("areaCode", case.region, 12, filled=True),
        "taskName": fitting("taskName", case.item_name, 200, filled=True),
        "projectNo": fitting("projectNo", case.number, 50, filled=True),
        "proStatus": str(status),
        "orgcode": fitting("orgcode", item["body"]["code"], 18, filled=True),
        "orgName": fitting("orgName", item["body"]["name"], 200, filled=True),
        "acceptDate": moment(case.accepted_at or case.filed_at),
        **_parties(case),
        "serviceName": {1: "收件", 2: "受理"}.get(status, "办结"),
        "serviceNumber": str(status),
        "serviceTime": moment(letter.happened_at),
        "projectType": codes.CASE_TYPES.get(item["case_type"], "9"),
        "promiseDay": str(item["promised_days"]),
        "anticipateDay": str(item["legal_days"]),
        "taskType": item["type_code"],
        "proManager": fitting("proManager", _name(connection, event), 30),
        "areaCodeStandard": case.region[:9],
        "baseCode": item["base_code"],
    }
    if status == codes.ACCEPTED:
        parameters["acceptance"] = {
            "documentNo": fitting("documentNo", _paper(connection, case), 64),
            "acceptTime": moment(case.accepted_at),
            "dueDate": day(case.due_on),
        }
    if status == codes.DONE:
        parameters["completion"] = _completion(connection, case, letter, event)
    return parameters


def _parties(case: Row[Any]) -> dict[str, str]:
    applicant = json.loads(case.applicant)
    agent = json.loads(case.agent) if case.agent else None
    organisation = applicant["kind"] == "organisation"
    number = fitting("certKey", applicant["number"], 18, filled=True)
    found = {
        "userProp": codes.LEGAL_PERSON if organisation else codes.NATURAL_PERSON,
        "userName": fitting("userName", applicant["name"], 100, filled=True),
        "userPageType": codes.DOCUMENT_TYPES[applicant["kind"]],
        "certKey": "" if organisation else number,
        "certKeyGOV": number if organisation else "",
        "mobile": fitting("mobile", applicant.get("mobile") or "", 20),
        "handleUserName": "",
        "handleUserPageType": "",
        "handleUserPageCode": "",
    }
    if agent is not None:
        found |= {
            "handleUserName": fitting("handleUserName", agent["name"], 100),
            "handleUserPageType": codes.DOCUMENT_TYPES[agent["kind"]],
            "handleUserPageCode": fitting("handleUserPageCode", agent["number"], 18),
        }
    return found


def _completion(
    connection: Connection, case: Row[Any], letter: Row[Any], event: Row[Any] | None
) -> dict[str, str]:
    """办结: how it ended, and the licence that is the result."""
    ended = {
        "case-closed": "办结",
        "case-acceptance-refused": "不予受理",
        "case-withdrawn": "撤回",
        "case-terminated": "终止",
    }
    licence = None
    if case.result_licence:
        licence = connection.execute(
            select(licences).where(licences.c.identifier == case.result_licence)
        ).one_or_none()
    return {
        "finishTime": moment(letter.happened_at),
        "finishedAs": ended[letter.event],
        "outcome": {"granted": "准予", "refused": "不予"}.get(case.outcome, ""),
        "reason": fitting("reason", event.reason if event else "", 1000),
        "licenceName": licence.type_name if licence else "",
        "licenceNo": fitting("licenceNo", licence.number, 50) if licence else "",
        "licenceValidTo": day(licence.valid_to) if licence else "",
        "licenceIssuer": licence.issuer_name if licence else "",
        "charged": "0" if case.fee == "none" else "1",
    }


def _step(connection: Connection, letter: Row[Any], case: Row[Any]) -> dict[str, Any]:
    """A step of the handling (办理环节), or a special procedure (特别程序)."""
    event = _event(connection, letter)
    return {
        "projectNo": fitting("projectNo", case.number, 50, filled=True),
        "stepNo": str(letter.case_event or 0),
        "stepName": fitting("stepName", letter.event.removeprefix("case-"), 50),
        "action": _ACTIONS.get(letter.event, codes.OTHER_ACTION),
        "stepStatus": "2",
        "handler": fitting("handler", _name(connection, event), 30),
        "opinion": fitting("opinion", event.reason if event else "", 1000),
        "startTime": moment(letter.happened_at),
        "endTime": moment(letter.happened_at),
        "procedureType": _PROCEDURES.get(letter.event, ""),
        "dueDate": day(case.due_on),
    }


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


def _event(connection: Connection, letter: Row[Any]) -> Row[Any] | None:
    return connection.execute(
        select(case_events)
        .where(case_events.c.county == letter.county)
        .where(case_events.c.case_id == letter.case_id)
        .where(case_events.c.position == letter.case_event)
    ).one_or_none()


def _name(connection: Connection, event: Row[Any] | None) -> str:
    """Who did it; "" for what the law did by itself."""
    if event is None or not event.operator:
        return ""
    name = connection.execute(
        select(operators.c.name).where(operators.c.id == event.operator)
    ).scalar_one_or_none()
    return name or ""


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
