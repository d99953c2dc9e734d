"""Examples of the online hall."""

from __future__ import annotations

from hall_platform.catalogue.examples import EXAMPLES as CATALOGUE
from hall_platform.examples import (
    CASE,
    CASE_NUMBER,
    ETAG,
    HALL,
    ITEM,
    ITEM_NAME,
    LATER,
    MOMENT,
    PREAPPLICATION,
    Example,
)
from hall_platform.hall.examples import EXAMPLES as HALLS
from hall_platform.portal.example_parts import (
    AT_WINDOW,
    AUTHORISATION,
    CASE_SHOWN,
    CODE,
    CONTENTS,
    COUNTY,
    DRAFT,
    DRAFT_ID,
    FILE,
    FORM,
    FOUND,
    HANDED,
    MATCHED,
    MATERIAL_MET,
    MESSAGE,
    OF_AUTHORISATION,
    OF_CASE,
    OF_PREAPPLICATION,
    OTHER,
    OWN_PREAPPLICATION,
    PERSON,
    PLACE,
    POINT,
    PREAPPLICATION_SHOWN,
    SERVICE,
    STEP,
    SUBMITTED,
    TIMELINE,
    handled,
)
from hall_platform.portal.letter_examples import EXAMPLES as LETTERS
from hall_platform.portal.letter_examples import keyed

_ASKED = {
    "GET /v1/portal/halls": Example(parameters={"item": ITEM}, answer={"halls": [PLACE]}),
    "GET /v1/portal/items/{code}": Example(
        parameters={"code": ITEM},
        answer={
            "item": CATALOGUE["GET /v1/items/{code}"].answer,
            "online": True,
            "halls": [PLACE],
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
            "materials": [MATERIAL_MET],
            "queries": ["8d2f0c1e-8f0d-4c57-9d2a-6f1f3f5c1a02"],
        },
    ),
    "GET /v1/portal/drafts": Example(answer={"drafts": [DRAFT]}),
    "GET /v1/portal/drafts/{draft}": Example(parameters=DRAFT_ID, answer=DRAFT),
    "POST /v1/portal/draft-code-queries": Example(
        request={"county": COUNTY, "code": CODE}, answer=FOUND
    ),
    "POST /v1/draft-code-queries": Example(
        request={"county": COUNTY, "code": CODE}, answer={**FOUND, "begun_at_place": "online"}
    ),
    "GET /v1/preapplications": Example(
        answer={
            "preapplications": [
                {
                    "id": PREAPPLICATION,
                    "code": "YS20261124K7M2P9",
                    "item": ITEM,
                    "item_name": ITEM_NAME,
                    "state": "submitted",
                    "submitted_at": MOMENT,
                    "check_due_on": "2026-11-26",
                    "late": False,
                    "etag": ETAG,
                }
            ],
            "next": None,
        }
    ),
    "GET /v1/preapplications/{preapplication}/form": Example(
        parameters={"preapplication": PREAPPLICATION},
        answer={
            "preapplication": PREAPPLICATION,
            "item": ITEM,
            "item_version": 1,
            "form": FORM,
            "applied_by": None,
            "authorisation": None,
            "points": [],
            "steps": [{**STEP, "state": "submitted", "note": ""}],
        },
    ),
    "GET /v1/portal/matters": Example(
        answer={
            "preapplications": [OWN_PREAPPLICATION],
            "cases": [CASE_SHOWN],
            "appointments": [HALLS["GET /v1/appointments/{code}"].answer],
        }
    ),
    "GET /v1/portal/preapplications/{preapplication}": Example(
        parameters={"preapplication": PREAPPLICATION}, answer=OWN_PREAPPLICATION
    ),
    "GET /v1/portal/cases/{case}": Example(parameters={"case": CASE}, answer=CASE_SHOWN),
    "POST /v1/portal/progress-queries": Example(
        request={"number": CASE_NUMBER, "query_code": "K7M2P9QX"},
        answer={
            "number": CASE_NUMBER,
            "item_name": ITEM_NAME,
            "state": "accepted",
            "accepted_at": MOMENT,
            "due_on": "2026-11-25",
            "due_provisional": False,
            "correct_by": None,
            "hall_name": HALL["name"],
            "timeline": TIMELINE,
        },
    ),
    "GET /v1/portal/authorisations": Example(answer={"authorisations": [AUTHORISATION]}),
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
        request={"act": "begin-draft", "hall": HALL["code"], "item": ITEM}, answer=handled()
    ),
    "POST /v1/portal/drafts/{draft}/contents": Example(
        parameters=MATCHED,
        request={"act": "save-draft", "county": COUNTY, **CONTENTS},
        answer=handled(),
    ),
    "POST /v1/portal/drafts/{draft}/discarding": Example(
        parameters=MATCHED,
        request={"act": "discard-draft", "county": COUNTY},
        answer=handled(state="discarded", form={}, uploads=[]),
    ),
    "POST /v1/portal/drafts/{draft}/submission": Example(
        parameters=MATCHED,
        request={"act": "submit-draft", "county": COUNTY, "mobile": "12000000000"},
        answer=SUBMITTED,
    ),
    "POST /v1/portal/drafts/{draft}/hand-over": Example(
        parameters=MATCHED,
        request={"act": "hand-over-draft", "county": COUNTY},
        answer=HANDED,
    ),
    "POST /v1/portal/drafts/{draft}/taking": Example(
        parameters=DRAFT_ID,
        request={"act": "take-draft", "county": COUNTY, "code": CODE},
        answer=handled(begun_at_place="window"),
    ),
    "POST /v1/portal/preapplications/{preapplication}/corrections": Example(
        parameters=OF_PREAPPLICATION,
        request={"act": "correct-preapplication", "county": COUNTY, **CONTENTS},
        answer={**OWN_PREAPPLICATION, "state": "submitted", "points": []},
    ),
    "POST /v1/portal/preapplications/{preapplication}/withdrawal": Example(
        parameters=OF_PREAPPLICATION,
        request={"act": "withdraw-preapplication", "county": COUNTY, "reason": "不再开店"},
        answer={**OWN_PREAPPLICATION, "state": "withdrawn", "points": []},
    ),
    "POST /v1/portal/cases/{case}/corrections": Example(
        parameters=OF_CASE,
        request={
            "act": "correct-own-case",
            "county": COUNTY,
            "met": ["P01"],
            "uploads": [FILE],
        },
        answer={**CASE_SHOWN, "state": "received"},
    ),
    "POST /v1/portal/cases/{case}/withdrawal": Example(
        parameters=OF_CASE,
        request={"act": "withdraw-own-case", "county": COUNTY, "reason": "不再开店"},
        answer={**CASE_SHOWN, "state": "withdrawn"},
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
            "other": OTHER,
            "items": [ITEM],
            "valid_to": "2026-12-31",
            "reason": "本人在外地，委托办理",
        },
        answer=AUTHORISATION,
    ),
    "POST /v1/portal/authorisations/{authorisation}/answer": Example(
        parameters=OF_AUTHORISATION,
        request={"act": "answer-authorisation", "confirmed": True},
        answer={**AUTHORISATION, "state": "confirmed", "answered_at": LATER},
    ),
    "POST /v1/portal/authorisations/{authorisation}/end": Example(
        parameters=OF_AUTHORISATION,
        request={"act": "end-authorisation"},
        answer={**AUTHORISATION, "state": "ended", "ended_at": LATER},
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
            **AT_WINDOW,
            "item": ITEM,
            "applicant": PERSON,
        },
        answer=handled(place="window", begun_at_place="window"),
    ),
    "POST /v1/kiosk-drafts": Example(
        request={
            "act": "begin-draft-at-kiosk",
            "item": ITEM,
            "applicant": PERSON,
            "hand_in": False,
        },
        answer={**HANDED, "draft": {**HANDED["draft"], "begun_at_place": "kiosk"}},
    ),
    "POST /v1/drafts/{draft}/taking": Example(
        parameters=DRAFT_ID,
        request={"act": "take-draft-to-window", **AT_WINDOW, "code": CODE},
        answer=handled(place="window"),
    ),
    "POST /v1/drafts/{draft}/contents": Example(
        parameters=MATCHED,
        request={"act": "save-draft-at-window", **AT_WINDOW, **CONTENTS},
        answer=handled(place="window"),
    ),
    "POST /v1/drafts/{draft}/hand-over": Example(
        parameters=MATCHED,
        request={"act": "hand-over-draft-at-window", **AT_WINDOW},
        answer=HANDED,
    ),
    "POST /v1/drafts/{draft}/submission": Example(
        parameters=MATCHED,
        request={"act": "submit-draft-at-window", **AT_WINDOW},
        answer=SUBMITTED,
    ),
    "POST /v1/preapplications/{preapplication}/check": Example(
        parameters=OF_PREAPPLICATION,
        request={
            "act": "check-preapplication",
            **AT_WINDOW,
            "result": "to_correct",
            "points": [POINT],
        },
        answer={**PREAPPLICATION_SHOWN, "state": "to_correct", "claimed_by": None},
    ),
}

EXAMPLES = {**_ASKED, **keyed(_ONLINE), **keyed(_AT_THE_HALL), **LETTERS}
