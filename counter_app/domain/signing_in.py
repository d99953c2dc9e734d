"""The steps of a sign-in behind the password (登录步骤): what is asked, and what is answered.

Nothing in here shows itself: none of these values has a repr, since each carries a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

SHORTEST_PASSWORD = 12  # what the contract's password-too-weak names as `shortest`
LONGEST_PASSWORD = 200
CODE_DIGITS = 6


class StepKind(Enum):
    """What a sign-in waits for, by the contract's problem that says so."""

    SECOND_FACTOR = "second-factor-required"
    NEW_PASSWORD = "password-change-required"  # noqa: S105 - the name of a step
    ENROLMENT = "factor-enrolment-required"


class FactorKind(Enum):
    """A second factor (第二要素): a security key (安全密钥), or codes of a phone (动态口令)."""

    SECURITY_KEY = "security_key"
    TOTP = "totp"


def is_code(text: str) -> bool:
    """Whether that has the form of an authenticator's code."""
    return len(text) == CODE_DIGITS and text.isascii() and text.isdigit()


@dataclass(frozen=True, slots=True, repr=False)
class NextStep:
    """A sign-in whose password was right, and what it waits for until `expires_at`.

    `handle` is the secret by which it goes on. `factors` are the kinds that may be shown or
    enrolled. `challenge` is what a security key has to sign (the options of WebAuthn's `get`).
    """

    handle: str
    kind: StepKind
    expires_at: datetime
    factors: tuple[FactorKind, ...] = ()
    challenge: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Enrolment:
    """What a new factor is made from: a code's secret and its address, or WebAuthn's options."""

    id: str
    kind: FactorKind
    secret: str | None
    uri: str | None
    options: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, repr=False)
class Proof:
    """What is shown: a code of six digits, or what a security key gave."""

    code: str | None = None
    credential: Mapping[str, Any] | None = None
