"""The whole life of a case over real sockets, on both stores."""

import hashlib
import json

import pytest
from cases_at_work import (
    PATHS,
    SOLE_TRADER,
    WHOLE,
    WITH,
    Case,
    a_file,
    accepted,
    receive_act,
    received,
    reviewer,
    send_receipt,
)
from hall_fixtures import BOTH_STORES
from platform_client import (
    DEMONSTRATION,
    Stream,
    accept_act,
    code_of,
    met,
    neighbour,
    new_key,
    side_by_side,
    sign_in,
    sign_in_by_secret,
    sign_in_device,
)
from platform_process import PlatformProcess, seeded_database
from store_under_test import opened

from hall_platform.business.regimes import REMEDIES

NOW = "2026-11-24T10:30:00+08:00"  # a Tuesday


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    process = PlatformProcess.start(tmp_path_factory.mktemp("cases") / "platform", clock=NOW)
    yield process
    process.stop()


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cases") / "postgres"
    with seeded_database(folder) as url:
        process = PlatformProcess.start(folder, seed=False, db=url, clock=NOW)
        yield process
        process.stop()


@pytest.fixture(
    scope="module",
    params=BOTH_STORES,
)
def either(request):
    """The same tests on both stores."""
    return request.getfixturevalue("postgres" if request.param == "postgres" else "usual")


@pytest.fixture
def clerk(usual):
    with sign_in(usual) as signed_in:
        yield signed_in


@pytest.fixture
def market(usual):
    with reviewer(usual) as signed_in:
        yield signed_in


# the main life, on both stores ------------------------------------------------------------------


def test_a_licence_from_receipt_to_delivery(either):
    with sign_in(either) as clerk, reviewer(either) as market, Stream(clerk) as stream:
        case = received(clerk)
        assert (case.state, case.last["acceptance_due_on"]) == ("received", "2026-12-01")
        assert case.last["due_on"] is None
        case.do(clerk, "notify-missing")
        assert (case.state, case.last["acceptance_due_on"]) == ("to_correct", None)
        case.do(clerk, "submit-corrections", materials=[met("M03", "original_seen", "", "B")])
        done = case.do(clerk, "accept-received")
        assert (done["state"], done["was"]) == ("accepted", "received")
        assert (done["due_on"], done["legal_due_on"]) == ("2026-12-01", "2026-12-08")
        assert done["papers"][0]["kind"] == "acceptance_notice"
        assert done["papers"][0]["number"].endswith("号")
        case.do(clerk, "hand-over")
        case.do(market, "suspend-case")
        assert (case.state, case.last["due_on"]) == ("suspended", None)
        case.do(market, "resume-case")
        assert (case.state, case.last["due_on"]) == ("handed_over", "2026-12-01")
        extended = case.do(market, "extend-case")
        assert extended["due_on"] == "2026-12-15"
        case.do(market, "review-case")
        case.do(market, "decide-case")
        licence = case.do(market, "issue-result")["result_licence"]
        case.do(market, "close-case")
        case.do(clerk, "deliver-result")
        whole = case.whole(clerk)
        kinds = [stream.next_of(case.id)["kind"] for _ in range(13)]
    assert whole["state"] == "delivered"
    assert whole["result_licence"] == licence
    assert [step["act"] for step in whole["timeline"]] == [
        *("receive", "notify-missing", "submit-corrections", "accept-received", "hand-over"),
        *("suspend-case", "resume-case", "extend-case", "review-case", "decide-case"),
        *("issue-result", "close-case", "deliver-result"),
    ]
    states = [step["from"] for step in whole["timeline"]]
    assert states[1:] == [step["to"] for step in whole["timeline"]][:-1]
    for step in whole["timeline"]:
        assert step["operator"]
        assert bool(step["department"]) is (step["act"] in kinds_of_department())
        assert bool(step["window"]) is not bool(step["department"])
    assert kinds == [
        *("case-received", "case-corrections-notified", "case-corrected", "case-accepted"),
        *("case-handed-over", "case-suspended", "case-resumed", "case-extended"),
        *("case-reviewed", "case-decided", "case-result-issued", "case-closed", "case-delivered"),
    ]


def kinds_of_department():
    return {
        *("suspend-case", "resume-case", "extend-case", "review-case", "decide-case"),
        *("issue-result", "close-case"),
    }


def test_of_eight_who_accept_one_case_at_once_one_does(either):
    with sign_in(either) as clerk:
        case = received(clerk)
        etag = case.last["etag"]
        answers = side_by_side(
            [lambda: Case(case.last).send(clerk, "accept-received", etag=etag) for _ in range(8)]
        )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    assert {code_of(one) for one in answers if one.status_code == 412} == {"changed-meanwhile"}


def test_the_same_act_sent_again_is_the_same_answer_singly_and_in_a_batch(either):
    with sign_in(either) as clerk, sign_in_device(either, "03") as device:
        case = received(clerk)
        etag, key = case.last["etag"], new_key()
        first = case.send(clerk, "accept-received", etag=etag, key=key)
        again = case.send(clerk, "accept-received", etag=etag, key=key)
        body = {"act": "accept-received", "operator": clerk.operator, "window": clerk.window}
        batch = {
            "acts": [
                {
                    "key": key,
                    "act": "accept-received",
                    "subject": case.id,
                    "if_match": etag,
                    "body": body,
                }
            ]
        }
        answer = device.post("/v1/sync/batches", batch)
        assert answer.status_code == 200, answer.text
        (batched,) = answer.json()["answers"]
    assert first.content == again.content
    assert again.headers["idempotency-replayed"] == "true"
    assert (batched["replayed"], batched["body"]) == (True, first.json())


def test_what_a_counter_did_offline_is_delivered_by_its_device_in_order(either):
    """Receipt and what follows came about offline; done_at is the window's, never in the future."""
    with sign_in(either) as clerk, sign_in_device(either, "03") as device:
        act = receive_act(clerk, filed_at="2026-11-24T09:00:00+08:00")
        assert send_receipt(device, act).status_code == 201
        etag = clerk.get(f"/v1/cases/{act['case']}").headers["etag"]
        body = {
            "act": "accept-received",
            "operator": clerk.operator,
            "window": clerk.window,
            "done_at": "2026-11-24T09:10:00+08:00",
        }
        path = f"/v1/cases/{act['case']}/received-acceptance"
        future = {**body, "done_at": "2026-11-25T09:10:00+08:00"}
        refused = device.post(path, future, Idempotency_Key=new_key(), If_Match=etag)
        assert code_of(refused) == "time-ahead"
        done = device.post(path, body, Idempotency_Key=new_key(), If_Match=etag)
        assert done.status_code == 200, done.text
        steps = clerk.get(f"/v1/cases/{act['case']}").json()["timeline"]
    assert steps[1]["at"] == "2026-11-24T09:10:00.000+08:00"
    assert steps[1]["operator"] == clerk.operator["id"]


def test_a_case_received_for_another_county_is_handed_to_it(either):
    kinds = "?kinds=case-elsewhere-changed"
    with sign_in(either) as here, neighbour(either) as there, Stream(there, kinds) as heard:
        case = received(here, for_county="990304")
        other = received(here)
        assert case.last["acceptance_due_on"] is None  # not with who decides yet
        refused = case.send(here, "accept-received")
        assert code_of(refused) == "act-not-allowed"
        assert refused.json()["reason"] == "elsewhere"
        assert code_of(Case(case.last).send(there, "take-over-case")) == "act-not-allowed"
        case.do(here, "attach-material")
        sent = case.do(here, "transfer-case", by="post", post_number="EX000000001CN")
        assert (sent["state"], sent["papers"][0]["kind"]) == ("in_transfer", "county_transfer")
        taken = case.do(there, "take-over-case")
        assert (taken["state"], taken["acceptance_due_on"]) == ("received", "2026-12-01")
        assert code_of(case.send(here, "accept-received")) == "case-elsewhere"
        case.do(there, "accept-received")
        for clerk in (here, there):
            whole = case.whole(clerk)
            assert whole["state"] == "accepted"
            assert (whole["county"], whole["handling_county"]) == ("990302", "990304")
        assert code_of(there.get(f"/v1/cases/{other.id}")) == "not-found"
        told = [heard.next() for _ in range(4)]
    assert {one["subject"] for one in told} == {case.id}
    assert {one["kind"] for one in told} == {"case-elsewhere-changed"}
    assert [one["body"]["kind"] for one in told] == [
        *("case-received", "case-handed-over", "case-received", "case-accepted")
    ]


def test_a_file_of_a_case_comes_back_as_it_was(either):
    content = a_file("pdf", b"x" * 600_000)  # several pieces
    digest = hashlib.sha256(content).hexdigest()
    with sign_in(either) as clerk, reviewer(either) as market:
        for new in (True, False):
            kept = clerk.http.put(
                f"{clerk.url}/v1/uploads/{digest}?length={len(content)}",
                data=content,
                headers={**clerk.headers, "Content-Type": "application/pdf"},
                timeout=30,
            )
            assert kept.json()["new"] is new
        case = received(clerk)
        case.do(clerk, "attach-material", upload=digest)
        asked = {"sha256": digest, "case": case.id, "purpose": "审查材料"}
        assert market.post("/v1/upload-queries", asked).content == content


# the law ----------------------------------------------------------------------------------------


def test_a_second_notice_names_nothing_new(clerk):
    case = received(clerk)
    case.do(clerk, "notify-missing")
    assert code_of(case.send(clerk, "notify-missing")) == "act-not-allowed"  # still to correct
    case.do(clerk, "submit-corrections", met=["P1"])
    new = {"code": "P3", "material": "M05", "what": "制度未盖章", "basis": "实施清单"}
    met_already, still = WITH["notify-missing"]["points"]
    for points in ([new], [met_already], [{**still, "what": "另一内容"}], [still, new]):
        refused = case.send(clerk, "notify-missing", points=points)
        assert code_of(refused) == "new-point-in-second-notice"
        assert refused.json()["unmet"] == ["P2"]
    assert case.allowed(clerk)["notify-missing"] == (True, "known-points-only")
    assert case.allowed(clerk)["accept-received"] == (False, "points-unmet")
    case.do(clerk, "notify-missing", points=[still])
    case.do(clerk, "submit-corrections", met=["P2"])
    assert case.allowed(clerk)["notify-missing"] == (False, "points-met")
    case.do(clerk, "accept-received")
    assert {one["code"]: one["notices"] for one in case.whole(clerk)["points"]} == {
        "P1": 1,
        "P2": 2,
    }


def test_a_refusal_of_acceptance_gives_reason_basis_right_body_and_remedies(clerk):
    case = received(clerk)
    nobody = case.send(clerk, "refuse-acceptance", ground="not_our_power")
    assert code_of(nobody) == "invalid-request"
    case.do(
        clerk,
        "refuse-acceptance",
        ground="not_our_power",
        right_body="试验市市场监督管理局",
        paper={"number": "雨市监不受〔2026〕1号", "signed_at": "2026-11-24T10:20:00+08:00"},
    )
    whole = case.whole(clerk)
    said = whole["timeline"][-1]
    assert said["details"]["right_body"] == "试验市市场监督管理局"
    assert said["details"]["remedies"] == REMEDIES
    assert whole["documents"][-1]["signed_at"] == "2026-11-24T10:20:00.000+08:00"
    for act in PATHS:
        if act != "issue-paper":
            assert case.allowed(clerk)[act] == (False, "ended")


def test_only_what_is_correct_and_complete_is_accepted(clerk):
    case = received(clerk, materials=WHOLE[:3])
    missing_ones = case.send(clerk, "accept-received")
    assert code_of(missing_ones) == "material-missing"
    assert missing_ones.json()["materials"] == ["M04", "M05", "M06"]
    case.do(clerk, "correct-on-spot")
    case.do(clerk, "accept-received", materials=WHOLE[3:])
    assert len(case.whole(clerk)["materials"]) == len(WHOLE)


def test_extension_is_once_approved_and_told_and_registration_gets_three_days(clerk, market):
    case = accepted(clerk)
    case.do(market, "extend-case")
    assert case.whole(clerk)["timeline"][-1]["details"] == {"days": 10, "approved_by": "拟立新"}
    again = case.send(market, "extend-case")
    assert (code_of(again), again.json()["reason"]) == ("act-not-allowed", "extended-already")
    trader = Case(
        clerk.accept(accept_act(clerk, clerk.lease(1)[0], accepted_at=NOW)).json() | {"etag": "*"}
    )
    assert trader.allowed(clerk)["suspend-case"] == (False, "no-special-procedure")
    assert trader.do(market, "extend-case")["due_on"] == "2026-11-30"  # one day and three


def test_who_accepted_does_not_decide_and_a_refusal_gives_reasons(usual, clerk, market):
    case = accepted(clerk)
    case.do(clerk, "hand-over")
    case.do(market, "review-case", opinion="refuse")
    assert code_of(case.send(market, "decide-case", outcome="refused", reason="")) == (
        "invalid-request"
    )
    case.do(
        market,
        "decide-case",
        outcome="refused",
        reason="场所不符合条件",
        legal_basis="《食品安全法》第三十五条",
    )
    assert case.last["papers"][0]["kind"] == "denial_decision"
    assert case.allowed(clerk)["issue-result"] == (False, "not-granted")
    case.do(market, "close-case")
    details = case.whole(clerk)["timeline"][-2]["details"]
    assert details["remedies"] == REMEDIES
    again = accepted(clerk)
    again.do(clerk, "hand-over")
    with opened(usual.data_dir) as store:
        store.execute(
            "UPDATE cases SET operator = ? WHERE id = ?", (market.operator["id"], again.id)
        )
    assert code_of(again.send(market, "review-case")) == "same-operator"


def test_the_result_is_a_licence_of_the_applicant(clerk, market):
    case = accepted(clerk)
    case.do(clerk, "hand-over")
    assert case.allowed(clerk)["issue-result"] == (False, "not-in-this-state")
    case.do(market, "review-case")
    case.do(market, "decide-case")
    assert case.allowed(market)["close-case"] == (False, "licence-not-issued")
    identifier = case.do(market, "issue-result")["result_licence"]
    listed = {one["identifier"]: one for one in clerk.licences(None)}
    assert listed[identifier]["type_name"] == "食品经营许可证"
    assert listed[identifier]["holder"]["number"] == DEMONSTRATION["number"]
    assert case.send(market, "issue-result").json()["reason"] == "licence-issued-already"
    delivery = case.due(clerk)["delivery"]
    assert (delivery["days"], delivery["source"]) == (10, "《行政许可法》第四十四条")


def test_a_fee_is_noticed_once_and_paid_before_the_case_is_closed(usual, clerk):
    estate = clerk.item("bdczydj")
    act = receive_act(clerk, "bdczydj", materials=[])
    case = Case(send_receipt(clerk, act).json())
    assert case.allowed(clerk)["notice-fee"] == (False, "not-in-this-state")
    case.do(clerk, "accept-received", materials=[everything(one) for one in estate["materials"]])
    assert case.allowed(clerk)["mark-paid"] == (False, "fee-not-noticed")
    case.do(clerk, "notice-fee", cents=8000)
    assert case.send(clerk, "notice-fee").json()["reason"] == "fee-noticed-already"
    case.do(clerk, "mark-paid")
    assert (case.whole(clerk)["fee"], case.whole(clerk)["fee_cents"]) == ("paid", 8000)
    assert case.send(clerk, "mark-paid").json()["reason"] == "fee-paid-already"
    food = accepted(clerk)
    assert food.send(clerk, "notice-fee").json()["reason"] == "not-charged"


def everything(material):
    means = "identity_card" if material["met_by"]["identity_card"] else "original_seen"
    return met(material["code"], means, "", "A" if means == "identity_card" else "B")


@pytest.mark.parametrize(("by", "number"), [("post", "EX000000001CN"), ("hand", "")])
def test_delivery_is_by_hand_with_a_receipt_or_by_post_with_its_number(clerk, market, by, number):
    case = accepted(clerk)
    case.do(clerk, "hand-over")
    for act in ("review-case", "decide-case", "issue-result", "close-case"):
        case.do(market, act)
    assert code_of(case.send(clerk, "deliver-result", by="post")) == "invalid-request"
    assert code_of(case.send(clerk, "deliver-result", recipient="agent")) == "invalid-request"
    case.do(clerk, "deliver-result", by=by, post_number=number)
    step = case.whole(clerk)["timeline"][-1]
    assert (step["details"]["by"], step["details"]["post_number"]) == (by, number)
    assert case.whole(clerk)["documents"][-1]["kind"] == "delivery_receipt"


def test_withdrawn_and_terminated_are_ends(clerk, market):
    withdrawn, terminated = accepted(clerk), accepted(clerk)
    withdrawn.do(clerk, "withdraw-case")
    terminated.do(market, "terminate-case")
    for case, state in ((withdrawn, "withdrawn"), (terminated, "terminated")):
        assert case.state == state
        refused = case.send(market, "extend-case")
        assert (code_of(refused), refused.json()["reason"]) == ("act-not-allowed", "ended")
        assert refused.json()["detail"]


def test_a_paper_owed_is_issued_once_with_its_number(clerk):
    case = accepted(clerk)
    owed = case.whole(clerk)["documents"][-1]
    assert (owed["kind"], owed["state"]) == ("acceptance_notice", "owed")
    case.do(clerk, "issue-paper", kind="acceptance_notice", signed_at=NOW)
    issued = case.whole(clerk)["documents"][-1]
    assert (issued["number"], issued["state"]) == (owed["number"], "issued")
    assert issued["signed_at"]
    assert case.send(clerk, "issue-paper", kind="acceptance_notice").json()["reason"] == (
        "papers-issued"
    )
    case.do(clerk, "hand-over")
    assert code_of(case.send(clerk, "issue-paper", kind="fee_notice")) == "paper-not-owed"
    following = accepted(clerk).last["papers"][0]["number"]
    assert following != owed["number"]


def test_a_copy_becomes_trusted_when_its_original_was_compared(clerk):
    case = received(clerk, materials=[*WHOLE[:2], met("M03", "scan", "", "C")])
    before = clerk.get(f"/v1/cases/{case.id}/provenance").json()["materials"][2]
    assert (before["trust_grade"], before["verified_by"]) == ("C", None)
    assert code_of(case.send(clerk, "verify-original", position=0)) == "case-material-unknown"
    case.do(clerk, "verify-original", position=2)
    after = clerk.get(f"/v1/cases/{case.id}/provenance").json()["materials"][2]
    assert (after["trust_grade"], after["verified_by"]) == ("B", clerk.operator["id"])
    assert case.send(clerk, "verify-original", position=2).json()["reason"] == "nothing-to-verify"


# who sees what ----------------------------------------------------------------------------------


def test_a_department_sees_its_own_cases_only_and_no_people_in_its_list(usual, clerk, market):
    case = accepted(clerk)
    case.do(clerk, "hand-over")
    page = market.get("/v1/department-cases?limit=200")
    assert case.id in {one["case"] for one in page.json()["cases"]}
    assert DEMONSTRATION["number"] not in page.text
    assert "测试甲" not in page.text
    with reviewer(usual, "health") as health:
        assert case.id not in health.get("/v1/department-cases?limit=200").text
        assert code_of(health.get(f"/v1/cases/{case.id}")) == "not-found"
        assert code_of(health.get(f"/v1/cases/{case.id}/allowed-acts")) == "not-found"
        assert code_of(case.send(health, "review-case")) == "not-found"
    with opened(usual.data_dir) as store:
        before = looks(store, case.id)
        market.get(f"/v1/cases/{case.id}")
        assert looks(store, case.id) == before + 1


def looks(store, case):
    statement = "SELECT count(*) FROM data_uses WHERE case_id = ? AND resource = 'case'"
    return store.execute(statement, (case,)).scalar_one()


def test_acts_are_closed_to_the_other_role_and_the_other_county(usual, clerk, market):
    case = accepted(clerk)
    assert code_of(case.send(clerk, "review-case")) == "not-allowed"
    assert code_of(case.send(market, "hand-over")) == "not-allowed"
    with neighbour(usual) as there:
        for act in sorted(PATHS):
            refused = case.send(there, act)
            assert code_of(refused) in ("not-found", "not-allowed"), act
        assert code_of(there.get(f"/v1/cases/{case.id}/allowed-acts")) == "not-found"
        assert code_of(there.get(f"/v1/cases/{case.id}/provenance")) == "not-found"
    assert case.whole(clerk)["state"] == "accepted"


def test_a_stale_state_is_refused_and_none_at_all_too(clerk):
    case = received(clerk)
    stale = case.last["etag"]
    case.do(clerk, "correct-on-spot")
    refused = case.send(clerk, "accept-received", etag=stale)
    assert code_of(refused) == "changed-meanwhile"
    assert refused.headers["etag"] == case.last["etag"]
    body = {"act": "accept-received", "operator": clerk.operator, "window": clerk.window}
    path = f"/v1/cases/{case.id}/received-acceptance"
    assert code_of(clerk.post(path, body, Idempotency_Key=new_key())) == "precondition-required"


def test_one_thing_is_several_cases_of_one_person(clerk):
    bundle = "4c7a1d52-9b3e-4f60-8a12-7d9e0c3b5f61"
    one = received(clerk, bundle=bundle)
    act = accept_act(clerk, clerk.lease(1)[0], bundle=bundle)
    assert clerk.accept(act).status_code == 201
    found = clerk.get(f"/v1/bundles/{bundle}").json()["cases"]
    assert {case["case"] for case in found} == {one.id, act["case"]}
    somebody = {**act["applicant"], "number": "990302199001010024"}
    refused = send_receipt(clerk, receive_act(clerk, bundle=bundle, applicant=somebody))
    assert code_of(refused) == "bundle-of-another"
    assert code_of(clerk.get("/v1/bundles/00000000-0000-4000-8000-000000000000")) == "not-found"


def test_progress_is_told_to_who_holds_the_paper_and_names_nobody(usual, clerk):
    act = receive_act(clerk, query_code="QK7M2P9X")
    send_receipt(clerk, act)
    case = Case(clerk.get(f"/v1/cases/{act['case']}").json() | {"etag": "*"})
    case.do(clerk, "notify-missing")
    answer = clerk.post("/v1/progress-queries", {"number": act["number"], "query_code": "QK7M2P9X"})
    told = answer.json()
    assert (told["state"], told["state_title"]) == ("to_correct", "待补正")
    assert told["to_correct"] == ["申请书缺签名", "缺设备布局图"]
    assert [step["title"] for step in told["steps"]] == ["收件", "补正告知"]
    for secret in ("测试甲", DEMONSTRATION["number"], clerk.operator["id"]):
        assert secret not in answer.text
    for number, code in ((act["number"], "QK7M2P9Y"), ("990302202611240399999", "QK7M2P9X")):
        body = {"number": number, "query_code": code}
        assert code_of(clerk.post("/v1/progress-queries", body)) == "not-found"


def test_a_likely_duplicate_is_flagged_and_not_refused(clerk):
    first = send_receipt(clerk, receive_act(clerk)).json()
    again = send_receipt(clerk, receive_act(clerk)).json()
    assert first["number"] in again["duplicate_of"]


def test_what_was_accepted_for_another_county_is_handled_there(usual, clerk):
    act = accept_act(clerk, clerk.lease(1)[0], accepted_at=NOW, for_county="990304")
    receipt = clerk.accept(act).json()
    case = Case(receipt | {"etag": "*"})
    assert receipt["due_on"] == "2026-11-25"  # clock B runs on the way too
    assert case.allowed(clerk)["hand-over"] == (False, "elsewhere")
    case.do(clerk, "transfer-case")
    with neighbour(usual) as there:
        taken = case.do(there, "take-over-case")
        assert (taken["state"], taken["due_on"]) == ("accepted", "2026-11-25")
        case.do(there, "hand-over")


def test_a_kiosk_tells_progress_and_no_more(usual, clerk):
    act = receive_act(clerk, query_code="KQ7M2P9Y")
    send_receipt(clerk, act)
    body = {"number": act["number"], "query_code": "KQ7M2P9Y"}
    with sign_in_by_secret(usual, usual.accounts["kiosks"][0]) as kiosk:
        assert kiosk.post("/v1/progress-queries", body).json()["state"] == "received"
        assert code_of(kiosk.get(f"/v1/cases/{act['case']}")) == "not-allowed"
    with sign_in_device(usual, "03") as device:
        assert code_of(device.post("/v1/progress-queries", body)) == "not-allowed"
        assert device.get(f"/v1/cases/{act['case']}/allowed-acts").status_code == 200


def test_a_receipt_for_a_county_there_is_not_is_refused(clerk):
    assert code_of(send_receipt(clerk, receive_act(clerk, for_county="123456"))) == "county-unknown"


def test_events_name_no_person(usual, clerk):
    accepted(clerk)
    with opened(usual.data_dir) as store:
        bodies = store.execute("SELECT body FROM events WHERE kind LIKE 'case-%'").fetchall()
    assert bodies
    for (body,) in bodies:
        assert set(json.loads(body)) - {"kind"} == {
            *("case", "number", "item", "window", "state", "was", "for_county", "due_on")
        }


def test_registration_has_no_clock_before_acceptance(clerk):
    case = received(clerk, SOLE_TRADER)
    assert case.last["acceptance_due_on"] is None
    assert "acceptance" not in case.due(clerk)
