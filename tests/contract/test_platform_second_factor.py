"""Signing in step by step over a real socket: security keys, codes, first passwords, recovery."""

import copy
import json

import pyotp
import pytest
from identity_platform import STORES, act, identity_platform, into
from platform_client import code_of
from software_authenticator import SoftwareAuthenticator
from sqlalchemy import text

CHOSEN = "mountain lake seven birds"


@pytest.fixture(params=STORES)
def platform(request, tmp_path):
    with identity_platform(tmp_path / "platform", request.param) as running:
        yield running


@pytest.fixture
def demo(tmp_path):
    with identity_platform(tmp_path / "platform") as running:
        yield running


def demand(platform, value, role="clerk", hall="99030201"):
    with platform.signed_in("security") as security:
        done = act(
            security,
            "/v1/administration/rules",
            "set-security-rule",
            name=f"second_factor.{role}",
            hall=hall,
            value=value,
        )
        assert done.status_code == 200, done.text


def enrol_at_sign_in(platform, client, problem, kind, authenticator=None):
    """Enrol a factor as the sign-in asks; the answer and the code's secret."""
    body = {"sign_in": problem["sign_in"], "kind": kind}
    begun = client.post("/v1/sessions/enrolments", body)
    assert begun.status_code == 201, begun.text
    shown = begun.json()
    proof = {"sign_in": problem["sign_in"], "enrolment": shown["enrolment"], "name": "我的"}
    if kind == "totp":
        proof["code"] = pyotp.TOTP(shown["secret"]).at(platform.clock.now())
    else:
        proof["credential"] = authenticator.make(shown["options"])
    return client.post("/v1/sessions/enrolments/completion", proof), shown["secret"]


def begin(platform, username="clerk03", **others):
    client = platform.anonymous()
    answer = client.post("/v1/sessions", {**platform.account(username), **others})
    return client, answer


def test_where_nothing_is_demanded_the_password_is_enough_as_before(demo):
    with demo.signed_in("clerk03") as clerk:
        assert set(clerk.session) == {
            *("session", "access_token", "access_expires_at", "refresh_token"),
            *("operator", "hall", "window"),
        }


def test_a_hall_that_demands_a_key_gets_one_at_the_next_sign_in(platform):
    demand(platform, "security_key")
    key = SoftwareAuthenticator()
    client, asked = begin(platform)
    assert (asked.status_code, code_of(asked)) == (403, "factor-enrolment-required")
    assert asked.json()["kinds"] == ["security_key"]
    assert "access_token" not in asked.text
    body = {"sign_in": asked.json()["sign_in"], "kind": "totp"}
    assert code_of(client.post("/v1/sessions/enrolments", body)) == "factor-refused"
    done, _ = enrol_at_sign_in(platform, client, asked.json(), "security_key", key)
    assert done.status_code == 201, done.text
    assert into(client, done).get("/v1/items").status_code == 200

    client, asked = begin(platform)
    assert code_of(asked) == "second-factor-required"
    assert asked.json()["kinds"] == ["security_key"]
    body = {"sign_in": asked.json()["sign_in"], "credential": key.sign(asked.json()["options"])}
    done = client.post("/v1/sessions/second-factor", body)
    assert done.status_code == 201, done.text
    assert done.json()["operator"]["roles"] == ["clerk"]
    assert code_of(client.post("/v1/sessions/second-factor", body)) == "sign-in-over"
    with into(client, done) as clerk:
        (shown, *_) = [
            one for one in clerk.get("/v1/own-sessions").json()["sessions"] if one["current"]
        ]
        assert shown["factor"] == "security_key"


def test_other_halls_and_roles_are_not_asked(demo):
    demand(demo, "security_key")
    assert demo.signed_in("east01").session["window"]["code"] == "01"
    assert demo.signed_in("head").session["operator"]["roles"] == ["supervisor"]


def enrolled_key(platform):
    demand(platform, "security_key")
    key = SoftwareAuthenticator()
    client, asked = begin(platform)
    done, _ = enrol_at_sign_in(platform, client, asked.json(), "security_key", key)
    assert done.status_code == 201, done.text
    return key


def test_what_is_not_this_keys_signature_of_this_challenge_is_refused(demo):
    key = enrolled_key(demo)
    client, asked = begin(demo)
    problem = asked.json()

    def show(credential):
        body = {"sign_in": problem["sign_in"], "credential": credential}
        return client.post("/v1/sessions/second-factor", body)

    elsewhere = copy.copy(key)
    elsewhere.origin = "https://hall.example.invalid"
    stranger = SoftwareAuthenticator(credential=key.credential, rp_id=key.rp_id)
    untouched = copy.copy(key)
    untouched.flags = 0
    for wrong in (elsewhere, stranger, untouched):
        assert code_of(show(wrong.sign(problem["options"]))) == "factor-refused"
    other_client, other = begin(demo)
    assert code_of(show(key.sign(other.json()["options"]))) == "factor-refused"  # 4th
    other_client.http.close()
    key.counter += 10
    assert show(key.sign(problem["options"])).status_code == 201
    key.counter = 0  # a copy that has counted less
    client, asked = begin(demo)
    problem = asked.json()
    assert code_of(show(key.sign(problem["options"]))) == "factor-refused"


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"id": 1},
        {"id": "x", "rawId": "x", "type": "public-key", "response": {}},
        {"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30"}},
        {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {"clientDataJSON": "AAAA", "attestationObject": "o2Nm", "signature": ""},
        },
    ],
)
def test_shapeless_credentials_are_refused_in_words(demo, credential):
    enrolled_key(demo)
    client, asked = begin(demo)
    body = {"sign_in": asked.json()["sign_in"], "credential": credential}
    assert code_of(client.post("/v1/sessions/second-factor", body)) == "factor-refused"
    begun = client.post("/v1/sessions/second-factor", {"sign_in": body["sign_in"]})
    assert code_of(begun) == "factor-refused"


def test_a_code_counts_once_and_within_one_step(platform):
    demand(platform, "any")
    client, asked = begin(platform)
    assert asked.json()["kinds"] == ["security_key", "totp"]
    done, secret = enrol_at_sign_in(platform, client, asked.json(), "totp")
    assert done.status_code == 201, done.text
    codes = pyotp.TOTP(secret)

    def show(moment_off):
        client, asked = begin(platform)
        assert (code_of(asked), asked.json()["options"]) == ("second-factor-required", None)
        code = codes.at(platform.clock.now(), counter_offset=moment_off)
        body = {"sign_in": asked.json()["sign_in"], "code": code}
        answer = client.post("/v1/sessions/second-factor", body)
        client.http.close()
        return answer

    assert code_of(show(0)) == "factor-refused"  # it was used to enrol
    platform.pass_time(seconds=120)
    assert show(-1).status_code == 201
    assert code_of(show(-1)) == "factor-refused"  # the same again
    assert show(0).status_code == 201
    assert show(1).status_code == 201
    platform.pass_time(seconds=300)
    assert code_of(show(2)) == "factor-refused"
    assert code_of(show(-2)) == "factor-refused"
    assert show(0).status_code == 201


def test_guesses_at_the_second_factor_lock_it(demo):
    demand(demo, "any")
    client, asked = begin(demo)
    done, secret = enrol_at_sign_in(demo, client, asked.json(), "totp")
    assert done.status_code == 201
    client, asked = begin(demo)
    right = pyotp.TOTP(secret).at(demo.clock.now(), counter_offset=1)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    body = {"sign_in": asked.json()["sign_in"], "code": wrong}
    codes = [code_of(client.post("/v1/sessions/second-factor", body)) for _ in range(6)]
    assert codes == ["factor-refused"] * 5 + ["account-locked"]
    client, asked = begin(demo)  # the password alone does not open it
    body = {"sign_in": asked.json()["sign_in"], "code": right}
    assert code_of(client.post("/v1/sessions/second-factor", body)) == "account-locked"


def test_a_sign_in_does_not_wait_for_ever(demo):
    demand(demo, "any")
    client, asked = begin(demo)
    demo.pass_time(minutes=6)
    body = {"sign_in": asked.json()["sign_in"], "kind": "totp"}
    assert code_of(client.post("/v1/sessions/enrolments", body)) == "sign-in-over"


def test_no_step_is_taken_out_of_turn(demo):
    demand(demo, "any")
    client, asked = begin(demo)
    token = asked.json()["sign_in"]
    for path, body in (
        ("second-factor", {"sign_in": token, "code": "123456"}),
        ("new-password", {"sign_in": token, "new_password": CHOSEN}),
        ("second-factor", {"sign_in": "made up", "code": "123456"}),
    ):
        assert code_of(client.post(f"/v1/sessions/{path}", body)) == "sign-in-over"


def new_account(platform, roles=("clerk",)):
    """An account as system and security administrator make one; its one-time password."""
    with platform.signed_in("system") as system, platform.signed_in("security") as security:
        made = act(
            system,
            "/v1/administration/operators",
            "create-operator",
            username="Clerk77",
            name="测新人",
            hall="99030201",
        )
        assert made.status_code == 201, made.text
        path = f"/v1/administration/operators/{made.json()['id']}"
        asked = act(system, path + "/role-requests", "ask-roles", roles=roles, reason="新到岗")
        approval = f"/v1/administration/approvals/{asked.json()['id']}/decision"
        given = act(security, approval, "decide-approval", approved=True, reason="已核对")
        assert given.status_code == 200, given.text
        password = system.post(path + "/one-time-password", None).json()["password"]
    return made.json(), password


def test_the_first_password_has_to_be_changed_and_the_factor_enrolled(platform):
    demand(platform, "any")
    _, password = new_account(platform)
    client = platform.anonymous()
    body = {"username": "clerk77", "password": password, "window": "03"}
    asked = client.post("/v1/sessions", body)
    assert code_of(asked) == "password-change-required"
    token = asked.json()["sign_in"]

    def choose(new):
        return client.post("/v1/sessions/new-password", {"sign_in": token, "new_password": new})

    for weak, reason in (
        ("short", "too-short"),
        ("password2026", "common"),
        ("clerk77clerk77", "own-name"),
    ):
        refused = choose(weak)
        assert (code_of(refused), refused.json()["reason"]) == ("password-too-weak", reason)
    assert code_of(choose(password)) == "password-unchanged"
    further = choose(CHOSEN)
    assert code_of(further) == "factor-enrolment-required"
    assert further.json()["sign_in"] == token
    done, _ = enrol_at_sign_in(platform, client, further.json(), "totp")
    assert done.status_code == 201, done.text
    assert code_of(client.post("/v1/sessions", body)) == "sign-in-refused"
    again = client.post("/v1/sessions", {**body, "password": CHOSEN})
    assert code_of(again) == "second-factor-required"


def test_a_one_time_password_works_for_three_days(demo):
    _, password = new_account(demo)
    demo.pass_time(days=3, seconds=1)
    body = {"username": "clerk77", "password": password, "window": "03"}
    with demo.anonymous() as client:
        assert code_of(client.post("/v1/sessions", body)) == "sign-in-refused"


def test_changing_the_password_ends_other_sessions(platform):
    account = platform.account("clerk04")
    one, other = platform.signed_in("clerk04"), platform.signed_in("clerk04")
    wrong = {"password": "not it", "new_password": CHOSEN}
    assert code_of(one.post("/v1/own-password", wrong)) == "password-wrong"
    change = {"password": account["password"], "new_password": CHOSEN}
    assert one.post("/v1/own-password", change).status_code == 204
    assert one.get("/v1/own-sessions").status_code == 200
    assert other.get("/v1/own-sessions").status_code == 401
    token = {"refresh_token": other.session["refresh_token"]}
    assert code_of(other.post("/v1/sessions/refresh", token)) == "session-ended"
    assert code_of(one.post("/v1/sessions", account)) == "sign-in-refused"
    assert platform.signed_in("clerk04", password=CHOSEN).session["session"]


def test_a_city_may_ask_for_a_new_password_from_time_to_time(demo):
    with demo.signed_in("security") as security:
        done = act(
            security,
            "/v1/administration/rules",
            "set-security-rule",
            name="password.change_days",
            hall="",
            value="90",
        )
        assert done.status_code == 200, done.text
    assert demo.signed_in("clerk03").session
    demo.pass_time(days=95)  # counted from the day the invented hall was made
    client, asked = begin(demo)
    assert code_of(asked) == "password-change-required"
    body = {"sign_in": asked.json()["sign_in"], "new_password": CHOSEN}
    assert client.post("/v1/sessions/new-password", body).status_code == 201


def test_factors_of_ones_own(platform):
    password = platform.account("clerk03")["password"]
    clerk, other = platform.signed_in("clerk03"), platform.signed_in("clerk03")
    key = SoftwareAuthenticator()
    wish = {"password": password, "kind": "security_key"}
    assert code_of(clerk.post("/v1/own-factors", {**wish, "password": "no"})) == "password-wrong"
    begun = clerk.post("/v1/own-factors", wish).json()
    proof = {
        "enrolment": begun["enrolment"],
        "name": "钥匙扣上的",
        "credential": key.make(begun["options"]),
    }
    made = clerk.post("/v1/own-factors/completion", proof)
    assert made.status_code == 201, made.text
    assert code_of(clerk.post("/v1/own-factors/completion", proof)) == "sign-in-over"
    assert other.get("/v1/own-sessions").status_code == 401
    assert [one["name"] for one in clerk.get("/v1/own-factors").json()["factors"]] == ["钥匙扣上的"]
    _, asked = begin(platform)
    assert code_of(asked) == "second-factor-required"  # who has one is asked for it
    demand(platform, "any")
    removal = f"/v1/own-factors/{made.json()['id']}/removal"
    assert code_of(clerk.post(removal, {"password": password})) == "factor-needed"
    demand(platform, "none")
    assert clerk.post(removal, {"password": password}).status_code == 204
    assert clerk.get("/v1/own-factors").json() == {"factors": []}
    assert platform.signed_in("clerk03").session


def test_any_of_several_factors_will_do(demo):
    password = demo.account("clerk03")["password"]
    clerk, secrets = demo.signed_in("clerk03"), []
    for name in ("手机", "平板"):
        begun = clerk.post("/v1/own-factors", {"password": password, "kind": "totp"}).json()
        code = pyotp.TOTP(begun["secret"]).at(demo.clock.now())
        proof = {"enrolment": begun["enrolment"], "name": name, "code": code}
        assert clerk.post("/v1/own-factors/completion", proof).status_code == 201
        secrets.append(begun["secret"])
    demo.pass_time(minutes=1)
    for secret in secrets:
        client, asked = begin(demo)
        body = {
            "sign_in": asked.json()["sign_in"],
            "code": pyotp.TOTP(secret).at(demo.clock.now()),
        }
        assert client.post("/v1/sessions/second-factor", body).status_code == 201


def test_a_lost_factor_is_forgotten_by_two_administrators(platform):
    enrolled_key(platform)
    operator = "clerk03"
    with platform.signed_in("system") as system, platform.signed_in("security") as security:
        known = system.get("/v1/administration/operators").json()["operators"]
        lost = next(one for one in known if one["username"] == operator)
        assert lost["factors"] == ["security_key"]
        path = f"/v1/administration/operators/{lost['id']}"
        alone = act(security, path + "/recovery-requests", "ask-recovery", reason="丢失")
        assert code_of(alone) == "not-allowed"
        asked = act(system, path + "/recovery-requests", "ask-recovery", reason="丢失").json()
        decision = f"/v1/administration/approvals/{asked['id']}/decision"
        alone = act(system, decision, "decide-approval", approved=True, reason="是")
        assert code_of(alone) == "not-allowed"
        _, before = begin(platform)
        assert code_of(before) == "second-factor-required"
        given = act(security, decision, "decide-approval", approved=True, reason="持证到场")
        assert given.json()["state"] == "approved"
        again = act(security, decision, "decide-approval", approved=True, reason="又")
        assert code_of(again) == "already-decided"
    _, after = begin(platform)
    assert code_of(after) == "factor-enrolment-required"


def test_a_new_password_from_the_administrator_does_not_pass_by_the_factor(demo):
    enrolled_key(demo)
    with demo.signed_in("system") as system:
        known = system.get("/v1/administration/operators").json()["operators"]
        lost = next(one for one in known if one["username"] == "clerk03")
        path = f"/v1/administration/operators/{lost['id']}/one-time-password"
        password = system.post(path, None).json()["password"]
    client, asked = begin(demo, password=password)
    assert code_of(asked) == "second-factor-required"
    body = {"sign_in": asked.json()["sign_in"], "new_password": CHOSEN}
    assert code_of(client.post("/v1/sessions/new-password", body)) == "sign-in-over"


def test_no_secret_of_a_sign_in_is_kept_readable(platform):
    _, password = new_account(platform)
    client = platform.anonymous()
    body = {"username": "clerk77", "password": password, "window": "03"}
    token = client.post("/v1/sessions", body).json()["sign_in"]
    with platform.store.read() as connection:
        kept = json.dumps(
            [
                [list(map(str, row)) for row in connection.execute(text(f"SELECT * FROM {table}"))]
                for table in ("operators", "sign_ins", "idempotency_keys", "audit_lines")
            ]
        )
    assert password not in kept
    assert token not in kept
