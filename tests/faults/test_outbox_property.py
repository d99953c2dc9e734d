"""Nothing accepted is lost and nothing is doubled, whatever happens in whatever order."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from scenes import CALENDAR, ITEM, SESSION, WINDOW, Clock, cases_in, visit
from size import size
from unsteady_hall import PowerCut, Trouble, UnsteadyHall

from counter_app.domain.case import Receipt
from counter_app.domain.case_id import uuid7
from counter_app.domain.outgoing import LONGEST_WAIT, OutgoingAct, OutgoingState, fingerprint
from counter_app.domain.visit import TakenUp
from counter_app.errors import PlatformError, PlatformRefused
from counter_app.services import acceptance, numbers
from counter_app.services.acceptance import Acceptance
from counter_app.services.delivery import Delivery
from counter_app.services.numbers import Numbers
from counter_app.store.local_store import LocalStore
from counter_app.store.vault import KeyFileVault

# Keys by the chance that Hypothesis repeats: acts of one moment go in the order of their keys.
REPEATED = SimpleNamespace(token_bytes=random.randbytes, choice=random.choice)
ROUNDS_A_MINUTE = 40
HEALING = timedelta(minutes=15)  # no act waits longer than this once the platform is well
FILES = ("counter.db", "counter.db-wal", "counter.check", "keys.json")


@pytest.fixture(autouse=True)
def repeated(monkeypatch):
    for module in (acceptance, numbers):
        monkeypatch.setattr(module, "secrets", REPEATED)


class Outbox(RuleBasedStateMachine):
    """One counter on a real store, and its platform on a bad day."""

    link = staticmethod(lambda hall: hall.link())

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="hall-counter-outbox-"))
        self.lives = 0
        self.clock = Clock()
        self.hall = UnsteadyHall()
        self.acts: dict[str, OutgoingAct] = {}  # as they were when they were acknowledged
        self.numbers: dict[str, str | None] = {}  # by case, as acknowledged
        self.visits: list = []
        self.refusals: set[str] = set()
        self.store = None
        self.open()

    def open(self) -> None:
        data_dir = self.folder / str(self.lives)
        self.store = LocalStore(data_dir, KeyFileVault(data_dir / "keys.json"))
        platform = self.link(self.hall)
        self.acceptance = Acceptance(self.store, self.clock, lambda: CALENDAR, "counter-03")
        self.delivery = Delivery(platform, self.store, self.clock, chance=lambda: 0.5)
        self.stock = Numbers(platform, self.store, self.clock)

    def crash(self) -> None:
        """What was written at this moment is all that another process finds."""
        before, after = self.folder / str(self.lives), self.folder / str(self.lives + 1)
        after.mkdir()
        for name in FILES:
            if (before / name).exists():
                shutil.copyfile(before / name, after / name)
        self.store.close()
        self.lives += 1
        self.open()

    def survive(self, work) -> None:
        """Do it; a power cut in the middle ends this life of the counter."""
        try:
            work()
        except PowerCut:
            self.crash()

    def remember(self, key: str) -> None:
        act = self.store.outgoing(key)
        self.acts[act.key] = act

    # what people do

    @initialize(online=st.booleans(), troubles=st.lists(st.sampled_from(Trouble), max_size=4))
    def morning(self, online: bool, troubles: list[Trouble]) -> None:
        """With a case to lose from the start: many a run draws few acts, or no trouble."""
        self.stock.top_up(WINDOW, keep=2, count=3)
        self.accept(online)
        self.hall.ahead.extend(troubles)

    @rule(online=st.booleans())
    def accept(self, online: bool) -> None:
        now = visit(len(self.visits), self.clock.now())
        case = self.acceptance.accept(now, SESSION, online=online)
        self.numbers[case.id] = case.number
        self.visits.append((case, now))
        self.remember(self.store.act_of_case(case.id))

    @precondition(lambda self: self.visits)
    @rule(which=st.integers(0))
    def accept_the_same_again(self, which: int) -> None:
        case, now = self.visits[which % len(self.visits)]
        taken_up = TakenUp(ITEM, case_id=case.id)
        again = self.acceptance.accept(replace(now, taken_up=taken_up), SESSION, online=True)
        assert again.id == case.id
        assert again.number == case.number or case.number is None

    @precondition(lambda self: self.visits)
    @rule(which=st.integers(0), chance=st.binary(min_size=10, max_size=10))
    def a_further_act(self, which: int, chance: bytes) -> None:
        """A later act on the same case has to wait for the earlier ones."""
        case, _ = self.visits[which % len(self.visits)]
        first = self.store.outgoing(self.store.act_of_case(case.id))
        key = uuid7(self.clock.now(), chance)
        if key in self.acts:
            return
        act = OutgoingAct(
            key=key,
            case=case.id,
            act="correct",
            path=f"/v1/cases/{case.id}/corrections/{key}",
            body=first.body,
            sha256=fingerprint(first.body),
            created_at=self.clock.now(),
        )
        with self.store.transaction() as transaction:
            transaction.add_outgoing(act)
        self.remember(key)

    @rule()
    def lease(self) -> None:
        def top_up() -> None:
            with suppress(PlatformError, PlatformRefused):
                self.stock.top_up(WINDOW, keep=2, count=3)

        self.survive(top_up)

    @rule(limit=st.integers(1, 10))
    def deliver(self, limit: int) -> None:
        self.survive(lambda: self.delivery.deliver_due(limit))

    @precondition(lambda self: self.visits)
    @rule(which=st.integers(0))
    def deliver_one(self, which: int) -> None:
        case, _ = self.visits[which % len(self.visits)]
        self.survive(lambda: self.delivery.deliver_case(case.id))

    # what goes wrong

    @rule(troubles=st.lists(st.sampled_from(Trouble), min_size=1, max_size=8))
    def trouble_ahead(self, troubles: list[Trouble]) -> None:
        self.hall.ahead.extend(troubles)

    @precondition(lambda self: self.acts)
    @rule(which=st.integers(0))
    def refuse(self, which: int) -> None:
        done = {path for _, path, _ in self.hall.applied}
        left = sorted(key for key, act in self.acts.items() if act.path not in done)
        if left:
            self.hall.refuses.add(left[which % len(left)])

    @precondition(lambda self: self.hall.applied)
    @rule(which=st.integers(0))
    def forget(self, which: int) -> None:
        """The platform comes back from a backup without an act it had said yes to."""
        open_acts = {
            act.path
            for act in map(self.store.outgoing, self.acts)
            if act.state is not OutgoingState.CONFIRMED
        }
        for key, path, _ in self.hall.applied[which % len(self.hall.applied) :]:
            if path in open_acts:
                self.hall.forget(key)
                return

    @rule()
    def power_cut(self) -> None:
        self.crash()

    @rule()
    def close_and_open(self) -> None:
        self.store.close()
        self.open()

    @rule(
        hours=st.sampled_from([-24 * 400, -24, -1, 1, 24, 24 * 400]),
        seconds=st.integers(-3, 3),
    )
    def clock_jumps(self, hours: int, seconds: int) -> None:
        self.clock.jump(timedelta(hours=hours, seconds=seconds))

    @rule(seconds=st.integers(1, 400))
    def time_passes(self, seconds: int) -> None:
        self.clock.jump(timedelta(seconds=seconds))

    # what must hold

    @invariant()
    def everything_acknowledged_is_here_unchanged(self) -> None:
        kept = cases_in(self.store)
        for case, number in self.numbers.items():
            assert case in kept
            assert number is None or kept[case] == number
        for key, act in self.acts.items():
            now = self.store.outgoing(key)
            assert (now.case, now.path, now.body, now.sha256) == (
                act.case,
                act.path,
                act.body,
                act.sha256,
            )
            if act.state is OutgoingState.CONFIRMED:
                assert now.state is OutgoingState.CONFIRMED
            self.acts[key] = now

    @invariant()
    def nothing_is_doubled_at_the_platform(self) -> None:
        done = [path for _, path, _ in self.hall.applied]
        assert len(set(done)) == len(done), "an act was done twice"
        bodies = {act.path: act.body for act in self.acts.values()}
        for _, path, body in self.hall.applied:
            assert bodies[path] == body

    @invariant()
    def the_acts_of_a_case_arrive_in_order(self) -> None:
        acts = {act.path: (place, act.case) for place, act in enumerate(self.acts.values())}
        last: dict[str, int] = {}
        for _, path, _ in self.hall.applied:
            place, case = acts[path]
            assert place > last.get(case, -1)
            last[case] = place

    @invariant()
    def no_official_number_is_used_twice(self) -> None:
        official = [number for number in cases_in(self.store).values() if number]
        assert len(set(official)) == len(official)

    @invariant()
    def what_was_refused_waits_for_a_person(self) -> None:
        refused = {act.key for act in self.store.refused_outgoing()}
        assert refused >= self.refusals
        assert refused <= self.hall.refuses
        self.refusals = refused

    @invariant()
    def the_audit_holds(self) -> None:
        assert self.store.verify_audit().intact

    def teardown(self) -> None:
        try:
            self.heal()
        finally:
            self.store.close()
            shutil.rmtree(self.folder)

    def heal(self) -> None:
        """What is ahead happens; then, within a quarter of an hour, all is there, each once."""
        for _ in range(8):
            self.clock.jump(LONGEST_WAIT)
            self.survive(self.delivery.deliver_due)
        self.nothing_is_doubled_at_the_platform()
        self.hall.ahead.clear()
        until = self.clock.now() + HEALING
        while self.clock.now() < until:
            self.clock.jump(timedelta(minutes=1))
            rounds = 1  # an act of a case a round, and a counter makes one every 1.5 s
            while self.delivery.deliver_due().confirmed and rounds < ROUNDS_A_MINUTE:
                rounds += 1
        self.nothing_is_doubled_at_the_platform()
        stopped = {self.acts[key].case for key in self.refusals}
        stopped |= {act.case for act in self.store.refused_outgoing()}
        for key, act in self.acts.items():
            state = self.store.outgoing(key).state
            if act.case not in stopped:
                assert state is OutgoingState.CONFIRMED, "an act never arrived"
            if state is OutgoingState.CONFIRMED:
                arrived = [path for _, path, _ in self.hall.applied].count(act.path)
                assert arrived == 1, "an act the counter calls confirmed is not at the platform"
        for case, number in cases_in(self.store).items():
            assert number is not None or case in stopped
        self.everything_acknowledged_is_here_unchanged()
        self.the_acts_of_a_case_arrive_in_order()
        self.what_was_refused_waits_for_a_person()
        self.the_audit_holds()


STEPS = size(short=25, full=40)
COUNTED = {"steps": 0, "troubles": 0}


class Counted(Outbox):
    """The same, counting."""

    def teardown(self) -> None:
        COUNTED["troubles"] += sum(one is not Trouble.NONE for one in self.hall.met)
        super().teardown()

    @invariant()
    def count(self) -> None:
        COUNTED["steps"] += 1


def test_whatever_happens_nothing_is_lost_and_nothing_doubled(record_property):
    COUNTED.update(steps=0, troubles=0)
    run_state_machine_as_test(
        Counted,
        settings=settings(
            max_examples=size(short=80, full=1500),
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert COUNTED["troubles"] > 0
    record_property("property_steps", COUNTED["steps"])
    record_property("troubles_met", COUNTED["troubles"])


# Controls: counters that do it wrong are found out


BITING = (Trouble.LOST_BEFORE, Trouble.LOST_AFTER, Trouble.FAULT_AFTER, Trouble.NONE)


class Wrong:
    """A platform link that does one thing wrong."""

    def __init__(self, hall) -> None:
        self._link = hall.link()
        self._kept = hall.__dict__.setdefault("kept", {})  # it survives the counter's crashes

    def __getattr__(self, name):
        return getattr(self._link, name)


class AnotherKeyEachTime(Wrong):
    """Gives an act another key at every further attempt, and reads back under that."""

    def send(self, act):
        key = self._kept[act.key] = f"{act.key}.{act.attempts}"
        return self._link.send(replace(act, key=key))

    def receipts(self, keys):
        known = {self._kept[key]: key for key in keys}
        found = self._link.receipts(known)
        return {known[key]: receipt for key, receipt in found.items()}


class NoAnswerIsAYes(Wrong):
    """Takes silence for success, and believes itself."""

    def send(self, act):
        at, number = act.created_at, json.loads(act.body)["number"] or f"n-{act.case}"
        self._kept[act.key] = Receipt(
            *(act.key, act.case, number, "accepted", at, None, False, "", at, act.sha256)
        )
        with suppress(PlatformError):
            return self._link.send(act)

    def receipts(self, keys):
        return {key: self._kept[key] for key in keys}


@pytest.mark.parametrize(
    ("wrong", "seen"),
    [
        (AnotherKeyEachTime, "an act was done twice"),
        (NoAnswerIsAYes, "an act the counter calls confirmed is not at the platform"),
    ],
    ids=["another-key", "silence-is-yes"],
)
def test_control_a_counter_that_does_it_wrong_is_found_out(wrong, seen, record_property):
    class WrongOutbox(Outbox):
        link = staticmethod(wrong)

        @rule(troubles=st.lists(st.sampled_from(BITING), min_size=2, max_size=8))
        def trouble_ahead(self, troubles):
            self.hall.ahead.extend(troubles)

    with pytest.raises(AssertionError, match=seen):
        run_state_machine_as_test(
            WrongOutbox,
            settings=settings(
                max_examples=200,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
    record_property("control_faults_seen", 1)
