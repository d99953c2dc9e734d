"""What the counter asks of the place for its secrets."""

from __future__ import annotations

from typing import Protocol


class Vault(Protocol):
    """Keeps secrets (钥匙串). Raises StoreError("store.no_keyring")."""

    def get(self, name: str) -> bytes | None:
        """The secret of that name."""
        ...

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret."""
        ...
