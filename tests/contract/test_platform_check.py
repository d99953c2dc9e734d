"""`hall-platform check`: the reference platform keeps the contract; planted faults are found."""

import json
import threading
from contextlib import contextmanager

import pytest
import uvicorn
from planted_faults import BEHAVIOUR, PROTOCOL
from platform_process import ACCOUNTS, PlatformProcess, run_platform, seeded_copy
from size import FULL, size
from store_under_test import opened, settings_of

from hall_platform.app import create_app
from hall_platform.clock import SystemClock
from hall_platform.connections import Connection
from hall_platform.database import open_store
from hall_platform.serving import listening_socket

pytestmark = pytest.mark.timeout(300)


def check(url, accounts, *options):
    done = run_platform("check", url, "--accounts", accounts, "--json", *options, timeout=200)
    assert done.stderr == ""
    told = json.loads(done.stdout)
    return done.returncode, told, {one["name"]: one for one in told["checks"]}


OPEN = {  # what waits for somebody, by where it stands in the store
    "cases": "SELECT id FROM cases WHERE state NOT IN "
    "('delivered', 'refused', 'withdrawn', 'terminated')",
    "tickets": "SELECT id FROM tickets WHERE state NOT IN ('finished', 'void')",
    "windows": "SELECT \"window\" FROM hall_windows WHERE state != 'closed'",
    "appointments": "SELECT id FROM appointments WHERE state = 'booked'",
    "codes": "SELECT id FROM presentation_codes WHERE redeemed_at IS NULL AND cancelled_at IS NULL",
    "drafts": "SELECT id FROM drafts WHERE state = 'open'",
    "applications": "SELECT id FROM preapplications WHERE state NOT IN ('accepted', 'withdrawn')",
    "sessions": "SELECT id FROM sessions WHERE ended_at IS NULL",
}


def still_open(platform):
    with opened(platform.data_dir) as store:
        return {name: sorted(store.execute(asked).scalars()) for name, asked in OPEN.items()}


def test_the_reference_platform_keeps_every_sentence(tmp_path):
    platform = PlatformProcess.start(tmp_path / "platform")
    try:
        before = still_open(platform)
        status, told, _ = check(platform.url, platform.data_dir / ACCOUNTS)
        assert [one for one in told["checks"] if one["outcome"] != "passed"] == []
        assert (status, told["failed"], told["left"]) == (0, 0, [])
        assert {"clerk", "device"} <= set(told["roles"])
        after = still_open(platform)
        # Appointments may be missed meanwhile, as on any day; none is added.
        assert set(after.pop("appointments")) <= set(before.pop("appointments"))
        assert after == before
        read_only, few, _ = check(platform.url, platform.data_dir / ACCOUNTS, "--read-only")
        assert (read_only, few["failed"]) == (0, 0)
        assert 0 < len(few["checks"]) < len(told["checks"])
    finally:
        platform.stop()


def test_what_nobody_was_given_for_is_not_checked_and_says_what_to_give(faulty, tmp_path):
    app, url = faulty
    known = json.loads((app.data_dir / ACCOUNTS).read_text("utf-8"))
    alone = tmp_path / "accounts.json"
    alone.write_text(json.dumps({"clerks": known["clerks"][:1]}))
    missing = {
        "called-once": "a second clerk of the hall, at another window",
        "withdrawn-is-over": "a reviewer",
        "presented-once": "a verified citizen",
        "other-county": "a clerk of another county",
    }
    status, told, checks = check(url, alone, *only([*missing, "duplicates-flagged"]))
    assert {name for name, one in checks.items() if one["outcome"] == "passed"} == {
        "duplicates-flagged"
    }
    for name, what in missing.items():
        assert checks[name]["outcome"] == "not checked"
        assert checks[name]["seen"].startswith(f"needs {what}")
    assert (status, told["not checked"], told["left"]) == (0, len(missing), [])


def test_the_item_and_the_service_may_be_named(faulty):
    app, url = faulty
    named = ("--item", "no-such-item", "--service", "no-such-service")
    wanted = only(["duplicates-flagged", "one-window"])
    status, told, checks = check(url, app.data_dir / ACCOUNTS, *named, *wanted)
    assert (status, told["passed"]) == (1, 0)
    assert "no-such-item" in checks["duplicates-flagged"]["seen"]
    assert "(--service)" in checks["one-window"]["seen"]


def test_nobody_there_is_a_sentence(tmp_path):
    done = run_platform("check", "http://127.0.0.1:9")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("hall-platform: http://127.0.0.1:9 does not answer")
    (tmp_path / "accounts").write_text("{")
    assert (
        "is no JSON"
        in run_platform("check", "http://x", "--accounts", tmp_path / "accounts").stderr
    )


class Faulty:
    """The application with a fault in front of it; streams pass."""

    def __init__(self, app, data_dir):
        self.app, self.data_dir, self.coming, self.going = app, data_dir, None, None

    async def __call__(self, scope, receive, send):
        if self.coming is not None:
            self.coming(scope)
        if self.going is None or scope["path"] == "/v1/events":
            await self.app(scope, receive, send)
            return
        start, pieces = {}, []

        async def gather(message):
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                pieces.append(message.get("body", b""))

        await self.app(scope, receive, gather)
        headers = [(name.lower(), value) for name, value in start["headers"]]
        asked = f"{scope['method']} {scope['path']}"
        status, headers, body = self.going(asked, start["status"], headers, b"".join(pieces))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@contextmanager
def served(data_dir):
    store = open_store(settings_of(data_dir))
    faulty = Faulty(create_app(settings_of(data_dir), store, SystemClock()), data_dir)
    listener = listening_socket("127.0.0.1", 0)
    server = uvicorn.Server(
        uvicorn.Config(faulty, http=Connection, lifespan="off", log_config=None, ws="none")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield faulty, f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        store.close()
        listener.close()


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    with served(seeded_copy(tmp_path_factory.mktemp("check") / "platform")) as running:
        yield running


def failed_with(faulty, fault, *options):
    """The checks that do not hold with the fault planted, each of which says what it saw."""
    app, url = faulty
    app.coming, app.going = fault.coming, fault.going
    try:
        status, _, checks = check(url, app.data_dir / ACCOUNTS, *options)
    finally:
        app.coming = app.going = None
    failed = {name for name, one in checks.items() if one["outcome"] == "failed"}
    assert all(checks[name]["seen"] for name in failed)
    assert status == bool(failed)
    return failed


def only(names):
    return [option for name in sorted(names) for option in ("--only", name)]


@pytest.mark.parametrize("fault", size(short=list(PROTOCOL)[::4], full=list(PROTOCOL)))
def test_a_planted_fault_is_found(faulty, fault):
    planted = PROTOCOL[fault]
    assert failed_with(faulty, planted, *only(planted.found_by)) == planted.found_by


@pytest.mark.parametrize("fault", size(short=list(BEHAVIOUR)[:4], full=list(BEHAVIOUR)))
def test_a_fault_of_behaviour_is_found_and_by_nothing_else(faulty, fault):
    planted = BEHAVIOUR[fault]
    asked = () if FULL else only(planted.found_by)
    assert failed_with(faulty, planted, *asked) == planted.found_by
