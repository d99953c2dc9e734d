"""Many listeners, slow ones, and those whose session ends."""

import asyncio
import contextlib
import logging
import resource
import socket
import threading
import time
import uuid
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import uvicorn
from platform_client import Client, Stream, accept_act, code_of, sign_in
from platform_process import ACCOUNTS, PlatformProcess, seeded_copy
from platform_roles import sessions_of_all_roles, tokens_of
from store_under_test import settings_of

from hall_platform.app import create_app
from hall_platform.clock import PlayedClock, SystemClock
from hall_platform.connections import Connection
from hall_platform.database import open_store
from hall_platform.events import chores, listeners, log, routes
from hall_platform.serving import listening_socket

CITY = 1_500
NOW = SystemClock().now()


@contextmanager
def served(data_dir, **settings):
    """The application in this process, so that its patience can be made short."""
    store = open_store(settings_of(data_dir, **settings))
    app = create_app(settings_of(data_dir, **settings), store)
    listener = listening_socket("127.0.0.1", 0)
    server = uvicorn.Server(
        uvicorn.Config(app, http=Connection, lifespan="off", log_config=None, ws="none")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", store
    finally:
        server.should_exit = True
        thread.join(20)
        store.close()
        listener.close()


def emit(store, count=1, body=None, kind="case-accepted"):
    def work(connection):
        for number in range(count):
            log.emit(
                connection,
                kind,
                at=NOW,
                county="990302",
                hall="99030201",
                subject=f"case-{number}",
                body=body or {},
            )

    store.write(work)


@pytest.fixture
def data_dir(tmp_path):
    return seeded_copy(tmp_path / "platform")


def listening_as(url, token):
    return Client(url, {"Authorization": f"Bearer {token}"})


def test_signs_of_life_come_and_the_stream_ends_with_its_session(data_dir):
    tokens = sessions_of_all_roles(data_dir)
    short = timedelta(seconds=0.1)
    with (
        served(data_dir, heartbeat=short) as (url, _store),
        Stream(listening_as(url, tokens["clerk"])) as stream,
    ):
        assert [stream.next_line() for _ in range(6)] == ["", ":"] * 3
        with listening_as(url, tokens["clerk"]) as leaving:
            assert leaving.request("DELETE", "/v1/sessions/current").status_code == 204
        with pytest.raises(StopIteration):
            stream.next()


def test_who_takes_nothing_is_let_go(data_dir, monkeypatch, caplog):
    """Its queue is bounded, the platform serves the others meanwhile, and no fault is logged."""
    monkeypatch.setattr(routes, "TAKE_SECONDS", 0.3)
    tokens = sessions_of_all_roles(data_dir)
    told = 40 * 50 * 6_000
    with served(data_dir) as (url, store), stuck_listener(url, tokens["clerk"]) as stuck:
        with Stream(
            listening_as(url, tokens["supervisor"]), "?kinds=preapplication-changed"
        ) as one:
            for _ in range(40):  # more than any socket's buffers hold
                emit(store, 50, {"text": "长" * 2_000})
            emit(store, kind="preapplication-changed")
            assert one.next()["kind"] == "preapplication-changed"
        taken = 0
        with contextlib.suppress(ConnectionResetError):
            while piece := stuck.recv(1 << 20):  # ends, for the platform has hung up
                taken += len(piece)
    assert taken < told
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


@contextmanager
def stuck_listener(url, token):
    """A connection that asks for events and reads nothing."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as raw:
        raw.sendall(
            f"GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        assert raw.recv(15) == b"HTTP/1.1 200 OK"
        yield raw


def test_what_was_missed_comes_in_pages_and_only_ones_own(data_dir, monkeypatch):
    monkeypatch.setattr(listeners, "PAGE", 7)
    tokens = sessions_of_all_roles(data_dir)
    with served(data_dir) as (url, store):
        emit(store, 30)
        with Stream(listening_as(url, tokens["reviewer"]), last=3) as stream:
            emit(store, 10)
            assert [stream.next()["id"] for _ in range(37)] == list(range(4, 41))
        with Stream(listening_as(url, tokens["display"]), last=0) as stream:
            emit(store, kind="ticket-called")  # cases are not for the wall
            assert stream.next()["kind"] == "ticket-called"


def test_events_are_kept_a_month_and_then_it_is_said_that_they_are_gone(data_dir, monkeypatch):
    monkeypatch.setattr(chores, "AT_ONCE", 4)
    tokens = sessions_of_all_roles(data_dir)
    with served(data_dir) as (url, store):
        emit(store, 10)
        clock = PlayedClock(NOW + chores.KEPT + timedelta(seconds=1))
        with Stream(listening_as(url, tokens["clerk"]), last=0) as stream:
            assert stream.next()["id"] == 1  # all is there yet
        store.write(
            lambda connection: log.emit(
                connection,
                "case-accepted",
                at=clock.now(),
                county="990302",
                hall="99030201",
                subject="new",
                body={},
            )
        )
        chores.forget_old(SimpleNamespace(store=store, clock=clock))
        for last in (0, 5, 9):
            refused = Stream(listening_as(url, tokens["clerk"]), last=last)
            assert refused.answer.status_code == 410
            assert code_of(refused.answer) == "events-forgotten"
            assert refused.answer.json()["last"] == 11
            refused.__exit__()
        with Stream(listening_as(url, tokens["clerk"]), last=10) as stream:
            assert stream.next()["subject"] == "new"  # behind what is gone nothing is missing


def test_an_event_nobody_named_is_refused(data_dir):
    with served(data_dir) as (_url, store), pytest.raises(ValueError, match="nonsense"):
        store.write(
            lambda connection: log.emit(
                connection, "nonsense", at=NOW, county="", hall="", subject="", body={}
            )
        )


def test_a_whole_citys_counters_listen_to_one_process(data_dir):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2 * CITY:
        pytest.skip(f"only {hard} files may be open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    tokens = tokens_of(data_dir, "device", -(-CITY // listeners.STREAMS_A_SESSION))
    assert (data_dir / ACCOUNTS).exists()
    platform = PlatformProcess.start(data_dir)
    try:
        with sign_in(platform) as clerk:
            seconds = asyncio.run(_heard_by_all(platform.url, tokens, clerk))
    finally:
        assert platform.stop() == 0
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert seconds < 10  # a generous bound for a busy machine; a quiet one takes tenths


async def _heard_by_all(url, tokens, clerk):
    address = urlsplit(url)

    async def connect(number):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        token = tokens[number // listeners.STREAMS_A_SESSION]
        writer.write(
            f"GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        assert b"200" in await reader.readline()
        while await reader.readline() != b":\n":
            pass
        return reader, writer

    async def hear(reader):
        while not (line := await reader.readline()).startswith(b"data: "):
            assert line
        return line

    async with asyncio.timeout(90):
        streams = [await connect(number) for number in range(CITY)]
        number = await asyncio.to_thread(lambda: clerk.lease(1)[0])
        act = {**await asyncio.to_thread(accept_act, clerk, number), "case": str(uuid.uuid4())}
        heard = [asyncio.create_task(hear(reader)) for reader, _ in streams]
        began = time.monotonic()
        answer = await asyncio.to_thread(clerk.accept, act)
        assert answer.status_code == 201
        lines = await asyncio.gather(*heard)
        seconds = time.monotonic() - began
        assert {act["case"].encode() in line for line in lines} == {True}
    for _, writer in streams:
        writer.close()
    return seconds
