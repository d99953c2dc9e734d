"""What the counter asks of its own store: what it must not lose."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from counter_app.domain.case import CaseRecord, PaperRecord, Receipt
from counter_app.domain.deadlines import WorkingDays
from counter_app.domain.item import Item, ItemSummary
from counter_app.domain.outgoing import OutboxFigures, OutgoingAct
from counter_app.ports.platform import NumberBlock


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit: who did what to what, with which result. No names, no ID numbers."""

    at: datetime
    operator: str
    window: str
    act: str
    object: str
    result: str
    detail: str = ""


class StoreTransaction(Protocol):
    """One local transaction: everything in it is durable when its block ends, or none of it."""

    def case(self, case_id: str) -> CaseRecord | None:
        """The case of that id, if it is here already."""
        ...

    def take_number(self, window: str) -> str | None:
        """The next leased official number, used up by this transaction; None when none is left."""
        ...

    def next_provisional(self, window: str, day: str) -> str:
        """The next visibly provisional number of that window and day (YYYYMMDD)."""
        ...

    def add_case(self, case: CaseRecord) -> None:
        """A new case."""
        ...

    def add_outgoing(self, act: OutgoingAct) -> None:
        """An act to deliver."""
        ...

    def add_paper(self, paper: PaperRecord, facts: bytes) -> None:
        """A paper owed, with its facts as JSON so that it can be made again."""
        ...

    def add_audit(self, entry: AuditEntry) -> None:
        """A line of the audit, chained to the one before."""
        ...


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """What a check of the audit chain found: `broken_at` is the first entry that does not fit."""

    entries: int
    head: str
    broken_at: int | None

    @property
    def intact(self) -> bool:
        """True when every entry is there, unchanged and in its place."""
        return self.broken_at is None


class AuditCheck(Protocol):
    """A check of the audit's chain that is under way. Raises StoreError."""

    def read_on(self) -> AuditFinding | None:
        """Check some more lines; the finding once all are checked or one does not fit."""
        ...


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease of numbers asked for; its key is kept until the block is here, so none is lost."""

    key: str
    count: int


class Store(Protocol):
    """The encrypted local store. Raises StoreError; a write is durable when the call returns."""

    def transaction(self) -> AbstractContextManager[StoreTransaction]:
        """Begin; commit with synchronous=FULL at the end of the block, roll back on any error."""
        ...

    def lease(self, window: str, fresh: Lease) -> Lease:
        """The lease under way for a window; `fresh` is kept and returned when there is none."""
        ...

    def add_block(self, block: NumberBlock, leased_at: datetime) -> None:
        """Keep leased numbers and close the window's lease; a block already here is kept once."""
        ...

    def numbers_left(self, window: str) -> int:
        """How many leased numbers are unused."""
        ...

    def case(self, case_id: str) -> CaseRecord:
        """One case; KeyError if it is not here."""
        ...

    def due_outgoing(self, now: datetime, limit: int = 50) -> tuple[OutgoingAct, ...]:
        """Acts to work on now, oldest first; an act waits for the earlier ones of its case."""
        ...

    def outgoing(self, key: str) -> OutgoingAct:
        """One act; KeyError if it is not here."""
        ...

    def act_of_case(self, case_id: str) -> str:
        """Key of the oldest act of a case not finished yet, or of its last one; else KeyError."""
        ...

    def waits_for_earlier(self, key: str) -> bool:
        """True while an earlier act of the same case is not confirmed."""
        ...

    def refused_outgoing(self) -> tuple[OutgoingAct, ...]:
        """Acts with a clear no, oldest first: each needs a person."""
        ...

    def save_outgoing(
        self,
        act: OutgoingAct,
        receipt: Receipt | None = None,
        entry: AuditEntry | None = None,
    ) -> OutgoingAct:
        """Keep an act's progress, the receipt with its case and the audit line in one transaction.

        What is confirmed or refused stays so: the act as it stands afterwards is returned.
        """
        ...

    def reopen_outgoing(self, key: str, entry: AuditEntry) -> None:
        """Let a refused act be sent again, with the audit line; nothing if it is not refused."""
        ...

    def settle_outgoing(self, key: str, entry: AuditEntry) -> None:
        """A refused act was dealt with by a person, with the audit line; nothing if it was not."""
        ...

    def clear_finished(self, now: datetime) -> int:
        """Remove cases of days before that of `now` that are finished; how many.

        Finished: every act confirmed by a receipt read back or settled by a person, every paper
        printed or given up by one. The audit stays, and numbers taken stay taken.
        """
        ...

    def outbox(self) -> OutboxFigures:
        """How many acts wait and how many need a person."""
        ...

    def paper(self, case_id: str, kind: str) -> tuple[PaperRecord, bytes]:
        """A paper and its facts; KeyError if it is not here."""
        ...

    def save_paper(self, paper: PaperRecord, entry: AuditEntry | None = None) -> None:
        """Keep what became of a paper."""
        ...

    def unfinished_papers(self) -> tuple[PaperRecord, ...]:
        """Papers owed or on their way, from before a restart too."""
        ...

    def papers_not_out(self) -> tuple[PaperRecord, ...]:
        """Papers owed, failed, or of unknown outcome, oldest first."""
        ...

    def add_audit(self, entry: AuditEntry) -> None:
        """A line of the audit on its own."""
        ...

    def verify_audit(self) -> AuditFinding:
        """Check the whole chain."""
        ...

    def audit_check(self) -> AuditCheck:
        """Begin the same check, to be done some lines at a time."""
        ...

    def keep_item(self, item: Item, at: datetime) -> None:
        """Remember an item for offline use."""
        ...

    def kept_item(self, code: str) -> Item | None:
        """The item as last seen."""
        ...

    def kept_items(self) -> tuple[ItemSummary, ...]:
        """All items remembered."""
        ...

    def keep_calendar(self, table: WorkingDays, at: datetime) -> None:
        """Remember the platform's table of working days, in place of the one before."""
        ...

    def kept_calendar(self) -> WorkingDays | None:
        """The table as last seen."""
        ...
