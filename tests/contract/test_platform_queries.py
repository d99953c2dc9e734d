"""Items, licences, pre-applications, calendar: what comes back, what does not, and the record."""

import json

import pytest
from platform_client import DEMONSTRATION, PURPOSE, Client, code_of, sign_in
from platform_process import PlatformProcess
from store_under_test import opened

DIRECTORY = "窗口查询持证情况"


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    process = PlatformProcess.start(tmp_path_factory.mktemp("queries") / "platform")
    yield process
    process.stop()


@pytest.fixture
def clerk(platform):
    with sign_in(platform) as signed_in:
        yield signed_in


def rows(platform, statement, *values):
    with opened(platform.data_dir) as store:
        return store.execute(statement, values).mappings().all()


@pytest.mark.parametrize(
    "query", ["gtgshsldj", "GTGSH", "个体工商户设立", "11990302MB0A00018J4990100000100"]
)
def test_an_item_is_found_by_initials_name_and_code(clerk, query):
    found = clerk.get(f"/v1/items?q={query}").json()["items"]
    assert [item["name"] for item in found] == ["个体工商户设立登记"]
    assert set(found[0]) == {"code", "name", "version", "body", "regime", "pinyin"}


@pytest.mark.parametrize("query", ["%", "_", "没有这样的事项", "'; DROP TABLE items; --"])
def test_wildcards_and_quotes_find_nothing(clerk, query):
    answer = clerk.http.get(
        clerk.url + "/v1/items", params={"q": query}, headers=clerk.headers, timeout=10
    )
    assert answer.json()["items"] == []


def test_pages_join_without_gap_or_double(clerk):
    everything = [item["code"] for item in clerk.get("/v1/items?limit=200").json()["items"]]
    walked, cursor = [], ""
    while cursor is not None:
        page = clerk.get(f"/v1/items?limit=5&cursor={cursor}").json()
        assert len(page["items"]) <= 5
        walked += [item["code"] for item in page["items"]]
        cursor = page["next"]
    assert walked == everything
    assert len(everything) >= 12


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=%21%21", "cursor=_w"])
def test_bad_paging_is_refused(clerk, query):
    assert code_of(clerk.get(f"/v1/items?{query}")) == "invalid-request"


def test_an_item_has_its_versions_and_an_etag(clerk):
    item = clerk.item("spjyxkxb")
    assert (item["version"], item["promised_days"]) == (2, 5)
    older = clerk.get(f"/v1/items/{item['code']}?version=1").json()
    assert (older["version"], older["promised_days"]) == (1, 8)
    assert code_of(clerk.get(f"/v1/items/{item['code']}?version=3")) == "not-found"
    assert code_of(clerk.get("/v1/items/unknown")) == "not-found"
    etag = clerk.get(f"/v1/items/{item['code']}").headers["etag"]
    assert clerk.get(f"/v1/items/{item['code']}", If_None_Match=etag).status_code == 304
    assert clerk.get(f"/v1/items/{item['code']}", If_None_Match='"other"').status_code == 200


def test_the_demonstrations_item_asks_what_the_law_asks(clerk):
    item = clerk.item()
    assert item["regime"] == "market_registration"
    assert len(item["code"]) == 31
    names = [material["name"] for material in item["materials"]]
    assert names == ["经营者身份证明", "经营场所使用证明", "个体工商户设立登记申请书", "租赁合同"]
    identity, premises, form, lease = item["materials"]
    assert identity["met_by"]["identity_card"]
    assert [kind["name"] for kind in premises["met_by"]["licence_types"]] == ["不动产权证书"]
    assert form["met_by"]["upload"]
    assert not form["needs_original"]
    assert lease["needs_original"]


def test_only_licence_types_the_item_needs_come_back(clerk):
    item = clerk.item()
    found = clerk.licences(item["code"])
    assert [licence["type_name"] for licence in found] == ["不动产权证书"]
    assert found[0]["status"] == "valid"
    assert found[0]["trust_grade"] == "A"
    assert "测试路1号" in found[0]["summary"]
    assert found[0]["holder"] == {**DEMONSTRATION, "name": "测试甲"}
    marriage = clerk.item("sydj")
    assert {licence["type_name"] for licence in clerk.licences(marriage["code"])} == {"居民户口簿"}


def test_without_an_item_only_the_directory_comes_back(clerk):
    found = clerk.licences(None)
    assert len(found) == 5
    assert {licence["number"] for licence in found} == {""}
    assert {licence["summary"] for licence in found} == {""}
    states = {licence["type_name"]: licence["status"] for licence in found}
    assert states["食品经营许可证"] == "expired"
    assert states["不动产权证书"] == "valid"


def test_revoked_and_suspended_are_told(platform, clerk):
    for standing in ("revoked", "suspended"):
        row = rows(platform, "SELECT * FROM licences WHERE standing = ?", standing)[0]
        holder = {"kind": row["holder_kind"], "number": row["holder_number"]}
        told = {one["identifier"]: one["status"] for one in clerk.licences(None, holder)}
        assert told[row["identifier"]] == standing


def test_every_look_is_on_record_with_its_purpose(platform, clerk):
    item = clerk.item()
    body = {
        "holder": DEMONSTRATION,
        "item": item["code"],
        "purpose": " 核验经营场所 ",
        "case": None,
    }
    answer = clerk.post("/v1/licence-queries", body).json()
    row = rows(platform, "SELECT * FROM data_uses WHERE id = ?", answer["query"])[0]
    assert row["resource"] == "licences"
    assert row["operator"] == clerk.session["operator"]["id"]
    assert row["session"] == clerk.session["session"]
    assert row["window"] == "03"
    assert row["purpose"] == "核验经营场所"
    assert row["item"] == item["code"]
    assert row["holder_number"] == DEMONSTRATION["number"]
    assert json.loads(row["answered"]) == [one["identifier"] for one in answer["licences"]]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/licence-queries", {"item": None}),
        ("/v1/preapplication-queries", {}),
        ("/v1/case-queries", {}),
        ("/v1/reception-queries", {}),
    ],
)
@pytest.mark.parametrize("purpose", [{}, {"purpose": ""}, {"purpose": "  "}, {"purpose": None}])
def test_no_data_without_a_purpose(platform, clerk, path, body, purpose):
    before = rows(platform, "SELECT count(*) AS n FROM data_uses")[0]["n"]
    answer = clerk.post(path, {"holder": DEMONSTRATION, **body, **purpose})
    assert code_of(answer) == "invalid-request"
    assert "body.purpose" in [error["where"] for error in answer.json()["errors"]]
    assert rows(platform, "SELECT count(*) AS n FROM data_uses")[0]["n"] == before


def test_one_question_gives_what_three_would_and_each_look_is_on_record(platform, clerk):
    before = len(rows(platform, "SELECT id FROM data_uses"))
    body = {"holder": DEMONSTRATION, "purpose": PURPOSE}
    answer = clerk.post("/v1/reception-queries", body).json()
    looks = rows(platform, "SELECT * FROM data_uses ORDER BY at")[before:]
    assert {one["resource"] for one in looks} == {"preapplications", "licence-directory", "cases"}
    for look in looks:
        assert (look["purpose"], look["holder_number"]) == (PURPOSE, DEMONSTRATION["number"])
    assert answer["preapplications"] == clerk.preapplications()
    assert answer["licences"] == clerk.licences(None)
    assert all(not one["number"] and not one["summary"] for one in answer["licences"])
    assert answer["cases"] == clerk.post("/v1/case-queries", body).json()["cases"]


def test_an_unknown_item_gives_no_licences(clerk):
    body = {"holder": DEMONSTRATION, "item": "no-such-item", "purpose": PURPOSE}
    assert code_of(clerk.post("/v1/licence-queries", body)) == "item-unknown"


def test_a_stranger_has_nothing_and_is_no_error(clerk):
    stranger = {"kind": "resident", "number": "990302195001010030"}
    assert clerk.licences(None, stranger) == []
    assert clerk.preapplications(stranger) == []


def test_preapplications_of_the_demonstrations_person(clerk):
    found = {one["item_name"]: one for one in clerk.preapplications()}
    trader = found["个体工商户设立登记"]
    assert trader["state"] == "checked"
    assert {up["material"]: up["trust_grade"] for up in trader["uploads"]} == {
        "M03": "D",
        "M04": "C",
    }
    assert found["食品经营许可（新办）"]["state"] == "to_correct"
    assert found["食品经营许可（新办）"]["note"]


def test_a_preapplication_by_its_code(platform, clerk):
    for known in platform.people["preapplication_codes"][:5]:
        body = {"code": known["code"], "purpose": PURPOSE}
        found = clerk.post("/v1/preapplication-queries", body).json()["preapplications"]
        assert [one["code"] for one in found] == [known["code"]]
        assert found[0]["applicant"]["number"] == known["number"]
    body = {"code": "YS20261124NOBODY", "purpose": PURPOSE}
    assert clerk.post("/v1/preapplication-queries", body).json() == {"preapplications": []}


@pytest.mark.parametrize(
    "body", [{}, {"holder": DEMONSTRATION, "code": "YS1"}, {"code": "HCPRE:YS1"}]
)
def test_either_holder_or_code(clerk, body):
    answer = clerk.post("/v1/preapplication-queries", {**body, "purpose": PURPOSE})
    assert code_of(answer) == "invalid-request"


def test_rare_characters_come_through_whole(platform, clerk):
    for person in platform.people["people"][:20]:
        holder = {"kind": person["kind"], "number": person["number"]}
        for licence in clerk.licences(None, holder):
            assert licence["holder"]["name"] == person["name"]


def test_the_calendar_is_the_shipped_one(clerk):
    answer = clerk.get("/v1/calendar")
    calendar = answer.json()
    assert "2026-10-10" in calendar["years"]["2026"]["work"]
    assert "2026-10-01" in calendar["years"]["2026"]["off"]
    assert "2027" not in calendar["years"]
    assert clerk.get("/v1/calendar", If_None_Match=answer.headers["etag"]).status_code == 304


def test_the_log_names_no_person_and_no_query(platform, clerk):
    clerk.get("/v1/items?q=measure-of-privacy")
    clerk.licences(None)
    clerk.get("/v1/cases/00000000-0000-7000-8000-000000000001")
    with Client(platform.url) as stranger:
        stranger.get("/v1/people/990302199001010016")
    log = platform.log_path.read_text("utf-8")
    assert "POST /v1/licence-queries 200" in log
    assert "GET /v1/cases/{case_id} 404" in log
    for secret in ("990302199001010016", "measure-of-privacy", "测试甲", "00000000-0000-7000"):
        assert secret not in log
