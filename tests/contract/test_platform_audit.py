"""The audit of the platform: what stands in it, who reads it, and that changes are seen."""

import pytest
from identity_platform import STORES, act, identity_platform
from platform_client import code_of, side_by_side
from platform_process import run_platform
from sqlalchemy import select, text
from store_under_test import settings_of

from hall_platform.clock import stamp
from hall_platform.database import open_store
from hall_platform.identity.tables import audit_lines


@pytest.fixture(params=STORES)
def platform(request, tmp_path):
    with identity_platform(tmp_path / "platform", request.param) as running:
        yield running


@pytest.fixture
def demo(tmp_path):
    with identity_platform(tmp_path / "platform") as running:
        yield running


def lines(auditor, query=""):
    answer = auditor.get("/v1/audit/lines" + query)
    assert answer.status_code == 200, answer.text
    return answer.json()["lines"]


def test_sign_ins_failures_and_administration_stand_in_it(platform):
    clerk = platform.signed_in("clerk03")
    client = platform.anonymous()
    wrong = {**platform.account("clerk03"), "password": "wrong"}
    client.post("/v1/sessions", wrong)
    client.post("/v1/sessions", {**wrong, "username": "my password by mistake"})
    client.post("/v1/device-sessions", {"device": "counter-03", "secret": "x"})
    token = {"refresh_token": clerk.session["refresh_token"]}
    for _ in range(2):
        client.post("/v1/sessions/refresh", token)
    with platform.signed_in("security") as security:
        act(
            security,
            "/v1/administration/rules",
            "set-security-rule",
            name="second_factor.reviewer",
            hall="",
            value="any",
        )
        security.request("DELETE", "/v1/sessions/current")
    with platform.signed_in("audit") as auditor:
        found = lines(auditor)
        kinds = [(one["kind"], one["result"]) for one in found]
        assert kinds == [
            ("sign-in", "done"),
            ("sign-out", "done"),
            ("rule-changed", "done"),
            ("sign-in", "done"),
            ("token-reused", "done"),
            ("sign-in", "refused"),
            ("sign-in", "refused"),
            ("sign-in", "refused"),
            ("sign-in", "done"),
        ]
        first = found[-1]
        assert (first["actor"], first["session"]) == (
            clerk.session["operator"]["id"],
            clerk.session["session"],
        )
        assert (first["hall"], first["facts"]["window"]) == ("99030201", "03")
        assert first["title"] == "登录"
        everything = auditor.get("/v1/audit/lines?limit=200").text
        for personal in ("测小兰", "clerk03", "my password by mistake", "wrong"):
            assert personal not in everything


def test_it_is_read_by_time_kind_and_person_and_each_reading_leaves_a_line(demo):
    demo.signed_in("clerk03")
    demo.pass_time(hours=1)
    morning = stamp(demo.clock.now())
    demo.pass_time(hours=1)
    clerk = demo.signed_in("clerk04")
    with demo.signed_in("audit") as auditor:
        from urllib.parse import quote

        since, until = (f"{name}={quote(morning)}" for name in ("since", "until"))
        assert len(lines(auditor, f"?kind=sign-in&{since}")) == 2
        assert len(lines(auditor, f"?kind=sign-in&{until}")) == 1
        own = lines(auditor, f"?actor={clerk.session['operator']['id']}")
        assert [one["kind"] for one in own] == ["sign-in"]
        read = lines(auditor, "?kind=audit-read")
        assert len(read) == 3
        assert {one["actor"] for one in read} == {auditor.session["operator"]["id"]}
        for bad in ("?since=yesterday", "?kind=no-such", "?cursor=eA", "?since=2026-11-24"):
            assert code_of(auditor.get("/v1/audit/lines" + bad)) == "invalid-request"
        pages, cursor = [], ""
        while cursor is not None:
            page = auditor.get(f"/v1/audit/lines?kind=sign-in&limit=2&cursor={cursor}").json()
            pages += page["lines"]
            cursor = page["next"]
        assert [one["serial"] for one in pages] == sorted(
            (one["serial"] for one in lines(auditor, "?kind=sign-in")), reverse=True
        )


@pytest.mark.parametrize("username", ["system", "security", "head", "clerk03", "market"])
def test_nobody_but_an_auditor_reads_it(demo, username):
    with demo.signed_in(username) as other:
        assert code_of(other.get("/v1/audit/lines")) == "not-allowed"
        assert code_of(other.get("/v1/audit/check")) == "not-allowed"


def test_another_countys_lines_are_not_shown(demo):
    neighbour = demo.signed_in("east01")
    with demo.signed_in("audit") as auditor:
        actors = {one["actor"] for one in lines(auditor, "?limit=200")}
        assert neighbour.session["operator"]["id"] not in actors


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_lines SET actor = 'somebody' WHERE serial = 2",
        "UPDATE audit_lines SET at = '2026-11-24T08:00:00.000+08:00' WHERE serial = 3",
        "UPDATE audit_lines SET result = 'done', facts = '{}' WHERE serial = 2",
        "DELETE FROM audit_lines WHERE serial = 2",
        "DELETE FROM audit_lines WHERE serial = (SELECT max(serial) FROM audit_lines)",
        "DELETE FROM audit_lines WHERE serial = 1",
        "UPDATE audit_lines SET serial = serial + 100 WHERE serial >= 2",
    ],
)
def test_what_is_changed_in_it_is_seen(platform, change):
    for _ in range(3):
        platform.signed_in("clerk03")
    with platform.signed_in("audit") as auditor:
        whole = auditor.get("/v1/audit/check").json()
        assert (whole["whole"], whole["lines"], whole["broken_at"]) == (True, 4, None)
        platform.store.write(lambda connection: connection.execute(text(change)))
        broken = auditor.get("/v1/audit/check").json()
        assert broken["whole"] is False
        assert broken["broken_at"] in (1, 2, 3, 4)


def test_lines_written_side_by_side_make_one_chain(platform):
    accounts = [platform.account(f"clerk0{number}") for number in (3, 4, 5, 6)] * 2

    def sign_in(account):
        with platform.anonymous() as client:
            return client.post("/v1/sessions", account).status_code

    codes = side_by_side([lambda one=one: sign_in(one) for one in accounts])
    assert codes == [201] * 8
    with platform.signed_in("audit") as auditor:
        assert auditor.get("/v1/audit/check").json()["whole"] is True
        assert len(lines(auditor, "?kind=sign-in&limit=200")) == 9


def test_the_first_administrators_are_made_on_the_machine(tmp_path):
    folder = tmp_path / "bare"

    def admin(*arguments):
        return run_platform("admin", "--data-dir", folder, "--hall", "99030201", *arguments)

    nowhere = admin("root-of-all", "测甲")
    assert (nowhere.returncode, nowhere.stdout) == (1, "")
    assert "no such hall" in nowhere.stderr
    hall = ("--new-hall", "市民之家", "990302000000", "试验路1号")
    made = admin("root-of-all", "测甲", *hall)
    assert made.returncode == 0, made.stderr
    again = admin("another", "测乙")
    assert (again.returncode, again.stdout) == (1, "")
    assert "already" in again.stderr
    other = admin("guard", "测乙", "--role", "security_admin")
    assert other.returncode == 0, other.stderr
    password = made.stdout.split('"password": "')[1].split('"')[0]
    store = open_store(settings_of(folder))
    try:
        with store.read() as connection:
            kinds = connection.execute(select(audit_lines.c.kind)).scalars().all()
    finally:
        store.close()
    assert kinds == ["account-created", "account-created"]
    from platform_client import Client
    from platform_process import PlatformProcess

    running = PlatformProcess.start(folder, seed=False)
    try:
        with Client(running.url) as client:
            body = {"username": "root-of-all", "password": password}
            step = client.post("/v1/sessions", body)
            assert code_of(step) == "password-change-required"
            chosen = {"sign_in": step.json()["sign_in"], "new_password": "quiet river, 9 boats"}
            signed_in = client.post("/v1/sessions/new-password", chosen)
            assert signed_in.json()["operator"]["roles"] == ["system_admin"]
    finally:
        running.stop()
    assert password not in running.log_path.read_text("utf-8")
