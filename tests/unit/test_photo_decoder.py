"""The portrait's decoder as a process of its own: what works, and every way it can fail."""

import os
import sys
import time
from pathlib import Path

import pytest

from counter_app.devices.photo import ChildProcessPhotoDecoder

BITMAP = """
import struct, sys
wlt = sys.stdin.buffer.read()
assert len(wlt) == 1024
pixels = bytes([wlt[0]]) * 38556
sys.stdout.buffer.write(b"BM" + struct.pack("<I", 54 + len(pixels)) + bytes(48) + pixels)
"""
WLT = b"\x07" + bytes(1023)


def decoder(program, **options):
    return ChildProcessPhotoDecoder([sys.executable, "-c", program], **options)


def test_a_picture_comes_back():
    picture = decoder(BITMAP, timeout_s=60).decode(WLT)
    assert picture[:2] == b"BM"
    assert len(picture) == 54 + 38556
    assert picture[54] == 7


@pytest.mark.parametrize(
    "program",
    [
        "import sys; sys.exit(3)",
        "import os; os.abort()",
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "",
        "print('no licence')",
        BITMAP.replace("54 +", "55 +"),
        BITMAP + "sys.exit(1)",
        "import os; os.close(0); os.close(1)",
    ],
    ids=["error", "abort", "segfault", "nothing", "text", "cut", "late error", "closed"],
)
def test_a_decoder_that_fails_gives_nothing(program):
    assert decoder(program, timeout_s=60).decode(WLT) is None


def test_a_decoder_that_is_not_there(tmp_path):
    assert ChildProcessPhotoDecoder([str(tmp_path / "none")]).decode(WLT) is None


def test_a_decoder_that_hangs_is_ended_with_all_it_started(tmp_path):
    started = tmp_path / "pids"
    program = f"""
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open({str(started)!r} + ".part", "w").write(f"{{os.getpid()}} {{child.pid}}")
os.rename({str(started)!r} + ".part", {str(started)!r})
time.sleep(600)
"""
    timeout_s = 1.0
    while not started.exists():  # a busy machine may need longer to get that far
        assert timeout_s < 100
        assert decoder(program, timeout_s=timeout_s).decode(WLT) is None
        timeout_s *= 2
    until = time.monotonic() + 10  # a killed process may still be on its way out
    while running := [pid for pid in started.read_text().split() if runs(pid)]:
        assert time.monotonic() < until, running
        os.sched_yield()


def runs(pid):
    """Whether a process is there and more than a record waiting to be read."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rsplit(")", 1)[1].split()[0] not in ("Z", "X")


@pytest.mark.skipif(sys.platform != "linux", reason="limits of a running process: Linux")
def test_a_crash_leaves_no_picture_of_the_person_on_the_disk():
    program = """
import resource, struct, sys
sys.stdin.buffer.read()
soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
pixels = bytes([soft & 1, hard & 1, soft == hard == 0]) * 100
sys.stdout.buffer.write(b"BM" + struct.pack("<I", 54 + len(pixels)) + bytes(48) + pixels)
"""
    assert decoder(program, timeout_s=60).decode(WLT)[54:57] == b"\x00\x00\x01"
