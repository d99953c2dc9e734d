"""Where the store's key and the device's secret are kept.

`KeyringVault` uses the keyring of the system and names its backend itself: whatever else is
installed, no plaintext and no null backend is ever chosen. `KeyFileVault` is for demonstrations
and tests: its key lies beside the store in a file, which protects nothing from whoever can read
that folder; the window says so.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import sys
from pathlib import Path
from typing import Protocol

from counter_app.errors import StoreError

STORE_KEY = "store-key"
DEVICE_SECRET = "device-secret"  # noqa: S105 - the name under which it is kept, not the secret
DEVICE_KEY = "device-key"
AUDIT_HEAD = "audit-head"

_SERVICE = "hall-counter"


class _Backend(Protocol):
    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...


class KeyringVault:
    """Secrets in the system's keyring: Secret Service, Windows credentials or the macOS keychain.

    `place` tells the secrets of several stores on one machine apart; the store's data directory is
    the natural one. Raises StoreError("store.no_keyring") when there is no unlocked keyring.
    """

    protected = True

    def __init__(self, place: str) -> None:
        self._place = place
        self._backend = _system_backend()

    def get(self, name: str) -> bytes | None:
        """The secret of that name, None where there is none."""
        try:
            kept = self._backend.get_password(_SERVICE, self._entry(name))
        except Exception as error:  # each backend raises its own kinds
            raise StoreError("store.no_keyring") from error
        if kept is None:
            return None
        try:
            return base64.b64decode(kept, validate=True)
        except binascii.Error as error:
            raise StoreError("store.wrong_key") from error

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret, replacing one of that name."""
        text = base64.b64encode(secret).decode("ascii")
        try:
            self._backend.set_password(_SERVICE, self._entry(name), text)
        except Exception as error:  # each backend raises its own kinds
            raise StoreError("store.no_keyring") from error

    def _entry(self, name: str) -> str:
        return f"{self._place}#{name}"


def _system_backend() -> _Backend:
    """The system's own keyring, by name."""
    try:
        if sys.platform == "win32":
            from keyring.backends.Windows import WinVaultKeyring as Keyring
        elif sys.platform == "darwin":
            from keyring.backends.macOS import Keyring
        else:
            from keyring.backends.SecretService import Keyring
        assert Keyring.priority > 0  # asks whether it can be reached, raises if not
        return Keyring()  # type: ignore[no-untyped-call]  # keyring annotates it half
    except Exception as error:  # no bus, no service, locked: each backend raises its own kinds
        raise StoreError("store.no_keyring") from error


class KeyFileVault:
    """Secrets in a file that only its owner may read. NOT protected: for demonstrations and tests.

    Raises StoreError("store.unwritable") when the file cannot be read or written and
    StoreError("store.wrong_key") when it is not such a file.
    """

    protected = False

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> bytes | None:
        """The secret of that name, None where there is none."""
        kept = self._read().get(name)
        if kept is None:
            return None
        try:
            return base64.b64decode(kept, validate=True)
        except binascii.Error as error:
            raise StoreError("store.wrong_key") from error

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret, replacing one of that name; on disk when this returns."""
        kept = self._read()
        kept[name] = base64.b64encode(secret).decode("ascii")
        waiting = self._path.with_name(self._path.name + ".new")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(kept, file)
                file.flush()
                os.fsync(file.fileno())
            waiting.replace(self._path)
        except OSError as error:
            raise StoreError("store.unwritable") from error

    def _read(self) -> dict[str, str]:
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError("store.unwritable") from error
        try:
            kept = json.loads(text)
        except ValueError as error:
            raise StoreError("store.wrong_key") from error
        if not isinstance(kept, dict) or not all(isinstance(v, str) for v in kept.values()):
            raise StoreError("store.wrong_key")
        return kept
