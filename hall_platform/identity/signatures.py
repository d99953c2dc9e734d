"""Requests signed by a device's Ed25519 key: HTTP message signatures (RFC 9421, RFC 9530).

A signature bears the tag `hall-counter`, covers method, target and, where they are there, content
digest, idempotency key and If-Match, says when it was made and has a nonce. It is taken once, and
within five minutes of the platform's clock.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import Depends, Request
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    VerifyResult,
    algorithms,
)
from sqlalchemy import Connection, bindparam, insert, select

from hall_platform.clock import stamp
from hall_platform.context import Context
from hall_platform.identity import audit, rules
from hall_platform.identity.tables import device_keys, devices, halls, request_nonces
from hall_platform.problems import Problem

TAG = "hall-counter"
WINDOW = timedelta(minutes=5)
PROBLEMS = ("signature-required", "signature-invalid", "signature-replayed", "clock-off")

_ALWAYS_COVERED = ("@method", "@target-uri")
_COVERED_WHERE_THERE = ("idempotency-key", "if-match")
_NONCE = re.compile(r"[A-Za-z0-9_+/=-]{16,128}", re.ASCII)


@dataclass(frozen=True)
class Message:
    """A request as it was sent, in the members that the verifier asks for."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_signed(self) -> bool:
        """Whether it says that it is."""
        return "signature" in self.headers or "signature-input" in self.headers


async def message_of(request: Request) -> Message:
    """The request; its body is read only where a signature may cover it."""
    context: Context = request.app.state.context
    headers = _joined(request)
    signed = "signature" in headers or "signature-input" in headers
    return Message(
        method=request.method,
        url=_target(request, context.settings.public_url),
        headers=headers,
        body=await request.body() if signed else b"",
    )


InMessage = Annotated[Message, Depends(message_of)]


def _joined(request: Request) -> dict[str, str]:
    """Header lines of one name as one, in their order (RFC 9421 2.1)."""
    joined: dict[str, str] = {}
    for name, value in request.headers.items():
        trimmed = value.strip(" \t")
        joined[name] = f"{joined[name]}, {trimmed}" if name in joined else trimmed
    return joined


def _target(request: Request, public_url: str) -> str:
    """The address as its sender knows it, not decoded."""
    path = request.scope.get("raw_path") or request.scope["path"].encode()
    query = request.scope["query_string"]
    base = public_url or f"{request.scope['scheme']}://{request.headers.get('host', '')}"
    asked = path + (b"?" + query if query else b"")
    return base + str(asked, "latin-1")


@dataclass(frozen=True)
class Signer:
    """A device's key, and where the device stands."""

    key: str
    device: str
    hall: str
    window: str
    county: str
    public_key: str
    ended_at: str | None


def signer(connection: Connection, key: str) -> Signer | None:
    """The device behind a key's id, if there is one; also behind a key that was ended."""
    row = connection.execute(_SIGNER, {"key": key}).one_or_none()
    return _signer(row) if row is not None else None


def active_keys(connection: Connection, device: str) -> list[Signer]:
    """The keys a device signs with now."""
    return [_signer(row) for row in connection.execute(_ACTIVE, {"of_device": device})]


_SIGNERS = (
    select(
        device_keys.c.id,
        device_keys.c.public_key,
        device_keys.c.ended_at,
        devices.c.code,
        devices.c.hall,
        devices.c.window,
        halls.c.county,
    )
    .join(devices, devices.c.code == device_keys.c.device)
    .join(halls, halls.c.code == devices.c.hall)
)
_SIGNER = _SIGNERS.where(device_keys.c.id == bindparam("key"))
_ACTIVE = _SIGNERS.where(device_keys.c.device == bindparam("of_device")).where(
    device_keys.c.ended_at.is_(None)
)


def _signer(row: Any) -> Signer:
    return Signer(
        key=row.id,
        device=row.code,
        hall=row.hall,
        window=row.window or "",
        county=row.county,
        public_key=row.public_key,
        ended_at=row.ended_at,
    )


def public_key(text: str) -> Ed25519PublicKey | None:
    """The key of its 32 bytes in base64; None for anything else."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return None


def check_device(
    context: Context,
    device: str,
    message: Message,
    *,
    demanded: bool = False,
    brings_key: bool = False,
) -> None:
    """A device's request is signed where that is demanded, and any signature is good.

    It is demanded of who has registered a key, or as the platform's rule says; a device without a
    key is let through on its way to registering the first one (`brings_key`). Problems:
    signature-required, signature-invalid, signature-replayed, clock-off.
    """
    with context.store.read() as connection:
        keys = active_keys(connection, device)
        rule = rules.value_of(connection, rules.SIGNATURES, rules.EVERYWHERE)
    if not message.is_signed:
        by_rule = rule == "always" and not (brings_key and not keys)
        if by_rule or (keys and (demanded or rule == "registered")):
            raise Problem("signature-required")
        return
    _take(context, {one.key: one for one in keys}, message)


def check_window(context: Context, hall: str, window: str, message: Message) -> None:
    """Where an operator's request is signed, it is by a device of their window."""
    if not message.is_signed:
        return
    with context.store.read() as connection:
        here = connection.execute(
            select(devices.c.code)
            .where(devices.c.hall == hall)
            .where(devices.c.window == window)
            .where(devices.c.active.is_(True))
        ).scalars()
        keys = [one for device in here for one in active_keys(connection, device)]
    _take(context, {one.key: one for one in keys}, message)


def _take(context: Context, keys: Mapping[str, Signer], message: Message) -> None:
    now = context.clock.now()
    try:
        verified = verified_signature(keys, message)
        made_at = datetime.fromtimestamp(int(verified.parameters["created"]), UTC)
    except (InvalidSignature, ValueError, OverflowError, OSError):
        _refused(context, keys, now)
        raise Problem("signature-invalid") from None
    if abs(now - made_at) > WINDOW or _expired(verified, now):
        raise Problem("clock-off", server_time=stamp(now))
    key, nonce = str(verified.parameters["keyid"]), str(verified.nonce)
    if not context.store.write(lambda connection: _first_time(connection, key, nonce, now)):
        _refused(context, keys, now)
        raise Problem("signature-replayed")


def verified_signature(keys: Mapping[str, Signer], message: Message) -> VerifyResult:
    """The one signature of the message that bears our tag. Raises InvalidSignature.

    How old it is and whether it was seen before is not looked at.
    """
    headers = {name.lower() for name in message.headers}
    try:
        found = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=_Keys(keys)).verify(
            message,
            max_age=None,
            expect_tag=TAG,
            require_components=(
                *_ALWAYS_COVERED,
                *(name for name in _COVERED_WHERE_THERE if name in headers),
            ),
            body=message.body,
        )
    except InvalidSignature:
        raise
    except Exception as failure:  # the library lets out what a wrong header leads to
        raise InvalidSignature("malformed") from failure
    if len(found) != 1 or not _NONCE.fullmatch(found[0].nonce or ""):
        raise InvalidSignature("one signature with a nonce is needed")
    return found[0]


class _Keys(HTTPSignatureKeyResolver):
    """The keys of the device that the request comes from."""

    def __init__(self, keys: Mapping[str, Signer]) -> None:
        self._keys = keys

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey | None:
        """The key of that id, if it is the device's."""
        known = self._keys.get(key_id)
        return public_key(known.public_key) if known else None


class _Verifier(HTTPMessageVerifier):
    """The library's check without its clock: the platform has one of its own."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Only that it says when it was made."""
        del max_age
        if type(sig_input.params.get("created")) is not int:
            raise InvalidSignature("created is needed")


def _expired(verified: VerifyResult, now: datetime) -> bool:
    expires = verified.parameters.get("expires")
    return expires is not None and int(expires) < now.timestamp()


def _first_time(connection: Connection, key: str, nonce: str, now: datetime) -> bool:
    """Keep the nonce; False when it is there already."""
    known = connection.execute(
        select(request_nonces.c.nonce)
        .where(request_nonces.c.device_key == key)
        .where(request_nonces.c.nonce == nonce)
    ).one_or_none()
    if known is not None:
        return False
    until = stamp(now + 2 * WINDOW)  # a signature may be made with a clock that is ahead
    connection.execute(insert(request_nonces).values(device_key=key, nonce=nonce, expires_at=until))
    return True


def _refused(context: Context, keys: Mapping[str, Signer], now: datetime) -> None:
    """Leave a line about a signature of a known device that is not good."""
    if not keys:
        return
    known = next(iter(keys.values()))
    line = audit.Line(
        "signature-refused",
        now,
        actor=known.device,
        county=known.county,
        hall=known.hall,
        result="refused",
    )
    context.store.write(lambda connection: audit.record(connection, line))
