"""`make package`: one folder with both programs, then the frozen programs prove themselves.

The folder is checked as on a bare machine: an empty home, no variables of this environment, another
working directory. Writes out/package.json: size, how long building and checking took, commit, date.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools import stamp

ROOT = stamp.ROOT
FOLDER = ROOT / "dist" / "hall-counter"
WORK = ROOT / "build" / "package"
FIGURES = stamp.OUT / "package.json"
BUILD_TIMEOUT_S = 900
CHECK_TIMEOUT_S = 180
LAST_BREATH_S = 3  # multiprocessing's tracker of semaphores ends when its program has ended


class PackageError(Exception):
    """The package cannot be built or does not work; the message says why."""


def main() -> int:
    """Build, check, measure; the exit code."""
    try:
        build_s = build()
        help_s = check(["hall-platform", "--help"], quiet=True)
        self_check_s = check(["hall-counter", "--self-check"])
    except PackageError as failure:
        print(f"package: {failure}", file=sys.stderr)
        return 1
    size = folder_bytes(FOLDER)
    figures = {
        "bytes": size,
        "build_s": round(build_s, 1),
        "self_check_s": round(self_check_s, 1),
    }
    stamp.write(FIGURES, figures)
    print(
        f"{FOLDER.relative_to(ROOT)}: {size / 1e6:.0f} MB, built in {build_s:.0f} s; "
        f"self-check {self_check_s:.1f} s, hall-platform --help {help_s:.1f} s"
    )
    return 0


def build() -> float:
    """Build the folder from nothing; the seconds it took. Raises PackageError."""
    for old in (WORK, FOLDER):
        shutil.rmtree(old, ignore_errors=True)
    WORK.mkdir(parents=True)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    places = ["--distpath", str(FOLDER.parent), "--workpath", str(WORK), "build.spec"]
    began = time.monotonic()
    ended = run([*command, *places], ROOT, {**os.environ, **builder_settings()}, BUILD_TIMEOUT_S)
    if ended != 0:
        raise PackageError(f"PyInstaller ended with {ended}")
    return time.monotonic() - began


def builder_settings() -> dict[str, str]:
    """PyInstaller keeps its cache in the work folder, and the same sources give the same order."""
    return {"PYINSTALLER_CONFIG_DIR": str(WORK / "cache"), "PYTHONHASHSEED": "0"}


def check(command: list[str], *, quiet: bool = False) -> float:
    """Run a frozen program as on a bare machine; the seconds it took.

    Raises PackageError when it fails, takes too long, or leaves a process or a temporary file.
    """
    said = " ".join(command)
    with tempfile.TemporaryDirectory(prefix="hall-counter-package-") as bare:
        places = {name: Path(bare) / name for name in ("home", "tmp", "run", "elsewhere")}
        for place in places.values():
            place.mkdir(mode=0o700)
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(places["home"]),
            "TMPDIR": str(places["tmp"]),
            "XDG_RUNTIME_DIR": str(places["run"]),
            "LANG": "C.UTF-8",
        }
        program = [str(FOLDER / command[0]), *command[1:]]
        began = time.monotonic()
        ended = run(program, places["elsewhere"], environment, CHECK_TIMEOUT_S, quiet=quiet)
        took = time.monotonic() - began
        if ended != 0:
            raise PackageError(f"{said} ended with {ended}")
        left = sorted(path.name for path in places["tmp"].iterdir())
        if left:
            raise PackageError(f"{said} left behind {', '.join(left)}")
    return took


def run(
    command: list[str],
    folder: Path,
    environment: dict[str, str],
    timeout_s: float,
    *,
    quiet: bool = False,
) -> int:
    """Run a program in a session of its own; its exit code.

    Raises PackageError when it takes too long or leaves processes, after having ended all of them.
    """
    output = subprocess.DEVNULL if quiet else None
    program = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        start_new_session=True,
    )
    try:
        ended = program.wait(timeout_s)
    except subprocess.TimeoutExpired:
        end_session(program.pid)
        program.wait()
        raise PackageError(f"{Path(command[0]).name} took over {timeout_s:.0f} s") from None
    except BaseException:
        end_session(program.pid)
        raise
    until = time.monotonic() + LAST_BREATH_S
    while members(program.pid) and time.monotonic() < until:
        time.sleep(0.02)
    left = end_session(program.pid)
    if left:
        raise PackageError(f"{Path(command[0]).name} left {left} processes running")
    return ended


def members(session: int) -> list[int]:
    """The processes of that session that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):  # it ended while we looked
            # After the name, which may hold anything: state, parent, group, session.
            state, _, _, its_session = stat.read_text("utf-8").rpartition(")")[2].split()[:4]
            if int(its_session) == session and state != "Z":
                found.append(int(stat.parent.name))
    return found


def end_session(session: int) -> int:
    """Kill every process of that session; how many there were."""
    found = members(session)
    for process in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    return len(found)


def folder_bytes(folder: Path) -> int:
    """The size of all files under a folder; links count as nothing."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files)


if __name__ == "__main__":
    sys.exit(main())
