"""The self-check says what failed, goes on, and cannot pass over an exception."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ui.self_check import Check, SelfCheckError, foreign_libraries, report


def failing():
    raise SelfCheckError("the glass is empty")


def test_all_good_is_zero_and_a_line_each(capsys):
    assert report((Check("one", lambda: "seen"), Check("two", lambda: "heard"))) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ok     one: seen")
    assert lines[1].startswith("ok     two: heard")
    assert lines[2] == "self-check passed"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_failure_anywhere_fails_all_but_stops_none(capsys, place):
    checks = [Check(str(number), lambda: "fine") for number in range(3)]
    checks[place] = Check(str(place), failing)
    assert report(tuple(checks)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[place] == f"FAILED {place}: SelfCheckError: the glass is empty"
    assert sum(line.startswith("ok ") for line in lines) == 2
    assert lines[3] == "self-check FAILED"


def test_a_library_that_is_missing_is_a_failure(capsys):
    def missing():
        raise ModuleNotFoundError("No module named 'segno'")

    assert report((Check("libraries", missing),)) == 1
    assert "segno" in capsys.readouterr().out


IN_A_SLOT = """
import sys
from ui import self_check

def check():
    from PySide6.QtCore import QEventLoop, QTimer
    app = self_check._application()
    def slot():
        raise LookupError("nobody catches this")
    loop = QEventLoop()
    QTimer.singleShot(0, slot)
    QTimer.singleShot(5, loop.quit)
    loop.exec()
    return "went on"

self_check.CHECKS = (self_check.Check("slot", check),)
sys.exit(self_check.self_check())
"""


def test_an_exception_in_a_slot_ends_it_with_70_and_leaves_nothing(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", IN_A_SLOT],
        env={**os.environ, "TMPDIR": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 70
    assert "FAILED unexpected LookupError" in done.stdout
    assert "went on" not in done.stdout
    assert list(tmp_path.iterdir()) == []


class TestForeignLibraries:
    """Which libraries of a frozen folder were taken from the machine instead."""

    def test_none_where_nothing_is_frozen(self):
        assert foreign_libraries() == []

    def test_the_machines_copy_of_a_packaged_library_is_named(self, tmp_path, monkeypatch):
        mapped = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
        loaded = {line.split(maxsplit=5)[5] for line in mapped if "/libc.so" in line}
        (libc,) = loaded
        (tmp_path / Path(libc).name).write_bytes(b"")
        monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
        assert foreign_libraries() == [libc]
