"""What the stand-in asks of what it is sent; by the lengths and codes of GB/T 39046."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_DAY_TIME = r"[0-9]{8}T[0-9]{6}"

_CASE = {
    "taskCode": r"[0-9A-Z]{1,31}",
    "areaCode": r"[0-9]{12}",
    "taskName": r".{1,200}",
    "projectNo": r"[0-9A-Za-z]{1,50}",
    "proStatus": r"[123]",
    "orgcode": r"[0-9A-Z]{18}",
    "orgName": r".{1,200}",
    "acceptDate": _DAY_TIME,
    "userProp": r"[129]",
    "userName": r".{1,100}",
    "userPageType": r"[0-9]{3}",
    "serviceName": r".{1,100}",
    "serviceNumber": r"[0-9]{1,2}",
    "serviceTime": _DAY_TIME,
    "projectType": r"[129]",
    "promiseDay": r"[0-9]{1,4}",
    "anticipateDay": r"[0-9]{1,4}",
    "taskType": r"(0[1-9]|10|20)",
}
_STEP = {
    "projectNo": r"[0-9A-Za-z]{1,50}",
    "stepNo": r"[0-9]{1,4}",
    "stepName": r".{1,50}",
    "action": r"[129]",
    "stepStatus": r"[12]",
    "startTime": _DAY_TIME,
    "endTime": _DAY_TIME,
    "procedureType": r"[12]?",
}
_RATING = {
    "projectNo": r"[0-9A-Za-z]{1,50}",
    "serviceNumber": r"[0-9]{1,2}",
    "pf": r"[1-7]",
    "satisfaction": r"[1-5]",
    "satisfactionCode": r"[1-5]",
    "assessTime": _DAY_TIME,
    "assessNumber": r"[0-9]{1,2}",
    "areaCode": r"[0-9]{12}",
}
_STRIKE = {
    "projectNo": r"[0-9A-Za-z]{1,50}",
    "serviceNumber": r"[0-9]{1,2}",
    "assessNumber": r"[0-9]{1,2}",
    "strikeReason": r"[129]",
    "strikeTime": _DAY_TIME,
    "areaCode": r"[0-9]{12}",
}


def wrong_in_case(parameters: Mapping[str, Any]) -> list[str]:
    """Fields of a case push that are not as described."""
    wrong = _wrong(parameters, _CASE)
    if not (parameters.get("certKey") or parameters.get("certKeyGOV")):
        wrong.append("certKey")
    if parameters.get("proStatus") == "2" and "acceptance" not in parameters:
        wrong.append("acceptance")
    if parameters.get("proStatus") == "3" and "completion" not in parameters:
        wrong.append("completion")
    return wrong


def wrong_in_step(parameters: Mapping[str, Any]) -> list[str]:
    """Fields of a step that are not as described."""
    return _wrong(parameters, _STEP)


def wrong_in_rating(parameters: Mapping[str, Any]) -> list[str]:
    """Fields of a rating that are not as described.

    The two scales have to say the same, and below 3 there are reasons.
    """
    wrong = _wrong(parameters, _RATING)
    if wrong:
        return wrong
    national, standard = int(parameters["satisfaction"]), int(parameters["satisfactionCode"])
    if national + standard != 6:
        wrong.append("satisfactionCode")
    if national < 3 and not (parameters.get("evalDetail") and parameters.get("writingEvaluation")):
        wrong.append("evalDetail")
    return wrong


def wrong_in_strike(parameters: Mapping[str, Any]) -> list[str]:
    """Fields of what takes a rating back that are not as described."""
    return _wrong(parameters, _STRIKE)


def _wrong(parameters: Mapping[str, Any], asked: Mapping[str, str]) -> list[str]:
    return [
        name
        for name, form in asked.items()
        if not isinstance(parameters.get(name), str)
        or not re.fullmatch(form, parameters[name], re.DOTALL)
    ]
