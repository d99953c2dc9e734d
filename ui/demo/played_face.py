"""A face in a process of its own, played by touches and keys, and read as a person reads it."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from ui.demo.face_process import FaceProcess
from ui.demo.hands import NotSeenError

_LONGEST_S = 60.0


class PlayedFace:
    """The hands at a face's window. Everything raises NotSeenError naming what was missing.

    `touches` and `keys` count what was done.
    """

    def __init__(self, process: FaceProcess) -> None:
        self._process = process
        self.touches = 0
        self.keys = 0

    def touch(self, word: str) -> None:
        """Put a finger on the button with that word, as soon as it can be used."""
        self.touches += 1
        self._do("touch", word)

    def press(self, key: str, *, ctrl: bool = False) -> None:
        """Press a key by its name in Qt, without `Key_`."""
        self.keys += 1
        self._do("press", key, ctrl=ctrl)

    def type(self, text: str) -> None:
        """Type ASCII text into whatever has the focus."""
        self.keys += len(text)
        self._do("type", text)

    def see(self, words: str, timeout_s: float = 20.0) -> None:
        """Wait until these words are on the screen."""
        self._do("see", words, timeout_s=timeout_s)

    def read(self, begin: str) -> str:
        """The text on the screen that begins so, once there is one."""
        return str(self._do("read", begin))

    def picture(self, path: Path) -> None:
        """Keep a picture of the window."""
        self._do("picture", str(path))

    def _do(self, what: str, which: str, **how: object) -> object:
        process = self._process.process
        assert process.stdin is not None
        assert process.stdout is not None
        face = self._process.face
        watchdog = threading.Timer(_LONGEST_S, process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            process.stdin.write(json.dumps({"do": what, "what": which, **how}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except (BrokenPipeError, ValueError):
            line = ""
        finally:
            watchdog.cancel()
        if not line:
            raise NotSeenError(f"the {face} has ended")
        answer = json.loads(line)
        if "error" in answer:
            raise NotSeenError(f"{face}: {answer['error']}")
        found: object = answer.get("found")
        return found
