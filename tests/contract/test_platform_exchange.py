"""The exchange: what an item needs and no more, on record first, shown to whom it is about."""

import json
import uuid
from contextlib import ExitStack

import pytest
from cases_at_work import FOOD, accepted
from hall_fixtures import BOTH_STORES
from platform_client import (
    DEMONSTRATION,
    Stream,
    accept_act,
    code_of,
    neighbour,
    new_key,
    sign_in,
    sign_in_as,
)
from platform_process import (
    PlatformProcess,
    seeded_copy,
    seeded_database,
)
from portal_people import citizen, url_of
from sqlalchemy import create_engine, select, update
from stand_in_province import until

from hall_platform.exchange.tables import (
    corrections,
    data_uses,
    library_records,
    record_changes,
    record_subjects,
    unusual_uses,
)

# All tests of a store share one platform.

REASON = "核验经营场所"
ESTATE = "estate-registration"
CLOCK = "2026-11-24T09:50:00+08:00"


class Exchange:
    """A platform with everybody who has to do with the exchange."""

    def __init__(self, platform, db, stack):
        self.platform, self.db, self.stack = platform, db, stack
        self.engine = create_engine(url_of(platform, db))
        self.clerk = sign_in(platform)
        self.colleague = sign_in(platform, 1)
        self.neighbour = neighbour(platform)
        self.staff = {
            one["username"]: sign_in_as(platform, one)
            for one in platform.accounts["staff"]
            if one["username"] in ("head", "market", "health", "system", "security", "audit")
        }
        self.item = self.clerk.item()

    def close(self):
        for client in (self.clerk, self.colleague, self.neighbour, *self.staff.values()):
            client.http.close()
        self.engine.dispose()

    def ask(self, by=None, **changes):
        body = {
            "resource": ESTATE,
            "holder": DEMONSTRATION,
            "item": self.item["code"],
            "reason": REASON,
            **changes,
        }
        return (by or self.clerk).post("/v1/exchange/queries", body)

    def rows(self, table, *conditions):
        with self.engine.connect() as connection:
            return connection.execute(select(table).where(*conditions)).all()

    def act(self, by, path, body, etag=None, key=None):
        headers = {"Idempotency_Key": key or new_key(), **({"If_Match": etag} if etag else {})}
        return by.post(f"/v1/exchange{path}", body, **headers)

    def looks(self):
        return {row.id: row for row in self.rows(data_uses)}


@pytest.fixture(scope="module", params=BOTH_STORES)
def exchange(request, tmp_path_factory):
    base = tmp_path_factory.mktemp("exchange") / "platform"
    with ExitStack() as stack:
        db = None
        if request.param == "postgres":
            db = stack.enter_context(seeded_database(base))
        else:
            seeded_copy(base)
        platform = PlatformProcess.start(base, seed=False, db=db, clock=CLOCK)
        stack.callback(platform.stop)
        made = Exchange(platform, db, stack)
        stack.callback(made.close)
        yield made


# what comes back --------------------------------------------------------------------------------


def test_only_the_fields_the_items_materials_need_come_back(exchange):
    answer = exchange.ask().json()
    assert answer["fields"] == ["certificate", "location", "use", "area"]
    (record,) = answer["records"]
    assert set(record["values"]) == set(answer["fields"])
    assert record["values"]["location"] == "试验省试验市雨山区测试路1号"
    rent = exchange.clerk.item("zfgjjtqzf")
    assert exchange.ask(item=rent["code"]).json()["fields"] == ["location", "use"]


def test_register_and_certificate_agree(exchange):
    shared = exchange.ask().json()["records"][0]["values"]
    licence = exchange.clerk.licences(exchange.item["code"])[0]
    assert shared["certificate"] == licence["number"]


def test_every_base_library_answers_behind_the_one_query(exchange):
    firm = next(
        one for one in exchange.platform.people["organisations"] if one["number"][:2] == "91"
    )
    holder = {"kind": "organisation", "number": firm["number"]}
    food = exchange.clerk.item(FOOD)["code"]
    legal = exchange.ask(resource="company-registration", item=food, holder=holder).json()
    assert legal["records"][0]["values"]["name"] == firm["name"]
    assert "representative_number" not in legal["records"][0]["values"]
    pension = exchange.clerk.item("cxjmjbylbxcbdj")["code"]
    household = exchange.ask(resource="household-register", item=pension).json()
    assert household["records"][0]["values"]["relation"] == "户主"
    licences = exchange.ask(resource="e-licences").json()
    assert [one["values"]["type_name"] for one in licences["records"]] == ["不动产权证书"]
    libraries = {
        one["library"] for one in exchange.clerk.get("/v1/exchange/resources").json()["resources"]
    }
    assert libraries == {"population", "legal_persons", "geography", "credit", "licences"}


def test_what_is_shared_unconditionally_names_nobody(exchange):
    society = next(
        one for one in exchange.platform.people["organisations"] if one["number"][:2] == "52"
    )
    holder = {"kind": "organisation", "number": society["number"]}
    answer = exchange.ask(resource="society-registration", holder=holder).json()
    assert answer["records"][0]["values"]["name"] == society["name"]
    assert "representative_name" not in answer["fields"]


def test_a_stranger_has_no_records_and_the_look_is_on_record(exchange):
    nobody = {"kind": "resident", "number": "990302195001010030"}
    answer = exchange.ask(holder=nobody).json()
    assert answer["records"] == []
    assert exchange.looks()[answer["query"]].outcome == "nothing"


# for what ---------------------------------------------------------------------------------------


def test_a_look_says_who_where_why_and_what_before_it_leaves(exchange):
    case = accept_act(exchange.clerk, exchange.clerk.lease(1)[0])
    assert exchange.clerk.accept(case).status_code == 201
    answer = exchange.ask(case=case["case"], reason=" 核验经营场所 ").json()
    look = exchange.looks()[answer["query"]]
    assert look.resource == ESTATE
    assert (look.hall, look.window, look.county) == ("99030201", "03", "990302")
    assert look.operator == exchange.clerk.session["operator"]["id"]
    assert (look.purpose, look.item) == (REASON, exchange.item["code"])
    assert look.case_id == case["case"]
    assert json.loads(look.answered) == answer["fields"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"item": "no-such-item"}, "item-unknown"),
        ({"resource": "no-such-resource"}, "resource-unknown"),
        ({"resource": "birth-certificate"}, "resource-not-needed"),
        ({"resource": "credit-internal"}, "resource-not-needed"),
        ({"case": str(uuid.uuid4())}, "purpose-unfounded"),
        ({"preapplication": str(uuid.uuid4())}, "purpose-unfounded"),
        ({"case": str(uuid.uuid4()), "preapplication": str(uuid.uuid4())}, "purpose-unfounded"),
        ({"reason": " "}, "invalid-request"),
        ({"reason": None}, "invalid-request"),
        ({"fields": ["spouse_number"]}, "invalid-request"),
        ({"operator": "c0a8f5de-1f4b-4d2c-9a0e-3b7d6e5f4a21"}, "invalid-request"),
    ],
)
def test_without_a_founded_purpose_nothing_comes_back_and_nothing_is_looked_at(
    exchange, changes, code
):
    before = set(exchange.looks())
    answer = exchange.ask(**changes)
    assert code_of(answer) == code
    assert "测试路1号" not in answer.text
    assert DEMONSTRATION["number"] not in answer.text
    assert set(exchange.looks()) == before


def test_a_case_founds_a_look_only_for_its_county_its_item_its_person_and_while_it_lasts(exchange):
    case = accepted(exchange.clerk)
    food = exchange.clerk.item(FOOD)["code"]
    asked = {"resource": "company-registration", "item": food, "case": case.id}
    assert exchange.ask(**asked).status_code == 200
    other = next(
        {"kind": one["kind"], "number": one["number"]}
        for one in exchange.platform.people["people"][3:]
    )
    assert code_of(exchange.ask(exchange.neighbour, **asked)) == "purpose-unfounded"
    assert code_of(exchange.ask(**{**asked, "holder": other})) == "purpose-unfounded"
    wrong = {**asked, "item": exchange.item["code"], "resource": ESTATE}
    assert code_of(exchange.ask(**wrong)) == "purpose-unfounded"
    case.do(exchange.clerk, "withdraw-case")
    assert code_of(exchange.ask(**asked)) == "purpose-unfounded"


def test_a_preapplication_founds_a_look(exchange):
    one = next(
        one for one in exchange.clerk.preapplications() if one["item"] == exchange.item["code"]
    )
    answer = exchange.ask(preapplication=one["id"]).json()
    assert exchange.looks()[answer["query"]].preapplication == one["id"]
    assert code_of(exchange.ask(exchange.neighbour, preapplication=one["id"])) == (
        "purpose-unfounded"
    )


def test_a_reviewer_asks_only_for_cases_of_the_own_body(exchange):
    case = accepted(exchange.clerk)
    asked = {
        "resource": "company-registration",
        "item": exchange.clerk.item(FOOD)["code"],
        "case": case.id,
    }
    assert exchange.ask(exchange.staff["market"], **asked).status_code == 200
    assert code_of(exchange.ask(exchange.staff["health"], **asked)) == "purpose-unfounded"
    assert code_of(exchange.ask(exchange.staff["market"])) == "purpose-unfounded"


def test_a_citizen_asks_only_for_their_own_and_once_verified(exchange):
    people = exchange.platform.people["people"]
    me, other = people[30], people[31]
    own = {"kind": me["kind"], "number": me["number"]}
    pension = exchange.clerk.item("cxjmjbylbxcbdj")["code"]
    asked = {"resource": "household-register", "item": pension, "holder": own}
    with citizen(exchange.platform, me, database=exchange.db) as person:
        assert exchange.ask(person, **asked).json()["records"]
        theirs = {**asked, "holder": {"kind": other["kind"], "number": other["number"]}}
        assert code_of(exchange.ask(person, **theirs)) == "purpose-unfounded"
    with citizen(exchange.platform, people[32], level=1, database=exchange.db) as unverified:
        claimed = {"kind": people[32]["kind"], "number": people[32]["number"]}
        refused = exchange.ask(unverified, **{**asked, "holder": claimed})
        assert code_of(refused) == "identity-not-verified"
        assert code_of(unverified.get("/v1/exchange/uses")) == "identity-not-verified"


# shown to whom it is about ----------------------------------------------------------------------


def test_a_person_sees_who_looked_at_what_and_why_and_no_clerks_name(exchange):
    me = exchange.platform.people["people"][33]
    own = {"kind": me["kind"], "number": me["number"]}
    pension = exchange.clerk.item("cxjmjbylbxcbdj")
    asked = {"resource": "household-register", "item": pension["code"], "holder": own}
    looked = exchange.ask(**asked, reason="核对户籍").json()
    exchange.clerk.post("/v1/case-queries", {"holder": own, "purpose": "接待"})
    with citizen(exchange.platform, me, database=exchange.db) as person:
        answer = person.get("/v1/exchange/uses")
        uses = {one["id"]: one for one in answer.json()["uses"]}
        seen = uses[looked["query"]]
        assert seen["by"] == {
            "kind": "hall",
            "hall": "市民之家",
            "body": pension["body"]["name"],
        }
        assert (seen["title"], seen["why"], seen["for_case"]) == ("户籍信息", "核对户籍", False)
        assert seen["seen"] == ["户号", "户别", "与户主关系", "住址", "迁入日期"]
        assert seen["item_name"] == pension["name"]
        assert {one["title"] for one in uses.values()} == {"户籍信息", "办件列表"}
        assert exchange.clerk.session["operator"]["name"] not in answer.text
        assert exchange.clerk.session["operator"]["id"] not in answer.text
        walked, cursor = [], ""
        while cursor is not None:
            page = person.get(f"/v1/exchange/uses?limit=1&cursor={cursor}").json()
            walked += [one["id"] for one in page["uses"]]
            cursor = page["next"]
        assert walked == [one["id"] for one in answer.json()["uses"]]


def test_a_window_shows_them_to_the_person_present_and_that_is_a_look_too(exchange):
    me = exchange.platform.people["people"][34]
    own = {"kind": me["kind"], "number": me["number"]}
    body = {"holder": own, "purpose": "本人到窗口查询"}
    assert exchange.clerk.post("/v1/exchange/use-queries", body).json()["uses"] == []
    (again,) = exchange.clerk.post("/v1/exchange/use-queries", body).json()["uses"]
    assert (again["title"], again["why"]) == ("数据使用记录", "本人到窗口查询")
    for purpose in ({}, {"purpose": " "}):
        refused = exchange.clerk.post("/v1/exchange/use-queries", {"holder": own, **purpose})
        assert code_of(refused) == "invalid-request"


# corrections ------------------------------------------------------------------------------------


def report(exchange, by, holder, **changes):
    body = {
        "act": "report-error",
        "resource": ESTATE,
        "holder": holder,
        "field": "area",
        "should_be": "86.04",
        "grounds": "证书所载面积为 86.04 平方米",
        **changes,
    }
    return exchange.act(by, "/corrections", body)


def holder_with(exchange, resource, number):
    """Somebody of whom there is a record, other for each number."""
    rows = exchange.rows(record_subjects, record_subjects.c.resource == resource)
    found = sorted({(row.holder_kind, row.holder_number) for row in rows})
    kind, number = found[number]
    return {"kind": kind, "number": number}


def test_an_error_is_reported_passed_on_corrected_and_followed(exchange):
    holder = holder_with(exchange, "company-registration", 0)
    food = exchange.clerk.item(FOOD)["code"]
    asked = {"resource": "company-registration", "item": food, "holder": holder}
    record = exchange.ask(**asked).json()["records"][0]["record"]
    said = {
        "resource": "company-registration",
        "record": record,
        "field": "address",
        "should_be": "试验省试验市雨山区样张大道800号",
    }
    with Stream(exchange.clerk, "?kinds=correction-changed") as heard:
        reported = report(exchange, exchange.clerk, holder, **said)
        assert reported.status_code == 201, reported.text
        assert heard.next()["body"]["state"] == "reported"
    one = reported.json()
    assert (one["state"], one["due_on"]) == ("reported", "2026-12-01")  # five working days
    assert holder["number"] not in reported.text
    assert "样张大道800号" not in reported.text
    path = f"/corrections/{one['correction']}"
    assert code_of(report(exchange, exchange.clerk, holder, **said)) == "correction-open"
    assert code_of(exchange.neighbour.get("/v1/exchange" + path)) == "not-found"
    body = {"act": "pass-correction-on", "note": "请核对"}
    assert code_of(exchange.act(exchange.staff["head"], path + "/passing-on", body)) == (
        "precondition-required"
    )
    passed = exchange.act(exchange.staff["head"], path + "/passing-on", body, one["etag"]).json()
    assert passed["state"] == "with_source"
    again = exchange.act(exchange.staff["head"], path + "/passing-on", body, passed["etag"])
    assert code_of(again) == "correction-settled"
    settle = {
        "act": "settle-correction",
        "outcome": "corrected",
        "value": said["should_be"],
        "reason": "登记簿如此，已更正",
    }
    health = exchange.staff["health"]
    assert code_of(exchange.act(health, path + "/settlement", settle, passed["etag"])) == (
        "not-found"
    )
    market = exchange.staff["market"]
    content = market.post(f"/v1/exchange{path}/content", {"purpose": "核对登记簿"}).json()
    assert content["holder"] == holder
    assert content["should_be"] == said["should_be"]
    assert exchange.looks()[content["query"]].purpose == "核对登记簿"
    done = exchange.act(market, path + "/settlement", settle, passed["etag"])
    assert done.json()["state"] == "corrected", done.text
    followed = exchange.clerk.get("/v1/exchange" + path).json()
    assert [step["state"] for step in followed["steps"]] == [
        "reported",
        "with_source",
        "corrected",
    ]
    assert followed["reply"] == "登记簿如此，已更正"
    now = exchange.ask(**asked).json()["records"][0]["values"]["address"]
    assert now == said["should_be"]
    (change,) = exchange.rows(record_changes, record_changes.c.correction == one["correction"])
    assert json.loads(change.before) == content["is_now"]
    assert change.after == said["should_be"]


def test_an_error_can_be_upheld_with_its_reason_by_the_bodys_written_answer(exchange):
    me = exchange.platform.people["people"][35]
    own = {"kind": me["kind"], "number": me["number"]}
    with citizen(exchange.platform, me, database=exchange.db) as person:
        pension = exchange.clerk.item("cxjmjbylbxcbdj")["code"]
        asked = {"resource": "household-register", "item": pension, "holder": own}
        record = exchange.ask(person, **asked).json()["records"][0]["record"]
        said = {"resource": "household-register", "record": record, "field": "relation"}
        said |= {"should_be": "户主", "grounds": "户口簿如此"}
        without = report(exchange, person, own, **said)
        assert code_of(without) == "invalid-request"
        one = report(exchange, person, own, county="990302", **said).json()
        assert [
            found["correction"]
            for found in person.get("/v1/exchange/corrections").json()["corrections"]
        ] == [one["correction"]]
        path = f"/corrections/{one['correction']}"
        system = exchange.staff["system"]
        body = {"act": "pass-correction-on"}
        with Stream(person, "?kinds=own-correction-changed") as heard:
            passed = exchange.act(system, path + "/passing-on", body, one["etag"]).json()
            told = heard.next()
        assert (told["kind"], told["body"]["state"]) == ("own-correction-changed", "with_source")
        settle = {"act": "settle-correction", "outcome": "upheld", "reason": "登记无误"}
        refused = exchange.act(system, path + "/settlement", settle, passed["etag"])
        assert code_of(refused) == "invalid-request"
        settle["document"] = "试公雨户〔2026〕3号"
        done = exchange.act(system, path + "/settlement", settle, passed["etag"]).json()
        assert (done["state"], done["reply"]) == ("upheld", "登记无误")
        assert person.get("/v1/exchange" + path).json()["state"] == "upheld"
        value = exchange.ask(person, **asked).json()["records"][0]["values"]["relation"]
        assert value == exchange.ask(**asked).json()["records"][0]["values"]["relation"]


def test_nobody_reports_what_they_have_not_seen(exchange):
    holder = holder_with(exchange, "social-insurance", 0)
    (row, *_) = exchange.rows(library_records, library_records.c.resource == "social-insurance")
    said = {"resource": "social-insurance", "record": row.id, "field": "scheme"}
    assert code_of(report(exchange, exchange.clerk, holder, **said)) == "record-unknown"
    own = exchange.ask().json()["records"][0]["record"]
    for wrong in (
        {"record": str(uuid.uuid4())},
        {"record": own, "field": "restriction"},
        {"record": own, "field": "nothing"},
    ):
        assert code_of(report(exchange, exchange.clerk, DEMONSTRATION, **wrong)) == (
            "record-unknown"
        )


def test_a_number_stays_a_number_when_it_is_corrected(exchange):
    me = exchange.platform.people["people"][0]
    own = {"kind": me["kind"], "number": me["number"]}
    (row,) = exchange.rows(
        record_subjects,
        record_subjects.c.holder_number == me["number"],
        record_subjects.c.resource == "social-insurance",
    )
    with citizen(exchange.platform, me, database=exchange.db) as person:
        said = {"resource": "social-insurance", "record": row.record, "field": "months_paid"}
        one = report(exchange, person, own, county="990302", **{**said, "should_be": "170"}).json()
    path, system = f"/corrections/{one['correction']}", exchange.staff["system"]
    passed = exchange.act(system, path + "/passing-on", {"act": "pass-correction-on"}, one["etag"])
    settle = {
        "act": "settle-correction",
        "outcome": "corrected",
        "reason": "补记",
        "document": "雨人社〔2026〕9号",
    }
    etag = passed.json()["etag"]
    for wrong in ("一百七十", "-1", "99999999999"):
        refused = exchange.act(system, path + "/settlement", {**settle, "value": wrong}, etag)
        assert code_of(refused) == "value-unfit"
    done = exchange.act(system, path + "/settlement", {**settle, "value": "170"}, etag)
    assert done.json()["state"] == "corrected", done.text
    (now,) = exchange.rows(library_records, library_records.c.id == row.record)
    assert json.loads(now.body)["months_paid"] == 170


def test_a_late_correction_is_told_once(exchange):
    holder = holder_with(exchange, ESTATE, 2)
    record = exchange.ask(holder=holder).json()["records"][0]["record"]
    one = report(exchange, exchange.clerk, holder, record=record).json()
    with exchange.engine.begin() as connection:
        connection.execute(
            update(corrections)
            .where(corrections.c.id == one["correction"])
            .values(due_on="2026-11-20")
        )
    exchange.platform = restarted(exchange)
    path = f"/v1/exchange/corrections/{one['correction']}"
    until(lambda: exchange.clerk.get(path).json()["overdue"], "the reminder")


def restarted(exchange):
    """The same platform in a new process: its chores are done at once."""
    exchange.platform.stop()
    port = int(exchange.platform.url.rsplit(":", 1)[1])
    platform = PlatformProcess.start(
        exchange.platform.data_dir, seed=False, db=exchange.db, clock=CLOCK, port=port
    )
    exchange.stack.callback(platform.stop)
    return platform


# directory, emergency stop ----------------------------------------------------------------------


def test_the_security_administrator_stops_a_resource_at_once(exchange):
    security, path = exchange.staff["security"], "/resources/marriage-registration"
    rent = exchange.clerk.item("zfgjjtqzf")["code"]
    asked = {"resource": "marriage-registration", "item": rent}
    assert exchange.ask(**asked).status_code == 200
    body = {"act": "stop-resource", "reason": "返回他人数据"}
    assert code_of(exchange.act(exchange.staff["system"], path + "/stop", body)) == "not-allowed"
    with Stream(exchange.clerk, "?kinds=resource-stopped,resource-reopened") as heard:
        stopped = exchange.act(security, path + "/stop", body).json()
        assert (stopped["standing"], stopped["stop_reason"]) == ("stopped", "返回他人数据")
        assert code_of(exchange.ask(**asked)) == "resource-stopped"
        assert code_of(exchange.act(security, path + "/stop", body)) == "resource-stopped"
        again = {"act": "reopen-resource", "reason": "已修复"}
        assert exchange.act(security, path + "/reopening", again).json()["standing"] == "open"
        assert code_of(exchange.act(security, path + "/reopening", again)) == "resource-open"
        assert [heard.next()["kind"] for _ in range(2)] == [
            "resource-stopped",
            "resource-reopened",
        ]
    assert exchange.ask(**asked).status_code == 200


def test_the_directory_says_what_is_shared_and_by_whom(exchange):
    page = exchange.clerk.get("/v1/exchange/resources?library=geography").json()["resources"]
    estate = next(one for one in page if one["code"] == ESTATE)
    assert estate["body"]["name"] == "雨山区自然资源局"
    assert (estate["sharing"], estate["update_cycle"]) == ("conditional", "realtime")
    assert {one["sensitivity"] for one in estate["fields"]} == {"general", "personal"}
    walked, cursor = [], ""
    while cursor is not None:
        one = exchange.clerk.get(f"/v1/exchange/resources?limit=4&cursor={cursor}").json()
        walked += [found["code"] for found in one["resources"]]
        cursor = one["next"]
    assert walked == sorted(walked)
    assert len(walked) >= 13
    answer = exchange.clerk.get(f"/v1/exchange/resources/{ESTATE}")
    assert answer.headers["etag"] == answer.json()["etag"]
    assert code_of(exchange.clerk.get("/v1/exchange/resources/nothing")) == "not-found"


def test_a_resource_is_described_by_the_administrator(exchange):
    system, path = exchange.staff["system"], "/resources/elder-care/description"
    body = {
        "act": "describe-resource",
        "library": "population",
        "title": "养老服务补贴信息",
        "body": {"name": "雨山区民政局", "code": "11990302MB0A00050E"},
        "fields": [
            {"code": "grade", "title": "等级", "meaning": "补贴等级", "sensitivity": "personal"}
        ],
        "update_cycle": "monthly",
        "sharing": "conditional",
        "sharing_condition": "",
        "connector": "records",
        "correction_days": 10,
    }
    assert code_of(exchange.act(system, path, body, '"other"')) == "changed-meanwhile"
    made = exchange.act(system, path, body, '"new"').json()
    assert (made["title"], made["standing"]) == ("养老服务补贴信息", "open")
    twice = {**body, "fields": body["fields"] * 2}
    assert code_of(exchange.act(system, path, twice, made["etag"])) == "invalid-request"
    changed = exchange.act(system, path, {**body, "correction_days": 5}, made["etag"]).json()
    assert changed["correction_days"] == 5
    assert code_of(exchange.act(system, path, body, made["etag"])) == "changed-meanwhile"
    assert code_of(exchange.ask(resource="elder-care")) == "resource-not-needed"


# unusual looks ----------------------------------------------------------------------------------


def test_many_looks_without_a_case_are_told_once_and_looks_for_a_case_never(exchange):
    security = exchange.staff["security"]
    rule = {"act": "set-use-rule", "most": 4, "minutes": 60, "active": True}
    path = "/use-rules/many-without-case"
    assert exchange.act(security, path, rule).json()["most"] == 4
    assert code_of(exchange.act(security, "/use-rules/nothing", rule)) == "rule-unknown"
    colleague = exchange.colleague
    case = accepted(colleague)
    asked = {"resource": "company-registration", "item": exchange.clerk.item(FOOD)["code"]}
    try:
        for _ in range(6):
            assert exchange.ask(colleague, **asked, case=case.id).status_code == 200
        mine = colleague.session["operator"]["id"]
        assert not exchange.rows(unusual_uses, unusual_uses.c.operator == mine)
        with Stream(security, "?kinds=data-use-unusual") as heard:
            for _ in range(7):
                assert exchange.ask(colleague).status_code == 200
            told = heard.next()
        assert told["body"] == {"rule": "many-without-case", "operator": mine, "counted": 5}
        assert len(exchange.rows(unusual_uses, unusual_uses.c.operator == mine)) == 1
        for by in (security, exchange.staff["audit"], exchange.staff["head"]):
            found = by.get("/v1/exchange/unusual-uses").json()["unusual"]
            assert mine in [one["operator"] for one in found]
            assert DEMONSTRATION["number"] not in json.dumps(found)
    finally:
        exchange.act(security, path, {**rule, "most": 1000})
    rules = security.get("/v1/exchange/use-rules").json()["rules"]
    assert {one["code"]: one["most"] for one in rules}["many-without-case"] == 1000
