"""`hall-platform check`: the reference platform keeps the contract; planted faults are found."""

import json
import threading
import uuid
from contextlib import contextmanager

import pytest
import uvicorn
from platform_process import ACCOUNTS, PlatformProcess, run_platform, seeded_copy
from size import size

from hall_platform.app import create_app
from hall_platform.clock import SystemClock
from hall_platform.connections import Connection
from hall_platform.database import open_store
from hall_platform.serving import listening_socket
from hall_platform.settings import Settings

pytestmark = pytest.mark.timeout(300)


def check(url, accounts, *options):
    done = run_platform("check", url, "--accounts", accounts, "--json", *options, timeout=200)
    assert done.stderr == ""
    told = json.loads(done.stdout)
    return done.returncode, told, {one["name"]: one for one in told["checks"]}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return seeded_copy(tmp_path_factory.mktemp("check") / "platform")


def test_the_reference_platform_keeps_every_sentence(tmp_path):
    platform = PlatformProcess.start(tmp_path / "platform")
    try:
        status, told, _ = check(platform.url, platform.data_dir / ACCOUNTS)
        assert [one for one in told["checks"] if one["outcome"] != "passed"] == []
        assert (status, told["failed"]) == (0, 0)
        assert {"clerk", "device"} <= set(told["roles"])
        read_only, few, _ = check(platform.url, platform.data_dir / ACCOUNTS, "--read-only")
        assert (read_only, few["failed"]) == (0, 0)
        assert 0 < len(few["checks"]) < len(told["checks"])
    finally:
        platform.stop()


def test_nobody_there_is_a_sentence(tmp_path):
    done = run_platform("check", "http://127.0.0.1:9")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("hall-platform: http://127.0.0.1:9 does not answer")
    (tmp_path / "accounts").write_text("{")
    assert (
        "is no JSON"
        in run_platform("check", "http://x", "--accounts", tmp_path / "accounts").stderr
    )


# planted faults ---------------------------------------------------------------------------------


def other_key(scope):
    """Idempotency off: each delivery is another act."""
    if scope["path"] == "/v1/number-blocks":
        scope["headers"] = [
            (
                name,
                uuid.uuid4().hex.encode()
                if name == b"idempotency-key" and b" " not in value
                else value,
            )
            for name, value in scope["headers"]
        ]


def any_state(scope):
    """If-Match that nobody looks at."""
    kept = [one for one in scope["headers"] if one[0] != b"if-match"]
    scope["headers"] = [*kept, (b"if-match", b"*")]


def text_problem(status, headers, body):
    if status >= 400 and body:
        headers = [one for one in headers if one[0] not in (b"content-type", b"content-length")]
        return (
            status,
            [*headers, (b"content-type", b"text/plain"), (b"content-length", b"4")],
            b"oops",
        )
    return status, headers, body


def open_to_all(status, headers, body):
    return (200 if status == 403 else status), headers, body


def open_to_strangers(status, headers, body):
    return (200 if status == 401 else status), headers, body


def without(name):
    def fault(status, headers, body):
        return status, [one for one in headers if one[0] != name], body

    return fault


def edited(change):
    """The JSON answer changed, where it has what the change looks for."""

    def fault(status, headers, body):
        try:
            value = json.loads(body)
            change(value)
        except (ValueError, KeyError, TypeError, IndexError):
            return status, headers, body
        new = json.dumps(value, ensure_ascii=False).encode()
        kept = [one for one in headers if one[0] != b"content-length"]
        return status, [*kept, (b"content-length", b"%d" % len(new))], new

    return fault


def nothing_known(value):
    value["unknown"] += [one["key"] for one in value["done"]]
    value["done"] = value["receipts"] = []


def last_page(value):
    if value["next"]:
        value["next"] = None


FAULTS = {
    "idempotency off": (other_key, None, {"replayed", "reused"}),
    "If-Match ignored": (any_state, None, {"stale"}),
    "problems as text": (
        None,
        text_problem,
        {"closed-without-token", "wrong-bodies", "unknown-routes"},
    ),
    "open to all roles": (None, open_to_all, {"closed-to-other-roles"}),
    "open to strangers": (None, open_to_strangers, {"closed-without-token"}),
    "kept by caches": (None, without(b"cache-control"), {"standing-headers"}),
    "no ETag": (None, without(b"etag"), {"not-modified", "case-there"}),
    "replays not told": (None, without(b"idempotency-replayed"), {"replayed"}),
    "batches out of order": (None, edited(lambda value: value["answers"].reverse()), {"batches"}),
    "receipts forgotten": (None, edited(nothing_known), {"read-back"}),
    "no next page": (
        None,
        edited(last_page),
        {"pages"},
    ),
    "a member left out": (None, edited(lambda value: value.pop("version")), {"health"}),
}


class Faulty:
    """The application with a fault in front of it; streams pass."""

    def __init__(self, app):
        self.app, self.coming, self.going = app, None, None

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
        status, headers, body = self.going(start["status"], headers, b"".join(pieces))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@contextmanager
def served(data_dir):
    store = open_store(Settings(data_dir))
    faulty = Faulty(create_app(Settings(data_dir), store, SystemClock()))
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
def faulty(data_dir):
    with served(data_dir) as running:
        yield running


@pytest.mark.parametrize("fault", size(short=list(FAULTS)[::4], full=list(FAULTS)))
def test_a_planted_fault_is_found(faulty, data_dir, fault):
    app, url = faulty
    app.coming, app.going, found_by = FAULTS[fault]
    only = [option for name in sorted(found_by) for option in ("--only", name)]
    status, _, checks = check(url, data_dir / ACCOUNTS, *only)
    failed = {name for name, one in checks.items() if one["outcome"] == "failed"}
    assert (status, found_by <= failed) == (1, True), (fault, failed)
    assert all(checks[name]["seen"] for name in failed)
