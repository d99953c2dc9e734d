"""The contract's JSON that has no value of its own in the domain, decoded strictly.

Most answers decode straight into the domain's dataclasses; members a later platform adds are
passed over. Anything else that does not fit raises PlatformError("platform.garbled").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from counter_app.domain.case import Receipt
from counter_app.domain.item import ItemSummary
from counter_app.domain.licence import Licence
from counter_app.domain.preapplication import Preapplication
from counter_app.domain.session import Operator, Window
from counter_app.domain.signing_in import FactorKind
from counter_app.errors import PlatformError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Health:
    """GET /v1/health."""

    status: str
    time: datetime


@dataclass(frozen=True, slots=True, repr=False)
class SignedIn:
    """POST /v1/sessions and /v1/sessions/refresh; `window` is None where none was named."""

    session: str
    access_token: str
    refresh_token: str
    operator: Operator
    window: Window | None = None


@dataclass(frozen=True, slots=True, repr=False)
class DeviceSignedIn:
    """POST /v1/device-sessions."""

    session: str
    access_token: str


@dataclass(frozen=True, slots=True)
class ItemPage:
    """GET /v1/items."""

    items: tuple[ItemSummary, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class LicenceAnswer:
    """POST /v1/licence-queries."""

    licences: tuple[Licence, ...]


@dataclass(frozen=True, slots=True)
class PreapplicationAnswer:
    """POST /v1/preapplication-queries."""

    preapplications: tuple[Preapplication, ...]


@dataclass(frozen=True, slots=True)
class BlockAnswer:
    """POST /v1/number-blocks."""

    block: str
    window: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReceiptAnswer:
    """GET /v1/sync/receipts."""

    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True, repr=False)
class EnrolmentAnswer:
    """POST /v1/sessions/enrolments."""

    enrolment: str
    kind: FactorKind
    secret: str | None = None
    uri: str | None = None
    options: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ProblemDocument:
    """RFC 9457, as far as the counter acts on it. The sentence of the platform is not used.

    Where a sign-in has a next step, `sign_in` is the secret by which it goes on.
    """

    code: str
    attempts_remaining: int | None = None
    locked_until: datetime | None = None
    window: str | None = None
    place: str | None = None
    materials: tuple[str, ...] = ()
    reason: str | None = None
    server_time: datetime | None = None
    sign_in: str | None = None
    expires_at: datetime | None = None
    kinds: tuple[str, ...] = ()
    options: dict[str, Any] | None = None


def decoded(body: bytes, kind: type[T]) -> T:
    """The answer as that kind. Raises PlatformError("platform.garbled")."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise PlatformError("platform.garbled", where=kind.__name__) from error


def aware(*moments: datetime) -> None:
    """Every time of the contract has an offset. Raises PlatformError("platform.garbled")."""
    if any(moment.tzinfo is None for moment in moments):
        raise PlatformError("platform.garbled", where="time")


def problem(body: bytes) -> ProblemDocument | None:
    """The problem document in a refusal; None where something else speaks (a proxy, a portal)."""
    try:
        return msgspec.json.decode(body, type=ProblemDocument)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
