"""`hall-counter doctor --scan-test`: a test code in the terminal, and what is wrong with the gun.

Loads no Qt. A gun that types is read from the terminal, where the desktop's layout still counts;
the window's own test, behind the gun's chip, looks at the keys themselves.
"""

from __future__ import annotations

import errno
import os
import select
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise

import segno

from counter_app.devices.gun_check import (
    TEST_CODE,
    Fault,
    TypedText,
    faults_of_sent,
    faults_of_typed_text,
)
from counter_app.devices.wedge import WedgeRules
from counter_app.domain.reading import CodeSent, GunLost, GunReady
from counter_app.ports import ScanGun
from counter_app.settings import Settings
from ui.assembly_gun import build_gun, wedge_rules
from ui.messages import message
from ui.words import tr

WAIT_S = 60.0
_QUIET_S = 0.5  # after the last character
_POLL_S = 0.3
_ENDINGS = "\r\n\t"


def scan_test(settings: Settings) -> int:
    """Show the test code, wait a minute for it, say what to set; 0 where nothing is to be set."""
    gun, rules = build_gun(settings), wedge_rules(settings)
    if gun is None and rules is None:
        print(tr("设置里没有扫码枪"))
        return 1
    segno.make(TEST_CODE, error="m", micro=False).terminal(compact=True)
    faults = _heard(gun, rules) if gun is not None else _typed(rules)
    if faults is None:
        print(tr("没有收到扫码枪发来的内容"))
        return 1
    for fault in faults:
        said = message(fault.code, **dict(fault.facts))
        print(tr("{what}。{do} [{code}]", what=said.what, do=said.do, code=said.code))
    if not faults:
        print(tr("扫码枪设置正确"))
    return 1 if faults else 0


def _heard(gun: ScanGun, rules: WedgeRules | None) -> tuple[Fault, ...] | None:
    """What a gun on a wire sends; where none is there and one may type, what is typed."""
    until = time.monotonic() + WAIT_S
    gun.check(True)
    try:
        while time.monotonic() < until:
            event = gun.next_event(_POLL_S)
            if isinstance(event, GunReady):
                _ask()
            if isinstance(event, CodeSent):
                return faults_of_sent(event)
            if isinstance(event, GunLost) and rules is not None:
                return _typed(rules)
            if isinstance(event, GunLost):
                return (Fault(event.code),)
    finally:
        gun.close()
    return None


def _ask() -> None:
    print(tr("请用扫码枪扫这个码"), flush=True)


def _typed(rules: WedgeRules | None) -> tuple[Fault, ...] | None:
    """What comes into the terminal, up to a moment of silence."""
    assert rules is not None
    arrived: list[tuple[float, bytes]] = []
    try:
        with _each_key(_keyboard()) as next_bytes:
            _ask()
            raw = next_bytes(WAIT_S)
            while raw:
                arrived.append((time.monotonic(), raw))
                raw = next_bytes(_QUIET_S)
    except OSError:
        return (Fault("gun.check_no_terminal"),)
    text = b"".join(raw for _, raw in arrived).decode("utf-8", "replace")
    if not text:
        return None
    said = text.rstrip(_ENDINGS)
    times = [at for at, _ in arrived]
    slowest = max((b - a for a, b in pairwise(times)), default=0.0)
    ending = text[len(said) : len(said) + 1].replace("\n", "\r")
    return faults_of_typed_text(TypedText(said, ending, slowest), rules)


def _keyboard() -> int:
    """The descriptor that keys come from. Raises OSError where there is none."""
    if sys.stdin is None:  # closed before the program began
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return sys.stdin.fileno()


@contextmanager
def _each_key(terminal: int) -> Iterator[Callable[[float], bytes]]:
    """Reads bytes as they come and shows none of them; b"" after a time without any."""

    def next_bytes(wait_s: float) -> bytes:
        ready, _, _ = select.select([terminal], [], [], wait_s)
        return os.read(terminal, 4096) if ready else b""

    if not os.isatty(terminal):
        yield next_bytes
        return
    import termios
    import tty

    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal)
    try:
        yield next_bytes
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
