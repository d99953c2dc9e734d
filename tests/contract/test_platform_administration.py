"""Accounts, approvals, rules, windows, devices and sessions as administrators keep them."""

import pytest
from identity_platform import STORES, act, identity_platform, into
from platform_client import code_of
from sqlalchemy import select

from hall_platform.identity.tables import operators

CHOSEN = "mountain lake seven birds"
PATH = "/v1/administration"


@pytest.fixture(params=STORES)
def platform(request, tmp_path):
    with identity_platform(tmp_path / "platform", request.param) as running:
        yield running


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with identity_platform(tmp_path_factory.mktemp("administration") / "platform") as running:
        yield running


def identifier(platform, username):
    with platform.store.read() as connection:
        return connection.execute(
            select(operators.c.id).where(operators.c.username == username)
        ).scalar_one()


def created(system, username, **others):
    return act(
        system,
        PATH + "/operators",
        "create-operator",
        **{"username": username, "name": "测新人", "hall": "99030201", **others},
    )


def ask(system, operator, roles, **others):
    path = f"{PATH}/operators/{operator}/role-requests"
    return act(system, path, "ask-roles", roles=roles, reason="新到岗", **others)


def decide(security, approval, approved=True):
    path = f"{PATH}/approvals/{approval}/decision"
    return act(security, path, "decide-approval", approved=approved, reason="已核对")


def test_an_account_has_no_rights_until_another_administrator_agrees(platform):
    with platform.signed_in("system") as system, platform.signed_in("security") as security:
        made = created(system, "New-Clerk")
        assert made.status_code == 201, made.text
        assert (made.json()["username"], made.json()["roles"]) == ("new-clerk", [])
        operator = made.json()["id"]
        given = system.post(f"{PATH}/operators/{operator}/one-time-password", None).json()
        body = {"username": "new-clerk", "password": given["password"], "window": "03"}
        client = platform.anonymous()
        assert code_of(client.post("/v1/sessions", body)) == "not-allowed"
        asked = ask(system, operator, ["clerk"])
        assert (asked.status_code, asked.json()["state"]) == (201, "waiting")
        assert code_of(client.post("/v1/sessions", body)) == "not-allowed"
        (waiting,) = security.get(PATH + "/approvals?state=waiting").json()["approvals"]
        assert waiting["roles"] == ["clerk"]
        assert decide(security, waiting["id"]).json()["state"] == "approved"
        step = client.post("/v1/sessions", body)
        assert code_of(step) == "password-change-required"
        chosen = {"sign_in": step.json()["sign_in"], "new_password": CHOSEN}
        signed_in = client.post("/v1/sessions/new-password", chosen)
        assert signed_in.json()["operator"]["roles"] == ["clerk"]
        # roles taken away hold at once, and end what goes on
        further = ask(system, operator, ["supervisor"]).json()
        clerk = into(client, signed_in)
        assert clerk.get("/v1/items").status_code == 200
        assert decide(security, further["id"]).status_code == 200
        assert clerk.get("/v1/items").status_code == 401


def test_a_refusal_changes_nothing(demo):
    with demo.signed_in("system") as system, demo.signed_in("security") as security:
        operator = identifier(demo, "clerk05")
        asked = ask(system, operator, ["supervisor"]).json()
        assert decide(security, asked["id"], approved=False).json()["state"] == "refused"
        shown = system.get(f"{PATH}/operators/{operator}").json()
        assert shown["roles"] == ["clerk"]


@pytest.mark.parametrize(
    "roles",
    [
        ["system_admin", "security_admin"],
        ["system_admin", "auditor"],
        ["security_admin", "auditor"],
        ["clerk", "system_admin"],
        ["clerk", "security_admin"],
        ["clerk", "auditor"],
    ],
)
def test_who_administers_secures_audits_or_serves_is_not_one_person(demo, roles):
    with demo.signed_in("system") as system:
        refused = ask(system, identifier(demo, "clerk06"), roles)
        assert code_of(refused) == "roles-conflict"


def test_nobody_agrees_to_what_they_asked_or_what_is_about_them(demo):
    with demo.signed_in("system") as system, demo.signed_in("security") as security:
        about = identifier(demo, "security")
        asked = ask(system, about, ["security_admin", "supervisor"]).json()
        assert code_of(decide(security, asked["id"])) == "four-eyes"
        assert code_of(decide(system, asked["id"])) == "not-allowed"


def test_a_reviewer_has_a_department_and_others_have_none(demo):
    with demo.signed_in("system") as system:
        operator = identifier(demo, "head")
        assert code_of(ask(system, operator, ["reviewer"])) == "invalid-request"
        assert code_of(ask(system, operator, ["clerk"], body="1" * 18)) == "invalid-request"


def test_a_username_is_given_once_and_a_hall_is_of_the_county(demo):
    with demo.signed_in("system") as system:
        assert code_of(created(system, "ＣＬＥＲＫ03")) == "username-taken"
        assert code_of(created(system, "elsewhere", hall="99030401")) == "invalid-request"
        usernames = [one["username"] for one in system.get(PATH + "/operators").json()["operators"]]
        assert "clerk03" in usernames
        assert "east01" not in usernames
        east = identifier(demo, "east01")
        assert code_of(system.get(f"{PATH}/operators/{east}")) == "not-found"
        assert code_of(ask(system, east, ["supervisor"])) == "not-found"


def test_the_pages_of_accounts_are_whole(demo):
    with demo.signed_in("audit") as auditor:
        whole = auditor.get(PATH + "/operators?limit=200").json()["operators"]
        found, cursor = [], ""
        while cursor is not None:
            page = auditor.get(f"{PATH}/operators?limit=3&cursor={cursor}").json()
            found += page["operators"]
            cursor = page["next"]
        assert found == whole
        assert "password" not in found[0]


def switch(system, operator, *, active):
    path = f"{PATH}/operators/{operator}/standing"
    return act(system, path, "switch-operator", active=active, reason="调离")


def test_an_account_that_is_switched_off_is_out_at_once(platform):
    operator = identifier(platform, "clerk04")
    with platform.signed_in("system") as system, platform.signed_in("clerk04") as clerk:
        assert switch(system, operator, active=False).json()["active"] is False
        assert clerk.get("/v1/items").status_code == 401
        token = {"refresh_token": clerk.session["refresh_token"]}
        assert code_of(clerk.post("/v1/sessions/refresh", token)) == "session-ended"
        refused = platform.anonymous().post("/v1/sessions", platform.account("clerk04"))
        assert code_of(refused) == "sign-in-refused"
        switch(system, operator, active=True)
        assert platform.signed_in("clerk04").session
        own = identifier(platform, "system")
        assert code_of(switch(system, own, active=False)) == "own-account"


def test_a_locked_account_is_unlocked(demo):
    account = demo.account("clerk04")
    client = demo.anonymous()
    for _ in range(5):
        client.post("/v1/sessions", {**account, "password": "wrong"})
    assert code_of(client.post("/v1/sessions", account)) == "account-locked"
    operator = identifier(demo, "clerk04")
    with demo.signed_in("system") as system:
        assert system.get(f"{PATH}/operators/{operator}").json()["locked_until"]
        path = f"{PATH}/operators/{operator}/unlocking"
        done = act(system, path, "unlock-operator", reason="本人到场说明")
        assert done.json()["locked_until"] is None
    assert client.post("/v1/sessions", account).status_code == 201


def test_the_security_administrator_signs_others_out(platform):
    with (
        platform.signed_in("security") as security,
        platform.signed_in("clerk03") as clerk,
        platform.signed_in("clerk04") as other,
        platform.signed_in("east01") as neighbour,
    ):
        device = platform.anonymous()
        into(device, device.post("/v1/device-sessions", platform.device("counter-03")))
        listed = security.get(PATH + "/sessions").json()["sessions"]
        assert {one["operator"] for one in listed} >= {
            identifier(platform, "clerk03"),
            identifier(platform, "security"),
        }
        assert identifier(platform, "east01") not in {one["operator"] for one in listed}

        def end(**whose):
            return act(security, PATH + "/session-endings", "end-sessions", reason="离岗", **whose)

        of_clerk = identifier(platform, "clerk03")
        only = security.get(f"{PATH}/sessions?operator={of_clerk}").json()["sessions"]
        assert len(only) == 1
        assert end(whose="operator", operator_id=of_clerk).json() == {"ended": 1}
        assert (clerk.get("/v1/items").status_code, other.get("/v1/items").status_code) == (
            401,
            200,
        )
        assert end(whose="device", device="counter-03").json() == {"ended": 1}
        assert device.get("/v1/items").status_code == 401
        assert end(whose="everybody").json() == {"ended": 1}
        assert other.get("/v1/items").status_code == 401
        assert security.get(PATH + "/sessions").status_code == 200
        assert neighbour.get("/v1/items").status_code == 200
        assert code_of(end(whose="operator", device="counter-03")) == "invalid-request"
        east = identifier(platform, "east01")
        assert code_of(end(whose="operator", operator_id=east)) == "not-found"


def test_one_sees_and_ends_ones_own_sessions(demo):
    password = {"password": demo.account("clerk05")["password"]}
    with demo.signed_in("clerk05") as here, demo.signed_in("clerk05") as there:
        listed = here.get("/v1/own-sessions").json()["sessions"]
        assert [one["id"] for one in listed if one["current"]] == [here.session["session"]]
        path = f"/v1/own-sessions/{there.session['session']}/end"
        assert code_of(here.post(path, {"password": "wrong"})) == "password-wrong"
        assert here.post(path, password).status_code == 204
        assert there.get("/v1/items").status_code == 401
        assert code_of(here.post(path, password)) == "not-found"
        with demo.signed_in("clerk06") as other:
            path = f"/v1/own-sessions/{other.session['session']}/end"
            assert code_of(here.post(path, password)) == "not-found"
            assert other.get("/v1/items").status_code == 200


def test_windows_are_added_and_renamed(platform):
    with platform.signed_in("system") as system:
        window = {"hall": "99030201", "code": "21", "name": "企业开办 21", "phone": "0000-821"}
        added = {**window, "active": True}
        assert act(system, PATH + "/windows", "add-window", **window).json() == added
        assert code_of(act(system, PATH + "/windows", "add-window", **window)) == "code-taken"
        renamed = {**window, "name": "综合窗口 21"}
        answer = act(system, PATH + "/window-names", "rename-window", **renamed).json()
        assert answer == {**renamed, "active": True}
        nowhere = {**window, "code": "99"}
        missing = act(system, PATH + "/window-names", "rename-window", **nowhere)
        assert code_of(missing) == "not-found"
        neighbours = {**window, "hall": "99030401"}
        assert code_of(act(system, PATH + "/windows", "add-window", **neighbours)) == (
            "invalid-request"
        )
        (hall,) = system.get(PATH + "/windows").json()["halls"]
        shown = next(one for one in hall["windows"] if one["code"] == "21")
        assert shown["name"] == "综合窗口 21"
    clerk = platform.signed_in("clerk03", window="21")
    assert clerk.session["window"]["name"] == "综合窗口 21"


def test_a_device_is_added_switched_off_and_given_another_secret(platform):
    with platform.signed_in("system") as system:
        device = {
            "code": "counter-21",
            "kind": "window",
            "name": "新柜台",
            "hall": "99030201",
            "window_code": "12",
        }
        made = act(system, PATH + "/devices", "add-device", **device)
        assert made.status_code == 201, made.text
        assert code_of(act(system, PATH + "/devices", "add-device", **device)) == "code-taken"
        bare = {**device, "code": "counter-22", "window_code": None}
        assert code_of(act(system, PATH + "/devices", "add-device", **bare)) == "invalid-request"

        def sign_in(secret):
            body = {"device": "counter-21", "secret": secret}
            return platform.anonymous().post("/v1/device-sessions", body)

        for guess in ("", "-", "x"):
            assert sign_in(guess).status_code in (401, 422)
        first = system.post(PATH + "/devices/counter-21/secret", None).json()["secret"]
        counter = into(platform.anonymous(), sign_in(first))
        assert counter.session["device"]["window"]["code"] == "12"
        assert counter.get("/v1/items").status_code == 200
        second = system.post(PATH + "/devices/counter-21/secret", None).json()["secret"]
        assert counter.get("/v1/items").status_code == 401
        assert code_of(sign_in(first)) == "device-refused"
        counter = into(platform.anonymous(), sign_in(second))
        change = PATH + "/devices/counter-21/change"
        off = act(system, change, "change-device", name="旧柜台", active=False)
        assert (off.json()["active"], off.json()["name"]) == (False, "旧柜台")
        assert counter.get("/v1/items").status_code == 401
        assert code_of(sign_in(second)) == "device-refused"
        act(system, change, "change-device", name="旧柜台", active=True)
        assert sign_in(second).status_code == 201
        listed = {one["code"]: one for one in system.get(PATH + "/devices").json()["devices"]}
        assert listed["counter-21"]["kind"] == "window"
        assert "counter-01-99030401" not in listed
        assert code_of(system.post(PATH + "/devices/counter-01-99030401/secret", None)) == (
            "not-found"
        )


@pytest.mark.parametrize(("code", "kind"), [("kiosk-01", "kiosk"), ("display-01", "display")])
def test_kiosks_and_displays_sign_in_with_rights_of_their_own(demo, code, kind):
    with demo.anonymous() as device:
        into(device, device.post("/v1/device-sessions", demo.device(code)))
        assert device.session["device"]["kind"] == kind
        assert device.session["device"]["window"] is None
        holder = {"kind": "resident", "number": "990302199001010016"}
        body = {"holder": holder, "item": None, "purpose": "x"}
        assert code_of(device.post("/v1/licence-queries", body)) == "not-allowed"
        assert code_of(device.get(PATH + "/devices")) == "not-allowed"


def test_rules_have_defaults_and_only_values_that_mean_something(demo):
    with demo.signed_in("security") as security:
        listed = {
            one["name"]: one["value"] for one in security.get(PATH + "/rules").json()["rules"]
        }
        assert listed["second_factor.clerk"] == "none"
        assert listed["password.change_days"] == "0"
        assert listed["request_signatures"] == "registered"
        for name, hall, value in (
            ("second_factor.clerk", "", "sometimes"),
            ("second_factor.citizen", "", "any"),
            ("password.change_days", "", "-1"),
            ("password.change_days", "", "１２"),
            ("request_signatures", "99030201", "never"),
            ("unheard-of", "", "x"),
            ("second_factor.clerk", "99030401", "any"),
        ):
            done = act(
                security,
                PATH + "/rules",
                "set-security-rule",
                name=name,
                hall=hall,
                value=value,
            )
            assert code_of(done) == "invalid-request", (name, value)


def test_a_halls_own_rule_goes_before_that_of_all(demo):
    with demo.signed_in("security") as security:
        for hall, value in (("", "any"), ("99030201", "security_key")):
            act(
                security,
                PATH + "/rules",
                "set-security-rule",
                name="second_factor.reviewer",
                hall=hall,
                value=value,
            )
        for hall, value in (("99030201", "security_key"), ("99030401", "any")):
            listed = security.get(f"{PATH}/rules?hall={hall}").json()["rules"]
            found = next(one for one in listed if one["name"] == "second_factor.reviewer")
            assert found["value"] == value
