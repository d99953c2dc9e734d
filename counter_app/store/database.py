"""One encrypted file, one process, one writing connection.

SQLCipher 4 with a raw 256-bit key from the vault, WAL, synchronous=FULL: a transaction that has
ended is on disk. The file is locked for as long as it is open, so that two counters never share
one outbox. Opening never makes a new key over a store that is there already.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from sqlcipher3 import dbapi2

from counter_app.errors import StoreError
from counter_app.ports import Vault
from counter_app.store.schema import APPLICATION_ID, MIGRATIONS
from counter_app.store.vault import STORE_KEY

Connection = Any  # sqlcipher3 has no types; its connection is that of sqlite3

FILE_NAME = "counter.db"
CHECK_NAME = "counter.check"
LOCK_NAME = "counter.lock"

_KEY_BYTES = 32
_CODES = {  # primary result codes of SQLite
    5: "store.busy",  # SQLITE_BUSY
    6: "store.busy",  # SQLITE_LOCKED
    11: "store.damaged",  # SQLITE_CORRUPT
    13: "store.full",  # SQLITE_FULL
    26: "store.damaged",  # SQLITE_NOTADB
}
_SETTINGS = (
    "PRAGMA cipher_page_size = 4096",
    "PRAGMA cipher_hmac_algorithm = HMAC_SHA512",
    "PRAGMA cipher_kdf_algorithm = PBKDF2_HMAC_SHA512",
    "PRAGMA busy_timeout = 2000",
    "PRAGMA locking_mode = EXCLUSIVE",  # one process: the WAL index stays in memory
    "PRAGMA secure_delete = ON",  # what is deleted is overwritten, in free pages too
    "PRAGMA temp_store = MEMORY",  # nothing of the store in a plain temporary file
    "PRAGMA foreign_keys = ON",
)


@contextmanager
def translated() -> Iterator[None]:
    """The border: what SQLite raises leaves as StoreError. Its text never does, it may quote."""
    try:
        yield
    except dbapi2.Error as error:
        number = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise StoreError(
            _CODES.get(number, "store.unwritable"),
            sqlite=getattr(error, "sqlite_errorname", type(error).__name__),
        ) from None


class Database:
    """The open store file of a data directory.

    Usable from several threads: each transaction and each question has the connection alone.
    `migrate` brings the tables to this program's version; without it they are only looked at.
    Raises StoreError: `store.busy` (another process), `store.key_missing`, `store.wrong_key`,
    `store.damaged`, `store.full`, `store.unwritable`, and those of the vault.
    """

    def __init__(self, data_dir: Path, vault: Vault, *, migrate: bool = True) -> None:
        self._guard = threading.RLock()
        self._connection: Connection | None = None
        self._lock_file = _locked(data_dir)
        try:
            key = _key(data_dir, vault)
            self._connection = _connected(data_dir / FILE_NAME, key)
            if migrate:
                with translated():
                    _migrate(self._connection)
            _keep_check(data_dir / CHECK_NAME, key)
        except BaseException:
            self.close()
            raise

    @property
    def closed(self) -> bool:
        """True once `close` was called."""
        return self._connection is None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Everything in the block is on disk when it ends, or nothing of it. Not nested."""
        with self._guard, translated():
            connection = self._open_connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Questions only; what is read is what was committed last."""
        with self._guard, translated():
            yield self._open_connection()

    def fold(self) -> None:
        """Fold the log into the file, so that no older version of a page stays in it."""
        with self._guard, translated():
            self._open_connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def is_empty(self) -> bool:
        """True while there are no tables yet."""
        with self.reading() as connection:
            return bool(connection.execute("PRAGMA user_version").fetchone()[0] == 0)

    def sound(self) -> bool:
        """Read the whole file: True when every page is whole and the tables hold together."""
        with self._guard:
            connection = self._open_connection()
            try:
                # This check looks past the log. After a power cut the file alone may hold pages
                # half written, which the log puts right: it has to be folded in first.
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                if connection.execute("PRAGMA cipher_integrity_check").fetchall():
                    return False
                return bool(connection.execute("PRAGMA quick_check").fetchall() == [("ok",)])
            except dbapi2.DatabaseError:
                return False

    def close(self) -> None:
        """Fold the log into the file and let go of it. Safe to call twice."""
        with self._guard:
            connection, self._connection = self._connection, None
            if connection is not None:
                with suppress(dbapi2.Error):  # the log stays beside the file and is read next time
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                with suppress(dbapi2.Error):
                    connection.close()
            self._unlock()

    def _open_connection(self) -> Connection:
        if self._connection is None:
            raise StoreError("store.unwritable", sqlite="closed")
        return self._connection

    def _unlock(self) -> None:
        self._lock_file.close()  # closing lets go of the lock


def _roll_back(connection: Connection) -> None:
    """SQLite rolls back by itself after some errors (disk full); then there is nothing to do."""
    if connection.in_transaction:
        with suppress(dbapi2.Error):
            connection.execute("ROLLBACK")


def _locked(data_dir: Path) -> IO[bytes]:
    """The lock file of that directory, locked; StoreError("store.busy") if another has it."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.fdopen(os.open(data_dir / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    except OSError as error:
        raise StoreError("store.unwritable") from error
    try:
        _lock(file)
    except OSError as error:
        file.close()
        raise StoreError("store.busy") from error
    return file


def _lock(file: IO[bytes]) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def _key(data_dir: Path, vault: Vault) -> bytes:
    """The key of the store there, or a new one where there is no store yet.

    A fingerprint of the key lies beside the file: it tells a wrong key from a damaged file.
    """
    key = vault.get(STORE_KEY)
    if key is None:
        if (data_dir / FILE_NAME).exists():
            raise StoreError("store.key_missing")
        key = secrets.token_bytes(_KEY_BYTES)
        vault.put(STORE_KEY, key)
    elif len(key) != _KEY_BYTES:
        raise StoreError("store.wrong_key")
    try:
        if not (data_dir / FILE_NAME).exists():
            (data_dir / CHECK_NAME).unlink(missing_ok=True)  # of a store that is gone
    except OSError as error:
        raise StoreError("store.unwritable") from error
    if _kept_check(data_dir / CHECK_NAME) not in (None, _key_check(key)):
        raise StoreError("store.wrong_key")
    return key


def _kept_check(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError("store.unwritable") from error


def _keep_check(path: Path, key: bytes) -> None:
    """Only a key that has opened the store leaves its fingerprint."""
    expected = _key_check(key)
    if _kept_check(path) == expected:
        return
    try:
        waiting = path.with_name(path.name + ".new")
        _write_private(waiting, expected)
        waiting.replace(path)
    except OSError as error:
        raise StoreError("store.unwritable") from error


def _key_check(key: bytes) -> bytes:
    return hmac.digest(key, b"hall-counter store", hashlib.sha256).hex().encode("ascii")


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _connected(path: Path, key: bytes) -> Connection:
    with translated():
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite keeps a file's mode
            path.chmod(0o600)
        except OSError as error:
            raise StoreError("store.unwritable") from error
        connection = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to stderr
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            for setting in _SETTINGS:
                connection.execute(setting)
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return connection


def _migrate(connection: Connection) -> None:
    """Bring the tables to this program's version; a newer store is refused, never changed."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if version > len(MIGRATIONS) or (version and application != APPLICATION_ID):
        raise StoreError("store.damaged", version=version)
    for number, steps in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for step in steps:
                connection.execute(step)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException:
            _roll_back(connection)
            raise
