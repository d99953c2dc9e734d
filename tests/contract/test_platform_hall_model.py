"""Whatever clerks and kiosks do in whatever order, the queue is what plain rules say it is."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
import uuid
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hall_desk import person
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from platform_process import seeded_copy
from size import size
from sqlalchemy import insert, select
from store_under_test import copy_store, drop_store, settings_of

from hall_platform.access import Caller
from hall_platform.acts import Arrival, acts, fingerprint_of, prepared, shaped
from hall_platform.app import create_app
from hall_platform.clock import PlayedClock, stamp
from hall_platform.context import Context
from hall_platform.database import open_store
from hall_platform.events.tables import events
from hall_platform.hall.tables import hall_windows, in_hand, queue_places, tickets, window_services
from hall_platform.idempotency import OnceOnly
from hall_platform.identity.tables import operators, sessions
from hall_platform.problems import Problem
from hall_platform.seed_data.places import HALL

START = datetime.fromisoformat("2026-11-24T10:00:00+08:00")
COUNTY = HALL.region[:6]
WINDOWS = {"03": ("market", "health"), "04": ("market",), "05": ("health", "city")}
SERVICES = ("market", "health", "city")
REASONS = ("none", "elderly")
RECALLS, BEHIND, PASSES = 3, 3, 3  # the rules the hall is seeded with
PRIORITY, ORDINARY = 2, 1

windows = st.sampled_from(sorted(WINDOWS))
services = st.sampled_from(SERVICES)
chance = st.integers(min_value=0, max_value=10_000)


@dataclass
class Known:
    """A ticket as the model knows it."""

    id: str
    visit: str
    number: str
    service: str
    priority: bool
    holder: int | None
    state: str
    order: tuple[int, int] = (0, 0)  # of its place and serial
    window: str = ""
    sent_to: str = ""
    calls: int = 0
    passes: int = 0
    called_for: set[str] = field(default_factory=set)
    later: bool = False


class Queue(RuleBasedStateMachine):
    """Three windows and a kiosk on a real store, and a model in plain Python."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="hall-queue-"))
        copy_store(_template(), self.folder)
        own = settings_of(self.folder)
        self.store = open_store(own)
        self.clock = PlayedClock(START)
        self.context = replace(
            _context(), settings=own, store=self.store, clock=self.clock, acts=OnceOnly(self.store)
        )
        self.tickets: dict[str, Known] = {}
        self.serials: dict[str, int] = defaultdict(int)
        self.turns = dict.fromkeys(WINDOWS, 0)
        self.open: set[str] = set()
        self.paper: dict[str, str] = {}
        self.wanted_events: list[tuple[str, str]] = []
        with self.store.read() as connection:
            row = connection.execute(select(sessions).where(sessions.c.id == SESSION)).one()
        self.operator = {"id": row.operator, "name": "测小兰"}

    def teardown(self) -> None:
        self.store.close()
        drop_store(self.folder)
        shutil.rmtree(self.folder)

    # how acts are done -------------------------------------------------------------------------

    def act(self, name: str, caller: Caller, subject: str | None = None, /, **body: Any) -> Any:
        """Do an act as its route would; the answer, or the code of the problem."""
        act = acts()[name]
        raw = {"act": name, **body}
        try:
            arrival = Arrival(caller, self.context, subject, None)
            once = prepared(act, shaped(act, raw), fingerprint_of(raw), uuid.uuid4().hex, arrival)
            return json.loads(self.context.acts.perform(once).answer)
        except Problem as problem:
            return problem.code

    def kiosk(self, name: str, subject: str | None = None, /, **body: Any) -> Any:
        caller = Caller(
            "kiosk",
            frozenset({"kiosk"}),
            device="kiosk-01",
            hall=HALL.code,
            region=HALL.region,
            county=COUNTY,
        )
        return self.act(name, caller, subject, **body)

    def clerk(self, window: str, name: str, subject: str | None = None, /, **body: Any) -> Any:
        session = SESSIONS[window]
        caller = Caller(
            session,
            frozenset({"clerk"}),
            operator=self.operator["id"],
            hall=HALL.code,
            window=window,
            region=HALL.region,
            county=COUNTY,
        )
        operator = {**self.operator, "session": session}
        return self.act(name, caller, subject, operator=operator, window=window, **body)

    # what the model knows ----------------------------------------------------------------------

    def in_hand(self, window: str) -> Known | None:
        return next(
            (
                one
                for one in self.tickets.values()
                if one.state in ("called", "serving") and one.window == window
            ),
            None,
        )

    def some(self, number: int, *states: str) -> Known | None:
        found = [one for one in self.tickets.values() if one.state in states]
        return found[number % len(found)] if found else None

    def line(self, service: str | None = None) -> list[Known]:
        found = [one for one in self.tickets.values() if one.state == "waiting"]
        if service is not None:
            found = [one for one in found if one.service == service]
        return sorted(found, key=lambda one: one.order)

    def whose_turn(self, window: str) -> tuple[Known | None, int]:
        """By the rules as they are written down, and the window's turn after it."""
        sent = [one for one in self.line() if one.sent_to == window]
        if sent:
            return sent[0], self.turns[window]
        there = [one for one in self.line() if not one.sent_to and one.service in WINDOWS[window]]
        turn = self.turns[window]
        prefers = turn < PRIORITY
        for kind in (prefers, not prefers):
            heads = {}
            for one in there:
                if one.priority == kind:
                    heads.setdefault(one.service, one)
            if heads:
                best = min(heads.values(), key=lambda one: (one.order[0], one.service))
                following = (turn + 1) % (PRIORITY + ORDINARY) if kind == prefers else turn
                return best, following
        return None, turn

    def called(self, one: Known, window: str) -> None:
        again = one.service in one.called_for
        one.called_for.add(one.service)
        one.state, one.window, one.calls, one.sent_to = "called", window, 1, ""
        self.tell("ticket-recalled" if again else "ticket-called", one)

    def tell(self, kind: str, one: Known) -> None:
        self.wanted_events.append((kind, one.number))

    def place(self, one: Known) -> None:
        """The place a ticket was given; what it has to hold to is checked by who asks."""
        with self.store.read() as connection:
            row = connection.execute(
                select(queue_places).where(queue_places.c.ticket == one.id)
            ).one()
        one.order = (row.place, row.serial)

    def over(self, one: Known, state: str) -> None:
        """A ticket has ended; the next of its visit is queued."""
        was_later = one.state == "later"
        one.state, one.window, one.sent_to = state, one.window, ""
        if was_later:
            return
        following = next(
            (
                each
                for each in self.tickets.values()
                if each.visit == one.visit and each.state == "later"
            ),
            None,
        )
        if following is None:
            return
        if self.paper[one.visit] == "failed":
            following.state = "held"
            following.later = True
        else:
            following.state = "waiting"
            self.place(following)
            self.tell("ticket-taken", following)

    # the rules of the game ---------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        for window in WINDOWS:
            assert self.clerk(window, "change-window", state="open")["state"] == "open"
            self.open.add(window)

    @rule(seconds=st.integers(min_value=0, max_value=120))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    @rule(
        wanted=st.lists(services, min_size=1, max_size=2, unique=True),
        who=st.one_of(st.none(), st.integers(min_value=1, max_value=4)),
        reason=st.sampled_from(REASONS),
    )
    def take(self, wanted: list[str], who: int | None, reason: str) -> None:
        holder = person(who) if who is not None else None
        answer = self.kiosk(
            "take-ticket", services=wanted, holder=holder, name="张三", priority=reason
        )
        has_one = who is not None and any(
            one.holder == who and one.service in wanted and one.state not in ("finished", "void")
            for one in self.tickets.values()
        )
        if has_one:
            assert answer == "ticket-exists"
            return
        self.paper[answer["visit"]] = "pending"
        for place, (service, shown) in enumerate(zip(wanted, answer["tickets"], strict=True)):
            prefix = PREFIXES[service]
            self.serials[prefix] += 1
            assert shown["number"] == f"{prefix}{self.serials[prefix]:03d}"
            one = Known(
                shown["ticket"],
                answer["visit"],
                shown["number"],
                service,
                priority=reason != "none",
                holder=who,
                state="later" if place else "waiting",
            )
            self.tickets[one.id] = one
            if not place:
                before = self.line(service)
                self.place(one)
                assert all(each.order < one.order for each in before if each is not one)
                self.tell("ticket-taken", one)

    @rule(number=chance, outcome=st.sampled_from(("handed_out", "failed", "kept")))
    def paper_comes_or_not(self, number: int, outcome: str) -> None:
        if not self.paper:
            return
        visit = sorted(self.paper)[number % len(self.paper)]
        before = self.paper[visit]
        answer = self.kiosk("report-paper", visit, outcome=outcome)
        allowed = {
            "handed_out": ("pending", "failed", "kept"),
            "failed": ("pending",),
            "kept": ("failed",),
        }
        if before not in allowed[outcome]:
            assert answer == "ticket-state"
            return
        self.paper[visit] = outcome
        assert answer["paper"] == outcome
        mine = [one for one in self.tickets.values() if one.visit == visit]
        for one in mine:
            if outcome == "failed" and one.state == "waiting":
                one.state = "held"
                one.sent_to = ""
            elif outcome != "failed" and one.state == "held":
                one.state = "waiting"
                before_order = one.order
                self.place(one)
                if one.later:
                    one.later = False
                    self.tell("ticket-taken", one)
                else:
                    assert one.order == before_order, "it keeps its place"
                    self.tell("ticket-returned", one)

    @rule(window=windows)
    def call_next(self, window: str) -> None:
        answer = self.clerk(window, "call-next")
        if window not in self.open:
            assert answer == "window-not-open"
        elif self.in_hand(window) is not None:
            assert answer == "ticket-in-hand"
        else:
            expected, turn = self.whose_turn(window)
            if expected is None:
                assert answer == "nobody-waiting"
                return
            assert answer["number"] == expected.number
            self.turns[window] = turn
            self.called(expected, window)

    @rule(window=windows, number=chance)
    def call_one(self, window: str, number: int) -> None:
        one = self.some(number, "waiting", "passed", "parked", "finished")
        if one is None:
            return
        answer = self.clerk(window, "call-one", one.id)
        if window not in self.open:
            assert answer == "window-not-open"
        elif self.in_hand(window) is not None:
            assert answer == "ticket-in-hand"
        elif one.state not in ("waiting", "passed"):
            assert answer == "ticket-state"
        elif one.sent_to not in ("", window):
            assert answer == "ticket-elsewhere"
        elif one.sent_to == "" and one.service not in WINDOWS[window]:
            assert answer == "service-not-here"
        else:
            assert answer["state"] == "called"
            self.called(one, window)

    @rule(window=windows, act=st.sampled_from(("recall", "pass-over", "park", "start-service")))
    def go_on(self, window: str, act: str) -> None:
        one = self.in_hand(window)
        if one is None:
            return
        answer = self.clerk(window, act, one.id)
        if act in ("recall", "pass-over") and one.state != "called":
            assert answer == "ticket-state"
        elif act == "recall" and one.calls >= RECALLS:
            assert answer == "recall-limit"
        elif act == "recall":
            one.calls += 1
            assert answer["calls"] == one.calls
            self.tell("ticket-recalled", one)
        elif act == "pass-over":
            one.state = "passed"
            one.passes += 1
            assert answer["may_return"] is (one.passes < PASSES)
            self.tell("ticket-passed", one)
        elif act == "park":
            one.state = "parked"
            self.tell("ticket-parked", one)
        else:
            one.state = "serving"

    @rule(window=windows)
    def finish(self, window: str) -> None:
        one = self.in_hand(window)
        if one is None:
            return
        answer = self.clerk(window, "finish-ticket", one.id, cases=[])
        assert answer["ticket"]["state"] == "finished"
        assert len(answer["offers"]) == 1
        self.tell("ticket-finished", one)
        self.over(one, "finished")

    @rule(reasons=st.lists(st.sampled_from(REASONS), min_size=3, max_size=6), service=services)
    def a_crowd_comes(self, reasons: list[str], service: str) -> None:
        for reason in reasons:
            self.take([service], None, reason)

    @rule(window=windows, count=st.integers(min_value=2, max_value=5))
    def serves_some(self, window: str, count: int) -> None:
        for _ in range(count):
            self.call_next(window)
            self.finish(window)

    @rule(window=windows, number=chance)
    def a_window_touches_what_another_has(self, window: str, number: int) -> None:
        one = self.some(number, "called", "serving")
        if one is None or one.window == window:
            return
        for act in ("park", "finish-ticket", "start-service"):
            assert self.clerk(window, act, one.id) == "ticket-elsewhere"

    @rule(number=chance)
    def comes_back(self, number: int) -> None:
        one = self.some(number, "passed", "parked", "waiting")
        if one is None:
            return
        before = [
            each.id
            for each in self.line(one.service)
            if each.priority == one.priority and not each.sent_to
        ]
        answer = self.kiosk("reinsert", one.id)
        if one.state != "passed":
            assert answer == "ticket-state"
            return
        if one.passes >= PASSES:
            assert answer == "passed-too-often"
            return
        one.state, one.window = "waiting", ""
        one.calls = 0
        self.place(one)
        self.tell("ticket-returned", one)
        after = [
            each.id
            for each in self.line(one.service)
            if each.priority == one.priority and not each.sent_to
        ]
        assert [each for each in after if each != one.id] == before
        assert after.index(one.id) >= min(BEHIND, len(before))

    @rule(window=windows, number=chance)
    def take_back(self, window: str, number: int) -> None:
        one = self.some(number, "parked", "waiting")
        if one is None:
            return
        answer = self.clerk(window, "take-back", one.id)
        if window not in self.open:
            assert answer == "window-not-open"
        elif self.in_hand(window) is not None:
            assert answer == "ticket-in-hand"
        elif one.state != "parked":
            assert answer == "ticket-state"
        elif one.window != window and one.service not in WINDOWS[window]:
            assert answer == "service-not-here"
        else:
            one.state, one.window, one.calls = "called", window, 0
            self.tell("ticket-returned", one)

    @rule(
        window=windows,
        service=st.one_of(st.none(), services),
        elsewhere=st.one_of(st.none(), windows),
    )
    def transfer(self, window: str, service: str | None, elsewhere: str | None) -> None:
        one = self.in_hand(window)
        if one is None or (service is None and elsewhere is None):
            return
        answer = self.clerk(window, "transfer", one.id, to_service=service, to_window=elsewhere)
        to_service = service or one.service
        has_one = (
            one.holder is not None
            and to_service != one.service
            and any(
                each.holder == one.holder
                and each.service == to_service
                and each.state not in ("finished", "void")
                for each in self.tickets.values()
            )
        )
        if has_one:
            assert answer == "ticket-exists"
        elif elsewhere is not None and elsewhere not in self.open:
            assert answer == "window-closed"
        elif elsewhere is not None and to_service not in WINDOWS[elsewhere]:
            assert answer == "service-not-here"
        else:
            assert answer["state"] == "waiting"
            self.tell("ticket-transferred", one)
            if to_service != one.service:
                one.called_for.discard(to_service)
            one.state, one.window, one.calls = "waiting", "", 0
            one.service, one.sent_to = to_service, elsewhere or ""
            self.place(one)

    @rule(number=chance, whole=st.booleans())
    def give_up(self, number: int, whole: bool) -> None:
        one = self.some(number, "waiting", "held", "later", "passed", "parked", "called")
        if one is None:
            return
        answer = self.kiosk("void-ticket", one.id, reason="不办了", whole_visit=whole)
        if one.state in ("parked", "called"):
            assert answer == "ticket-state"
            return
        if whole:
            for each in self.tickets.values():
                if each.visit == one.visit and each.state == "later" and each is not one:
                    self.tell("ticket-void", each)
                    each.state = "void"
        self.tell("ticket-void", one)
        self.over(one, "void")

    @rule(window=windows, closing=st.booleans())
    def window_closes_or_opens(self, window: str, closing: bool) -> None:
        answer = self.clerk(window, "change-window", state="closed" if closing else "open")
        if closing and self.in_hand(window) is not None:
            assert answer == "ticket-in-hand"
            return
        assert answer["state"] == ("closed" if closing else "open")
        if closing:
            self.open.discard(window)
            for one in self.tickets.values():
                if one.sent_to == window:
                    one.sent_to = ""
        else:
            self.open.add(window)

    # what always holds -------------------------------------------------------------------------

    @invariant()
    def the_store_is_what_the_model_says(self) -> None:
        with self.store.read() as connection:
            rows = connection.execute(select(tickets)).all()
            places = connection.execute(select(queue_places)).all()
            hands = connection.execute(select(in_hand)).all()
        assert {row.id: row.state for row in rows} == {
            one.id: one.state for one in self.tickets.values()
        }
        assert {row.ticket: (row.service, row.window, row.priority) for row in places} == {
            one.id: (one.service, one.sent_to, one.priority) for one in self.line()
        }
        held = {window: self.in_hand(window) for window in WINDOWS}
        assert {row.window: row.ticket for row in hands} == {
            window: one.id for window, one in held.items() if one is not None
        }

    @precondition(lambda self: self.wanted_events)
    @invariant()
    def everything_was_told_once(self) -> None:
        with self.store.read() as connection:
            told = connection.execute(
                select(events.c.kind, events.c.body)
                .where(events.c.kind.startswith("ticket-"))
                .order_by(events.c.id)
            ).all()
        heard = [(row.kind, json.loads(row.body)["number"]) for row in told]
        assert sorted(heard) == sorted(self.wanted_events)


PREFIXES = {"market": "A", "health": "B", "city": "F"}
SESSIONS = {window: f"00000000-0000-4000-8000-0000000000{window}" for window in WINDOWS}
SESSION = SESSIONS["03"]


@cache
def _context() -> Context:
    """What acts work with; making the routes takes longer than a whole example."""
    own = settings_of(Path(tempfile.mkdtemp(prefix="hall-context-")))
    store = open_store(own)
    context: Context = create_app(own, store, PlayedClock(START)).state.context
    store.close()
    shutil.rmtree(own.data_dir)
    return context


@cache
def _template() -> Path:
    """A seeded store with a clerk signed in at the three windows."""
    base = Path(tempfile.mkdtemp(prefix="hall-model-"))
    atexit.register(shutil.rmtree, base, ignore_errors=True)
    folder = seeded_copy(base / "seeded")
    store = open_store(settings_of(folder))

    def work(connection):
        operator = next(
            row.id
            for row in connection.execute(select(operators))
            if json.loads(row.roles) == ["clerk"] and row.hall == HALL.code
        )
        here = {"county": COUNTY, "hall": HALL.code}
        connection.execute(window_services.delete().where(window_services.c.hall == HALL.code))
        for window, taken in WINDOWS.items():
            connection.execute(
                insert(sessions).values(
                    id=SESSIONS[window],
                    kind="operator",
                    operator=operator,
                    hall=HALL.code,
                    window=window,
                    started_at=stamp(START),
                    ends_at=stamp(START),
                )
            )
            for service in taken:
                connection.execute(
                    insert(window_services).values(**here, window=window, service=service)
                )
        assert connection.execute(select(hall_windows)).first() is not None

    store.write(work)
    store.close()  # the last one out writes the log into the file
    return folder


@pytest.mark.full
@pytest.mark.timeout(size(short=120, full=1_700))
def test_the_queue_is_what_plain_rules_say() -> None:
    run_state_machine_as_test(
        Queue,
        settings=settings(
            max_examples=size(short=10, full=1_000),
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
