"""Secrets of authenticators lie sealed: a copy of the database makes no codes."""

import base64
import os
import stat

import pyotp
import pytest
from identity_platform import STORES, act, identity_platform
from platform_client import code_of
from platform_process import PlatformProcess
from sqlalchemy import text
from store_under_test import opened, settings_of

from hall_platform.database import open_store
from hall_platform.identity import factor_key


@pytest.fixture(params=STORES)
def hall(request, tmp_path):
    with identity_platform(tmp_path / "platform", request.param) as running:
        demand_codes(running)
        yield running


@pytest.fixture
def demo(tmp_path):
    with identity_platform(tmp_path / "platform") as running:
        demand_codes(running)
        yield running


@pytest.fixture
def key_file(tmp_path):
    return tmp_path / "platform" / "factors.key"


def demand_codes(platform):
    with platform.signed_in("security") as security:
        done = act(
            security,
            "/v1/administration/rules",
            "set-security-rule",
            name="second_factor.clerk",
            hall="99030201",
            value="any",
        )
        assert done.status_code == 200, done.text


def begun(platform, username):
    """An enrolment begun at sign-in: the client, its answer, what completes it."""
    client = platform.anonymous()
    asked = client.post("/v1/sessions", platform.account(username)).json()
    begin = {"sign_in": asked["sign_in"], "kind": "totp"}
    answer = client.post("/v1/sessions/enrolments", begin)
    return client, answer, asked["sign_in"]


def completed(platform, client, answer, sign_in):
    shown = answer.json()
    return client.post(
        "/v1/sessions/enrolments/completion",
        {
            "sign_in": sign_in,
            "enrolment": shown["enrolment"],
            "name": "我的",
            "code": pyotp.TOTP(shown["secret"]).at(platform.clock.now()),
        },
    )


def enrolled(platform, username="clerk03"):
    """The secret of a clerk who enrolled an authenticator."""
    client, answer, sign_in = begun(platform, username)
    assert answer.status_code == 201, answer.text
    done = completed(platform, client, answer, sign_in)
    assert done.status_code == 201, done.text
    client.http.close()
    platform.pass_time(seconds=90)
    return answer.json()["secret"]


def sign_in(platform, secret, username="clerk03"):
    with platform.anonymous() as client:
        asked = client.post("/v1/sessions", platform.account(username)).json()
        code = pyotp.TOTP(secret).at(platform.clock.now())
        return client.post(
            "/v1/sessions/second-factor", {"sign_in": asked["sign_in"], "code": code}
        )


def kept(platform):
    with platform.store.read() as connection:
        return list(connection.execute(text("SELECT credential FROM factors")).scalars())


def set_kept(platform, credential):
    platform.store.write(
        lambda connection: connection.execute(
            text("UPDATE factors SET credential = :kept"), {"kept": credential}
        )
    )


def test_the_raw_database_holds_no_secret(demo, key_file, tmp_path):
    half_way = begun(demo, "clerk04")[1].json()["secret"]  # an enrolment under way is kept too
    secret = enrolled(demo)
    with opened(tmp_path / "platform") as store:
        raw = store.dump().encode()
    raw += b"".join(path.read_bytes() for path in (tmp_path / "platform").glob("platform.sqlite*"))
    assert b"clerk03" in raw  # these are the bytes that are asked
    for one in (secret, half_way):
        assert one.encode() not in raw
        assert base64.b32decode(one) not in raw
    assert base64.b64decode(key_file.read_bytes()) not in raw
    assert key_file.read_bytes().strip() not in raw
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


@pytest.mark.sqlite
def test_nothing_of_a_secret_from_before_is_left_once_it_was_sealed(tmp_path):
    with identity_platform(tmp_path / "platform") as running:
        demand_codes(running)
        secret = enrolled(running)
        set_kept(running, secret)
        assert sign_in(running, secret).status_code == 201
    raw = (tmp_path / "platform" / "platform.sqlite").read_bytes()
    assert b"clerk03" in raw
    assert secret.encode() not in raw


def test_sealed_codes_sign_in_on_both_stores(hall):
    secret = enrolled(hall)
    assert sign_in(hall, secret).status_code == 201
    assert all(secret not in one for one in kept(hall))


def test_a_secret_from_before_still_opens_and_is_sealed_when_it_is_used(hall):
    secret = enrolled(hall)
    set_kept(hall, secret)
    assert sign_in(hall, secret).status_code == 201
    assert all(factor_key.is_sealed(one) for one in kept(hall))
    hall.pass_time(seconds=90)
    assert sign_in(hall, secret).status_code == 201


def test_a_key_that_is_gone_is_said_and_counts_as_no_guess(demo, key_file):
    secret = enrolled(demo)
    away = key_file.rename(key_file.with_name("elsewhere"))
    for _ in range(6):
        refused = sign_in(demo, secret)
        assert (refused.status_code, code_of(refused)) == (409, "factor-key-missing")
        assert "系统管理员" in refused.json()["title"]
    assert code_of(begun(demo, "clerk04")[1]) == "factor-key-missing"
    assert not key_file.exists()  # a new key would hide that the old one is gone
    away.rename(key_file)
    assert sign_in(demo, secret).status_code == 201


@pytest.mark.parametrize(
    "other", [base64.b64encode(bytes(32)), b"", b"\xff\xfe nothing", base64.b64encode(bytes(16))]
)
def test_another_key_is_said(demo, key_file, other):
    secret = enrolled(demo)
    right = key_file.read_bytes()
    key_file.write_bytes(other)
    assert code_of(sign_in(demo, secret)) == "factor-key-wrong"
    assert code_of(begun(demo, "clerk04")[1]) == "factor-key-wrong"
    key_file.write_bytes(right)
    assert sign_in(demo, secret).status_code == 201


def test_once_the_factors_of_a_lost_key_are_forgotten_a_new_one_is_made(demo, key_file):
    enrolled(demo)
    key_file.unlink()
    with demo.signed_in("system") as system, demo.signed_in("security") as security:
        every = system.get("/v1/administration/operators?limit=200").json()["operators"]
        clerk = next(one for one in every if one["username"] == "clerk03")
        asked = act(
            system,
            f"/v1/administration/operators/{clerk['id']}/recovery-requests",
            "ask-recovery",
            reason="保管密钥丢失",
        )
        assert asked.status_code == 201, asked.text
        done = act(
            security,
            f"/v1/administration/approvals/{asked.json()['id']}/decision",
            "decide-approval",
            approved=True,
            reason="属实",
        )
        assert done.status_code == 200, done.text
    assert kept(demo) == [""]
    assert sign_in(demo, enrolled(demo, "clerk04"), "clerk04").status_code == 201


def test_a_secret_moved_to_another_account_opens_no_more(demo):
    secret = enrolled(demo)
    enrolled(demo, "clerk04")
    mine = kept(demo)[0]
    demo.store.write(
        lambda connection: connection.execute(
            text("UPDATE factors SET credential = :kept"), {"kept": mine}
        )
    )
    answers = [sign_in(demo, secret, name) for name in ("clerk03", "clerk04")]
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    (refused,) = (answer for answer in answers if answer.status_code == 409)
    assert code_of(refused) == "factor-key-wrong"


def test_of_two_workers_with_two_keys_the_second_is_refused(hall, tmp_path):
    client, answer, under_way = begun(hall, "clerk03")  # sealed under this worker's key
    other = tmp_path / "other.key"
    with hall.store.read() as connection:
        sealed = factor_key.sealed(other, connection, "JBSWY3DPEHPK3PXP", "somebody")
        (operator,) = connection.execute(
            text("SELECT id FROM operators WHERE username = 'clerk05'")
        ).scalars()
    hall.store.write(
        lambda connection: connection.execute(
            text(
                "INSERT INTO factors (id, operator, kind, name, credential, counter, enrolled_at)"
                " VALUES ('f', :operator, 'totp', 'x', :sealed, 0, '2026-11-24T09:00:00+08:00')"
            ),
            {"operator": operator, "sealed": sealed},
        )
    )
    assert code_of(completed(hall, client, answer, under_way)) == "factor-key-wrong"
    assert kept(hall) == [sealed]
    assert code_of(begun(hall, "clerk04")[1]) == "factor-key-wrong"


def test_a_named_key_is_used_and_made_once(tmp_path):
    named = tmp_path / "keys" / "factors"
    named.parent.mkdir()
    with identity_platform(tmp_path / "platform", factor_key=named) as running:
        demand_codes(running)
        secret = enrolled(running)
        first = named.read_bytes()
        enrolled(running, "clerk04")
        assert sign_in(running, secret).status_code == 201
    assert named.read_bytes() == first
    assert os.listdir(named.parent) == ["factors"]
    assert not (tmp_path / "platform" / "factors.key").exists()


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    nowhere = tmp_path / "nowhere" / "factors.key"
    with identity_platform(tmp_path / "platform", factor_key=nowhere) as running:
        demand_codes(running)
        assert code_of(begun(running, "clerk03")[1]) == "factor-key-missing"


def test_serve_says_at_once_that_the_key_is_gone_and_serves(tmp_path):
    data_dir = tmp_path / "platform"
    with identity_platform(data_dir) as running:
        demand_codes(running)
        enrolled(running)
    settings = settings_of(data_dir)
    settings.factor_key_path.rename(tmp_path / "other")
    store = open_store(settings)
    with store.read() as connection:
        assert factor_key.complaint(tmp_path / "other", connection) == ""
        (tmp_path / "third").write_bytes(base64.b64encode(bytes(32)))
        assert "another key" in factor_key.complaint(tmp_path / "third", connection)
    store.close()
    running = PlatformProcess.start(data_dir, seed=False)  # it answers before this returns
    running.stop()
    told = (data_dir / "stderr.txt").read_text()
    assert told.startswith("hall-platform: ")
    assert "factors.key is not there" in told
    assert len(told.splitlines()) == 1
