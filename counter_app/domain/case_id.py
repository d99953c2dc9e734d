"""Identifiers that carry their time: UUID version 7 (RFC 9562, section 5.7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

RANDOM_BYTES = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def uuid7(at: datetime, randomness: bytes) -> str:
    """A UUIDv7 as text: 48 bits of milliseconds since 1970, version and variant, 74 random bits.

    `at` must be aware and not before 1970, `randomness` `RANDOM_BYTES` bytes of which 74 bits are
    used; otherwise ValueError.
    """
    if at.tzinfo is None or len(randomness) != RANDOM_BYTES:
        raise ValueError("an aware time and ten random bytes are needed")
    milliseconds = (at - _EPOCH) // timedelta(milliseconds=1)
    if not 0 <= milliseconds < 1 << 48:
        raise ValueError("the time does not fit 48 bits of milliseconds")
    chance = int.from_bytes(randomness, "big")
    rand_a = chance >> 68
    rand_b = chance & ((1 << 62) - 1)
    value = milliseconds << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b
    return str(UUID(int=value))
