"""`make package` notices a program that fails, hangs, or leaves something behind."""

import os
import sys
import time
from pathlib import Path

import pytest

from tools import package

PYTHON = sys.executable


def alive(pid):
    """Whether the process runs; a zombie that init has not yet collected does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def gone(pid):
    until = time.monotonic() + 10
    while alive(pid) and time.monotonic() < until:
        os.sched_yield()
    return not alive(pid)


def script(folder, text):
    path = folder / "program"
    path.write_text(f"#!{PYTHON}\nimport os, pathlib, subprocess, sys, time\n{text}\n")
    path.chmod(0o755)
    return str(path)


# A child that waits on a pipe nobody writes to; its number goes into the file named on the way in.
CHILD = """
os.mkfifo('never')
child = subprocess.Popen(['cat', 'never'])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
"""


def test_the_exit_code_is_the_programs(tmp_path):
    for code in (0, 7):
        program = script(tmp_path, f"sys.exit({code})")
        assert package.run([program], tmp_path, {}, 30) == code


def test_a_program_that_hangs_is_ended_with_its_children(tmp_path):
    note = tmp_path / "pid"
    program = script(tmp_path, CHILD + "child.wait()")
    with pytest.raises(package.PackageError, match="took over 1 s"):
        package.run([program, str(note)], tmp_path, {"PATH": "/usr/bin:/bin"}, 1)
    assert gone(int(note.read_text()))


def test_a_process_left_running_is_a_failure_and_is_ended(tmp_path):
    note = tmp_path / "pid"
    program = script(tmp_path, CHILD + "os._exit(0)")
    with pytest.raises(package.PackageError, match="left 1 processes running"):
        package.run([program, str(note)], tmp_path, {"PATH": "/usr/bin:/bin"}, 30)
    assert gone(int(note.read_text()))


class TestCheck:
    """The frozen program runs as on a bare machine."""

    def test_it_sees_nothing_of_our_environment(self, tmp_path, monkeypatch):
        monkeypatch.setattr(package, "FOLDER", tmp_path)
        monkeypatch.setenv("PYTHONPATH", "/nowhere")
        monkeypatch.setenv("DISPLAY", ":77")
        script(
            tmp_path,
            "wrong = {'PYTHONPATH', 'DISPLAY', 'VIRTUAL_ENV'} & set(os.environ)\n"
            "elsewhere = os.getcwd() != os.environ['HOME'] and not os.listdir('.')\n"
            "sys.exit(bool(wrong) or not elsewhere or os.listdir(os.environ['HOME']) != [])",
        )
        assert package.check(["program"]) > 0

    def test_a_temporary_file_left_is_a_failure(self, tmp_path, monkeypatch):
        monkeypatch.setattr(package, "FOLDER", tmp_path)
        script(tmp_path, "pathlib.Path(os.environ['TMPDIR'], 'rest').touch()")
        with pytest.raises(package.PackageError, match="left behind rest"):
            package.check(["program"])

    def test_a_failing_self_check_is_a_failure_and_no_figures_are_written(
        self, tmp_path, monkeypatch, capsys
    ):
        figures = tmp_path / "package.json"
        monkeypatch.setattr(package, "FOLDER", tmp_path)
        monkeypatch.setattr(package, "FIGURES", figures)
        monkeypatch.setattr(package, "build", lambda: 1.0)
        for name, code in (("hall-platform", 0), ("hall-counter", 1)):
            Path(script(tmp_path, f"sys.exit({code})")).rename(tmp_path / name)
        assert package.main() == 1
        assert "hall-counter --self-check ended with 1" in capsys.readouterr().err
        assert not figures.exists()


def test_links_are_not_counted_twice(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("deep/file")
    assert package.folder_bytes(tmp_path) == 5
