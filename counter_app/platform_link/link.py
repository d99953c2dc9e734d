"""A counter's link to its platform: one exchange, the clerk's and the device's sign-in.

Tokens stay in here. A clerk's access token is renewed once when the platform says it has ended;
the device signs in by itself whenever it needs to.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit

from counter_app import __version__
from counter_app.domain.outgoing import canonical, fingerprint
from counter_app.domain.signing_in import FactorKind, NextStep, StepKind
from counter_app.errors import (
    PlatformError,
    PlatformRefused,
    SettingsError,
    SignatureRefused,
    SignInError,
)
from counter_app.platform_link import shapes
from counter_app.platform_link.exchange import Answer, Exchange, Sign, retry_after_s
from counter_app.platform_link.signing import Signer

_REFUSALS = {
    "claimed-elsewhere": "platform.claimed_elsewhere",
    "changed-meanwhile": "platform.changed_meanwhile",
    "not-found": "platform.not_found",
    "elsewhere": "platform.elsewhere",
    "rows-forgotten": "platform.rows_forgotten",
}
_SIGN_IN_REFUSALS = {
    "sign-in-refused": "sign_in.refused",
    "account-locked": "sign_in.locked",
    "sign-in-over": "sign_in.over",
    "factor-refused": "sign_in.factor_refused",
    "factor-key-missing": "sign_in.codes_unchecked",
    "factor-key-wrong": "sign_in.codes_unchecked",
    "window-off": "sign_in.window_off",
    "password-too-weak": "sign_in.password_weak",
    "password-unchanged": "sign_in.password_unchanged",
    **{kind.value: "sign_in.more_steps" for kind in StepKind},
}
_WEAKNESSES = {
    "too-short": "sign_in.password_short",
    "too-long": "sign_in.password_long",
    "common": "sign_in.password_common",
    "own-name": "sign_in.password_own_name",
}
_SIGNATURE_REFUSALS = {
    "clock-off": "platform.clock_off",
    "signature-required": "platform.signature_required",
    "signature-invalid": "platform.signature_refused",
    "signature-replayed": "platform.signature_refused",
}
_BUSY_STATUSES = frozenset({408, 425, 429, 503})


class Link:
    """The platform at `base_url`, spoken to by the device `device` and whoever signs in at it.

    `device_secret` is asked each time the device signs in. `signer` signs what this device sends,
    and what somebody at its window does. `timeouts` are seconds for connecting
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
        signer: Signer | None = None,
    ) -> None:
        check_url(base_url)
        check_verify(verify)
        self.base_url = base_url.rstrip("/")
        self.verify = verify
        self._exchange = Exchange(self.base_url, timeouts=timeouts, verify=verify)
        self._device = device
        self._device_secret = device_secret
        self._signer = signer
        self._clerk: shapes.SignedIn | None = None
        self._device_token: str | None = None
        self._clerk_guard = threading.Lock()
        self._device_guard = threading.Lock()

    def ask(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """A question that needs no sign-in."""
        return self._exchange.ask(method, path, headers=headers_of(None), body=body)

    def act_of(
        self, path: str, act: Mapping[str, object], key: str
    ) -> tuple[bytes, dict[str, str]]:
        """Body and headers of an act that is done now: its key, and the device's signature.

        What it is done to stands in its address, between the kind of thing and the verb.
        """
        body = canonical(act)
        headers = {"Idempotency-Key": key}
        if self._signer is not None:
            _, _, _, *named = path.split("/")
            subject = unquote(named[0]) if len(named) > 1 else ""
            made = self._signer.moment()
            signed = self._signer.sign_act(key, str(act["act"]), subject, fingerprint(body), made)
            headers |= {"Act-Signature": signed} if signed else {}
        return body, headers

    def sign_of(self, *, as_device: bool) -> Sign | None:
        """What signs a request of the device, or of who is at its window; None where nothing does.

        Somebody at no window is at no device either.
        """
        signer, clerk = self._signer, self._clerk
        if signer is None or not (as_device or (clerk is not None and clerk.window is not None)):
            return None
        return signer.headers

    def refused_signature(self, answer: Answer) -> bool:
        """Whether that answer refuses the signature, and there is a better one to be made now."""
        code = _problem_code(answer)
        if self._signer is None or code not in _SIGNATURE_REFUSALS:
            return False
        return self._signer.look_again() or code == "signature-replayed"

    def sign_in(
        self, username: str, password: str, window: str | None
    ) -> shapes.SignedIn | NextStep:
        """Sign a person in, at a window or without one, or begin to.

        Raises SignInError: refused, locked.
        """
        body = {"username": username, "password": password, "window": window}
        return self.enter("/v1/sessions", body)

    def enter(self, path: str, body: Mapping[str, object]) -> shapes.SignedIn | NextStep:
        """One request of a sign-in: its beginning or one of its steps.

        A session open here ends once another is opened. Raises SignInError.
        """
        answer = self.ask("POST", path, canonical(body))
        step = _next_step(answer)
        if step is not None:
            return step
        signed_in = shapes.decoded(checked(answer, 201, signing_in=True), shapes.SignedIn)
        with self._clerk_guard:
            before, self._clerk = self._clerk, signed_in
        if before is not None:
            with contextlib.suppress(PlatformError, PlatformRefused):  # it ends by itself in time
                self._end(before)
        return signed_in

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

    def token(self, *, as_device: bool) -> str:
        """An access token for a stream that is held open.

        Raises as `as_device` and `as_clerk` do.
        """
        if as_device:
            return self._device_token or self._device_signed_in(None)
        clerk = self._clerk
        if clerk is None:
            raise PlatformRefused("platform.session_ended", problem="not-signed-in")
        return clerk.access_token

    def renew(self, used: str, *, as_device: bool) -> None:
        """The platform takes that token no more: `token` gives another one then."""
        if as_device:
            self._device_signed_in(used)
            return
        clerk = self._clerk
        if clerk is not None and clerk.access_token == used:
            self._renewed(clerk)

    def as_clerk(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask as whoever is signed in. PlatformRefused("platform.session_ended")."""
        clerk = self._clerk
        if clerk is None:
            raise PlatformRefused("platform.session_ended", problem="not-signed-in")
        sent = {**headers_of(clerk.access_token), **(headers or {})}
        answer = self._signed(method, path, sent, body, parameters, as_device=False)
        if not token_has_ended(answer):
            return answer
        sent["Authorization"] = f"Bearer {self._renewed(clerk).access_token}"
        return self._signed(method, path, sent, body, parameters, as_device=False)

    def as_device(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask as the device. PlatformRefused("platform.not_allowed") if it may not sign in."""
        token = self._device_token or self._device_signed_in(None)
        sent = {**headers_of(token), **(headers or {})}
        answer = self._signed(method, path, sent, body, parameters, as_device=True)
        if not token_has_ended(answer):
            return answer
        sent["Authorization"] = f"Bearer {self._device_signed_in(token)}"
        return self._signed(method, path, sent, body, parameters, as_device=True)

    def _signed(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        parameters: Mapping[str, str] | None = None,
        *,
        as_device: bool,
    ) -> Answer:
        """Ask, signed; once more where a key has come into the vault that is not known yet."""

        def ask() -> Answer:
            return self._exchange.ask(
                method,
                path,
                headers=headers,
                body=body,
                parameters=parameters,
                sign=self.sign_of(as_device=as_device),
            )

        answer = ask()
        return ask() if self.refused_signature(answer) else answer

    def _end(self, clerk: shapes.SignedIn) -> None:
        answer = self._exchange.ask(
            "DELETE",
            "/v1/sessions/current",
            headers=headers_of(clerk.access_token),
            sign=self._signer.headers if self._signer is not None and clerk.window else None,
        )
        if answer.status != 401:  # it has ended by itself
            checked(answer, 204)

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
                headers=headers_of(None),
                body=canonical({"refresh_token": used.refresh_token}),
            )
            try:
                self._clerk = shapes.decoded(checked(answer, 200), shapes.SignedIn)
            except PlatformRefused as refusal:
                raise PlatformRefused("platform.session_ended", **refusal.facts) from refusal
            return self._clerk

    def _device_signed_in(self, used: str | None) -> str:
        """A device token that is not `used`, signing in if no other thread has meanwhile."""
        with self._device_guard:
            if self._device_token is not None and self._device_token != used:
                return self._device_token
            self._device_token = None
            body = canonical({"device": self._device, "secret": self._device_secret()})
            answer = self._signed(
                "POST", "/v1/device-sessions", headers_of(None), body, as_device=True
            )
            try:
                signed_in = shapes.decoded(checked(answer, 201), shapes.DeviceSignedIn)
            except PlatformRefused as refusal:  # not a no to what the device wanted to bring
                raise PlatformRefused("platform.not_allowed", **refusal.facts) from refusal
            self._device_token = signed_in.access_token
            return signed_in.access_token


def check_url(url: str) -> None:
    """Refuse what is no address of a platform: SettingsError("settings.invalid")."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        usable = usable and not (parts.query or parts.fragment or parts.username)
        _ = parts.port
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError("settings.invalid", key="platform.url")


def check_verify(verify: bool | str) -> None:
    """An empty path would switch the check of certificates off (as requests has it).

    `Path.exists` would raise for a name that is too long.
    """
    if verify is not True and not (verify and os.path.exists(verify)):
        raise SettingsError("settings.invalid", key="platform.verify")


def headers_of(token: str | None) -> dict[str, str]:
    """What every request says of itself, and who asks."""
    headers = {
        "Accept": "application/json, application/problem+json",
        "Accept-Encoding": "identity",
        "Content-Type": "application/json",
        "User-Agent": f"hall-counter/{__version__}",
    }
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return headers


def strong(etag: str) -> str:
    """An ETag in quotation marks, as If-Match wants it."""
    return etag if etag.startswith('"') else json.dumps(etag)


def checked(answer: Answer, expected: int, *, signing_in: bool = False) -> bytes:
    """The body of an answer with the expected status.

    Raises PlatformError (SignatureRefused too), PlatformRefused, or when signing in SignInError for
    anything else. A refusal that is not a problem document is no refusal of the platform: somebody
    on the way there speaks.
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
    if signing_in and problem.code in _SIGN_IN_REFUSALS:
        raise _sign_in_refusal(problem)
    if problem.code in _SIGNATURE_REFUSALS:
        raise _signature_refusal(problem)
    raise _refusal(status, problem)


def _sign_in_refusal(problem: shapes.ProblemDocument) -> SignInError:
    code = _SIGN_IN_REFUSALS[problem.code]
    if code == "sign_in.refused":
        return SignInError(code, attempts_remaining=problem.attempts_remaining)
    if code == "sign_in.locked":
        return SignInError(code, locked_until=problem.locked_until)
    if code == "sign_in.password_weak":
        code = _WEAKNESSES.get(problem.reason or "", code)
    return SignInError(code, problem=problem.code)


def _next_step(answer: Answer) -> NextStep | None:
    """The step an answer names. PlatformError("platform.garbled") for one without its handle."""
    problem = shapes.problem(answer.body) if answer.status == 403 else None
    if problem is None or problem.code not in {kind.value for kind in StepKind}:
        return None
    if not problem.sign_in or problem.expires_at is None:
        raise PlatformError("platform.garbled", where="step")
    shapes.aware(problem.expires_at)
    known = {kind.value: kind for kind in FactorKind}
    return NextStep(
        handle=problem.sign_in,
        kind=StepKind(problem.code),
        expires_at=problem.expires_at,
        factors=tuple(known[kind] for kind in problem.kinds if kind in known),
        challenge=problem.options,
    )


def _problem_code(answer: Answer) -> str:
    """What a 401 is about; "" for any other answer."""
    problem = shapes.problem(answer.body) if answer.status == 401 else None
    return problem.code if problem is not None else ""


def token_has_ended(answer: Answer) -> bool:
    """Whether the token is taken no more, which a 401 about a signature does not say."""
    return answer.status == 401 and _problem_code(answer) not in _SIGNATURE_REFUSALS


def _signature_refusal(problem: shapes.ProblemDocument) -> SignatureRefused:
    code = _SIGNATURE_REFUSALS[problem.code]
    facts: dict[str, object] = {"problem": problem.code}
    if problem.server_time is not None:
        shapes.aware(problem.server_time)
        apart = abs(problem.server_time.timestamp() - time.time())
        facts["minutes"] = max(1, round(apart / 60))
    return SignatureRefused(code, **facts)


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
        place=problem.place,
        materials=problem.materials,
    )
