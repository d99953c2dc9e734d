"""Passwords as argon2id hashes (RFC 9106, second recommended setting)."""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

_hasher = PasswordHasher()
_at_once = threading.BoundedSemaphore(2)  # each check takes 64 MiB
_nobody = _hasher.hash(secrets.token_urlsafe())


def hashed(password: str) -> str:
    """The hash to keep."""
    return _hasher.hash(password)


def fits(password: str, password_hash: str | None) -> bool:
    """Whether the password belongs to the hash. Without a hash it takes as long, and is False."""
    with _at_once:
        try:
            right = _hasher.verify(password_hash or _nobody, password.encode("utf-8", "replace"))
        except VerifyMismatchError:
            return False
    return right and password_hash is not None
