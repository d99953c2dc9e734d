"""Accepting a case (受理): durable here first, then on its way to the platform."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from counter_app.domain.case import CaseRecord, PaperRecord, PaperState
from counter_app.domain.case_id import RANDOM_BYTES, uuid7
from counter_app.domain.checklist import Checklist, Evidence, Line, Means
from counter_app.domain.deadlines import DueDate, WorkingDays, due_date
from counter_app.domain.identity import Identity, normalised_number, warnings
from counter_app.domain.item import CaseType, Item
from counter_app.domain.masking import mask_number
from counter_app.domain.outgoing import OutgoingAct, canonical, fingerprint
from counter_app.domain.papers import (
    ACCEPTANCE_NOTICE,
    AcceptanceNotice,
    Party,
    ReceivedMaterial,
)
from counter_app.domain.preapplication import Preapplication
from counter_app.domain.session import Session
from counter_app.domain.visit import TakenUp, Visit, VisitState
from counter_app.errors import VisitError
from counter_app.ports import ActSigner, AuditEntry, Clock, Store, StoreTransaction
from counter_app.services.papers import notice_facts

QUERY_CODE_LENGTH = 8
_SOME_NUMBER = "9" * 21
_UNAMBIGUOUS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O, 1 I L


class Acceptance:
    """The moment of acceptance. `device` is this counter's code, `calendar` its working days.

    `signer` signs the act as it is done, so that it is the operator's and this device's whenever
    it is delivered.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        calendar: Callable[[], WorkingDays],
        device: str,
        signer: ActSigner | None = None,
    ) -> None:
        self._store = store
        self._signer = signer
        self._clock = clock
        self._calendar = calendar
        self._device = device

    def due(self, item: Item, at: datetime) -> DueDate:
        """By when a case of that item would be due if it were accepted at that moment."""
        days = 0 if item.case_type is CaseType.IMMEDIATE else item.promised_days
        return due_date(at.date(), days, day_kind=item.day_kind, calendar=self._calendar())

    def accept(
        self,
        visit: Visit,
        session: Session,
        *,
        online: bool,
        paper_known: Callable[[str, AcceptanceNotice], None] | None = None,
    ) -> CaseRecord:
        """Accept the case on the desk: on disk when this returns, with its act, paper and audit.

        `paper_known` is told the case and what will stand on its paper a moment before it is on
        disk, so that the paper can be made meanwhile. It must return at once, and only when this
        returns does what it was told count.

        Accepting the same taken-up item again returns the case that is there. A wrong check digit
        is no obstacle; it must have been shown, and stands in the audit as a code. Raises
        VisitError (`visit.illegal_step`, `visit.material_missing` with `materials`), StoreError.
        """
        _on_desk(visit)
        now = self._clock.now()
        checklist = visit.checklist(now.date())
        if not checklist.complete:
            raise VisitError(
                "visit.material_missing",
                materials=tuple(line.material.code for line in checklist.missing),
            )
        draft = self._draft(visit, session, checklist, now, online=online)
        with self._store.transaction() as transaction:
            return transaction.case(draft.case_id) or _record(draft, transaction, paper_known)

    def rehearsal(self, visit: Visit, session: Session) -> AcceptanceNotice:
        """What would stand on the notice of the item on the desk, with all its materials there.

        Numbers are as long as real ones. So a notice that cannot be made is known before anybody
        is promised one. Raises VisitError visit.illegal_step.
        """
        _on_desk(visit)
        now = self._clock.now()
        lines = visit.checklist(now.date()).lines
        whole = Checklist(tuple(line if line.evidence else _as_seen(line) for line in lines))
        draft = self._draft(visit, session, whole, now, online=True)
        case = _case(draft, _SOME_NUMBER, None)
        return _notice(draft, case, _paper_number(case))

    def _draft(
        self, visit: Visit, session: Session, checklist: Checklist, now: datetime, *, online: bool
    ) -> _Draft:
        identity, taken_up = _on_desk(visit)
        return _Draft(
            case_id=taken_up.case_id or _new_id(now),
            identity=identity,
            taken_up=taken_up,
            checklist=checklist,
            session=session,
            at=now,
            due=self.due(taken_up.item, now),
            query_code="".join(secrets.choice(_UNAMBIGUOUS) for _ in range(QUERY_CODE_LENGTH)),
            online=online,
            device=self._device,
            signer=self._signer,
        )


@dataclass(frozen=True, slots=True, repr=False)
class _Draft:
    """Everything that is known before a number is taken."""

    case_id: str
    identity: Identity
    taken_up: TakenUp
    checklist: Checklist
    session: Session
    at: datetime
    due: DueDate
    query_code: str
    online: bool
    device: str
    signer: ActSigner | None


def _on_desk(visit: Visit) -> tuple[Identity, TakenUp]:
    if visit.state is not VisitState.HANDLING or visit.identity is None or visit.taken_up is None:
        raise VisitError("visit.illegal_step", state=visit.state.value)
    return visit.identity, visit.taken_up


def _new_id(at: datetime) -> str:
    return uuid7(at, secrets.token_bytes(RANDOM_BYTES))


def _record(
    draft: _Draft,
    transaction: StoreTransaction,
    paper_known: Callable[[str, AcceptanceNotice], None] | None,
) -> CaseRecord:
    """Case, outgoing act, paper owed and audit line, into one transaction."""
    window = draft.session.window.code
    number = transaction.take_number(window)
    provisional = (
        None if number else transaction.next_provisional(window, draft.at.strftime("%Y%m%d"))
    )
    case = _case(draft, number, provisional)
    paper_number = _paper_number(case)
    notice = _notice(draft, case, paper_number)
    if paper_known is not None:
        paper_known(case.id, notice)
    transaction.add_case(case)
    transaction.add_outgoing(_outgoing(draft, case, paper_number))
    transaction.add_paper(
        PaperRecord(case.id, ACCEPTANCE_NOTICE, paper_number, PaperState.OWED),
        notice_facts(notice),
    )
    transaction.add_audit(_audit_entry(draft, case))
    return case


def _case(draft: _Draft, number: str | None, provisional: str | None) -> CaseRecord:
    return CaseRecord(
        id=draft.case_id,
        number=number,
        provisional_number=provisional,
        item_code=draft.taken_up.item.code,
        item_name=draft.taken_up.item.name,
        accepted_at=draft.at,
        due_on=draft.due.on,
        due_provisional=draft.due.provisional,
        query_code=draft.query_code,
        operator_id=draft.session.operator.id,
        window_code=draft.session.window.code,
        online=draft.online,
    )


def _paper_number(case: CaseRecord) -> str:
    return f"{case.shown_number}-SL"


def _as_seen(line: Line) -> Line:
    """The line as it will stand when the original was compared."""
    return replace(line, evidence=Evidence(Means.ORIGINAL_SEEN, trust_grade="B"))


def _outgoing(draft: _Draft, case: CaseRecord, paper_number: str) -> OutgoingAct:
    """The act as it will be sent, signed by the device now."""
    key, act = _new_id(draft.at), "accept"
    body = canonical(_act_body(draft, case, paper_number))
    sha256 = fingerprint(body)
    signature = ""
    if draft.signer is not None:
        signature = draft.signer.sign_act(key, act, case.id, sha256, draft.at)
    return OutgoingAct(
        key=key,
        case=case.id,
        act=act,
        path=f"/v1/cases/{case.id}/acceptance",
        body=body,
        sha256=sha256,
        created_at=draft.at,
        signature=signature,
    )


def _audit_entry(draft: _Draft, case: CaseRecord) -> AuditEntry:
    codes = warnings(draft.identity, draft.at.date())
    spared = f"spared={draft.checklist.spared}/{len(draft.checklist.lines)}"
    asked = sum(bool(line.paper_reason) for line in draft.checklist.lines)
    return AuditEntry(
        at=draft.at,
        operator=draft.session.operator.id,
        window=draft.session.window.code,
        act="accept",
        object=case.id,
        result="accepted" if draft.online else "accepted_offline",
        detail=";".join([case.shown_number, spared, f"paper_asked={asked}", *codes]),
    )


def _act_body(draft: _Draft, case: CaseRecord, paper_number: str) -> dict[str, object]:
    """The act as the contract has it (AcceptAct)."""
    item, preapplication = draft.taken_up.item, draft.taken_up.preapplication
    return {
        "act": "accept",
        "case": case.id,
        "number": case.number,
        "provisional_number": case.provisional_number,
        "query_code": case.query_code,
        "item": item.code,
        "item_version": item.version,
        "applicant": _person(draft.identity, preapplication),
        "agent": None,
        "preapplication": preapplication.id if preapplication else None,
        "materials": [_material(line) for line in draft.checklist.lines if line.evidence],
        "accepted_at": case.accepted_at.isoformat(timespec="milliseconds"),
        "operator": {
            "id": draft.session.operator.id,
            "name": draft.session.operator.name,
            "session": draft.session.id,
        },
        "window": case.window_code,
        "device": draft.device,
        "paper": {"kind": ACCEPTANCE_NOTICE, "number": paper_number},
    }


def _person(identity: Identity, preapplication: Preapplication | None) -> dict[str, object]:
    return {
        "kind": identity.kind.value,
        "name": identity.name,
        "number": normalised_number(identity.number),
        "sex": identity.sex,
        "nation": identity.nation,
        "born": identity.born.isoformat() if identity.born else None,
        "address": identity.new_address or identity.address,
        "source": identity.source.value,
        "sam_id": identity.sam_id,
        "mobile": preapplication.applicant.mobile if preapplication else "",
    }


def _material(line: Line) -> dict[str, object]:
    assert line.evidence is not None
    return {
        "material": line.material.code,
        "met_by": line.evidence.means.value,
        "reference": line.evidence.reference,
        "trust_grade": line.evidence.trust_grade,
        "paper_reason": line.paper_reason,
    }


def _notice(draft: _Draft, case: CaseRecord, paper_number: str) -> AcceptanceNotice:
    item, window = draft.taken_up.item, draft.session.window
    return AcceptanceNotice(
        paper_number=paper_number,
        case_number=case.number or "",
        provisional_number=case.provisional_number or "",
        query_code=case.query_code,
        applicant=Party(
            draft.identity.name, draft.identity.kind.value, mask_number(draft.identity.number)
        ),
        agent=None,
        item_name=item.name,
        item_code=item.code,
        regime=item.regime.value,
        legal_basis=item.legal_basis,
        materials=tuple(_received(line) for line in draft.checklist.lines if line.evidence),
        accepted_at=case.accepted_at,
        officer_name=draft.session.operator.name,
        window_name=window.name,
        hall_name=window.hall.name,
        hall_address=window.address,
        body_name=item.body.name,
        body_code=item.body.code,
        immediate=item.case_type is CaseType.IMMEDIATE,
        promised_days=item.promised_days,
        day_kind=item.day_kind,
        due_on=case.due_on,
        due_provisional=case.due_provisional,
        charged=item.charged,
        fee_note=item.fee_note,
        enquiry_phone=item.enquiry_phone or window.phone,
        complaint_phone=item.complaint_phone,
        offline=not draft.online,
    )


def _received(line: Line) -> ReceivedMaterial:
    assert line.evidence is not None
    material, electronic = line.material, line.met_without_paper
    return ReceivedMaterial(
        name=material.name,
        met_by=line.evidence.means.value,
        originals=0 if electronic else material.originals,
        copies=0 if electronic else material.copies,
        pages=0 if electronic else material.pages,
        electronic=electronic,
        trust_grade=line.evidence.trust_grade,
        label=line.evidence.label,
        original_compared=line.evidence.original_compared,
    )
