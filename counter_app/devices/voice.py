"""A voice as a program of its own (`ports.Voice`): espeak-ng, or whatever the settings name.

Each phrase is a process that gets its words by standard input and speaks until it ends, so that a
synthesiser that hangs or crashes takes nothing with it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence

from counter_app.ports import VoiceState

_log = logging.getLogger(__name__)

_LONGEST_QUEUE = 30  # two and a half minutes of calls; whoever is called before that is gone
_LONGEST_COMPLAINT = 64 * 1024


class ChildProcessVoice:
    """Runs `command` for each phrase, `times` times, one after the other in a thread of its own.

    A phrase that waits already is not queued again. `timeout_s` is how long one speaking may take.
    """

    def __init__(self, command: Sequence[str], *, times: int = 2, timeout_s: float = 20.0) -> None:
        self._command = list(command)
        self._times = times
        self._timeout_s = timeout_s
        self._waiting: deque[str] = deque(maxlen=_LONGEST_QUEUE)
        self._turn = threading.Condition()  # of the queue; held for no longer than that takes
        self._closed = False
        self._hushed = 0  # how often
        self._guard = threading.Lock()  # of the process, which another thread may end
        self._child: subprocess.Popen[bytes] | None = None
        self._state = self._found()
        self._thread = threading.Thread(target=self._run, name="device-voice", daemon=True)
        self._thread.start()

    def speak(self, words: str) -> None:
        """As promised by Voice."""
        with self._turn:
            if not self._closed and self._command and words not in self._waiting:
                self._waiting.append(words)
                self._turn.notify()

    def hush(self) -> None:
        """As promised by Voice."""
        with self._turn:
            self._waiting.clear()
            self._hushed += 1
        with self._guard:
            if self._child is not None and self._child.returncode is None:
                _end(self._child)

    def state(self) -> VoiceState:
        """As promised by Voice."""
        return self._state

    def close(self) -> None:
        """As promised by Voice."""
        with self._turn:
            self._closed = True
            self._waiting.clear()
            self._turn.notify()
        self.hush()
        self._thread.join(self._timeout_s)

    # inside

    def _found(self) -> VoiceState:
        if not self._command:
            return VoiceState.NONE
        return VoiceState.READY if shutil.which(self._command[0]) else VoiceState.MISSING

    def _run(self) -> None:
        while True:
            with self._turn:
                self._turn.wait_for(lambda: self._closed or self._waiting)
                if self._closed:
                    return
                words, hushed = self._waiting.popleft(), self._hushed
            for _ in range(self._times):
                if self._closed:
                    return
                if hushed != self._hushed:
                    break
                self._state = self._spoken(words)
                if self._state is not VoiceState.READY:
                    break

    def _spoken(self, words: str) -> VoiceState:
        """Say it once; what that tells of the voice."""
        if self._found() is VoiceState.MISSING:
            return VoiceState.MISSING
        hushed = self._hushed
        try:
            with self._guard:
                if self._closed:
                    return self._state
                child = self._child = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    start_new_session=True,
                )
        except OSError as fault:
            _log.warning("the voice did not start: %s", type(fault).__name__)
            return VoiceState.BROKEN
        with child:
            try:
                _, complaint = child.communicate(words.encode("utf-8"), timeout=self._timeout_s)
            except (subprocess.TimeoutExpired, OSError) as fault:
                _log.warning("the voice broke off: %s", type(fault).__name__)
                _end(child)
                return VoiceState.BROKEN
            finally:
                with self._guard:
                    self._child = None
        broken_off = self._closed or hushed != self._hushed
        if broken_off or (child.returncode == 0 and not _complains(complaint)):
            return VoiceState.READY
        _log.warning("the voice ended with %d", child.returncode)
        return VoiceState.BROKEN


def _complains(said: bytes) -> bool:
    """Whether a synthesiser that ended well says that nothing was heard.

    Without a sound card espeak-ng 1.51 writes "error: No such file or directory" and exits with 0.
    """
    lines = said[:_LONGEST_COMPLAINT].splitlines()
    return any(line.lower().startswith(b"error") for line in lines)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the synthesiser and whatever it started; it leads a session of its own."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            child.kill()
        else:
            os.killpg(child.pid, signal.SIGKILL)
