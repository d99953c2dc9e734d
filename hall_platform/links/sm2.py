"""SM2 signatures with SM3 (GM/T 0003.2, default identifier), where tongsuopy is installed.

tongsuopy (Apache-2.0, wheels for Linux x86-64) is not among what the program requires. Software
keys are for interoperation: a deployment that has to pass 密评 (GB/T 39786) signs in a certified
device, by a signer of its own. tongsuopy has no SM2 encryption, so parameters go under TLS.
"""

from __future__ import annotations

import base64
import binascii
from importlib import import_module
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from hall_platform.links.signing import UnusableKey

_CURVE = bytes.fromhex("06082a811ccf5501822d")


class Sm2:
    """A signer over an SM2 key in PEM. Raises UnusableKey where the library is not there."""

    name = "sm2"

    def __init__(self, pem: bytes) -> None:
        try:
            serialization = import_module("tongsuopy.crypto.serialization")
            hashes = import_module("tongsuopy.crypto.hashes")
            elliptic = import_module("tongsuopy.crypto.asymciphers.ec")
            exceptions = import_module("tongsuopy.crypto.exceptions")
        except ImportError:
            what = "SM2 needs the package tongsuopy; install it or choose ed25519"
            raise UnusableKey(what) from None
        self._invalid: type[Exception] = exceptions.InvalidSignature
        self._algorithm: Any = elliptic.ECDSA(hashes.SM3())
        if not _is_sm2(pem):
            # The library's own refusal would spoil its next call: it leaves errors on its stack.
            raise UnusableKey("the key is not an SM2 key in PEM without a password")
        self._private: Any = None
        try:
            if b"PRIVATE KEY" in pem:
                self._private = serialization.load_pem_private_key(pem, password=None)
                self._public: Any = self._private.public_key()
            else:
                self._public = serialization.load_pem_public_key(pem)
        except (ValueError, TypeError, exceptions.UnsupportedAlgorithm):
            raise UnusableKey("the key file is not a PEM key without a password") from None

    def sign(self, message: bytes) -> str:
        """As promised by Signer. Raises UnusableKey with a public key."""
        if self._private is None:
            raise UnusableKey("a public key cannot sign")
        return base64.b64encode(self._private.sign(message, self._algorithm)).decode()

    def holds(self, message: bytes, signature: str) -> bool:
        """As promised by Signer."""
        try:
            given = base64.b64decode(signature, validate=True)
            decode_dss_signature(given)  # what is no signature would spoil the library's next call
            self._public.verify(given, message, self._algorithm)
        except (self._invalid, binascii.Error, ValueError):
            return False
        return True


def _is_sm2(pem: bytes) -> bool:
    """Whether the key's curve is that of GM/T 0006, 1.2.156.10197.1.301."""
    lines = [line for line in pem.splitlines() if line and not line.startswith(b"-----")]
    try:
        return _CURVE in base64.b64decode(b"".join(lines), validate=True)
    except (binascii.Error, ValueError):
        return False
