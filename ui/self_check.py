"""`hall-counter --self-check`: does this installation work, from its libraries to a whole visit?

It is meant for a frozen program on a bare machine: every part that a package can lack is used once,
and what is made is read back. Nothing of the counter's own store, devices or platform is touched.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

RARE_CHARACTERS = "㛃䶮𬭎𫖯𬸣𠅤𢙒𬱖𡛷𠮷𪚥𫠠"
LIBRARIES = (
    "PySide6.QtWidgets",
    "PySide6.QtTest",
    "sqlcipher3",
    "reportlab.pdfgen.canvas",
    "_rl_accel",
    "segno",
    "zxingcpp",
    "pyzbar.pyzbar",
    "requests",
    "serial",
    "pypdfium2",
    "msgspec",
    "numpy",
    "fido2.client",
    "fido2.hid",
    *(("keyring.backends.SecretService", "secretstorage") if sys.platform == "linux" else ()),
)
FAILED = 1
UNEXPECTED = 70

_CASE_NUMBER = "430300202611240012345"
_PROCESS_TIMEOUT_S = 30
_PAPER_WIDTH_PX = 2480  # A4 at 300 dots an inch


class SelfCheckError(AssertionError):
    """A part is there but does not do what it must; the message says which."""


@dataclass(frozen=True)
class Check:
    """One thing to hold: its name, and what tries it and says what was found."""

    name: str
    run: Callable[[], str]


def self_check() -> int:
    """Check this installation, a line a check; 0 only if everything holds.

    Qt runs offscreen. An exception that nobody handled, in a slot of Qt's too, ends the program
    with exit code 70.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.excepthook = _end_at_once
    folder = tempfile.mkdtemp(prefix="hall-counter-check-")
    tempfile.tempdir = folder  # whatever a check leaves behind goes with it
    try:
        return report(CHECKS)
    finally:
        _leave_nothing()


def report(checks: tuple[Check, ...]) -> int:
    """Run every check, also after one has failed, and print a line for each."""
    held = [_holds(check) for check in checks]
    print("self-check passed" if all(held) else "self-check FAILED", flush=True)
    return 0 if all(held) else FAILED


def _holds(check: Check) -> bool:
    began = time.monotonic()
    try:
        found = check.run()
    except Exception as error:  # noqa: BLE001 - every failure is a line, and the next check runs
        print(f"FAILED {check.name}: {type(error).__name__}: {error}", flush=True)
        return False
    print(f"ok     {check.name}: {found} ({time.monotonic() - began:.2f} s)", flush=True)
    return True


def _end_at_once(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """An exception in a slot of Qt's does not end a program; going on would prove nothing."""
    sys.__excepthook__(kind, error, trace)
    print(f"FAILED unexpected {kind.__name__}", flush=True)
    sys.stderr.flush()
    _leave_nothing()
    os._exit(UNEXPECTED)


def _leave_nothing() -> None:
    folder, tempfile.tempdir = tempfile.tempdir, None
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _hold(true: bool, otherwise: str) -> None:
    if not true:
        raise SelfCheckError(otherwise)


# The checks -----------------------------------------------------------------------------------


def check_libraries() -> str:
    """Every library can be loaded, and none of the machine's in place of one that came along."""
    for name in LIBRARIES:
        importlib.import_module(name)
    foreign = foreign_libraries()
    _hold(not foreign, f"the machine's own {', '.join(foreign)}")
    return f"{len(LIBRARIES)} loaded"


def check_processes() -> str:
    """A process that the program starts for itself runs, with the program's own libraries."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        foreign = pool.apply_async(foreign_libraries).get(_PROCESS_TIMEOUT_S)
        pool.close()
        pool.join()
    _hold(not foreign, f"the machine's own {', '.join(foreign)}")
    return "one started"


def foreign_libraries() -> list[str]:
    """Shared libraries this process took from the machine though they lie in the frozen folder.

    Always empty for a program that is not frozen.
    """
    root = getattr(sys, "_MEIPASS", None)
    if root is None or sys.platform != "linux":
        return []
    import ctypes  # itself linked to a library that came along

    assert ctypes
    mapped = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    files = {Path(line.split(maxsplit=5)[5]) for line in mapped if ".so" in line}
    return sorted(
        str(file)
        for file in files
        if (Path(root) / file.name).exists() and not file.is_relative_to(root)
    )


def check_opencv() -> str:
    """OpenCV sees beside Qt: it is loaded late, and what it tells Qt is unsaid."""
    _application()
    cv2: Any = importlib.import_module("cv2")
    for variable in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        os.environ.pop(variable, None)
    import numpy

    picture = numpy.zeros((40, 40), numpy.uint8)
    picture[10:30, 10:30] = 255
    outlines, _ = cv2.findContours(picture, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    _hold(len(outlines) == 1, "one square was not seen as one")
    return str(cv2.__version__)


def check_store() -> str:
    """The store opens with its key, is no plain SQLite file, and does not open with another."""
    from counter_app.errors import StoreError
    from counter_app.store.local_store import LocalStore
    from counter_app.store.vault import STORE_KEY, KeyFileVault

    folder = Path(tempfile.mkdtemp())
    vault = KeyFileVault(folder / "keys.json")
    LocalStore(folder, vault).close()
    plain = [path.name for path in folder.iterdir() if path.read_bytes()[:6] == b"SQLite"]
    _hold(not plain, "the store is not encrypted")
    vault.put(STORE_KEY, bytes(32))
    try:
        LocalStore(folder, vault).close()
    except StoreError:
        return "encrypted"
    raise SelfCheckError("the store opens with any key")


def check_printed_fonts() -> str:
    """Papers have a glyph for each rare character, in both faces."""
    from printing.fonts import Face, cover

    for face in (Face.SONG, Face.HEI):
        printed = "".join(run.text for run in cover(RARE_CHARACTERS, face))
        _hold(printed == RARE_CHARACTERS, "characters were lost")
    return RARE_CHARACTERS


def check_shown_fonts() -> str:
    """Qt has the program's own face, and a glyph for each rare character once one is asked for."""
    from PySide6.QtGui import QFontInfo

    from ui import theme

    app = _application()
    theme.apply(app)
    family = QFontInfo(app.font()).family()
    _hold(family == theme.FAMILY, f"Qt took {family}")
    missing = theme.cover("测试" + RARE_CHARACTERS)
    _hold(not missing, f"no glyph for {''.join(missing)}")
    return family


def check_paper() -> str:
    """A notice of acceptance is made, and its text is read back exactly."""
    import pypdfium2

    pdf = _notice()
    document = pypdfium2.PdfDocument(pdf)
    try:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    plain = "".join(text.split())
    for wanted in ("受理通知书", RARE_CHARACTERS, _CASE_NUMBER):
        _hold(wanted in plain, "the text is not what was written")
    return f"{len(pdf)} bytes, {len(plain)} characters read back"


def check_codes() -> str:
    """The paper's codes are read from its pixels, by the program's reader and by zbar alone."""
    import numpy
    from pyzbar import pyzbar

    from counter_app.vision.code_reader import read_codes
    from printing.raster import render_page

    picture = render_page(_notice(), 0, _PAPER_WIDTH_PX)
    pixels = numpy.frombuffer(picture.bgrx, numpy.uint8)
    grey = pixels.reshape(picture.height, picture.stride // 4, 4)[:, : picture.width, 1]
    grey = numpy.ascontiguousarray(grey)
    texts = [code.text or "" for code in read_codes(grey)]
    _hold(any(_CASE_NUMBER in text for text in texts), "the reader did not find the number")
    symbols = [pyzbar.ZBarSymbol.QRCODE, pyzbar.ZBarSymbol.CODE128]
    plane = (grey.tobytes(), picture.width, picture.height)
    raw = [code.data for code in pyzbar.decode(plane, symbols=symbols)]
    _hold(any(_CASE_NUMBER.encode() in data for data in raw), "zbar did not find the number")
    return f"{len(texts)} read, {len(raw)} by zbar"


def check_visit() -> str:
    """A whole visit through the window, against the platform as a process of its own."""
    from ui.demo.run import play

    errors = _Errors()
    crashes = logging.getLogger("ui.crash")
    crashes.addHandler(errors)
    out = Path(tempfile.mkdtemp())
    try:
        code = play(out)
    finally:
        crashes.removeHandler(errors)
    _hold(not errors.seen, "something unexpected happened, see above")
    _hold(code == 0, f"it ended with {code}")
    _hold((out / "receipt.pdf").stat().st_size > 0, "no paper came out")
    return "accepted, confirmed, printed"


CHECKS = (
    Check("libraries", check_libraries),
    Check("processes", check_processes),
    Check("opencv", check_opencv),
    Check("store", check_store),
    Check("fonts on paper", check_printed_fonts),
    Check("fonts on the screen", check_shown_fonts),
    Check("paper", check_paper),
    Check("codes", check_codes),
    Check("visit", check_visit),
)


# What they need -------------------------------------------------------------------------------


class _Errors(logging.Handler):
    """Notes that the window's crash hook had something to log; it may be over by then."""

    def __init__(self) -> None:
        super().__init__(logging.CRITICAL)
        self.seen = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Count it."""
        self.seen += 1


def _application() -> QApplication:
    from PySide6.QtWidgets import QApplication

    existing = QApplication.instance()
    return existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])


def _notice() -> bytes:
    """An invented notice of acceptance as PDF."""
    from counter_app.domain.papers import ACCEPTANCE_NOTICE, AcceptanceNotice, Party
    from counter_app.domain.papers import ReceivedMaterial as Material
    from printing.press import press

    facts = AcceptanceNotice(
        paper_number="自检受〔2026〕第000001号",
        case_number=_CASE_NUMBER,
        provisional_number="",
        query_code="7K3M9Q",
        applicant=Party("测" + RARE_CHARACTERS, "resident", "9901**********1234"),
        agent=None,
        item_name="自检事项",
        item_code="11430300006070000X4430131001000",
        regime="licensing",
        legal_basis=("《中华人民共和国行政许可法》第三十二条",),
        materials=(Material("申请书", "original_seen", 1, 0, 1),),
        accepted_at=datetime(2026, 11, 24, 10, 32, tzinfo=timezone(timedelta(hours=8))),
        officer_name="测试甲",
        window_name="自检窗口",
        hall_name="自检大厅",
        hall_address="自检路1号",
        body_name="自检机关",
        body_code="11430300006070000X",
        immediate=False,
        promised_days=10,
        day_kind="working",
        due_on=date(2026, 12, 8),
        due_provisional=False,
        charged=False,
        fee_note="",
        enquiry_phone="12345",
        complaint_phone="12345",
    )
    return press(ACCEPTANCE_NOTICE, facts)
