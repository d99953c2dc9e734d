"""A paper from owed to its end: what is printed, what failed, what nobody can know."""

import threading

import msgspec
import pytest
from fakes import (
    CALENDAR,
    MORNING,
    SESSION,
    FakePress,
    FakePrinter,
    SetClock,
    audit_lines,
    on_desk,
    open_store,
)

from counter_app.domain.case import PaperState, Receipt
from counter_app.domain.papers import ACCEPTANCE_NOTICE, AcceptanceNotice
from counter_app.errors import PaperError, PrinterError, StoreError
from counter_app.ports import JobOutcome, JobState, PrintJob
from counter_app.services.acceptance import Acceptance
from counter_app.services.papers import Papers

WAY = [JobState.QUEUED, JobState.PRINTING, JobState.COMPLETED]


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def case(store):
    return Acceptance(store, SetClock(), lambda: CALENDAR, "device-3").accept(
        on_desk(), SESSION, online=True
    )


def desk(store, printer, press=None):
    return Papers(store, press or FakePress(), printer, SetClock())


def printed(papers, case):
    return papers.print_notice(case.id, "clerk-1", "03")


def outcomes(store):
    lines = audit_lines(store, "act", "object", "result", "detail")
    return [(result, detail) for act, _, result, detail in lines if act == "print"]


def test_a_paper_is_owed_from_the_acceptance_on(store, case):
    papers = desk(store, FakePrinter())
    assert papers.record(case.id).state is PaperState.OWED
    assert [record.case for record in papers.unfinished()] == [case.id]


def test_a_paper_is_printed_only_when_the_print_system_says_so(store, case):
    printer = FakePrinter(*WAY)
    papers = desk(store, printer)
    record = printed(papers, case)
    assert (record.state, record.prints) == (PaperState.QUEUED, 0)
    record = papers.follow(record)
    assert (record.state, record.prints) == (PaperState.PRINTING, 0)
    record = papers.follow(record)
    assert (record.state, record.prints) == (PaperState.PRINTED, 1)
    assert papers.follow(record) == record
    assert papers.unfinished() == ()
    assert outcomes(store) == [
        ("queued", "acceptance_notice"),
        ("printed", "acceptance_notice"),
    ]


def test_the_jobs_title_is_the_papers_number_and_nobodys_name(store, case):
    printer = FakePrinter()
    printed(desk(store, printer), case)
    assert printer.taken == [f"{case.shown_number}-SL"]


def test_the_same_paper_a_second_time_says_the_how_manieth_it_is(store, case):
    press = FakePress()
    papers = desk(store, FakePrinter(), press)
    counts = [printed(papers, case).prints for _ in range(3)]
    assert counts == [1, 2, 3]
    assert [facts.prints for facts in press.facts] == [0, 1, 2]


def test_a_print_that_failed_was_none_and_the_next_is_the_first(store, case):
    press = FakePress()
    record = printed(desk(store, FakePrinter(JobState.FAILED), press), case)
    assert (record.state, record.reason, record.prints) == (PaperState.FAILED, "media-jam", 0)
    assert printed(desk(store, FakePrinter(), press), case).prints == 1
    assert [facts.prints for facts in press.facts] == [0, 0]
    assert ("failed", "acceptance_notice;media-jam") in outcomes(store)


def test_a_printer_that_takes_nothing_is_a_failure_with_its_code(store, case):
    papers = desk(store, FakePrinter(submit=PrinterError("printer.missing")))
    record = printed(papers, case)
    assert (record.state, record.reason) == (PaperState.FAILED, "printer.missing")
    assert papers.record(case.id) == record


def test_a_connection_lost_after_data_was_sent_is_unknown_and_not_printed_by_itself(store, case):
    printer = FakePrinter(JobState.UNKNOWN)
    papers = desk(store, printer)
    record = printed(papers, case)
    assert (record.state, record.prints) == (PaperState.UNKNOWN, 1)
    assert papers.unfinished() == ()
    papers.follow(record)
    assert len(printer.taken) == 1
    assert outcomes(store)[-1] == ("unknown", "acceptance_notice")


def test_an_unknown_print_that_turns_out_printed_counts(store, case):
    papers = desk(store, FakePrinter(JobState.UNKNOWN, JobState.COMPLETED))
    record = papers.follow(printed(papers, case))
    assert (record.state, record.prints) == (PaperState.PRINTED, 1)


def test_the_copy_after_one_that_may_have_come_out_says_so(store, case):
    press = FakePress()
    papers = desk(store, FakePrinter(JobState.UNKNOWN), press)
    printed(papers, case)
    printed(papers, case)
    assert [facts.prints for facts in press.facts] == [0, 1]


def test_an_unknown_print_that_turns_out_failed_does_not_count(store, case):
    papers = desk(store, FakePrinter(JobState.UNKNOWN, JobState.FAILED))
    record = papers.follow(printed(papers, case))
    assert (record.state, record.prints) == (PaperState.FAILED, 0)


def test_while_one_print_is_on_its_way_no_second_is_made(store, case):
    printer = FakePrinter(JobState.PRINTING)
    papers = desk(store, printer)
    for _ in range(3):
        assert printed(papers, case).state is PaperState.PRINTING
    assert len(printer.taken) == 1


def test_two_threads_that_print_at_once_make_one_print(store, case):
    inside, go_on = threading.Event(), threading.Event()

    class Slow(FakePrinter):
        def submit(self, pdf, *, title):
            inside.set()
            assert go_on.wait(20)
            return super().submit(pdf, title=title)

    printer = Slow()
    papers = desk(store, printer)
    thread = threading.Thread(target=printed, args=(papers, case))
    thread.start()
    assert inside.wait(20)
    assert printed(papers, case).state is PaperState.QUEUED
    assert papers.follow(papers.record(case.id)).state is PaperState.QUEUED
    go_on.set()
    thread.join(20)
    assert len(printer.taken) == 1
    assert papers.record(case.id).state is PaperState.PRINTED


def test_a_program_that_ended_between_journal_and_printer_leaves_it_unknown(tmp_path, store, case):
    class PowerCut(BaseException):
        pass

    with pytest.raises(PowerCut):
        printed(desk(store, FakePrinter(submit=PowerCut())), case)
    printer = FakePrinter()
    papers = desk(store, printer)
    (record,) = papers.unfinished()
    assert record.state is PaperState.QUEUED
    assert papers.follow(record).state is PaperState.UNKNOWN
    assert printer.taken == []


def test_after_a_restart_a_job_is_followed_and_not_sent_again(store, case):
    printed(desk(store, FakePrinter(JobState.PRINTING)), case)
    asked = []

    class Again(FakePrinter):
        def outcome(self, job):
            asked.append(job)
            return JobOutcome(JobState.COMPLETED)

    printer = Again()
    papers = desk(store, printer)
    (record,) = papers.unfinished()
    assert papers.follow(record).state is PaperState.PRINTED
    assert asked == [PrintJob("job-1")]
    assert printer.taken == []


def test_a_paper_that_cannot_be_made_stays_owed(store, case):
    printer = FakePrinter()
    papers = desk(store, printer, FakePress(PaperError("paper.uncovered_character")))
    with pytest.raises(PaperError):
        printed(papers, case)
    assert papers.record(case.id).state is PaperState.OWED
    assert printer.taken == []


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        ("paper.uncovered_character", "paper.will_not_print"),
        ("paper.does_not_fit", "paper.will_not_print"),
        ("paper.worker_lost", "paper.worker_lost"),
    ],
)
def test_a_rehearsal_says_what_will_not_print_and_keeps_nothing(store, case, trouble, told):
    before = store.paper(case.id, ACCEPTANCE_NOTICE)
    facts = msgspec.json.decode(before[1], type=AcceptanceNotice)
    with pytest.raises(PaperError) as raised:
        desk(store, FakePrinter(), FakePress(PaperError(trouble))).rehearse(facts)
    assert raised.value.code == told
    assert store.paper(case.id, ACCEPTANCE_NOTICE) == before


def test_the_paper_bears_the_platforms_number_and_date_once_they_are_here(store, case):
    act = store.outgoing(store.act_of_case(case.id))
    receipt = Receipt(
        key=act.key,
        case=case.id,
        number="990302202611240300077",
        state="accepted",
        accepted_at=MORNING,
        due_on=case.due_on.replace(day=30),
        due_provisional=False,
        query_code=case.query_code,
        received_at=MORNING,
        body_sha256=act.sha256,
    )
    press = FakePress()
    papers = desk(store, FakePrinter(), press)
    papers.notice(case.id)
    store.save_outgoing(act.sent())
    store.save_outgoing(store.outgoing(act.key).confirmed(), receipt)
    papers.notice(case.id)
    first, second = press.facts
    assert (first.case_number, second.case_number) == ("", "990302202611240300077")
    assert second.provisional_number == case.provisional_number, "both stand on a later copy"
    assert second.due_on.day == 30


def test_facts_that_make_no_sense_any_more_are_a_damaged_store(store, case):
    with store.transaction() as transaction:
        transaction._connection.execute("UPDATE paper SET facts = ?", (b"{",))
    with pytest.raises(StoreError) as damaged:
        desk(store, FakePrinter()).notice(case.id)
    assert damaged.value.code == "store.damaged"


def test_a_case_that_is_not_here(store):
    with pytest.raises(KeyError):
        desk(store, FakePrinter()).notice("nowhere")
    with pytest.raises(KeyError):
        store.paper("nowhere", ACCEPTANCE_NOTICE)
