"""What the stand-in asks of what it is sent; by the fields, lengths and codes of GB/T 39046.

Texts without a length have none in the standard's excerpt that this holds to. Where the codes in
use are longer than the standard's (实施编码, 基本编码), those in use are taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_DAY_TIME = r"[0-9]{8}T[0-9]{6}"
_DAY = r"[0-9]{8}"
_CODE_18 = r"[0-9A-Z]{18}"
_NUMBER = r"[0-9A-Za-z]{1,50}"  # 办件编号
_CERTIFICATE = r"[0-9]{3}"  # 证件类型
_CHINESE = r"[\u3400-\u9fff、（）·]{1,50}"
_LONG = r".{0,1000}"
_PERSON = r".{0,30}"  # 受理人员, 办理人

_CASE = {
    "taskCode": r"[0-9A-Z]{1,31}",
    "areaCode": r"[0-9]{12}",
    "taskName": r".{1,200}",
    "projectNo": _NUMBER,
    "proStatus": r"[123]",
    "orgcode": _CODE_18,
    "orgName": r".{1,200}",
    "acceptDate": _DAY_TIME,
    "userProp": r"[129]",
    "userName": r".{1,100}",
    "userPageType": _CERTIFICATE,
    "certKey": r".{0,18}",
    "certKeyGOV": r".{0,18}",
    "mobile": r".{0,20}",
    "handleUserName": r".{0,100}",
    "handleUserPageType": rf"({_CERTIFICATE})?",
    "handleUserPageCode": r".{0,18}",
    "serviceName": r".{1,100}",
    "serviceNumber": r"[0-9]{1,2}",
    "serviceTime": _DAY_TIME,
    "projectType": r"[129]",
    "promiseDay": r"[0-9]{1,4}",
    "anticipateDay": r"[0-9]{1,4}",
    "taskType": r"(0[1-9]|10|20)",
    "proManager": _PERSON,
    "areaCodeStandard": r"[0-9]{6,9}",
    "baseCode": r"[0-9A-Z]{1,12}",
}
_APPLICATION = {  # 申请
    "applyTime": _DAY_TIME,
    "applySource": r"[12349]",
    "contactName": r".{1,100}",
    "contactPageType": _CERTIFICATE,
    "contactPageCode": r".{1,18}",
    "contactMobile": r".{0,20}",
    "address": r".{0,100}",
    "postcode": r"([0-9]{6})?",
    "legalRepresentative": r".{0,100}",
    "investmentProjectNo": r"(.{24})?",
}
_MATERIAL = {
    "materialName": r".+",
    "materialCode": r".+",
    "received": r"[01]",
    "receivedBy": r"[12359]?",
    "receivedCount": r"[0-9]{1,2}",
    "receivedTime": rf"({_DAY_TIME})?",
    "attachment": r"([0-9a-f]{64})?",
}
_ACCEPTANCE = {  # 受理
    "documentNo": r".{1,30}",
    "acceptor": _PERSON,
    "acceptTime": _DAY_TIME,
    "dueDate": rf"({_DAY})?",  # none while its clock stands still
}
_COMPLETION = {  # 办结
    "finishTime": _DAY_TIME,
    "finishedAs": r"办结|不予受理|撤回|终止",
    "handler": _PERSON,
    "outcome": r"(准予|不予)?",
    "reason": _LONG,
    "resultDescription": _LONG,
    "licenceName": r".{0,100}",
    "licenceNo": r".{0,50}",
    "licenceValidFrom": rf"({_DAY})?",
    "licenceValidTo": rf"({_DAY})?",
    "licenceIssuer": r".{0,200}",
    "express": r"[01]",
    "expressNo": r".{0,64}",
    "charged": r"[01]",
}
_STEP = {  # 办理环节
    "projectNo": _NUMBER,
    "stepNo": r"[0-9]{1,4}",
    "stepName": _CHINESE,
    "action": r"[129]",
    "stepStatus": r"[12]",
    "handler": _PERSON,
    "orgcode": _CODE_18,
    "orgName": r".{1,200}",
    "opinion": _LONG,
    "startTime": _DAY_TIME,
    "endTime": _DAY_TIME,
    "dueDate": rf"({_DAY})?",
    "procedureType": r"[12]?",
    "procedureName": rf"({_CHINESE})?",
    "procedureBegin": rf"({_DAY_TIME})?",
    "procedureEnd": rf"({_DAY_TIME})?",
    "procedureReason": _LONG,
    "procedureApplicant": r".{0,100}",
    "procedureResult": _LONG,
    "procedureOpinion": _LONG,
    "express": r"[01]",
    "expressNo": r".{0,64}",
}
_RATING = {
    "projectNo": _NUMBER,
    "serviceNumber": r"[0-9]{1,2}",
    "pf": r"[1-7]",
    "satisfaction": r"[1-5]",
    "satisfactionCode": r"[1-5]",
    "writingEvaluation": _LONG,
    "assessTime": _DAY_TIME,
    "assessNumber": r"[0-9]{1,2}",
    "areaCode": r"[0-9]{12}",
}
_STRIKE = {
    "projectNo": _NUMBER,
    "serviceNumber": r"[0-9]{1,2}",
    "assessNumber": r"[0-9]{1,2}",
    "strikeReason": r"[129]",
    "strikeTime": _DAY_TIME,
    "areaCode": r"[0-9]{12}",
}


def wrong_in_case(parameters: Mapping[str, Any]) -> list[str]:
    """Fields of a case push that are not as described, those of its stage among them.

    Applied for and accepted have the application with them (proStatus 1, 2), accepted its
    acceptance (2), done its completion (3).
    """
    wrong = _wrong(parameters, _CASE)
    if not (parameters.get("certKey") or parameters.get("certKeyGOV")):
        wrong.append("certKey")
    if parameters.get("handleUserName") and not parameters.get("handleUserPageCode"):
        wrong.append("handleUserPageCode")
    status = parameters.get("proStatus")
    if status in ("1", "2"):
        wrong += _in_part(parameters, "application", _wrong_in_application)
    if status == "2":
        wrong += _in_part(parameters, "acceptance", lambda part: _wrong(part, _ACCEPTANCE))
    if status == "3":
        wrong += _in_part(parameters, "completion", _wrong_in_completion)
    return list(dict.fromkeys(wrong))


def wrong_in_step(parameters: Mapping[str, Any]) -> list[str]:
    """Fields of a step that are not as described; a special procedure has begun, with a reason.

    What has ended has a result.
    """
    wrong = _wrong(parameters, _STEP)
    if parameters.get("procedureType"):
        wrong += _empty(parameters, "procedureName", "procedureBegin", "procedureReason")
    if parameters.get("procedureEnd"):
        wrong += _empty(parameters, "procedureType", "procedureResult")
    return list(dict.fromkeys(wrong))


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


def _in_part(
    parameters: Mapping[str, Any],
    name: str,
    wrong_in: Callable[[Mapping[str, Any]], list[str]],
) -> list[str]:
    """What is wrong in a part of the push; the part itself when it is not there."""
    part = parameters.get(name)
    return wrong_in(part) if isinstance(part, dict) else [name]


def _wrong_in_application(part: Mapping[str, Any]) -> list[str]:
    wrong = _wrong(part, _APPLICATION)
    materials = part.get("materials")
    if not isinstance(materials, list):
        return [*wrong, "materials"]
    for one in materials:
        wrong += _wrong_in_material(one) if isinstance(one, dict) else ["materials"]
    return wrong


def _wrong_in_material(material: Mapping[str, Any]) -> list[str]:
    """What was received was so in some way, at some time, and is at least one."""
    wrong = _wrong(material, _MATERIAL)
    if material.get("received") == "1":
        wrong += _empty(material, "receivedBy", "receivedTime")
        wrong += ["receivedCount"] if material.get("receivedCount") == "0" else []
    return wrong


def _wrong_in_completion(part: Mapping[str, Any]) -> list[str]:
    """What is done was decided; a licence has its name, its issuer and its first day."""
    wrong = _wrong(part, _COMPLETION)
    if part.get("finishedAs") == "办结":
        wrong += _empty(part, "outcome")
    if part.get("licenceNo"):
        wrong += _empty(part, "licenceName", "licenceIssuer", "licenceValidFrom")
    if part.get("express") == "1":
        wrong += _empty(part, "expressNo")
    return wrong


def _empty(parameters: Mapping[str, Any], *names: str) -> list[str]:
    return [name for name in names if not parameters.get(name)]


def _wrong(parameters: Mapping[str, Any], asked: Mapping[str, str]) -> list[str]:
    return [
        name
        for name, form in asked.items()
        if not isinstance(parameters.get(name), str)
        or not re.fullmatch(form, parameters[name], re.DOTALL)
    ]
