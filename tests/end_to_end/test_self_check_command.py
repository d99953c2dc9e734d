"""`hall-counter --self-check` as an installer runs it, here on the installation under test."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(tmp_path, text=None):
    """The command's outcome, and what it left in its temporary folder."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    start = ["-m", "ui.commands"] if text is None else ["-c", text]
    done = subprocess.run(
        [sys.executable, *start, "--self-check"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return done, [path.name for path in temporary.iterdir()]


def test_it_holds_here_and_leaves_nothing(tmp_path):
    done, left = run(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    for name in ("libraries", "opencv", "store", "paper", "codes", "visit"):
        assert any(line.startswith(f"ok     {name}: ") for line in lines), name
    assert lines[-1] == "self-check passed"
    assert left == []


WITHOUT_RARE_FACES = """
import sys
import resources
real = resources.path

def path(name):
    if "Rare" in name:
        raise FileNotFoundError(f"bundled file missing: {name}")
    return real(name)

resources.path = path
from ui import self_check
self_check.CHECKS = tuple(one for one in self_check.CHECKS if one.name in ("store", "paper"))
from ui.commands import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_package_without_the_rare_faces_does_not_pass(tmp_path):
    done, left = run(tmp_path, WITHOUT_RARE_FACES)
    assert done.returncode == 1
    assert "FAILED paper: FileNotFoundError" in done.stdout
    assert "ok     store" in done.stdout
    assert left == []
