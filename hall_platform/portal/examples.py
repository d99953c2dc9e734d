"""Examples of the online hall."""

from __future__ import annotations

from typing import Any

from hall_platform.business.examples import EXAMPLES as BUSINESS
from hall_platform.catalogue.examples import EXAMPLES as CATALOGUE
from hall_platform.examples import (
    CASE,
    CASE_NUMBER,
    DIGEST,
    ETAG,
    HALL,
    HOLDER,
    ITEM,
    ITEM_NAME,
    LATER,
    MOMENT,
    OPERATOR,
    PREAPPLICATION,
    WINDOW,
    Example,
)
from hall_platform.licences.examples import LICENCE
from hall_platform.portal.letter_examples import EXAMPLES as LETTERS
from hall_platform.portal.letter_examples import keyed

COUNTY = "990302"
CODE = "K7M2P9QXTR"
MESSAGE = "3e0b6a52-5a4e-4f6b-8a52-0b7b1d2f4c60"
AUTHORISATION = "f7c8a1b2-6d3e-4c41-9a55-2f1b7d0c9e84"
SERVICE = "a9d2c3e4-7f10-4aa2-8c3d-51d2a4c1be07"

_AT_WINDOW = {"operator": OPERATOR, "window": WINDOW}
_PERSON = {**HOLDER, "name": "测试甲", "mobile": "12000000000"}
_OTHER = {"kind": "resident", "number": "990125200412311488", "name": "𬸣·阿卜杜𠅤测"}
_FORM = {"F01": {"name": "雨山区测试早餐店", "scope": "餐饮服务"}}
_FILE = {"material": "M04", "file_name": "租赁合同.pdf", "sha256": DIGEST, "pages": 4}
_UPLOAD = {**_FILE, "trust_grade": "C"}
_STEP = {"at": MOMENT, "state": "to_correct", "note": "请补充经营场所使用证明。"}
_POINT = {"material": "M02", "what": "请补充经营场所使用证明。"}
_BRING = [{"material": "M01", "name": "经营者身份证明", "why": "identity_card"}]

_PLACE = {
    **HALL,
    "county": COUNTY,
    "region": COUNTY + "000000",
    "address": "试验省试验市雨山区市民中路66号",
}
_DRAFT: dict[str, Any] = {
    "id": PREAPPLICATION,
    "county": COUNTY,
    "hall": HALL["code"],
    "hall_name": HALL["name"],
    "item": ITEM,
    "item_version": 1,
    "item_name": ITEM_NAME,
    "applicant": _PERSON,
    "own": True,
    "form": _FORM,
    "uploads": [_UPLOAD],
    "state": "open",
    "place": "online",
    "begun_at_place": "online",
    "begun_at": MOMENT,
    "changed_at": LATER,
    "code_until": None,
    "etag": ETAG,
}
_FOUND = {
    "id": PREAPPLICATION,
    "county": COUNTY,
    "hall": HALL["code"],
    "item": ITEM,
    "item_name": ITEM_NAME,
    "begun_at_place": "window",
    "code_until": "2026-12-01T10:15:00.000+08:00",
    "etag": ETAG,
}


def _handled(**draft: Any) -> dict[str, Any]:
    return {
        "draft": {**_DRAFT, **draft},
        "code": None,
        "preapplication": None,
        "preapplication_code": None,
        "to_bring": [],
        "etag": ETAG,
    }


_HANDED = {
    **_handled(place="hand_over", code_until="2026-12-01T10:15:00.000+08:00"),
    "code": CODE,
}
_SUBMITTED = {
    **_handled(state="submitted"),
    "preapplication": PREAPPLICATION,
    "preapplication_code": "YS20261124K7M2P9",
    "to_bring": _BRING,
}
_PREAPPLICATION = BUSINESS["POST /v1/preapplications/{preapplication}/claim"].answer
_OWN_PREAPPLICATION = {
    **_PREAPPLICATION,
    "state": "to_correct",
    "claimed_by": None,
    "county": COUNTY,
    "case": None,
    "form": _FORM,
    "points": [_POINT],
    "steps": [{**_STEP, "state": "submitted", "note": ""}, _STEP],
}
_TIMELINE = [{"at": MOMENT, "act": "accept", "from": "", "to": "accepted", "reason": ""}]
_CASE: dict[str, Any] = {
    "case": CASE,
    "county": COUNTY,
    "number": CASE_NUMBER,
    "provisional_number": None,
    "query_code": "K7M2P9QX",
    "item": ITEM,
    "item_name": ITEM_NAME,
    "state": "accepted",
    "accepted_at": MOMENT,
    "due_on": "2026-11-25",
    "due_provisional": False,
    "hall": HALL["code"],
    "hall_name": HALL["name"],
    "window": WINDOW,
    "applicant_name": "测试甲",
    "preapplication": PREAPPLICATION,
    "papers": [{"kind": "acceptance_notice", "number": "雨市监受〔2026〕1号"}],
    "points": [],
    "services": [
        {
            "service": SERVICE,
            "service_number": 1,
            "kind": "accept",
            "finished_at": LATER,
            "rated": False,
        }
    ],
    "timeline": _TIMELINE,
    "etag": ETAG,
}
_AUTHORISATION: dict[str, Any] = {
    "id": AUTHORISATION,
    "asked_by": "agent",
    "agent": {**HOLDER, "name": "测试甲"},
    "principal": _OTHER,
    "items": [ITEM],
    "valid_to": "2026-12-31",
    "reason": "本人在外地，委托办理",
    "state": "asked",
    "asked_at": MOMENT,
    "answered_at": None,
    "ended_at": None,
    "waits_for_me": False,
    "etag": ETAG,
}
_MATERIAL_MET = {
    "material": "M02",
    "name": "经营场所使用证明",
    "required": True,
    "met": True,
    "met_by": [
        {
            "by": "licence",
            "name": "不动产权证书",
            "reference": LICENCE["identifier"],
            "valid_to": None,
        }
    ],
    "upload": True,
    "needs_original": False,
    "at_window": True,
}
_DRAFT_ID = {"draft": PREAPPLICATION}
_MATCHED = {**_DRAFT_ID, "If-Match": ETAG}
_OF_PREAPPLICATION = {"preapplication": PREAPPLICATION, "If-Match": ETAG}
_OF_CASE = {"case": CASE, "If-Match": ETAG}
_OF_AUTHORISATION = {"authorisation": AUTHORISATION, "If-Match": ETAG}
_CONTENTS = {"form": _FORM, "uploads": [_FILE]}

_ASKED = {
    "GET /v1/portal/halls": Example(parameters={"item": ITEM}, answer={"halls": [_PLACE]}),
    "GET /v1/portal/items/{code}": Example(
        parameters={"code": ITEM},
        answer={
            "item": CATALOGUE["GET /v1/items/{code}"].answer,
            "online": True,
            "halls": [_PLACE],
            "answers": [
                {
                    "id": MESSAGE,
                    "question": "租来的房子可以作为经营场所吗？",
                    "answer": "可以，请提供租赁合同和房屋的不动产权证书。",
                }
            ],
        },
    ),
    "POST /v1/portal/pre-checks": Example(
        request={"hall": HALL["code"], "item": ITEM, "purpose": "办理前了解所需材料"},
        answer={
            "item": ITEM,
            "item_version": 1,
            "item_name": ITEM_NAME,
            "hall": HALL["code"],
            "met": 1,
            "still_needed": 0,
            "can_finish_online": True,
            "materials": [_MATERIAL_MET],
            "queries": ["8d2f0c1e-8f0d-4c57-9d2a-6f1f3f5c1a02"],
        },
    ),
    "GET /v1/portal/drafts": Example(answer={"drafts": [_DRAFT]}),
    "GET /v1/portal/drafts/{draft}": Example(parameters=_DRAFT_ID, answer=_DRAFT),
    "POST /v1/portal/draft-code-queries": Example(
        request={"county": COUNTY, "code": CODE}, answer=_FOUND
    ),
    "POST /v1/draft-code-queries": Example(
        request={"county": COUNTY, "code": CODE}, answer={**_FOUND, "begun_at_place": "online"}
    ),
    "GET /v1/preapplications/{preapplication}/form": Example(
        parameters={"preapplication": PREAPPLICATION},
        answer={
            "preapplication": PREAPPLICATION,
            "item": ITEM,
            "item_version": 1,
            "form": _FORM,
            "applied_by": None,
            "authorisation": None,
            "points": [],
            "steps": [{**_STEP, "state": "submitted", "note": ""}],
        },
    ),
    "GET /v1/portal/matters": Example(
        answer={"preapplications": [_OWN_PREAPPLICATION], "cases": [_CASE]}
    ),
    "GET /v1/portal/preapplications/{preapplication}": Example(
        parameters={"preapplication": PREAPPLICATION}, answer=_OWN_PREAPPLICATION
    ),
    "GET /v1/portal/cases/{case}": Example(parameters={"case": CASE}, answer=_CASE),
    "POST /v1/portal/progress-queries": Example(
        request={"number": CASE_NUMBER, "query_code": "K7M2P9QX"},
        answer={
            "number": CASE_NUMBER,
            "item_name": ITEM_NAME,
            "state": "accepted",
            "accepted_at": MOMENT,
            "due_on": "2026-11-25",
            "due_provisional": False,
            "hall_name": HALL["name"],
            "timeline": _TIMELINE,
        },
    ),
    "GET /v1/portal/authorisations": Example(answer={"authorisations": [_AUTHORISATION]}),
    "GET /v1/portal/messages": Example(
        parameters={"unread": True},
        answer={
            "messages": [
                {
                    "id": MESSAGE,
                    "county": COUNTY,
                    "at": MOMENT,
                    "kind": "case-accepted",
                    "title": "办件已受理",
                    "text": f"“{ITEM_NAME}”已受理，办件编号 {CASE_NUMBER}。",
                    "about": "case",
                    "subject": CASE,
                    "read_at": None,
                }
            ],
            "unread": 1,
            "next": None,
        },
    ),
}

_ONLINE = {
    "POST /v1/portal/drafts": Example(
        request={"act": "begin-draft", "hall": HALL["code"], "item": ITEM}, answer=_handled()
    ),
    "POST /v1/portal/drafts/{draft}/contents": Example(
        parameters=_MATCHED,
        request={"act": "save-draft", "county": COUNTY, **_CONTENTS},
        answer=_handled(),
    ),
    "POST /v1/portal/drafts/{draft}/discarding": Example(
        parameters=_MATCHED,
        request={"act": "discard-draft", "county": COUNTY},
        answer=_handled(state="discarded", form={}, uploads=[]),
    ),
    "POST /v1/portal/drafts/{draft}/submission": Example(
        parameters=_MATCHED,
        request={"act": "submit-draft", "county": COUNTY, "mobile": "12000000000"},
        answer=_SUBMITTED,
    ),
    "POST /v1/portal/drafts/{draft}/hand-over": Example(
        parameters=_MATCHED,
        request={"act": "hand-over-draft", "county": COUNTY},
        answer=_HANDED,
    ),
    "POST /v1/portal/drafts/{draft}/taking": Example(
        parameters=_DRAFT_ID,
        request={"act": "take-draft", "county": COUNTY, "code": CODE},
        answer=_handled(begun_at_place="window"),
    ),
    "POST /v1/portal/preapplications/{preapplication}/corrections": Example(
        parameters=_OF_PREAPPLICATION,
        request={"act": "correct-preapplication", "county": COUNTY, **_CONTENTS},
        answer={**_OWN_PREAPPLICATION, "state": "submitted", "points": []},
    ),
    "POST /v1/portal/preapplications/{preapplication}/withdrawal": Example(
        parameters=_OF_PREAPPLICATION,
        request={"act": "withdraw-preapplication", "county": COUNTY, "reason": "不再开店"},
        answer={**_OWN_PREAPPLICATION, "state": "withdrawn", "points": []},
    ),
    "POST /v1/portal/cases/{case}/corrections": Example(
        parameters=_OF_CASE,
        request={
            "act": "correct-own-case",
            "county": COUNTY,
            "met": ["P01"],
            "uploads": [_FILE],
        },
        answer={**_CASE, "state": "received"},
    ),
    "POST /v1/portal/cases/{case}/withdrawal": Example(
        parameters=_OF_CASE,
        request={"act": "withdraw-own-case", "county": COUNTY, "reason": "不再开店"},
        answer={**_CASE, "state": "withdrawn"},
    ),
    "POST /v1/portal/services/{service}/rating": Example(
        parameters={"service": SERVICE},
        request={"act": "rate-own-service", "county": COUNTY, "case": CASE, "level": "best"},
        answer={"received": True, "at": LATER},
    ),
    "POST /v1/portal/authorisations": Example(
        request={
            "act": "ask-authorisation",
            "as": "agent",
            "other": _OTHER,
            "items": [ITEM],
            "valid_to": "2026-12-31",
            "reason": "本人在外地，委托办理",
        },
        answer=_AUTHORISATION,
    ),
    "POST /v1/portal/authorisations/{authorisation}/answer": Example(
        parameters=_OF_AUTHORISATION,
        request={"act": "answer-authorisation", "confirmed": True},
        answer={**_AUTHORISATION, "state": "confirmed", "answered_at": LATER},
    ),
    "POST /v1/portal/authorisations/{authorisation}/end": Example(
        parameters=_OF_AUTHORISATION,
        request={"act": "end-authorisation"},
        answer={**_AUTHORISATION, "state": "ended", "ended_at": LATER},
    ),
    "POST /v1/portal/message-readings": Example(
        request={"act": "read-messages", "county": COUNTY, "messages": [MESSAGE]},
        answer={"marked": 1},
    ),
}

_AT_THE_HALL = {
    "POST /v1/drafts": Example(
        request={
            "act": "begin-draft-at-window",
            **_AT_WINDOW,
            "item": ITEM,
            "applicant": _PERSON,
        },
        answer=_handled(place="window", begun_at_place="window"),
    ),
    "POST /v1/kiosk-drafts": Example(
        request={
            "act": "begin-draft-at-kiosk",
            "item": ITEM,
            "applicant": _PERSON,
            "hand_in": False,
        },
        answer={**_HANDED, "draft": {**_HANDED["draft"], "begun_at_place": "kiosk"}},
    ),
    "POST /v1/drafts/{draft}/taking": Example(
        parameters=_DRAFT_ID,
        request={"act": "take-draft-to-window", **_AT_WINDOW, "code": CODE},
        answer=_handled(place="window"),
    ),
    "POST /v1/drafts/{draft}/contents": Example(
        parameters=_MATCHED,
        request={"act": "save-draft-at-window", **_AT_WINDOW, **_CONTENTS},
        answer=_handled(place="window"),
    ),
    "POST /v1/drafts/{draft}/hand-over": Example(
        parameters=_MATCHED,
        request={"act": "hand-over-draft-at-window", **_AT_WINDOW},
        answer=_HANDED,
    ),
    "POST /v1/drafts/{draft}/submission": Example(
        parameters=_MATCHED,
        request={"act": "submit-draft-at-window", **_AT_WINDOW},
        answer=_SUBMITTED,
    ),
    "POST /v1/preapplications/{preapplication}/check": Example(
        parameters=_OF_PREAPPLICATION,
        request={
            "act": "check-preapplication",
            **_AT_WINDOW,
            "result": "to_correct",
            "points": [_POINT],
        },
        answer={**_PREAPPLICATION, "state": "to_correct", "claimed_by": None},
    ),
}

EXAMPLES = {**_ASKED, **keyed(_ONLINE), **keyed(_AT_THE_HALL), **LETTERS}
