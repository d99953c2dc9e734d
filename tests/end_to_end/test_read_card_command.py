"""`hall-counter read-card` and `doctor`, over a real serial line and without Qt."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from counter_app.devices.simulators.reader import SimulatedReader

ROOT = Path(__file__).resolve().parents[2]
FRAMES = json.loads((ROOT / "docs/api/vectors/sdt-frames.json").read_text("utf-8"))["frames"]
LAYOUTS = [name for name, frame in FRAMES.items() if "kind" in frame.get("expect", {})]
RUN = """
import sys
class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("PySide6", "shiboken6"):
            raise ImportError(name)
sys.meta_path.insert(0, NoQt())
from ui.commands import main
sys.exit(main(sys.argv[1:]))
"""


def command(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-c", RUN, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_all_five_layouts_are_there():
    assert len(LAYOUTS) == 5


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_card_as_json(layout):
    with SimulatedReader() as reader:
        reader.put(bytes.fromhex(FRAMES[layout]["hex"]))
        done = command("read-card", "--port", reader.port, "--json")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record.pop("sam_id").startswith("05.")
    assert record == FRAMES[layout]["expect"]


def test_a_card_for_people():
    with SimulatedReader() as reader:
        reader.put(bytes.fromhex(FRAMES["resident"]["hex"]))
        done = command("read-card", "--port", reader.port)
    assert done.returncode == 0
    assert "测试甲" in done.stdout
    assert "990302199001010016" in done.stdout


def test_a_wrong_check_digit_is_shown_as_it_is():
    """The digit is changed on the card; the reader shows what the card says."""
    frame = bytearray.fromhex(FRAMES["resident"]["hex"])
    place = 14 + 122 + 34
    assert frame[place : place + 2] == "6".encode("utf-16-le")
    frame[place] ^= ord("6") ^ ord("7")
    frame[-1] ^= ord("6") ^ ord("7")
    with SimulatedReader() as reader:
        reader.put(bytes(frame))
        done = command("read-card", "--port", reader.port, "--json")
    assert json.loads(done.stdout)["number"] == "990302199001010017"


def test_no_reader_is_a_sentence_a_code_and_1(tmp_path):
    done = command("read-card", "--port", tmp_path / "nothing")
    assert done.returncode == 1
    assert "没有找到读卡器" in done.stderr
    assert done.stderr.rstrip().endswith("[reader.port_missing]")
    assert len(done.stderr.splitlines()) == 1, "a sentence, and no line of a log beside it"


def test_no_card_is_a_sentence_a_code_and_1():
    with SimulatedReader() as reader:
        done = command("read-card", "--port", reader.port, "--timeout", "1")
    assert done.returncode == 1
    assert "[card.none]" in done.stderr


def test_doctor_says_each_part_in_a_line(tmp_path):
    config = tmp_path / "counter.toml"
    with SimulatedReader() as reader, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        config.write_text(
            f'[platform]\nurl = "http://127.0.0.1:{nobody.getsockname()[1]}"\n'
            f'[reader]\nkind = "serial"\nport = "{reader.port}"\n'
            f'[printer]\nkind = "file"\nfolder = "{tmp_path / "papers"}"\n'
            '[store]\nvault = "key_file"\n',
            "utf-8",
        )
        done = command("doctor", "--config", config, "--data-dir", tmp_path / "data")
    lines = done.stdout.splitlines()
    assert len(lines) == 11, done.stdout + done.stderr
    assert [line.split(" ")[1].rstrip(":") for line in lines] == [
        "读卡器",
        "扫码枪",
        "摄像头",
        "打印机",
        "字体",
        "钥匙串",
        "本机办件库",
        "设备密钥",
        "签名钥匙",
        "平台",
        "时钟",
    ]
    assert done.returncode == 1, "the platform is not there"
    assert lines[9].startswith("✗")
    assert "[platform.unreachable]" in lines[9] or "[platform.timeout]" in lines[9]
    assert lines[0].startswith("✓")


def test_an_unknown_setting_is_refused_with_its_name(tmp_path):
    config = tmp_path / "counter.toml"
    config.write_text('[reader]\nprot = "x"\n', "utf-8")
    done = command("doctor", "--config", config)
    assert done.returncode == 1
    assert "reader.prot" in done.stderr
    assert "[settings.unknown_key]" in done.stderr
