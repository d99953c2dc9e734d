"""Signing in and out at a window (登录、退出)."""

from __future__ import annotations

from counter_app.domain.session import Session
from counter_app.errors import HallError, PlatformUnreachable, SignInError
from counter_app.ports import AuditEntry, Clock, Platform, Store


class SignIn:
    """Who is at the window. Both outcomes of a sign-in stand in the audit."""

    def __init__(self, platform: Platform, store: Store, clock: Clock) -> None:
        self._platform = platform
        self._store = store
        self._clock = clock

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
        return session

    def sign_out(self, session: Session) -> None:
        """End the session here and, if it can be reached, on the platform. Raises StoreError."""
        try:
            self._platform.sign_out()
            result = "done"
        except HallError as unanswered:  # the platform ends it by itself in time
            result = unanswered.code
        self._audit("sign_out", session.operator.id, session.window.code, session.id, result)

    def _audit(self, act: str, operator: str, window: str, session: str, result: str) -> None:
        self._store.add_audit(AuditEntry(self._clock.now(), operator, window, act, session, result))
