"""The platform over HTTP (`ports.Platform`): people, items, numbers, cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

from counter_app.domain.case import CaseProgress, Receipt
from counter_app.domain.deadlines import WorkingDays
from counter_app.domain.item import Item, ItemSummary
from counter_app.domain.licence import Licence, Presented
from counter_app.domain.outgoing import OutgoingAct, canonical
from counter_app.domain.preapplication import Preapplication
from counter_app.domain.session import Session
from counter_app.domain.signing_in import NextStep
from counter_app.errors import PlatformError, PlatformRefused
from counter_app.platform_link import shapes
from counter_app.platform_link.link import checked, strong
from counter_app.platform_link.sign_in_steps import SteppedSignIn
from counter_app.ports import NumberBlock, PersonRecords

T = TypeVar("T")

ITEMS_A_PAGE = 200
KEYS_A_QUESTION = 100
_MOST_PAGES = 100


class HttpPlatform(SteppedSignIn[Session]):
    """The platform behind a link; usable from several threads."""

    # without signing in

    def health(self) -> datetime:
        """The platform's time; the cheapest question there is."""
        answer = self._link.ask("GET", "/v1/health")
        health = shapes.decoded(checked(answer, 200), shapes.Health)
        shapes.aware(health.time)
        return health.time

    def sign_in(self, username: str, password: str, window: str) -> Session | NextStep:
        """Sign a clerk in, or begin to; a session open here ends once another is opened.

        Raises SignInError: refused, locked.
        """
        return self._opened_or_next(self._link.sign_in(username, password, window))

    def sign_out(self, session: str) -> None:
        """End that session; forgotten locally even when the platform does not answer."""
        self._link.sign_out(session)

    # as the clerk

    def licences(
        self, *, kind: str, number: str, item: str | None, purpose: str, case: str | None = None
    ) -> tuple[Licence, ...]:
        """The holder's licences for an item and a purpose; without an item the bare directory."""
        holder = {"kind": kind, "number": number}
        question = {"holder": holder, "item": item, "purpose": purpose, "case": case}
        return self._query("/v1/licence-queries", question, shapes.LicenceAnswer).licences

    def records(self, *, kind: str, number: str, purpose: str) -> PersonRecords:
        """The person's pre-applications, bare licences and cases, in one question."""
        question = {"holder": {"kind": kind, "number": number}, "purpose": purpose}
        found = self._query("/v1/reception-queries", question, PersonRecords)
        shapes.aware(*(one.submitted_at for one in found.preapplications))
        shapes.aware(*(case.accepted_at for case in found.cases))
        return found

    def preapplication_by_code(self, code: str, *, purpose: str) -> Preapplication:
        """The pre-application of a code. PlatformRefused("platform.not_found") if there is none."""
        found = self._preapplications({"code": code, "purpose": purpose})
        if not found:
            raise PlatformRefused("platform.not_found", problem="not-found")
        return found[0]

    def progress(self, number: str, query_code: str) -> CaseProgress:
        """As promised by Platform."""
        question = {"number": number, "query_code": query_code}
        found = self._query("/v1/progress-queries", question, CaseProgress)
        accepted = () if found.accepted_at is None else (found.accepted_at,)
        shapes.aware(found.filed_at, *accepted, *(step.at for step in found.steps))
        return found

    def redeem(
        self, code: str, *, item: str | None, case: str | None, session: Session, key: str
    ) -> Presented:
        """As promised by Platform."""
        act = {
            "act": "redeem-presentation",
            "operator": _operator(session),
            "window": session.window.code,
            "code": code,
            "item": item,
            "case": case,
        }
        path = "/v1/presentation-redemptions"
        body, headers = self._link.act_of(path, act, key)
        answer = self._link.as_clerk("POST", path, body=body, headers=headers)
        return shapes.decoded(checked(answer, 200), Presented)

    def claim(self, preapplication: Preapplication, session: Session, key: str) -> Preapplication:
        """Take it to this window. PlatformRefused claimed_elsewhere, changed_meanwhile."""
        return self._change("claim", preapplication, session, key)

    def release(self, preapplication: Preapplication, session: Session, key: str) -> Preapplication:
        """Give it back."""
        return self._change("release", preapplication, session, key)

    # as the device

    def items(self, query: str = "") -> tuple[ItemSummary, ...]:
        """Items by name, pinyin initials or code."""
        found: list[ItemSummary] = []
        parameters = {"limit": str(ITEMS_A_PAGE)}
        if query.strip():
            parameters["q"] = query.strip()
        for _ in range(_MOST_PAGES):
            answer = self._link.as_device("GET", "/v1/items", parameters=parameters)
            page = shapes.decoded(checked(answer, 200), shapes.ItemPage)
            found.extend(page.items)
            if page.next is None:
                return tuple(found)
            parameters["cursor"] = page.next
        raise PlatformError("platform.garbled", where="pages")

    def item(self, code: str) -> Item:
        """One item in its current version."""
        answer = self._link.as_device("GET", f"/v1/items/{quote(code, safe='')}")
        return shapes.decoded(checked(answer, 200), Item)

    def calendar(self) -> WorkingDays:
        """The platform's table of working days."""
        return shapes.decoded(
            checked(self._link.as_device("GET", "/v1/calendar"), 200), WorkingDays
        )

    def lease_numbers(self, window: str, count: int, key: str) -> NumberBlock:
        """Lease official numbers for a window; the same key gives the same block."""
        path, act = "/v1/number-blocks", {"act": "lease-numbers", "window": window, "count": count}
        body, headers = self._link.act_of(path, act, key)
        answer = self._link.as_device("POST", path, body=body, headers=headers)
        block = shapes.decoded(checked(answer, 201), shapes.BlockAnswer)
        if block.window != window or len(set(block.numbers)) != len(block.numbers):
            raise PlatformError("platform.garbled", where="block")
        return NumberBlock(block.block, block.window, block.numbers)

    def send(self, act: OutgoingAct) -> Receipt:
        """Deliver an act. PlatformRefused is a clear no; anything else may be tried again."""
        headers = {"Idempotency-Key": act.key}
        if act.signature:
            headers["Act-Signature"] = act.signature
        answer = self._link.as_device("POST", act.path, body=act.body, headers=headers)
        receipt = shapes.decoded(checked(answer, 201), Receipt)
        shapes.aware(receipt.accepted_at, receipt.received_at)
        return receipt

    def receipts(self, keys: Iterable[str]) -> dict[str, Receipt]:
        """Read back the receipts of those keys; keys unknown to the platform are left out."""
        wanted = list(keys)
        found: dict[str, Receipt] = {}
        for start in range(0, len(wanted), KEYS_A_QUESTION):
            some = wanted[start : start + KEYS_A_QUESTION]
            answer = self._link.as_device(
                "GET", "/v1/sync/receipts", parameters={"keys": ",".join(some)}
            )
            read = shapes.decoded(checked(answer, 200), shapes.ReceiptAnswer).receipts
            for receipt in read:
                shapes.aware(receipt.accepted_at, receipt.received_at)
            found.update({receipt.key: receipt for receipt in read if receipt.key in some})
        return found

    # inside

    def _opened(self, signed_in: shapes.SignedIn) -> Session:
        if signed_in.window is None:
            raise PlatformError("platform.garbled", where="window")
        return Session(signed_in.session, signed_in.operator, signed_in.window)

    def _query(self, path: str, question: Mapping[str, object], kind: type[T]) -> T:
        answer = self._link.as_clerk("POST", path, body=canonical(question))
        return shapes.decoded(checked(answer, 200), kind)

    def _preapplications(self, question: Mapping[str, object]) -> tuple[Preapplication, ...]:
        answer = self._query("/v1/preapplication-queries", question, shapes.PreapplicationAnswer)
        shapes.aware(*(one.submitted_at for one in answer.preapplications))
        return answer.preapplications

    def _change(
        self, act: str, preapplication: Preapplication, session: Session, key: str
    ) -> Preapplication:
        path = f"/v1/preapplications/{quote(preapplication.id, safe='')}/{act}"
        said = {"act": act, "operator": _operator(session), "window": session.window.code}
        body, headers = self._link.act_of(path, said, key)
        headers["If-Match"] = strong(preapplication.etag)
        answer = self._link.as_clerk("POST", path, body=body, headers=headers)
        changed = shapes.decoded(checked(answer, 200), Preapplication)
        shapes.aware(changed.submitted_at)
        return changed


def _operator(session: Session) -> dict[str, str]:
    """Who acts, as every act names them."""
    return {"id": session.operator.id, "name": session.operator.name, "session": session.id}
