"""A visit at the window: which step is allowed when, what undo brings back, what stays."""

from dataclasses import replace
from datetime import date

import pytest
from fakes import CARD, FORM, MORNING, PERMIT, TODAY, item, licence, person, preapplication, upload
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.case import CaseRecord
from counter_app.domain.checklist import Checklist, LineState
from counter_app.domain.identity import Source
from counter_app.domain.visit import Knowledge, Lookup, TakenUp, Visit, VisitState
from counter_app.errors import VisitError

ITEM = item(CARD, PERMIT, FORM)
TAKEN_UP = TakenUp(ITEM, case_id="case-1")
KNOWLEDGE = Knowledge(preapplications=(preapplication(),), licences=(licence(),))
CASE = CaseRecord(
    id="case-1",
    number="990302202611240300001",
    provisional_number=None,
    item_code=ITEM.code,
    item_name=ITEM.name,
    accepted_at=MORNING,
    due_on=date(2026, 11, 27),
    due_provisional=False,
    query_code="23456789",
    operator_id="clerk-1",
    window_code="03",
    online=True,
)
STEPS = {
    "receive": lambda visit: visit.receive(person(), MORNING),
    "learn": lambda visit: visit.learn(KNOWLEDGE),
    "learn_address": lambda visit: visit.learn_address("试验市新路2号"),
    "not_answered": lambda visit: visit.not_answered(Lookup.OFFLINE, "platform.unreachable"),
    "take_up": lambda visit: visit.take_up(TAKEN_UP),
    "put_back": lambda visit: visit.put_back(),
    "see_original": lambda visit: visit.see_original("M03"),
    "ask_for_paper": lambda visit: visit.ask_for_paper("M01", "照片模糊"),
    "undo": lambda visit: visit.undo(),
    "accept": lambda visit: visit.accept(CASE),
    "close": lambda visit: visit.close(),
}
WAITING = Visit()
RECEIVED = WAITING.receive(person(), MORNING)
HANDLING = RECEIVED.take_up(TAKEN_UP)
ACCEPTED = HANDLING.accept(CASE)
ALLOWED = {
    "waiting": (WAITING, {"receive": "received", "close": "waiting"}),
    "received": (
        RECEIVED,
        {
            "learn": "received",
            "learn_address": "received",
            "not_answered": "received",
            "take_up": "handling",
            "close": "waiting",
        },
    ),
    "handling": (
        HANDLING,
        {
            "learn": "handling",
            "learn_address": "handling",
            "not_answered": "handling",
            "take_up": "handling",
            "put_back": "received",
            "see_original": "handling",
            "ask_for_paper": "handling",
            "undo": "received",
            "accept": "accepted",
            "close": "waiting",
        },
    ),
    "accepted": (ACCEPTED, {"close": "waiting"}),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", ALLOWED)
def test_each_step_in_each_state(state, step):
    visit, allowed = ALLOWED[state]
    before = replace(visit)
    if step in allowed:
        assert STEPS[step](visit).state is VisitState(allowed[step])
    else:
        with pytest.raises(VisitError) as refused:
            STEPS[step](visit)
        assert (refused.value.code, refused.value.facts["state"]) == ("visit.illegal_step", state)
    assert visit == before, "a visit never changes"


def test_a_person_is_being_asked_about_at_once_and_stands_with_the_time():
    assert (RECEIVED.lookup, RECEIVED.received_at) == (Lookup.ASKING, MORNING)


def test_without_the_platform_the_visit_goes_on_and_later_answers_count():
    offline = RECEIVED.not_answered(Lookup.OFFLINE, "platform.unreachable")
    assert (offline.lookup, offline.lookup_code) == (Lookup.OFFLINE, "platform.unreachable")
    assert offline.take_up(TAKEN_UP).state is VisitState.HANDLING
    answered = offline.learn(KNOWLEDGE)
    assert (answered.lookup, answered.lookup_code) == (Lookup.ANSWERED, "")


@pytest.mark.parametrize("reason", ["", " ", "\u3000\t"])
def test_asking_for_paper_needs_a_reason(reason):
    with pytest.raises(VisitError) as refused:
        HANDLING.ask_for_paper("M01", reason)
    assert refused.value.code == "visit.reason_missing"


def test_a_second_reason_takes_the_place_of_the_first():
    twice = HANDLING.ask_for_paper("M01", "模糊").ask_for_paper("M01", " 过期 ")
    assert twice.paper_reasons == (("M01", "过期"),)


@pytest.mark.parametrize("step", ["see_original", "ask_for_paper"])
def test_a_material_the_item_does_not_have_is_refused(step):
    with pytest.raises(VisitError):
        getattr(HANDLING, step)("M99", *(["理由"] if step == "ask_for_paper" else []))


def test_another_item_begins_with_no_original_seen_and_no_reason():
    seen = HANDLING.see_original("M03").ask_for_paper("M01", "模糊")
    again = seen.take_up(TakenUp(item(code="item-2")))
    assert (again.originals_seen, again.paper_reasons) == (frozenset(), ())


def test_undo_goes_back_step_by_step_and_keeps_what_was_learnt_meanwhile():
    seen = HANDLING.see_original("M03")
    asked = seen.ask_for_paper("M01", "模糊").learn(KNOWLEDGE).learn_address("试验市新路2号")
    back = asked.undo()
    assert (back.originals_seen, back.paper_reasons) == ({"M03"}, ())
    assert (back.lookup, back.knowledge) == (Lookup.ANSWERED, KNOWLEDGE)
    assert back.identity.new_address == "试验市新路2号"
    assert back.undo().originals_seen == frozenset()


def test_what_was_put_back_is_not_brought_back_by_undo():
    """The platform has given the pre-application free: it must be taken up anew."""
    put_back = HANDLING.see_original("M03").put_back()
    assert put_back.taken_up is None
    with pytest.raises(VisitError):
        put_back.undo()


def test_nothing_before_acceptance_can_be_reached_from_it():
    assert (ACCEPTED.previous, ACCEPTED.case) == (None, CASE)


def test_nothing_of_a_person_stays_after_the_visit():
    for visit, _ in ALLOWED.values():
        assert visit.close() == Visit()


def test_the_checklist_knows_whose_licence_counts_and_whether_the_card_was_read():
    taken_up = TakenUp(ITEM, (licence(),), preapplication(upload("M03", "D")))
    with_card = RECEIVED.take_up(taken_up)
    assert with_card.checklist(TODAY).spared == 3
    typed = WAITING.receive(person(source=Source.TYPED), MORNING).take_up(taken_up)
    states = [line.state for line in typed.checklist(TODAY).lines]
    assert states == [LineState.MISSING, LineState.MET, LineState.MET]
    another = WAITING.receive(person(number="990302198505051239"), MORNING).take_up(taken_up)
    states = [line.state for line in another.checklist(TODAY).lines]
    assert states == [LineState.MET, LineState.MISSING, LineState.MET]


def test_without_an_item_there_is_no_checklist():
    assert RECEIVED.checklist(TODAY) == WAITING.checklist(TODAY) == Checklist()


def test_a_visit_shows_nobody_in_its_representation():
    assert repr(HANDLING) == str(HANDLING) == "Visit(handling)"


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=30))
def test_no_order_of_steps_breaks_a_visit(steps):
    visit = Visit()
    for step in steps:
        before = visit
        try:
            visit = STEPS[step](visit)
        except VisitError:
            assert visit is before
        if before.state is VisitState.ACCEPTED:
            assert visit is before or visit == Visit(), "accepted goes on to the next person only"
        assert (visit.case is not None) == (visit.state is VisitState.ACCEPTED)
        assert (visit.identity is None) == (visit.state is VisitState.WAITING)
        if visit.state is VisitState.HANDLING:
            assert visit.taken_up is not None
            visit.checklist(TODAY)
        if visit.state in (VisitState.WAITING, VisitState.RECEIVED):
            assert visit.taken_up is None
            assert not visit.originals_seen
            assert not visit.paper_reasons
