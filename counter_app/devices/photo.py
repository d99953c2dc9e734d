"""The portrait on a card (WLT): a place for the decoder that only the module's vendor supplies.

No decoder is shipped. Vendors' decoders are native libraries that check a licence file and have
been seen to crash, so one is run as a process of its own: the WLT bytes go in by standard input,
a BMP (102 x 126, 24 bits) comes back by standard output.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
from typing import Protocol

_log = logging.getLogger(__name__)

_BMP_HEADER_BYTES = 54
_MAX_PICTURE_BYTES = 1 << 20


class PhotoDecoder(Protocol):
    """Turns a card's portrait into a picture."""

    def decode(self, wlt: bytes) -> bytes | None:
        """The portrait as a BMP file, or None where it cannot be had; never raises."""
        ...


class ChildProcessPhotoDecoder:
    """Runs `command` for each portrait, in a session of its own and without core dumps.

    A decoder that is not there, exits with an error, takes over `timeout_s` seconds, or answers
    with anything but one whole BMP gives None, and what it started is ended.
    """

    def __init__(self, command: list[str], timeout_s: float = 5.0) -> None:
        self._command = command
        self._timeout_s = timeout_s

    def decode(self, wlt: bytes) -> bytes | None:
        """See PhotoDecoder."""
        try:
            child = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as fault:
            _log.warning("photo decoder did not start: %s", type(fault).__name__)
            return None
        with child:
            _forbid_core_dumps(child.pid)
            try:
                picture, _ = child.communicate(wlt, timeout=self._timeout_s)
            except subprocess.TimeoutExpired:
                _log.warning("photo decoder took over %.1f s", self._timeout_s)
                _end(child)
                return None
            except OSError as fault:
                _log.warning("photo decoder broke off: %s", type(fault).__name__)
                _end(child)
                return None
        if child.returncode != 0:
            _log.warning("photo decoder ended with %d", child.returncode)
            return None
        return picture if _is_bitmap(picture) else None


def _is_bitmap(picture: bytes) -> bool:
    """Whether it is one BMP whose header gives the size that came."""
    return (
        _BMP_HEADER_BYTES < len(picture) <= _MAX_PICTURE_BYTES
        and picture[:2] == b"BM"
        and int.from_bytes(picture[2:6], "little") == len(picture)
    )


def _forbid_core_dumps(pid: int) -> None:
    """A crashed decoder must not leave a person's portrait on the disk."""
    if sys.platform == "linux":
        import resource

        with contextlib.suppress(OSError, ValueError):
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the decoder and whatever it started; it leads a session of its own."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            child.kill()
        else:
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()
