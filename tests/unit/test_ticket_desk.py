"""What a kiosk has to tell is told once it can be, after a restart too, and names nobody."""

import dataclasses

import pytest
from fakes import SetClock

from counter_app.domain.ticket import HallVisit, Ticket, TicketPaper, TicketState
from counter_app.errors import (
    PlatformError,
    PlatformRefused,
    PlatformUnreachable,
    StoreError,
    TicketRefused,
)
from counter_app.ports import JobOutcome, JobState
from counter_app.services.ticketing import TicketDesk, TicketOut
from counter_app.store.owed_acts import FILE_NAME, OwedActsFile

TICKET = Ticket(
    id="t-1",
    number="A001",
    service="market",
    service_name="企业开办",
    state=TicketState.WAITING,
    name="测*",
    priority=None,
    visit="v-1",
    position=0,
    paper=TicketPaper.PENDING,
    preapplication=None,
    window="",
    calls=0,
)
VISIT = HallVisit("v-1", TicketPaper.PENDING, (TICKET,), 0, 0)


class Hall:
    """Answers until told to fail; remembers what it was told."""

    def __init__(self):
        self.failure = None
        self.reports, self.withdrawn = [], []

    def hall(self):
        if self.failure:
            raise self.failure
        return "the hall"

    def report(self, visit, paper, detail, key):
        if self.failure:
            raise self.failure
        self.reports.append((visit, paper, detail, key))

    def withdraw(self, taking, key):
        if self.failure:
            raise self.failure
        self.withdrawn.append((taking, key))


class Printer:
    def put_out(self, _ticket):
        return JobOutcome(JobState.COMPLETED)


def desk(hall, folder):
    return TicketDesk(hall, Printer(), lambda facts: b"", SetClock(), OwedActsFile(folder))


def test_a_paper_that_could_not_be_told_of_is_told_after_a_restart(tmp_path):
    hall = Hall()
    hall.failure = PlatformUnreachable("platform.unreachable")
    assert desk(hall, tmp_path).hand_out("大厅", VISIT) is TicketOut.HANDED_OUT
    assert hall.reports == []
    text = (tmp_path / FILE_NAME).read_text("utf-8")
    assert "v-1" in text
    assert "测" not in text
    hall.failure = None
    again = desk(hall, tmp_path)
    again.look()
    ((visit, paper, _, key),) = hall.reports
    assert (visit, paper) == ("v-1", TicketPaper.HANDED_OUT)
    assert key
    again.look()
    desk(hall, tmp_path).look()
    assert len(hall.reports) == 1, "told once"


def test_what_was_taken_without_an_answer_is_withdrawn_with_the_next_look(tmp_path):
    hall = Hall()
    one = desk(hall, tmp_path)
    one.abandon("lost-key")
    assert hall.withdrawn == []
    hall.failure = PlatformError("platform.fault", status=500)
    with pytest.raises(PlatformError):
        one.look()
    hall.failure = None
    desk(hall, tmp_path).look()
    assert hall.withdrawn == [("lost-key", "lost-key-withdrawn")]
    one.look()


@pytest.mark.parametrize(
    "no", [PlatformRefused("platform.refused"), TicketRefused("ticket.changed")]
)
def test_what_the_platform_refuses_is_settled(tmp_path, no):
    hall = Hall()
    one = desk(hall, tmp_path)
    one.abandon("some-key")
    hall.withdraw = lambda *_: (_ for _ in ()).throw(no)
    one.look()
    assert OwedActsFile(tmp_path).load() == ()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b'[{"key": 1}]', b'[{"key": "k", "paper": "lost"}]', b"\xff"]
)
def test_a_file_that_is_none_counts_as_empty(tmp_path, content):
    (tmp_path / FILE_NAME).write_bytes(content)
    assert OwedActsFile(tmp_path).load() == ()


def test_where_it_cannot_be_kept_a_code_says_so(tmp_path):
    with pytest.raises(StoreError) as raised:
        OwedActsFile(tmp_path / "nowhere").keep(())
    assert raised.value.code == "store.unwritable"


def test_nothing_kept_has_a_place_for_a_person():
    from counter_app.domain.ticket import OwedAct

    fields = {field.name for field in dataclasses.fields(OwedAct)}
    assert fields == {"key", "visit", "paper", "detail"}
