"""The simulator's page beside a window with a gun that types, each a process; says what came of it.

The first argument is whether the window may come to the front, the second the code.
"""

import ctypes
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from counter_app.devices.simulators.desk import SimulatedDesk
from ui.demo.hands import look
from ui.simulator_panel import DeskPage

WINDOW = [sys.executable, str(Path(__file__).with_name("gun_window.py")), '{"gap_s": 0.15}']


def give_keyboard(window):
    """What a window manager does, and there is none here."""
    x = ctypes.CDLL("libX11.so.6")
    x.XOpenDisplay.restype = ctypes.c_void_p
    x.XSetInputFocus.argtypes = (ctypes.c_void_p, *[ctypes.c_ulong] * 3)
    x.XCloseDisplay.argtypes = (ctypes.c_void_p,)
    display = x.XOpenDisplay(None)
    x.XSetInputFocus(display, window, 2, 0)
    x.XCloseDisplay(display)


def main(may_come, code):
    app = QApplication(sys.argv[:1])
    window = subprocess.Popen(WINDOW, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(words):
        window.stdin.write(words + "\n")
        window.stdin.flush()
        return json.loads(window.stdout.readline())

    def to_front():
        if may_come:
            give_keyboard(tell("report")["window"])
        return window.pid

    assert json.loads(window.stdout.readline()) == {"ready": "xcb"}
    look("the window is there", lambda: tell("report")["active"])
    with SimulatedDesk() as desk, tempfile.TemporaryDirectory() as folder:
        desk.start(Path(folder), "127.0.0.1:9")
        page = DeskPage("窗口员", desk, [], [("食品经营许可", code)], "测试", to_front=to_front)
        page.show()
        page.activateWindow()
        page.account.setFocus()
        look("the page has the keyboard", lambda: page.isActiveWindow())
        page.account.setReadOnly(False)  # so that stray keys would be seen
        QTest.mouseClick(page.type_code, Qt.MouseButton.LeftButton)
        heard, until = tell("report"), time.monotonic() + (30 if may_come else 1)
        while not heard["scans"] and time.monotonic() < until:
            app.processEvents()
            heard = tell("report")
        said = page.typed.text() if page.typed.isVisible() else ""
        told = {"offered": page.type_code.isEnabled(), "said": said, "page": page.account.text()}
    window.stdin.close()
    window.wait(30)
    print(json.dumps(told | {name: heard[name] for name in ("scans", "text", "broken")}))


if __name__ == "__main__":
    main(sys.argv[1] == "may-come", sys.argv[2])
