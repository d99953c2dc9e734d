"""What a supervisor is told of a hall: figures with definitions, rows behind them, and no more."""

import csv
import io
import uuid
from datetime import datetime, timedelta

import pytest
from platform_client import Client, code_of
from platform_process import PlatformProcess, run_platform, seeded_copy
from platform_roles import sessions_of_all_roles
from sqlalchemy import insert, select, update
from store_under_test import settings_of

from hall_platform.analytics import figures
from hall_platform.analytics.tables import figure_tallies
from hall_platform.clock import HALL_ZONE
from hall_platform.database import open_store
from hall_platform.events.log import emit, forget
from hall_platform.hall.events import KINDS as HALL_KINDS
from hall_platform.identity.tables import halls
from hall_platform.seed_data.places import HALL, NEIGHBOUR

TODAY = datetime(2026, 11, 24, 15, 0, tzinfo=HALL_ZONE)
TOWN = ("99030203", "990302003000")
ROW = {"at", "subject", "number", "service", "window", "hour", "value"}
PERIOD = "from=2026-11-20&to=2026-11-30"


def happened(store):
    """Two days at the hall, one ticket next door, eleven in a township."""

    def ticket(connection, hall, region, at, serial, waited, served, service="market"):
        def tell(kind, moment, **more):
            emit(
                connection,
                f"ticket-{kind}",
                at=moment,
                county=region[:6],
                hall=hall,
                subject=str(uuid.UUID(int=serial)),
                body={"service": service, "number": f"A{serial:03d}", **more},
            )

        tell("taken", at)
        called = at + timedelta(seconds=waited)
        tell("called", called, window="03", waited=waited)
        if served is None:
            tell("passed", called + timedelta(seconds=60), window="03")
        else:
            done = called + timedelta(seconds=served)
            tell("finished", done, window="03", served=served)

    def work(connection):
        connection.execute(
            insert(halls).values(
                code=TOWN[0], name="三里镇便民服务中心", region=TOWN[1], county="990302", address=""
            )
        )
        nine = TODAY.replace(hour=9)
        for serial, (waited, served) in enumerate([(100, 300), (200, None), (900, 500)], 1):
            ticket(connection, HALL.code, HALL.region, nine, serial, waited, served)
        yesterday = nine - timedelta(days=1)
        ticket(connection, HALL.code, HALL.region, yesterday, 1, 1600, 40, "welfare")
        for weeks, tickets in ((1, 4), (3, 1)):  # four came at this hour a week ago, one three ago
            for serial in range(1, tickets + 1):
                at = TODAY.replace(hour=16) - timedelta(weeks=weeks)
                ticket(connection, HALL.code, HALL.region, at, serial, 60, 60)
        ticket(connection, NEIGHBOUR.code, NEIGHBOUR.region, nine, 1, 77, 88)
        for serial in range(1, 12):
            ticket(connection, *TOWN, nine, serial, 10 * serial, 5)

    store.write(work)


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    data_dir = seeded_copy(tmp_path_factory.mktemp("analytics") / "platform")
    store = open_store(settings_of(data_dir))
    happened(store)
    store.close()
    tokens = sessions_of_all_roles(data_dir)
    platform = PlatformProcess.start(data_dir, clock=TODAY.isoformat())
    yield platform, tokens
    platform.stop()


@pytest.fixture
def head(hall):
    platform, tokens = hall
    with Client(platform.url, {"Authorization": f"Bearer {tokens['supervisor']}"}) as client:
        yield client


def asked(client, path):
    answer = client.get(f"/v1/analytics/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_figures_of_the_own_hall_are_its_own(head):
    answer = asked(head, f"figures?{PERIOD}&by=day")
    assert answer["scope"] == {
        **{"level": "hall", "code": HALL.code, "title": HALL.name, "halls": 1}
    }
    today = {part["label"]: part["figures"] for part in answer["parts"]}["2026-11-24"]
    assert [today[f"tickets_{name}"] for name in ("taken", "called", "finished", "passed")] == [
        *(3, 3, 2, 1)
    ]
    assert [today[f"wait_{name}"] for name in ("mean", "median", "p90", "longest")] == [
        *(400.0, 200, 900, 900)
    ]
    assert (today["service_mean"], today["service_median"]) == (400.0, 300)
    total = answer["total"]["figures"]
    assert (total["tickets_called"], total["wait_total"], total["wait_median"]) == (4, 2800, 200)


def test_every_figure_has_its_definition(head):
    answer = asked(head, f"figures?{PERIOD}")
    named = [one["id"] for one in answer["definitions"]]
    assert list(answer["total"]["figures"]) == named
    everything = asked(head, "definitions")["definitions"]
    assert len({one["id"] for one in everything}) == len(everything) == len(figures.FIGURES)
    assert len({one["title"] for one in everything}) == len(everything)
    for one in everything:
        assert one["title"]
        assert one["unit"]
        assert len(one["formula"]) > 10
        assert one["english"]["formula"].isprintable()
        assert one["english"]["title"].isascii()
        assert one["events"]


def test_what_a_figure_counts_is_told_by_somebody():
    from hall_platform.events.kinds import kinds

    for figure in figures.FIGURES:
        assert set(figure.events) <= set(kinds())
    assert "ticket-called" in HALL_KINDS


def test_a_figure_opens_into_its_rows(head):
    for figure, service, window in (("wait_p90", None, "03"), ("tickets_passed", "market", None)):
        query = f"rows?{PERIOD}&figure={figure}&limit=2"
        query += f"&service={service}" if service else ""
        query += f"&window={window}" if window else ""
        rows, cursor = [], ""
        while cursor is not None:
            page = asked(head, query + (f"&cursor={cursor}" if cursor else ""))
            rows += page["rows"]
            cursor = page["next"]
        expected = {"wait_p90": [1600, 100, 200, 900], "tickets_passed": [0]}[figure]
        assert [row["value"] for row in rows] == expected
        assert all(set(row) == ROW for row in rows)
        assert page["definition"]["id"] == figure
        assert page["value"]


def test_rows_of_a_time_long_past_are_gone_and_its_figures_are_not(head):
    refused = head.get("/v1/analytics/rows?from=2020-01-01&to=2020-01-31&figure=wait_p90")
    assert (refused.status_code, code_of(refused)) == (410, "rows-forgotten")
    assert refused.json()["kept_from"] > "2024"
    assert asked(head, "figures?from=2020-01-01&to=2020-01-31")["total"]


def test_the_sheet_says_the_same(head):
    answer = asked(head, f"figures?{PERIOD}&by=service")
    sheet = head.get(f"/v1/analytics/figures.csv?{PERIOD}&by=service")
    assert sheet.headers["content-type"].startswith("text/csv")
    assert sheet.headers["content-disposition"].startswith("attachment")
    lines = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert lines[0][2] == "取号数（次）"
    for line, part in zip(lines[1:], [*answer["parts"], answer["total"]], strict=True):
        told = ["" if value is None else str(value) for value in part["figures"].values()]
        assert line == [part["label"], part["title"], *told]


def test_the_territory_can_be_split_and_nothing_beyond_it(head):
    county = asked(head, f"figures?{PERIOD}&region=990302&by=township")
    counts = {part["label"]: part["figures"]["tickets_called"] for part in county["parts"]}
    assert counts == {"990302000": 4, "990302003": 11}
    titles = {part["label"]: part["title"] for part in county["parts"]}
    assert titles["990302003"] == "三里镇便民服务中心"
    town = asked(head, f"figures?{PERIOD}&region=990302003")
    assert town["total"]["figures"]["wait_median"] == 60
    city = asked(head, f"figures?{PERIOD}&region=9903")
    assert city["total"]["figures"]["tickets_called"] == 16
    for by in ("hall", "county", "township", "village"):
        answer = head.get(f"/v1/analytics/figures?{PERIOD}&region=9903&by={by}")
        assert code_of(answer) == "only-whole-region"
    for region in ("990304", "9904", "990304000000"):
        answer = head.get(f"/v1/analytics/figures?{PERIOD}&region={region}")
        assert (answer.status_code, code_of(answer)) == (403, "scope-not-yours")


def test_too_few_of_a_region_around_are_withheld(head):
    """A city's hour with two tickets in it would tell what one neighbour did."""
    answer = asked(head, f"figures?{PERIOD}&region=9903&by=service")
    shown = {part["label"]: part for part in answer["parts"]}
    assert shown["welfare"] == {
        **{"label": "welfare", "title": "welfare", "figures": {}, "withheld": True}
    }
    assert shown["market"]["figures"]["tickets_called"] == 15
    sheet = head.get(f"/v1/analytics/figures.csv?{PERIOD}&region=9903&by=service").text
    assert "不予公布" in sheet


@pytest.mark.parametrize(
    "query",
    [
        "figures?from=2026-11-30&to=2026-11-01",
        "figures?from=2026-02-30&to=2026-03-01",
        "figures?from=2000-01-01&to=2026-01-01",
        "figures?from=2020-01-01&to=2026-01-01&by=day",
        f"figures?{PERIOD}&region=99030",
        f"figures?{PERIOD}&region=990302&by=window",
        f"figures?{PERIOD}&region=990302&window=03",
        f"figures?{PERIOD}&hour=24",
        f"figures?{PERIOD}&by=clerk",
        f"rows?{PERIOD}&figure=nothing",
        f"rows?{PERIOD}&figure=wait_p90&cursor=%C3%A4",
        f"rows?{PERIOD}&figure=wait_p90&service=a%27--",
        "figures",
    ],
)
def test_bad_questions_are_refused(head, query):
    answer = head.get(f"/v1/analytics/{query}")
    assert (answer.status_code, code_of(answer)) == (422, "invalid-request")


def test_the_live_page_is_the_day_so_far(head):
    live = asked(head, "live")
    assert (live["day"], live["hall"]) == ("2026-11-24", HALL.code)
    today = live["today"]["figures"]
    assert (today["tickets_taken"], today["wait_p90"], today["service_mean"]) == (3, 900, 400.0)
    course = {
        one["begins"]: (one["taken"], one["called"], one["finished"]) for one in live["course"]
    }
    assert course == {"09:00": (3, 2, 1), "09:15": (0, 1, 1)}
    assert [part["label"] for part in live["services"]] == ["market"]
    forecast = live["forecast"]
    assert (forecast["hour"], forecast["arrivals"], forecast["days"]) == (16, 2.5, 2)
    windows = {one["window"]: one for one in live["windows"]}
    assert len(windows) == HALL.windows
    assert (windows["03"]["finished"], windows["03"]["service_mean"]) == (2, 400.0)
    assert windows["04"]["service_mean"] is None
    assert {one["id"] for one in live["definitions"]} == set(today)


@pytest.mark.parametrize(
    ("forgotten", "said"),
    [
        (2, "events are kept from 2026-11-25 on; figures before that stand"),
        (10_000, "of no day all events are kept; the figures stand"),
    ],
)
def test_the_command_says_how_far_back_the_events_reach(tmp_path, forgotten, said):
    data_dir = seeded_copy(tmp_path / "platform")
    store = open_store(settings_of(data_dir))
    happened(store)
    store.write(lambda connection: forget(connection, "2027", forgotten))
    with store.read() as connection:
        before = sorted(map(tuple, connection.execute(select(figure_tallies))))
    store.close()
    told = run_platform("figures", "--data-dir", data_dir, "--rebuild")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[0] == said
    store = open_store(settings_of(data_dir))
    with store.read() as connection:
        assert sorted(map(tuple, connection.execute(select(figure_tallies)))) == before
    store.close()


def test_figures_can_be_compared_with_the_events_and_made_anew(tmp_path):
    data_dir = seeded_copy(tmp_path / "platform")
    store = open_store(settings_of(data_dir))
    happened(store)
    store.close()
    assert run_platform("figures", "--data-dir", data_dir).returncode == 0
    store = open_store(settings_of(data_dir))
    store.write(lambda connection: connection.execute(update(figure_tallies).values(count=2)))
    store.close()
    wrong = run_platform("figures", "--data-dir", data_dir)
    assert (wrong.returncode, wrong.stderr.startswith("hall-platform: ")) == (1, True)
    assert "2 kept, 1 happened" in wrong.stdout
    again = run_platform("figures", "--data-dir", data_dir, "--rebuild")
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.endswith("the figures are those of the events\n")
