"""Figures equal a plain calculation over the raw events, on both stores, whatever the day was."""

import uuid
from collections import defaultdict
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_figures import plain, raw
from platform_client import side_by_side
from postgres_server import postgres_database
from size import size
from sqlalchemy import delete, func, insert, select
from store_under_test import on_postgresql, on_sqlite

from hall_platform.access import Caller
from hall_platform.analytics import behind, chores, figures, folding, keeping, questions
from hall_platform.analytics.periods import Period
from hall_platform.analytics.questions import Question
from hall_platform.analytics.rebuilding import differences, rebuild, whole_since
from hall_platform.analytics.tables import figure_cells, figure_rows, figure_tallies
from hall_platform.analytics.territory import scope_of
from hall_platform.clock import HALL_ZONE
from hall_platform.database import open_store
from hall_platform.events.log import emit, forget
from hall_platform.events.tables import event_serial, events
from hall_platform.identity.tables import halls
from hall_platform.problems import Problem
from hall_platform.settings import Settings

CITY_HALL, COUNTY_HALL, TOWN_HALL, VILLAGE_HALL, EAST_HALL = "C1", "Y1", "T1", "V1", "E1"
REGIONS = {
    CITY_HALL: "990300000000",
    COUNTY_HALL: "990302000000",
    TOWN_HALL: "990302003000",
    VILLAGE_HALL: "990302003007",
    EAST_HALL: "990304000000",
}
FIRST = date(2026, 2, 27)  # a month ends within, and a day
LAST = date(2026, 3, 2)

SERVER = on_postgresql()


@pytest.fixture(scope="module")
def server():
    with postgres_database() as url:
        yield url


@pytest.fixture(scope="module", params=[on_sqlite(), SERVER])
def store(request, tmp_path_factory):
    """An empty store with five halls of one city in it."""
    folder = tmp_path_factory.mktemp("figures")
    url = None if request.param == "sqlite" else request.getfixturevalue("server")
    opened = open_store(Settings(folder, url))
    opened.write(
        lambda connection: connection.execute(
            insert(halls),
            [
                {"code": code, "name": code, "region": region, "county": region[:6], "address": ""}
                for code, region in REGIONS.items()
            ],
        )
    )
    yield opened
    opened.close()


def supervisor(hall):
    region = REGIONS[hall]
    return Caller("s", frozenset({"supervisor"}), hall=hall, region=region, county=region[:6])


def emptied(store):
    def work(connection):
        for table in (figure_tallies, figure_cells, figure_rows, events, event_serial):
            connection.execute(delete(table))

    store.write(work)


# a ticket's life: what happens, and after how many seconds ------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(("recall", "pass", "park", "transfer", "again", "finish", "void")),
        st.integers(0, 4000) | st.just(86_399),
    ),
    max_size=6,
)
TICKETS = st.lists(
    st.tuples(
        st.sampled_from(sorted(REGIONS)),
        st.sampled_from(("register", "insure", "marry")),
        st.sampled_from(("01", "02", "03")),
        st.integers(0, 4 * 86_400 - 1) | st.sampled_from((86_399, 86_400, 0)),
        st.integers(0, 7200),
        STEPS,
    ),
    max_size=12,
)


def happenings(tickets):
    """The events of the tickets as a hall tells them, in order of time."""
    begin = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=HALL_ZONE)
    told = []
    for serial, (hall, service, window, second, waited, steps) in enumerate(tickets, 1):
        at = begin + timedelta(seconds=second)
        body = {"service": service, "window": "", "number": f"A{serial:03d}"}
        told.append((at, "ticket-taken", hall, serial, dict(body)))
        at += timedelta(seconds=waited, milliseconds=400)
        body["window"] = window
        told.append((at, "ticket-called", hall, serial, {**body, "waited": waited}))
        for step, seconds in steps:
            at += timedelta(seconds=seconds)
            if step == "finish":
                told.append((at, "ticket-finished", hall, serial, {**body, "served": seconds}))
            elif step == "again":  # the next service of the same visit
                body["service"] = "marry"
                told.append((at, "ticket-taken", hall, serial, dict(body)))
                told.append((at, "ticket-called", hall, serial, {**body, "waited": 0}))
            else:
                kinds = {"pass": "passed", "park": "parked", "transfer": "transferred"}
                kinds |= {"recall": "recalled", "void": "void"}
                told.append((at, f"ticket-{kinds[step]}", hall, serial, dict(body)))
                if step == "transfer":
                    body["window"], body["service"] = "04", "insure"
    return sorted(told, key=lambda one: one[0])


def tell(store, told):
    def work(connection):
        for at, kind, hall, serial, body in told:
            emit(
                connection,
                kind,
                at=at,
                county=REGIONS[hall][:6],
                hall=hall,
                subject=str(uuid.UUID(int=serial)),
                body=body,
            )

    store.write(work)


# the plain calculation ---------------------------------------------------------------------------


LABELS = {
    "all": lambda row: "",
    "day": lambda row: row["day"].isoformat(),
    "month": lambda row: row["day"].isoformat()[:7],
    "hour": lambda row: f"{row['hour']:02d}",
    "service": lambda row: row["service"],
    "window": lambda row: row["window"],
    "hall": lambda row: row["hall"],
    "county": lambda row: REGIONS[row["hall"]][:6],
    "township": lambda row: REGIONS[row["hall"]][:9],
    "village": lambda row: REGIONS[row["hall"]][:12],
}


def plainly(rows, *, by, region, hall, period, service=None, window=None, hour=None):
    parts = defaultdict(list)
    for row in rows:
        mine = REGIONS[row["hall"]].startswith(region) if region else row["hall"] == hall
        wanted = (
            mine
            and period.first <= row["day"] <= period.last
            and service in (None, row["service"])
            and window in (None, row["window"])
            and hour in (None, row["hour"])
        )
        if wanted:
            parts[LABELS[by](row)].append(row)
    return {label: plain(part) for label, part in parts.items()}


def asked(store, caller, *, by, region, period, **filters):
    with store.read() as connection:
        scope = scope_of(connection, caller, region or None)
        question = Question(scope, period, by, **filters)
        found = questions.answer(connection, question)
    return {label: figures.reckoned(part, "queue") for label, part in found.items()}


@st.composite
def period_asked(draw):
    first = draw(st.dates(FIRST - timedelta(days=400), LAST))
    last = draw(st.dates(first, LAST + timedelta(days=400)))
    return Period(first, last)


@settings(
    max_examples=size(short=15, full=300),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    tickets=TICKETS,
    folded=st.lists(st.integers(0, 5), max_size=3),
    late=TICKETS,
    by=st.sampled_from(sorted(LABELS)),
    hall=st.sampled_from(sorted(REGIONS)),
    own=st.booleans(),
    period=period_asked() | st.just(Period(date(2025, 1, 1), date(2026, 12, 31))),
    service=st.none() | st.sampled_from(("register", "marry", "nothing")),
    window=st.none() | st.sampled_from(("", "01", "04")),
    hour=st.none() | st.integers(0, 23),
)
def test_every_figure_is_that_of_the_raw_events(
    store, tickets, folded, late, by, hall, own, period, service, window, hour
):
    emptied(store)
    tell(store, happenings(tickets))
    for offset in folded:
        fold_day(store, FIRST + timedelta(days=offset))
    tell(store, happenings(late))  # to days that were folded, too
    own = own or window is not None or by == "window"
    region = "" if own else REGIONS[hall].rstrip("0")
    region = region if len(region) in (4, 6, 9, 12) else REGIONS[hall][:6] if region else ""
    filters = {"service": service, "window": window, "hour": hour}
    known = list(raw(store))
    expected = plainly(known, by=by, region=region, hall=hall, period=period, **filters)
    caller = supervisor(hall)
    assert asked(store, caller, by=by, region=region, period=period, **filters) == expected
    for offset in range(-1, 8):
        fold_day(store, FIRST + timedelta(days=offset))
    assert asked(store, caller, by=by, region=region, period=period, **filters) == expected
    assert differences(store) == []


def fold_day(store, day):
    for county in ("990300", "990302", "990304"):
        store.write(lambda connection, c=county: folding.fold(connection, c, day.isoformat()))


SOME = [
    (COUNTY_HALL, "register", "01", 40_000 + 60 * place, 30 * place, [("finish", 200 + place)])
    for place in range(25)
]


def test_figures_made_anew_are_those_that_were_kept(store):
    emptied(store)
    tell(store, happenings(SOME))
    fold_day(store, FIRST)
    tell(store, happenings(SOME[:5]))
    whole = {"by": "hour", "region": "", "period": Period(FIRST, LAST)}
    before = asked(store, supervisor(COUNTY_HALL), **whole)
    store.write(lambda connection: connection.execute(delete(figure_cells)))
    assert differences(store)
    assert rebuild(store) == 25 * 3 + 5 * 3
    assert differences(store) == []
    assert asked(store, supervisor(COUNTY_HALL), **whole) == before


WHOLE = {"by": "hour", "region": "", "period": Period(FIRST, LAST + timedelta(days=30))}


def over_days(count):
    """A ticket of the county's hall and one next door on each of so many days."""
    return [
        (hall, "register", "01", 86_400 * day + 40_000 + day, 30, [("finish", 100 + day)])
        for day in range(count)
        for hall in (COUNTY_HALL, EAST_HALL)
    ]


def rows_by_day(store):
    with store.read() as connection:
        found = connection.execute(
            select(figure_rows.c.day, func.count()).group_by(figure_rows.c.day)
        )
        return {row.day: row[1] for row in found}


def test_where_events_were_forgotten_figures_made_anew_keep_what_was_counted(store):
    """The events are kept for a month, the figures for ever: no repair may cost a year."""
    emptied(store)
    tell(store, happenings(over_days(6)))  # from the 27th of February to the 4th of March
    for offset in range(5):
        fold_day(store, FIRST + timedelta(days=offset))
    county, east = supervisor(COUNTY_HALL), supervisor(EAST_HALL)
    before = [asked(store, one, **WHOLE) for one in (county, east)]
    city = asked(store, supervisor(CITY_HALL), **{**WHOLE, "by": "month", "region": "9903"})
    morning = datetime(2026, 3, 1, 10, tzinfo=HALL_ZONE)  # the 1st is not surely whole
    while store.write(lambda connection: forget(connection, morning.isoformat(), 4)):
        pass
    with store.read() as connection:
        assert whole_since(connection) == "2026-03-02"
    assert differences(store) == []
    assert rebuild(store) == 3 * 2 * 3  # three days, two halls: taken, called, finished
    assert [asked(store, one, **WHOLE) for one in (county, east)] == before
    again = asked(store, supervisor(CITY_HALL), **{**WHOLE, "by": "month", "region": "9903"})
    assert again == city
    assert differences(store) == []
    assert set(rows_by_day(store)) == {"2026-02-27", "2026-02-28"} | {
        f"2026-03-0{day}" for day in range(1, 5)
    }

    # A count of a day that is whole is mended, one of a day before is all there is.
    store.write(lambda connection: connection.execute(delete(figure_tallies)))
    assert differences(store)
    rebuild(store)
    assert [asked(store, one, **WHOLE) for one in (county, east)] == before


class Upkeep:
    """What the chores are given: a store, a day, and for how many days rows are kept."""

    def __init__(self, store, today, days):
        self.store = store
        self.clock = self
        self.settings = Settings(data_dir=None, figure_rows_days=days)
        self._today = today

    def now(self):
        return datetime(self._today.year, self._today.month, self._today.day, 23, tzinfo=HALL_ZONE)


def test_rows_go_after_their_time_and_no_figure_changes(store, monkeypatch):
    emptied(store)
    tell(store, happenings(over_days(6)))
    for offset in range(5):
        fold_day(store, FIRST + timedelta(days=offset))
    before = asked(store, supervisor(COUNTY_HALL), **WHOLE)
    monkeypatch.setattr(keeping, "AT_ONCE", 2)  # more than one piece is needed
    (chore,) = (one for one in chores.CHORES if one.name == "forget-figure-rows")
    chore.perform(Upkeep(store, date(2026, 3, 4), 2))
    assert rows_by_day(store) == {f"2026-03-0{day}": 6 for day in (2, 3, 4)}
    assert asked(store, supervisor(COUNTY_HALL), **WHOLE) == before
    assert differences(store) == []
    chore.perform(Upkeep(store, date(2026, 3, 4), 2))
    assert len(rows_by_day(store)) == 3


def test_who_asks_for_rows_that_are_gone_is_told_so(store):
    emptied(store)
    tell(store, happenings(over_days(6)))
    waits = figures.BY_ID["wait_p90"]
    kept = {"kept_from": date(2026, 3, 2), "cursor": None, "limit": 50}
    kept |= {"service": None, "window": None, "hour": None}

    def ask(first, last):
        with store.read() as connection:
            period = Period(date.fromisoformat(first), date.fromisoformat(last))
            return behind.rows(connection, supervisor(COUNTY_HALL), waits, period, **kept)

    with pytest.raises(Problem) as refused:
        ask("2026-02-01", "2026-03-01")
    assert refused.value.code == "rows-forgotten"
    assert refused.value.facts == {"kept_from": "2026-03-02"}
    partly = ask("2026-02-01", "2026-03-04")  # also where the upkeep was not there yet
    assert partly["kept_from"] == "2026-03-02"
    assert [row["at"][:10] for row in partly["rows"]] == [f"2026-03-0{day}" for day in (2, 3, 4)]
    assert len(ask("2026-03-02", "2026-03-02")["rows"]) == 1


def test_of_many_who_count_at_once_none_is_lost(store):
    """Eight writers on one tally, while its day is being folded again and again."""
    emptied(store)

    def count():
        for _ in range(25):
            tell(store, happenings([(COUNTY_HALL, "register", "01", 40_000, 60, [])]))

    def folding_meanwhile():
        for _ in range(20):
            fold_day(store, FIRST)

    side_by_side([count] * 8 + [folding_meanwhile])
    whole = {"by": "all", "region": "", "period": Period(FIRST, LAST)}
    figures_told = asked(store, supervisor(COUNTY_HALL), **whole)[""]
    assert (figures_told["tickets_taken"], figures_told["tickets_called"]) == (200, 200)
    assert differences(store) == []
