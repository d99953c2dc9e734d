"""The key that the secrets of authenticators (TOTP) are sealed with, in a file outside the store.

A code can only be checked by whoever has its secret, so the secret cannot be hashed. It is sealed
(AES-256-GCM, NIST SP 800-38D) under a key that is not in the database, so that a copy of the
database makes no codes. The account's id is the associated data: a secret moved to another account
opens no more.

The file is made when the first secret is sealed. It is read anew each time, so that one put back
counts at once.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select

from hall_platform.identity.tables import factors
from hall_platform.problems import Problem

MISSING, WRONG = "factor-key-missing", "factor-key-wrong"
UNREADABLE = (MISSING, WRONG)

_KEY_BYTES = 32
_NONCE_BYTES = 12
_MARK = "sealed.1."  # what is in the store begins with it, then the key's name and a dot

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FactorKey:
    """A key, and the name of it that stands beside what it has sealed."""

    key: bytes
    name: str

    def seal(self, secret: str, operator: str) -> str:
        """What may stand in the store."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(self.key).encrypt(nonce, secret.encode(), operator.encode())
        return f"{_MARK}{self.name}.{base64.b64encode(nonce + sealed).decode()}"

    def unseal(self, kept: str, operator: str) -> str:
        """The secret. Problem("factor-key-wrong")."""
        name, _, text = kept.removeprefix(_MARK).partition(".")
        try:
            if name != self.name:
                raise InvalidTag
            whole = base64.b64decode(text, validate=True)
            nonce, sealed = whole[:_NONCE_BYTES], whole[_NONCE_BYTES:]
            return AESGCM(self.key).decrypt(nonce, sealed, operator.encode()).decode()
        except (InvalidTag, ValueError):
            raise Problem(WRONG) from None


def is_sealed(kept: str) -> bool:
    """Whether a secret in the store is sealed; those of earlier versions are not."""
    return kept.startswith(_MARK)


def sealed(path: Path, connection: Connection, secret: str, operator: str) -> str:
    """A secret as it may stand in the store. Problems: factor-key-missing, factor-key-wrong.

    The first one makes the key. Where secrets in force were sealed with another key no new one is
    made and none is sealed: this worker would part from the others.
    """
    others = in_use(connection)
    key = _made(path) if not others and not path.exists() else read(path)
    if others - {key.name}:
        _log.error("%s is not the key that the second factors in the store are sealed with", path)
        raise Problem(WRONG)
    return key.seal(secret, operator)


def opened(path: Path, kept: str, operator: str) -> str:
    """A secret from the store. Problems: factor-key-missing, factor-key-wrong."""
    return read(path).unseal(kept, operator) if is_sealed(kept) else kept


def in_use(connection: Connection) -> set[str]:
    """The names of the keys that secrets in force are sealed with: one, or none yet."""
    kept = connection.execute(
        select(factors.c.credential)
        .where(factors.c.credential.startswith(_MARK, autoescape=True))
        .where(factors.c.ended_at.is_(None))
    ).scalars()
    return {text.removeprefix(_MARK).partition(".")[0] for text in kept}


def complaint(path: Path, connection: Connection) -> str:
    """What is wrong with the key, in a sentence for whoever starts the platform; "" if nothing."""
    names = in_use(connection)
    if not names:
        return ""
    try:
        key = read(path)
    except Problem as problem:
        return (
            f"{path} is not there, so that no codes of authenticators can be checked"
            if problem.code == MISSING
            else f"{path} holds no key of second factors, so that no codes can be checked"
        )
    if names - {key.name}:
        return f"{path} is another key than that of the second factors in the store"
    return ""


def read(path: Path) -> FactorKey:
    """The key of a file. Problems: factor-key-missing, factor-key-wrong (it holds none)."""
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except FileNotFoundError:
        _log.error("the key of second factors is not there: %s", path)
        raise Problem(MISSING) from None
    except OSError as failure:
        _log.error("the key of second factors cannot be read: %s: %s", path, failure.strerror)
        raise Problem(MISSING) from None
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        _log.error("no key of second factors is in %s", path)
        raise Problem(WRONG)
    return FactorKey(key, hashlib.sha256(b"hall-platform factor key\n" + key).hexdigest()[:16])


def _made(path: Path) -> FactorKey:
    """A new key, on disk before anything is sealed with it; who comes second reads the first's."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(_KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)  # fails where somebody was quicker
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
        _sync_folder(path.parent)
    except OSError as failure:
        _log.error("the key of second factors cannot be made: %s: %s", path, failure.strerror)
        raise Problem(MISSING) from None
    return read(path)


def _sync_folder(folder: Path) -> None:
    """The name of a new file outlives a power cut once its folder is written."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
