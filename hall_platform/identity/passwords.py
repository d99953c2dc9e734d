"""Passwords as argon2id hashes (RFC 9106, second recommended setting)."""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

_hasher = PasswordHasher()
_at_once = threading.BoundedSemaphore(2)  # each check takes 64 MiB

# The hash of a random password nobody knows, at today's cost: a name nobody has takes as long.
NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$6j6AxKFN4CtrO5xxS6E9xw"
    "$1Qw3pXl3/PRbuvX0n7KFxolHNULLMlahLW1+n3VXh8Q"
)


def hashed(password: str) -> str:
    """The hash to keep."""
    with _at_once:
        return _hasher.hash(password)


def one_time() -> str:
    """A fresh one-time password: 96 random bits, easy enough to type."""
    return "-".join(secrets.token_hex(3) for _ in range(4))


def is_current(password_hash: str) -> bool:
    """Whether a hash was made at today's cost."""
    return not _hasher.check_needs_rehash(password_hash)


def fits(password: str, password_hash: str | None) -> bool:
    """Whether the password belongs to the hash. Without a hash it takes as long, and is False."""
    with _at_once:
        try:
            right = _hasher.verify(password_hash or NOBODY, password.encode("utf-8", "replace"))
        except VerifyMismatchError:
            return False
    return right and password_hash is not None
