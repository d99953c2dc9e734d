"""The moment of acceptance: everything on disk in one go, or nothing of it."""

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import msgspec
import pytest
from fakes import (
    CALENDAR,
    CARD,
    FORM,
    MORNING,
    NUMBER,
    PERMIT,
    SESSION,
    SetClock,
    audit_lines,
    everything_in,
    item,
    licence,
    on_desk,
    open_store,
    person,
    preapplication,
    upload,
)

from counter_app.clock import CHINA
from counter_app.domain.case import PaperState
from counter_app.domain.deadlines import WorkingDays
from counter_app.domain.identity import Source
from counter_app.domain.item import CaseType
from counter_app.domain.outgoing import OutgoingState, fingerprint
from counter_app.domain.papers import ACCEPTANCE_NOTICE, AcceptanceNotice
from counter_app.domain.visit import TakenUp, Visit
from counter_app.errors import StoreError, VisitError
from counter_app.ports import NumberBlock
from counter_app.services.acceptance import Acceptance
from counter_app.store import local_store

OFFICIAL = "990302202611240300001"
WHOLE = TakenUp(
    item(CARD, PERMIT, FORM),
    (licence(),),
    preapplication(upload("M03", "C")),
    case_id="019f0000-0000-7000-8000-00000000000a",
)


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def desk(store, clock=None, calendar=CALENDAR):
    return Acceptance(store, clock or SetClock(), lambda: calendar, "device-3")


def with_numbers(store, *numbers):
    store.add_block(NumberBlock("block-1", "03", numbers), MORNING)


def facts_of(store, case_id):
    return msgspec.json.decode(store.paper(case_id, ACCEPTANCE_NOTICE)[1], type=AcceptanceNotice)


def act_of(store, case_id):
    return store.outgoing(store.act_of_case(case_id))


def test_case_act_paper_and_audit_are_there_together(store):
    with_numbers(store, OFFICIAL)
    visit = on_desk(WHOLE).see_original("M03")
    case = desk(store).accept(visit, SESSION, online=True)
    assert store.case(case.id) == case
    assert (case.id, case.number, case.provisional_number) == (WHOLE.case_id, OFFICIAL, None)
    assert (case.accepted_at, case.due_on) == (MORNING, date(2026, 11, 27))
    assert re.fullmatch("[23456789ABCDEFGHJKMNPQRSTUVWXYZ]{8}", case.query_code)
    act = act_of(store, case.id)
    assert (act.state, act.attempts) == (OutgoingState.PENDING, 0)
    assert act.path == f"/v1/cases/{case.id}/acceptance"
    assert act.sha256 == fingerprint(act.body)
    assert act.key != case.id
    paper, _ = store.paper(case.id, ACCEPTANCE_NOTICE)
    assert (paper.state, paper.number, paper.prints) == (PaperState.OWED, f"{OFFICIAL}-SL", 0)
    assert audit_lines(store, "operator", "act", "object", "result", "detail") == [
        ("clerk-1", "accept", case.id, "accepted", f"{OFFICIAL};spared=2/3;paper_asked=0")
    ]


def test_the_act_says_who_what_and_by_what_it_was_met(store):
    visit = on_desk(WHOLE).see_original("M03").learn_address("试验市新路2号")
    case = desk(store).accept(visit, SESSION, online=True)
    body = json.loads(act_of(store, case.id).body)
    assert body["applicant"] == {
        "kind": "resident",
        "name": "测试甲",
        "number": NUMBER,
        "sex": "1",
        "nation": "01",
        "born": "1990-01-01",
        "address": "试验市新路2号",
        "source": "card",
        "sam_id": person().sam_id,
        "mobile": "19900000001",
    }
    assert [(one["material"], one["met_by"], one["trust_grade"]) for one in body["materials"]] == [
        ("M01", "identity_card", "A"),
        ("M02", "licence", "A"),
        ("M03", "upload", "B"),
    ]
    assert body["materials"][1]["reference"] == licence().identifier
    assert body["operator"] == {"id": "clerk-1", "name": "试验员", "session": SESSION.id}
    assert (body["window"], body["device"]) == ("03", "device-3")
    assert (body["item"], body["item_version"], body["preapplication"]) == ("item-1", 4, "pre-1")
    assert body["accepted_at"] == "2026-11-24T09:30:00.000+08:00"
    assert body["paper"] == {"kind": "acceptance_notice", "number": f"{case.shown_number}-SL"}


def test_the_rehearsal_is_the_notice_of_the_case_before_all_is_there(store):
    with_numbers(store, OFFICIAL)
    before = desk(store).rehearsal(on_desk(WHOLE), SESSION)
    case = desk(store).accept(on_desk(WHOLE).see_original("M03"), SESSION, online=True)
    notice = facts_of(store, case.id)
    assert [one.name for one in before.materials] == [one.name for one in notice.materials]
    assert len(before.case_number) == len(OFFICIAL)
    numbers = ("case_number", "paper_number", "query_code", "materials")
    same = {name: getattr(notice, name) for name in numbers}
    assert replace(before, **same) == notice


def test_there_is_no_rehearsal_without_an_item(store):
    with pytest.raises(VisitError) as refused:
        desk(store).rehearsal(Visit(), SESSION)
    assert refused.value.code == "visit.illegal_step"
    assert audit_lines(store, "act") == []


def test_the_papers_facts_are_the_cases_with_the_number_masked(store):
    with_numbers(store, OFFICIAL)
    case = desk(store).accept(on_desk(WHOLE).see_original("M03"), SESSION, online=False)
    notice = facts_of(store, case.id)
    assert (notice.case_number, notice.provisional_number) == (OFFICIAL, "")
    assert (notice.applicant.name, notice.applicant.masked_number) == (
        "测试甲",
        "9903**********0016",
    )
    assert NUMBER.encode() not in store.paper(case.id, ACCEPTANCE_NOTICE)[1]
    assert (notice.due_on, notice.promised_days, notice.offline) == (date(2026, 11, 27), 3, True)
    by_name = {one.name: one for one in notice.materials}
    assert not by_name["材料M03"].label.startswith("9903")
    assert [one.electronic for one in notice.materials] == [True, True, True]
    assert [one.original_compared for one in notice.materials] == [False, False, True]
    assert notice.enquiry_phone == SESSION.window.phone, "the item names none"


def test_what_was_handed_in_on_paper_is_listed_as_paper_with_its_reason_in_the_act(store):
    visit = on_desk(TakenUp(item(replace(CARD, copies=1))))
    visit = visit.ask_for_paper("M01", "照片模糊").see_original("M01")
    case = desk(store).accept(visit, SESSION, online=True)
    (line,) = facts_of(store, case.id).materials
    assert (line.electronic, line.originals, line.copies, line.pages) == (False, 1, 1, 1)
    (sent,) = json.loads(act_of(store, case.id).body)["materials"]
    assert sent["paper_reason"] == "照片模糊"
    assert audit_lines(store, "detail")[0][0].endswith("spared=0/1;paper_asked=1")


def test_accepting_the_same_item_again_gives_the_case_that_is_there(store):
    with_numbers(store, OFFICIAL, "990302202611240300002")
    visit = on_desk(WHOLE).see_original("M03")
    clock = SetClock()
    first = desk(store, clock).accept(visit, SESSION, online=True)
    before = everything_in(store)
    clock.go(timedelta(seconds=5))
    assert desk(store, clock).accept(visit, SESSION, online=False) == first
    assert everything_in(store) == before
    assert store.numbers_left("03") == 1


def test_an_item_taken_up_twice_is_two_cases(store):
    first = desk(store).accept(on_desk(TakenUp(item(), case_id="a")), SESSION, online=True)
    second = desk(store).accept(on_desk(TakenUp(item(), case_id="b")), SESSION, online=True)
    assert (first.shown_number, second.shown_number) == (
        "L-03-20261124-0001",
        "L-03-20261124-0002",
    )


def test_leased_numbers_go_in_their_order_and_then_visibly_provisional_ones(store):
    with_numbers(store, "990302202611240300002", "990302202611240300001")
    shown = [
        desk(store).accept(on_desk(TakenUp(item(), case_id=str(n))), SESSION, online=True)
        for n in range(4)
    ]
    assert [case.shown_number for case in shown] == [
        "990302202611240300002",
        "990302202611240300001",
        "L-03-20261124-0001",
        "L-03-20261124-0002",
    ]
    assert [case.number for case in shown][2:] == [None, None]
    notice = facts_of(store, "3")
    assert (notice.case_number, notice.provisional_number) == ("", "L-03-20261124-0002")


def test_provisional_numbers_begin_anew_each_day_by_the_halls_clock(store):
    for n, at in enumerate(
        (
            datetime(2026, 11, 24, 23, 59, 59, tzinfo=CHINA),
            datetime(2026, 11, 25, 0, 0, 0, tzinfo=CHINA),  # still the 24th in UTC
        )
    ):
        desk(store, SetClock(at)).accept(
            on_desk(TakenUp(item(), case_id=str(n))), SESSION, online=False
        )
    assert [store.case(str(n)).provisional_number for n in range(2)] == [
        "L-03-20261124-0001",
        "L-03-20261125-0001",
    ]


def test_another_windows_numbers_are_not_taken(store):
    store.add_block(NumberBlock("block-4", "04", ("990302202611240400001",)), MORNING)
    case = desk(store).accept(on_desk(), SESSION, online=True)
    assert case.number is None
    assert store.numbers_left("04") == 1


@pytest.mark.parametrize("step", ["add_case", "add_outgoing", "add_paper", "add_audit"])
def test_what_fails_in_between_leaves_nothing(store, monkeypatch, step):
    with_numbers(store, OFFICIAL)
    before = everything_in(store)
    written = getattr(local_store.Transaction, step)

    def broken(self, *arguments):
        written(self, *arguments)
        raise StoreError("store.full")

    monkeypatch.setattr(local_store.Transaction, step, broken)
    with pytest.raises(StoreError):
        desk(store).accept(on_desk(), SESSION, online=True)
    assert everything_in(store) == before
    assert store.numbers_left("03") == 1, "the number is free again"
    monkeypatch.undo()
    assert desk(store).accept(on_desk(), SESSION, online=True).number == OFFICIAL


def test_a_store_that_is_gone_accepts_nothing(store):
    store.close()
    with pytest.raises(StoreError) as refused:
        desk(store).accept(on_desk(), SESSION, online=True)
    assert refused.value.code == "store.unwritable"


def test_what_is_missing_is_named_and_nothing_is_written(store):
    before = everything_in(store)
    with pytest.raises(VisitError) as missing:
        desk(store).accept(on_desk(WHOLE), SESSION, online=True)
    assert missing.value.code == "visit.material_missing"
    assert missing.value.facts["materials"] == ("M03",)
    assert everything_in(store) == before


def test_a_licence_that_ran_out_over_midnight_does_not_count_any_more(store):
    dying = TakenUp(item(CARD, PERMIT), (licence(valid_to=MORNING.date()),))
    desk(store).accept(on_desk(dying), SESSION, online=True)
    with pytest.raises(VisitError):
        desk(store, SetClock(MORNING + timedelta(days=1))).accept(
            on_desk(dying), SESSION, online=True
        )


@pytest.mark.parametrize(
    "visit",
    [
        Visit(),
        Visit().receive(person(), MORNING),
        on_desk().put_back(),
    ],
    ids=["nobody", "no item", "put back"],
)
def test_without_an_item_on_the_desk_there_is_nothing_to_accept(store, visit):
    with pytest.raises(VisitError) as illegal:
        desk(store).accept(visit, SESSION, online=True)
    assert illegal.value.code == "visit.illegal_step"


def test_a_wrong_check_digit_is_no_obstacle_and_stands_in_the_audit(store):
    wrong = NUMBER[:-1] + "7"
    case = desk(store).accept(on_desk(who=person(number=wrong)), SESSION, online=True)
    assert "number.check_digit" in audit_lines(store, "detail")[0][0].split(";")
    assert json.loads(act_of(store, case.id).body)["applicant"]["number"] == wrong


def test_neither_name_nor_number_stands_in_the_audit(store):
    desk(store).accept(on_desk(), SESSION, online=True)
    line = str(audit_lines(store, "act", "object", "result", "detail"))
    assert NUMBER not in line
    assert "测试" not in line


def test_offline_is_told_apart_in_case_and_audit(store):
    case = desk(store).accept(on_desk(), SESSION, online=False)
    assert case.online is False
    assert audit_lines(store)[0][2] == "accepted_offline"


def test_an_item_done_at_once_is_due_the_same_day(store):
    at_once = item(CARD, case_type=CaseType.IMMEDIATE, promised_days=5)
    case = desk(store).accept(on_desk(TakenUp(at_once)), SESSION, online=True)
    assert (case.due_on, facts_of(store, case.id).immediate) == (MORNING.date(), True)


def test_a_year_nobody_has_announced_gives_a_provisional_date_and_no_error(store):
    case = desk(store, calendar=WorkingDays("none", {})).accept(on_desk(), SESSION, online=True)
    assert (case.due_on, case.due_provisional) == (date(2026, 11, 27), True)
    assert facts_of(store, case.id).due_provisional


def test_a_typed_identity_is_told_as_typed(store):
    typed = person(source=Source.TYPED, sam_id="", born=None)
    visit = on_desk(who=typed).see_original("M01")
    case = desk(store).accept(visit, SESSION, online=True)
    applicant = json.loads(act_of(store, case.id).body)["applicant"]
    assert (applicant["source"], applicant["sam_id"], applicant["born"]) == ("typed", "", None)
