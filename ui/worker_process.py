"""One process beside the window that makes papers and opens documents.

A busy Python thread makes the GUI thread late (12 ms at the 99th percentile were measured with one
such thread), so work that computes for long runs here, and so does everything that opens a file
from outside. If the process dies, the next request starts another one.
"""

from __future__ import annotations

import multiprocessing
import threading
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from counter_app.errors import HallError, PaperError

_TIMEOUT_S = 30.0


class WorkerProcess:
    """The press and the page renderer in a process of their own; any thread may call, and waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def warm_up(self) -> None:
        """Start the process and load the faces, so that the first paper is as quick as the next."""
        self._ask("warm_up", None)

    def press(self, kind: str, facts: object) -> bytes:
        """The paper of that kind. Raises PaperError."""
        answer = self._ask("press", (kind, facts))
        assert isinstance(answer, bytes)
        return answer

    def render(self, pdf: bytes, page: int, width_px: int) -> tuple[int, int, bytes, int]:
        """One page as a picture: width, height, BGRX bytes, and how many pages there are."""
        answer = self._ask("render", (pdf, page, width_px))
        assert isinstance(answer, tuple)
        return answer

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _ask(self, what: str, argument: object) -> object:
        with self._lock:
            try:
                pipe = self._running()
                pipe.send((what, argument))
                if not pipe.poll(_TIMEOUT_S):
                    raise EOFError
                ok, answer = pipe.recv()
            except (OSError, EOFError) as lost:
                self._end()
                raise PaperError("paper.worker_lost") from lost
        if ok:
            return answer
        raise answer

    def _running(self) -> Connection:
        if self._pipe is None or self._process is None or not self._process.is_alive():
            self._end()
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs,), name="papers", daemon=True)
            process.start()
            theirs.close()  # so that the worker sees the end when this process is gone
            self._process, self._pipe = process, ours
        return self._pipe

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.join(1)
            if self._process.is_alive():
                self._process.kill()
                self._process.join(5)
        self._process = self._pipe = None


def _serve(pipe: Connection) -> None:
    """The worker's side: answer until the window is gone."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the window, which then ends us
    while True:
        try:
            what, argument = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer: tuple[bool, object] = (True, _work(what, argument))
        except HallError as error:
            answer = (False, _portable(error))
        except Exception as error:  # noqa: BLE001 - told to the window, which goes on
            answer = (False, RuntimeError(f"{type(error).__name__} in the worker"))
        pipe.send(answer)


def _work(what: str, argument: object) -> object:
    from printing.press import press, warm_up
    from printing.raster import page_count, render_page

    if what == "press":
        assert isinstance(argument, tuple)
        kind, facts = argument
        return press(kind, facts)
    if what == "render":
        assert isinstance(argument, tuple)
        pdf, page, width_px = argument
        picture = render_page(pdf, page, width_px)
        return picture.width, picture.height, picture.bgrx, page_count(pdf)
    warm_up()
    return None


def _portable(error: HallError) -> HallError:
    """The same error without chained exceptions, which may not cross a process border."""
    copy = type(error)(error.code, **error.facts)
    copy.__cause__ = None
    return copy
