"""A face of the demonstration as a process of its own, which ends with the one that started it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress

from ui.demo.stage import Stage

_END_TIMEOUT_S = 20


def program() -> list[str]:
    """How `hall-counter` is started: itself when frozen, else its module."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "ui.commands"]


class FaceProcess:
    """`hall-counter --face NAME` with settings of the stage.

    `place` is left, top, width and height of its window. With `played` it takes orders and says
    what came of them (`ui.demo.player`), and its voice writes down what it would say.
    """

    def __init__(
        self,
        stage: Stage,
        face: str,
        place: tuple[int, int, int, int],
        *,
        language: str = "zh",
        played: bool = False,
    ) -> None:
        self.face = face
        folder = stage.face_folder(face)
        stage.enrol(face)
        config = stage.folder / f"{face}.toml"
        tables = stage.tables(face, played=played)
        tables["ui"] = {"language": language}
        config.write_text(toml(tables), encoding="utf-8")
        self.process = subprocess.Popen(
            [
                *program(),
                *("--face", face),
                *("--config", str(config)),
                *("--data-dir", str(folder)),
                *("--place", *map(str, place)),
                "--played" if played else "--stop-with-stdin",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if played else None,
            text=True,
            encoding="utf-8",
        )
        stage.ends_first(self.end)

    @property
    def running(self) -> bool:
        """Whether its window is still open."""
        return self.process.poll() is None

    def to_front(self) -> None:
        """Bring the window of a shown face before the others."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):  # it ended first
            self.process.stdin.write("\n")
            self.process.stdin.flush()

    def ask_to_end(self) -> None:
        """Close its window; it ends in its own time."""
        if self.process.stdin is not None:
            with suppress(BrokenPipeError):  # it ended first
                self.process.stdin.close()

    def end(self) -> int:
        """Close its window and wait until it has ended; its exit code."""
        self.ask_to_end()
        try:
            code = self.process.wait(_END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        if self.process.stdout is not None:
            with suppress(RuntimeError):  # a signal came while something of it was read
                self.process.stdout.close()
        return code


def toml(tables: Mapping[str, Mapping[str, object]]) -> str:
    """Tables of texts, numbers, booleans and lists of texts as TOML, which writes these as JSON."""
    return "\n".join(
        line
        for name, table in tables.items()
        for line in (
            f"[{name}]",
            *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()),
            "",
        )
    )
