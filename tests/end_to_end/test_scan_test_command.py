"""`hall-counter doctor --scan-test`: a gun on a wire, and one that types into a real terminal."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from counter_app.devices.gun_check import TEST_CODE
from counter_app.devices.simulators.gun import SimulatedGun

ROOT = Path(__file__).resolve().parents[2]
RUN = "import sys\nfrom ui.commands import main\nsys.exit(main(sys.argv[1:]))\n"


class ScanTest:
    """The command at work: it has shown the code and waits for it."""

    def __init__(self, tmp_path, settings, stdin=subprocess.DEVNULL):
        config = tmp_path / "counter.toml"
        config.write_text(settings, "utf-8")
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-u", "-c", RUN, "doctor", "--scan-test"),
                *("--config", str(config), "--data-dir", str(tmp_path / "data")),
            ],
            cwd=ROOT,
            stdin=stdin,
            stdout=subprocess.PIPE,
            text=True,
        )
        while "请用扫码枪扫这个码" not in (line := self._process.stdout.readline()):
            assert line

    def end(self):
        told, _ = self._process.communicate(timeout=60)
        return self._process.returncode, told


@pytest.mark.parametrize(
    ("payload", "code", "said"),
    [
        (TEST_CODE + "\r", 0, "扫码枪设置正确"),
        ("]Q1" + TEST_CODE + "\r", 1, 'gun.prefix = "]Q1"'),
        (TEST_CODE + "\n", 1, 'gun.suffix = "lf"'),
        (TEST_CODE + "\x03", 1, 'gun.suffix = "etx"'),
        (TEST_CODE, 1, "gun.check_no_suffix"),
    ],
)
def test_a_gun_on_a_wire(tmp_path, payload, code, said):
    with SimulatedGun(baud=115200) as gun:
        test = ScanTest(tmp_path, f'[gun]\nkind = "serial"\nport = "{gun.port}"\n')
        gun.send(payload.encode())
        ended, told = test.end()
    assert (ended, said in told) == (code, True), told


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (TEST_CODE + "\r", 0, "扫码枪设置正确"),
        (TEST_CODE, 1, "gun.check_no_suffix"),
        (TEST_CODE + "\t", 1, 'gun.suffix = "tab"'),
        ("~" + TEST_CODE + "\r", 1, 'gun.prefix = "~"'),
        (TEST_CODE.swapcase() + "\r", 1, "gun.check_caps"),
        ("你好\r", 1, "gun.check_input_method"),
    ],
)
def test_a_gun_that_types_into_the_terminal(tmp_path, typed, code, said):
    ours, theirs = pty.openpty()
    try:
        test = ScanTest(tmp_path, '[gun]\nkind = "wedge"\n', stdin=theirs)
        os.write(ours, typed.encode())
        ended, told = test.end()
    finally:
        os.close(ours)
        os.close(theirs)
    assert (ended, said in told) == (code, True), told


def test_without_a_keyboard_to_read_a_sentence_says_where_to_test(tmp_path):
    config = tmp_path / "counter.toml"
    config.write_text('[gun]\nkind = "wedge"\n', "utf-8")
    command = [sys.executable, "-c", RUN, "doctor", "--scan-test", "--config", str(config)]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "[gun.check_no_terminal]" in done.stdout
    assert "在窗口里点「扫码枪」扫测试码" in done.stdout
    assert done.stderr == ""


def test_without_a_gun_there_is_nothing_to_test(tmp_path):
    config = tmp_path / "counter.toml"
    config.write_text("", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", RUN, "doctor", "--scan-test", "--config", str(config)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "没有扫码枪" in done.stdout
