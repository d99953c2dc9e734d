"""A scan gun without hardware: payloads on a pseudo-terminal at the gun's pace."""

from __future__ import annotations

import queue
import threading
from types import TracebackType

from counter_app.devices.simulators.line import SimulatedLine


class SimulatedGun:
    """A scan gun with a serial line; `port` is the name to open. Also a context manager."""

    def __init__(self, baud: int = 9600, suffix: bytes = b"\r", pace: bool = True) -> None:
        self._rate = baud / 10 if pace else None
        self._suffix = suffix
        self._line = SimulatedLine("scan-gun")
        self._shown: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="simulated gun", daemon=True)

    @property
    def port(self) -> str:
        """The port's name; it stays over unplugging and replugging."""
        return self._line.port

    def start(self) -> None:
        """Begin to send what is shown."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and remove the port; calling it again does nothing."""
        self._line.close()
        self._shown.put(None)
        if self._thread.is_alive():
            self._thread.join()
        self._line.dispose()

    def __enter__(self) -> SimulatedGun:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def show(self, payload: bytes) -> None:
        """Hold a code under the gun: `payload` is sent with the gun's line end."""
        self.send(payload + self._suffix)

    def send(self, raw: bytes) -> None:
        """Send bytes as they are, without a line end."""
        self._shown.put(raw)

    def unplug(self) -> None:
        """Pull the gun's plug."""
        self._line.unplug()

    def replug(self) -> None:
        """Plug the gun in again, under the same name."""
        self._line.replug()

    def _run(self) -> None:
        while (raw := self._shown.get()) is not None:
            self._line.send(raw, self._rate)
