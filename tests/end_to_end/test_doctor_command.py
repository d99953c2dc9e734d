"""`hall-counter doctor`: ten parts, a line each with what to do, whatever is missing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from answering_server import AnsweringServer, answer

from counter_app.clock import CHINA
from counter_app.devices.simulators.reader import SimulatedReader
from counter_app.ports import AuditEntry
from counter_app.store.database import Database
from counter_app.store.local_store import LocalStore
from counter_app.store.vault import DEVICE_SECRET, KeyFileVault

ROOT = Path(__file__).resolve().parents[2]
PARTS = [
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
RUN = "import sys\nfrom ui.commands import main\nsys.exit(main(sys.argv[1:]))\n"
NO_SESSION = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere", "XDG_RUNTIME_DIR": "/nowhere"}


def doctor(tmp_path, settings="", *, before="", language="zh"):
    """The lines by their part, and the exit code; never a traceback."""
    config = tmp_path / "counter.toml"
    config.write_text(settings, "utf-8")
    kept = {name: value for name, value in os.environ.items() if "HALL_COUNTER" not in name}
    done = subprocess.run(
        [
            *(sys.executable, "-c", before + RUN, "doctor", "--language", language),
            *("--config", str(config), "--data-dir", str(tmp_path / "data")),
        ],
        cwd=ROOT,
        env=kept | NO_SESSION,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    lines = done.stdout.splitlines()
    found = {line[2:].partition(":")[0]: line for line in lines}
    assert len(lines) == len(found) == len(PARTS), done.stdout + done.stderr
    if language == "zh":
        assert list(found) == PARTS
    bad = [line for line in lines if line.startswith("✗")]
    assert all(line.startswith(("✓", "✗")) for line in lines)
    assert all(" — " in line for line in bad), "what to do"
    assert done.returncode == (1 if bad else 0)
    return found, done.returncode


def platform_that_is(apart):
    return AnsweringServer(
        lambda _: answer(200, {"status": "ok", "time": (datetime.now(CHINA) + apart).isoformat()})
    )


def whole(tmp_path, server, reader, device="counter-01"):
    KeyFileVault(tmp_path / "data" / "keys.json").put(DEVICE_SECRET, b"some-secret")
    return (
        f'[platform]\nurl = "{server.url}"\ndevice = "{device}"\n'
        f'[reader]\nkind = "serial"\nport = "{reader.port}"\n'
        f'[printer]\nkind = "file"\nfolder = "{tmp_path / "papers"}"\n'
        '[store]\nvault = "key_file"\n'
    )


def test_with_everything_there_it_ends_with_0(tmp_path):
    with platform_that_is(timedelta(seconds=2)) as server, SimulatedReader() as reader:
        found, code = doctor(tmp_path, whole(tmp_path, server, reader))
    assert code == 0
    assert "05.03" in found["读卡器"], "which security module"
    assert "没有保护" in found["钥匙串"], "a key beside its store is said to be none"
    assert "生僻字可印" in found["字体"]


def test_a_device_without_its_secret_is_told_the_command(tmp_path):
    found, code = doctor(
        tmp_path, '[platform]\ndevice = "counter-01"\n[store]\nvault = "key_file"\n'
    )
    assert code == 1
    assert "hall-counter enrol" in found["设备密钥"]
    assert found["设备密钥"].endswith("[store.no_device_secret]")


KEY_FILE = '[store]\nvault = "key_file"\n'


@pytest.fixture
def kept(tmp_path):
    """The counter's store, with a few lines of audit."""
    folder = tmp_path / "data"
    store = LocalStore(folder, KeyFileVault(folder / "keys.json"))
    for place in range(1, 4):
        at = datetime(2026, 11, 24, 9, place, tzinfo=CHINA)
        store.add_audit(AuditEntry(at, "clerk-1", "03", "sign_in", f"session-{place}", "done"))
    yield store
    store.close()


def test_a_store_that_is_whole_is_told_and_left_as_it_is(tmp_path, kept):
    kept.close()
    before = {file.name: file.read_bytes() for file in (tmp_path / "data").iterdir()}
    found, _ = doctor(tmp_path, KEY_FILE)
    assert found["本机办件库"].startswith("✓")
    assert "3 行" in found["本机办件库"]
    after = {file.name: file.read_bytes() for file in (tmp_path / "data").iterdir()}
    assert {name: after[name] for name in before} == before


def test_an_audit_that_was_changed_is_told_with_its_line(tmp_path, kept):
    with kept.transaction() as transaction:
        transaction._connection.execute("UPDATE audit SET operator = 'x' WHERE place = 2")
    kept.close()
    for _ in range(2):  # looking does not make it well
        found, code = doctor(tmp_path, KEY_FILE)
        assert code == 1
        assert "第 2 行" in found["本机办件库"]
        assert found["本机办件库"].endswith("[store.audit_broken]")


def test_lines_cut_off_at_the_end_are_told_until_somebody_looked_into_it(tmp_path, kept):
    kept.close()
    database = Database(tmp_path / "data", KeyFileVault(tmp_path / "data" / "keys.json"))
    with database.transaction() as connection:
        connection.execute("DELETE FROM audit WHERE place = 3")
    database.close()
    for _ in range(2):
        found, _ = doctor(tmp_path, KEY_FILE)
        assert "第 3 行" in found["本机办件库"]


def test_a_damaged_store_is_told(tmp_path, kept):
    kept.close()
    with (tmp_path / "data" / "counter.db").open("r+b") as file:
        file.seek(4096 * 2 + 100)
        file.write(b"\x00" * 16)
    found, _ = doctor(tmp_path, KEY_FILE)
    assert found["本机办件库"].endswith("[store.damaged]")


def test_a_store_in_use_is_left_alone(tmp_path, kept):
    found, _ = doctor(tmp_path, KEY_FILE)
    assert found["本机办件库"].startswith("✓")
    assert "没有检查" in found["本机办件库"]


def test_a_counter_that_is_no_device_is_told_the_setting(tmp_path):
    found, _ = doctor(tmp_path, '[store]\nvault = "key_file"\n')
    assert found["设备密钥"].startswith("✗")
    assert "platform.device" in found["设备密钥"]


@pytest.mark.parametrize("apart", [timedelta(hours=-1), timedelta(minutes=5)])
def test_a_clock_that_is_wrong_is_told_by_how_much(tmp_path, apart):
    with platform_that_is(apart) as server, SimulatedReader() as reader:
        found, code = doctor(tmp_path, whole(tmp_path, server, reader))
    assert code == 1
    line = found["时钟"]
    assert line.startswith("✗")
    seconds = int("".join(sign for sign in line.partition("—")[0] if sign.isdigit()))
    assert abs(seconds - abs(apart.total_seconds())) < 30
    assert "校准" in line
    assert sum(one.startswith("✗") for one in found.values()) == 1


def test_with_nothing_there_each_says_what_to_do(tmp_path):
    found, code = doctor(
        tmp_path,
        '[platform]\nurl = "http://127.0.0.1:9"\n'
        '[reader]\nkind = "serial"\nport = "/dev/no-reader"\n'
        '[gun]\nkind = "serial"\nport = "/dev/no-gun"\n'
        '[printer]\nkind = "cups"\nqueue = "none"\nserver = "127.0.0.1:9"\n',
    )
    assert code == 1
    for part, code in {
        "读卡器": "reader.port_missing",
        "扫码枪": "gun.port_missing",
        "打印机": "printer.missing",
        "钥匙串": "store.no_keyring",
        "平台": "platform.unreachable",
    }.items():
        assert found[part].startswith("✗"), found[part]
        assert found[part].endswith(f"[{code}]")
    assert "没有比对" in found["时钟"]


def test_a_platform_that_speaks_something_else(tmp_path):
    with AnsweringServer(lambda _: answer(200, b"<html>portal</html>")) as server:
        found, _ = doctor(tmp_path, f'[platform]\nurl = "{server.url}"\n')
    assert found["平台"].endswith("[platform.garbled]")


@pytest.mark.parametrize(
    "platform",
    ['url = "platform.invalid"', 'url = "https://platform.invalid"\nverify = "/nowhere.pem"'],
)
def test_an_address_or_a_bundle_that_cannot_be(tmp_path, platform):
    found, _ = doctor(tmp_path, f"[platform]\n{platform}\n")
    assert found["平台"].endswith("[settings.invalid]")
    assert found["平台"].startswith("✗ 平台: 设置「platform.")


def test_a_store_in_use_or_a_key_file_that_is_none_changes_nothing(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "keys.json").write_text("{", "utf-8")
    doctor(tmp_path, '[store]\nvault = "key_file"\n')
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["keys.json"]


NO_FONTS = """
import resources
real = resources.path

def path(name):
    if name.startswith("fonts"):
        raise FileNotFoundError(name)
    return real(name)

resources.path = path
"""
NO_RARE_FONT = NO_FONTS.replace('name.startswith("fonts")', '"Rare" in name')
NO_LIBRARIES = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("serial", "requests", "keyring", "secretstorage", "reportlab"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Missing())
"""


@pytest.mark.parametrize(
    ("before", "names"), [(NO_FONTS, 3), (NO_RARE_FONT, 1)], ids=["none", "not the rare one"]
)
def test_fonts_that_are_missing_are_named(tmp_path, before, names):
    found, code = doctor(tmp_path, before=before)
    assert code == 1
    assert found["字体"].startswith("✗")
    assert found["字体"].count(".ttf") == names
    assert "重新安装" in found["字体"]


def test_a_font_that_is_damaged_is_no_traceback(tmp_path):
    spoilt = tmp_path / "spoilt.ttf"
    spoilt.write_bytes(b"\x00\x01\x00\x00" * 20)
    before = (
        "import resources\nfrom pathlib import Path\nreal = resources.path\n"
        f"resources.path = lambda name: Path({str(spoilt)!r}) if 'Song' in name else real(name)\n"
    )
    found, _ = doctor(tmp_path, before=before)
    assert found["字体"].startswith("✗")


def test_libraries_that_are_missing_are_no_traceback(tmp_path):
    found, code = doctor(
        tmp_path, '[reader]\nkind = "serial"\nport = "/dev/no-reader"\n', before=NO_LIBRARIES
    )
    assert code == 1
    for part in ("读卡器", "字体", "平台"):
        assert found[part].startswith("✗")
        assert found[part].endswith("[ModuleNotFoundError]")


def test_in_english(tmp_path):
    found, _ = doctor(tmp_path, language="en")
    assert list(found)[:3] == ["Card reader", "Scan gun", "Camera"]
    assert not re.search("[\u3400-\u9fff]", "".join(found.values()))


def test_a_camera_says_its_name_or_why_it_gives_no_picture(tmp_path):
    from films import desk, film

    path = film(tmp_path / "film.avi", [desk()] * 5)
    found, _ = doctor(tmp_path, f'[camera]\nkind = "film"\nsource = "{path}"\n')
    assert found["摄像头"] == "✓ 摄像头: 就绪,film.avi"
    path.write_bytes(b"nothing")
    found, code = doctor(tmp_path, f'[camera]\nkind = "film"\nsource = "{path}"\n')
    assert found["摄像头"].startswith("✗")
    assert "[camera.no_picture]" in found["摄像头"]
    assert code == 1
    found, _ = doctor(tmp_path, '[camera]\nkind = "device"\nname = "不在这里的"\n')
    assert "[camera.missing]" in found["摄像头"]


CAMERAS = """
from counter_app.devices import camera
camera.cameras = lambda: (
    camera.CameraDevice("Front", "/dev/video0", "/dev/v4l/by-path/pci-0-video-index0"),
    camera.CameraDevice("HD USB", "/dev/video2", "/dev/v4l/by-path/pci-1-video-index0"),
    camera.CameraDevice("HD USB", "/dev/video4", "/dev/v4l/by-path/pci-2-video-index0"),
    camera.CameraDevice("HD USB", "/dev/video6"),
)
"""


@pytest.mark.parametrize("settings", ["", '[camera]\nkind = "device"\nname = "不在这里的"\n'])
def test_the_cameras_of_the_machine_are_listed_so_that_one_can_be_named(tmp_path, settings):
    found, _ = doctor(tmp_path, settings, before=CAMERAS)
    line = found["摄像头"]
    assert "Front (/dev/video0)" in line
    assert "HD USB (/dev/v4l/by-path/pci-1-video-index0)" in line
    assert "HD USB (/dev/v4l/by-path/pci-2-video-index0)" in line
    assert "HD USB (/dev/video6)" in line, "where the system knows no socket"
    assert ("[camera.missing]" in line) == bool(settings)
