"""The province's side over real sockets: in order, once, read back, refused letters in sight."""

import json
from contextlib import contextmanager

import pytest
from cases_at_work import accepted, received, reviewer
from platform_client import DEMONSTRATION, code_of, new_key, sign_in, sign_in_as, sign_in_device
from platform_process import (
    PlatformProcess,
    seeded_copy,
    seeded_database,
)
from portal_people import citizen, url_of
from postgres_server import missing
from sqlalchemy import create_engine, select
from stand_in_province import StandInProvince, until

from hall_platform.catalogue.shapes import ItemContent
from hall_platform.exchange.tables import data_uses
from hall_platform.licences.tables import licence_types
from hall_platform.province.tables import province_letters
from hall_platform.seed_data.items import FOOD, ITEMS

# Most tests share one platform and its province.

CLOCK = "2026-11-24T09:50:00+08:00"


class Linked:
    """A platform linked to a stand-in province, and who works with it."""

    def __init__(self, province, platform, db=None):
        self.province, self.platform = province, platform
        self.clerk = sign_in(platform)
        account = next(one for one in platform.accounts["staff"] if one["username"] == "system")
        self.system = sign_in_as(platform, account)
        self.engine = create_engine(url_of(platform, db))

    def close(self):
        self.clerk.http.close()
        self.system.http.close()
        self.engine.dispose()
        self.platform.stop()

    def letters(self, case):
        with self.engine.connect() as connection:
            return connection.execute(
                select(province_letters)
                .where(province_letters.c.case_id == case)
                .order_by(province_letters.c.position)
            ).all()

    def states(self, case):
        return [one.state for one in self.letters(case)]

    def arrived(self, case):
        return until(
            lambda: set(self.states(case)) <= {"sent", "confirmed"} and self.states(case), "arrival"
        )

    def keys(self, number):
        return [key for key in self.province.state["kept"] if key.split(" ")[1] == number]

    def act(self, path, body, etag=None):
        headers = {"Idempotency_Key": new_key(), **({"If_Match": etag} if etag else {})}
        return self.system.post(f"/v1/province{path}", body, **headers)

    def again(self):
        """The platform in a new process, which does its chores at once."""
        port = int(self.platform.url.rsplit(":", 1)[1])
        self.platform.stop()
        self.platform = PlatformProcess.start(
            self.platform.data_dir, seed=False, clock=CLOCK, links=self.province.links, port=port
        )


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    base = tmp_path_factory.mktemp("linked")
    with StandInProvince(base / "province") as province:
        data_dir = seeded_copy(base / "platform")
        platform = PlatformProcess.start(data_dir, clock=CLOCK, links=province.links)
        made = Linked(province, platform)
        yield made
        made.close()


def number_of(linked, case):
    return case.whole(linked.clerk)["number"]


def test_a_cases_whole_life_arrives_in_order_and_is_confirmed(linked):
    case = accepted(linked.clerk)
    number = number_of(linked, case)
    case.do(linked.clerk, "hand-over")
    with reviewer(linked.platform) as market:
        for act in ("review-case", "decide-case", "issue-result", "close-case"):
            case.do(market, act)
    linked.arrived(case.id)
    assert linked.keys(number)[:2] == [f"case {number} 1", f"case {number} 2"]
    assert linked.keys(number)[-1] == f"case {number} 3"
    assert linked.province.state["statuses"][number] == 3
    events = [one.event for one in linked.letters(case.id)]
    assert events == [
        "case-received",
        "case-accepted",
        "case-reviewed",
        "case-decided",
        "case-closed",
    ]
    sent = {one.event: json.loads(one.payload) for one in linked.letters(case.id)}
    pushed = sent["case-accepted"]
    assert (pushed["userPageType"], pushed["certKey"]) == ("111", DEMONSTRATION["number"])
    assert (pushed["areaCode"], pushed["projectType"]) == ("990302000000", "2")
    assert pushed["acceptDate"].startswith("20261124T09")
    closed = sent["case-closed"]["completion"]
    assert (closed["outcome"], closed["licenceName"]) == ("准予", "食品经营许可证")
    linked.again()
    until(lambda: set(linked.states(case.id)) == {"confirmed"}, "the read-back")
    assert {one.payload for one in linked.letters(case.id)} == {None}
    standing = linked.system.get("/v1/province").json()
    assert (standing["configured"], standing["signature"]) == (True, "ed25519")
    assert standing["waiting"] == 0
    assert standing["confirmed"] >= 5
    assert standing["read_back_at"]


def test_that_it_was_sent_is_on_record_and_shown_to_the_person(linked):
    case = received(linked.clerk)
    linked.arrived(case.id)
    with linked.engine.connect() as connection:
        look = connection.execute(
            select(data_uses)
            .where(data_uses.c.resource == "province")
            .where(data_uses.c.case_id == case.id)
        ).one()
    assert look.holder_number == DEMONSTRATION["number"]
    assert look.purpose
    person = linked.platform.people["people"][0]
    with citizen(linked.platform, person) as me:
        uses = me.get("/v1/exchange/uses").json()["uses"]
    use = next(one for one in uses if one["id"] == look.id)
    assert (use["by"]["kind"], use["title"]) == ("platform", "报送省平台的办件数据")


@pytest.mark.parametrize(
    "trouble",
    [
        {"kind": "refuse", "status": 503, "retry_after": 1},
        {"kind": "refuse", "status": 429},
        {"kind": "lose"},
    ],
    ids=["away", "too-many", "answer-lost"],
)
def test_no_answer_means_again_and_never_twice(linked, trouble):
    before = len(linked.province.state["journal"])
    linked.province.trouble(path="/cases", times=2, **trouble)
    case = received(linked.clerk)
    number = number_of(linked, case)
    linked.arrived(case.id)
    (letter,) = linked.letters(case.id)
    assert letter.attempts >= 2
    assert linked.keys(number) == [f"case {number} 1"]
    journal = linked.province.state["journal"][before:]
    told = [one["code"] for one in journal if one["path"] == "/cases"]
    lost = trouble["kind"] == "lose"  # then the province has it already
    assert told == (["ok", "already-exists", "already-exists"][: len(told)] if lost else ["ok"])
    assert ("already-exists" in told) is lost


def test_what_is_refused_is_shown_with_its_reason_holds_back_and_goes_again(linked):
    linked.province.trouble("reject", "/cases", code="field-wrong", fields=["areaCode"])
    case = accepted(linked.clerk)
    number = number_of(linked, case)
    until(lambda: linked.states(case.id)[0] == "refused", "the refusal")
    page = linked.system.get("/v1/province/letters?state=refused")
    (refused,) = page.json()["letters"]
    assert (refused["reason"], refused["fields"]) == ("field-wrong", ["areaCode"])
    assert (refused["kind"], refused["event"], refused["case"]) == (
        "case",
        "case-received",
        case.id,
    )
    assert DEMONSTRATION["number"] not in page.text
    standing = linked.system.get("/v1/province").json()
    assert (standing["refused"], standing["held_back"]) == (1, 1)
    assert linked.states(case.id) == ["refused", "waiting"]
    path = f"/letters/{refused['id']}/sending"
    again = {"act": "send-letter-again"}
    assert code_of(linked.act(path, again)) == "precondition-required"
    assert linked.act(path, again, refused["etag"]).json()["state"] == "waiting"
    linked.arrived(case.id)
    assert linked.keys(number) == [f"case {number} 1", f"case {number} 2"]
    now = linked.system.get(f"/v1/province/letters/{refused['id']}").json()
    assert code_of(linked.act(path, again, now["etag"])) == "letter-not-refused"
    assert code_of(linked.clerk.get("/v1/province/letters")) == "not-allowed"


def test_what_was_set_aside_lets_the_rest_go_on(linked):
    linked.province.trouble("reject", "/cases", code="status-goes-back")
    case = accepted(linked.clerk)
    until(lambda: linked.states(case.id)[0] == "refused", "the refusal")
    (refused,) = linked.system.get("/v1/province/letters?state=refused").json()["letters"]
    body = {"act": "set-letter-aside", "reason": "上级已补录"}
    path = f"/letters/{refused['id']}/setting-aside"
    assert linked.act(path, body, refused["etag"]).json()["note"] == "上级已补录"
    until(lambda: linked.states(case.id) == ["set_aside", "sent"], "the rest")


def test_what_the_province_lost_is_found_by_reading_back_and_sent_again(linked):
    case = received(linked.clerk)
    number = number_of(linked, case)
    linked.arrived(case.id)
    assert linked.province.lose(f"case {number} 1")
    linked.again()
    until(lambda: linked.keys(number), "the second sending")
    until(lambda: linked.states(case.id) == ["sent"], "its answer")
    linked.again()
    until(lambda: linked.states(case.id) == ["confirmed"], "the read-back")
    assert linked.province.lose(f"case {number} 1")
    body = {"act": "check-province", "first": "2026-11-24", "last": "2026-11-24"}
    assert linked.act("/checks", body).json()["letters"] >= 1
    linked.again()  # its content is gone: it is written anew from the case
    until(lambda: linked.keys(number), "the third sending")
    wrong = {**body, "first": "2026-13-01"}
    assert code_of(linked.act("/checks", wrong)) == "invalid-request"


def rated_poorly(linked, case):
    """The case's reception is rated on the applicant's screen; the service's record."""
    finish = {
        "act": "finish-service",
        "operator": linked.clerk.operator,
        "window": "03",
        "kind": "receive",
        "case": case.id,
    }
    done = linked.clerk.post("/v1/services-given", finish, Idempotency_Key=new_key())
    assert done.status_code in (200, 201), done.text
    rate = {
        "act": "rate",
        "token": done.json()["token"],
        "outcome": "rated",
        "level": "poor",
        "details": ["N06"],
        "text": "等得太久",
    }
    with sign_in_device(linked.platform, "03") as screen:
        rated = screen.post("/v1/ratings", rate, Idempotency_Key=new_key())
    assert rated.status_code in (200, 201), rated.text
    return until(
        lambda: [one.subject for one in linked.letters(case.id) if one.kind == "rating"], "letter"
    )[0]


def reviewed(linked, rating, decision, grounds="malicious"):
    """The head of the hall appeals against a rating and decides."""
    account = next(one for one in linked.platform.accounts["staff"] if one["username"] == "head")
    with sign_in_as(linked.platform, account) as head:
        appeal = {"act": "appeal-rating", "grounds": grounds, "text": "评价人与窗口有私怨"}
        made = head.post(f"/v1/ratings/{rating}/appeal", appeal, Idempotency_Key=new_key())
        assert made.status_code == 201, made.text
        decide = {"act": "review-rating", "decision": decision, "note": "经核实"}
        done = head.post(
            f"/v1/rating-appeals/{made.json()['appeal']}/review",
            decide,
            Idempotency_Key=new_key(),
            If_Match=made.json()["etag"],
        )
        assert done.status_code == 200, done.text


def test_a_rating_arrives_by_the_cases_number_in_both_scales(linked):
    case = received(linked.clerk)
    number = number_of(linked, case)
    rated_poorly(linked, case)
    linked.arrived(case.id)
    assert linked.keys(number) == [f"case {number} 1", f"rating {number} 1"]
    rating = json.loads(linked.letters(case.id)[-1].payload)
    assert (rating["satisfaction"], rating["satisfactionCode"]) == ("2", "4")
    assert (rating["evalDetail"], rating["writingEvaluation"]) == ("N06", "等得太久")


def test_a_rating_that_is_struck_is_taken_back_at_the_province(linked):
    case = received(linked.clerk)
    number = number_of(linked, case)
    rating = rated_poorly(linked, case)
    linked.arrived(case.id)
    assert f"{number} 1" in linked.province.state["counted"]
    reviewed(linked, rating, "upheld")
    until(lambda: f"strike {number} 1" in linked.keys(number), "the strike")
    linked.arrived(case.id)
    assert f"{number} 1" not in linked.province.state["counted"]
    assert f"rating {number} 1" in linked.keys(number)  # it stays readable there as here
    letter = linked.letters(case.id)[-1]
    said = json.loads(letter.payload)
    assert set(said) == {
        *("projectNo", "serviceNumber", "assessNumber"),
        *("strikeReason", "strikeTime", "areaCode"),
    }
    assert (said["strikeReason"], said["strikeTime"][:8]) == ("2", "20261124")
    assert "私怨" not in letter.payload
    linked.again()
    until(lambda: set(linked.states(case.id)) == {"confirmed"}, "the read-back")
    shown = linked.system.get(f"/v1/province/letters/{letter.id}").json()
    assert (shown["kind"], shown["state"]) == ("strike", "confirmed")


def test_a_rating_that_stands_is_not_taken_back(linked):
    case = received(linked.clerk)
    number = number_of(linked, case)
    rating = rated_poorly(linked, case)
    reviewed(linked, rating, "rejected")
    linked.arrived(case.id)
    assert [one.kind for one in linked.letters(case.id)] == ["case", "rating"]
    assert f"{number} 1" in linked.province.state["counted"]


def test_a_rating_the_province_never_got_need_not_be_taken_back(linked):
    case = received(linked.clerk)
    linked.arrived(case.id)
    linked.province.trouble("reject", "/ratings")
    rating = rated_poorly(linked, case)
    until(lambda: linked.states(case.id)[-1] == "refused", "the refusal")
    reviewed(linked, rating, "upheld")
    assert linked.states(case.id)[1:] == ["refused", "waiting"]  # in order behind the rating
    (refused,) = linked.system.get("/v1/province/letters?state=refused").json()["letters"]
    body = {"act": "set-letter-aside", "reason": "评价已撤销"}
    done = linked.act(f"/letters/{refused['id']}/setting-aside", body, refused["etag"])
    assert done.status_code == 200, done.text
    assert linked.states(case.id)[1:] == ["set_aside", "set_aside"]


def test_a_strike_the_province_refuses_holds_back_nothing(linked):
    case = received(linked.clerk)
    number = number_of(linked, case)
    rating = rated_poorly(linked, case)
    linked.arrived(case.id)
    linked.province.trouble("reject", "/rating-strikes", code="unknown-path")
    reviewed(linked, rating, "upheld")
    until(lambda: linked.states(case.id)[-1] == "refused", "the refusal")
    case.do(linked.clerk, "accept-received")
    until(lambda: f"case {number} 2" in linked.keys(number), "what follows")
    (refused,) = linked.system.get("/v1/province/letters?state=refused").json()["letters"]
    again = {"act": "send-letter-again"}
    linked.act(f"/letters/{refused['id']}/sending", again, refused["etag"])
    linked.arrived(case.id)
    assert f"{number} 1" not in linked.province.state["counted"]


def test_the_application_its_materials_and_the_result_go_along(linked):
    case = accepted(linked.clerk)
    case.do(linked.clerk, "hand-over")
    with reviewer(linked.platform) as market:
        for act in ("review-case", "decide-case", "issue-result", "close-case"):
            case.do(market, act)
    linked.arrived(case.id)  # before it is known how the result goes out
    case.do(linked.clerk, "deliver-result", by="post", post_number="99EMS0001")
    linked.arrived(case.id)
    sent = {one.event: json.loads(one.payload) for one in linked.letters(case.id)}
    application = sent["case-received"]["application"]
    assert application["applyTime"] == "20261124T090000"
    assert (application["applySource"], application["contactName"]) == ("1", "测试甲")
    assert application["address"] == "试验省试验市雨山区测试路1号"
    assert [one["received"] for one in application["materials"]] == ["1"] * 6
    card = application["materials"][0]
    assert (card["receivedBy"], card["receivedCount"]) == ("1", "1")
    assert card["receivedTime"].startswith("20261124T")
    acceptance = sent["case-accepted"]["acceptance"]
    assert 0 < len(acceptance["documentNo"]) <= 30
    assert acceptance["acceptor"] == sent["case-accepted"]["proManager"] != ""
    completion = sent["case-closed"]["completion"]
    assert (completion["resultDescription"], completion["express"]) == ("食品经营许可证", "0")
    assert completion["licenceValidFrom"] == "20261125"
    assert completion["handler"]
    delivered = sent["case-delivered"]
    assert (delivered["stepName"], delivered["express"], delivered["expressNo"]) == (
        "送达",
        "1",
        "99EMS0001",
    )
    with linked.engine.connect() as connection:
        answered = connection.execute(
            select(data_uses.c.answered)
            .where(data_uses.c.resource == "province")
            .where(data_uses.c.case_id == case.id)
        ).scalars()
        told = {name for one in answered for name in json.loads(one)}
    assert {"userName", "application.address", "application.materials.materialName"} <= told


def test_special_procedures_have_their_kind_beginning_end_and_result(linked):
    case = accepted(linked.clerk)
    case.do(linked.clerk, "hand-over")
    with reviewer(linked.platform) as market:
        for act in ("suspend-case", "resume-case", "extend-case"):
            case.do(market, act)
    linked.arrived(case.id)
    sent = {one.event: json.loads(one.payload) for one in linked.letters(case.id)}
    began, ended, longer = (sent[f"case-{what}"] for what in ("suspended", "resumed", "extended"))
    assert [one["stepName"] for one in (began, ended, longer)] == [
        "启动特别程序",
        "结束特别程序",
        "延长办理期限",
    ]
    assert [one["procedureType"] for one in (began, ended, longer)] == ["2", "2", "1"]
    assert (began["procedureName"], began["procedureReason"]) == ("检验", "现场核查")
    assert (began["procedureEnd"], began["procedureResult"]) == ("", "")
    assert ended["procedureBegin"] == began["procedureBegin"] != ""
    assert (ended["procedureReason"], ended["procedureResult"]) == ("现场核查", "核查合格")
    assert ended["procedureEnd"] >= ended["procedureBegin"]
    assert longer["procedureResult"] == "准予延长 10 日"
    assert longer["procedureOpinion"] == "拟立新批准"
    assert began["orgcode"] == "11990302MB0A00018J"


def test_corrections_are_called_by_their_chinese_names(linked):
    case = received(linked.clerk)
    case.do(linked.clerk, "notify-missing")
    case.do(linked.clerk, "submit-corrections")
    linked.arrived(case.id)
    sent = [json.loads(one.payload) for one in linked.letters(case.id)]
    assert [one["stepName"] for one in sent[1:]] == ["补正告知", "提交补正材料"]


def test_a_number_longer_than_the_standard_allows_is_not_sent(linked):
    case = received(linked.clerk)
    case.do(linked.clerk, "accept-received", paper={"number": "受" * 31})
    until(lambda: linked.states(case.id)[-1] == "refused", "the refusal")
    letter = linked.letters(case.id)[-1]
    assert (letter.reason, json.loads(letter.fields)) == ("unfit-here", ["documentNo"])
    shown = linked.system.get(f"/v1/province/letters/{letter.id}").json()
    body = {"act": "set-letter-aside", "reason": "文书编号过长"}
    assert linked.act(f"/letters/{letter.id}/setting-aside", body, shown["etag"]).status_code == 200


@pytest.fixture
def linked_alone(tmp_path):
    """One whose catalogue no other test publishes into."""
    with StandInProvince(tmp_path / "province") as province:
        data_dir = seeded_copy(tmp_path / "platform")
        platform = PlatformProcess.start(data_dir, clock=CLOCK, links=province.links)
        made = Linked(province, platform)
        yield made
        made.close()


def test_an_item_that_is_none_stays_in_sight_until_the_province_mends_it(linked_alone):
    linked = linked_alone
    content = {name: ITEMS[FOOD][name] for name in ItemContent.model_fields if name in ITEMS[FOOD]}
    code = f"{content['code'][:-4]}9900"
    linked.province.publish(code, {"code": code, "name": "残缺"})
    linked.again()

    def mine():
        standing = linked.system.get("/v1/province").json()
        assert standing["left_out"] == len(standing["left_out_entries"])
        return [one for one in standing["left_out_entries"] if one["code"] == code]

    (one,) = until(mine, "the entry that was left out")
    assert one["kind"] == "item"
    assert {"where": "materials", "what": "缺少这一项"} in one["errors"]
    linked.again()
    assert mine() == [one]
    linked.province.publish(code, {**content, "code": code})
    linked.again()
    until(lambda: not mine(), "the mended one")
    found = linked.system.get("/v1/province/items?state=new").json()["items"]
    assert code in [one["code"] for one in found]


def test_the_provinces_catalogue_is_pulled_compared_and_adopted(linked):
    food = ITEMS[FOOD]["code"]
    page = until(lambda: linked.system.get("/v1/province/items").json()["items"], "the catalogue")
    (one,) = page
    assert (one["code"], one["state"], one["in_force_here"]) == (food, "new", 2)
    assert one["differs"] == ["promised_days"]
    body = {"act": "adopt-province-item", "version": 1, "valid_from": "2026-11-24"}
    done = linked.act(f"/items/{food}/adoption", body)
    assert (done.json()["state"], done.json()["adopted_as"]) == ("adopted", 3), done.text
    here = linked.clerk.item("spjyxkxb")
    assert (here["version"], here["promised_days"]) == (3, 4)
    assert code_of(linked.act(f"/items/{food}/adoption", body)) == "province-item-settled"
    with linked.engine.connect() as connection:
        names = connection.execute(select(licence_types.c.name)).scalars().all()
    assert "小餐饮登记证" in names
    content = {name: ITEMS[FOOD][name] for name in ItemContent.model_fields if name in ITEMS[FOOD]}
    linked.province.publish(food, {**content, "promised_days": 3})
    linked.province.publish(food, {"code": food, "name": "残缺"})  # no item: left out
    linked.province.publish(food, None, "食品经营许可（新办）")
    linked.again()
    until(lambda: len(linked.system.get("/v1/province/items").json()["items"]) == 3, "the rest")
    whole = linked.system.get(f"/v1/province/items/{food}/versions/2").json()
    assert whole["item"]["promised_days"] == 3
    over = {"act": "pass-province-item-over", "version": 2, "reason": "随即取消"}
    assert linked.act(f"/items/{food}/passing-over", over).json()["state"] == "passed_over"
    gone = linked.act(f"/items/{food}/adoption", {**body, "version": 4}).json()
    assert (gone["withdrawn"], gone["adopted_as"]) == (True, 3)
    assert linked.clerk.item("spjyxkxb")["version"] == 2  # the one before it is in force again
    standing = linked.system.get("/v1/province").json()
    assert (standing["catalogue_version"], standing["new_items"]) == (4, 0)
    assert standing["left_out"] == 0  # the withdrawal settled what was no item


def test_without_the_provinces_address_everything_waits_and_it_says_so(tmp_path):
    data_dir = seeded_copy(tmp_path / "platform")
    platform = PlatformProcess.start(data_dir, clock=CLOCK)
    alone = Linked(None, platform)
    try:
        case = received(alone.clerk)
        standing = alone.system.get("/v1/province").json()
        assert (standing["configured"], standing["signature"]) == (False, None)
        assert standing["waiting"] == 1
        assert standing["oldest_waiting_at"]
        assert alone.states(case.id) == ["waiting"]
    finally:
        alone.close()
    with StandInProvince(tmp_path / "province") as province:
        later = PlatformProcess.start(data_dir, seed=False, clock=CLOCK, links=province.links)
        found = Linked(province, later)
        try:
            found.arrived(case.id)
        finally:
            found.close()


@pytest.mark.postgres
@pytest.mark.skipif(bool(missing()), reason=missing() or "server there")
def test_on_postgresql_too(tmp_path):
    folder = tmp_path / "platform"
    with seeded_database(folder) as db, StandInProvince(tmp_path / "province") as province:
        platform = PlatformProcess.start(
            folder, seed=False, db=db, clock=CLOCK, links=province.links
        )
        both = Linked(province, platform, db)
        try:
            province.trouble("reject", "/cases", code="status-goes-back", times=1)
            case = accepted(both.clerk)
            until(lambda: both.states(case.id)[0] == "refused", "the refusal")
            (refused,) = both.system.get("/v1/province/letters?state=refused").json()["letters"]
            assert both.system.get("/v1/province").json()["held_back"] == 1
            again = {"act": "send-letter-again"}
            both.act(f"/letters/{refused['id']}/sending", again, refused["etag"])
            both.arrived(case.id)
            assert len(both.system.get("/v1/province/items").json()["items"]) == 1
        finally:
            both.close()


# shared data of the province --------------------------------------------------------------------


class Asker:
    """Somebody who asks the province's libraries through the platform."""

    def __init__(self, linked):
        self.linked = linked
        nurse = linked.clerk.item("hszyzc")
        self.body = {
            "resource": "education-degree",
            "holder": DEMONSTRATION,
            "item": nurse["code"],
            "reason": "核验学历",
        }

    def ask(self, **changes):
        return self.linked.clerk.post("/v1/exchange/queries", {**self.body, **changes})


@contextmanager
def an_asker(folder):
    """The same with little patience for the province."""
    with StandInProvince(folder / "province") as province:
        text = province.links.read_text("utf-8")
        province.links.write_text(
            text.replace("app_mark", "seconds = 3.0\napp_mark"), encoding="utf-8"
        )
        platform = PlatformProcess.start(
            seeded_copy(folder / "platform"), clock=CLOCK, links=province.links
        )
        made = Linked(province, platform)
        yield Asker(made)
        made.close()


@pytest.fixture(scope="module")
def asker(tmp_path_factory):
    with an_asker(tmp_path_factory.mktemp("asker")) as one:
        yield one


@pytest.fixture
def last_asker(tmp_path):
    """One whose province a test may stop."""
    with an_asker(tmp_path) as one:
        yield one


def test_the_provinces_libraries_answer_through_the_same_query(asker):
    answer = asker.ask().json()
    assert answer["fields"] == ["school", "major", "degree"]
    (record,) = answer["records"]
    assert set(record["values"]) == {"school", "major", "degree"}
    stranger = {"kind": "resident", "number": "990302195001010030"}
    assert asker.ask(holder=stranger).json()["records"] == []


@pytest.mark.parametrize(
    "trouble",
    [
        {"kind": "slow", "seconds": 30.0},
        {"kind": "refuse", "status": 503, "retry_after": 7},
        {"kind": "lose"},
        {"kind": "reject", "code": "field-wrong"},
    ],
    ids=["slow", "away", "no-answer", "refuses"],
)
def test_a_source_that_gives_no_answer_is_said_to_be_away_soon(asker, trouble):
    asker.linked.province.trouble(path="/shared-data", times=1, **trouble)
    answer = asker.ask()
    assert answer.elapsed.total_seconds() < 5
    assert (answer.status_code, code_of(answer)) == (503, "source-unavailable")
    assert int(answer.headers["retry-after"]) >= 1
    if "retry_after" in trouble:
        assert answer.headers["retry-after"] == "7"
    with asker.linked.engine.connect() as connection:
        look = connection.execute(
            select(data_uses).where(data_uses.c.id == answer.json()["query"])
        ).one()
    assert (look.outcome, json.loads(look.answered)) == ("unavailable", [])
    assert asker.ask().status_code == 200  # which also makes the breaker forget


def test_a_source_that_keeps_failing_is_left_alone(last_asker):
    last_asker.linked.province.trouble("refuse", "/shared-data", times=50)
    assert {last_asker.ask().status_code for _ in range(8)} == {503}
    asked = 50 - last_asker.linked.province.state["troubles"]["/shared-data"]
    assert asked == 3
    answer = last_asker.ask()
    assert 20 <= int(answer.headers["retry-after"]) <= 30


def test_a_source_that_is_gone_and_one_without_an_address(last_asker, tmp_path):
    last_asker.linked.province.stop()
    assert code_of(last_asker.ask()) == "source-unavailable"
    platform = PlatformProcess.start(seeded_copy(tmp_path / "alone"), clock=CLOCK)
    with sign_in(platform) as clerk:
        answer = clerk.post("/v1/exchange/queries", last_asker.body)
    platform.stop()
    assert code_of(answer) == "source-unavailable"
