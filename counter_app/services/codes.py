"""What a scanned code opens (扫码): the meaning of its payload, and what the platform has of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TypeVar

from counter_app.domain.case import CaseProgress
from counter_app.domain.case_id import RANDOM_BYTES, uuid7
from counter_app.domain.codes import CodeBook, CodeKind, Meaning
from counter_app.domain.identity import DocumentKind, Identity, Source, normalised_number
from counter_app.domain.licence import Presented
from counter_app.domain.preapplication import Preapplication, PreapplicationState
from counter_app.domain.session import Session
from counter_app.domain.ticket import HallVisit
from counter_app.domain.visit import TakenUp
from counter_app.errors import (
    CodeError,
    HallError,
    PlatformError,
    PlatformRefused,
    TicketRefused,
)
from counter_app.ports import AuditEntry, Clock, Platform, Queue, Store

T = TypeVar("T")

_SEE_PREAPPLICATIONS = "窗口接待查询网上预申请"
_SEE_RECORDS = "窗口接待查询网上预申请、持证情况和办件"
_OVER = (PreapplicationState.ACCEPTED, PreapplicationState.WITHDRAWN)


class Codes:
    """Reads payloads by a book of codes and asks the platform for what they stand for.

    Blocking, except `meaning`. Each opening stands in the audit by its kind and outcome, without
    the payload. Besides what is named, all raise PlatformUnreachable, PlatformError,
    PlatformRefused and StoreError; CodeError("code.elsewhere") with `place` is for a code of
    another hall or county.
    """

    def __init__(
        self, book: CodeBook, platform: Platform, queue: Queue, store: Store, clock: Clock
    ) -> None:
        self._book = book
        self._platform = platform
        self._queue = queue
        self._store = store
        self._clock = clock

    def meaning(self, payload: bytes) -> Meaning:
        """What a payload says; local and instant. Raises CodeError: too_long, unknown."""
        return self._book.meaning(payload)

    def preapplication(self, meaning: Meaning, session: Session) -> tuple[Identity, Preapplication]:
        """The pre-application of a code, and who applied. CodeError: not_found, used."""
        found = self._opened(
            meaning,
            session,
            lambda: self._platform.preapplication_by_code(
                meaning["code"], purpose=_SEE_PREAPPLICATIONS
            ),
        )
        if found.state in _OVER:
            raise CodeError("code.used", state=found.state.value)
        applicant = found.applicant
        return _identity(applicant.kind, applicant.name, applicant.number), found

    def organisation(self, meaning: Meaning, session: Session) -> Identity:
        """The organisation of a business licence's credit code, as far as the platform names it.

        The code is a claim: nobody has checked it, and its `name` is "" where the platform has
        nothing of the organisation.
        """
        number = normalised_number(meaning["credit_code"])
        kind = DocumentKind.ORGANISATION
        found = self._opened(
            meaning,
            session,
            lambda: self._platform.records(kind=kind.value, number=number, purpose=_SEE_RECORDS),
        )
        names = [one.holder.name for one in found.licences]
        names += [one.applicant.name for one in found.preapplications]
        return Identity(kind, next(filter(None, names), ""), number, source=Source.CODE)

    def present(
        self, meaning: Meaning, taken_up: TakenUp | None, session: Session
    ) -> tuple[Identity, Presented]:
        """What a presentation code (用证码) shows, for the item on the desk, and whose it is.

        The code is used up by it; an answer that is lost is asked for once more under the same
        key. CodeError: presentation_over, presentation_empty.
        """
        key = uuid7(self._clock.now(), secrets.token_bytes(RANDOM_BYTES))
        item = taken_up.item.code if taken_up is not None else None
        case = taken_up.case_id or None if taken_up is not None else None

        def redeem() -> Presented:
            return self._platform.redeem(
                meaning["code"], item=item, case=case, session=session, key=key
            )

        shown = self._opened(meaning, session, lambda: _once_more(redeem))
        if not shown.licences:
            raise CodeError("code.presentation_empty")
        holders = [one.holder for one in shown.licences]
        persons = [one for one in holders if one.kind != DocumentKind.ORGANISATION.value]
        first = (persons or holders)[0]
        return _identity(first.kind, first.name, first.number), shown

    def progress(self, meaning: Meaning, session: Session) -> CaseProgress:
        """How far the case of a receipt is. CodeError: not_found."""
        return self._opened(
            meaning,
            session,
            lambda: self._platform.progress(meaning["number"], meaning["query_code"]),
        )

    def ticket(self, meaning: Meaning, session: Session) -> HallVisit:
        """The visit of a ticket. CodeError: not_found."""
        return self._opened(meaning, session, lambda: self._queue.visit(meaning["visit"]))

    def check_in(self, meaning: Meaning, session: Session) -> HallVisit:
        """Check an appointment in; its number is kept by heart. Raises TicketRefused."""
        key = uuid7(self._clock.now(), secrets.token_bytes(RANDOM_BYTES))

        def arrive() -> HallVisit:
            visit = _once_more(lambda: self._queue.check_in(meaning["code"], key))
            _once_more(lambda: self._queue.keep(visit.id, f"{key}-kept"))
            return visit

        return self._opened(meaning, session, arrive)

    def _opened(self, meaning: Meaning, session: Session, ask: Callable[[], T]) -> T:
        """The platform's answer, audited; a clear no as what it means for a code."""
        try:
            answer = ask()
        except HallError as failure:
            self._audit(session, meaning.kind, failure.code)
            raise (_refusal(failure) or failure) from failure
        self._audit(session, meaning.kind, "answered")
        return answer

    def _audit(self, session: Session, kind: CodeKind, result: str) -> None:
        self._store.add_audit(
            AuditEntry(
                self._clock.now(),
                session.operator.id,
                session.window.code,
                "open_code",
                kind.value,
                result,
            )
        )


def _refusal(failure: HallError) -> CodeError | None:
    if not isinstance(failure, PlatformRefused) or isinstance(failure, TicketRefused):
        return None  # who checks in is told in words of their own
    problem = failure.facts.get("problem")
    if failure.code == "platform.elsewhere":
        return CodeError("code.elsewhere", place=failure.facts.get("place") or "")
    if problem == "presentation-refused":
        return CodeError("code.presentation_over")
    if failure.code == "platform.not_found" or problem == "invalid-request":
        return CodeError("code.not_found")
    return None


def _once_more(act: Callable[[], T]) -> T:
    try:
        return act()
    except PlatformRefused:  # a clear no is no lost answer
        raise
    except PlatformError:
        return act()


def _identity(kind: str, name: str, number: str) -> Identity:
    try:
        known = DocumentKind(kind)
    except ValueError:
        raise PlatformError("platform.garbled", where="kind") from None
    return Identity(known, name, number, source=Source.CODE)
