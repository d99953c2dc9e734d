"""A city that is not invented: administrators, imported tables, a case taken to its end."""

import json
import uuid

import pytest
from cases_at_work import Case
from identity_platform import act, into
from platform_client import Client, code_of, met, new_key
from platform_process import ROOT, PlatformProcess, run_platform

EXAMPLES = ROOT / "docs/import"
CLOCK = "2026-11-24T09:50:00+08:00"
CHOSEN = "quiet river, 9 boats"
MARKET = "11990302MB0A00018J"
PEOPLE = (
    "用户名,姓名,大厅编号,角色,部门统一社会信用代码\n"
    "c01,测小河,99030201,窗口人员,\n"
    f"r01,试正平,99030201,审批人员,{MARKET}\n"
)
WINDOWS = "大厅编号,窗口编号,窗口名称\n99030201,03,综合窗口 03\n"


class City:
    """A store that only the commands have written to, and the passwords they told."""

    def __init__(self, folder):
        self.data = folder / "data"
        self.folder = folder
        self.passwords = {}

    def run(self, *arguments):
        told = ("--data-dir", self.data, "--clock", CLOCK)
        done = run_platform(arguments[0], *told, *arguments[1:])
        if done.returncode == 0 and done.stdout:
            made = json.loads(done.stdout)
            for one in made if isinstance(made, list) else [made]:
                self.passwords[one.get("username")] = one.get("password")
                self.until = one.get("until")
        return done

    def imported(self, kind, path):
        return self.run("import", kind, path, "--as", "root")

    def of_text(self, kind, text):
        path = self.folder / f"{kind}.csv"
        path.write_text(text, "utf-8")
        return self.imported(kind, path)

    def signed_in(self, platform, username, **where):
        """Somebody at their first sign-in, with the password they choose."""
        client = Client(platform.url)
        body = {"username": username, "password": self.passwords[username], **where}
        step = client.post("/v1/sessions", body)
        assert code_of(step) == "password-change-required"
        chosen = {"sign_in": step.json()["sign_in"], "new_password": CHOSEN}
        answer = client.post("/v1/sessions/new-password", chosen)
        assert answer.status_code == 201, answer.text
        return into(client, answer)


@pytest.fixture
def city(tmp_path):
    made = City(tmp_path)
    hall = ("--hall", "99030201")
    new = ("--new-hall", "市民之家", "990302000000", "试验路1号")
    first = made.run("admin", "root", "测景行", *hall, *new)
    assert first.returncode == 0, first.stderr
    second = made.run("admin", "guard", "测㛃宁", "--role", "security_admin", *hall)
    assert second.returncode == 0, second.stderr
    assert made.of_text("windows", WINDOWS).returncode == 0
    assert made.of_text("people", PEOPLE).returncode == 0
    return made


def received(clerk, item):
    """An application of an invented person, whole."""
    said = {
        "act": "receive",
        "case": str(uuid.uuid4()),
        "number": clerk.lease(1)[0],
        "query_code": "K7M2P9QX",
        "item": item["code"],
        "item_version": item["version"],
        "applicant": {
            "kind": "resident",
            "number": "990302199001010016",
            "name": "测试甲",
            "address": "试验省试验市雨山区测试路1号",
        },
        "materials": [met(one["code"], "original_seen", "", "B") for one in item["materials"]],
        "filed_at": CLOCK,
        "operator": clerk.operator,
        "window": clerk.window,
        "paper": {"number": "雨市监收〔2026〕1号"},
    }
    answer = clerk.post(f"/v1/cases/{said['case']}/receipt", said, Idempotency_Key=new_key())
    assert answer.status_code == 201, answer.text
    return Case(answer.json())


def test_a_case_goes_from_acceptance_to_its_licence_and_closing(city):
    types = city.imported("licence-types", EXAMPLES / "licence-types.csv")
    assert (types.returncode, types.stderr) == (0, "已导入：新增 6，更改 0，未变 0\n")
    items = city.imported("items", EXAMPLES / "items.json")
    assert (items.returncode, items.stderr) == (0, "已导入：新增 2，更改 0，未变 0\n")
    platform = PlatformProcess.start(city.data, seed=False, clock=CLOCK)
    try:
        with city.signed_in(platform, "guard") as guard:
            waiting = guard.get("/v1/administration/approvals?state=waiting").json()["approvals"]
            for one in waiting:
                path = f"/v1/administration/approvals/{one['id']}/decision"
                done = act(guard, path, "decide-approval", approved=True, reason="已核对")
                assert done.status_code == 200, done.text
        with city.signed_in(platform, "c01", window="03") as clerk:
            case = received(clerk, clerk.item("gtgshbgdj"))
            case.do(clerk, "accept-received")
            case.do(clerk, "hand-over")
            with city.signed_in(platform, "r01") as market:
                for step in ("review-case", "decide-case", "issue-result", "close-case"):
                    case.do(market, step)
            whole = case.whole(clerk)
            assert whole["state"] == "closed"
            assert f".{MARKET}." in whole["result_licence"]
            holder = {"kind": "resident", "number": "990302199001010016"}
            (licence,) = clerk.licences(None, holder)
            assert (licence["identifier"], licence["type_name"]) == (
                whole["result_licence"],
                "营业执照",
            )
    finally:
        platform.stop()


def test_an_item_cannot_be_imported_before_the_licence_it_gives(city):
    refused = city.imported("items", EXAMPLES / "items.json")
    assert refused.returncode == 1
    said = refused.stderr.splitlines()
    assert len(said) == 5  # two results, two materials, and how many there are
    assert all("请先导入证照类型" in line for line in said[:-1])
    assert "第 1 项“result/licence_type/code”" in said[0]


def test_administrators_and_imports_go_by_the_clock_that_is_played(city):
    """What is told and written is of the day played, as where `serve` plays it."""
    assert city.until.startswith("2026-11-27T09:50:")
    city.imported("licence-types", EXAMPLES / "licence-types.csv")
    whole = json.loads((EXAMPLES / "items.json").read_text("utf-8"))[:1]
    del whole[0]["valid_from"]  # from the day of the import on
    path = city.folder / "items.json"
    path.write_text(json.dumps(whole), "utf-8")
    done = run_platform(
        *("import", "items", path, "--as", "root", "--data-dir", city.data),
        *("--clock", "2031-05-06T08:00:00"),
    )
    assert done.returncode == 0, done.stderr
    platform = PlatformProcess.start(city.data, seed=False, clock=CLOCK)
    try:
        with city.signed_in(platform, "root") as root:
            item = root.get(f"/v1/items/{whole[0]['code']}?version=1").json()
            assert item["valid_from"] == "2031-05-06"
    finally:
        platform.stop()
