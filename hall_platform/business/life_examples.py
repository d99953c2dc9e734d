"""Examples of the acts in the life of a case, and of the questions about cases."""

from __future__ import annotations

from typing import Any

from hall_platform.business import life
from hall_platform.business.life_acts import LIFE_ACTS, ROLES_OF
from hall_platform.business.regimes import REGIMES
from hall_platform.examples import (
    CASE,
    CASE_NUMBER,
    DIGEST,
    HOLDER,
    ITEM,
    ITEM_NAME,
    KEY,
    LATER,
    MOMENT,
    OPERATOR,
    WINDOW,
    Example,
)

_TAG = '"51d2a4c1be07-1"'
_NEXT = '"51d2a4c1be07-2"'
_QUERY_CODE = "K7M2P9QX"
_BUNDLE = "4c7a1d52-9b3e-4f60-8a12-7d9e0c3b5f61"
_PROVISIONAL = {
    "acceptance_due_on": None,
    "due_on": "2026-11-25",
    "legal_due_on": "2026-11-27",
    "due_provisional": False,
}
_WINDOW = {"operator": OPERATOR, "window": WINDOW, "done_at": LATER}
_DEPARTMENT = {"operator": OPERATOR}

PARTY: dict[str, Any] = {
    **HOLDER,
    "name": "测试甲",
    "sex": "1",
    "nation": "01",
    "born": "1990-01-01",
    "address": "试验省试验市雨山区测试路1号",
    "source": "card",
    "sam_id": "",
    "mobile": "",
}
MATERIAL: dict[str, Any] = {
    "material": "M04",
    "met_by": "original_seen",
    "reference": "",
    "trust_grade": "B",
    "paper_reason": "",
    "purpose": "个体工商户设立登记",
    "expires": "2028-06-30",
}

_PAPERS = {  # the paper each act brings with it
    "accept-received": ("acceptance_notice", "雨山区市场监督管理局受〔2026〕1号"),
    "notify-missing": ("correction_notice", "雨山区市场监督管理局补〔2026〕1号"),
    "submit-corrections": ("receipt", "雨山区市场监督管理局收〔2026〕2号"),
    "refuse-acceptance": ("refusal_notice", "雨山区市场监督管理局不受〔2026〕1号"),
    "withdraw-case": ("withdrawal_notice", "雨山区市场监督管理局撤〔2026〕1号"),
    "transfer-case": ("county_transfer", "雨山区市场监督管理局移〔2026〕1号"),
    "take-over-case": ("material_transfer", "雨山区市场监督管理局转〔2026〕2号"),
    "hand-over": ("material_transfer", "雨山区市场监督管理局转〔2026〕1号"),
    "suspend-case": ("special_procedure_notice", "雨山区市场监督管理局特〔2026〕1号"),
    "extend-case": ("extension_notice", "雨山区市场监督管理局延〔2026〕1号"),
    "notice-fee": ("fee_notice", "雨山区市场监督管理局缴〔2026〕1号"),
    "decide-case": ("approval_decision", "雨山区市场监督管理局准〔2026〕1号"),
    "deliver-result": ("delivery_receipt", "雨山区市场监督管理局送〔2026〕1号"),
    "terminate-case": ("termination_notice", "雨山区市场监督管理局终〔2026〕1号"),
    "issue-paper": ("acceptance_notice", "雨山区市场监督管理局受〔2026〕1号"),
}

_STATES = {  # from where to where each act leads
    "accept-received": ("received", "accepted"),
    "notify-missing": ("received", "to_correct"),
    "submit-corrections": ("to_correct", "received"),
    "refuse-acceptance": ("received", "refused"),
    "correct-on-spot": ("received", "received"),
    "withdraw-case": ("accepted", "withdrawn"),
    "transfer-case": ("received", "in_transfer"),
    "take-over-case": ("in_transfer", "received"),
    "hand-over": ("accepted", "handed_over"),
    "suspend-case": ("handed_over", "suspended"),
    "resume-case": ("suspended", "handed_over"),
    "review-case": ("handed_over", "reviewed"),
    "decide-case": ("reviewed", "decided"),
    "issue-result": ("decided", "decided"),
    "close-case": ("decided", "closed"),
    "deliver-result": ("closed", "delivered"),
    "terminate-case": ("accepted", "terminated"),
}

_BODIES: dict[str, dict[str, Any]] = {
    "accept-received": {**_WINDOW, "materials": [MATERIAL]},
    "correct-on-spot": {**_WINDOW, "what": "申请书第2页经营场所门牌号由“1号”更正为“11号”"},
    "notify-missing": {
        **_WINDOW,
        "points": [
            {
                "code": "P1",
                "material": "M04",
                "what": "租赁合同缺少出租方签字",
                "basis": "《市场主体登记管理条例》第十六条",
                "form": "原件",
            }
        ],
        "correct_by": "2026-12-10",
        "paper": {"number": "雨市监补〔2026〕1号", "signed_at": LATER},
    },
    "submit-corrections": {**_WINDOW, "met": ["P1"], "materials": [MATERIAL]},
    "refuse-acceptance": {
        **_WINDOW,
        "ground": "not_our_power",
        "reason": "该事项由市级登记机关办理",
        "legal_basis": "《行政许可法》第三十二条第一款第二项",
        "right_body": "试验市市场监督管理局",
    },
    "withdraw-case": {**_WINDOW, "reason": "申请人改变经营计划"},
    "transfer-case": {**_WINDOW, "by": "post", "post_number": "EX000000001CN"},
    "take-over-case": dict(_WINDOW),
    "hand-over": {**_WINDOW, "originals": 2, "note": ""},
    "suspend-case": {
        **_DEPARTMENT,
        "kind": "inspection",
        "reason": "需要对经营场所进行现场核查",
        "expected_days": 10,
    },
    "resume-case": {**_DEPARTMENT, "result": "现场核查合格"},
    "extend-case": {
        **_DEPARTMENT,
        "reason": "情形复杂，需要进一步核实",
        "approved_by": "拟立新",
    },
    "notice-fee": {
        **_WINDOW,
        "cents": 8000,
        "charges": [{"name": "不动产登记费（住宅类）", "count": 1}],
        "basis": "试发改价〔2026〕1号",
    },
    "waive-fee": {
        **_DEPARTMENT,
        "reason": "申请人为小微企业，免收不动产登记费",
        "basis": "关于免征小微企业不动产登记费的规定",
    },
    "mark-paid": {**_WINDOW, "receipt_number": "9900260000001"},
    "review-case": {**_DEPARTMENT, "opinion": "grant", "reason": "材料齐全，符合法定条件"},
    "decide-case": {**_DEPARTMENT, "outcome": "granted", "reason": "符合法定条件"},
    "issue-result": {
        **_DEPARTMENT,
        "valid_from": "2026-11-25",
        "content": {"经营范围": "日用百货零售"},
    },
    "close-case": dict(_DEPARTMENT),
    "deliver-result": {**_WINDOW, "by": "hand", "recipient": "applicant"},
    "terminate-case": {
        **_DEPARTMENT,
        "reason": "申请人逾期未补正",
        "legal_basis": "《行政许可法实施办法》",
    },
    "attach-material": {
        **_WINDOW,
        "material": "M04",
        "met_by": "scan",
        "trust_grade": "C",
        "upload": DIGEST,
    },
    "verify-original": {**_WINDOW, "position": 3, "expires": "2028-06-30"},
    "issue-paper": {**_WINDOW, "kind": "acceptance_notice", "signed_at": LATER},
}


def _step(act: str) -> dict[str, Any]:
    was, state = _STATES.get(act, ("accepted", "accepted"))
    papers = []
    if act in _PAPERS:
        kind, number = _PAPERS[act]
        papers = [{"kind": kind, "number": number, "state": "owed"}]
    return {
        "case": CASE,
        "number": CASE_NUMBER,
        "state": state,
        "was": was,
        "at": LATER,
        **_PROVISIONAL,
        "papers": papers,
        "result_licence": None,
        "etag": _NEXT,
    }


_RECEIVE = {
    "act": "receive",
    "case": CASE,
    "number": CASE_NUMBER,
    "query_code": _QUERY_CODE,
    "item": ITEM,
    "item_version": 1,
    "applicant": PARTY,
    "materials": [MATERIAL],
    "filed_at": MOMENT,
    "operator": OPERATOR,
    "window": WINDOW,
    "paper": {"number": "雨市监收〔2026〕1号"},
}

_TIMELINE = {
    "at": MOMENT,
    "act": "accept",
    "operator": OPERATOR["id"],
    "hall": "99030201",
    "window": WINDOW,
    "department": "",
    "from": "",
    "to": "accepted",
    "reason": "",
    "paper": "雨市监受〔2026〕1号",
    "details": {},
}

_CASE = {
    "case": CASE,
    "number": CASE_NUMBER,
    "provisional_number": None,
    "item": ITEM,
    "item_name": ITEM_NAME,
    "item_version": 1,
    "regime": "market_registration",
    "bundle": None,
    "state": "accepted",
    "filed_at": MOMENT,
    "accepted": True,
    "accepted_at": MOMENT,
    "received_at": MOMENT,
    **_PROVISIONAL,
    "correct_by": None,
    "county": "990302",
    "for_county": "990302",
    "handling_county": "990302",
    "outcome": "",
    "fee": "none",
    "fee_cents": None,
    "result_licence": None,
    "applicant": PARTY,
    "agent": None,
    "materials": [MATERIAL],
    "papers": [{"kind": "acceptance_notice", "number": "雨市监受〔2026〕1号"}],
    "documents": [
        {
            "kind": "acceptance_notice",
            "title": "受理通知书",
            "number": "雨市监受〔2026〕1号",
            "state": "issued",
            "owed_at": MOMENT,
            "issued_at": MOMENT,
            "signed_at": None,
        }
    ],
    "points": [],
    "timeline": [_TIMELINE],
}

_SHOWN = {
    "case": CASE,
    "number": CASE_NUMBER,
    "item": ITEM,
    "item_name": ITEM_NAME,
    "state": "handed_over",
}

LIFE_EXAMPLES: dict[str, Example] = {
    "POST /v1/cases/{case}/receipt": Example(
        parameters={"case": CASE, "Idempotency-Key": KEY},
        request=_RECEIVE,
        answer={
            **_step("receive"),
            "state": "received",
            "was": "",
            "due_on": None,
            "legal_due_on": None,
            "papers": [{"kind": "receipt", "number": "雨市监收〔2026〕1号", "state": "issued"}],
            "etag": _TAG,
            "key": KEY,
            "query_code": _QUERY_CODE,
            "body_sha256": DIGEST,
            "duplicate_of": [],
        },
    ),
    **{
        f"POST /v1{act.path}": Example(
            parameters={"case": CASE, "Idempotency-Key": KEY, "If-Match": _TAG},
            request={"act": act.name, **_BODIES[act.name]},
            answer=_step(act.name),
        )
        for act in LIFE_ACTS
        if act.needs_match
    },
    "GET /v1/cases/{case_id}": Example(parameters={"case_id": CASE}, answer=_CASE),
    "GET /v1/cases/{case_id}/provenance": Example(
        parameters={"case_id": CASE},
        answer={
            "case": CASE,
            "materials": [
                {
                    "position": 0,
                    "material": "M04",
                    "met_by": "original_seen",
                    "reference": "",
                    "trust_grade": "B",
                    "origin": "window",
                    "upload": None,
                    "added_at": MOMENT,
                    "verified_by": OPERATOR["id"],
                    "verified_at": MOMENT,
                    "purpose": "个体工商户设立登记",
                    "expires": "2028-06-30",
                }
            ],
        },
    ),
    "GET /v1/cases/{case_id}/allowed-acts": Example(
        parameters={"case_id": CASE},
        answer={
            "case": CASE,
            "number": CASE_NUMBER,
            "state": "accepted",
            "state_title": "已受理",
            "regime": "market_registration",
            "regime_title": "市场主体登记",
            "deemed_accepted": False,
            "etag": _TAG,
            "acts": [
                {
                    "act": "suspend-case",
                    "title": "启动特别程序",
                    "allowed": False,
                    "reason": "no-special-procedure",
                    "why": life.REASONS["no-special-procedure"],
                    "basis": REGIMES["market_registration"].source("special"),
                    "roles": sorted(ROLES_OF["suspend-case"]),
                }
            ],
            "due": [
                {
                    "kind": "promised",
                    "on": "2026-11-25",
                    "days": 1,
                    "day_kind": "working",
                    "provisional": False,
                    "stopped": False,
                    "source": REGIMES["market_registration"].source("promised"),
                }
            ],
        },
    ),
    "GET /v1/department-cases": Example(
        parameters={"state": "handed_over"},
        answer={
            "cases": [
                {
                    **_SHOWN,
                    "accepted_at": MOMENT,
                    "due_on": "2026-11-25",
                    "legal_due_on": "2026-11-27",
                    "etag": _TAG,
                }
            ],
            "next": None,
        },
    ),
    "GET /v1/bundles/{bundle}": Example(
        parameters={"bundle": _BUNDLE},
        answer={"bundle": _BUNDLE, "cases": [{**_SHOWN, "due_on": "2026-11-25"}]},
    ),
    "POST /v1/progress-queries": Example(
        request={"number": CASE_NUMBER, "query_code": _QUERY_CODE},
        answer={
            "number": CASE_NUMBER,
            "item_name": ITEM_NAME,
            "state": "accepted",
            "state_title": "已受理",
            "filed_at": MOMENT,
            "accepted_at": MOMENT,
            "due_on": "2026-11-25",
            "due_provisional": False,
            "steps": [
                {
                    "at": MOMENT,
                    "act": "accept",
                    "title": "受理",
                    "state": "accepted",
                    "state_title": "已受理",
                }
            ],
            "to_correct": [],
            "correct_by": None,
            "papers": [],
        },
    ),
    "PUT /v1/uploads/{sha256}": Example(
        parameters={"sha256": DIGEST, "length": 20480},
        answer={"sha256": DIGEST, "media_type": "application/pdf", "length": 20480, "new": True},
    ),
    "POST /v1/upload-queries": Example(
        request={"sha256": DIGEST, "case": CASE, "purpose": "审查材料"}
    ),
}
