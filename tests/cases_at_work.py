"""Cases on their way through a platform, for tests: what a window and a department send."""

from __future__ import annotations

import uuid
from typing import Any

import requests
from platform_client import Client, accept_act, met, new_key, sign_in_as
from platform_process import PlatformProcess

FOOD = "spjyxkxb"  # a licence with clock A, special procedure, extension, and a result
SOLE_TRADER = "gtgshsldj"  # registration: three days more, no special procedure

PATHS = {
    "accept-received": "received-acceptance",
    "correct-on-spot": "spot-corrections",
    "notify-missing": "correction-notices",
    "submit-corrections": "corrections",
    "refuse-acceptance": "acceptance-refusal",
    "withdraw-case": "withdrawal",
    "transfer-case": "transfer",
    "take-over-case": "take-over",
    "hand-over": "hand-over",
    "suspend-case": "suspension",
    "resume-case": "resumption",
    "extend-case": "extension",
    "notice-fee": "fee-notice",
    "waive-fee": "fee-waiver",
    "mark-paid": "payment",
    "review-case": "review",
    "decide-case": "decision",
    "issue-result": "result",
    "close-case": "closure",
    "deliver-result": "delivery",
    "terminate-case": "termination",
    "attach-material": "materials",
    "verify-original": "originals",
    "issue-paper": "papers",
}
DEPARTMENT = {
    "suspend-case",
    "resume-case",
    "extend-case",
    "review-case",
    "decide-case",
    "issue-result",
    "close-case",
    "terminate-case",
    "waive-fee",
}
WITH = {  # what each act says, where a test says nothing else
    "accept-received": {},
    "correct-on-spot": {"what": "门牌号由1号更正为11号"},
    "notify-missing": {
        "points": [
            {"code": "P1", "material": "M03", "what": "申请书缺签名", "basis": "实施清单"},
            {"code": "P2", "material": "M04", "what": "缺设备布局图", "basis": "实施清单"},
        ]
    },
    "submit-corrections": {"met": ["P1", "P2"]},
    "refuse-acceptance": {
        "ground": "not_required",
        "reason": "依法不需要取得许可",
        "legal_basis": "《行政许可法》第三十二条第一款第一项",
    },
    "withdraw-case": {"reason": "不再经营"},
    "transfer-case": {"by": "electronic"},
    "take-over-case": {},
    "hand-over": {"originals": 1},
    "suspend-case": {"kind": "inspection", "reason": "现场核查", "expected_days": 10},
    "resume-case": {"result": "核查合格"},
    "extend-case": {"reason": "情形复杂", "approved_by": "拟立新"},
    "notice-fee": {"cents": 1000, "basis": "试发改价〔2026〕1号"},
    "waive-fee": {"reason": "申请人为低保对象", "basis": "试发改价〔2026〕2号"},
    "mark-paid": {"receipt_number": "9900260000001"},
    "review-case": {"opinion": "grant", "reason": "符合条件"},
    "decide-case": {"outcome": "granted", "reason": "符合条件"},
    "issue-result": {"valid_from": "2026-11-25", "content": {"经营项目": "热食类食品制售"}},
    "close-case": {},
    "deliver-result": {"by": "hand", "recipient": "applicant"},
    "terminate-case": {"reason": "申请人逾期未补正", "legal_basis": "实施清单"},
    "attach-material": {"material": "M03", "met_by": "scan", "trust_grade": "C"},
    "verify-original": {"position": 0},
    "issue-paper": {"kind": "receipt"},
}
WHOLE = [  # everything the food licence asks for
    met("M01", "identity_card", "", "A"),
    *(met(f"M{place:02d}", "original_seen", "", "B") for place in range(2, 7)),
]


def reviewer(platform: PlatformProcess, username: str = "market") -> Client:
    """A department's reviewer, signed in."""
    account = next(one for one in platform.accounts["staff"] if one["username"] == username)
    return sign_in_as(platform, account)


def receive_act(clerk: Client, item: str = FOOD, **changes: Any) -> dict[str, Any]:
    """A whole receipt for the demonstration's person, all materials there."""
    found = clerk.item(item)
    bare = accept_act(clerk, clerk.lease(1)[0])
    kept = ("case", "number", "query_code", "applicant", "operator", "window", "device")
    act = {
        "act": "receive",
        **{member: bare[member] for member in kept},
        "item": found["code"],
        "item_version": found["version"],
        "materials": WHOLE,
        "filed_at": "2026-11-24T09:00:00+08:00",  # no later than any platform here begins
        "paper": {"number": f"雨市监收〔2026〕{bare['case'][:13]}号"},
    }
    return {**act, **changes}


def send_receipt(clerk: Client, act: dict[str, Any]) -> requests.Response:
    return clerk.post(f"/v1/cases/{act['case']}/receipt", act, Idempotency_Key=new_key())


class Case:
    """A case as whoever works on it last saw it."""

    def __init__(self, receipt: dict[str, Any]) -> None:
        self.id: str = receipt["case"]
        self.last = receipt

    @property
    def state(self) -> str:
        return str(self.last["state"])

    def send(self, client: Client, act: str, **said: Any) -> requests.Response:
        """Do an act on the state that was seen last; what went well is remembered."""
        etag = said.pop("etag", self.last["etag"])
        key = said.pop("key", None) or new_key()
        body = {"act": act, "operator": client.operator, **WITH[act], **said}
        if act not in DEPARTMENT:
            body.setdefault("window", (client.session["window"] or {"code": "03"})["code"])
        sent = {"Idempotency_Key": key, "If_Match": etag}
        answer = client.post(f"/v1/cases/{self.id}/{PATHS[act]}", body, **sent)
        if answer.status_code == 200:
            self.last = answer.json()
        return answer

    def do(self, client: Client, act: str, **said: Any) -> dict[str, Any]:
        """The same, and it goes well."""
        answer = self.send(client, act, **said)
        assert answer.status_code == 200, answer.text
        done: dict[str, Any] = answer.json()
        return done

    def whole(self, client: Client) -> dict[str, Any]:
        found: dict[str, Any] = client.get(f"/v1/cases/{self.id}").json()
        return found

    def allowed(self, client: Client) -> dict[str, tuple[bool, str]]:
        answer = client.get(f"/v1/cases/{self.id}/allowed-acts").json()
        return {one["act"]: (one["allowed"], one["reason"]) for one in answer["acts"]}

    def due(self, client: Client) -> dict[str, dict[str, Any]]:
        answer = client.get(f"/v1/cases/{self.id}/allowed-acts").json()
        return {one["kind"]: one for one in answer["due"]}


def received(clerk: Client, item: str = FOOD, **changes: Any) -> Case:
    """A case just received."""
    answer = send_receipt(clerk, receive_act(clerk, item, **changes))
    assert answer.status_code == 201, answer.text
    return Case(answer.json())


def accepted(clerk: Client, item: str = FOOD, **changes: Any) -> Case:
    """A case just accepted."""
    case = received(clerk, item, **changes)
    case.do(clerk, "accept-received")
    return case


def a_file(kind: str = "pdf", filling: bytes = b"") -> bytes:
    """A small file that is what it says."""
    if kind == "pdf":
        return b"%PDF-1.7\n% " + uuid.uuid4().bytes + filling + b"\n%%EOF\n"
    if kind == "jpeg":
        return b"\xff\xd8\xff\xe0" + filling + b"\xff\xd9"
    return b"\x89PNG\r\n\x1a\n" + filling + b"\x00\x00\x00\x00IEND\xaeB`\x82"
