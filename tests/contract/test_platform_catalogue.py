"""The catalogue over sockets on both stores: found, published, withdrawn, joined, checked."""

import hashlib
import json
from datetime import date
from types import SimpleNamespace

import pytest
from identity_platform import STORES, act, identity_platform
from platform_client import Stream, accept_act, code_of, met, side_by_side

from hall_platform.catalogue.chores import put_in_force
from hall_platform.catalogue.shapes import ItemContent
from hall_platform.seed_data.items import FOOD, ITEMS, SOLE_TRADER
from hall_platform.seed_data.one_things import RESTAURANT
from hall_platform.seed_data.places import BODIES

TRADER = ITEMS[SOLE_TRADER]


@pytest.fixture(scope="module", params=STORES)
def platform(request, tmp_path_factory):
    with identity_platform(tmp_path_factory.mktemp("catalogue") / "p", request.param) as running:
        yield running


@pytest.fixture
def clerk(platform):
    with platform.signed_in("clerk03") as signed_in:
        yield signed_in


@pytest.fixture
def admin(platform):
    with platform.signed_in("system") as signed_in:
        yield signed_in


def found(client, **asked):
    answer = client.http.get(
        client.url + "/v1/items", params=asked, headers=client.headers, timeout=10
    )
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


def content(code, **changes):
    """An item nobody has published yet, and which no other test's search finds."""
    whole = {name: TRADER[name] for name in ItemContent.model_fields}
    own = {"code": code, "base_code": code[19:29], "keywords": [], "pinyin": "syyy"}
    return {**whole, **own, **changes}


def code_for(serial):
    return f"{BODIES['market'].code}49901{serial:06d}00"


def publish(admin, body, valid_from="2026-01-01", **more):
    path = f"/v1/items/{body['code']}/versions"
    return act(admin, path, "publish-item", item=body, valid_from=valid_from, **more)


# searching --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("食品经营", ["食品经营许可（新办）"]),
        ("食品 新办", ["食品经营许可（新办）"]),
        ("新办,食品", ["食品经营许可（新办）"]),
        ("许可(新办)", ["食品经营许可（新办）"]),  # half-width for full-width
        ("ＳＰＪＹ", ["食品经营许可（新办）"]),  # full-width initials
        ("spjyxkxb", ["食品经营许可（新办）"]),
        ("开餐馆", ["食品经营许可（新办）"]),  # another word for it
        ("过户", ["国有建设用地使用权及房屋所有权转移登记"]),
        ("食品 没有", []),
        ("店", ["个体工商户设立登记"]),  # a single character
        ("市场监督 餐", ["食品经营许可（新办）"]),  # a body and a word
        (TRADER["code"].lower(), ["个体工商户设立登记"]),
        (TRADER["base_code"], ["个体工商户设立登记"]),
        (TRADER["code"][5:20], []),  # the middle of a code is no beginning
        ("\u202e", []),
        ("、，。", []),
    ],
)
def test_what_is_looked_for_is_found(clerk, asked, names):
    assert found(clerk, q=asked) == names


def test_what_is_meant_exactly_comes_first(clerk, platform, admin):
    """ "登记" is inside many names; whose name begins with what was asked comes before those."""
    exact = content(code_for(700), name="登记", pinyin="dj")
    begins = content(code_for(701), name="登记信息查询", pinyin="djxxcx")
    for body in (exact, begins):
        assert publish(admin, body).status_code == 201
    names = found(clerk, q="登记")
    assert names[:2] == ["登记", "登记信息查询"]
    assert len(names) > 5
    paged, cursor = [], ""
    while cursor is not None:
        page = clerk.get(f"/v1/items?q=登记&limit=3&cursor={cursor}").json()
        paged += [one["name"] for one in page["items"]]
        cursor = page["next"]
    assert paged == names


def test_items_are_narrowed_by_place_person_law_and_body(clerk):
    everything = set(found(clerk, limit=200))
    assert set(found(clerk, region="990300000000", limit=200)) == everything
    assert set(found(clerk, region="990302000000", limit=200)) == everything
    assert found(clerk, region="990304000000") == []
    assert found(clerk, region="990302101000") == []
    firms = set(found(clerk, audience="enterprise", limit=200))
    assert "有限责任公司设立登记" in firms
    assert "生育登记" not in firms
    assert "护士执业注册" in found(clerk, regime="licensing", q="护士")
    assert found(clerk, regime="payment", q="护士") == []
    assert set(found(clerk, body=BODIES["health"].code, q="许可")) == {"公共场所卫生许可"}


@pytest.mark.parametrize(
    "query", ["region=99", "region=99030200000X", "audience=nobody", "regime=none", "body=1"]
)
def test_what_cannot_be_narrowed_to_is_refused(clerk, query):
    assert code_of(clerk.get(f"/v1/items?{query}")) == "invalid-request"


@pytest.mark.parametrize("cursor", ["OSBY", "WFhY", "MSBhIGI"])
def test_a_cursor_of_another_list_is_refused(clerk, cursor):
    assert code_of(clerk.get(f"/v1/items?cursor={cursor}")) == "invalid-request"


# versions ---------------------------------------------------------------------------------------


def settle(platform):
    put_in_force(SimpleNamespace(store=platform.store, clock=platform.clock))


def test_a_version_comes_into_force_on_its_day_and_cases_keep_the_one_they_have(
    platform, clerk, admin
):
    body = content(code_for(800), name="版本试验登记", pinyin="bbsydj")
    assert publish(admin, body).json()["version"] == 1
    later = publish(
        admin, {**body, "name": "版本试验变更登记", "promised_days": 2}, valid_from="2026-11-25"
    ).json()
    assert (later["version"], later["promised_days"]) == (2, 2)
    path = f"/v1/items/{body['code']}"
    assert clerk.get(path).json()["version"] == 1
    assert found(clerk, q="版本试验变更") == []
    act_body = accept_act(clerk, clerk.lease(1)[0])
    act_body |= {"item": body["code"], "item_version": 1}
    act_body["accepted_at"] = "2026-11-24T09:00:00+08:00"
    assert clerk.accept(act_body).status_code == 201
    try:
        platform.pass_time(days=1)
        settle(platform)
        settle(platform)  # done again it changes nothing
        with platform.signed_in("clerk03") as morning:
            assert morning.get(path).json()["version"] == 2
            assert found(morning, q="版本试验变更") == ["版本试验变更登记"]
            assert morning.get(f"/v1/cases/{act_body['case']}").json()["item_version"] == 1
            assert morning.get(path + "?version=1").json()["promised_days"] == 1
    finally:
        platform.pass_time(days=-1)


def test_a_withdrawn_version_is_found_no_more_and_stays_readable(clerk, admin):
    body = content(code_for(810), name="下线试验登记", pinyin="xxsydj")
    publish(admin, body)
    publish(admin, {**body, "promised_days": 2})
    path = f"/v1/items/{body['code']}"
    etag = clerk.get(path + "?version=2").headers["etag"]
    gone = act(admin, path + "/withdrawal", "withdraw-item", version=2, reason="依据废止")
    assert gone.json()["state"] == "withdrawn"
    assert clerk.get(path).json()["version"] == 1  # the one before it is back
    assert clerk.get(path + "?version=2", If_None_Match=etag).status_code == 200
    act(admin, path + "/withdrawal", "withdraw-item", version=1, reason="依据废止")
    assert code_of(clerk.get(path)) == "not-found"
    assert found(clerk, q="下线试验") == []
    assert clerk.get(path + "?version=1").json()["state"] == "withdrawn"
    again = act(admin, path + "/withdrawal", "withdraw-item", version=1, reason="x")
    assert code_of(again) == "item-withdrawn"
    unknown = act(admin, path + "/withdrawal", "withdraw-item", version=9, reason="x")
    assert code_of(unknown) == "not-found"


def test_only_a_system_administrator_publishes(clerk, platform):
    body = content(code_for(820), name="无权试验")
    assert code_of(publish(clerk, body)) == "not-allowed"
    for username in ("head", "market", "security", "audit"):
        with platform.signed_in(username) as other:
            assert code_of(publish(other, body)) == "not-allowed"


def test_what_is_not_of_one_piece_is_not_published(admin):
    body = content(code_for(830), name="不整试验")
    other = act(
        admin,
        f"/v1/items/{code_for(831)}/versions",
        "publish-item",
        item=body,
        valid_from="2026-01-01",
    )
    assert code_of(other) == "item-code-differs"
    assert code_of(publish(admin, body, valid_to="2025-01-01")) == "item-validity-wrong"
    assert code_of(publish(admin, body, valid_from="2026-02-30")) == "invalid-request"
    for wrong in (
        {"charged": True},
        {"materials": [body["materials"][0]] * 2},
        {"forms": [{**body["forms"][0], "material": "M99"}]},
        {"case_type": "promised", "promised_days": 9, "legal_days": 3},
        {"level": "9"},
        {"papers": ["love-letter"]},
        {"unknown": 1},
    ):
        assert code_of(publish(admin, {**body, **wrong})) == "invalid-request", wrong
    schema = {"type": "object", "properties": {"a": {"$ref": "https://example.org/x"}}}
    bad = {**body, "forms": [{**body["forms"][0], "json_schema": schema}]}
    refused = publish(admin, bad)
    assert code_of(refused) == "item-forms-wrong"
    assert refused.json()["errors"][0]["where"] == "/properties/a"


def test_versions_published_at_once_have_numbers_of_their_own(admin, clerk):
    body = content(code_for(840), name="并发试验登记", pinyin="bfsydj")
    answers = side_by_side([lambda: publish(admin, body) for _ in range(6)])
    assert sorted(one.json()["version"] for one in answers) == [1, 2, 3, 4, 5, 6]
    assert clerk.get(f"/v1/items/{body['code']}").json()["version"] == 6


def test_changes_since_are_in_order_without_gap_and_every_county_is_told(platform, clerk, admin):
    start = clerk.get("/v1/item-changes").json()
    assert (start["changes"], start["more"]) == ([], False)
    body = content(code_for(850), name="变化试验登记", pinyin="bhsydj")
    with platform.signed_in("east01") as neighbour, Stream(neighbour, "?kinds=item-changed") as one:
        publish(admin, body)
        publish(admin, {**body, "promised_days": 2}, valid_from="2027-01-01")
        path = f"/v1/items/{body['code']}/withdrawal"
        act(admin, path, "withdraw-item", version=1, reason="x")
        heard = [one.next()["body"] for _ in range(5)]
    expected = [
        (1, "published"),
        (1, "in_force"),
        (2, "published"),
        (1, "withdrawn"),
        (1, "ended"),
    ]
    assert [(one["version"], one["change"]) for one in heard] == expected
    walked, cursor, more = [], start["next"], True
    while more:
        page = clerk.get(f"/v1/item-changes?since={cursor}&limit=2").json()
        walked += page["changes"]
        cursor, more = page["next"], page["more"]
    assert [(one["version"], one["change"]) for one in walked] == expected
    assert {one["code"] for one in walked} == {body["code"]}
    assert code_of(clerk.get("/v1/item-changes?since=eHl6")) == "invalid-request"


# forms ------------------------------------------------------------------------------------------

FILLED = {
    "name": "雨山区测小兰早餐店",
    "address": "测试路1号",
    "scope": "餐饮服务",
    "kind": "个人经营",
    "mobile": "12000000000",
}


def check(client, data, form="F01", version=1):
    body = {"version": version, "form": form, "data": data}
    return client.post(f"/v1/items/{TRADER['code']}/form-checks", body)


def test_what_was_filled_in_is_held_to_the_form_and_not_repeated(clerk):
    assert check(clerk, FILLED).json() == {"fits": True, "errors": []}
    secret = "990302199001010016"
    wrong = check(clerk, {**FILLED, "mobile": secret, "kind": secret, "extra": secret, "name": ""})
    told = wrong.json()
    assert told["fits"] is False
    assert secret not in wrong.text
    assert {one["where"] for one in told["errors"]} == {"", "/mobile", "/kind", "/name"}
    assert any("联系电话：格式不对" in one["what"] for one in told["errors"])
    bare = check(clerk, {}).json()["errors"]
    assert "名称、住所（经营场所）、经营范围" in bare[0]["what"]
    assert code_of(check(clerk, FILLED, form="F99")) == "form-unknown"
    assert code_of(check(clerk, FILLED, version=9)) == "item-unknown"
    assert code_of(check(clerk, [])) == "invalid-request"


def test_what_depends_on_another_answer_is_asked_then(clerk):
    item = clerk.item("spjyxkxb")
    path = f"/v1/items/{item['code']}/form-checks"
    data = {
        **{name: FILLED[name] for name in ("name", "address", "mobile")},
        "business_kind": "餐饮服务经营者",
        "projects": ["热食类制售"],
        "online": True,
    }
    asked = {"version": item["version"], "form": "F01", "data": data}
    (error,) = clerk.post(path, asked).json()["errors"]
    assert error["what"] == "还须填写网址"
    asked["data"] = {**data, "website": "example.org"}
    assert clerk.post(path, asked).json()["fits"]


# one thing --------------------------------------------------------------------------------------


def test_one_thing_has_one_form_and_asks_each_material_once(clerk):
    thing = clerk.get(f"/v1/one-things/{RESTAURANT}").json()
    assert [one["name"] for one in thing["members"]] == [TRADER["name"], ITEMS[FOOD]["name"]]
    names = [one["name"] for one in thing["materials"]]
    assert names.count("经营者身份证明") == 1
    assert "申请人身份证明" not in names  # the same, by its standard code
    assert [one["code"] for one in thing["materials"]] == [
        f"M{place:02d}" for place in range(1, len(names) + 1)
    ]
    served = [(one["item"], one["material"]) for m in thing["materials"] for one in m["serves"]]
    every = [(item["code"], m["code"]) for item in (TRADER, ITEMS[FOOD]) for m in item["materials"]]
    assert sorted(served) == sorted(every)
    licence = next(one for one in thing["materials"] if one["name"] == "营业执照")
    assert (licence["produced_by"], licence["required"]) == (TRADER["code"], False)
    properties = thing["form"]["json_schema"]["properties"]
    assert list(properties).count("name") == 1
    assert len(thing["form"]["members"]["name"]) == 2
    assert len(thing["form"]["members"]["scope"]) == 1


def test_what_was_filled_in_once_becomes_the_forms_of_the_cases(clerk):
    data = {**FILLED, "business_kind": "餐饮服务经营者", "projects": ["热食类制售"]}
    path = f"/v1/one-things/{RESTAURANT}/splits"
    told = clerk.post(path, {"data": data}).json()
    assert told["fits"], told
    for part in told["forms"]:
        body = {"version": part["version"], "form": part["form"], "data": part["data"]}
        fits = clerk.post(f"/v1/items/{part['item']}/form-checks", body).json()
        assert fits["fits"], fits
    short = clerk.post(path, {"data": FILLED}).json()
    assert (short["fits"], short["forms"]) == (False, [])
    both = clerk.post(path, {"data": {**data, "online": True}}).json()
    assert both["errors"][-1]["what"].endswith("还须填写网址")
    assert code_of(clerk.get("/v1/one-things/NOTHING")) == "not-found"
    listed = clerk.get("/v1/one-things").json()["things"]
    assert RESTAURANT in [one["code"] for one in listed]


# seals and days ---------------------------------------------------------------------------------


def test_a_hall_prints_the_seals_of_its_county_and_the_city_and_no_others(platform, clerk):
    seals = clerk.get("/v1/seals").json()["seals"]
    regions = {one["region"] for one in seals}
    assert regions == {"990302000000", "990300000000"}
    market = clerk.get(f"/v1/seals?body={BODIES['market'].code}").json()["seals"]
    assert [one["body"]["name"] for one in market] == [BODIES["market"].name]
    picture = clerk.get(f"/v1/seals/{market[0]['code']}/picture")
    assert picture.headers["content-type"] == "image/png"
    assert hashlib.sha256(picture.content).hexdigest() == market[0]["sha256"]
    etag = picture.headers["etag"]
    again = clerk.get(f"/v1/seals/{market[0]['code']}/picture", If_None_Match=etag)
    assert (again.status_code, again.content) == (304, b"")
    with platform.signed_in("east01") as neighbour:
        assert {one["region"] for one in neighbour.get("/v1/seals").json()["seals"]} == {
            "990300000000"
        }
        answer = neighbour.get(f"/v1/seals/{market[0]['code']}/picture")
        assert code_of(answer) == "not-found"
    with platform.signed_in("audit") as auditor:
        assert code_of(auditor.get("/v1/seals")) == "not-allowed"


def test_the_demonstrations_item_says_all_the_standard_asks(clerk):
    item = clerk.item()
    assert (item["state"], item["valid_to"], item["region"]) == (
        "published",
        None,
        "990302000000",
    )
    assert item["valid_from"] <= date(2026, 1, 1).isoformat()
    assert item["result"]["licence_type"]["name"] == "营业执照"
    assert item["forms"][0]["material"] == "M03"
    estate = clerk.item("bdczydj")
    assert [(one["amount_fen"], one["unit"]) for one in estate["fees"]] == [
        (8000, "件"),
        (55000, "件"),
    ]
    assert json.dumps(item, ensure_ascii=False).count("acceptance_notice") == 1
    assert met("M01", "identity_card", "", "A")["material"] in {
        one["code"] for one in item["materials"]
    }
