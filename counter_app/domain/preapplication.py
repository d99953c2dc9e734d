"""An online pre-application (网上预申请) and what was uploaded with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class PreapplicationState(Enum):
    """Where an online application stands."""

    SUBMITTED = "submitted"
    CHECKED = "checked"
    TO_CORRECT = "to_correct"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, repr=False)
class OnlineApplicant:
    """Who applied online."""

    kind: str
    name: str
    number: str
    mobile: str = ""

    def __repr__(self) -> str:
        return f"OnlineApplicant({self.kind}, hidden)"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file the applicant uploaded for one material. Grade C needs its original at the window."""

    material: str
    file_name: str
    sha256: str
    pages: int
    trust_grade: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The window that works on a pre-application."""

    window: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Preapplication:
    """One online pre-application as the platform holds it; `etag` names this state of it."""

    id: str
    code: str
    item: str
    item_name: str
    submitted_at: datetime
    state: PreapplicationState
    applicant: OnlineApplicant
    form_complete: bool
    uploads: tuple[Upload, ...] = ()
    note: str = ""
    claimed_by: Claim | None = None
    etag: str = ""

    def can_be_taken_up(self, window: str) -> bool:
        """True when a clerk at `window` may go on with it."""
        if self.state in (PreapplicationState.ACCEPTED, PreapplicationState.WITHDRAWN):
            return False
        return self.claimed_by is None or self.claimed_by.window == window


_USE = (
    PreapplicationState.CHECKED,
    PreapplicationState.SUBMITTED,
    PreapplicationState.CLAIMED,
    PreapplicationState.TO_CORRECT,
    PreapplicationState.ACCEPTED,
    PreapplicationState.WITHDRAWN,
)


def in_order_of_use(preapplications: Iterable[Preapplication]) -> tuple[Preapplication, ...]:
    """The one that is ready to be accepted first, what is over last; else as they came."""
    return tuple(sorted(preapplications, key=lambda one: _USE.index(one.state)))
