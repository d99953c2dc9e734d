"""A security key in software: makes real attestations and assertions (WebAuthn level 2).

It shares nothing with the platform: CBOR, authenticator data and signatures are made here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

USER_PRESENT, ATTESTED = 0x01, 0x40


def websafe(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def cbor(value: Any) -> bytes:
    """What an authenticator needs of RFC 8949: integers, byte and text strings, maps."""
    if isinstance(value, dict):
        parts = b"".join(cbor(name) + cbor(one) for name, one in value.items())
        return _head(5, len(value)) + parts
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    return _head(0, value) if value >= 0 else _head(1, -1 - value)


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    if number < 256:
        return bytes([major << 5 | 24, number])
    return bytes([major << 5 | 25]) + struct.pack(">H", number)


@dataclass
class SoftwareAuthenticator:
    """One key pair for one platform; `origin` is the page or program that asks."""

    origin: str = "http://localhost"
    flags: int = USER_PRESENT
    counter: int = 0
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential: bytes = field(default_factory=lambda: os.urandom(32))
    rp_id: str = ""

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to `navigator.credentials.create`."""
        wanted = options["publicKey"]
        assert {"type": "public-key", "alg": -7} in wanted["pubKeyCredParams"]
        self.rp_id = wanted["rp"]["id"]
        client = self._client_data("webauthn.create", wanted["challenge"])
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        attested = bytes(16) + struct.pack(">H", len(self.credential)) + self.credential
        data = self._data(self.flags | ATTESTED) + attested + cbor(public)
        attestation = cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self._credential(
            {"clientDataJSON": websafe(client), "attestationObject": websafe(attestation)}
        )

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to `navigator.credentials.get`."""
        wanted = options["publicKey"]
        assert websafe(self.credential) in [one["id"] for one in wanted["allowCredentials"]]
        self.counter += 1
        client = self._client_data("webauthn.get", wanted["challenge"])
        data = self._data(self.flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(
            {
                "clientDataJSON": websafe(client),
                "authenticatorData": websafe(data),
                "signature": websafe(signature),
            }
        )

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int) -> bytes:
        rp = hashlib.sha256(self.rp_id.encode()).digest()
        return rp + bytes([flags]) + struct.pack(">I", self.counter)

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        identifier = websafe(self.credential)
        return {
            "id": identifier,
            "rawId": identifier,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }
