"""The simulator's gun that types, under a real X server: into the face's window alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import x11_session

from counter_app.devices.simulators import x11_keyboard

ROOT = Path(__file__).resolve().parents[2]
PANEL = Path(__file__).with_name("typing_panel.py")
CODE = "HCPRE:8F3K-2mQ9x_Z7"

pytestmark = pytest.mark.timeout(120)


def played(home, may_come):
    with x11_session.x_server() as display:
        env = x11_session.environment(display, home, input_method=False)
        done = subprocess.run(
            [sys.executable, str(PANEL), may_come, CODE],
            env=env | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
            cwd=home,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_code_is_typed_into_the_faces_window(tmp_path):
    told = played(tmp_path, "may-come")
    assert told["scans"] == [CODE.encode().hex()]
    assert (told["text"], told["broken"]) == ("", 0)
    assert (told["page"], told["said"]) == ("测试", "")


def test_nothing_is_typed_where_the_window_does_not_come_to_the_front(tmp_path):
    told = played(tmp_path, "may-not-come")
    assert (told["scans"], told["text"], told["broken"]) == ([], "", 0)
    assert told["page"] == "测试", "nor into the page itself"
    assert told["said"] == "窗口没有到前面来,什么也没有键入,请再试一次"


def test_what_a_machine_lacks_for_it_is_said(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    assert x11_keyboard.lacking() == "no_display"
    monkeypatch.setenv("DISPLAY", ":987654")
    assert x11_keyboard.lacking() == "no_display"

    def not_installed(name):
        raise OSError(name)

    monkeypatch.setattr(x11_keyboard.ctypes, "CDLL", not_installed)
    assert x11_keyboard.lacking() == "no_library"
    monkeypatch.setattr(x11_keyboard.sys, "platform", "win32")
    assert x11_keyboard.lacking() == "no_x11"
