"""What several examples of the online hall are put together from."""

from __future__ import annotations

from typing import Any

from hall_platform.business.examples import EXAMPLES as BUSINESS
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
)
from hall_platform.licences.examples import LICENCE

COUNTY = "990302"
CODE = "K7M2P9QXTR"
MESSAGE = "3e0b6a52-5a4e-4f6b-8a52-0b7b1d2f4c60"
AUTHORISATION_ID = "f7c8a1b2-6d3e-4c41-9a55-2f1b7d0c9e84"
SERVICE = "a9d2c3e4-7f10-4aa2-8c3d-51d2a4c1be07"

AT_WINDOW = {"operator": OPERATOR, "window": WINDOW}
PERSON = {**HOLDER, "name": "测试甲", "mobile": "12000000000"}
OTHER = {"kind": "resident", "number": "990125200412311488", "name": "𬸣·阿卜杜𠅤测"}
FORM = {"F01": {"name": "雨山区测试早餐店", "scope": "餐饮服务"}}
FILE = {"material": "M04", "file_name": "租赁合同.pdf", "sha256": DIGEST, "pages": 4}
UPLOAD = {**FILE, "trust_grade": "C"}
STEP = {"at": MOMENT, "state": "to_correct", "note": "请补充经营场所使用证明。"}
POINT = {"material": "M02", "what": "请补充经营场所使用证明。"}
BRING = [{"material": "M01", "name": "经营者身份证明", "why": "identity_card"}]

PLACE = {
    **HALL,
    "county": COUNTY,
    "region": COUNTY + "000000",
    "address": "试验省试验市雨山区市民中路66号",
    "services": [{"code": "market", "name": "市场准入"}],
}
DRAFT: dict[str, Any] = {
    "id": PREAPPLICATION,
    "county": COUNTY,
    "hall": HALL["code"],
    "hall_name": HALL["name"],
    "item": ITEM,
    "item_version": 1,
    "item_name": ITEM_NAME,
    "applicant": PERSON,
    "own": True,
    "form": FORM,
    "uploads": [UPLOAD],
    "state": "open",
    "place": "online",
    "begun_at_place": "online",
    "begun_at": MOMENT,
    "changed_at": LATER,
    "code_until": None,
    "etag": ETAG,
}
FOUND = {
    "id": PREAPPLICATION,
    "county": COUNTY,
    "hall": HALL["code"],
    "item": ITEM,
    "item_name": ITEM_NAME,
    "begun_at_place": "window",
    "code_until": "2026-12-01T10:15:00.000+08:00",
    "etag": ETAG,
}


def handled(**draft: Any) -> dict[str, Any]:
    """The answer to an act on a draft that stands so."""
    return {
        "draft": {**DRAFT, **draft},
        "code": None,
        "preapplication": None,
        "preapplication_code": None,
        "to_bring": [],
        "etag": ETAG,
    }


HANDED = {
    **handled(place="hand_over", code_until="2026-12-01T10:15:00.000+08:00"),
    "code": CODE,
}
SUBMITTED = {
    **handled(state="submitted"),
    "preapplication": PREAPPLICATION,
    "preapplication_code": "YS20261124K7M2P9",
    "to_bring": BRING,
}
PREAPPLICATION_SHOWN = BUSINESS["POST /v1/preapplications/{preapplication}/claim"].answer
OWN_PREAPPLICATION = {
    **PREAPPLICATION_SHOWN,
    "state": "to_correct",
    "claimed_by": None,
    "county": COUNTY,
    "check_due_on": None,
    "case": None,
    "form": FORM,
    "points": [POINT],
    "steps": [{**STEP, "state": "submitted", "note": ""}, STEP],
}
TIMELINE = [{"at": MOMENT, "act": "accept", "from": "", "to": "accepted", "reason": ""}]
CASE_SHOWN: dict[str, Any] = {
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
    "correct_by": None,
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
    "timeline": TIMELINE,
    "etag": ETAG,
}
AUTHORISATION: dict[str, Any] = {
    "id": AUTHORISATION_ID,
    "asked_by": "agent",
    "agent": {**HOLDER, "name": "测试甲"},
    "principal": OTHER,
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
MATERIAL_MET = {
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
DRAFT_ID = {"draft": PREAPPLICATION}
MATCHED = {**DRAFT_ID, "If-Match": ETAG}
OF_PREAPPLICATION = {"preapplication": PREAPPLICATION, "If-Match": ETAG}
OF_CASE = {"case": CASE, "If-Match": ETAG}
OF_AUTHORISATION = {"authorisation": AUTHORISATION_ID, "If-Match": ETAG}
CONTENTS = {"form": FORM, "uploads": [FILE]}
