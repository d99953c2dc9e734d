"""Devices' keys: registered with the secret once, then what the device signs with."""

from __future__ import annotations

import base64
import uuid
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from sqlalchemy import Connection, insert, update

from hall_platform.access import Caller
from hall_platform.clock import stamp
from hall_platform.context import Context
from hall_platform.identity import audit, queries
from hall_platform.identity.shapes import DeviceKeyWish
from hall_platform.identity.signatures import public_key
from hall_platform.identity.tables import device_keys
from hall_platform.problems import Problem

_FIRST_LINE = "hall-counter-device-key-v1"


def proof_base(device: str, key: str) -> bytes:
    """What a device signs to show that it holds the key."""
    return "\n".join((_FIRST_LINE, device, key)).encode()


def check_secret(context: Context, device: str, secret: str) -> None:
    """Problem("device-refused") unless it is the secret of a device that is on."""
    with context.store.read() as connection:
        fits = queries.device_secret_fits(connection, device, secret)
    if not fits:
        line = audit.Line("sign-in", context.clock.now(), subject=device[:64], result="refused")
        context.store.write(lambda connection: audit.record(connection, line))
        raise Problem("device-refused")


def check_proof(device: str, wish: DeviceKeyWish) -> None:
    """Problem("device-key-invalid") unless the key signed its own registration."""
    key = public_key(wish.public_key)
    if key is None:
        raise Problem("device-key-invalid")
    try:
        key.verify(base64.b64decode(wish.proof), proof_base(device, wish.public_key))
    except (InvalidSignature, ValueError):
        raise Problem("device-key-invalid") from None


def register(
    connection: Connection, caller: Caller, wish: DeviceKeyWish, now: datetime
) -> dict[str, str]:
    """The device's key from now on; one it had before is ended."""
    end_all(connection, caller.device, now)
    number = str(uuid.uuid4())
    connection.execute(
        insert(device_keys).values(
            id=number,
            device=caller.device,
            public_key=wish.public_key,
            registered_at=stamp(now),
        )
    )
    audit.record(connection, audit.by(caller, "device-key", now, caller.device, key=number))
    return {"id": number, "device": caller.device, "registered_at": stamp(now)}


def end_all(connection: Connection, device: str, now: datetime) -> int:
    """End the keys of a device; how many there were."""
    return connection.execute(
        update(device_keys)
        .where(device_keys.c.device == device)
        .where(device_keys.c.ended_at.is_(None))
        .values(ended_at=stamp(now))
    ).rowcount
