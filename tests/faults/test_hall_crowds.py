"""Windows and kiosks all at once: nobody is called twice, nobody is lost, no number comes twice."""

import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime

import pytest
from hall_desk import MORNING, Desk, taken
from hall_fixtures import BOTH_STORES, running
from plain_figures import plain, raw_of
from platform_client import code_of, sign_in_as, sign_in_by_secret
from size import size
from sqlalchemy import create_engine, func, insert, select, update
from store_under_test import driver_url, settings_of

from hall_platform.clock import HALL_ZONE
from hall_platform.database import Store, open_store
from hall_platform.events.tables import events
from hall_platform.hall import line, taking
from hall_platform.hall.tables import (
    hall_windows,
    in_hand,
    queue_places,
    tickets,
    window_services,
)
from hall_platform.identity.tables import windows
from hall_platform.seed_data.places import HALL

TICKETS = size(short=60, full=10_000)
WINDOWS = size(short=8, full=20)
COUNTY = HALL.region[:6]
SERVICES = ("market", "health", "insurance", "civil", "city")
GROUP = 200


def filled(count, service="market"):
    """What makes so many wait for one service."""

    def prepare(store: Store) -> None:
        at = datetime.fromisoformat(MORNING).astimezone(HALL_ZONE)
        someone = taking.Arriving(
            county=COUNTY,
            hall=HALL.code,
            at=at,
            by="kiosk-01",
            services=[service],
            key=None,
            name="",
            source="kiosk",
            priority_reason="none",
            priority=False,
        )
        left = count
        while left:
            some = min(left, GROUP)
            store.write(
                lambda connection, some=some: [
                    taking.arrive(connection, someone) for _ in range(some)
                ][:0]
            )
            left -= some

    return prepare


def desks_at(platforms, codes):
    """A clerk at each of the windows, by turns at the processes."""
    for place, code in enumerate(codes):
        platform = platforms[place % len(platforms)]
        accounts = platform.accounts["clerks"]
        account = {**accounts[place % len(accounts)], "window": code}
        yield Desk(sign_in_as(platform, account)).open()


def call_until_nobody_waits(desk, ended):
    """Call and finish until nobody waits and nobody comes any more; who was called."""
    called = []
    while True:
        over = ended.is_set()
        answer = desk.call()
        if answer.status_code != 200:
            assert code_of(answer) == "nobody-waiting", answer.text
            if over:
                return called
            continue
        ticket = answer.json()
        called.append((ticket["ticket"], ticket["number"]))
        assert desk.on(ticket["ticket"], "finish").status_code == 200


def called_twice(calls):
    """Tickets that more than one call was given, of the calls of all windows."""
    return [ticket for ticket, count in Counter(calls).items() if count > 1]


@contextmanager
def looking_into(platform):
    """A connection of the test's own to the store of a running platform."""
    engine = create_engine(driver_url(platform.data_dir))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def told(connection, kind):
    return [
        json.loads(body)
        for body in connection.execute(
            select(events.c.body).where(events.c.kind == kind).order_by(events.c.id)
        ).scalars()
    ]


@pytest.mark.parametrize("store", BOTH_STORES)
def test_six_windows_call_from_one_queue(store, tmp_path, record_property):
    processes = 2 if store == "postgres" else 1
    with running(store, tmp_path, processes, filled(TICKETS)) as platforms, ExitStack() as stack:
        desks = list(desks_at(platforms, ("03", "04", "05", "06", "07", "08")))
        for desk in desks:
            stack.callback(desk.client.http.close)
        ended = threading.Event()
        ended.set()
        with ThreadPoolExecutor(len(desks)) as pool:
            by_window = list(pool.map(lambda desk: call_until_nobody_waits(desk, ended), desks))
        calls = [ticket for window in by_window for ticket, _ in window]
        assert called_twice(calls) == []
        assert len(calls) == TICKETS
        assert sum(bool(window) for window in by_window) == len(desks)
        with looking_into(platforms[0]) as connection:
            first = told(connection, "ticket-called")
            assert sorted(one["ticket"] for one in first) == sorted(calls)
            states = connection.execute(
                select(tickets.c.state, func.count()).group_by(tickets.c.state)
            ).all()
            left = [
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (queue_places, in_hand)
            ]
        assert [tuple(row) for row in states] == [("finished", TICKETS)]
        assert left == [0, 0]
    record_property("hall_called", len(calls))
    record_property("hall_called_twice", 0)


def more_windows(store: Store) -> None:
    """Twenty windows that take everything a kiosk gives out."""

    def work(connection):
        codes = [f"{number:02d}" for number in range(1, 21)]
        known = set(
            connection.execute(select(windows.c.code).where(windows.c.hall == HALL.code)).scalars()
        )
        for code in codes:
            here = {"county": COUNTY, "hall": HALL.code, "window": code}
            if code not in known:
                connection.execute(
                    insert(windows).values(hall=HALL.code, code=code, name=code, phone="")
                )
                connection.execute(
                    insert(hall_windows).values(
                        **here, state="closed", reason="", since="", turn=0, version=1
                    )
                )
        connection.execute(window_services.delete().where(window_services.c.hall == HALL.code))
        connection.execute(
            insert(window_services),
            [
                {"county": COUNTY, "hall": HALL.code, "window": code, "service": service}
                for code in codes
                for service in SERVICES
            ],
        )

    store.write(work)


@pytest.mark.parametrize("store", BOTH_STORES)
def test_five_kiosks_and_twenty_windows(store, tmp_path, record_property):
    processes = 2 if store == "postgres" else 1
    codes = [f"{number:02d}" for number in range(1, WINDOWS + 1)]
    with running(store, tmp_path, processes, more_windows) as platforms, ExitStack() as stack:
        desks = list(desks_at(platforms, codes))
        kiosks = [
            sign_in_by_secret(one, one.accounts["kiosks"][place % 2])
            for place, one in enumerate([*platforms * 5][:5])
        ]
        for client in (*kiosks, *(desk.client for desk in desks)):
            stack.callback(client.http.close)
        ended = threading.Event()

        def give_out(kiosk):
            return [
                taken(kiosk, SERVICES[number % len(SERVICES)])["number"]
                for number in range(TICKETS // len(kiosks))
            ]

        with ThreadPoolExecutor(len(kiosks) + len(desks)) as pool:
            calling = [pool.submit(call_until_nobody_waits, desk, ended) for desk in desks]
            giving = [pool.submit(give_out, kiosk) for kiosk in kiosks]
            try:
                given = [number for one in giving for number in one.result()]
            finally:
                ended.set()
            calls = [call for one in calling for call in one.result()]
        count = TICKETS // len(kiosks) * len(kiosks)
        assert len(given) == count
        assert len(set(given)) == count, "a number was given twice"
        for prefix in "ABCDF":
            serials = sorted(int(number[1:]) for number in given if number[0] == prefix)
            assert serials == list(range(1, len(serials) + 1)), "there is a gap"
        assert called_twice([ticket for ticket, _ in calls]) == []
        assert sorted(number for _, number in calls) == sorted(given)
        with looking_into(platforms[0]) as connection:
            heard = [told(connection, f"ticket-{kind}") for kind in ("taken", "called", "finished")]
            plainly = plain(
                row
                for row in raw_of(connection)
                if (row["hall"], row["day"].isoformat()) == (HALL.code, MORNING[:10])
            )
        for one in heard:
            assert sorted(body["number"] for body in one) == sorted(given)
        assert plainly["tickets_finished"] == count
        assert figures_of_the_day(platforms[0], plainly["tickets_finished"]) == plainly
    record_property("hall_numbers", count)
    record_property("hall_numbers_twice", 0)


def figures_of_the_day(platform, finished, seconds=60):
    """What the head of the hall is told, once so many are counted as finished."""
    head = next(one for one in platform.accounts["staff"] if one["username"] == "head")
    asked = f"/v1/analytics/figures?from={MORNING[:10]}&to={MORNING[:10]}&about=queue"
    until = time.monotonic() + seconds
    with sign_in_as(platform, head) as client:
        while True:
            figures = client.get(asked).json()["total"]["figures"]
            if figures["tickets_finished"] == finished or time.monotonic() > until:
                return figures
            time.sleep(0.1)


def naive_call(store: Store, day: str, window: str, meet: threading.Barrier) -> str | None:
    """How not to call: look who is first, then write down that they are called."""
    with store.read() as connection:
        first = connection.execute(
            select(queue_places.c.ticket)
            .where(queue_places.c.day == day)
            .order_by(queue_places.c.place, queue_places.c.serial)
            .limit(1)
        ).scalar_one_or_none()
    meet.wait(30)
    if first is None:
        return None

    def work(connection):
        connection.execute(
            update(tickets).where(tickets.c.id == first).values(state="called", window=window)
        )
        line.leave(connection, COUNTY, first)

    store.write(work)
    meet.wait(30)
    return first


@pytest.mark.sqlite
def test_control_looking_first_and_writing_then_calls_twice(tmp_path, record_property):
    """The same count sees it when windows call without the line's own taking."""
    with running("sqlite", tmp_path, 1, filled(60)) as (platform,):
        data_dir = platform.data_dir
    store = open_store(settings_of(data_dir))
    codes = ("03", "04", "05", "06", "07", "08")
    meet = threading.Barrier(len(codes))

    def window(code):
        found = [naive_call(store, MORNING[:10], code, meet) for _ in range(20)]
        return [one for one in found if one is not None]

    try:
        with ThreadPoolExecutor(len(codes)) as pool:
            calls = [ticket for one in pool.map(window, codes) for ticket in one]
    finally:
        store.close()
    twice = called_twice(calls)
    assert twice, "the control did not show what the test is for"
    record_property("hall_control_called_twice", len(twice))
