"""Questions, suggestions and complaints; who may act for whom."""

import json
from datetime import datetime, timedelta

import pytest
from cases_at_work import reviewer
from platform_client import Stream, code_of, neighbour, new_key, sign_in, sign_in_as
from platform_process import PlatformProcess
from portal_people import COUNTY, FORM, HALL, citizen, new_citizen
from store_under_test import opened

NOW = "2026-11-24T10:30:00+08:00"  # a Tuesday
BODY = {"name": "雨山区市场监督管理局", "code": "11990302MB0A00018J"}


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    folder = tmp_path_factory.mktemp("letters") / "platform"
    process = PlatformProcess.start(folder, clock=NOW)
    yield process
    process.stop()


@pytest.fixture(scope="module")
def clerk(platform):
    with sign_in(platform) as signed_in:
        yield signed_in


@pytest.fixture(scope="module")
def head(platform):
    with supervisor(platform) as signed_in:
        yield signed_in


@pytest.fixture
def one(platform):
    with new_citizen((platform, None)) as signed_in:
        yield signed_in


def supervisor(platform):
    return sign_in_as(
        platform, next(a for a in platform.accounts["staff"] if a["username"] == "head")
    )


def send(one, **more):
    body = {
        "act": "send-letter",
        "hall": HALL,
        "kind": "consultation",
        "title": "经营场所",
        "text": "租来的房子可以作为经营场所吗？\n谢谢𠮷",
        **more,
    }
    return one.act("/letters", body)


def work(client, letter, act, path, **more):
    body = {"act": act, **more}
    headers = {"Idempotency_Key": new_key(), "If_Match": letter["etag"]}
    return client.post(f"/v1/letters/{letter['id']}/{path}", body, **headers)


def at_hall(client, identifier):
    return client.get(f"/v1/letters/{identifier}").json()


def test_a_question_is_assigned_answered_seen_and_reopened_once(platform, clerk, head, one):
    with Stream(clerk, "?kinds=inbox-received,inbox-answered") as stream:
        sent = send(one).json()
        assert (sent["state"], sent["due_on"]) == ("received", "2026-12-01")  # five working days
        event = stream.next()
        assert (event["kind"], event["body"]["due_on"]) == ("inbox-received", "2026-12-01")
        assert one.person["name"] not in json.dumps(event, ensure_ascii=False)
        shown = at_hall(head, sent["id"])
        assert (shown["name"], shown["mobile"]) == (one.person["name"], one.person["mobile"])
        assigned = work(head, shown, "assign-letter", "assignment", body=BODY, note="请尽快").json()
        with reviewer(platform) as market, reviewer(platform, "health") as health:
            assert sent["id"] in {
                line["id"] for line in market.get("/v1/letters").json()["letters"]
            }
            assert code_of(health.get(f"/v1/letters/{sent['id']}")) == "not-found"
            other = work(health, assigned, "answer-letter", "answer", text="不归我们")
            assert code_of(other) == "not-found"
            done = work(market, assigned, "answer-letter", "answer", text="可以，请带租赁合同。")
            assert done.status_code == 200, done.text
        event = stream.next()
        assert (event["kind"], event["body"]["on_time"]) == ("inbox-answered", True)
    (mine,) = one.get("/v1/portal/letters").json()["letters"]
    assert [turn["act"] for turn in mine["turns"]] == ["ask", "assign", "answer"]
    assert "请尽快" not in json.dumps(mine, ensure_ascii=False)
    assert one.messages()["messages"][0]["kind"] == "letter-answered"
    seeing = {"act": "see-answer", "county": COUNTY}
    seen = one.act(f"/letters/{mine['id']}/seeing", seeing).json()
    assert seen["seen_at"]
    assert at_hall(head, mine["id"])["seen_at"] == seen["seen_at"]
    again = {"act": "reopen-letter", "county": COUNTY, "text": "没有产权证怎么办？"}
    path = f"/letters/{mine['id']}/reopening"
    reopened = one.act(path, again, seen["etag"]).json()
    assert (reopened["state"], reopened["may_reopen"]) == ("assigned", False)
    assert code_of(one.act(path, again, reopened["etag"])) == "letter-settled"
    work(head, at_hall(head, mine["id"]), "answer-letter", "answer", text="请到窗口核验。")
    (mine,) = one.get("/v1/portal/letters").json()["letters"]
    assert mine["state"] == "answered"
    assert code_of(one.act(path, again, mine["etag"])) == "letter-settled"


def test_an_anonymous_complaint_leads_back_to_nobody(platform, head, one):
    sent = send(one, kind="complaint", anonymous=True, title="要求重复交材料").json()
    assert sent["due_on"] == "2026-12-15"  # fifteen working days
    shown = at_hall(head, sent["id"])
    assert (shown["name"], shown["mobile"], shown["anonymous"]) == ("", "", True)
    with opened(platform.data_dir) as store:
        row = tuple(store.execute("SELECT * FROM letters WHERE id = ?", (sent["id"],)).one())
    for trace in (one.account, one.person["number"], one.person["name"], sent["code"]):
        assert trace not in json.dumps(row, ensure_ascii=False)
    work(head, shown, "answer-letter", "answer", text="已提醒窗口，向您致歉。")
    assert one.get("/v1/portal/letters").json() == {"letters": []}
    assert one.messages()["messages"] == []
    code = {"county": COUNTY, "code": sent["code"]}
    with new_citizen((platform, None)) as bearer:  # the code alone opens it
        found = bearer.post("/v1/portal/letter-code-queries", code).json()
        assert found["turns"][-1]["text"] == "已提醒窗口，向您致歉。"
        body = {"act": "reopen-letter", **code, "text": "还是一样"}
        done = bearer.act(f"/letters/{sent['id']}/reopening", body, found["etag"])
        assert done.json()["state"] == "received"
        wrong = {**body, "code": "AAAAAAAAAA"}
        refused = bearer.act(f"/letters/{sent['id']}/reopening", wrong, done.json()["etag"])
        assert code_of(refused) == "not-found"
    with_case = send(one, anonymous=True, case="0193a5c2-7f10-7aa2-8c3d-51d2a4c1be07")
    assert code_of(with_case) == "invalid-request"


def test_only_words_that_name_nobody_are_published(platform, head, clerk, one):
    sent = send(one).json()
    early = {"question": "问？", "answer": "答。"}
    path = "publication"
    assert code_of(work(head, sent, "publish-answer", path, **early)) == "letter-settled"
    work(head, at_hall(head, sent["id"]), "answer-letter", "answer", text="可以。")
    answer = "可以，请拨打 0731-58881234 咨询。"
    for naming in (
        one.person["name"],
        one.person["number"],
        "电话 138 0013 8000",
        "１３８００１３８０００",
        "990302-19900101-0016",
    ):
        said = {"question": "租房可以吗？", "answer": f"{answer}{naming}"}
        refused = work(head, sent, "publish-answer", path, **said)
        assert code_of(refused) == "names-a-person", naming
    said = {"question": "租房可以作为经营场所吗？", "answer": answer}
    assert code_of(work(clerk, sent, "publish-answer", path, **said)) == "not-allowed"
    made = work(head, sent, "publish-answer", path, **said)
    assert made.status_code == 201, made.text
    found = one.get("/v1/faq?q=租房 经营").json()["answers"]
    assert [line["id"] for line in found] == [made.json()["id"]]
    assert one.person["name"] not in json.dumps(found, ensure_ascii=False)
    gone = {"act": "withdraw-answer"}
    url = f"/v1/faq/{made.json()['id']}/withdrawal"
    assert head.post(url, gone, Idempotency_Key=new_key()).status_code == 200
    assert one.get("/v1/faq?q=租房 经营").json()["answers"] == []
    assert code_of(head.post(url, gone, Idempotency_Key=new_key())) == "not-found"


def test_a_complaint_is_never_published(head, one):
    sent = send(one, kind="complaint").json()
    work(head, at_hall(head, sent["id"]), "answer-letter", "answer", text="已处理。")
    said = {"question": "问", "answer": "答"}
    assert code_of(work(head, sent, "publish-answer", "publication", **said)) == "letter-settled"


def test_the_hall_next_door_sees_none_of_it(platform, one):
    sent = send(one).json()
    with neighbour(platform) as other:
        assert code_of(other.get(f"/v1/letters/{sent['id']}")) == "not-found"
        assert other.get("/v1/letters?waiting=false").json()["letters"] == []
        refused = work(other, sent, "answer-letter", "answer", text="答")
        assert code_of(refused) == "not-found"
    with new_citizen((platform, None)) as stranger:
        seeing = {"act": "see-answer", "county": COUNTY}
        assert code_of(stranger.act(f"/letters/{sent['id']}/seeing", seeing)) == "not-found"


def test_ten_letters_a_day_are_enough(one):
    statuses = [send(one, title=f"第{place}封").status_code for place in range(11)]
    assert statuses == [201] * 10 + [429]


def test_a_county_sets_its_own_terms(head, clerk, one):
    body = {"act": "set-letter-term", "kind": "suggestion", "days": 3}
    set_ = head.post("/v1/letter-term-changes", body, Idempotency_Key=new_key())
    assert {"kind": "suggestion", "days": 3, "own": True} in set_.json()["terms"]
    assert send(one, kind="suggestion").json()["due_on"] == "2026-11-27"
    refused = clerk.post("/v1/letter-term-changes", body, Idempotency_Key=new_key())
    assert code_of(refused) == "not-allowed"


def test_what_is_not_answered_in_time_is_marked_and_told(tmp_path):
    """The clock is set a week on: the chore finds the letter, and supervision can hear of it."""
    platform = PlatformProcess.start(tmp_path / "platform", clock=NOW)
    with new_citizen((platform, None)) as one:
        sent = send(one).json()
    platform.stop()
    late = (datetime.fromisoformat(NOW) + timedelta(days=8)).isoformat()
    platform = PlatformProcess.start(tmp_path / "platform", seed=False, clock=late)
    try:
        with sign_in(platform) as clerk, Stream(clerk, "?kinds=inbox-overdue", last=0) as stream:
            event = stream.next()
            while event["subject"] != sent["id"]:
                event = stream.next()
            assert event["body"]["due_on"] == "2026-12-01"
            first = clerk.get("/v1/letters?limit=200").json()["letters"]
            assert next(line for line in first if line["id"] == sent["id"])["overdue"]
            assert [line["due_on"] for line in first] == sorted(line["due_on"] for line in first)
    finally:
        platform.stop()


# who may act for whom ----------------------------------------------------------------------------


def ask(one, other, **more):
    body = {
        "act": "ask-authorisation",
        "as": "agent",
        "other": {key: other[key] for key in ("kind", "number", "name")},
        "items": [],
        "valid_to": "2026-12-31",
        **more,
    }
    return one.act("/authorisations", body)


def answer(one, asked, confirmed=True):
    body = {"act": "answer-authorisation", "confirmed": confirmed}
    return one.act(f"/authorisations/{asked['id']}/answer", body, asked["etag"])


def holder(person):
    return {key: person[key] for key in ("kind", "number")}


def test_who_acts_for_another_needs_their_word(platform, clerk, one):
    item = clerk.item("gtgshsldj")["code"]
    with new_citizen((platform, None), name="被代理人") as principal:
        body = {"act": "begin-draft", "hall": HALL, "item": item, "form": FORM}
        body["applicant"] = holder(principal.person)
        assert code_of(one.act("/drafts", body)) == "not-authorised"
        asked = ask(one, {**principal.person, "name": "写错的名字"}, items=[item]).json()
        assert not asked["waits_for_me"]
        assert code_of(one.act("/drafts", body)) == "not-authorised"  # asked is not confirmed
        refused = answer(one, asked)
        assert code_of(refused) == "authorisation-settled"  # nobody confirms their own asking
        (waiting,) = principal.get("/v1/portal/authorisations").json()["authorisations"]
        assert waiting["waits_for_me"]
        assert principal.messages()["messages"][0]["title"] == "有一项代办授权等您确认"
        confirmed = answer(principal, waiting).json()
        assert confirmed["state"] == "confirmed"
        assert confirmed["principal"]["name"] == "被代理人"  # as the account says
        begun = one.act("/drafts", body)
        assert begun.status_code == 201, begun.text
        draft = begun.json()["draft"]
        assert (draft["applicant"]["name"], draft["own"]) == ("被代理人", False)
        for_other_item = {**body, "item": clerk.item("spjyxkxb")["code"], "form": {}}
        assert code_of(one.act("/drafts", for_other_item)) == "not-authorised"
        second = one.begin(item, applicant=holder(principal.person), form=FORM)
        done = one.submit(draft).json()
        both = [who.matters()["preapplications"] for who in (one, principal)]
        assert [[line["id"] for line in found] for found in both] == [[done["preapplication"]]] * 2
        form = clerk.get(f"/v1/preapplications/{done['preapplication']}/form").json()
        assert form["applied_by"]["number"] == one.person["number"]
        ending = {"act": "end-authorisation"}
        path = f"/authorisations/{asked['id']}/end"
        assert principal.act(path, ending, confirmed["etag"]).json()["state"] == "ended"
        assert code_of(one.submit(second)) == "not-authorised"
        with new_citizen((platform, None)) as stranger:
            assert code_of(stranger.act(path, ending, confirmed["etag"])) == "not-found"
            assert code_of(answer(stranger, asked)) == "not-found"


def test_a_principal_can_ask_and_the_agent_declines(platform, one):
    with new_citizen((platform, None), name="代办人") as agent:
        asked = ask(one, agent.person, **{"as": "principal"}).json()
        declined = answer(agent, asked, confirmed=False).json()
        assert declined["state"] == "declined"
        assert code_of(answer(agent, declined)) == "authorisation-settled"
    assert one.messages()["messages"][0]["title"] == "对方未同意代办授权"


@pytest.mark.parametrize("day", ["2026-11-23", "2031-01-01", "2026-13-01"])
def test_an_authorisation_has_an_end_that_is_neither_past_nor_far(one, day):
    other = {"kind": "resident", "number": "990125200412311488", "name": "某人"}
    assert code_of(ask(one, other, valid_to=day)) == "invalid-request"
    assert code_of(ask(one, one.person)) == "invalid-request"


def test_an_organisation_speaks_through_its_legal_representative(platform, clerk, one):
    firm = platform.people["organisations"][0]
    item = clerk.item("gtgshsldj")["code"]
    number = "990301195912311" + "00"
    from hall_platform.check_digits import resident_check

    boss_person = {
        "kind": "resident",
        "number": number + resident_check(number),
        "name": "法人代表",
        "mobile": "12000000002",
    }
    with citizen(platform, boss_person, heads=firm["number"]) as boss:
        own = boss.begin(item, applicant=holder(firm), form=FORM)  # bound at a window
        assert own["applicant"]["name"] == firm["name"]
        refused = ask(one, firm, organisation=firm["number"], **{"as": "principal"})
        assert code_of(refused) in ("not-authorised", "invalid-request")
        asked = ask(one, firm).json()
        (waiting,) = boss.get("/v1/portal/authorisations").json()["authorisations"]
        assert waiting["waits_for_me"]
        assert answer(boss, waiting).json()["principal"]["name"] == firm["name"]
        draft = one.begin(item, applicant=holder(firm), form=FORM)
        done = one.submit(draft).json()
        assert done["preapplication"] in {line["id"] for line in boss.matters()["preapplications"]}
        assert asked["state"] == "asked"
