"""A case (办件) as this counter keeps it: what was accepted, and the papers owed for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum


class PaperState(Enum):
    """What became of a paper. `printed` only when the print system reports the job completed."""

    OWED = "owed"
    QUEUED = "queued"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"
    UNKNOWN = "unknown"  # the connection was lost after data was sent
    GIVEN_UP = "given_up"  # a person has said what became of it instead


FINAL_PAPER_STATES = frozenset(
    {PaperState.PRINTED, PaperState.FAILED, PaperState.UNKNOWN, PaperState.GIVEN_UP}
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's word that an act was applied, as read back (GET /v1/sync/receipts)."""

    key: str
    case: str
    number: str
    state: str
    accepted_at: datetime
    due_on: date | None
    due_provisional: bool
    query_code: str
    received_at: datetime
    body_sha256: str
    duplicate_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class CaseRecord:
    """An accepted case in the local store."""

    id: str
    number: str | None
    provisional_number: str | None
    item_code: str
    item_name: str
    accepted_at: datetime
    due_on: date | None
    due_provisional: bool
    query_code: str
    operator_id: str
    window_code: str
    online: bool
    receipt: Receipt | None = None

    @property
    def shown_number(self) -> str:
        """The official number, or the visibly provisional one."""
        return self.number or self.provisional_number or ""

    def __repr__(self) -> str:
        return f"CaseRecord({self.id})"


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """A paper of a case and its outcome.

    `prints` counts the copies that came out or may have; from the second on they say 补打.
    """

    case: str
    kind: str
    number: str
    state: PaperState
    reason: str = ""  # a code of the printer's, never free text
    prints: int = 0
    job: str = ""


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """One step a case has taken, in words for people."""

    at: datetime
    title: str
    state_title: str


@dataclass(frozen=True, slots=True)
class CaseProgress:
    """How far a case is, for who holds its paper (凭查询码查进度): nothing of a person in it.

    `to_correct` is what the applicant still has to bring, `papers` are titles of papers owed.
    """

    number: str
    item_name: str
    state: str
    state_title: str
    filed_at: datetime
    accepted_at: datetime | None
    due_on: date | None
    due_provisional: bool
    steps: tuple[ProgressStep, ...]
    to_correct: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """An earlier or running case of the person, as the platform lists it (办件)."""

    case: str
    number: str
    item: str
    item_name: str
    state: str
    accepted_at: datetime
    due_on: date | None = None
