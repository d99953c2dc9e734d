"""Ratings: given once by the person, never by the clerk; appealed and reviewed."""

import uuid

import pytest
from hall_desk import CASE, Desk, Hall, taken
from hall_fixtures import hall_on
from platform_client import Stream, code_of, new_key, side_by_side, sign_in, sign_in_device
from platform_process import PlatformProcess


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    with hall_on("sqlite", tmp_path_factory.mktemp("ratings")) as hall:
        hall.desks[0].open()
        yield hall


def finished(hall, *cases, **members):
    """A ticket that was served at window 03; its offers."""
    ticket = taken(hall.kiosk, "market")["ticket"]
    hall.desks[0].on(ticket, "call")
    done = hall.desks[0].on(ticket, "finish", cases=list(cases), **members)
    assert done.status_code == 200, done.text
    return done.json()["offers"]


def rate(by, token, outcome="rated", **members):
    body = {"act": "rate", "token": token, "outcome": outcome, **members}
    return by.post("/v1/ratings", body, Idempotency_Key=new_key())


def new_case():
    return str(uuid.uuid4())


def test_each_service_of_a_case_has_its_number_and_is_rated_once(hall):
    case = new_case()
    (first,) = finished(hall, case, kind="receive")
    (second,) = finished(hall, case, kind="accept")
    assert (first["case"], first["service_number"]) == (case, 1)
    assert (second["case"], second["service_number"]) == (case, 2)
    assert rate(hall.screen, first["token"], level="best").status_code == 201
    assert code_of(rate(hall.screen, first["token"], level="fair")) == "rating-closed"
    assert rate(hall.screen, second["token"], level="good", details=["P01"]).status_code == 201
    assert code_of(rate(hall.screen, "x" * 43, level="good")) == "rating-closed"


def test_several_cases_of_one_ticket_are_rated_each_and_advice_too(hall):
    offers = finished(hall, new_case(), new_case())
    assert [one["service_number"] for one in offers] == [1, 1]
    assert len({one["token"] for one in offers}) == 2
    (advice,) = finished(hall, kind="advise")
    assert advice["case"] is None
    assert rate(hall.kiosk, advice["token"], level="fair").status_code == 201


def test_below_the_third_level_reasons_and_words_are_needed(hall):
    (offer,) = finished(hall, new_case())
    bare = rate(hall.screen, offer["token"], level="poor")
    assert (bare.status_code, code_of(bare)) == (422, "rating-incomplete")
    only = rate(hall.screen, offer["token"], level="poor", details=["N06"])
    assert code_of(only) == "rating-incomplete"
    words = rate(hall.screen, offer["token"], level="poor", text="等了太久")
    assert code_of(words) == "rating-incomplete"
    other_side = rate(hall.screen, offer["token"], level="poor", details=["P01"], text="等了太久")
    assert code_of(other_side) == "invalid-request"
    whole = rate(hall.screen, offer["token"], level="poor", details=["N06"], text="等了太久")
    assert whole.status_code == 201


def test_not_to_rate_and_time_out_are_outcomes_of_their_own(hall):
    for outcome in ("declined", "timed_out"):
        (offer,) = finished(hall, new_case())
        assert code_of(rate(hall.screen, offer["token"], outcome, level="best")) == (
            "invalid-request"
        )
        with Stream(hall.head, "?kinds=rating-given,rating-not-given") as stream:
            assert rate(hall.screen, offer["token"], outcome).status_code == 201
            told = stream.next()
        assert (told["kind"], told["body"]["outcome"]) == ("rating-not-given", outcome)
        assert code_of(rate(hall.screen, offer["token"], level="best")) == "rating-closed"
    outcomes = {one["outcome"] for one in ratings(hall)}
    assert {"rated", "declined", "timed_out"} >= outcomes >= {"declined", "timed_out"}


def ratings(hall):
    return hall.head.get("/v1/ratings?limit=200").json()["ratings"]


def test_no_clerk_can_press_see_or_hear_it(hall):
    (offer,) = finished(hall, new_case())
    clerk = hall.desks[0].client
    assert code_of(rate(clerk, offer["token"], level="best")) == "not-allowed"
    with Stream(clerk, "?kinds=rating-given,ticket-taken") as stream:
        received = rate(hall.screen, offer["token"], level="good")
        taken(hall.kiosk, "market")
        assert stream.next()["kind"] == "ticket-taken"
    assert "good" not in received.text
    assert code_of(clerk.get("/v1/ratings")) == "not-allowed"
    assert clerk.get("/v1/ratings/own").json() == {"ratings": []}  # from the day after


def test_the_screen_of_another_window_cannot_rate_it(hall):
    (offer,) = finished(hall, new_case())
    with sign_in_device(hall.platform, "04") as other:
        assert code_of(rate(other, offer["token"], level="best")) == "rating-closed"
    assert rate(hall.screen, offer["token"], level="best").status_code == 201


def test_a_rating_is_told_to_the_head_with_case_and_service(hall):
    case = new_case()
    (offer,) = finished(hall, case)
    with Stream(hall.head, "?kinds=rating-given") as stream:
        rate(hall.screen, offer["token"], level="fair")
        body = stream.next()["body"]
    assert body == {
        "case": case,
        "service_number": 1,
        "window": "03",
        "service": "market",
        "level": "fair",
    }


def test_pressed_twenty_times_at_once_it_is_one_rating(hall):
    (offer,) = finished(hall, new_case())
    answers = side_by_side(
        [lambda: rate(hall.screen, offer["token"], level="best") for _ in range(8)]
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7


def test_a_service_without_a_ticket_can_be_rated_too(hall):
    case = new_case()
    offer = hall.desks[0].act("finish-service", "/services-given", kind="deliver", case=case)
    assert offer.status_code == 201
    assert offer.json()["service_number"] == 1
    assert rate(hall.screen, offer.json()["token"], level="best").status_code == 201


def test_the_scale_says_what_a_screen_shows(hall):
    scale = hall.screen.get("/v1/rating-scale").json()
    assert [one["level"] for one in scale["levels"]] == ["best", "good", "fair", "poor", "worst"]
    needing = {one["level"] for one in scale["levels"] if one["details_required"]}
    assert needing == {"poor", "worst"}
    for level in scale["levels"]:
        assert any(level["level"] in detail["levels"] for detail in scale["details"])


def test_a_rating_is_appealed_reviewed_and_struck_but_stays_readable(hall):
    (offer,) = finished(hall, new_case())
    words = {"details": ["N05"], "text": "态度差"}
    rate(hall.screen, offer["token"], level="worst", **words)
    clerk = hall.desks[0].client

    def appeal(by, rating=offer["record"]):
        body = {"act": "appeal-rating", "grounds": "malicious", "text": "当事人未到过窗口"}
        return by.post(f"/v1/ratings/{rating}/appeal", body, Idempotency_Key=new_key())

    assert code_of(appeal(clerk)) == "not-found"  # the clerk sees it from the day after
    assert code_of(appeal(hall.head, CASE)) == "not-found"
    made = appeal(hall.head)
    assert (made.status_code, made.json()["state"]) == (201, "open")
    assert code_of(appeal(hall.head)) == "appeal-exists"
    assert standing(hall, offer) == "appealed"

    def review(etag):
        body = {"act": "review-rating", "decision": "upheld", "note": "监控核实属实"}
        path = f"/v1/rating-appeals/{made.json()['appeal']}/review"
        return hall.head.post(path, body, Idempotency_Key=new_key(), If_Match=etag)

    assert code_of(review('"stale-1"')) == "changed-meanwhile"
    with Stream(hall.head, "?kinds=rating-reviewed") as stream:
        decided = review(made.json()["etag"])
        assert stream.next()["body"]["standing"] == "struck"
    assert (decided.status_code, decided.json()["state"]) == (200, "upheld")
    assert code_of(review(decided.json()["etag"])) == "appeal-decided"
    shown = next(one for one in ratings(hall) if one["rating"] == offer["record"])
    assert (shown["standing"], shown["level"], shown["appeal"]["note"]) == (
        *("struck", "worst"),
        "监控核实属实",
    )


def standing(hall, offer):
    return next(one for one in ratings(hall) if one["rating"] == offer["record"])["standing"]


def test_the_list_of_ratings_goes_on_page_by_page(hall):
    for level in ("best", "good", "fair"):
        (offer,) = finished(hall, new_case())
        assert rate(hall.screen, offer["token"], level=level).status_code == 201
    everything = ratings(hall)
    first = hall.head.get("/v1/ratings?limit=2").json()
    rest = hall.head.get(f"/v1/ratings?limit=200&cursor={first['next']}").json()
    assert first["ratings"] + rest["ratings"] == everything
    assert code_of(hall.head.get("/v1/ratings?cursor=eA")) == "invalid-request"
    assert hall.head.get("/v1/ratings?since=2026-11-20&until=2026-11-23").json()["ratings"] == []


def test_the_next_day_the_clerk_sees_what_was_given_but_not_who(tmp_path):
    folder = tmp_path / "platform"
    platform = PlatformProcess.start(folder, clock="2026-11-24T16:00:00+08:00")
    with Hall(platform) as hall:
        hall.desks[0].open()
        case = new_case()
        (offer,) = finished(hall, case)
        rate(hall.screen, offer["token"], level="poor", details=["N06"], text="等了太久")
    platform.stop()
    platform = PlatformProcess.start(folder, seed=False, clock="2026-11-25T09:00:00+08:00")
    with sign_in(platform) as client, sign_in(platform, 1) as other:
        (shown,) = Desk(client).client.get("/v1/ratings/own").json()["ratings"]
        assert (shown["level"], shown["day"]) == ("poor", "2026-11-24")
        assert case not in str(shown)
        assert other.get("/v1/ratings/own").json()["ratings"] == []
        path = f"/v1/ratings/{shown['rating']}/appeal"
        body = {"act": "appeal-rating", "grounds": "mistaken", "text": "群众说明误点"}
        assert code_of(other.post(path, body, Idempotency_Key=new_key())) == "not-found"
        assert client.post(path, body, Idempotency_Key=new_key()).status_code == 201
    platform.stop()
