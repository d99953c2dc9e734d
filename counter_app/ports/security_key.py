"""What the counter asks of a security key (安全密钥)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

Told = Callable[[str], None]


class SecurityKey(Protocol):
    """A FIDO2 key on this machine. Each call waits for a person and may be stopped.

    `told` hears, in the calling thread, codes of SecurityKeyError as states that a person has to
    end: `security_key.none` (plug one in), `security_key.not_permitted`, `security_key.several`,
    `security_key.touch`. None is given when `stop` was set. Raises SecurityKeyError for anything
    else; `security_key.pin_needed` asks for a call with the key's PIN.
    """

    def make(
        self, options: Mapping[str, Any], pin: str | None, told: Told, stop: threading.Event
    ) -> Mapping[str, Any] | None:
        """A new credential by WebAuthn's `create` options, as its JSON."""
        ...

    def sign(
        self, options: Mapping[str, Any], pin: str | None, told: Told, stop: threading.Event
    ) -> Mapping[str, Any] | None:
        """The signature of a challenge by WebAuthn's `get` options, as its JSON."""
        ...
