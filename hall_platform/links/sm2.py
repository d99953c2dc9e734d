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

from hall_platform.links.signing import UnusableKey


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
        self._private: Any = None
        try:
            if b"PRIVATE KEY" in pem:
                self._private = serialization.load_pem_private_key(pem, password=None)
                self._public: Any = self._private.public_key()
            else:
                self._public = serialization.load_pem_public_key(pem)
            curve = self._public.curve.name
        except (ValueError, TypeError, AttributeError):
            raise UnusableKey("the key file is not a PEM key without a password") from None
        if curve.lower() != "sm2":
            raise UnusableKey("the key is not an SM2 key")

    def sign(self, message: bytes) -> str:
        """As promised by Signer. Raises UnusableKey with a public key."""
        if self._private is None:
            raise UnusableKey("a public key cannot sign")
        return base64.b64encode(self._private.sign(message, self._algorithm)).decode()

    def holds(self, message: bytes, signature: str) -> bool:
        """As promised by Signer."""
        try:
            self._public.verify(
                base64.b64decode(signature, validate=True), message, self._algorithm
            )
        except (self._invalid, binascii.Error, ValueError):
            return False
        return True
