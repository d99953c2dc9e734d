"""办理环节 and 特别程序 by GB/T 39046: a step of the handling, and the procedure it is part of."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row

from hall_platform.province import codes
from hall_platform.province.gb39046 import day, fitting, moment
from hall_platform.province.timeline import event_of, last, who

_ACTIONS = {
    "case-corrections-notified": codes.SENT_BACK,
    "case-corrected": codes.PASSED,
    "case-reviewed": codes.PASSED,
    "case-decided": codes.PASSED,
}
_DONE = "2"  # 环节状态: to do is 1
_NO_PROCEDURE = dict.fromkeys(
    (
        "procedureType",
        "procedureName",
        "procedureBegin",
        "procedureEnd",
        "procedureReason",
        "procedureApplicant",
        "procedureResult",
        "procedureOpinion",
    ),
    "",
)


def step(
    connection: Connection, letter: Row[Any], case: Row[Any], item: dict[str, Any]
) -> dict[str, str]:
    """The letter of a step. Raises Unfit."""
    event = event_of(connection, letter)
    return {
        "projectNo": fitting("projectNo", case.number, 50, filled=True),
        "stepNo": str(letter.case_event or 0),
        "stepName": codes.STEP_NAMES[letter.event],
        "action": _ACTIONS.get(letter.event, codes.OTHER_ACTION),
        "stepStatus": _DONE,
        "handler": fitting("handler", who(connection, event), 30),
        "orgcode": fitting("orgcode", item["body"]["code"], 18, filled=True),
        "orgName": fitting("orgName", item["body"]["name"], 200, filled=True),
        "opinion": fitting("opinion", event.reason if event else "", 1000),
        "startTime": moment(letter.happened_at),
        "endTime": moment(letter.happened_at),
        "dueDate": day(case.due_on),
        **_procedure(connection, letter, case, event),
        **delivery(event if letter.event == "case-delivered" else None),
    }


def delivery(event: Row[Any] | None) -> dict[str, str]:
    """Whether a result went by express (是否快递), and under which number."""
    details = json.loads(event.details) if event is not None else {}
    by_post = details.get("by") == "post"
    return {
        "express": "1" if by_post else "0",
        "expressNo": fitting("expressNo", str(details.get("post_number") or ""), 64),
    }


def _procedure(
    connection: Connection, letter: Row[Any], case: Row[Any], event: Row[Any] | None
) -> dict[str, str]:
    """The special procedure as far as it has come: begun, ended, or an extension granted."""
    if event is None:
        return _NO_PROCEDURE
    if letter.event == "case-extended":
        details = json.loads(event.details)
        return {
            **_begun(connection, event, codes.EXTENSION, "延长审批"),
            "procedureEnd": moment(event.at),
            "procedureResult": f"准予延长 {details['days']} 日",
            "procedureOpinion": f"{details['approved_by']}批准",
        }
    if letter.event == "case-suspended":
        return _begun(connection, event, codes.OTHER_PROCEDURE, _name(event))
    if letter.event == "case-resumed":
        began = last(connection, case, "suspend-case", before=event.position)
        if began is None:
            return _NO_PROCEDURE
        return {
            **_begun(connection, began, codes.OTHER_PROCEDURE, _name(began)),
            "procedureEnd": moment(event.at),
            "procedureResult": fitting("procedureResult", event.reason, 1000),
        }
    return _NO_PROCEDURE


def _begun(connection: Connection, event: Row[Any], kind: str, name: str) -> dict[str, str]:
    return {
        **_NO_PROCEDURE,
        "procedureType": kind,
        "procedureName": name,
        "procedureBegin": moment(event.at),
        "procedureReason": fitting("procedureReason", event.reason, 1000),
        "procedureApplicant": fitting("procedureApplicant", who(connection, event), 100),
    }


def _name(event: Row[Any]) -> str:
    """What the procedure is for."""
    return codes.PROCEDURE_NAMES.get(str(json.loads(event.details).get("kind")), "")
