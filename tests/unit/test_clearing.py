"""Finished cases of earlier days leave the counter whole; nothing else ever does."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from fakes import (
    CALENDAR,
    MORNING,
    SESSION,
    FakePlatform,
    SetClock,
    audit_lines,
    everything_in,
    item,
    on_desk,
    open_store,
    person,
)
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.case import CaseRecord, PaperRecord, PaperState, Receipt
from counter_app.domain.outgoing import OutboxFigures, OutgoingAct, OutgoingState
from counter_app.domain.papers import ACCEPTANCE_NOTICE
from counter_app.domain.visit import TakenUp
from counter_app.ports import NumberBlock
from counter_app.services.acceptance import Acceptance
from counter_app.services.delivery import Delivery
from counter_app.services.upkeep import Upkeep
from counter_app.store import database
from counter_app.store.database import FILE_NAME
from counter_app.store.vault import STORE_KEY, KeyFileVault

NEXT_MORNING = MORNING + timedelta(days=1)
NAME = "赵钱孙李周吴郑王"
GIVEN_UP_OR_DONE = (PaperState.PRINTED, PaperState.GIVEN_UP)
SETTLED_OR_DONE = (OutgoingState.CONFIRMED, OutgoingState.SETTLED)


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def receipt(act):
    return Receipt(
        key=act.key,
        case=act.case,
        number=f"official-{act.case}",
        state="accepted",
        accepted_at=MORNING,
        due_on=MORNING.date(),
        due_provisional=False,
        query_code="23456789",
        received_at=MORNING,
        body_sha256=act.sha256,
    )


def accept(store, case_id="case-1", *, at=MORNING, printed=True, confirmed=True):
    """A case as a day leaves it behind."""
    visit = on_desk(TakenUp(item(), case_id=case_id), person(name=NAME), at)
    case = Acceptance(store, SetClock(at), lambda: CALENDAR, "device-3").accept(
        visit, SESSION, online=True
    )
    act = store.outgoing(store.act_of_case(case.id))
    if confirmed:
        store.save_outgoing(act.confirmed(), receipt(act))
    if printed:
        paper = store.paper(case.id, ACCEPTANCE_NOTICE)[0]
        store.save_paper(replace(paper, state=PaperState.PRINTED, prints=1))
    return case


def rows(store, table):
    with store._database.reading() as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()


def test_a_finished_case_of_yesterday_goes_with_all_that_is_its(store):
    store.add_block(NumberBlock("block-1", "03", ("990302202611240300001",)), MORNING)
    accept(store)
    numbers, lines = rows(store, "number"), audit_lines(store)
    assert Upkeep(store, SetClock(NEXT_MORNING)).clear_finished() == 1
    left = everything_in(store)
    assert (left["cases"], left["outgoing"], left["paper"]) == (0, 0, 0)
    assert rows(store, "number") == numbers, "a number taken stays taken"
    assert audit_lines(store) == [*lines, ("clear_finished", "store", "done")]
    assert store.verify_audit().intact


def test_today_everything_stays_for_reprints(store):
    case = accept(store)
    assert store.clear_finished(MORNING.replace(hour=23, minute=59)) == 0
    assert store.paper(case.id, ACCEPTANCE_NOTICE)[0].state is PaperState.PRINTED
    assert store.clear_finished(MORNING.replace(hour=0) + timedelta(days=1)) == 1


def test_the_day_is_the_halls_whatever_offset_a_time_was_written_with(store):
    before_midnight = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)  # 00:30 of the 25th in the hall
    accept(store, at=before_midnight)
    assert store.clear_finished(NEXT_MORNING) == 0
    assert store.clear_finished(NEXT_MORNING + timedelta(days=1)) == 1


def test_a_clock_that_was_set_back_removes_nothing(store):
    accept(store)
    assert store.clear_finished(MORNING - timedelta(days=30)) == 0


def test_nothing_finished_writes_nothing(store):
    accept(store, confirmed=False)
    before = audit_lines(store)
    assert store.clear_finished(NEXT_MORNING) == 0
    assert audit_lines(store) == before


def test_a_provisional_number_is_not_given_twice(store):
    first = accept(store).provisional_number
    store.clear_finished(NEXT_MORNING)
    assert accept(store, "case-2").provisional_number != first


def test_what_was_confirmed_and_cleared_meanwhile_is_confirmed_for_its_sender(store):
    """The next morning: delivery confirms yesterday's act, and clearing comes right behind."""
    case = accept(store, confirmed=False)
    key = store.act_of_case(case.id)
    read_back = {key: receipt(store.outgoing(key))}
    really = store.save_outgoing

    def save_and_clear(*arguments, **named):
        saved = really(*arguments, **named)
        store.clear_finished(NEXT_MORNING)
        return saved

    store.save_outgoing = save_and_clear
    platform = FakePlatform(receipts=read_back)
    done = Delivery(platform, store, SetClock(NEXT_MORNING)).deliver_due()
    assert (done.confirmed, done.still_waiting, done.refused) == (1, 0, 0)
    assert everything_in(store)["cases"] == 0


# -- the property ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Left:
    """A case as some day left it behind."""

    days_ago: int
    receipt: bool
    acts: tuple[OutgoingState, ...]
    papers: tuple[PaperState, ...]

    @property
    def finished(self):
        return (
            self.days_ago > 0
            and (self.receipt or OutgoingState.SETTLED in self.acts)
            and bool(self.acts)
            and all(state in SETTLED_OR_DONE for state in self.acts)
            and all(state in GIVEN_UP_OR_DONE for state in self.papers)
        )


BEHIND = st.lists(
    st.builds(
        Left,
        days_ago=st.integers(-1, 3),
        receipt=st.booleans() | st.just(True),
        acts=st.lists(
            st.just(OutgoingState.CONFIRMED) | st.sampled_from(OutgoingState), max_size=3
        ).map(tuple),
        papers=st.lists(st.just(PaperState.PRINTED) | st.sampled_from(PaperState), max_size=2).map(
            tuple
        ),
    ),
    max_size=6,
)
NAMES = count()


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    opened = open_store(tmp_path_factory.mktemp("kept"))
    yield opened
    opened.close()


def put(store, left):
    """Into the store, as left behind; the case's id."""
    case_id = f"case-{next(NAMES)}"
    at = MORNING - timedelta(days=left.days_ago)
    acts = [
        OutgoingAct(f"{case_id}-{n}", case_id, "accept", "/", b"{}", "0", at, state)
        for n, state in enumerate(left.acts)
    ]
    named = OutgoingAct(case_id, case_id, "accept", "/", b"{}", "0", at)
    case = CaseRecord(
        *(case_id, f"number-{case_id}", None, "item", "试验事项", at, None, False, "Q", "o", "03"),
        online=True,
        receipt=receipt(named) if left.receipt else None,
    )
    with store.transaction() as transaction:
        transaction.add_case(case)
        for act in acts:
            transaction.add_outgoing(act)
        for n, state in enumerate(left.papers):
            paper = PaperRecord(case_id, f"kind-{n}", f"{case_id}-{n}-SL", state)
            transaction.add_paper(paper, b"{}")
    return case_id


def of_cases(store):
    """Every row that belongs to a case, by its case."""
    found = {}
    for table, place in (("cases", 0), ("outgoing", 2), ("paper", 0)):
        for row in rows(store, table):
            found.setdefault(row[place], []).append((table, *row))
    return found


@given(BEHIND)
def test_exactly_what_is_finished_goes_and_the_rest_is_untouched(kept, behind):
    finished = [(put(kept, left), left.finished) for left in behind]
    before, waiting = of_cases(kept), kept.outbox()
    kept.clear_finished(MORNING)
    after = of_cases(kept)
    for case_id, gone in finished:
        assert (case_id not in after) == gone
    assert {case: before[case] for case in after} == after
    assert kept.outbox() == waiting
    assert isinstance(waiting, OutboxFigures)
    assert kept.clear_finished(MORNING) == 0
    with kept._database.transaction() as connection:
        for table in ("paper", "outgoing", "cases"):  # for the next example
            connection.execute(f"DELETE FROM {table}")


# -- nothing of it is left in the file -------------------------------------------------------------

PAGE = 4096
RESERVED = 80  # initialisation vector, then the page's HMAC


def plain_pages(folder):
    """Every page of the store's file, free ones too, as somebody with the key could read it."""
    key = KeyFileVault(folder / "keys.json").get(STORE_KEY)
    content = (folder / FILE_NAME).read_bytes()
    text = b""
    for start in range(0, len(content), PAGE):
        page = content[start : start + PAGE]
        vector = page[PAGE - RESERVED : PAGE - RESERVED + 16]
        sealed = page[16 if start == 0 else 0 : PAGE - RESERVED]
        opener = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
        text += opener.update(sealed) + opener.finalize()
    return text


def test_nothing_of_it_stays_in_free_pages_or_in_the_log(store, tmp_path):
    accept(store)
    store._database.fold()
    assert NAME.encode() in plain_pages(tmp_path), "the pages are read"
    store.clear_finished(NEXT_MORNING)
    assert NAME.encode() not in plain_pages(tmp_path)
    assert (tmp_path / f"{FILE_NAME}-wal").stat().st_size == 0


def test_without_overwriting_it_would_stay(tmp_path, monkeypatch):
    """The control: the search above does find what was deleted and not overwritten."""
    kept = tuple(s for s in database._SETTINGS if "secure_delete" not in s)
    monkeypatch.setattr(database, "_SETTINGS", (*kept, "PRAGMA secure_delete = OFF"))
    store = open_store(tmp_path)
    accept(store)
    store.clear_finished(NEXT_MORNING)
    assert NAME.encode() in plain_pages(tmp_path)
    store.close()
