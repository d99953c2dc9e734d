"""A serial line without hardware: a pseudo-terminal whose name stays over unplugging (POSIX only).

A pty delivers at once whatever is written, so bytes are paced here: 10 bit times a byte (8N1).
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import tempfile
import termios
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path

_TICK_S = 0.002  # between pieces of a paced answer; 23 bytes at 115,200 baud
_LOOK_S = 0.25  # a thread looks up from waiting so often while nothing is plugged in

# The names of the speeds that a termios structure can hold.
_SPEEDS = {
    getattr(termios, f"B{baud}"): baud
    for baud in (9600, 19200, 38400, 57600, 115200, 230400)
    if hasattr(termios, f"B{baud}")
}


class SimulatedLine:
    """The device's end of a serial line; `port` is what the program opens.

    One thread reads and writes; any may unplug, replug and close.
    """

    def __init__(self, name: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="hall-counter-line-"))
        self._link = self._folder / name
        self._lock = threading.Lock()
        self._master = -1
        self._slave = -1
        self._plugging = 0  # counts how often the device was plugged in
        self._closing = threading.Event()
        self._wake_read, self._wake_write = os.pipe()
        self.replug()

    @property
    def port(self) -> str:
        """The port's name; the same over unplugging and replugging."""
        return str(self._link)

    @property
    def closed(self) -> bool:
        """Whether the line was closed for good."""
        return self._closing.is_set()

    @property
    def plugged(self) -> bool:
        """Whether the port is there."""
        return self._master >= 0

    def replug(self) -> None:
        """Plug the device in; nothing where it is already."""
        with self._lock:
            if self._master >= 0 or self._closing.is_set():
                return
            self._master, self._slave = os.openpty()
            # Raw on both ends, and this end of the slave kept open: otherwise the master reads an
            # error as soon as the program closes its own.
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            self._link.symlink_to(os.ttyname(self._slave))
            self._plugging += 1
        self.wake()

    def unplug(self) -> None:
        """Pull the device out: the port is gone, whoever holds it open is hung up on."""
        with self._lock:
            if self._master < 0:
                return
            self._link.unlink(missing_ok=True)
            os.close(self._slave)
            os.close(self._master)
            self._master = self._slave = -1
        self.wake()

    def close(self) -> None:
        """End for good; the port's name goes."""
        if self._closing.is_set():
            return
        self._closing.set()
        self.unplug()
        self.wake()

    def dispose(self) -> None:
        """Remove what is left, after the device's thread has ended."""
        with contextlib.suppress(OSError):
            os.close(self._wake_read)
            os.close(self._wake_write)
        shutil.rmtree(self._folder, ignore_errors=True)

    def wake(self) -> None:
        """Make a `receive` that waits return."""
        with contextlib.suppress(OSError):
            os.write(self._wake_write, b"x")

    def speed(self) -> int:
        """The speed that the program set on its end, in baud; 0 where nothing is plugged in."""
        with self._lock:
            if self._master < 0:
                return 0
            return _SPEEDS.get(termios.tcgetattr(self._master)[5], 0)

    def receive(self) -> bytes:
        """What the program sent; b"" after a while, on `wake`, unplugging and closing."""
        master = self._master
        watched = [self._wake_read] if master < 0 else [self._wake_read, master]
        try:
            ready, _, _ = select.select(watched, [], [], _LOOK_S)
        except (OSError, ValueError):
            return b""  # unplugged between the look and the wait
        if self._wake_read in ready:
            os.read(self._wake_read, 4096)
        if master not in ready:
            return b""
        with self._lock:
            if self._master != master:
                return b""
            try:
                return os.read(master, 4096)
            except OSError:
                return b""

    def send(
        self,
        data: bytes,
        bytes_a_second: float | None,
        before_last: Callable[[], object] | None = None,
    ) -> bool:
        """Send `data`, paced where a rate is given. False where it was cut off by unplugging.

        `before_last` is called just before the last byte is handed to the line.
        """
        plugging = self._plugging
        start = time.monotonic()
        sent = 0
        while sent < len(data):
            due = len(data)
            if bytes_a_second is not None:
                due = min(due, int((time.monotonic() - start) * bytes_a_second))
            if due == len(data) and before_last is not None:
                before_last()
            if due > sent and not self._put(data[sent:due], plugging):
                return False
            sent = max(sent, due)
            if sent < len(data) and bytes_a_second is not None:
                left = (len(data) - sent) / bytes_a_second
                if self.wait(min(max(left, 1 / bytes_a_second), _TICK_S)):
                    return False
        return True

    def wait(self, seconds: float) -> bool:
        """Let the device do nothing for a while; True where the line was closed meanwhile."""
        return self._closing.wait(seconds)

    def _put(self, data: bytes, plugging: int) -> bool:
        with self._lock:
            if self._master < 0 or self._plugging != plugging:
                return False  # unplugged meanwhile: the rest does not come after replugging
            try:
                return os.write(self._master, data) == len(data)
            except OSError:
                return False  # nobody reads and the line is full, as with a real port
