"""One visit at the window (接待): a pure state machine.

    WAITING ── receive ──▶ RECEIVED ── take_up ──▶ HANDLING ── accept ──▶ ACCEPTED
       ▲                      │  ▲                   │ │ ▲                    │
       └──────── close ───────┴──┼───── put_back ────┘ └─┴ see, ask, undo     │
       └─────────────────────────┴──────────── close ─────────────────────────┘

Steps return a new Visit; a step that is not allowed raises VisitError("visit.illegal_step").
Everything before acceptance can be undone; after it the law's own ways remain (更正、撤回).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum

from counter_app.domain import checklist
from counter_app.domain.case import CaseRecord, CaseSummary
from counter_app.domain.checklist import Checklist
from counter_app.domain.identity import Identity, Source
from counter_app.domain.item import Item
from counter_app.domain.licence import Licence
from counter_app.domain.preapplication import Preapplication
from counter_app.errors import VisitError


class VisitState(Enum):
    """Where the visit stands."""

    WAITING = "waiting"
    RECEIVED = "received"
    HANDLING = "handling"
    ACCEPTED = "accepted"


class Lookup(Enum):
    """What is known of the platform's answer about the person."""

    NOT_ASKED = "not_asked"
    ASKING = "asking"
    ANSWERED = "answered"
    OFFLINE = "offline"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the platform has of a person."""

    preapplications: tuple[Preapplication, ...] = ()
    licences: tuple[Licence, ...] = ()
    cases: tuple[CaseSummary, ...] = ()
    name_differs: bool = False  # the platform has the number under another name


@dataclass(frozen=True, slots=True)
class TakenUp:
    """An item put on the desk, with what the platform gave for exactly this item and purpose.

    `case_id` (UUIDv7) is the case's from the first moment: pressing accept twice makes one case.
    `licences_code` is the error code of why the licences could not be asked for, "" if they were.
    """

    item: Item
    licences: tuple[Licence, ...] = ()
    preapplication: Preapplication | None = None
    case_id: str = ""
    licences_code: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Visit:
    """One applicant at the window; immutable.

    A licence that was `presented` meets a material like one of the directory: as its own holder's,
    and while it is valid.
    """

    state: VisitState = VisitState.WAITING
    identity: Identity | None = None
    received_at: datetime | None = None
    lookup: Lookup = Lookup.NOT_ASKED
    lookup_code: str = ""
    knowledge: Knowledge = field(default_factory=Knowledge)
    taken_up: TakenUp | None = None
    originals_seen: frozenset[str] = frozenset()
    paper_reasons: tuple[tuple[str, str], ...] = ()
    presented: tuple[Licence, ...] = ()  # by the applicant's presentation code (用证码)
    case: CaseRecord | None = None
    previous: Visit | None = None

    def __repr__(self) -> str:
        return f"Visit({self.state.value})"

    def receive(self, identity: Identity, at: datetime) -> Visit:
        """A person stands at the window. Another person's card starts another visit."""
        self._only(VisitState.WAITING)
        return Visit(VisitState.RECEIVED, identity=identity, received_at=at, lookup=Lookup.ASKING)

    def learn(self, knowledge: Knowledge) -> Visit:
        """The platform answered what it has of the person."""
        self._only(VisitState.RECEIVED, VisitState.HANDLING)
        return replace(self, lookup=Lookup.ANSWERED, lookup_code="", knowledge=knowledge)

    def learn_address(self, address: str) -> Visit:
        """The card holds a newer address (30 03)."""
        self._only(VisitState.RECEIVED, VisitState.HANDLING)
        assert self.identity is not None
        return replace(self, identity=replace(self.identity, new_address=address))

    def present(self, licences: tuple[Licence, ...]) -> Visit:
        """The applicant showed licences by a presentation code (用证码); not undone."""
        self._only(VisitState.RECEIVED, VisitState.HANDLING)
        known = {one.identifier for one in licences}
        kept = tuple(one for one in self.presented if one.identifier not in known)
        return replace(self, presented=(*licences, *kept))

    def not_answered(self, lookup: Lookup, code: str) -> Visit:
        """The platform did not answer; the visit goes on without it."""
        self._only(VisitState.RECEIVED, VisitState.HANDLING)
        return replace(self, lookup=lookup, lookup_code=code)

    def take_up(self, taken_up: TakenUp) -> Visit:
        """Put an item, with or without a pre-application, on the desk (调取)."""
        self._only(VisitState.RECEIVED, VisitState.HANDLING)
        return replace(
            self,
            state=VisitState.HANDLING,
            taken_up=taken_up,
            originals_seen=frozenset(),
            paper_reasons=(),
            previous=self,
        )

    def put_back(self) -> Visit:
        """Take the item off the desk again.

        This is not undone: the platform gives the pre-application free for others meanwhile, so
        it must be taken up anew.
        """
        self._only(VisitState.HANDLING)
        return replace(
            self,
            state=VisitState.RECEIVED,
            taken_up=None,
            originals_seen=frozenset(),
            paper_reasons=(),
            previous=None,
        )

    def see_original(self, material: str) -> Visit:
        """The clerk compared the original of this material (核验原件): grade C becomes B."""
        self._only(VisitState.HANDLING)
        self._known(material)
        return replace(self, originals_seen=self.originals_seen | {material}, previous=self)

    def ask_for_paper(self, material: str, reason: str) -> Visit:
        """Ask for paper although the material is met. VisitError("visit.reason_missing")."""
        self._only(VisitState.HANDLING)
        self._known(material)
        if not reason.strip():
            raise VisitError("visit.reason_missing")
        kept = tuple(pair for pair in self.paper_reasons if pair[0] != material)
        return replace(self, paper_reasons=(*kept, (material, reason.strip())), previous=self)

    def undo(self) -> Visit:
        """Back by one step; what the platform told meanwhile is kept."""
        self._only(VisitState.RECEIVED, VisitState.HANDLING)
        if self.previous is None:
            raise VisitError("visit.illegal_step", state=self.state.value)
        return replace(
            self.previous,
            identity=self.identity,
            lookup=self.lookup,
            lookup_code=self.lookup_code,
            knowledge=self.knowledge,
            presented=self.presented,
        )

    def accept(self, case: CaseRecord) -> Visit:
        """The case is on disk. Nothing before it can be undone any more."""
        self._only(VisitState.HANDLING)
        return replace(self, state=VisitState.ACCEPTED, case=case, previous=None)

    def close(self) -> Visit:
        """The visit is over; nothing of it stays."""
        return Visit()

    def checklist(self, today: date) -> Checklist:
        """How each material of the item on the desk is met today; empty without an item."""
        if self.taken_up is None or self.identity is None:
            return Checklist()
        return checklist.decide(
            self.taken_up.item,
            applicant=checklist.Applicant(
                card_read=self.identity.source is Source.CARD, number=self.identity.number
            ),
            licences=(*self.presented, *self.taken_up.licences),
            preapplication=self.taken_up.preapplication,
            originals_seen=self.originals_seen,
            paper_reasons=dict(self.paper_reasons),
            today=today,
        )

    def _only(self, *allowed: VisitState) -> None:
        if self.state not in allowed:
            raise VisitError("visit.illegal_step", state=self.state.value)

    def _known(self, material: str) -> None:
        assert self.taken_up is not None
        try:
            self.taken_up.item.material(material)
        except KeyError as missing:
            raise VisitError("visit.illegal_step", state=self.state.value) from missing
