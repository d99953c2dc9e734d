"""The device's key (Ed25519): signs each request, and each act at the moment it is done.

Requests are signed as HTTP message signatures (RFC 9421) with a digest of their body (RFC 9530);
`docs/api/vectors/signatures.json` has examples of all that is signed here. The library of ciphers
is loaded with the first signature.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from counter_app.clock import CHINA
from counter_app.errors import StoreError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

TAG = "hall-counter"
_COVERED_WHERE_THERE = ("content-digest", "idempotency-key", "if-match")
_NONCE_BYTES = 18
_USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, repr=False)
class DeviceKey:
    """A private key; `id` is the platform's name for it, "" as long as it is not registered."""

    id: str
    private: Ed25519PrivateKey

    @classmethod
    def fresh(cls) -> DeviceKey:
        """A new key."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return cls("", Ed25519PrivateKey.generate())

    @classmethod
    def restored(cls, kept: bytes) -> DeviceKey:
        """The key as `kept` gave it. Raises StoreError("store.wrong_key")."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        try:
            known = json.loads(kept)
            raw = base64.b64decode(known["private"], validate=True)
            return cls(str(known["id"]), Ed25519PrivateKey.from_private_bytes(raw))
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError("store.wrong_key") from error

    def kept(self) -> bytes:
        """The key as the vault keeps it."""
        raw = self.private.private_bytes_raw()
        return json.dumps({"id": self.id, "private": _b64(raw)}).encode("ascii")

    def named(self, identifier: str) -> DeviceKey:
        """The key once it is registered under that name."""
        return DeviceKey(identifier, self.private)

    @property
    def public(self) -> str:
        """The public key: 32 bytes in base64."""
        return _b64(self.private.public_key().public_bytes_raw())

    def proof(self, device: str) -> str:
        """What shows at its registration that this device holds it."""
        said = "\n".join(("hall-counter-device-key-v1", device, self.public))
        return _b64(self.private.sign(said.encode("utf-8")))

    def request_headers(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        created: int,
        nonce: str,
    ) -> dict[str, str]:
        """The headers that sign a request with these (names in any case) and this body."""
        digest = {"Content-Digest": content_digest(body)} if body else {}
        there = {name.lower(): value for name, value in {**headers, **digest}.items()}
        names = [name for name in _COVERED_WHERE_THERE if name in there]
        covered = " ".join(f'"{name}"' for name in ("@method", "@target-uri", *names))
        parameters = (
            f'({covered});created={created};keyid="{self.id}";alg="ed25519"'
            f';nonce="{nonce}";tag="{TAG}"'
        )
        lines = [f'"@method": {method}', f'"@target-uri": {_target(url)}']
        lines += [f'"{name}": {there[name]}' for name in names]
        lines.append(f'"@signature-params": {parameters}')
        signature = _b64(self.private.sign("\n".join(lines).encode("utf-8")))
        return {
            **digest,
            "Signature-Input": f"sig={parameters}",
            "Signature": f"sig=:{signature}:",
        }

    def act_header(self, key: str, act: str, subject: str, fingerprint: str, made: str) -> str:
        """The value of Act-Signature for an act that was done at `made`."""
        lines = (
            "hall-counter-act-v1",
            f"key: {key}",
            f"act: {act}",
            f"subject: {subject}",
            f"made: {made}",
            f"fingerprint: {fingerprint}",
        )
        signature = _b64(self.private.sign("\n".join(lines).encode("utf-8")))
        return f'key="{self.id}", made="{made}", sig=:{signature}:'


class Signer:
    """Signs with the key that the vault has (`ports.ActSigner`), and with none where it has none.

    `load` gives what the vault keeps and may raise StoreError. It is asked at the first signature,
    and again only when the platform refused one.
    """

    def __init__(
        self, load: Callable[[], bytes | None], now: Callable[[], float] = time.time
    ) -> None:
        self._load = load
        self._now = now
        self._guard = threading.Lock()
        self._key: DeviceKey | None = None
        self._is_loaded = False

    def headers(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> dict[str, str]:
        """What signs this request now; nothing without a key."""
        key = self._known()
        if key is None:
            return {}
        nonce = secrets.token_urlsafe(_NONCE_BYTES)
        return key.request_headers(
            method, url, headers, body, created=int(self._now()), nonce=nonce
        )

    def sign_act(self, key: str, act: str, subject: str, fingerprint: str, made: datetime) -> str:
        """As promised by ActSigner."""
        known = self._known()
        if known is None:
            return ""
        return known.act_header(key, act, subject, fingerprint, made.isoformat())

    def moment(self) -> datetime:
        """Now, by the clock that signatures are dated with."""
        return datetime.fromtimestamp(self._now(), CHINA)

    def look_again(self) -> bool:
        """Ask the vault anew; True when it has another key than the one used so far."""
        with self._guard:
            before = self._key.id if self._key is not None else None
            self._read()
            return self._key is not None and self._key.id != before

    def _known(self) -> DeviceKey | None:
        with self._guard:
            if not self._is_loaded:
                self._read()
            return self._key

    def _read(self) -> None:
        kept = self._load()
        self._key = DeviceKey.restored(kept) if kept is not None else None
        self._is_loaded = True


def content_digest(body: bytes) -> str:
    """Content-Digest of a body (RFC 9530)."""
    return f"sha-256=:{_b64(hashlib.sha256(body).digest())}:"


def _target(url: str) -> str:
    """The address as the platform sees it, which is told no port that goes without saying."""
    parts = urlsplit(url)
    if parts.port is None or _USUAL_PORTS.get(parts.scheme) != parts.port:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition(":")[0]))


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
