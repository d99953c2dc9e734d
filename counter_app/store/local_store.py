"""The local store as the services know it (`ports.Store`): what this counter must not lose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from counter_app.clock import SystemClock
from counter_app.domain.case import CaseRecord, PaperRecord, Receipt
from counter_app.domain.deadlines import WorkingDays
from counter_app.domain.item import Item, ItemSummary
from counter_app.domain.outgoing import OutboxFigures, OutgoingAct, OutgoingState
from counter_app.errors import StoreError
from counter_app.ports import AuditEntry, AuditFinding, Clock, Lease, NumberBlock, Vault
from counter_app.store import audit, cases, clearing, journal, kept_calendar, kept_items, outbox
from counter_app.store.database import FILE_NAME, Connection, Database
from counter_app.store.vault import AUDIT_HEAD

_MACHINES_CLOCK = SystemClock()


class Transaction:
    """One transaction of the local store (`ports.StoreTransaction`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def case(self, case_id: str) -> CaseRecord | None:
        """The case of that id, if it is here already."""
        return cases.find(self._connection, case_id)

    def take_number(self, window: str) -> str | None:
        """The next leased official number, used up by this transaction; None when none is left."""
        return cases.take_number(self._connection, window)

    def next_provisional(self, window: str, day: str) -> str:
        """The next visibly provisional number of that window and day (YYYYMMDD)."""
        return cases.next_provisional(self._connection, window, day)

    def add_case(self, case: CaseRecord) -> None:
        """A new case."""
        cases.add(self._connection, case)

    def add_outgoing(self, act: OutgoingAct) -> None:
        """An act to deliver."""
        outbox.add(self._connection, act)

    def add_paper(self, paper: PaperRecord, facts: bytes) -> None:
        """A paper owed, with its facts as JSON so that it can be made again."""
        journal.add(self._connection, paper, facts)

    def add_audit(self, entry: AuditEntry) -> None:
        """A line of the audit, chained to the one before."""
        audit.append(self._connection, entry)


class AuditCheck:
    """A check of the audit's chain, some lines at a time (`ports.AuditCheck`)."""

    def __init__(self, database: Database, expected_head: tuple[int, str] | None) -> None:
        self._database = database
        self._check = audit.Check(expected_head)

    def read_on(self, lines: int = 1000) -> AuditFinding | None:
        """Check the next lines; the finding once all are checked or one does not fit."""
        with self._database.reading() as connection:
            return self._check.read_on(connection, lines)


def look_at(data_dir: Path, vault: Vault) -> AuditFinding | None:
    """What is found in a store that no program has open; None where there is none yet.

    Nothing of it is changed. Raises StoreError as opening does, and `store.damaged` when the file
    does not hold together.
    """
    if not (data_dir / FILE_NAME).exists():
        return None
    database = Database(data_dir, vault, migrate=False)
    try:
        if not database.sound():
            raise StoreError("store.damaged")
        if database.is_empty():  # the program ended while it made it
            return None
        return _whole(AuditCheck(database, _known_head(vault)))
    finally:
        database.close()


def _whole(check: AuditCheck) -> AuditFinding:
    while (finding := check.read_on()) is None:
        pass
    return finding


def _known_head(vault: Vault) -> tuple[int, str] | None:
    """Place and hash of the audit's last line when the store was closed last."""
    kept = vault.get(AUDIT_HEAD)
    if kept is None:
        return None
    place, _, digest = kept.decode("ascii", "replace").partition(" ")
    return (int(place), digest) if place.isdecimal() else None


class LocalStore:
    """The encrypted store of one data directory, opened for this process alone.

    Raises StoreError; a write is durable when the call returns. `close` leaves the audit's head in
    the vault, so that a chain cut off at its end is seen by `verify_audit` afterwards. A store
    that lacks it was put back to an earlier state: its free numbers may stand on papers already
    and are given up, and its provisional ones go on further up.
    """

    def __init__(self, data_dir: Path, vault: Vault, clock: Clock = _MACHINES_CLOCK) -> None:
        self._vault = vault
        self._database = Database(data_dir, vault)
        try:
            self._give_up_numbers_if_put_back(clock.now())
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        """Keep the audit's head outside, and let go of the file. Safe to call twice."""
        if self._database.closed:
            return
        try:
            with self._database.reading() as connection:
                place, digest = audit.head(connection)
            self._vault.put(AUDIT_HEAD, f"{place} {digest}".encode("ascii"))
        finally:
            self._database.close()

    def sound(self) -> bool:
        """Read the whole file: True when nothing of it is damaged. Takes long on a large store."""
        return self._database.sound()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Everything in the block is durable when it ends, or nothing of it."""
        with self._database.transaction() as connection:
            yield Transaction(connection)

    # numbers

    def lease(self, window: str, fresh: Lease) -> Lease:
        """The lease under way for a window; `fresh` is kept and returned when there is none."""
        with self._database.transaction() as connection:
            return cases.lease(connection, window, fresh)

    def add_block(self, block: NumberBlock, leased_at: datetime) -> None:
        """Keep leased numbers and close the window's lease; a block already here is kept once."""
        with self._database.transaction() as connection:
            cases.add_block(connection, block, leased_at)

    def numbers_left(self, window: str) -> int:
        """How many leased numbers are unused."""
        with self._database.reading() as connection:
            return cases.numbers_left(connection, window)

    # cases and acts

    def case(self, case_id: str) -> CaseRecord:
        """One case; KeyError if it is not here."""
        with self._database.reading() as connection:
            found = cases.find(connection, case_id)
        if found is None:
            raise KeyError(case_id)
        return found

    def due_outgoing(self, now: datetime, limit: int = 50) -> tuple[OutgoingAct, ...]:
        """Acts to work on now, oldest first; an act waits for the earlier ones of its case."""
        with self._database.reading() as connection:
            return outbox.due(connection, now, limit)

    def outgoing(self, key: str) -> OutgoingAct:
        """One act; KeyError if it is not here."""
        with self._database.reading() as connection:
            return outbox.get(connection, key)

    def act_of_case(self, case_id: str) -> str:
        """Key of the oldest act of a case not finished yet, or of its last one; else KeyError."""
        with self._database.reading() as connection:
            return outbox.of_case(connection, case_id)

    def waits_for_earlier(self, key: str) -> bool:
        """True while an earlier act of the same case is not confirmed."""
        with self._database.reading() as connection:
            return outbox.waits_for_earlier(connection, key)

    def refused_outgoing(self) -> tuple[OutgoingAct, ...]:
        """Acts with a clear no, oldest first: each needs a person."""
        with self._database.reading() as connection:
            return outbox.refused(connection)

    def save_outgoing(
        self,
        act: OutgoingAct,
        receipt: Receipt | None = None,
        entry: AuditEntry | None = None,
    ) -> OutgoingAct:
        """Keep an act's progress, the receipt with its case and the audit line in one transaction.

        What is confirmed or refused stays so: the act as it stands afterwards is returned.
        """
        with self._database.transaction() as connection:
            kept = outbox.save(connection, act)
            if kept != act:
                return kept
            if receipt is not None:
                cases.keep_receipt(connection, receipt)
            if entry is not None:
                audit.append(connection, entry)
            return kept

    def reopen_outgoing(self, key: str, entry: AuditEntry) -> None:
        """Let a refused act be sent again, with the audit line; nothing if it is not refused."""
        self._leave_refused(key, OutgoingState.PENDING, entry)

    def settle_outgoing(self, key: str, entry: AuditEntry) -> None:
        """A refused act was dealt with by a person, with the audit line; nothing if it was not."""
        self._leave_refused(key, OutgoingState.SETTLED, entry)

    def _leave_refused(self, key: str, state: OutgoingState, entry: AuditEntry) -> None:
        with self._database.transaction() as connection:
            if outbox.leave_refused(connection, key, state):
                audit.append(connection, entry)

    def clear_finished(self, now: datetime) -> int:
        """Remove finished cases of days before that of `now`, with a line in the audit; how many.

        Finished: every act confirmed by a receipt read back or settled by a person, every paper
        printed or given up by one.
        Nothing of them is left in the file's free pages, nor in its log.
        """
        with self._database.transaction() as connection:
            count = clearing.clear_finished(connection, now)
            if count:
                audit.append(
                    connection,
                    AuditEntry(now, "", "", "clear_finished", "store", "done", f"cases={count}"),
                )
        if count:
            self._database.fold()
        return count

    def outbox(self) -> OutboxFigures:
        """How many acts wait and how many need a person."""
        with self._database.reading() as connection:
            return outbox.figures(connection)

    # papers

    def paper(self, case_id: str, kind: str) -> tuple[PaperRecord, bytes]:
        """A paper and its facts; KeyError if it is not here."""
        with self._database.reading() as connection:
            return journal.get(connection, case_id, kind)

    def save_paper(self, paper: PaperRecord, entry: AuditEntry | None = None) -> None:
        """Keep what became of a paper, with its audit line in the same transaction."""
        with self._database.transaction() as connection:
            journal.save(connection, paper)
            if entry is not None:
                audit.append(connection, entry)

    def unfinished_papers(self) -> tuple[PaperRecord, ...]:
        """Papers owed or on their way, from before a restart too."""
        with self._database.reading() as connection:
            return journal.unfinished(connection)

    def papers_not_out(self) -> tuple[PaperRecord, ...]:
        """Papers owed, failed, or of unknown outcome, oldest first."""
        with self._database.reading() as connection:
            return journal.not_out(connection)

    # audit

    def add_audit(self, entry: AuditEntry) -> None:
        """A line of the audit on its own."""
        with self._database.transaction() as connection:
            audit.append(connection, entry)

    def verify_audit(self) -> AuditFinding:
        """Check the whole chain, and that it still holds the head left at the last closing."""
        return _whole(self.audit_check())

    def audit_check(self) -> AuditCheck:
        """Begin the same check, to be done some lines at a time."""
        return AuditCheck(self._database, _known_head(self._vault))

    def _give_up_numbers_if_put_back(self, now: datetime) -> None:
        known = _known_head(self._vault)
        with self._database.reading() as connection:
            if known is None or audit.holds(connection, known):
                return
        with self._database.transaction() as connection:
            count = cases.give_up_numbers(connection)
            cases.skip_provisional(connection, now)
            audit.append(
                connection,
                AuditEntry(now, "", "", "give_up_numbers", "store", "put_back", f"numbers={count}"),
            )

    # items

    def keep_item(self, item: Item, at: datetime) -> None:
        """Remember an item for offline use."""
        with self._database.transaction() as connection:
            kept_items.keep(connection, item, at)

    def kept_item(self, code: str) -> Item | None:
        """The item as last seen."""
        with self._database.reading() as connection:
            return kept_items.find(connection, code)

    def kept_items(self) -> tuple[ItemSummary, ...]:
        """All items remembered."""
        with self._database.reading() as connection:
            return kept_items.summaries(connection)

    # working days

    def keep_calendar(self, table: WorkingDays, at: datetime) -> None:
        """Remember the platform's table of working days, in place of the one before."""
        with self._database.transaction() as connection:
            kept_calendar.keep(connection, table, at)

    def kept_calendar(self) -> WorkingDays | None:
        """The table as last seen."""
        with self._database.reading() as connection:
            return kept_calendar.find(connection)
