"""What an act is signed with at the moment it is done."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class ActSigner(Protocol):
    """The device's key, for acts (Act-Signature)."""

    def sign_act(self, key: str, act: str, subject: str, fingerprint: str, made: datetime) -> str:
        """The signature as it goes along with the act; "" where this device has no key.

        `fingerprint` is that of the act's body. Raises StoreError.
        """
        ...
