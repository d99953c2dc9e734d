"""Signatures on what goes to another platform: a small interface, and the two that ship.

SM2 (GM/T 0003.2) is what Chinese provinces ask for; it is in `sm2.py` and works where the library
for it is installed. Without it Ed25519 or an HMAC with SM3 is used, which the other side has to
agree to.
"""

from __future__ import annotations

import base64
import binascii
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

SHORTEST_SECRET = 16


class UnusableKey(Exception):
    """The key does not fit the signature; the message is a sentence for the operator."""


class Signer(Protocol):
    """Signs and checks texts; `name` says by what."""

    name: str

    def sign(self, message: bytes) -> str:
        """The signature as text."""
        ...

    def holds(self, message: bytes, signature: str) -> bool:
        """Whether the signature is that of the message."""
        ...


class Ed25519:
    """Ed25519 (RFC 8032). A public key alone checks and cannot sign."""

    name = "ed25519"

    def __init__(self, pem: bytes) -> None:
        key = _loaded(pem)
        if isinstance(key, Ed25519PrivateKey):
            self._private: Ed25519PrivateKey | None = key
            self._public = key.public_key()
        elif isinstance(key, Ed25519PublicKey):
            self._private, self._public = None, key
        else:
            raise UnusableKey("the key is not an Ed25519 key")

    def sign(self, message: bytes) -> str:
        """As promised by Signer. Raises UnusableKey with a public key."""
        if self._private is None:
            raise UnusableKey("a public key cannot sign")
        return base64.b64encode(self._private.sign(message)).decode()

    def holds(self, message: bytes, signature: str) -> bool:
        """As promised by Signer."""
        try:
            self._public.verify(base64.b64decode(signature, validate=True), message)
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True


class HmacSm3:
    """HMAC with SM3 (GB/T 32905): both sides hold the same secret."""

    name = "hmac-sm3"

    def __init__(self, secret: bytes) -> None:
        self._secret = secret.strip()
        if len(self._secret) < SHORTEST_SECRET:
            raise UnusableKey(f"the secret needs at least {SHORTEST_SECRET} bytes")

    def sign(self, message: bytes) -> str:
        """As promised by Signer."""
        return base64.b64encode(self._made(message).finalize()).decode()

    def holds(self, message: bytes, signature: str) -> bool:
        """As promised by Signer."""
        try:
            self._made(message).verify(base64.b64decode(signature, validate=True))
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True

    def _made(self, message: bytes) -> hmac.HMAC:
        made = hmac.HMAC(self._secret, hashes.SM3())
        made.update(message)
        return made


def signer(name: str, key: bytes) -> Signer:
    """The signer of that name over the key. Raises UnusableKey."""
    if name == Ed25519.name:
        return Ed25519(key)
    if name == HmacSm3.name:
        return HmacSm3(key)
    if name == "sm2":
        from hall_platform.links.sm2 import Sm2

        return Sm2(key)
    raise UnusableKey(f"no signature is called {name}; there are ed25519, hmac-sm3 and sm2")


def _loaded(pem: bytes) -> object:
    try:
        if b"PRIVATE KEY" in pem:
            return load_pem_private_key(pem, password=None)
        return load_pem_public_key(pem)
    except (ValueError, TypeError):
        raise UnusableKey("the key file is not a PEM key without a password") from None
