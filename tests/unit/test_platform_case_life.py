"""The life of a case: vectors written from the law, and what holds on every way through it."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hall_platform.business import life
from hall_platform.business.clocks import Stop, due
from hall_platform.business.life import Standing
from hall_platform.business.regimes import REGIMES
from hall_platform.calendar import shipped_calendar

VECTORS = json.loads(
    (Path(__file__).parents[2] / "docs/api/vectors/allowed_acts.json").read_text("utf-8")
)
CALENDAR = shipped_calendar()


def standing(vector):
    facts = dict(vector["facts"])
    for day in ("today", "acceptance_due", "legal_due"):
        facts[day] = date.fromisoformat(facts[day]) if facts[day] else None
    facts["unmet"] = frozenset(facts["unmet"])
    return Standing(regime=vector["regime"], state=vector["state"], **facts)


@pytest.mark.parametrize("vector", VECTORS["cases"], ids=lambda vector: vector["why"])
def test_vector(vector):
    found = life.verdicts(standing(vector))
    assert sorted(act for act, verdict in found.items() if verdict.allowed) == vector["allowed"]
    refused = {act: found[act].reason for act in vector["refused"]}
    assert refused == vector["refused"]


def test_every_state_is_in_a_vector_and_every_refusal_has_its_sentence():
    assert {vector["state"] for vector in VECTORS["cases"]} == set(life.STATES)
    for vector in VECTORS["cases"]:
        for verdict in life.verdicts(standing(vector)).values():
            assert verdict.allowed or life.REASONS[verdict.reason]


@pytest.mark.parametrize("regime", sorted(REGIMES))
def test_every_rule_an_act_stands_on_names_its_source(regime):
    for act in life.ACTS.values():
        assert REGIMES[regime].source(act.source).strip()


LEADS = {  # the states acts lead to, where they change it
    "accept-received": life.ACCEPTED,
    "notify-missing": life.TO_CORRECT,
    "submit-corrections": life.RECEIVED,
    "refuse-acceptance": life.REFUSED,
    "withdraw-case": life.WITHDRAWN,
    "transfer-case": life.IN_TRANSFER,
    "hand-over": life.HANDED_OVER,
    "suspend-case": life.SUSPENDED,
    "review-case": life.REVIEWED,
    "decide-case": life.DECIDED,
    "close-case": life.CLOSED,
    "deliver-result": life.DELIVERED,
    "terminate-case": life.TERMINATED,
}


FEES = {"notice-fee": "noticed", "waive-fee": "waived", "mark-paid": "paid"}


class LifeOfACase(RuleBasedStateMachine):
    """Any allowed act at any time, days passing between: what the law forbids never happens.

    The model keeps its own book of what was told, extended and stopped, and counts days itself.
    """

    @initialize(
        regime=st.sampled_from(sorted(REGIMES)),
        began=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        charged=st.booleans(),
        gives_licence=st.booleans(),
        elsewhere=st.booleans(),
    )
    def receive(self, regime, began, charged, gives_licence, elsewhere):
        self.regime, self.today, self.began = REGIMES[regime], began, began
        self.name, self.charged, self.gives_licence = regime, charged, gives_licence
        self.elsewhere = elsewhere
        self.state, self.before = life.RECEIVED, ""
        self.first, self.met, self.notices = set(), set(), 0
        self.extended, self.fee, self.granted, self.issued = 0, "none", False, False
        self.clock_a, self.clock_b = (None if elsewhere else began), None
        self.stops_a, self.stops_b = [], []
        self.states = [self.state]

    @property
    def acceptance(self):
        days = self.regime.acceptance_days
        if days is None or self.clock_a is None or self.state not in life.BEFORE_ACCEPTANCE:
            return None
        return due(CALENDAR, self.clock_a, days, "working", self.stops_a).on

    @property
    def legal(self):
        if self.clock_b is None:
            return None
        days = 20 + self.extended * self.regime.extension_days
        return due(CALENDAR, self.clock_b, days, "working", self.stops_b).on

    @property
    def standing(self):
        return Standing(
            regime=self.name,
            state=self.state,
            today=self.today,
            acceptance_due=self.acceptance,
            legal_due=self.legal,
            notices=self.notices,
            unmet=frozenset(self.first - self.met),
            extended=self.extended > 0,
            charged=self.charged,
            fee=self.fee,
            granted=self.granted,
            gives_licence=self.gives_licence,
            licence_issued=self.issued,
            elsewhere=self.elsewhere,
        )

    @rule(days=st.integers(1, 40))
    def days_pass(self, days):
        stood_a = self.acceptance if self.stops_a and self.stops_a[-1].until_on is None else "runs"
        stood_b = self.legal if self.stops_b and self.stops_b[-1].until_on is None else "runs"
        self.today += timedelta(days=days)
        assert stood_a in ("runs", None)  # a clock that stands still has no end to run to
        assert stood_b in ("runs", None)

    @rule(act=st.sampled_from(sorted(life.ACTS)), granted=st.booleans(), some=st.booleans())
    def do(self, act, granted, some):
        now = self.standing
        if now.deemed and life.verdict("hand-over", now).allowed:
            self._accept(self.clock_a)
            now = self.standing
        verdict = life.verdict(act, now)
        if not verdict.allowed:
            return
        assert self.state not in life.ENDED or act == "issue-paper"
        self._done(act, granted, some)
        self.states.append(self.state)

    def _done(self, act, granted, some):
        came_from = self.state
        if act == "notify-missing":
            self._notify(some)
        elif act == "submit-corrections":
            self.met |= {min(self.first - self.met)} if some else self.first
            self.stops_a[-1] = Stop(self.stops_a[-1].from_on, self.today)
        elif act == "accept-received":
            assert self.first == self.met
            self._accept(self.today)
        elif act in ("suspend-case", "transfer-case"):
            self.before = came_from
            if act == "suspend-case":
                self.stops_b.append(Stop(self.today))
        elif act in ("resume-case", "take-over-case"):
            self._come_back(act)
            return
        elif act == "extend-case":
            assert self.today <= self.legal
            self.extended += 1
        elif act in FEES:
            self._charge(act)
        elif act == "decide-case":
            self.granted = granted
        elif act == "issue-result":
            assert self.granted
            assert self._fee_is_settled()
            self.issued = True
        elif act == "close-case":
            assert self.issued or not (self.granted and self.gives_licence)
            assert self._fee_is_settled()
        self.state = LEADS.get(act, self.state)

    def _charge(self, act):
        assert self.charged
        assert self.fee == "none" or (self.fee == "noticed" and act != "notice-fee")
        self.fee = FEES[act]

    def _fee_is_settled(self):
        """Nobody gets for nothing what is charged, unless somebody said why."""
        owes_nothing = not (self.charged and self.granted)
        return self.fee in ("paid", "waived") or (self.fee == "none" and owes_nothing)

    def _notify(self, some):
        if not self.notices:
            self.first = {"P1", "P2"} if some else {"P1"}
        else:
            assert self.first - self.met  # never for a point that was not in the first
        self.notices += 1
        self.stops_a.append(Stop(self.today))

    def _accept(self, on):
        self.state, self.clock_b = life.ACCEPTED, on

    def _come_back(self, act):
        self.state, self.before = self.before, ""
        if act == "resume-case":
            self.stops_b[-1] = Stop(self.stops_b[-1].from_on, self.today)
        else:
            self.elsewhere = False
            self.clock_a = self.clock_a or self.today

    @invariant()
    def one_extension(self):
        assert getattr(self, "extended", 0) <= 1

    @invariant()
    def clocks_stand_only_in_the_states_they_stand_in(self):
        if not hasattr(self, "state"):
            return
        if self.state == life.SUSPENDED:
            assert self.legal is None
        if self.state == life.TO_CORRECT:
            assert self.acceptance is None
            assert not self.standing.deemed

    @invariant()
    def no_way_out_of_an_end(self):
        for before, after in zip(
            getattr(self, "states", []), getattr(self, "states", [])[1:], strict=False
        ):
            assert before not in life.ENDED or after == before

    @invariant()
    def an_end_allows_nothing_but_its_papers(self):
        if hasattr(self, "state") and self.state in life.ENDED:
            allowed = {act for act, one in life.verdicts(self.standing).items() if one.allowed}
            assert allowed <= {"issue-paper"}

    @precondition(lambda self: getattr(self, "regime", None) and self.regime.deemed_accepted)
    @invariant()
    def the_law_accepts_the_day_after_the_limit_and_never_before(self):
        limit = self.acceptance
        if self.state == life.RECEIVED and limit is not None:
            assert self.standing.deemed is (self.today > limit)


TestLifeOfACase = LifeOfACase.TestCase
TestLifeOfACase.settings = settings(deadline=None, stateful_step_count=40)


@given(st.sampled_from(sorted(life.STATES)), st.sampled_from(sorted(REGIMES)), st.booleans())
def test_a_case_of_another_county_is_decided_nowhere_but_there(state, regime, owed):
    now = Standing(
        regime=regime,
        state=state,
        today=date(2026, 11, 24),
        elsewhere=True,
        papers_owed=int(owed),
    )
    allowed = {act for act, one in life.verdicts(now).items() if one.allowed}
    assert allowed <= {
        *("transfer-case", "take-over-case", "withdraw-case", "attach-material"),
        *("verify-original", "issue-paper", "deliver-result", "mark-paid"),
    }
