"""`hall-platform import`: whole or not at all, the same twice changes nothing, on both stores."""

import json
import shutil
import stat
from pathlib import Path

import pytest
from identity_platform import STORES, act, identity_platform
from platform_client import Client, code_of
from platform_process import ROOT, PlatformProcess, run_platform, seeded_copy
from sqlalchemy import func, select
from store_under_test import opened

from hall_platform.catalogue.tables import items, one_things, seals, working_days
from hall_platform.identity.tables import approvals, devices, halls, operators, windows
from hall_platform.importing.kinds import KINDS
from hall_platform.importing.reading import Wrong
from hall_platform.importing.taking import take
from hall_platform.licences.tables import licence_types

EXAMPLES = ROOT / "docs/import"
ORDER = (
    ("halls", "halls.csv", 1),
    ("windows", "windows.csv", 3),
    ("devices", "devices.csv", 4),
    ("people", "people.csv", 4),
    ("licence-types", "licence-types.csv", 6),
    ("items", "items.csv", 2),
    ("items", "items.json", 2),
    ("one-things", "one-things.json", 1),
    ("seals", "seals.csv", 1),
    ("calendar", "calendar.csv", 1),
)
COUNTED = (
    halls,
    windows,
    devices,
    operators,
    approvals,
    licence_types,
    items,
    one_things,
    seals,
    working_days,
)


@pytest.fixture(scope="module", params=STORES)
def platform(request, tmp_path_factory):
    with identity_platform(tmp_path_factory.mktemp("import") / "p", request.param) as running:
        yield running


def taken(platform, kind, path, *, dry_run=False, username="system"):
    """What became of a file, and the secrets that were told."""
    told = []
    outcome = take(
        platform.store,
        KINDS[kind],
        Path(path),
        username=username,
        at=platform.clock.now(),
        dry_run=dry_run,
        keep=told.extend,
    )
    return {what: count for what, count in outcome.became.items() if count}, told


def counts(platform):
    with platform.store.read() as connection:
        return [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in COUNTED
        ]


def wrong(platform, kind, tmp_path, text, name="file.csv"):
    """All that is said to be wrong with a file; nothing of it is left."""
    path = tmp_path / name
    path.write_text(text, "utf-8")
    before = counts(platform)
    with pytest.raises(Wrong) as refused:
        taken(platform, kind, path)
    assert counts(platform) == before
    return [str(finding) for finding in refused.value.findings]


@pytest.fixture(scope="module")
def imported(platform):
    """All examples, in the order the manual gives; the secrets that were told."""
    told = {}
    for kind, name, count in ORDER:
        path = EXAMPLES / name
        before = counts(platform)
        tried, nothing = taken(platform, kind, path, dry_run=True)
        assert counts(platform) == before
        assert nothing == []
        became, secrets = taken(platform, kind, path)
        assert became == tried
        assert sum(became.values()) == count
        told[name] = secrets
        after = counts(platform)
        assert taken(platform, kind, path) == ({"unchanged": count}, [])
        assert counts(platform) == after != before
    return told


def test_every_example_is_imported_and_a_second_time_changes_nothing(platform, imported):
    assert [len(imported[name]) for _, name, _ in ORDER] == [0, 0, 4, 4, 0, 0, 0, 0, 0, 0]
    with platform.signed_in("clerk03") as clerk:
        found = clerk.get("/v1/items?q=换地址").json()["items"]
        assert [one["name"] for one in found] == ["个体工商户变更登记"]
        calendar = clerk.get("/v1/calendar").json()
        assert (calendar["version"], "2027" in calendar["years"]) == ("2027", True)
        assert "2026-10-10" in calendar["years"]["2026"]["work"]


def test_an_imported_item_has_its_materials_form_and_day(platform, imported):
    with platform.signed_in("clerk03") as clerk:
        found = clerk.get("/v1/items?q=临时救助").json()["items"]
        assert found == []  # in force only from 2027 on
        with platform.store.read() as connection:
            row = connection.execute(select(items).where(items.c.name == "临时救助申请")).one()
        item = clerk.get(f"/v1/items/{row.code}?version=1").json()
    assert (item["regime"], item["valid_from"], item["case_type"]) == (
        "payment",
        "2027-01-01",
        "promised",
    )
    assert [one["name"] for one in item["materials"]] == [
        "申请人身份证明",
        "居民户口簿",
        "困难情形证明材料",
    ]
    card, household, proof = item["materials"]
    assert card["met_by"]["identity_card"]
    assert [one["name"] for one in household["met_by"]["licence_types"]] == ["居民户口簿"]
    assert (proof["required"], proof["later_allowed"], proof["needs_original"]) == (
        False,
        True,
        True,
    )
    assert item["forms"][0]["json_schema"]["title"] == "临时救助申请表"
    assert len(item["legal_basis"]) == 2


def test_a_new_clerk_has_no_role_until_another_administrator_grants_it(platform, imported):
    account = next(one for one in imported["people.csv"] if one["username"] == "zhen01")
    body = {name: account[name] for name in ("username", "password")} | {"window": "01"}
    with Client(platform.url) as newcomer:
        assert newcomer.post("/v1/sessions", body).status_code != 201
    with platform.signed_in("security") as security:
        waiting = security.get("/v1/administration/approvals").json()["approvals"]
        asked = [one for one in waiting if one["reason"] == "导入人员名单"]
        assert len(asked) == 4
        with platform.store.read() as connection:
            clerk = connection.execute(
                select(operators).where(operators.c.username == "zhen01")
            ).one()
        assert (clerk.roles, clerk.must_change) == ("[]", True)
        number = next(one["id"] for one in asked if one["operator"] == clerk.id)
        decided = act(
            security,
            f"/v1/administration/approvals/{number}/decision",
            "decide-approval",
            approved=True,
            reason="已核对",
        )
        assert decided.status_code == 200, decided.text
    with Client(platform.url) as newcomer:
        answer = newcomer.post("/v1/sessions", body)
        assert code_of(answer) == "password-change-required"
    assert taken(platform, "people", EXAMPLES / "people.csv") == ({"unchanged": 4}, [])


def test_a_new_device_signs_in_with_the_secret_that_was_told(platform, imported):
    known = next(one for one in imported["devices.csv"] if one["device"] == "zhen-counter-01")
    with Client(platform.url) as device:
        answer = device.post("/v1/device-sessions", known)
        assert answer.status_code == 201, answer.text
        assert answer.json()["device"]["window"]["code"] == "01"


def test_what_differs_is_brought_up_to_date(platform, imported, tmp_path):
    path = tmp_path / "windows.csv"
    path.write_text("大厅编号,窗口编号,窗口名称\n99030202,01,一号窗口\n", "utf-8")
    assert taken(platform, "windows", path)[0] == {"changed": 1}
    assert taken(platform, "windows", EXAMPLES / "windows.csv")[0] == {
        "changed": 1,
        "unchanged": 2,
    }
    whole = json.loads((EXAMPLES / "items.json").read_text("utf-8"))
    whole[0]["promised_days"] = 2
    changed = tmp_path / "items.json"
    changed.write_text(json.dumps(whole), "utf-8")
    assert taken(platform, "items", changed)[0] == {"changed": 1, "unchanged": 1}
    with platform.signed_in("clerk03") as clerk:
        path = f"/v1/items/{whole[0]['code']}"
        assert (clerk.get(path).json()["version"], clerk.get(path).json()["promised_days"]) == (
            2,
            2,
        )
        assert clerk.get(path + "?version=1").json()["promised_days"] == 1
    assert taken(platform, "items", EXAMPLES / "items.json")[0] == {"changed": 1, "unchanged": 1}


def test_a_seals_picture_is_replaced(platform, imported, tmp_path):
    for name in ("seals.csv", "pictures"):
        source = EXAMPLES / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name)
        else:
            shutil.copy(source, tmp_path / name)
    assert taken(platform, "seals", tmp_path / "seals.csv")[0] == {"unchanged": 1}
    picture = (tmp_path / "pictures/zhen.png").read_bytes()
    comment = b"\x00\x00\x00\x04tEXta\x00bc" + b"\x00" * 4
    (tmp_path / "pictures/zhen.png").write_bytes(picture[:-12] + comment + picture[-12:])
    assert taken(platform, "seals", tmp_path / "seals.csv")[0] == {"changed": 1}
    assert taken(platform, "seals", EXAMPLES / "seals.csv")[0] == {"changed": 1}


def test_every_error_is_said_with_row_and_column_and_nothing_is_left(platform, imported, tmp_path):
    said = wrong(
        platform,
        "people",
        tmp_path,
        "用户名,姓名,大厅编号,角色,部门统一社会信用代码\n"
        "good01,样小河,99030202,窗口人员,\n"
        "good02,,99030202,经理,\n"
        "good01,例志强,99039999,审批人员,\n"
        "system,样景行,99030202,窗口人员、系统管理员,\n"
        "clerk03,测小兰,99030202,窗口人员,\n",
    )
    assert said == [
        "第 3 行“姓名”：没有填写",
        "第 3 行“角色”：“经理”不在可填范围内，可填："
        "窗口人员、审批人员、大厅负责人、系统管理员、安全管理员、审计员",
        "第 4 行“大厅编号”：没有这个大厅，请先导入大厅",
        "第 4 行“部门统一社会信用代码”：审批人员须填所属部门，其他人员不填",
        "第 4 行“用户名”：在文件中出现了两次",
        "第 5 行“角色”：这些角色不能由同一人担任",
        "第 6 行“大厅编号”：这个用户名已用于另一个大厅的账号",
    ]


HEADINGS = {
    "halls": "大厅编号,大厅名称,行政区划,地址",
    "windows": "大厅编号,窗口编号,窗口名称",
    "devices": "设备编号,设备类型,大厅编号,窗口编号",
    "people": "用户名,姓名,大厅编号,角色",
    "seals": "印章编号,印章类型,印章名称,单位名称,统一社会信用代码,行政区划,启用日期,图片文件",
    "calendar": "版本,日期,安排,发布文件",
    "licence-types": "code,name,定义机构,定义机构代码,颁发机构代码,有效年数,编号规则,编号前缀",
}
SEAL = "YZ990302999,公章,章,局,11990302MB0A00018J,990302000000,2026-01-01,"
DEFINER = "11990000MB0B00019U"
ISSUER = "11990302MB0A00018J"
TYPE = f"{DEFINER}301,试验证,试验省数据局,{DEFINER},{ISSUER}"


@pytest.mark.parametrize(
    ("kind", "rows", "said"),
    [
        ("halls", "99030201,市民之家,990304000000,x", "已登记在 990302000000"),
        ("windows", "99030299,01,一号", "没有这个大厅"),
        ("windows", "99030201,0 1,一号", "“窗口编号”：格式不对"),
        ("devices", "x-1,窗口终端,99030201", "窗口终端须有窗口编号"),
        ("devices", "x-1,叫号屏,99030201,01", "只有窗口终端有窗口编号"),
        ("devices", "x-1,窗口终端,99030201,99", "没有这个窗口"),
        ("devices", "counter-03,叫号屏,99030201", "这个编号已用于另一处"),
        ("devices", "x-1,电视,99030201", "须为：窗口终端、自助终端、叫号屏"),
        ("people", "clerk03,测小兰,99030202,窗口人员", "已用于另一个大厅"),
        ("seals", SEAL + "../x.png", "须为同一文件夹里的文件名"),
        ("seals", SEAL + "/etc/passwd", "须为同一文件夹里的文件名"),
        ("seals", SEAL + "none.png", "没有这个文件"),
        ("seals", SEAL + "file.csv", "须为完整的 PNG"),
        ("calendar", "2026,2028-01-01,放假,x", "第 2 行“版本”：版本须比现行的"),
        ("calendar", "2028,2028-01-03,上班,x", "第 2 行“日期”：本来就是工作日"),
        ("calendar", "2028,2028-01-01,放假,x\n2028,2028/1/1,放假,x", "第 3 行“日期”：这一天"),
        ("calendar", "2028,2028-01-01,放假,x\n2029,2028-01-04,放假,x", "第 3 行“版本”：各行的版本"),
        ("licence-types", TYPE.replace("301", "30"), "第 2 行“code”：格式不对"),
        ("licence-types", TYPE.replace(f",{DEFINER}", f",{ISSUER}"), "前 18 位须是定义机构"),
        ("licence-types", TYPE.replace(ISSUER, ""), "第 2 行“颁发机构代码”：没有填写"),
        ("licence-types", TYPE.replace(ISSUER, "市场监管局"), "“市场监管局”格式不对"),
        ("licence-types", f"{TYPE},0", "第 2 行“有效年数”：格式不对"),
        ("licence-types", f"{TYPE},101", "第 2 行“有效年数”：格式不对"),
        ("licence-types", f"{TYPE},,随意", "须为：流水号、持证主体号码"),
        ("licence-types", f"{TYPE},,持证主体号码,X", "第 2 行“编号前缀”：以持证主体号码"),
        ("licence-types", f"{TYPE}\n{TYPE}", "第 3 行“code”：在文件中出现了两次"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(platform, imported, tmp_path, kind, rows, said):
    text = f"{HEADINGS[kind]}\n{rows}\n"
    assert any(said in one for one in wrong(platform, kind, tmp_path, text))


@pytest.mark.parametrize(
    ("kind", "rows", "said"),
    [
        (
            "halls",
            "99030299,,990302000000,x\n99030201,市民之家,990304000000,x",
            ["第 2 行“大厅名称”：没有填写", "第 3 行“行政区划”：这个大厅已登记在 990302000000"],
        ),
        (
            "devices",
            "x 1,叫号屏,99030201\ncounter-03,叫号屏,99030201",
            ["第 2 行“设备编号”：格式不对", "第 3 行“设备编号”：这个编号已用于另一处"],
        ),
        (
            "people",
            "clerk03,测小兰,99030202,窗口人员\nx01,,99030201,窗口人员\nclerk04,测小兰,99030202,窗口人员",
            [
                "第 2 行“大厅编号”：这个用户名已用于另一个大厅的账号",
                "第 3 行“姓名”：没有填写",
                "第 4 行“大厅编号”：这个用户名已用于另一个大厅的账号",
            ],
        ),
        (
            "windows",
            "99030201,01,一号\x07,\n99030299,01,一号,\n99030201,02,二号,,多\n99030201,,三号,",
            [
                "第 2 行“窗口名称”：有控制字符",
                "第 4 行：有 5 格，比列名多",
                "第 3 行“大厅编号”：没有这个大厅",
                "第 5 行“窗口编号”：没有填写",
            ],
        ),
        (
            "calendar",
            "2028,2028-01-03,上班,x\n2028,2028-13-01,放假,x\n2029,2028-01-04,休息,y",
            [
                "第 2 行“日期”：本来就是工作日",
                "第 3 行“日期”：不是日期",
                "第 4 行“版本”：各行的版本须相同，第 2 行是 2028",
                "第 4 行“安排”：须为",
                "第 4 行“发布文件”：同一年的发布文件须相同",
            ],
        ),
    ],
    ids=["halls", "devices", "people", "windows", "calendar"],
)  # fmt: skip
def test_what_is_wrong_in_one_row_hides_nothing_of_another(
    platform, imported, tmp_path, kind, rows, said
):
    """What only the store can tell is said in the same round as what the cells tell."""
    found = wrong(platform, kind, tmp_path, f"{HEADINGS[kind]}\n{rows}\n")
    assert len(found) == len(said)
    assert all(one.startswith(begins) for one, begins in zip(found, said, strict=True)), found


def test_the_same_holds_for_json(platform, imported, tmp_path):
    entries = [
        {"code": "99030299", "name": "x", "region": "990302000000", "address": {}},
        {"code": "99030201", "name": "市民之家", "region": "990304000000", "address": "x"},
        "a hall",
    ]
    found = wrong(platform, "halls", tmp_path, json.dumps(entries), "halls.json")
    assert found == [
        "第 1 项“address”：这里不能是对象",
        "第 3 项：须为一个对象",
        "第 2 项“region”：这个大厅已登记在 990302000000，不能改到别处",
    ]


def test_one_wrong_item_hides_nothing_of_the_next(platform, imported, tmp_path):
    whole = json.loads((EXAMPLES / "items.json").read_text("utf-8"))
    first = {**whole[0], "valid_from": "soon"}
    second = {**whole[1], "valid_to": "2026-01-01", "valid_from": "2026-02-01", "regime": "x"}
    found = wrong(platform, "items", tmp_path, json.dumps([first, second]), "items.json")
    assert found == [
        "第 1 项“valid_from”：不是日期，例如 2027-01-31",
        "第 2 项“valid_to”：早于生效日期",
        "第 2 项“regime”：不在可填范围内",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": "soon"}, ["“version”：须为数字，可以用点分开，例如 2027 或 2027.1"]),
        ({"version": "2020"}, ["“version”：版本须比现行的"]),
        ({"years": {}}, ["“years”：缺少现行日历中的"]),
        ({"years": {"2029": {"source": "x", "off": 1, "work": []}}}, ["2029 年：须有 source"]),
        (
            {"years": {"2029": {"source": "x", "off": ["2029-02-30"], "work": ["2029-01-02"]}}},
            ["2029 年“off”：2029-02-30 不是 2029 年", "2029 年“work”：2029-01-02 本来就是工作日"],
        ),
    ],
)
def test_what_is_wrong_with_a_whole_calendar_has_its_year(
    platform, imported, tmp_path, change, said
):
    whole = json.loads((ROOT / "resources/calendars/china.json").read_text("utf-8"))
    whole["years"]["2027"] = {"source": "x", "off": [], "work": []}  # as the example has it
    text = json.dumps({**whole, "version": "2031", **change})
    found = wrong(platform, "calendar", tmp_path, text, "calendar.json")
    assert all(one.startswith(begins) for one, begins in zip(found, said, strict=True)), found


def test_an_item_with_a_licence_nobody_defined_is_refused_wherever_it_comes_from(
    platform, imported, tmp_path
):
    """Such a licence could never be issued, and a case granted under the item never closed."""
    (whole, *_) = json.loads((EXAMPLES / "items.json").read_text("utf-8"))
    del whole["valid_from"]
    unknown = {"code": f"{DEFINER}999", "name": "没有定义的证"}
    result = {**whole, "result": {"name": "没有定义的证", "licence_type": unknown}}
    found = wrong(platform, "items", tmp_path, json.dumps([result]), "items.json")
    sentence = f"证照目录中没有“{DEFINER}999”，请先导入证照类型"
    assert found == [f"第 1 项“result/licence_type/code”：{sentence}"]
    met_by = {**whole["materials"][1]["met_by"], "licence_types": [unknown]}
    materials = [whole["materials"][0], {**whole["materials"][1], "met_by": met_by}]
    material = {**whole, "forms": [], "materials": materials}
    found = wrong(platform, "items", tmp_path, json.dumps([material]), "items.json")
    assert found == [f"第 1 项“materials/1/met_by/licence_types/0/code”：{sentence}"]
    with platform.signed_in("system") as system:
        refused = act(
            system,
            f"/v1/items/{whole['code']}/versions",
            "publish-item",
            item=result,
            valid_from="2026-01-01",
        )
    assert code_of(refused) == "licence-type-unknown"
    assert [one["where"] for one in refused.json()["errors"]] == ["result/licence_type/code"]


def test_a_name_two_licences_have_is_not_guessed(platform, imported, tmp_path):
    text = (EXAMPLES / "items.csv").read_text("utf-8-sig")
    shutil.copytree(EXAMPLES / "forms", tmp_path / "forms")
    twice = tmp_path / "types.csv"
    headings = HEADINGS["licence-types"]
    twice.write_text(f"{headings}\n{TYPE.replace('试验证', '结婚证')}\n", "utf-8")
    assert taken(platform, "licence-types", twice)[0] == {"new": 1}
    said = wrong(platform, "items", tmp_path, text)
    assert any("不止一种“结婚证”，请填证照类型代码" in one for one in said)
    text = text.replace(",结婚证,", f",{DEFINER}301,").replace(",2027-01-01,", ",2028-01-01,")
    path = tmp_path / "by-code.csv"
    path.write_text(text, "utf-8")
    assert taken(platform, "items", path, dry_run=True)[0] == {"changed": 2}
    twice.write_text(f"{headings}\n{TYPE}\n", "utf-8")  # the other one's name is its own again
    assert taken(platform, "licence-types", twice)[0] == {"changed": 1}


def test_types_of_licences_are_taken_from_json_too(platform, imported, tmp_path):
    entry = {
        "code": f"{DEFINER}302",
        "name": "试验登记证",
        "definer_name": "试验省数据局",
        "definer_code": DEFINER,
        "years": 5,
        "number_rule": "serial",
        "number_prefix": "SY",
        "issuers": [ISSUER, "11990302MB0A00026D"],
    }
    path = tmp_path / "types.json"
    path.write_text(json.dumps([entry]), "utf-8")
    assert taken(platform, "licence-types", path)[0] == {"new": 1}
    assert taken(platform, "licence-types", path)[0] == {"unchanged": 1}
    path.write_text(json.dumps([{**entry, "years": None}]), "utf-8")
    assert taken(platform, "licence-types", path)[0] == {"changed": 1}
    with platform.store.read() as connection:
        row = connection.execute(
            select(licence_types).where(licence_types.c.code == entry["code"])
        ).one()
    assert (row.years, json.loads(row.issuers)) == (None, entry["issuers"])


@pytest.mark.parametrize(("kind", "column"), [("people", "密码"), ("devices", "密钥")])
def test_no_file_has_a_column_for_a_secret(platform, imported, tmp_path, kind, column):
    text = f"{HEADINGS[kind]},{column}\n"
    assert wrong(platform, kind, tmp_path, text)[0].startswith(f"第 1 行“{column}”：没有这一列")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"regime": "许可"}, "第 1 项“regime”：不在可填范围内"),
        ({"charged": True}, "收费的事项须有收费项目"),
        ({"promised_days": "很快"}, "第 1 项“promised_days”：须为整数"),
        ({"secret": 1}, "第 1 项“secret”：没有这一项"),
        ({"name": None}, "第 1 项“name”：须为文字"),
        ({"valid_from": "soon"}, "第 1 项“valid_from”：不是日期"),
        ({"forms": [{"code": "F01", "name": "x", "material": None,
                     "json_schema": {"type": "object", "$ref": "https://example.org"}}]},
         "第 1 项“forms/F01”：$ref 只能指向表单自身"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_item_is_said(platform, imported, tmp_path, change, said):
    whole = json.loads((EXAMPLES / "items.json").read_text("utf-8"))
    text = json.dumps([{**whole[0], **change}])
    assert any(said in one for one in wrong(platform, "items", tmp_path, text, "items.json"))


def test_a_row_of_items_has_its_errors_at_the_cell(platform, imported, tmp_path):
    text = (EXAMPLES / "items.csv").read_text("utf-8-sig")
    text = text.replace("居民户口簿,", "居民户口本,", 1).replace("2027-01-01", "明年", 1)
    shutil.copytree(EXAMPLES / "forms", tmp_path / "forms")
    said = wrong(platform, "items", tmp_path, text.replace(",结婚证,", ",结婚登记证,"))
    assert any("“生效日期”：不是日期" in one for one in said)
    assert any("证照目录中没有“结婚登记证”" in one for one in said)


def test_a_one_thing_needs_items_that_agree(platform, imported, tmp_path):
    thing = json.loads((EXAMPLES / "one-things.json").read_text("utf-8"))[0]

    def said(**changes):
        return wrong(
            platform, "one-things", tmp_path, json.dumps([{**thing, **changes}]), "things.json"
        )[0]

    assert "没有在用的事项 X" in said(items=[thing["items"][0], "X"])
    assert "至少有两个不同的实施编码" in said(items=thing["items"][:1])
    with platform.store.read() as connection:
        fund = connection.execute(
            select(items.c.code).where(items.c.name == "有限责任公司设立登记")
        ).scalar_one()
    assert "表单不能合并：填写项 capital_yuan" in said(items=[thing["items"][0], fund])


def test_only_a_system_administrator_answers_for_it(platform):
    for username in ("clerk03", "nobody", "security"):
        with pytest.raises(Wrong, match="没有在用的系统管理员账号"):
            taken(platform, "halls", EXAMPLES / "halls.csv", username=username)


# the command ------------------------------------------------------------------------------------


def test_the_command_tells_secrets_once_and_into_a_private_file(tmp_path):
    data = seeded_copy(tmp_path / "data")
    common = ("--data-dir", data, "--as", "system")
    tried = run_platform("import", "halls", EXAMPLES / "halls.csv", *common, "--dry-run")
    assert (tried.returncode, tried.stdout) == (0, "")
    assert tried.stderr == "检查通过，没有写入：新增 1，更改 0，未变 0\n"
    done = run_platform("import", "halls", EXAMPLES / "halls.csv", *common)
    assert done.stderr == "已导入：新增 1，更改 0，未变 0\n"
    run_platform("import", "windows", EXAMPLES / "windows.csv", *common)
    secrets = tmp_path / "secrets.json"
    devices_file = ("import", "devices", EXAMPLES / "devices.csv", *common)
    done = run_platform(*devices_file, "--secrets", secrets)
    assert (done.returncode, done.stdout) == (0, "")
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    told = json.loads(secrets.read_text("utf-8"))
    assert len({one["secret"] for one in told}) == 4
    with opened(data) as store:
        text = store.dump()
    assert not any(one["secret"] in text for one in told)
    again = run_platform(*devices_file, "--secrets", secrets)
    assert again.returncode == 1
    assert "已经存在" in again.stderr
    printed = run_platform("import", "people", EXAMPLES / "people.csv", *common)
    assert {len(one["password"]) for one in json.loads(printed.stdout)} != {0}


def test_the_command_says_what_is_wrong_and_ends_with_one(tmp_path):
    data = seeded_copy(tmp_path / "data")
    path = tmp_path / "窗口.csv"
    path.write_bytes("大厅编号,窗口编号,窗口名称\n99030201,13,\n".encode("gb18030"))
    done = run_platform("import", "windows", path, "--data-dir", data, "--as", "system")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "窗口.csv 第 2 行“窗口名称”：没有填写\n"
        "hall-platform: 1 处有误，什么都没有导入；改正后请重新导入\n"
    )
    gone = run_platform(
        "import", "halls", tmp_path / "none.csv", "--data-dir", data, "--as", "system"
    )
    assert gone.returncode == 1
    assert "Traceback" not in gone.stderr


@pytest.mark.sqlite
def test_a_store_in_use_by_a_platform_is_a_sentence(tmp_path):
    data = seeded_copy(tmp_path / "data")
    platform = PlatformProcess.start(data)
    done = run_platform(
        "import", "halls", EXAMPLES / "halls.csv", "--data-dir", data, "--as", "system"
    )
    platform.stop()
    assert done.returncode == 1
    assert "another platform process is using" in done.stderr
