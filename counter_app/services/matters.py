"""What waits for a person (待办): acts the platform refused, papers that did not come out.

Neither vanishes by itself. A person sends or prints again, or says what became of it; either is
in the audit, with who and at which window.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta

from counter_app.domain.case import CaseRecord, PaperRecord, PaperState
from counter_app.domain.masking import mask_name
from counter_app.domain.outgoing import OutgoingAct
from counter_app.domain.session import Session
from counter_app.ports import AuditEntry, Clock, Store

# Reasons are codes: a sentence typed by hand would bring names into the audit.
ACT_REASONS = ("accepted_anew", "applicant_told", "settled_at_platform")
PAPER_REASONS = ("found_in_tray", "handed_over_otherwise", "not_wanted")

# A paper this fresh is still on its way from the press to the printer.
_ON_ITS_WAY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class RefusedAct:
    """A refused act without what it says of a person: its key and why it was refused."""

    key: str
    code: str
    problem: str


@dataclass(frozen=True, slots=True, repr=False)
class Matter:
    """One case that needs a person, for its refused act or for its paper.

    `applicant` is masked.
    """

    case: CaseRecord
    applicant: str
    act: RefusedAct | None = None
    paper: PaperRecord | None = None

    @property
    def key(self) -> str:
        """What tells it from every other."""
        return self.act.key if self.act else f"paper {self.case.id}"

    @property
    def reasons(self) -> tuple[str, ...]:
        """The codes of how a person may have dealt with it."""
        return ACT_REASONS if self.act else PAPER_REASONS


class Matters:
    """Finds what needs a person and keeps what the person did about it. All raise StoreError."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def count(self) -> int:
        """How many there are."""
        return self._store.outbox().refused + len(self._papers())

    def open(self) -> tuple[Matter, ...]:
        """All there is, refused acts first, each kind oldest first."""
        acts = tuple(
            Matter(
                self._store.case(act.case),
                _applicant(act),
                act=RefusedAct(act.key, act.last_code, act.problem),
            )
            for act in self._store.refused_outgoing()
        )
        return acts + tuple(self._of_paper(paper) for paper in self._papers())

    def send_again(self, matter: Matter, session: Session) -> None:
        """Let a refused act be sent once more, under the key it has."""
        assert matter.act is not None
        self._store.reopen_outgoing(
            matter.act.key, self._entry(session, "send_again", matter, matter.act.problem)
        )

    def settle(self, matter: Matter, reason: str, session: Session) -> None:
        """A person has dealt with it in the way `reason` says: it is finished here.

        ValueError for a reason that is none of the matter's.
        """
        if reason not in matter.reasons:
            raise ValueError(reason)
        entry = self._entry(session, "settle", matter, reason)
        if matter.act is not None:
            self._store.settle_outgoing(matter.act.key, entry)
        elif matter.paper is not None:
            printed = reason == "found_in_tray"
            state = PaperState.PRINTED if printed else PaperState.GIVEN_UP
            # A copy of unknown outcome was counted when it may have come out.
            found = printed and matter.paper.state is not PaperState.UNKNOWN
            self._store.save_paper(
                replace(matter.paper, state=state, prints=matter.paper.prints + found), entry
            )

    def _papers(self) -> tuple[PaperRecord, ...]:
        fresh = self._clock.now() - _ON_ITS_WAY
        return tuple(
            paper
            for paper in self._store.papers_not_out()
            if paper.state is not PaperState.OWED
            or self._store.case(paper.case).accepted_at <= fresh
        )

    def _of_paper(self, paper: PaperRecord) -> Matter:
        case = self._store.case(paper.case)
        act = self._store.outgoing(self._store.act_of_case(case.id))
        return Matter(case, _applicant(act), paper=paper)

    def _entry(self, session: Session, act: str, matter: Matter, result: str) -> AuditEntry:
        return AuditEntry(
            self._clock.now(),
            session.operator.id,
            session.window.code,
            act,
            matter.case.id,
            result,
            matter.act.key if matter.act else (matter.paper.kind if matter.paper else ""),
        )


def _applicant(act: OutgoingAct) -> str:
    """The masked name of whom an act is about, as far as it says."""
    applicant = json.loads(act.body).get("applicant") or {}
    return mask_name(str(applicant.get("name", "")))
