"""The signature a device makes at the moment of an act, which comes along when it is delivered.

An act may leave hours after its operator went home; this shows that it was made as it is, on that
device, then. It comes as the header Act-Signature or the member of that name in a batch, a
dictionary as of RFC 9651: `key="…", made="2026-11-24T10:00:00+08:00", sig=:…:`.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import http_sf
from cryptography.exceptions import InvalidSignature
from sqlalchemy import Connection, insert

from hall_platform.clock import stamp
from hall_platform.identity.signatures import WINDOW, public_key, signer
from hall_platform.identity.tables import act_signatures
from hall_platform.problems import Problem

LONGEST = 400
_FIRST_LINE = "hall-counter-act-v1"


@dataclass(frozen=True)
class SignedAct:
    """What is signed: the act's key, name, subject and the fingerprint of its body."""

    key: str
    act: str
    subject: str
    fingerprint: str

    def base(self, made: str) -> bytes:
        """The bytes that are signed; `made` as it was written by the device."""
        lines = (
            _FIRST_LINE,
            f"key: {self.key}",
            f"act: {self.act}",
            f"subject: {self.subject}",
            f"made: {made}",
            f"fingerprint: {self.fingerprint}",
        )
        return "\n".join(lines).encode()


@dataclass(frozen=True)
class Place:
    """Where the act was done."""

    county: str
    hall: str
    window: str


def keep(
    connection: Connection, text: str, signed: SignedAct, place: Place, received_at: datetime
) -> None:
    """Check the signature and keep it beside the act. Problem("act-signature-invalid").

    The key must be of a device at the act's place, and in force when the act was made.
    """
    key, made, signature = _parts(text)
    known = signer(connection, key)
    if known is None or (known.hall, known.window) != (place.hall, place.window):
        raise _invalid()
    moment = _moment(made)
    ended = known.ended_at is not None and known.ended_at <= stamp(moment)
    if ended or moment - received_at > WINDOW:
        raise _invalid()
    verifier = public_key(known.public_key)
    if verifier is None:
        raise _invalid()
    try:
        verifier.verify(signature, signed.base(made))
    except InvalidSignature:
        raise _invalid() from None
    connection.execute(
        insert(act_signatures).values(
            county=place.county,
            key=signed.key,
            device_key=key,
            fingerprint=signed.fingerprint,
            made_at=made,
            signature=base64.b64encode(signature).decode(),
        )
    )


def _parts(text: str) -> tuple[str, str, bytes]:
    try:
        parsed: Any = http_sf.parse(text.encode("ascii"), tltype="dictionary")
        key, made, signature = (parsed[name][0] for name in ("key", "made", "sig"))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise _invalid() from None
    if not (type(key) is str and type(made) is str and type(signature) is bytes):
        raise _invalid()
    return key, made, signature


def _moment(made: str) -> datetime:
    try:
        moment = datetime.fromisoformat(made)
        aware = moment.utcoffset() is not None
        stamp(moment)
    except (ValueError, OverflowError):
        raise _invalid() from None
    if not aware:
        raise _invalid()
    return moment


def _invalid() -> Problem:
    return Problem("act-signature-invalid")
