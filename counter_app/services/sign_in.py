"""Signing in and out at a window (登录、退出), and unlocking it while the platform is away."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from counter_app.domain.session import Session
from counter_app.domain.signing_in import Enrolment, FactorKind, NextStep, Proof
from counter_app.errors import (
    HallError,
    PlatformError,
    PlatformRefused,
    PlatformUnreachable,
    SignInError,
)
from counter_app.ports import AuditEntry, Clock, Platform, Store

MOST_OFFLINE_FAILURES = 5

_SALT_BYTES = 16
_SCRYPT_COST = 2**14  # 16 MB and some 40 ms a try


@dataclass(slots=True, repr=False)
class _Known:
    """By what a name and a password are known again; in memory alone."""

    username: str
    salt: bytes
    digest: bytes

    def choose(self, password: str) -> None:
        """It is another password from now on."""
        self.salt = secrets.token_bytes(_SALT_BYTES)
        self.digest = _digest(password, self.salt)


@dataclass(slots=True, repr=False)
class _Remembered:
    """The operator of the open session."""

    session: str
    known: _Known
    failures: int = 0


@dataclass(slots=True, repr=False)
class _UnderWay:
    """A sign-in that has steps before it."""

    handle: str
    window: str
    known: _Known


class SignIn:
    """Who is at the window (`ports.SignInSteps`). Every outcome of a sign-in stands in the audit.

    What a password is known again by lives in this object and nowhere else, until its session is
    signed out; it is the password that held in the end, where a sign-in changed it.
    """

    def __init__(self, platform: Platform, store: Store, clock: Clock) -> None:
        self._platform = platform
        self._store = store
        self._clock = clock
        self._guard = threading.Lock()
        self._remembered: _Remembered | None = None
        self._under_way: _UnderWay | None = None

    def sign_in(self, username: str, password: str, window: str) -> Session | NextStep:
        """Sign a clerk in at a window, or begin to where the hall asks for more.

        Raises SignInError (`sign_in.empty`, `sign_in.refused`, `sign_in.locked`, and
        `sign_in.offline` when the platform cannot be reached), PlatformError, StoreError.
        """
        if not username.strip() or not password:
            raise SignInError("sign_in.empty")
        try:
            found = self._platform.sign_in(username.strip(), password, window)
        except PlatformUnreachable as unreachable:
            raise SignInError("sign_in.offline", cause=unreachable.code) from unreachable
        except SignInError as refusal:
            self._audit("sign_in", "", window, "", refusal.code)
            raise
        salt = secrets.token_bytes(_SALT_BYTES)
        known = _Known(_same(username), salt, _digest(password, salt))
        return self._opened_or_next(found, window, known)

    def unlock(
        self, username: str, password: str, window: str, locked: Session
    ) -> Session | NextStep:
        """Sign in at a window that is locked over the session `locked`.

        While the platform is away its own operator comes back into that very session. Raises as
        `sign_in` does, and SignInError: `sign_in.offline_other` for anybody else,
        `sign_in.offline_refused` for a wrong password, `sign_in.offline_locked` after five of them
        until the platform is back.
        """
        try:
            return self.sign_in(username, password, window)
        except PlatformRefused:
            raise
        except PlatformError:
            pass  # something answers, and it is not the platform at work
        except SignInError as refusal:
            if refusal.code != "sign_in.offline":
                raise
        self._unlock_offline(username, password, locked)
        return locked

    def show_factor(self, step: NextStep, proof: Proof) -> Session | NextStep:
        """As promised by SignInSteps. Raises StoreError besides."""
        return self._go_on(step, lambda: self._platform.show_factor(step, proof))

    def choose_password(self, step: NextStep, password: str) -> Session | NextStep:
        """As promised by SignInSteps. Raises StoreError besides."""

        def work() -> Session | NextStep:
            found = self._platform.choose_password(step, password)
            self._changed(step, password)
            return found

        return self._go_on(step, work)

    def begin_enrolment(self, step: NextStep, kind: FactorKind) -> Enrolment:
        """As promised by SignInSteps."""
        return self._platform.begin_enrolment(step, kind)

    def complete_enrolment(
        self, step: NextStep, enrolment: Enrolment, name: str, proof: Proof
    ) -> Session | NextStep:
        """As promised by SignInSteps. Raises StoreError besides."""
        return self._go_on(
            step, lambda: self._platform.complete_enrolment(step, enrolment, name, proof)
        )

    def sign_out(self, session: Session) -> None:
        """End the session here and, if it can be reached, on the platform. Raises StoreError."""
        with self._guard:
            if self._remembered is not None and self._remembered.session == session.id:
                self._remembered = None
        try:
            self._platform.sign_out(session.id)
            result = "done"
        except HallError as unanswered:  # the platform ends it by itself in time
            result = unanswered.code
        self._audit("sign_out", session.operator.id, session.window.code, session.id, result)

    def _go_on(self, step: NextStep, work: Callable[[], Session | NextStep]) -> Session | NextStep:
        with self._guard:
            going = self._under_way
        if going is None or going.handle != step.handle:  # another sign-in has begun meanwhile
            raise SignInError("sign_in.over")
        try:
            found = work()
        except SignInError as refusal:
            if refusal.code != "sign_in.step_offline":
                self._audit("sign_in", "", going.window, "", refusal.code)
            raise
        return self._opened_or_next(found, going.window, going.known)

    def _opened_or_next(
        self, found: Session | NextStep, window: str, known: _Known
    ) -> Session | NextStep:
        if isinstance(found, NextStep):
            with self._guard:
                self._under_way = _UnderWay(found.handle, window, known)
            self._audit("sign_in", "", window, "", "half")
            return found
        self._audit("sign_in", found.operator.id, window, found.id, "done")
        with self._guard:
            self._under_way = None
            self._remembered = _Remembered(found.id, known)
        return found

    def _changed(self, step: NextStep, password: str) -> None:
        """The password holds from now on, also for a window that is locked over its owner."""
        with self._guard:
            going, remembered = self._under_way, self._remembered
            if going is None or going.handle != step.handle:
                return
            going.known.choose(password)
            if remembered is not None and remembered.known.username == going.known.username:
                remembered.known = going.known

    def _unlock_offline(self, username: str, password: str, locked: Session) -> None:
        with self._guard:
            refusal = self._refusal(username, password, locked)
        operator = "" if refusal else locked.operator.id
        result = refusal.code if refusal else "done"
        self._audit("unlock_offline", operator, locked.window.code, locked.id, result)
        if refusal is not None:
            raise refusal

    def _refusal(self, username: str, password: str, locked: Session) -> SignInError | None:
        remembered = self._remembered
        if remembered is None or remembered.session != locked.id:
            return SignInError("sign_in.offline")
        known = remembered.known
        if known.username != _same(username):
            return SignInError("sign_in.offline_other")
        if remembered.failures < MOST_OFFLINE_FAILURES:
            if hmac.compare_digest(known.digest, _digest(password, known.salt)):
                remembered.failures = 0
                return None
            remembered.failures += 1
        left = MOST_OFFLINE_FAILURES - remembered.failures
        if left <= 0:
            return SignInError("sign_in.offline_locked")
        return SignInError("sign_in.offline_refused", attempts_remaining=left)

    def _audit(self, act: str, operator: str, window: str, session: str, result: str) -> None:
        self._store.add_audit(AuditEntry(self._clock.now(), operator, window, act, session, result))


def _same(username: str) -> str:
    """One spelling for what the platform takes as the same name."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8"), salt=salt, n=_SCRYPT_COST, r=8, p=1)
