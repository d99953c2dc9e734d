"""The envelope around what goes to another platform: time, mark of the sender, signature.

The signature covers time + appMark + appWord, as provinces' interfaces for 好差评 ask it, and the
SM3 digest of the parameters besides, so that nobody can put others under it. A province that
insists on the bare form gets `covers = "head"`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol

from cryptography.hazmat.primitives import hashes

from hall_platform.clock import HALL_ZONE
from hall_platform.links.signing import Signer

FORM = "%Y%m%dT%H%M%S"  # GB/T 39046: YYYYMMDDThhmmss
STALE = timedelta(minutes=5)


class NotGenuine(Exception):
    """What came is not under a signature of that sender, or is too old."""


class Envelope(Protocol):
    """How messages are wrapped for one other platform."""

    def wrap(self, parameters: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        """The message to send."""
        ...

    def opened(self, message: Any, now: datetime | None) -> dict[str, Any]:
        """The parameters of a message; without `now` of any age. Raises NotGenuine."""
        ...


@dataclass(frozen=True)
class SignedEnvelope:
    """The envelope of two sides that know each other's mark, word and key."""

    mark: str
    word: str
    signer: Signer
    covers: Literal["all", "head"] = "all"

    def wrap(self, parameters: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        """As promised by Envelope."""
        time = at.astimezone(HALL_ZONE).strftime(FORM)
        params = text_of(parameters)
        return {
            "time": time,
            "appMark": self.mark,
            "sign": self.signer.sign(self._covered(time, params)),
            "params": params,
        }

    def opened(self, message: Any, now: datetime | None) -> dict[str, Any]:
        """As promised by Envelope."""
        try:
            time, mark = message["time"], message["appMark"]
            params, signature = message["params"], message["sign"]
            genuine = mark == self.mark and self.signer.holds(
                self._covered(time, params), signature
            )
            sent = datetime.strptime(time, FORM).replace(tzinfo=HALL_ZONE)
            parameters = json.loads(params)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise NotGenuine("not an envelope") from None
        if not genuine or not isinstance(parameters, dict):
            raise NotGenuine("not signed by the sender")
        if now is not None and abs(now.astimezone(UTC) - sent) > STALE:
            raise NotGenuine("too old, or the clocks differ")
        return parameters

    def _covered(self, time: str, params: str) -> bytes:
        head = f"{time}{self.mark}{self.word}"
        return (head + (sm3(params.encode()) if self.covers == "all" else "")).encode()


def text_of(parameters: Mapping[str, Any]) -> str:
    """Parameters as they are sent and hashed: sorted keys, no spaces."""
    return json.dumps(parameters, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(parameters: Mapping[str, Any]) -> str:
    """SHA-256 of the parameters as they are sent, in hex."""
    return hashlib.sha256(text_of(parameters).encode()).hexdigest()


def sm3(content: bytes) -> str:
    """SM3 in hex."""
    made = hashes.Hash(hashes.SM3())
    made.update(content)
    return made.finalize().hex()
