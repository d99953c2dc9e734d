"""A security key in software that speaks CTAP 2 (and its PIN protocol 1) as bytes over one channel.

It stands where python-fido2 meets a USB key: the counter's own client talks to it. Nothing is
simplified that the counter or the platform checks: keys, counters, presence, PIN, exclusion.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
import threading
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from fido2 import cbor
from fido2.ctap import STATUS, CtapDevice, CtapError

from counter_app.errors import SecurityKeyError

CBOR_CAPABLE = 0x04
UP, UV, AT = 0x01, 0x04, 0x40
ERR = CtapError.ERR


@dataclass
class _Credential:
    id: bytes
    rp: str
    key: ec.EllipticCurvePrivateKey
    count: int = 0


class _Refused(Exception):
    def __init__(self, code: int) -> None:
        self.code = code


@dataclass
class SoftwareSecurityKey(CtapDevice):
    """One key; `pin` is None for one that could have a PIN and has none.

    `touched` is the finger on it, `asked` says that it waits for one; `pulled` breaks the line.
    """

    pin: str | None = None
    tries: int = 8
    touched: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)
    pulled: bool = False
    gives_up: bool = False
    credentials: list[_Credential] = field(default_factory=list)
    opened: int = 0

    def __post_init__(self) -> None:
        self._agreement = ec.generate_private_key(ec.SECP256R1())
        self._token = os.urandom(32)

    @property
    def capabilities(self) -> int:
        return CBOR_CAPABLE

    def close(self) -> None:
        self.opened -= 1

    @classmethod
    def list_devices(cls):
        return iter(())

    def call(self, cmd, data=b"", event=None, on_keepalive=None):
        if self.pulled:
            raise OSError("no such device")
        command, request = data[0], (cbor.decode(data[1:]) if len(data) > 1 else {})
        answers = {1: self._make, 2: self._sign, 4: self._info, 6: self._pin}
        try:
            answer = answers[command](request, event or threading.Event(), on_keepalive)
        except _Refused as refused:
            return bytes([refused.code])
        return b"\0" + cbor.encode(answer)

    # what it can do

    def _info(self, request: Any, *_: Any) -> dict[int, Any]:
        options = {"rk": False, "up": True, "clientPin": self.pin is not None}
        return {1: ["FIDO_2_0"], 3: bytes(16), 4: options, 6: [1]}

    def _make(self, request: dict[int, Any], event: Any, keepalive: Any) -> dict[int, Any]:
        rp = request[2]["id"]
        verified = self._verified(request, request[1], 8)
        if self.pin is not None and not verified:
            raise _Refused(ERR.PUAT_REQUIRED)
        excluded = {bytes(one["id"]) for one in request.get(5) or []}
        self._wait_for_finger(event, keepalive)
        if any(one.id in excluded and one.rp == rp for one in self.credentials):
            raise _Refused(ERR.CREDENTIAL_EXCLUDED)
        made = _Credential(os.urandom(32), rp, ec.generate_private_key(ec.SECP256R1()))
        self.credentials.append(made)
        point = made.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        attested = bytes(16) + struct.pack(">H", len(made.id)) + made.id + cbor.encode(public)
        flags = UP | AT | (UV if verified else 0)
        return {1: "none", 2: _data(rp, flags, made.count) + attested, 3: {}}

    def _sign(self, request: dict[int, Any], event: Any, keepalive: Any) -> dict[int, Any]:
        rp, digest = request[1], request[2]
        verified = self._verified(request, digest, 6)
        allowed = [bytes(one["id"]) for one in request.get(3) or []]
        mine = [one for one in self.credentials if one.id in allowed and one.rp == rp]
        silent = (request.get(5) or {}).get("up") is False
        if not silent:
            self._wait_for_finger(event, keepalive)
        if not mine:
            raise _Refused(ERR.NO_CREDENTIALS)
        one = mine[0]
        flags = (0 if silent else UP) | (UV if verified else 0)
        if not silent:
            one.count += 1
        data = _data(rp, flags, one.count)
        signature = one.key.sign(data + digest, ec.ECDSA(hashes.SHA256()))
        return {1: {"id": one.id, "type": "public-key"}, 2: data, 3: signature}

    def _pin(self, request: dict[int, Any], *_: Any) -> dict[int, Any]:
        wanted = request[2]
        if wanted == 1:
            return {3: self.tries}
        if wanted == 2:
            point = self._agreement.public_key().public_numbers()
            x, y = point.x.to_bytes(32), point.y.to_bytes(32)
            return {1: {1: 2, 3: -25, -1: 1, -2: x, -3: y}}
        if self.tries == 0:
            raise _Refused(ERR.PIN_BLOCKED)
        other = request[3]
        numbers = ec.EllipticCurvePublicNumbers(
            int.from_bytes(other[-2]), int.from_bytes(other[-3]), ec.SECP256R1()
        )
        agreed = self._agreement.exchange(ec.ECDH(), numbers.public_key())
        cipher = Cipher(algorithms.AES(hashlib.sha256(agreed).digest()), modes.CBC(bytes(16)))
        decryptor = cipher.decryptor()
        shown = decryptor.update(request[6]) + decryptor.finalize()
        if shown != hashlib.sha256((self.pin or "").encode()).digest()[:16]:
            self.tries -= 1
            if self.tries == 0:
                raise _Refused(ERR.PIN_BLOCKED)
            raise _Refused(ERR.PIN_AUTH_BLOCKED if self.tries % 3 == 2 else ERR.PIN_INVALID)
        self.tries = 8
        encryptor = cipher.encryptor()
        return {2: encryptor.update(self._token) + encryptor.finalize()}

    def _verified(self, request: dict[int, Any], digest: bytes, at: int) -> bool:
        shown = request.get(at)
        if shown is None:
            return False
        expected = hmac.new(self._token, digest, hashlib.sha256).digest()[:16]
        if not hmac.compare_digest(expected, shown):
            raise _Refused(ERR.PIN_AUTH_INVALID)
        return True

    def _wait_for_finger(self, event: threading.Event, keepalive: Any) -> None:
        if keepalive:
            keepalive(STATUS.UPNEEDED)
        self.asked.set()
        if self.gives_up:
            raise _Refused(ERR.USER_ACTION_TIMEOUT)
        while not self.touched.wait(0.01):
            if self.pulled:
                raise OSError("no such device")
            if event.is_set():
                raise _Refused(ERR.KEEPALIVE_CANCEL)


@dataclass
class Sockets:
    """Where keys are plugged in; `barred` when the system lets nobody at them."""

    plugged: list[SoftwareSecurityKey] = field(default_factory=list)
    barred: bool = False

    def find(self) -> list[SoftwareSecurityKey]:
        if self.barred:
            raise SecurityKeyError("security_key.not_permitted")
        for one in self.plugged:
            one.opened += 1
        return list(self.plugged)


def _data(rp: str, flags: int, count: int) -> bytes:
    return hashlib.sha256(rp.encode()).digest() + bytes([flags]) + struct.pack(">I", count)
