"""The counter's side of the platform's events: whole, in order, and back after every loss."""

import json
import threading
import time

import pytest
from answering_server import AnsweringServer, answer, problem
from hypothesis import given
from hypothesis import strategies as st
from platform_client import accept_act, sign_in
from platform_process import PlatformProcess

from counter_app.devices.simulators.network import SimulatedNetwork
from counter_app.domain.happening import FeedLost, FeedReady, Happening
from counter_app.platform_link import events
from counter_app.platform_link.events import EventStream, Lines
from counter_app.platform_link.link import Link

SECONDS = 20


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch):
    monkeypatch.setattr(events, "FIRST_PAUSE_S", 0.02)
    monkeypatch.setattr(events, "LONGEST_PAUSE_S", 0.05)


def told(number, kind="ticket-called"):
    body = {
        "id": number,
        "at": "2026-11-26T09:00:00.000+08:00",
        "kind": kind,
        "county": "990302",
        "hall": "99030201",
        "subject": f"ticket-{number}",
        "body": {"number": f"A{number:03d}", "name": "测*"},
    }
    return f"id: {number}\nevent: {kind}\ndata: {json.dumps(body)}\n\n".encode()


def stream_of(*pieces):
    """An answer that is a stream of these pieces and ends."""
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return head + chunks + b"0\r\n\r\n"


@pytest.fixture
def serve():
    """A platform that gives these streams in turn, and a feed that listens to it."""
    made = []

    def begin(*streams):
        turn = iter(streams)

        def reply(request):
            if request.path == "/v1/device-sessions":
                return answer(201, {"session": "d", "access_token": f"token-{len(made)}"})
            return next(turn, problem(503, "store-unavailable"))

        server = AnsweringServer(reply).__enter__()
        link = Link(server.url, device="display-1", device_secret=lambda: "s")
        feed = EventStream(link, ("ticket-called",))
        made.extend((feed, server))
        return server, feed

    yield begin
    for feed, server in zip(made[::2], made[1::2], strict=True):
        feed.close()
        server.__exit__()


def hear(feed, count):
    """The next `count` things the feed tells."""
    heard, until = [], time.monotonic() + SECONDS
    while len(heard) < count:
        assert time.monotonic() < until, heard
        event = feed.next_event(0.1)
        if event is not None:
            heard.append(event)
    return heard


def listened(server):
    return [one for one in server.requests if one.path.startswith("/v1/events")]


def test_events_come_with_what_they_say(serve):
    server, feed = serve(stream_of(b":\n\n", told(7)))
    ready, event = hear(feed, 2)
    assert ready == FeedReady(missed_none=False)
    assert isinstance(event, Happening)
    assert (event.id, event.kind, event.subject) == (7, "ticket-called", "ticket-7")
    assert event.body == {"number": "A007", "name": "测*"}
    assert event.at.utcoffset().total_seconds() == 8 * 3600
    asked = listened(server)[0]
    assert "kinds=ticket-called" in asked.path
    assert asked.headers["Authorization"].startswith("Bearer token-")
    assert "Last-Event-ID" not in asked.headers


def test_after_a_loss_it_goes_on_behind_the_last(serve):
    server, feed = serve(stream_of(told(7), told(8)), stream_of(told(9)))
    heard = hear(feed, 6)
    assert [type(one) for one in heard] == [
        FeedReady, Happening, Happening, FeedLost, FeedReady, Happening,
    ]  # fmt: skip
    assert heard[3].code == "platform.unreachable"
    assert heard[4] == FeedReady(missed_none=True)
    assert listened(server)[1].headers["Last-Event-ID"] == "8"


def test_a_loss_is_said_once_however_often_it_fails(serve):
    server, feed = serve(stream_of(told(1)))
    hear(feed, 4)  # ready, the event, the end of the stream, and that the platform is busy
    assert feed.next_event(0.3) is None
    until = time.monotonic() + SECONDS
    while len(listened(server)) < 4 and time.monotonic() < until:
        assert feed.next_event(0.05) is None


def test_a_token_that_has_ended_is_renewed(serve):
    server, feed = serve(problem(401, "not-signed-in"), stream_of(told(1)))
    heard = hear(feed, 3)
    assert isinstance(heard[0], FeedLost)
    assert isinstance(heard[2], Happening)
    assert [one.path for one in server.requests].count("/v1/device-sessions") == 2


def test_what_is_too_long_ago_begins_anew_and_says_so(serve):
    server, feed = serve(stream_of(told(3)), problem(410, "events-gone"), stream_of(told(900)))
    heard = hear(feed, 6)
    ready = [one for one in heard if isinstance(one, FeedReady)]
    assert ready == [FeedReady(missed_none=False)] * 2
    assert "Last-Event-ID" not in listened(server)[2].headers


@pytest.mark.parametrize(
    "piece",
    [b"data: {\n\n", b"data: []\n\n", b"data: {}\n\n", b"x" * (events.LARGEST_LINE + 1)],
    ids=["half", "no object", "empty", "endless"],
)
def test_what_is_no_event_is_a_loss_and_nothing_worse(serve, piece):
    _, feed = serve(stream_of(piece), stream_of(told(1)))
    heard = hear(feed, 4)
    assert heard[1] == FeedLost("platform.garbled")
    assert isinstance(heard[3], Happening)


def test_a_captive_portal_is_no_platform(serve):
    _, feed = serve(answer(200, b"<html>", Content_Type="text/html"), stream_of(told(1)))
    assert isinstance(hear(feed, 1)[0], FeedReady | FeedLost)
    assert isinstance(hear(feed, 3)[-1], Happening)


def test_closing_ends_a_wait_at_once(serve):
    held = threading.Event()

    def hold(connection):
        connection.sendall(stream_of(told(1))[:-5])
        held.wait(SECONDS)

    _, feed = serve(hold)
    hear(feed, 2)
    ended = threading.Event()
    waiting = threading.Thread(target=lambda: (feed.next_event(0.1), ended.set()))
    waiting.start()
    feed.close()
    assert ended.wait(SECONDS / 2)
    held.set()
    waiting.join()
    assert feed.next_event(0.1) is None, "what was closed says nothing more"


@given(
    st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line and b"\r" not in line)),
    st.data(),
)
def test_however_a_stream_is_cut_the_lines_are_the_same(lines, data):
    whole = b"".join(line + b"\n" for line in lines)
    reader, found, rest = Lines(), [], whole
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        found += reader.feed(rest[:size])
        rest = rest[size:]
    assert found == lines


def test_none_is_missed_at_a_platform_whose_network_was_pulled(tmp_path):
    platform = PlatformProcess.start(tmp_path / "platform")
    try:
        with sign_in(platform) as clerk, SimulatedNetwork(platform.url) as network:
            device = next(
                one for one in platform.accounts["devices"] if one["window"] == clerk.window
            )
            link = Link(
                network.url, device=device["device"], device_secret=lambda: device["secret"]
            )
            feed = EventStream(link, ("case-accepted",))
            assert hear(feed, 1) == [FeedReady(missed_none=False)]
            cases, heard = [], []
            for number in clerk.lease(12):
                if len(cases) == 4:
                    network.pull()
                if len(cases) == 8:
                    network.plug()
                cases.append(clerk.accept(accept_act(clerk, number)).json()["case"])
            while len(heard) < len(cases):
                heard += [one for one in hear(feed, 1) if isinstance(one, Happening)]
            feed.close()
        assert [one.subject for one in heard] == cases
        assert [one.id for one in heard] == sorted(one.id for one in heard)
    finally:
        platform.stop()
