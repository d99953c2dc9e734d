"""Sign-in over a real socket: refusals alike, lock, rotation, reuse, roles."""

import statistics
import threading
import time
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import uvicorn
from platform_client import Client, code_of, sign_in, sign_in_device
from platform_process import PlatformProcess, seeded_copy
from store_under_test import SQLITE, STORE, opened, settings_of

from hall_platform.app import create_app
from hall_platform.clock import HALL_ZONE, PlayedClock
from hall_platform.database import open_store
from hall_platform.serving import listening_socket


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    process = PlatformProcess.start(tmp_path_factory.mktemp("identity") / "platform")
    yield process
    process.stop()


@contextmanager
def played_platform(data_dir):
    """The platform in this process, with a clock the test moves."""
    seeded_copy(data_dir)
    settings = settings_of(data_dir)
    clock = PlayedClock(datetime(2026, 11, 24, 9, 0, tzinfo=HALL_ZONE))
    store = open_store(settings)
    listener = listening_socket("127.0.0.1", 0)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings, store, clock), ws="none", lifespan="off", log_config=None
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", clock
    finally:
        server.should_exit = True
        thread.join(15)
        store.close()
        listener.close()


def clerk_of(platform, position=0):
    return dict(platform.accounts["clerks"][position])


def test_an_empty_store_has_no_account_at_all(tmp_path):
    platform = PlatformProcess.start(tmp_path / "empty", seed=False)
    try:
        with Client(platform.url) as client:
            assert client.get("/v1/health").json()["status"] == "ok"
            for username in ("admin", "root", "clerk03", "clerk"):
                body = {"username": username, "password": "admin", "window": "03"}
                assert code_of(client.post("/v1/sessions", body)) == "sign-in-refused"
            body = {"device": "counter-03", "secret": "x"}
            assert code_of(client.post("/v1/device-sessions", body)) == "device-refused"
    finally:
        platform.stop()
    with opened(platform.data_dir) as store:
        for table in ("operators", "devices", "windows", "sessions"):
            assert store.execute(f"SELECT count(*) FROM {table}").scalar_one() == 0


def test_sign_in_gives_session_operator_and_window(platform):
    with sign_in(platform) as clerk:
        session = clerk.session
        assert session["operator"]["roles"] == ["clerk"]
        assert session["operator"]["name"] == "测小兰"
        assert session["window"] == {
            "code": "03",
            "name": "综合窗口 03",
            "hall": {"code": "99030201", "name": "市民之家"},
            "region": "990302000000",
            "address": "试验省试验市雨山区市民中路66号",
            "phone": "0000-82300003",
        }
        expires = datetime.fromisoformat(session["access_expires_at"])
        assert timedelta(0) < expires - datetime.now(HALL_ZONE) <= timedelta(minutes=15)


def test_username_is_compared_folded(platform):
    body = clerk_of(platform)
    body["username"] = " ＣＬＥＲＫ03 "
    with Client(platform.url) as client:
        assert client.post("/v1/sessions", body).status_code == 201


def test_an_unknown_window_is_told_only_to_who_knows_the_password(platform):
    with Client(platform.url) as client:
        right = {**clerk_of(platform, 1), "window": "77"}
        assert code_of(client.post("/v1/sessions", right)) == "window-unknown"
        wrong = {**right, "password": "wrong"}
        assert code_of(client.post("/v1/sessions", wrong)) == "sign-in-refused"
        assert client.post("/v1/sessions", clerk_of(platform, 1)).status_code == 201


def test_unknown_and_known_names_are_refused_alike_and_take_alike(platform):
    def attempts(username):
        answers, seconds = [], []
        with Client(platform.url) as client:
            for _ in range(4):
                body = {"username": username, "password": "wrong", "window": "03"}
                began = time.perf_counter()
                answer = client.post("/v1/sessions", body)
                seconds.append(time.perf_counter() - began)
                answers.append((code_of(answer), answer.json()["attempts_remaining"]))
        return answers, statistics.median(seconds)

    known, known_seconds = attempts(clerk_of(platform, 2)["username"])
    unknown, unknown_seconds = attempts("nobody-of-that-name")
    assert known == unknown == [("sign-in-refused", left) for left in (4, 3, 2, 1)]
    assert 0.4 < known_seconds / unknown_seconds < 2.5
    with Client(platform.url) as client:
        assert client.post("/v1/sessions", clerk_of(platform, 2)).status_code == 201


def test_the_fifth_failure_locks_for_fifteen_minutes(tmp_path):
    with played_platform(tmp_path / "played") as (url, clock), Client(url) as client:
        accounts = PlatformProcess(None, tmp_path / "played", url).accounts
        right = accounts["clerks"][0]
        for username in (right["username"], "somebody-unknown"):
            wrong = {"username": username, "password": "wrong", "window": "03"}
            codes = [code_of(client.post("/v1/sessions", wrong)) for _ in range(6)]
            assert codes == ["sign-in-refused"] * 4 + ["account-locked"] * 2
        locked = client.post("/v1/sessions", right)
        assert locked.status_code == 403
        assert locked.json()["locked_until"] == "2026-11-24T09:15:00.000+08:00"
        clock.advance(timedelta(minutes=14, seconds=59))
        assert code_of(client.post("/v1/sessions", right)) == "account-locked"
        clock.advance(timedelta(seconds=2))
        assert client.post("/v1/sessions", right).status_code == 201
        wrong = {**right, "password": "wrong"}
        assert client.post("/v1/sessions", wrong).json()["attempts_remaining"] == 4


def test_guesses_side_by_side_are_counted_too(platform):
    body = {"username": "guessed-at", "password": "wrong", "window": "03"}
    codes = []

    def guess():
        with Client(platform.url) as client:
            codes.append(code_of(client.post("/v1/sessions", body)))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["account-locked"] * 8 + ["sign-in-refused"] * 4


def test_access_runs_out_refresh_renews_and_ends_after_the_shift(tmp_path):
    with played_platform(tmp_path / "played") as (url, clock):
        platform = PlatformProcess(None, tmp_path / "played", url)
        with sign_in(platform) as clerk, sign_in_device(platform, "03") as device:
            clock.advance(timedelta(minutes=16))
            assert code_of(clerk.get("/v1/items")) == "not-signed-in"
            assert device.get("/v1/items").status_code == 200
            body = {"refresh_token": clerk.session["refresh_token"]}
            renewed = clerk.post("/v1/sessions/refresh", body).json()
            assert renewed["session"] == clerk.session["session"]
            clerk.headers["Authorization"] = f"Bearer {renewed['access_token']}"
            assert clerk.get("/v1/items").status_code == 200
            clock.advance(timedelta(hours=12))
            body = {"refresh_token": renewed["refresh_token"]}
            assert code_of(clerk.post("/v1/sessions/refresh", body)) == "session-ended"
            assert code_of(device.get("/v1/items")) == "session-ended"


def test_a_refresh_token_used_twice_ends_the_session(platform):
    with sign_in(platform) as clerk:
        first = clerk.session["refresh_token"]
        renewed = clerk.post("/v1/sessions/refresh", {"refresh_token": first}).json()
        assert renewed["refresh_token"] != first
        assert set(renewed) == set(clerk.session)
        again = clerk.post("/v1/sessions/refresh", {"refresh_token": first})
        assert code_of(again) == "session-ended"
        for token in (clerk.session["access_token"], renewed["access_token"]):
            clerk.headers["Authorization"] = f"Bearer {token}"
            assert clerk.get("/v1/items").status_code == 401
        newest = {"refresh_token": renewed["refresh_token"]}
        assert code_of(clerk.post("/v1/sessions/refresh", newest)) == "session-ended"


def test_sign_out_ends_both_tokens(platform):
    with sign_in(platform) as clerk:
        assert clerk.request("DELETE", "/v1/sessions/current").status_code == 204
        assert clerk.get("/v1/items").status_code == 401
        body = {"refresh_token": clerk.session["refresh_token"]}
        assert code_of(clerk.post("/v1/sessions/refresh", body)) == "session-ended"


def test_a_device_may_not_look_at_people(platform):
    with sign_in_device(platform, "03") as device:
        assert device.session["device"]["code"] == "counter-03"
        holder = {"kind": "resident", "number": "990302199001010016"}
        for path, body in (
            ("/v1/licence-queries", {"holder": holder, "item": None, "purpose": "x"}),
            ("/v1/preapplication-queries", {"holder": holder, "purpose": "x"}),
            ("/v1/case-queries", {"holder": holder, "purpose": "x"}),
        ):
            assert code_of(device.post(path, body)) == "not-allowed"
        assert device.get("/v1/items").status_code == 200
        assert device.get("/v1/sync/receipts?keys=a").status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer nonsense", "Basic YTpi", "nonsense"])
def test_without_a_good_token_nothing_is_told(platform, header):
    with Client(platform.url, {"Authorization": header} if header else {}) as client:
        answer = client.get("/v1/items")
        assert code_of(answer) == "not-signed-in"
        assert answer.headers["www-authenticate"] == "Bearer"


def test_neither_passwords_nor_tokens_are_kept_readable(platform):
    with sign_in(platform) as clerk, sign_in_device(platform, "04") as device:
        with opened(platform.data_dir) as store:
            kept = store.dump()
        if STORE == SQLITE:  # all that is in the file, also what was deleted
            wal = platform.database_path.with_name("platform.sqlite-wal")
            for file in (platform.database_path, *([wal] if wal.exists() else [])):
                kept += file.read_bytes().decode("utf-8", "replace")
        for secret in (
            *(one["password"] for one in platform.accounts["clerks"]),
            *(one["secret"] for one in platform.accounts["devices"]),
            clerk.session["access_token"],
            clerk.session["refresh_token"],
            device.session["access_token"],
        ):
            assert secret not in kept
        assert "$argon2id$" in kept
