"""A device that signs its requests and acts, written from RFC 9421 and 9530 without a library."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

TAG = "hall-counter"
COVERED_WHERE_THERE = ("content-digest", "idempotency-key", "if-match")


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def content_digest(body: bytes) -> str:
    return f"sha-256=:{b64(hashlib.sha256(body).digest())}:"


def request_base(method: str, url: str, headers: Mapping[str, str], parameters: str) -> str:
    """The signature base of RFC 9421 2.5."""
    lines = [f'"@method": {method}', f'"@target-uri": {url}']
    lines += [f'"{name}": {headers[name]}' for name in COVERED_WHERE_THERE if name in headers]
    return "\n".join([*lines, f'"@signature-params": {parameters}'])


def parameters_of(
    headers: Mapping[str, str], *, created: int, keyid: str, nonce: str, tag: str = TAG
) -> str:
    names = ["@method", "@target-uri", *(one for one in COVERED_WHERE_THERE if one in headers)]
    covered = " ".join(f'"{name}"' for name in names)
    return (
        f'({covered});created={created};keyid="{keyid}";alg="ed25519";nonce="{nonce}";tag="{tag}"'
    )


def act_base(key: str, act: str, subject: str, made: str, body: Any) -> bytes:
    """What a device signs at an act."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    lines = (
        "hall-counter-act-v1",
        f"key: {key}",
        f"act: {act}",
        f"subject: {subject}",
        f"made: {made}",
        f"fingerprint: {fingerprint}",
    )
    return "\n".join(lines).encode()


@dataclass
class SigningDevice:
    """A device of the seed with a key of its own."""

    url: str
    device: str
    secret: str
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    keyid: str = ""
    token: str = ""

    @property
    def public(self) -> str:
        return b64(self.key.public_key().public_bytes_raw())

    def sign_in(self, now: datetime | None = None) -> requests.Response:
        """Sign in by the secret, signed once there is a registered key."""
        body = {"device": self.device, "secret": self.secret}
        self.token = ""
        answer = self.send("POST", "/v1/device-sessions", body, now=now)
        if answer.status_code == 201:
            self.token = answer.json()["access_token"]
        return answer

    def register(self, now: datetime | None = None, **changes: str) -> requests.Response:
        """Register the key; signed with the one before it, if there is one."""
        fresh = Ed25519PrivateKey.generate() if self.keyid else self.key
        public = b64(fresh.public_key().public_bytes_raw())
        said = "\n".join(("hall-counter-device-key-v1", self.device, public))
        body = {
            "secret": self.secret,
            "public_key": public,
            "proof": b64(fresh.sign(said.encode())),
            **changes,
        }
        answer = self.send("POST", "/v1/device-keys", body, now=now)
        if answer.status_code == 201:
            self.key, self.keyid = fresh, answer.json()["id"]
        return answer

    def signature(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        now: datetime,
        **changes: Any,
    ) -> dict[str, str]:
        """The two headers of a signature."""
        said = {
            "created": int(now.timestamp()),
            "keyid": self.keyid,
            "nonce": secrets.token_urlsafe(18),
            **changes,
        }
        parameters = parameters_of(headers, **said)
        base = request_base(method, self.url + path, headers, parameters)
        return {
            "Signature-Input": f"sig={parameters}",
            "Signature": f"sig=:{b64(self.key.sign(base.encode()))}:",
        }

    def prepared(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        now: datetime | None = None,
        others: Mapping[str, str] | None = None,
        **changes: Any,
    ) -> requests.PreparedRequest:
        """A request, signed where `now` is given and there is a key."""
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {name.lower(): value for name, value in (others or {}).items()}
        if content:
            headers |= {"content-type": "application/json"}
        if now is not None and self.keyid:
            if content:
                headers["content-digest"] = content_digest(content)
            headers |= self.signature(method, path, headers, now, **changes)
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        request = requests.Request(method, self.url + path, data=content, headers=headers)
        return request.prepare()

    def send(self, method: str, path: str, body: Any = None, **how: Any) -> requests.Response:
        """One request."""
        return deliver(self.prepared(method, path, body, **how))

    def signed_act(self, key: str, act: str, body: Any, made: str, subject: str = "") -> str:
        """The value of Act-Signature."""
        signature = self.key.sign(act_base(key, act, subject, made, body))
        return f'key="{self.keyid}", made="{made}", sig=:{b64(signature)}:'


def deliver(request: requests.PreparedRequest) -> requests.Response:
    """Send a prepared request as it is."""
    with requests.Session() as http:
        http.trust_env = False
        return http.send(request, timeout=20)
