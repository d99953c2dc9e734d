"""A disk that says what would survive a power cut, and that can be full or fail.

It stands between SQLite and the system's files (an SQLite VFS made of the usual one). Whatever was
written and not synced may be there after a cut or not, sector by sector, as on a real disk.
"""

from __future__ import annotations

import ctypes
import random
from collections.abc import Callable
from contextlib import suppress
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p, cast
from pathlib import Path

from sqlcipher3 import _sqlite3

SECTOR = 512
OK, FULL, IOERR_FSYNC = 0, 13, 10 | 4 << 8

_library = ctypes.CDLL(_sqlite3.__file__)
_library.sqlite3_vfs_find.restype = c_void_p
_library.sqlite3_vfs_find.argtypes = [c_char_p]
_library.sqlite3_vfs_register.argtypes = [c_void_p, c_int]
_library.sqlite3_vfs_unregister.argtypes = [c_void_p]

_Open = CFUNCTYPE(c_int, c_void_p, c_char_p, c_void_p, c_int, c_void_p)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)


class _Vfs(Structure):
    """sqlite3_vfs, version 3."""

    _fields_ = [
        ("version", c_int),
        ("file_bytes", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", _Open),
        ("others", c_void_p * 14),
    ]


class _Methods(Structure):
    """sqlite3_io_methods, version 3."""

    _fields_ = [
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", _Write),
        ("truncate", c_void_p),
        ("sync", _Sync),
        ("others", c_void_p * 13),
    ]


class WatchedDisk:
    """While open, every store opened in this process lies on it.

    `room` is how many bytes files may still grow by (None: any), `sync_fails` lets the next syncs
    fail, `at_write` is called before each write. Stores must be closed before it is.
    """

    def __init__(self) -> None:
        self.room: int | None = None
        self.sync_fails = 0
        self.at_write: Callable[[], None] | None = None
        self.syncs = 0
        self._durable: dict[Path, bytes] = {}
        self._paths: dict[int, Path] = {}
        self._methods: dict[int, tuple[_Methods, _Methods]] = {}  # by file: usual, ours
        self._usual = cast(_library.sqlite3_vfs_find(None), POINTER(_Vfs))
        self._vfs = _Vfs.from_buffer_copy(self._usual.contents)
        self._vfs.name = b"watched"
        self._callbacks = (_Open(self._open), _Write(self._write), _Sync(self._sync))
        self._vfs.open = self._callbacks[0]

    def __enter__(self) -> WatchedDisk:
        assert _library.sqlite3_vfs_register(ctypes.byref(self._vfs), 1) == OK
        return self

    def __exit__(self, *_error: object) -> None:
        _library.sqlite3_vfs_unregister(ctypes.byref(self._vfs))
        _library.sqlite3_vfs_register(self._usual, 1)

    def cut(self, folder: Path, after: Path, chance: random.Random) -> None:
        """Write into `after` what a power cut at this moment leaves of `folder`."""
        after.mkdir()
        for path in sorted(folder.iterdir()):
            now = path.read_bytes()
            left = now
            if path in self._durable:
                left = survivor(self._durable[path], now, chance)
            (after / path.name).write_bytes(left)

    def _open(self, _vfs, name, file, flags, given) -> int:
        code = self._usual.contents.open(ctypes.addressof(self._vfs), name, file, flags, given)
        if code == OK and name:
            path = self._paths[file] = Path(name.decode())
            self._durable.setdefault(path, path.read_bytes())  # what was there before is safe
            first = cast(file, POINTER(c_void_p))  # a file begins with its methods
            usual = cast(first[0], POINTER(_Methods)).contents
            ours = _Methods.from_buffer_copy(usual)
            ours.write, ours.sync = self._callbacks[1:]
            self._methods[file] = (usual, ours)
            first[0] = ctypes.addressof(ours)
        return code

    def _write(self, file, data, count, offset) -> int:
        if self.at_write is not None:
            self.at_write()
        if self.room is not None:
            grows = max(0, offset + count - self._paths[file].stat().st_size)
            if grows > self.room:
                return FULL
            self.room -= grows
        return self._methods[file][0].write(file, data, count, offset)

    def _sync(self, file, flags) -> int:
        if self.sync_fails > 0:
            self.sync_fails -= 1
            return IOERR_FSYNC
        code = self._methods[file][0].sync(file, flags)
        if code == OK:
            self.syncs += 1
            with suppress(FileNotFoundError):
                self._durable[self._paths[file]] = self._paths[file].read_bytes()
        return code


def survivor(durable: bytes, now: bytes, chance: random.Random) -> bytes:
    """One of the many states in which a file may be found: each unsynced sector old or new."""
    share = chance.choice((0.0, 0.5, 1.0))
    size = chance.choice((len(durable), len(now)))
    left = bytearray()
    for start in range(0, size, SECTOR):
        old, new = durable[start : start + SECTOR], now[start : start + SECTOR]
        left += new if old == new or chance.random() < share else old or bytes(len(new))
    return bytes(left[:size]).ljust(size, b"\0")
