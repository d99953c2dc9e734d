"""How long from starting the program until its window is painted, beside a bare window.

Both are whole processes started in turn. The bare one shows as many widgets of the same classes
as the program's first page has, in one column, without style sheet or fonts of its own; like any
page that was laid out it names alignments and text formats, which has PySide6 make Qt's enums.

    python -m benchmarks.first_paint CLASS,CLASS,...    the bare window
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAIRS = 11
_TIMEOUT_S = 60
_SETTINGS = '[store]\nvault = "key_file"\n'


def measure(pairs: int = PAIRS) -> list[object]:
    """The figure, from `pairs` starts of each; one more of each warms the disk's cache."""
    from benchmarks.figures import Figure, median

    with tempfile.TemporaryDirectory(prefix="hall-counter-bench-") as folder:
        config = Path(folder) / "settings.toml"
        config.write_text(_SETTINGS, encoding="utf-8")
        places = ["--config", str(config), "--data-dir", str(Path(folder) / "data")]
        ours = [sys.executable, "-m", "ui.commands", "--until-painted", *places]
        widgets = _widgets()
        bare = [sys.executable, "-m", "benchmarks.first_paint", ",".join(widgets)]
        pairs_ms = [(_start(ours), _start(bare)) for _ in range(pairs + 1)][1:]
    return [
        Figure(
            "program start to first paint",
            median(one for one, _ in pairs_ms),
            "ms",
            f"a bare window of {len(widgets)} widgets",
            median(other for _, other in pairs_ms),
            1.3,
        )
    ]


def _start(command: list[str]) -> float:
    """Milliseconds from starting a program until it says that it has painted."""
    began = time.monotonic_ns()
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=True)
    said = next(line for line in done.stdout.splitlines() if line.startswith("painted "))
    return (int(said.split()[1]) - began) / 1e6


def _widgets() -> list[str]:
    """The Qt classes of the widgets on the program's first page."""
    listing = (
        "from PySide6.QtWidgets import QApplication, QWidget\n"
        "app = QApplication([])\n"
        "from ui.jobs import Jobs\n"
        "from ui.clerk.window import ClerkWindow\n"
        "window = ClerkWindow('01', Jobs())\n"
        "for one in window.findChildren(QWidget):\n"
        "    bases = type(one).__mro__\n"
        "    print(next(b.__name__ for b in bases if b.__module__ == 'PySide6.QtWidgets'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", listing],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=True,
    )
    return done.stdout.split()


def show_bare(classes: list[str]) -> None:
    """A window of those widgets and nothing else, until its first paint."""
    import os

    from PySide6 import QtWidgets
    from PySide6.QtCore import Qt, QTimer

    app = QtWidgets.QApplication([])

    def painted() -> None:
        print(f"painted {time.monotonic_ns()}", flush=True)
        os._exit(0)

    class Bare(QtWidgets.QMainWindow):
        seen = False

        def paintEvent(self, event):  # noqa: N802 - Qt calls it
            super().paintEvent(event)
            if not self.seen:
                self.seen = True
                QTimer.singleShot(0, painted)

    window = Bare()
    window.resize(1366, 768)
    middle = QtWidgets.QWidget()
    column = QtWidgets.QVBoxLayout(middle)
    for name in classes:
        widget = getattr(QtWidgets, name)()
        if hasattr(widget, "setText"):
            widget.setText(name)
        if hasattr(widget, "setTextFormat"):
            widget.setTextFormat(Qt.TextFormat.PlainText)
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(widget)
    window.setCentralWidget(middle)
    window.show()
    app.exec()


if __name__ == "__main__":
    show_bare(sys.argv[1].split(","))
