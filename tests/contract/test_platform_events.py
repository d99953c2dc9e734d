"""Live updates: in order, without gaps, from where one left off, and over when they should be."""

import signal
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest
from platform_client import (
    Stream,
    accept_act,
    code_of,
    side_by_side,
    sign_in,
    sign_in_device,
)
from platform_process import PlatformProcess
from store_under_test import opened

CASES = "?kinds=case-accepted"  # a platform that has just begun tells of what is due, too


@pytest.fixture
def platform(tmp_path):
    process = PlatformProcess.start(tmp_path / "platform")
    yield process
    process.stop()


@pytest.fixture
def clerk(platform):
    with sign_in(platform) as signed_in:
        yield signed_in


def accept_some(clerk, count):
    return [clerk.accept(accept_act(clerk, number)).json()["case"] for number in clerk.lease(count)]


def test_what_is_accepted_is_told_at_once(clerk):
    with Stream(clerk, CASES) as stream:
        act = accept_act(clerk, clerk.lease(1)[0])
        receipt = clerk.accept(act).json()
        event = stream.next()
    assert event["kind"] == "case-accepted"
    assert (event["county"], event["hall"]) == ("990302", "99030201")
    assert event["body"] == {
        "case": act["case"],
        "number": receipt["number"],
        "item": act["item"],
        "window": "03",
        "state": "accepted",
        "was": "",
        "for_county": "990302",
        "due_on": receipt["due_on"],
    }


def test_a_refused_act_and_a_replay_tell_nothing(clerk):
    with Stream(clerk, CASES) as stream:
        act = accept_act(clerk, clerk.lease(1)[0])
        assert clerk.accept({**act, "item": "nothing"}).status_code == 422
        clerk.accept(act, "told-once")
        clerk.accept(act, "told-once")
        (last,) = accept_some(clerk, 1)
        first, second = stream.next(), stream.next()
    assert [first["subject"], second["subject"]] == [act["case"], last]
    assert second["id"] > first["id"]


def test_after_a_break_nothing_is_missed_and_nothing_comes_twice(platform, clerk):
    with Stream(clerk, CASES) as stream:
        before = accept_some(clerk, 3)
        events = [stream.next() for _ in range(3)]
    missed = accept_some(clerk, 4)
    with Stream(clerk, CASES, last=events[1]["id"]) as stream:
        later = accept_some(clerk, 2)
        events = [stream.next() for _ in range(1 + 4 + 2)]
    assert [one["subject"] for one in events] == [before[2], *missed, *later]
    # Others' events lie between; the log itself has no gap.
    assert_no_gap(platform)
    told = [one["id"] for one in events]
    assert told == sorted(told)


def assert_no_gap(platform):
    """Of the log itself: who listens to some kinds sees where others' events lie between."""
    with opened(platform.data_dir) as store:
        kept = store.execute("SELECT id FROM events ORDER BY id").scalars().all()
    assert kept == list(range(1, len(kept) + 1))


def test_a_restart_loses_no_event(platform, clerk):
    accepted = accept_some(clerk, 2)
    platform.kill()
    again = platform.restarted()
    try:
        clerk.url = again.url
        with Stream(clerk, CASES, last=0) as stream:
            assert [stream.next()["subject"] for _ in range(2)] == accepted
    finally:
        again.stop()


def test_only_the_kinds_asked_for(clerk):
    one = next(one for one in clerk.preapplications() if one["state"] == "checked")
    with Stream(clerk, "?kinds=preapplication-changed") as stream:
        accept_some(clerk, 1)
        clerk.claim(one)
        event = stream.next()
    assert (event["kind"], event["body"]["state"]) == ("preapplication-changed", "claimed")
    assert code_of(clerk.get("/v1/events?kinds=nonsense")) == "invalid-request"


@pytest.mark.parametrize("number", ["x", "-1", "1.5", "9" * 30, "١"])
def test_a_last_event_that_is_no_number(clerk, number):
    answer = clerk.http.get(
        clerk.url + "/v1/events",
        headers={**clerk.headers, "Last-Event-ID": number.encode()},
        timeout=20,
    )
    assert code_of(answer) == "invalid-request"


def test_a_number_nobody_gave_means_from_now_on(clerk):
    accept_some(clerk, 1)
    with Stream(clerk, CASES, last=1_000_000) as stream:
        (case,) = accept_some(clerk, 1)
        assert stream.next()["subject"] == case


def test_numbers_follow_each_other_when_many_write_at_once(platform, clerk):
    numbers = clerk.lease(40)
    template = accept_act(clerk, None)
    devices = [sign_in_device(platform, "03") for _ in range(8)]

    def write(place):
        import uuid

        for number in numbers[place::8]:
            act = {**template, "case": str(uuid.uuid4()), "number": number}
            assert devices[place].accept(act).status_code == 201

    with Stream(clerk, CASES) as stream:
        side_by_side([lambda p=place: write(p) for place in range(8)])
        heard = [stream.next()["id"] for _ in range(40)]
    assert heard == sorted(set(heard))
    assert_no_gap(platform)
    for device in devices:
        device.http.close()


def test_a_session_has_only_so_many_streams(clerk):
    streams = [Stream(clerk, CASES) for _ in range(4)]
    refused = Stream(clerk, CASES)
    assert code_of(refused.answer) == "too-many-streams"
    for stream in (*streams, refused):
        stream.__exit__()


@pytest.mark.parametrize("way", ["stdin", "SIGTERM", "SIGINT"])
def test_streams_end_when_the_platform_does(platform, clerk, way):
    ended = threading.Event()

    def listen():
        with Stream(clerk, CASES) as stream:
            ready.set()
            with pytest.raises(StopIteration):
                stream.next()
        ended.set()

    ready = threading.Event()
    thread = threading.Thread(target=listen)
    thread.start()
    assert ready.wait(20)
    began = time.monotonic()
    if way == "stdin":
        assert platform.stop() == 0
    else:
        platform.process.send_signal(getattr(signal, way))
        assert platform.process.wait(15) == 0
    assert ended.wait(5)  # with its end, not with a broken connection
    assert time.monotonic() - began < 4  # the server's patience with open answers is 5 s
    thread.join()
    assert "Traceback" not in (platform.data_dir / "stderr.txt").read_text()


def test_a_client_that_goes_leaves_the_platform_well(platform, clerk):
    address = urlsplit(platform.url)
    for _ in range(20):
        with socket.create_connection((address.hostname, address.port), timeout=20) as raw:
            raw.sendall(
                b"GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: "
                + clerk.headers["Authorization"].encode()
                + b"\r\n\r\n"
            )
            assert raw.recv(1000).startswith(b"HTTP/1.1 200")
    with Stream(clerk, CASES) as stream:  # and its place among the session's streams is free again
        accept_some(clerk, 1)
        stream.next()
    assert "Traceback" not in platform.log_path.read_text()
