"""Codes that people carry: ten symbols without those that look alike, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets

SYMBOLS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 10  # 50 bits; guesses are counted besides


def new_code() -> str:
    """A fresh code."""
    return "".join(secrets.choice(SYMBOLS) for _ in range(LENGTH))


def code_hash(code: str) -> str:
    """What is kept of it."""
    return hashlib.sha256(code.encode()).hexdigest()


def ending(length: int) -> str:
    """The chance part of a pre-application's code."""
    return "".join(secrets.choice(SYMBOLS) for _ in range(length))
