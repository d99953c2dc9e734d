"""The installed Qt is one that keeps None alive on this Python, and there is one cv2."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import distributions, version

COUNT = """
import sys
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication(sys.argv)
widget = QWidget()
before = sys.getrefcount(None)
for _ in range(10_000):
    widget.setEnabled(True)
    QCoreApplication.processEvents()
print(before - sys.getrefcount(None))
"""


def test_calls_that_return_nothing_do_not_use_up_none():
    """PySide6 6.12.0 on Python 3.11 loses one reference a call and aborts."""
    done = subprocess.run(
        [sys.executable, "-c", COUNT, "-platform", "offscreen"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 100


def test_pyside_is_the_pinned_one():
    assert version("PySide6") == "6.11.3"


def test_only_one_distribution_brings_cv2():
    owners = {
        one.metadata["Name"]
        for one in distributions()
        if any(str(file).startswith("cv2/__init__") for file in one.files or ())
    }
    assert owners == {"opencv-python"}
