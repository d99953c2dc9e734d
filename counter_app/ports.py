"""What the counter asks of the outside: devices, press, platform, store, vault, clock.

Services know these shapes only; `ui/assembly.py` puts the real ones into their hands. Every call
blocks; each says which errors it raises. Calls may come from several threads at once unless a port
says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from counter_app.domain.case import CaseRecord, CaseSummary, PaperRecord, Receipt
from counter_app.domain.deadlines import WorkingDays
from counter_app.domain.item import Item, ItemSummary
from counter_app.domain.licence import Licence
from counter_app.domain.outgoing import OutboxFigures, OutgoingAct
from counter_app.domain.preapplication import Preapplication
from counter_app.domain.reading import GunEvent, ReaderEvent
from counter_app.domain.session import Session


class Clock(Protocol):
    """The time; aware, in the hall's zone."""

    def now(self) -> datetime:
        """The present moment, aware."""
        ...


class CardReader(Protocol):
    """An ID-card reader (身份证阅读器). One thread calls `next_event`, any may call `close`."""

    def next_event(self, wait_s: float) -> ReaderEvent | None:
        """What happened next, or None after about `wait_s` seconds. Raises nothing expected."""
        ...

    def close(self) -> None:
        """Let go of the port; `next_event` returns None from then on."""
        ...


class ScanGun(Protocol):
    """A scan gun (扫码枪). One thread calls `next_event`, any may call `close`."""

    def next_event(self, wait_s: float) -> GunEvent | None:
        """What happened next, or None after about `wait_s` seconds. Raises nothing expected."""
        ...

    def close(self) -> None:
        """Let go of the port."""
        ...


class PrinterState(Enum):
    """What the printer says of itself."""

    READY = "ready"
    LOW = "low"  # paper nearly out
    OUT = "out"  # out of paper
    STOPPED = "stopped"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A job handed to the print system."""

    id: str


class JobState(Enum):
    """What the print system says of a job."""

    QUEUED = "queued"
    PRINTING = "printing"
    COMPLETED = "completed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """A job's state and the printer's reason as a code ("media-empty", ...)."""

    state: JobState
    reason: str = ""


class Printer(Protocol):
    """A page printer."""

    def submit(self, pdf: bytes, *, title: str) -> PrintJob:
        """Hand over a document. `title` must hold nothing personal.

        Raises PrinterError when nothing was taken. A connection lost after data was sent returns a
        job all the same, whose outcome is UNKNOWN.
        """
        ...

    def outcome(self, job: PrintJob) -> JobOutcome:
        """How the job stands now; raises nothing expected."""
        ...

    def state(self) -> PrinterState:
        """How the printer stands now; raises nothing expected."""
        ...


class Press(Protocol):
    """Makes papers: facts in, PDF out (`printing` fills it)."""

    def press(self, kind: str, facts: object) -> bytes:
        """The paper of that kind. Raises PaperError."""
        ...


@dataclass(frozen=True, slots=True)
class NumberBlock:
    """Official case numbers leased to a window ahead of need (号段)."""

    id: str
    window: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonRecords:
    """What the platform has of a person before an item is chosen."""

    preapplications: tuple[Preapplication, ...]
    licences: tuple[Licence, ...]
    cases: tuple[CaseSummary, ...]


class Platform(Protocol):
    """The city's platform over its contract.

    Everything raises PlatformUnreachable, PlatformError or PlatformRefused. Calls on behalf of a
    clerk need `sign_in` first; calls of the device (`lease_numbers`, `send`, `receipts`, `items`)
    sign in as the device by themselves.
    """

    def health(self) -> datetime:
        """The platform's time; the cheapest question there is."""
        ...

    def sign_in(self, username: str, password: str, window: str) -> Session:
        """Sign a clerk in; a session open here ends. Raises SignInError: refused, locked."""
        ...

    def sign_out(self, session: str) -> None:
        """End that session; forgotten locally even when the platform does not answer."""
        ...

    def items(self, query: str = "") -> tuple[ItemSummary, ...]:
        """Items by name, pinyin initials or code."""
        ...

    def item(self, code: str) -> Item:
        """One item in its current version."""
        ...

    def calendar(self) -> WorkingDays:
        """The platform's table of working days."""
        ...

    def licences(
        self, *, kind: str, number: str, item: str | None, purpose: str, case: str | None = None
    ) -> tuple[Licence, ...]:
        """The holder's licences for an item and a purpose; without an item the bare directory."""
        ...

    def records(self, *, kind: str, number: str, purpose: str) -> PersonRecords:
        """The person's pre-applications, bare licences and cases, in one question."""
        ...

    def preapplication_by_code(self, code: str, *, purpose: str) -> Preapplication:
        """The pre-application of a code. PlatformRefused("platform.not_found") if there is none."""
        ...

    def claim(self, preapplication: Preapplication, session: Session, key: str) -> Preapplication:
        """Take it to this window. PlatformRefused claimed_elsewhere, changed_meanwhile."""
        ...

    def release(self, preapplication: Preapplication, session: Session, key: str) -> Preapplication:
        """Give it back."""
        ...

    def lease_numbers(self, window: str, count: int, key: str) -> NumberBlock:
        """Lease official numbers for a window; the same key gives the same block."""
        ...

    def send(self, act: OutgoingAct) -> Receipt:
        """Deliver an act. PlatformRefused is a clear no; anything else may be tried again."""
        ...

    def receipts(self, keys: Iterable[str]) -> dict[str, Receipt]:
        """Read back the receipts of those keys; keys unknown to the platform are left out."""
        ...


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


class Vault(Protocol):
    """Keeps secrets (钥匙串). Raises StoreError("store.no_keyring")."""

    def get(self, name: str) -> bytes | None:
        """The secret of that name."""
        ...

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret."""
        ...


RECEIPT_WAIT = timedelta(seconds=2)
"""Online, printing waits this long for the platform's receipt; then the paper is printed anyway."""
