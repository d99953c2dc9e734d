"""The platform over HTTP (`ports.Platform`): the only place that knows its addresses.

Tokens stay in here. A clerk's access token is renewed once when the platform says it has ended;
the device signs in by itself whenever it needs to.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote, urlsplit

from counter_app import __version__
from counter_app.domain.case import Receipt
from counter_app.domain.deadlines import WorkingDays
from counter_app.domain.item import Item, ItemSummary
from counter_app.domain.licence import Licence
from counter_app.domain.outgoing import OutgoingAct, canonical
from counter_app.domain.preapplication import Preapplication
from counter_app.domain.session import Session
from counter_app.errors import PlatformError, PlatformRefused, SettingsError, SignInError
from counter_app.platform_link import shapes
from counter_app.platform_link.exchange import Answer, Exchange, retry_after_s
from counter_app.ports import NumberBlock, PersonRecords

T = TypeVar("T")

ITEMS_A_PAGE = 200
KEYS_A_QUESTION = 100
_MOST_PAGES = 100

_REFUSALS = {
    "claimed-elsewhere": "platform.claimed_elsewhere",
    "changed-meanwhile": "platform.changed_meanwhile",
    "not-found": "platform.not_found",
}
_BUSY_STATUSES = frozenset({408, 425, 429, 503})


class HttpPlatform:
    """The platform at `base_url`, spoken to by the device `device`.

    `device_secret` is asked each time the device signs in. `timeouts` are seconds for connecting
    and for each receive. `verify` is True, or the path of a CA bundle. Usable from several
    threads, each with its own connection. Raises SettingsError for a URL that is none and a bundle
    that is not there.
    """

    def __init__(
        self,
        base_url: str,
        *,
        device: str,
        device_secret: Callable[[], str],
        timeouts: tuple[float, float] = (2.0, 5.0),
        verify: bool | str = True,
    ) -> None:
        _check_url(base_url)
        _check_verify(verify)
        self._exchange = Exchange(base_url.rstrip("/"), timeouts=timeouts, verify=verify)
        self._device = device
        self._device_secret = device_secret
        self._clerk: shapes.SignedIn | None = None
        self._device_token: str | None = None
        self._clerk_guard = threading.Lock()
        self._device_guard = threading.Lock()

    # without signing in

    def health(self) -> datetime:
        """The platform's time; the cheapest question there is."""
        answer = self._exchange.ask("GET", "/v1/health", headers=_headers(None))
        health = shapes.decoded(_checked(answer, 200), shapes.Health)
        shapes.aware(health.time)
        return health.time

    def sign_in(self, username: str, password: str, window: str) -> Session:
        """Sign a clerk in; a session open here ends. Raises SignInError: refused, locked."""
        body = canonical({"username": username, "password": password, "window": window})
        answer = self._exchange.ask("POST", "/v1/sessions", headers=_headers(None), body=body)
        signed_in = shapes.decoded(_checked(answer, 201, signing_in=True), shapes.SignedIn)
        with self._clerk_guard:
            before, self._clerk = self._clerk, signed_in
        if before is not None:
            with contextlib.suppress(PlatformError, PlatformRefused):  # it ends by itself in time
                self._end(before)
        return Session(signed_in.session, signed_in.operator, signed_in.window)

    def sign_out(self, session: str) -> None:
        """End that session; forgotten locally even when the platform does not answer.

        One that another has taken the place of was ended then.
        """
        with self._clerk_guard:
            clerk = self._clerk
            if clerk is None or clerk.session != session:
                return
            self._clerk = None
        self._end(clerk)

    def _end(self, clerk: shapes.SignedIn) -> None:
        answer = self._exchange.ask(
            "DELETE", "/v1/sessions/current", headers=_headers(clerk.access_token)
        )
        if answer.status != 401:  # it has ended by itself
            _checked(answer, 204)

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
            answer = self._as_device("GET", "/v1/items", parameters=parameters)
            page = shapes.decoded(_checked(answer, 200), shapes.ItemPage)
            found.extend(page.items)
            if page.next is None:
                return tuple(found)
            parameters["cursor"] = page.next
        raise PlatformError("platform.garbled", where="pages")

    def item(self, code: str) -> Item:
        """One item in its current version."""
        answer = self._as_device("GET", f"/v1/items/{quote(code, safe='')}")
        return shapes.decoded(_checked(answer, 200), Item)

    def calendar(self) -> WorkingDays:
        """The platform's table of working days."""
        return shapes.decoded(_checked(self._as_device("GET", "/v1/calendar"), 200), WorkingDays)

    def lease_numbers(self, window: str, count: int, key: str) -> NumberBlock:
        """Lease official numbers for a window; the same key gives the same block."""
        answer = self._as_device(
            "POST",
            "/v1/number-blocks",
            body=canonical({"act": "lease-numbers", "window": window, "count": count}),
            headers={"Idempotency-Key": key},
        )
        block = shapes.decoded(_checked(answer, 201), shapes.BlockAnswer)
        if block.window != window or len(set(block.numbers)) != len(block.numbers):
            raise PlatformError("platform.garbled", where="block")
        return NumberBlock(block.block, block.window, block.numbers)

    def send(self, act: OutgoingAct) -> Receipt:
        """Deliver an act. PlatformRefused is a clear no; anything else may be tried again."""
        answer = self._as_device(
            "POST", act.path, body=act.body, headers={"Idempotency-Key": act.key}
        )
        receipt = shapes.decoded(_checked(answer, 201), Receipt)
        shapes.aware(receipt.accepted_at, receipt.received_at)
        return receipt

    def receipts(self, keys: Iterable[str]) -> dict[str, Receipt]:
        """Read back the receipts of those keys; keys unknown to the platform are left out."""
        wanted = list(keys)
        found: dict[str, Receipt] = {}
        for start in range(0, len(wanted), KEYS_A_QUESTION):
            some = wanted[start : start + KEYS_A_QUESTION]
            answer = self._as_device(
                "GET", "/v1/sync/receipts", parameters={"keys": ",".join(some)}
            )
            read = shapes.decoded(_checked(answer, 200), shapes.ReceiptAnswer).receipts
            for receipt in read:
                shapes.aware(receipt.accepted_at, receipt.received_at)
            found.update({receipt.key: receipt for receipt in read if receipt.key in some})
        return found

    # inside

    def _query(self, path: str, question: Mapping[str, object], kind: type[T]) -> T:
        answer = self._as_clerk("POST", path, body=canonical(question))
        return shapes.decoded(_checked(answer, 200), kind)

    def _preapplications(self, question: Mapping[str, object]) -> tuple[Preapplication, ...]:
        answer = self._query("/v1/preapplication-queries", question, shapes.PreapplicationAnswer)
        shapes.aware(*(one.submitted_at for one in answer.preapplications))
        return answer.preapplications

    def _change(
        self, act: str, preapplication: Preapplication, session: Session, key: str
    ) -> Preapplication:
        operator = {
            "id": session.operator.id,
            "name": session.operator.name,
            "session": session.id,
        }
        answer = self._as_clerk(
            "POST",
            f"/v1/preapplications/{quote(preapplication.id, safe='')}/{act}",
            body=canonical({"act": act, "operator": operator, "window": session.window.code}),
            headers={"Idempotency-Key": key, "If-Match": _strong(preapplication.etag)},
        )
        changed = shapes.decoded(_checked(answer, 200), Preapplication)
        shapes.aware(changed.submitted_at)
        return changed

    def _as_clerk(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        clerk = self._clerk
        if clerk is None:
            raise PlatformRefused("platform.session_ended", problem="not-signed-in")
        sent = {**_headers(clerk.access_token), **(headers or {})}
        answer = self._exchange.ask(method, path, headers=sent, body=body)
        if answer.status != 401:
            return answer
        sent["Authorization"] = f"Bearer {self._renewed(clerk).access_token}"
        return self._exchange.ask(method, path, headers=sent, body=body)

    def _renewed(self, used: shapes.SignedIn) -> shapes.SignedIn:
        """The clerk's sign-in with a fresh access token.

        One thread at a time: refresh tokens rotate, and using an old one ends the whole session.
        """
        with self._clerk_guard:
            if self._clerk is None:
                raise PlatformRefused("platform.session_ended", problem="session-ended")
            if self._clerk.access_token != used.access_token:
                return self._clerk
            answer = self._exchange.ask(
                "POST",
                "/v1/sessions/refresh",
                headers=_headers(None),
                body=canonical({"refresh_token": used.refresh_token}),
            )
            try:
                self._clerk = shapes.decoded(_checked(answer, 200), shapes.SignedIn)
            except PlatformRefused as refusal:
                raise PlatformRefused("platform.session_ended", **refusal.facts) from refusal
            return self._clerk

    def _as_device(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> Answer:
        token = self._device_token or self._device_signed_in(None)
        sent = {**_headers(token), **(headers or {})}
        answer = self._exchange.ask(method, path, headers=sent, body=body, parameters=parameters)
        if answer.status != 401:
            return answer
        sent["Authorization"] = f"Bearer {self._device_signed_in(token)}"
        return self._exchange.ask(method, path, headers=sent, body=body, parameters=parameters)

    def _device_signed_in(self, used: str | None) -> str:
        """A device token that is not `used`, signing in if no other thread has meanwhile."""
        with self._device_guard:
            if self._device_token is not None and self._device_token != used:
                return self._device_token
            self._device_token = None
            answer = self._exchange.ask(
                "POST",
                "/v1/device-sessions",
                headers=_headers(None),
                body=canonical({"device": self._device, "secret": self._device_secret()}),
            )
            try:
                signed_in = shapes.decoded(_checked(answer, 201), shapes.DeviceSignedIn)
            except PlatformRefused as refusal:  # not a no to what the device wanted to bring
                raise PlatformRefused("platform.not_allowed", **refusal.facts) from refusal
            self._device_token = signed_in.access_token
            return signed_in.access_token


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        usable = usable and not (parts.query or parts.fragment or parts.username)
        _ = parts.port
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError("settings.invalid", key="platform.url")


def _check_verify(verify: bool | str) -> None:
    """An empty path would switch the check of certificates off (as requests has it).

    `Path.exists` would raise for a name that is too long.
    """
    if verify is not True and not (verify and os.path.exists(verify)):
        raise SettingsError("settings.invalid", key="platform.verify")


def _headers(token: str | None) -> dict[str, str]:
    headers = {
        "Accept": "application/json, application/problem+json",
        "Accept-Encoding": "identity",
        "Content-Type": "application/json",
        "User-Agent": f"hall-counter/{__version__}",
    }
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return headers


def _strong(etag: str) -> str:
    return etag if etag.startswith('"') else json.dumps(etag)


def _checked(answer: Answer, expected: int, *, signing_in: bool = False) -> bytes:
    """The body of an answer with the expected status.

    Raises PlatformError, PlatformRefused, or when signing in SignInError for anything else. A
    refusal that is not a problem document is no refusal of the platform: somebody on the way there
    speaks.
    """
    status = answer.status
    if status == expected or (status == 200 and expected == 201):  # a replay may say 200
        return answer.body
    if status in _BUSY_STATUSES:
        raise PlatformError("platform.busy", retry_after=retry_after_s(answer.headers, time.time()))
    if status >= 500:
        raise PlatformError("platform.fault", status=status)
    problem = shapes.problem(answer.body) if status >= 400 else None
    if problem is None:
        raise PlatformError("platform.garbled", where=f"status {status}")
    if problem.code == "in-flight":
        raise PlatformError("platform.busy", retry_after=retry_after_s(answer.headers, time.time()))
    if signing_in and problem.code == "sign-in-refused":
        raise SignInError("sign_in.refused", attempts_remaining=problem.attempts_remaining)
    if signing_in and problem.code == "account-locked":
        raise SignInError("sign_in.locked", locked_until=problem.locked_until)
    raise _refusal(status, problem)


def _refusal(status: int, problem: shapes.ProblemDocument) -> PlatformRefused:
    code = _REFUSALS.get(problem.code, "platform.refused")
    if problem.code not in _REFUSALS:
        if problem.code == "device-refused" or status in (403, 405):
            code = "platform.not_allowed"
        elif status == 401:
            code = "platform.session_ended"
        elif status == 404:
            code = "platform.not_found"
        elif status == 412:
            code = "platform.changed_meanwhile"
    return PlatformRefused(
        code,
        problem=problem.code,
        window=problem.window,
        materials=problem.materials,
    )
