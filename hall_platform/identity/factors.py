"""The second factor (第二要素): a security key by WebAuthn, or the codes of an authenticator.

A security key signs a challenge of this platform for its own address and wants to be touched, so
that neither a copied code nor a page that looks alike is of use (GB/T 22239-2019 8.1.4.1 asks for
two kinds of factors, one of them by cryptography). Codes (TOTP, RFC 6238) are for demonstrations.
"""

from __future__ import annotations

import base64
import contextlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pyotp
from fido2.cose import UnsupportedKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import Connection, Row, insert, select, update

from hall_platform.clock import stamp
from hall_platform.identity import factor_key
from hall_platform.identity.tables import factors
from hall_platform.settings import Settings

TOTP = "totp"
SECURITY_KEY = "security_key"
KINDS = (SECURITY_KEY, TOTP)
PLATFORM_NAME = "市民之家综合窗口"
DRIFT = 1  # steps of 30 seconds that a clock may be off


class FactorRefused(Exception):
    """What was shown is not what was asked for."""


@dataclass(frozen=True)
class Factor:
    """An operator's enrolled factor; `counter` is the newest step or signature count seen."""

    id: str
    operator: str
    kind: str
    name: str
    credential: str
    counter: int
    enrolled_at: str
    used_at: str | None


@dataclass(frozen=True)
class Proof:
    """What somebody shows: a code, or what the security key gave."""

    code: str | None = None
    credential: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Begun:
    """An enrolment or a challenge: `state` stays here, `shown` goes to the operator."""

    state: str
    shown: dict[str, Any]


@dataclass(frozen=True)
class Made:
    """A factor that was shown to work, not yet kept."""

    kind: str
    credential: str
    counter: int


def of_operator(connection: Connection, operator: str) -> list[Factor]:
    """The factors in force, in the order they were enrolled; held until the end of a write."""
    return [
        _factor(row)
        for row in connection.execute(
            select(factors)
            .where(factors.c.operator == operator)
            .where(factors.c.ended_at.is_(None))
            .order_by(factors.c.enrolled_at, factors.c.id)
            .with_for_update()
        )
    ]


def accepted(demand: str, kind: str) -> bool:
    """Whether a kind meets what a hall demands."""
    return demand != SECURITY_KEY or kind == SECURITY_KEY


# enrolling --------------------------------------------------------------------------------------


def begin_enrolment(
    connection: Connection, settings: Settings, kind: str, operator: str, username: str
) -> Begun:
    """What a new factor is made from. Problems: factor-key-missing, factor-key-wrong."""
    if kind == TOTP:
        secret = pyotp.random_base32()
        uri = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=PLATFORM_NAME)
        kept = factor_key.sealed(settings.factor_key_path, connection, secret, operator)
        return Begun(json.dumps({"secret": kept}), {"secret": secret, "uri": uri})
    known = of_operator(connection, operator)
    options, state = _server(settings).register_begin(
        PublicKeyCredentialUserEntity(
            id=uuid.UUID(operator).bytes, name=username, display_name=username
        ),
        credentials=_credentials(known),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return Begun(json.dumps(state), _plain(options))


def complete_enrolment(
    settings: Settings, kind: str, operator: str, state: str, proof: Proof, *, now: datetime
) -> Made:
    """The factor to keep. Raises FactorRefused. Problems: factor-key-missing, factor-key-wrong."""
    kept = json.loads(state)
    if kind == TOTP:
        secret = factor_key.opened(settings.factor_key_path, kept["secret"], operator)
        return Made(kind, kept["secret"], _step(secret, proof, now))
    try:
        made = _server(settings).register_complete(kept, proof.credential or {})
        credential = made.credential_data
        if credential is None or isinstance(credential.public_key, UnsupportedKey):
            raise FactorRefused
    except FactorRefused:
        raise
    except Exception as failure:  # whatever wrong bytes lead to in the library
        raise FactorRefused from failure
    return Made(kind, base64.b64encode(bytes(credential)).decode(), made.counter)


def keep(connection: Connection, operator: str, name: str, made: Made, at: datetime) -> Factor:
    """A new factor in force."""
    factor = Factor(
        id=str(uuid.uuid4()),
        operator=operator,
        kind=made.kind,
        name=name,
        credential=made.credential,
        counter=made.counter,
        enrolled_at=stamp(at),
        used_at=None,
    )
    connection.execute(insert(factors).values(ended_at=None, **vars(factor)))
    return factor


def end(connection: Connection, identifiers: Sequence[str], at: datetime) -> None:
    """Factors that count no more; their secrets are forgotten."""
    connection.execute(
        update(factors)
        .where(factors.c.id.in_(identifiers))
        .values(ended_at=stamp(at), credential="")
    )


# showing ----------------------------------------------------------------------------------------


def challenge(settings: Settings, known: Sequence[Factor]) -> Begun | None:
    """What security keys have to sign; None when none of the factors is one."""
    keys = _credentials(known)
    if not keys:
        return None
    options, state = _server(settings).authenticate_begin(
        keys, user_verification=UserVerificationRequirement.PREFERRED
    )
    return Begun(json.dumps(state), _plain(options))


def verify(
    settings: Settings, known: Sequence[Factor], state: str | None, proof: Proof, now: datetime
) -> tuple[Factor, int]:
    """Which factor was shown, and its counter from now on. Raises FactorRefused.

    Problems of codes: factor-key-missing, factor-key-wrong.
    A code counts once, and none older than it; a security key whose count does not go up was
    copied.
    """
    if proof.code is not None:
        return _verify_code(settings, known, proof, now)
    return _verify_key(settings, known, state, proof)


def used(
    connection: Connection, settings: Settings, factor: Factor, counter: int, at: datetime
) -> None:
    """Remember up to where a factor was used; a secret that still lies open is sealed.

    Problems: factor-key-missing, factor-key-wrong.
    """
    kept = factor.credential
    if factor.kind == TOTP and not factor_key.is_sealed(kept):
        kept = factor_key.sealed(settings.factor_key_path, connection, kept, factor.operator)
    connection.execute(
        update(factors)
        .where(factors.c.id == factor.id)
        .values(counter=counter, used_at=stamp(at), credential=kept)
    )


def _verify_code(
    settings: Settings, known: Sequence[Factor], proof: Proof, now: datetime
) -> tuple[Factor, int]:
    for factor in known:
        if factor.kind == TOTP:
            secret = factor_key.opened(settings.factor_key_path, factor.credential, factor.operator)
            with contextlib.suppress(FactorRefused):
                step = _step(secret, proof, now)
                if step > factor.counter:
                    return factor, step
    raise FactorRefused


def _verify_key(
    settings: Settings, known: Sequence[Factor], state: str | None, proof: Proof
) -> tuple[Factor, int]:
    if state is None:
        raise FactorRefused
    keys = [factor for factor in known if factor.kind == SECURITY_KEY]
    credentials = _credentials(keys)
    shown = dict(proof.credential or {})
    try:
        found = _server(settings).authenticate_complete(json.loads(state), credentials, shown)
        counter = AuthenticationResponse.from_dict(shown).response.authenticator_data.counter
    except Exception as failure:  # whatever wrong bytes lead to in the library
        raise FactorRefused from failure
    factor = keys[[one.credential_id for one in credentials].index(found.credential_id)]
    if (counter or factor.counter) and counter <= factor.counter:
        raise FactorRefused
    return factor, counter


def _step(secret: str, proof: Proof, now: datetime) -> int:
    """The step whose code was shown."""
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(
            proof.code or "", for_time=now, valid_window=DRIFT
        )
    except OTPVerificationError:
        raise FactorRefused from None


def _credentials(known: Sequence[Factor]) -> list[AttestedCredentialData]:
    return [
        AttestedCredentialData(base64.b64decode(factor.credential))
        for factor in known
        if factor.kind == SECURITY_KEY
    ]


def _server(settings: Settings) -> Fido2Server:
    """The platform as a relying party, known by the host of its address."""
    origin = urlsplit(settings.public_url or "http://localhost")
    host = origin.hostname or "localhost"
    shown = f"{origin.scheme}://{origin.netloc}"

    def is_ours(asked: str) -> bool:
        if settings.public_url:
            return asked == shown
        return urlsplit(asked).hostname == "localhost"

    return Fido2Server(
        PublicKeyCredentialRpEntity(name=PLATFORM_NAME, id=host), verify_origin=is_ours
    )


def _plain(options: Any) -> dict[str, Any]:
    """The options as JSON has them."""
    plain: dict[str, Any] = json.loads(json.dumps(dict(options)))
    return plain


def _factor(row: Row[Any]) -> Factor:
    values = row._asdict()
    values.pop("ended_at")
    return Factor(**values)
