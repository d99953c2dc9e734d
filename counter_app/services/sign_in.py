"""Signing in and out at a window (登录、退出), and unlocking it while the platform is away."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import unicodedata
from dataclasses import dataclass

from counter_app.domain.session import Session
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
class _Remembered:
    """By what the operator of the open session is known again; in memory alone."""

    session: str
    username: str
    salt: bytes
    digest: bytes
    failures: int = 0


class SignIn:
    """Who is at the window. Both outcomes of a sign-in stand in the audit.

    What a password is known again by lives in this object and nowhere else, until its session is
    signed out.
    """

    def __init__(self, platform: Platform, store: Store, clock: Clock) -> None:
        self._platform = platform
        self._store = store
        self._clock = clock
        self._guard = threading.Lock()
        self._remembered: _Remembered | None = None

    def sign_in(self, username: str, password: str, window: str) -> Session:
        """Sign a clerk in at a window.

        Raises SignInError (`sign_in.empty`, `sign_in.refused`, `sign_in.locked`, and
        `sign_in.offline` when the platform cannot be reached), PlatformError, StoreError.
        """
        if not username.strip() or not password:
            raise SignInError("sign_in.empty")
        try:
            session = self._platform.sign_in(username.strip(), password, window)
        except PlatformUnreachable as unreachable:
            raise SignInError("sign_in.offline", cause=unreachable.code) from unreachable
        except SignInError as refusal:
            self._audit("sign_in", "", window, "", refusal.code)
            raise
        self._audit("sign_in", session.operator.id, window, session.id, "done")
        salt = secrets.token_bytes(_SALT_BYTES)
        remembered = _Remembered(session.id, _same(username), salt, _digest(password, salt))
        with self._guard:
            self._remembered = remembered
        return session

    def unlock(self, username: str, password: str, window: str, locked: Session) -> Session:
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

    def _unlock_offline(self, username: str, password: str, locked: Session) -> None:
        with self._guard:
            refusal = self._refusal(username, password, locked)
        operator = "" if refusal else locked.operator.id
        result = refusal.code if refusal else "done"
        self._audit("unlock_offline", operator, locked.window.code, locked.id, result)
        if refusal is not None:
            raise refusal

    def _refusal(self, username: str, password: str, locked: Session) -> SignInError | None:
        known = self._remembered
        if known is None or known.session != locked.id:
            return SignInError("sign_in.offline")
        if known.username != _same(username):
            return SignInError("sign_in.offline_other")
        if known.failures < MOST_OFFLINE_FAILURES:
            if hmac.compare_digest(known.digest, _digest(password, known.salt)):
                known.failures = 0
                return None
            known.failures += 1
        left = MOST_OFFLINE_FAILURES - known.failures
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
