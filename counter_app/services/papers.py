"""Papers (文书): made from the facts kept with the case, printed, and followed to their end."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

import msgspec

from counter_app.domain.case import FINAL_PAPER_STATES, CaseRecord, PaperRecord, PaperState
from counter_app.domain.papers import ACCEPTANCE_NOTICE, AcceptanceNotice
from counter_app.errors import PaperError, PrinterError, StoreError
from counter_app.ports import AuditEntry, Clock, JobState, Press, Printer, PrintJob, Store

_PAPER_STATES = {
    JobState.QUEUED: PaperState.QUEUED,
    JobState.PRINTING: PaperState.PRINTING,
    JobState.COMPLETED: PaperState.PRINTED,
    JobState.FAILED: PaperState.FAILED,
    JobState.UNKNOWN: PaperState.UNKNOWN,
}
_MAY_BE_OUT = frozenset({PaperState.PRINTED, PaperState.UNKNOWN})


def notice_facts(notice: AcceptanceNotice) -> bytes:
    """The facts of a notice as JSON, as the store keeps them."""
    return msgspec.json.encode(notice)


@dataclass(frozen=True, slots=True, repr=False)
class Pressed:
    """A paper as PDF, and the facts it was made of."""

    facts: AcceptanceNotice
    pdf: bytes


class Papers:
    """The papers of cases. May be called from several threads at once."""

    def __init__(self, store: Store, press: Press, printer: Printer, clock: Clock) -> None:
        self._store = store
        self._press = press
        self._printer = printer
        self._clock = clock
        self._guard = threading.Lock()
        self._submitting: set[tuple[str, str]] = set()

    def notice(self, case_id: str) -> bytes:
        """The 受理通知书 of a case as a PDF, with what the platform told since.

        Raises PaperError, StoreError, and KeyError if the case is not here.
        """
        return self.pressed(case_id).pdf

    def pressed(self, case_id: str, earlier: Pressed | None = None) -> Pressed:
        """The 受理通知书 with the facts it was made of; `earlier` if those are still the same.

        So a paper can be made while the platform's receipt is on its way, and is made anew only
        when the receipt changed something. Raises as `notice` does.
        """
        record, kept = self._store.paper(case_id, ACCEPTANCE_NOTICE)
        facts = _current(kept, self._store.case(case_id), record.prints)
        if earlier is not None and earlier.facts == facts:
            return earlier
        return self.pressed_of(facts)

    def pressed_of(self, facts: AcceptanceNotice) -> Pressed:
        """The 受理通知书 of these facts, before they are kept anywhere. Raises PaperError."""
        return Pressed(facts, self._press.press(ACCEPTANCE_NOTICE, facts))

    def rehearse(self, facts: AcceptanceNotice) -> None:
        """Make a 受理通知书 of these facts and throw it away.

        Raises PaperError paper.will_not_print where no notice of them can be made, and
        paper.worker_lost, which says nothing about them.
        """
        try:
            self._press.press(ACCEPTANCE_NOTICE, facts)
        except PaperError as error:
            if error.code == "paper.worker_lost":
                raise
            raise PaperError("paper.will_not_print") from error

    def case(self, case_id: str) -> CaseRecord:
        """The case as it stands now. Raises KeyError, StoreError."""
        return self._store.case(case_id)

    def record(self, case_id: str) -> PaperRecord:
        """How the 受理通知书 of a case stands, without asking the printer. Raises KeyError."""
        return self._store.paper(case_id, ACCEPTANCE_NOTICE)[0]

    def print_notice(
        self, case_id: str, session_operator: str, window: str, pdf: bytes | None = None
    ) -> PaperRecord:
        """Print the 受理通知书 of a case; what became of it so far.

        `pdf` is what `notice` just gave, where the caller has it already.

        The journal is written before the printer is asked. While an earlier print of it is still
        on its way no second one is made. What the printer will not take is FAILED with the
        printer's code as reason. Raises PaperError, StoreError, KeyError.
        """
        place = (case_id, ACCEPTANCE_NOTICE)
        if not self._begin(place):
            return self._store.paper(*place)[0]
        try:
            record = self._store.paper(*place)[0]
            if record.state in (PaperState.QUEUED, PaperState.PRINTING):
                record = self._followed(record)
                if record.state not in FINAL_PAPER_STATES:
                    return record
            return self._submit(record, pdf or self.notice(case_id), session_operator, window)
        finally:
            self._end(place)

    def follow(self, record: PaperRecord) -> PaperRecord:
        """Ask the printer once how a paper stands, and keep what changed. Raises StoreError."""
        place = (record.case, record.kind)
        if not self._begin(place):
            return record
        try:
            return self._followed(self._store.paper(*place)[0])
        finally:
            self._end(place)

    def unfinished(self) -> tuple[PaperRecord, ...]:
        """Papers owed or on their way, from before a restart too."""
        return self._store.unfinished_papers()

    def _submit(self, record: PaperRecord, pdf: bytes, operator: str, window: str) -> PaperRecord:
        queued = replace(record, state=PaperState.QUEUED, reason="", job="")
        self._save(queued, operator, window)
        try:
            job = self._printer.submit(pdf, title=record.number)
        except PrinterError as refusal:
            failed = replace(queued, state=PaperState.FAILED, reason=refusal.code)
            self._save(failed, operator, window)
            return failed
        handed_over = replace(queued, job=job.id)
        self._store.save_paper(handed_over)
        return self._followed(handed_over)

    def _followed(self, record: PaperRecord) -> PaperRecord:
        if record.state is PaperState.OWED or record.state is PaperState.PRINTED:
            return record
        if not record.job:
            # The journal says a print began and not whether the printer got it: the program
            # ended in between. Only a person can look at the tray.
            if record.state is not PaperState.QUEUED:
                return record
            return self._changed(record, PaperState.UNKNOWN, "")
        if record.state is PaperState.FAILED:
            return record
        outcome = self._printer.outcome(PrintJob(record.job))
        return self._changed(record, _PAPER_STATES[outcome.state], outcome.reason)

    def _changed(self, record: PaperRecord, state: PaperState, reason: str) -> PaperRecord:
        # One that may lie in the tray counts too: the next copy must not pass for the first.
        prints = record.prints + (state in _MAY_BE_OUT) - (record.state in _MAY_BE_OUT)
        after = replace(record, state=state, reason=reason, prints=prints)
        if after == record:
            return record
        if state in FINAL_PAPER_STATES:
            self._save(after, "", "")
        else:
            self._store.save_paper(after)
        return after

    def _save(self, record: PaperRecord, operator: str, window: str) -> None:
        self._store.save_paper(
            record,
            AuditEntry(
                self._clock.now(),
                operator,
                window,
                "print",
                record.case,
                record.state.value,
                ";".join(part for part in (record.kind, record.reason) if part),
            ),
        )

    def _begin(self, place: tuple[str, str]) -> bool:
        with self._guard:
            if place in self._submitting:
                return False
            self._submitting.add(place)
            return True

    def _end(self, place: tuple[str, str]) -> None:
        with self._guard:
            self._submitting.discard(place)


def _current(facts: bytes, case: CaseRecord, prints: int) -> AcceptanceNotice:
    """The facts as they were at the window, with the platform's number and due date since."""
    try:
        notice = msgspec.json.decode(facts, type=AcceptanceNotice)
    except msgspec.DecodeError as error:
        raise StoreError("store.damaged", where="paper") from error
    return replace(
        notice,
        case_number=case.number or "",
        due_on=case.due_on,
        due_provisional=case.due_provisional,
        prints=prints,
    )
