"""What days do to cases: clock A, deemed acceptance, clock B with stops, an unannounced year."""

import time

import pytest
from cases_at_work import SOLE_TRADER, Case, accepted, received, reviewer
from platform_client import Stream, code_of, sign_in
from platform_process import PlatformProcess

SECONDS = 30


class Days:
    """A platform that is started again on another day."""

    def __init__(self, folder):
        self.folder, self.running = folder, None

    def on(self, moment):
        if self.running is not None:
            self.running.stop()
        self.running = PlatformProcess.start(
            self.folder, seed=self.running is None, clock=f"{moment}+08:00"
        )
        return self.running


@pytest.fixture
def days(tmp_path):
    days = Days(tmp_path / "platform")
    yield days
    days.running.stop()


def once(found):
    """Wait until something is so."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        value = found()
        if value:
            return value
    raise AssertionError("it never came about")


def test_no_decision_within_five_working_days_and_the_law_has_accepted(days):
    """Received on the Monday before National Day; the fifth working day is Saturday 10 October."""
    platform = days.on("2026-09-28T16:30:00")
    with sign_in(platform) as clerk:
        filed = {"filed_at": "2026-09-28T16:30:00+08:00"}
        food, told = received(clerk, **filed), received(clerk, **filed)
        trader = received(clerk, SOLE_TRADER, **filed)
        told.do(clerk, "notify-missing", done_at="2026-09-28T16:31:00+08:00")
        assert food.last["acceptance_due_on"] == "2026-10-10"
    platform = days.on("2026-10-10T17:00:00")  # the last day: nothing has happened by itself
    with sign_in(platform) as clerk:
        assert food.whole(clerk)["state"] == "received"
        assert food.allowed(clerk)["refuse-acceptance"] == (True, "")
        assert food.due(clerk)["acceptance"]["source"] == "《行政许可法》第三十二条"
    platform = days.on("2026-10-11T00:00:30")
    with sign_in(platform) as clerk, Stream(clerk, "?kinds=case-accepted", last=0) as stream:
        whole = once(lambda: accepted_by_law(food, clerk))
        assert (whole["due_on"], whole["legal_due_on"]) == ("2026-10-10", "2026-10-16")
        step = whole["timeline"][-1]
        assert (step["act"], step["operator"], step["from"]) == ("deem-accepted", "", "received")
        notice = whole["documents"][-1]
        assert (notice["kind"], notice["state"]) == ("acceptance_notice", "owed")
        assert told.whole(clerk)["state"] == "to_correct"  # clock A stands still
        assert trader.whole(clerk)["state"] == "received"  # not licensing
        assert stream.next_of(food.id)["kind"] == "case-accepted"
        late = Case({"case": food.id, "etag": "*"})
        for act in ("refuse-acceptance", "notify-missing", "accept-received"):
            assert code_of(late.send(clerk, act)) == "act-not-allowed"
        late.do(clerk, "hand-over")


def accepted_by_law(case, clerk):
    whole = case.whole(clerk)
    return whole if whole["state"] == "accepted" else None


def test_clock_a_goes_on_where_it_stood_when_corrections_come(days):
    platform = days.on("2026-11-23T10:00:00")  # a Monday
    with sign_in(platform) as clerk:
        case = received(clerk, filed_at="2026-11-23T09:00:00+08:00")
        assert case.last["acceptance_due_on"] == "2026-11-30"
    platform = days.on("2026-11-25T10:00:00")  # Tuesday ran
    with sign_in(platform) as clerk:
        case.do(clerk, "notify-missing")
        assert case.last["acceptance_due_on"] is None
    platform = days.on("2026-12-07T10:00:00")
    with sign_in(platform) as clerk:
        case.do(clerk, "submit-corrections")
        assert case.last["acceptance_due_on"] == "2026-12-11"  # four days were left


def test_clock_b_stands_still_in_a_special_procedure_and_runs_into_an_unknown_year(days):
    platform = days.on("2026-12-14T10:00:00")  # a Monday
    with sign_in(platform) as clerk, reviewer(platform) as market:
        case = accepted(clerk, filed_at="2026-12-14T09:00:00+08:00")
        assert (case.last["due_on"], case.last["due_provisional"]) == ("2026-12-21", False)
        case.do(clerk, "hand-over")
    platform = days.on("2026-12-16T10:00:00")  # one day ran
    with sign_in(platform) as clerk, reviewer(platform) as market:
        case.do(market, "suspend-case")
        assert case.due(clerk)["promised"] == {
            **{"kind": "promised", "on": None, "days": 5, "day_kind": "working"},
            **{"provisional": False, "stopped": True, "source": "事项实施清单（承诺办结时限）"},
        }
    platform = days.on("2026-12-29T10:00:00")
    with sign_in(platform) as clerk, reviewer(platform) as market:
        case.do(market, "resume-case")  # four days are left: 30, 31 December, 1 and 4 January
        assert (case.last["due_on"], case.last["due_provisional"]) == ("2027-01-04", True)
        extended = case.do(market, "extend-case")
        assert (extended["due_on"], extended["legal_due_on"]) == ("2027-01-18", "2027-01-25")
    platform = days.on("2027-01-26T10:00:00")  # nothing breaks in the year nobody announced
    with sign_in(platform) as clerk, reviewer(platform) as market:
        case.do(market, "review-case")
        late = case.send(market, "extend-case")
        assert late.json()["reason"] == "extended-already"
        new = received(clerk, filed_at="2027-01-26T09:00:00+08:00")
        assert (new.last["acceptance_due_on"], new.last["due_provisional"]) == ("2027-02-02", True)


def test_a_limit_that_has_passed_is_not_extended(days):
    platform = days.on("2026-11-02T10:00:00")
    with sign_in(platform) as clerk:
        case = accepted(clerk, filed_at="2026-11-02T09:00:00+08:00")
        case.do(clerk, "hand-over")
        assert case.last["legal_due_on"] == "2026-11-16"
    platform = days.on("2026-11-17T09:00:00")
    with reviewer(platform) as market:
        refused = case.send(market, "extend-case")
        assert (code_of(refused), refused.json()["reason"]) == ("act-not-allowed", "limit-passed")
