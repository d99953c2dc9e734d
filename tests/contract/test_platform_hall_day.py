"""A day at a real hall: what the supervisor reads is what the raw events say."""

import random
from datetime import datetime, timedelta

import pytest
from cases_at_work import accepted, reviewer
from hall_desk import Hall, person, take
from hall_fixtures import BOTH_STORES
from plain_figures import percentile, plain, raw
from platform_client import new_key, sign_in
from played_platform import played

from hall_platform.analytics.rebuilding import differences
from hall_platform.clock import HALL_ZONE

MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=HALL_ZONE)
TODAY = "from=2026-11-24&to=2026-11-24"
LEVELS = ("best", "good", "fair")


@pytest.fixture(scope="module", params=BOTH_STORES)
def day(request, tmp_path_factory):
    """The platform, and its hall at the end of a day of some 150 acts."""
    folder = tmp_path_factory.mktemp("day")
    with played(request.param, folder, MORNING) as platform, Hall(platform) as hall:
        platform.keep_signed_in()
        for desk in hall.desks:
            desk.open()
        work_through(platform, hall, random.Random(7))
        yield platform, hall


def work_through(platform, hall, chance):
    """People come, are called, passed over, parked, sent on, served, and some rate it."""
    held = {}
    for serial in range(150):
        platform.clock.moment += timedelta(seconds=chance.randrange(5, 240), milliseconds=250)
        desk = chance.choice(hall.desks)
        if chance.random() < 0.35:
            services = chance.choice((["market"], ["health"], ["market", "health"]))
            take(hall.kiosk, *services, holder=person(serial))
        elif desk.window not in held:
            called = desk.call()
            if called.status_code == 200:
                held[desk.window] = called.json()["ticket"]
        else:
            go_on(hall, desk, held, chance)
    for desk in hall.desks:
        if desk.window in held:
            platform.clock.moment += timedelta(seconds=200)
            desk.on(held.pop(desk.window), "finish", cases=[])


def go_on(hall, desk, held, chance):
    """One of the acts on the ticket in hand."""
    ticket = held[desk.window]
    what = chance.choice(("recall", "pass", "park", "transfer", "finish", "finish", "finish"))
    members = {"finish": {"cases": []}, "transfer": {"to_service": "civil"}}.get(what, {})
    answer = desk.on(ticket, what, **members)
    if answer.status_code != 200 or what == "recall":
        return
    del held[desk.window]
    if what == "park":
        if desk.on(ticket, "take-back").status_code == 200:
            held[desk.window] = ticket
    elif what == "finish" and desk.window == "03":
        for offer in answer.json()["offers"]:
            body = {"act": "rate", "token": offer["token"], "outcome": "rated"}
            rated = {**body, "level": chance.choice(LEVELS)}
            hall.screen.post("/v1/ratings", rated, Idempotency_Key=new_key())


def asked(hall, path):
    answer = hall.head.get(f"/v1/analytics/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_day_was_full(day):
    platform, _ = day
    kinds = {row["kind"] for row in raw(platform.store)}
    assert kinds >= {
        *("ticket-taken", "ticket-called", "ticket-recalled", "ticket-passed", "ticket-parked"),
        *("ticket-transferred", "ticket-finished", "rating-given"),
    }


def test_the_live_page_says_what_the_raw_events_say(day):
    platform, hall = day
    rows = list(raw(platform.store))
    live = asked(hall, "live")
    assert live["today"]["figures"] == plain(rows)
    services = {part["label"]: part for part in live["services"]}
    tickets = [row for row in rows if row["kind"].startswith("ticket-")]
    for service in {row["service"] for row in tickets}:
        mine = plain([row for row in tickets if row["service"] == service])
        if any(mine[name] for name in mine if name.startswith("tickets_")):
            assert services[service]["figures"] == mine
            assert services[service]["title"] != service  # by its name in the hall
    for kind, name in (("taken", "taken"), ("called", "called"), ("finished", "finished")):
        told = sum(quarter[name] for quarter in live["course"])
        assert told == sum(row["kind"] == f"ticket-{kind}" for row in rows)
    for window in live["windows"]:
        served = [
            row["served"]
            for row in rows
            if row["kind"] == "ticket-finished" and row["window"] == window["window"]
        ]
        assert window["finished"] == len(served)
        assert window["service_mean"] == (round(sum(served) / len(served), 2) if served else None)


def test_each_ticket_behind_a_figure_is_there(day):
    platform, hall = day
    rows = [row for row in raw(platform.store) if row["kind"] == "ticket-called"]
    page = asked(hall, f"rows?{TODAY}&figure=wait_p90&limit=200")
    assert sorted((row["number"], row["window"], row["value"]) for row in page["rows"]) == sorted(
        (row["number"], row["window"], row["waited"]) for row in rows
    )
    waits = [row["value"] for row in page["rows"]]
    total = asked(hall, f"figures?{TODAY}")["total"]["figures"]
    assert total["wait_p90"] == percentile(waits, 90)


def test_ratings_are_counted_and_nothing_leads_back_to_who_gave_them(day):
    platform, hall = day
    given = [row["level"] for row in raw(platform.store) if row["kind"] == "rating-given"]
    values = [LEVELS.index(level) + 1 for level in given]
    figures = asked(hall, f"figures?{TODAY}&about=ratings")["total"]["figures"]
    assert figures == {
        "ratings_given": len(values),
        "ratings_struck": 0,
        "rating_mean": round(sum(values) / len(values), 2),
        "rating_satisfied": 100.0,
    }
    behind = asked(hall, f"rows?{TODAY}&figure=rating_mean")["rows"]
    assert len(behind) == len(values)
    assert {(row["subject"], row["number"]) for row in behind} == {("", "")}
    listed = hall.head.get("/v1/ratings?since=2026-11-24&until=2026-11-24&limit=200").json()
    assert sorted(one["level"] for one in listed["ratings"] if one["level"]) == sorted(given)


def test_cases_are_counted_with_the_days_they_took(day):
    platform, hall = day
    begun = platform.clock.moment
    with sign_in(platform) as clerk, reviewer(platform) as market:
        platform.keep_signed_in()
        cases = [accepted(clerk, filed_at=begun.isoformat()) for _ in range(2)]
        for case in cases:
            case.do(clerk, "hand-over")
        cases[0].do(market, "suspend-case")
        for days, case in ((7, cases[1]), (9, cases[0])):
            platform.clock.moment = begun + timedelta(days=days)
            if case.state == "suspended":
                case.do(market, "resume-case")
            case.do(market, "review-case")
            case.do(market, "decide-case")
    figures = asked(hall, "figures?from=2026-11-24&to=2026-12-31&about=cases")["total"]["figures"]
    assert (figures["cases_accepted"], figures["cases_decided"]) == (2, 2)
    # Due on 1 December, five working days: one was decided on that day, the other stood still
    # from the beginning until it was decided, nine days later.
    assert figures["cases_late"] == 0
    assert figures["decision_days_mean"] == 2.5
    assert figures["decision_days_p90"] == 5
    platform.clock.moment = begun
    assert differences(platform.store) == []


def test_the_same_is_read_after_the_day_was_folded(day):
    platform, hall = day
    before = [
        asked(hall, f"figures?{TODAY}&by={by}") for by in ("all", "hour", "window", "service")
    ]
    now = platform.clock.moment
    platform.clock.moment = now + timedelta(days=1)
    platform.chore("fold-figures", "fold-figures")
    after = [asked(hall, f"figures?{TODAY}&by={by}") for by in ("all", "hour", "window", "service")]
    platform.clock.moment = now
    assert after == before
    assert differences(platform.store) == []
