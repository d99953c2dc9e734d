"""What waits for a person: it never vanishes by itself, and what was done about it is kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import (
    CALENDAR,
    SESSION,
    FakePlatform,
    SetClock,
    audit_lines,
    everything_in,
    item,
    on_desk,
    open_store,
)

from counter_app.domain.case import PaperState
from counter_app.domain.outgoing import OutgoingState
from counter_app.domain.papers import ACCEPTANCE_NOTICE
from counter_app.domain.visit import TakenUp
from counter_app.errors import PlatformRefused
from counter_app.services.acceptance import Acceptance
from counter_app.services.delivery import Delivery
from counter_app.services.matters import ACT_REASONS, PAPER_REASONS, Matters

NUMBER_USED = PlatformRefused("platform.refused", problem="number-used")


class Hall:
    """A counter with one accepted case."""

    def __init__(self, folder):
        self.store = open_store(folder)
        self.clock = SetClock()
        self.matters = Matters(self.store, self.clock)
        self.case = Acceptance(self.store, self.clock, lambda: CALENDAR, "device-3").accept(
            on_desk(TakenUp(item(), case_id="case-1")), SESSION, online=True
        )
        self.key = self.store.act_of_case("case-1")

    def refuse(self):
        self.deliver(send=NUMBER_USED)

    def deliver(self, **answers):
        return Delivery(FakePlatform(**answers), self.store, self.clock).deliver(self.key)

    def paper_is(self, state, reason="", prints=0):
        paper, _ = self.store.paper("case-1", ACCEPTANCE_NOTICE)
        self.store.save_paper(replace(paper, state=state, reason=reason, prints=prints))

    @property
    def paper(self):
        return self.store.paper("case-1", ACCEPTANCE_NOTICE)[0]


@pytest.fixture
def hall(tmp_path):
    one = Hall(tmp_path)
    yield one
    one.store.close()


def test_nothing_waits_while_all_goes_well(hall):
    hall.paper_is(PaperState.PRINTED, prints=1)
    assert hall.matters.open() == ()
    assert hall.matters.count() == 0


def test_a_refused_act_waits_with_its_reason_and_without_the_person(hall):
    hall.paper_is(PaperState.PRINTED, prints=1)
    hall.refuse()
    (matter,) = hall.matters.open()
    assert (matter.act.code, matter.act.problem) == ("platform.refused", "number-used")
    assert matter.case.id == "case-1"
    assert matter.applicant.endswith("*")
    assert hall.matters.count() == 1
    assert "990302" not in repr(matter)


def test_sent_again_it_leaves_under_its_own_key(hall):
    hall.paper_is(PaperState.PRINTED, prints=1)
    hall.refuse()
    (matter,) = hall.matters.open()
    hall.matters.send_again(matter, SESSION)
    assert hall.store.outgoing(hall.key).state is OutgoingState.PENDING
    assert hall.store.due_outgoing(hall.clock.now())[0].key == hall.key
    assert hall.matters.open() == ()
    assert audit_lines(hall.store, "act, object, result, operator")[-1] == (
        "send_again",
        "case-1",
        "number-used",
        SESSION.operator.id,
    )
    hall.matters.send_again(matter, SESSION)  # pressed twice
    assert [line[0] for line in audit_lines(hall.store)].count("send_again") == 1


@pytest.mark.parametrize("reason", ACT_REASONS)
def test_settled_it_is_finished_and_goes_with_the_day(hall, reason):
    hall.paper_is(PaperState.PRINTED, prints=1)
    hall.refuse()
    (matter,) = hall.matters.open()
    hall.matters.settle(matter, reason, SESSION)
    assert hall.deliver().state is OutgoingState.SETTLED, "never sent any more"
    assert hall.matters.open() == ()
    assert hall.store.outbox().refused == hall.store.outbox().waiting == 0
    assert audit_lines(hall.store)[-1] == ("settle", "case-1", reason)
    assert hall.store.clear_finished(hall.clock.now() + timedelta(days=1)) == 1


def test_what_was_refused_stays_however_many_days_pass(hall):
    hall.paper_is(PaperState.PRINTED, prints=1)
    hall.refuse()
    assert hall.store.clear_finished(hall.clock.now() + timedelta(days=30)) == 0
    assert hall.matters.count() == 1


def test_a_paper_just_owed_is_on_its_way_and_later_it_waits(hall):
    assert hall.matters.count() == 0
    hall.clock.go(timedelta(minutes=2))
    (matter,) = hall.matters.open()
    assert matter.paper.state is PaperState.OWED
    assert hall.matters.count() == 1


@pytest.mark.parametrize(
    ("state", "prints", "reason", "after", "copies"),
    [
        (PaperState.FAILED, 0, "found_in_tray", PaperState.PRINTED, 1),
        (PaperState.UNKNOWN, 1, "found_in_tray", PaperState.PRINTED, 1),
        (PaperState.FAILED, 0, "handed_over_otherwise", PaperState.GIVEN_UP, 0),
        (PaperState.UNKNOWN, 1, "not_wanted", PaperState.GIVEN_UP, 1),
    ],
)
def test_a_paper_that_did_not_come_out(hall, state, prints, reason, after, copies):
    hall.paper_is(state, "printer.missing", prints)
    (matter,) = hall.matters.open()
    assert matter.reasons == PAPER_REASONS
    hall.matters.settle(matter, reason, SESSION)
    assert (hall.paper.state, hall.paper.prints) == (after, copies)
    assert hall.matters.open() == ()
    assert audit_lines(hall.store)[-1] == ("settle", "case-1", reason)


def test_a_case_whose_paper_failed_is_not_cleared_until_a_person_has_seen_to_it(hall):
    hall.paper_is(PaperState.FAILED, "printer.missing")
    hall.refuse()
    (act, paper) = hall.matters.open()
    hall.matters.settle(act, "applicant_told", SESSION)
    tomorrow = hall.clock.now() + timedelta(days=1)
    assert hall.store.clear_finished(tomorrow) == 0
    hall.matters.settle(paper, "not_wanted", SESSION)
    assert hall.store.clear_finished(tomorrow) == 1
    assert everything_in(hall.store)["cases"] == 0


def test_a_reason_of_another_kind_is_no_reason(hall):
    hall.refuse()
    (matter,) = hall.matters.open()
    with pytest.raises(ValueError, match="found_in_tray"):
        hall.matters.settle(matter, "found_in_tray", SESSION)


@pytest.mark.parametrize("problem", ["other-window", "operator-unknown", "not-allowed"])
def test_a_no_to_the_operator_waits_for_a_person(hall, problem):
    after = hall.deliver(send=PlatformRefused("platform.not_allowed", problem=problem))
    assert (after.state, after.problem) == (OutgoingState.REFUSED, problem)


def test_a_no_to_the_device_says_nothing_of_the_act(hall):
    refusal = PlatformRefused("platform.not_allowed", problem="device-refused")
    assert hall.deliver(send=refusal).state is OutgoingState.PENDING
