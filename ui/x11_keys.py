"""Keys on X11, before Qt and the input method have seen them.

An input method (ibus, fcitx) gets a key from Qt's X11 plugin before any Qt event is made of it, so
a gun has to be told from a hand one step earlier: in the X events themselves. A key that was held
back is sent to its window again by way of the X server (XSendEvent) with all that was in it; Qt
reads such an event by the modifiers written in it, and the input method gets it as any other.

Which keyboard pressed a key the server says in an event of its own (`x11_keyboards`). Where two
press the same key at once, what the server leaves out is made from what it told.

Whether a key was followed by another in time is asked the same way: a message to ourselves, sent
through the server, comes after every key the server knew of, however long this program was held up.
"""

from __future__ import annotations

import ctypes
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication, QTimer
from PySide6.QtGui import QGuiApplication

from counter_app.devices.key_layouts import Modifiers
from counter_app.devices.wedge import Key
from ui.x11_keyboards import GENERIC_EVENT, KEYCODE_OFFSET, RawKey, X11Keyboards

_KEY_PRESS, _KEY_RELEASE = 2, 3
_CLIENT_MESSAGE = 33
_SENT = 0x80  # of the type: another client, or we, sent it
_LOST_AFTER_S = 0.5  # a key sent to a window that is gone does not come back
_WRAP_MS = 1 << 32
_NO_ANSWER_MS = 100
_XA_INTEGER = 19  # an atom every server has; messages of this type are our marks
_MARK = 0x48434B59

# Of the state: core modifiers as every usual keymap has them.
_SHIFT_BIT = 0x01
_STATE = (
    (_SHIFT_BIT, Modifiers.SHIFT),
    (0x02, Modifiers.CAPS),
    (0x04, Modifiers.CTRL),
    (0x08, Modifiers.ALT),
    (0x40, Modifiers.SUPER),
    (0x80, Modifiers.ALT_GR),
)


class _KeyEvent(ctypes.Structure):
    """xcb_key_press_event_t."""

    _fields_ = (
        ("response_type", ctypes.c_uint8),
        ("detail", ctypes.c_uint8),
        ("sequence", ctypes.c_uint16),
        ("time", ctypes.c_uint32),
        ("root", ctypes.c_uint32),
        ("event", ctypes.c_uint32),
        ("child", ctypes.c_uint32),
        ("root_x", ctypes.c_int16),
        ("root_y", ctypes.c_int16),
        ("event_x", ctypes.c_int16),
        ("event_y", ctypes.c_int16),
        ("state", ctypes.c_uint16),
        ("same_screen", ctypes.c_uint8),
        ("pad", ctypes.c_uint8),
    )


class _ClientMessage(ctypes.Structure):
    """xcb_client_message_event_t."""

    _fields_ = (
        ("response_type", ctypes.c_uint8),
        ("format", ctypes.c_uint8),
        ("sequence", ctypes.c_uint16),
        ("window", ctypes.c_uint32),
        ("type", ctypes.c_uint32),
        ("data", ctypes.c_uint32 * 5),
    )


class X11Keys(QAbstractNativeEventFilter):
    """The keys of every window of this program, as `ui.keyboard_gun.KeySource`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._take: Callable[[Key], bool] | None = None
        self._sent: deque[tuple[int, int, int]] = deque()  # type, code, time
        self._sent_at = 0.0
        self._window = 0  # where the last key went
        self._keyboards = X11Keyboards()
        self._pressed: dict[int, bytes] = {}  # the last press told of each key, by code
        self._unheard: RawKey | None = None  # the server will probably tell nothing of it
        self._marks = 0
        self._then: Callable[[], None] | None = None  # to be called at the last mark
        self._wraps = 0
        self._time_ms = 0
        self._xcb = ctypes.CDLL("libxcb.so.1")
        self._xcb.xcb_send_event.argtypes = (
            ctypes.c_void_p,
            ctypes.c_uint8,
            ctypes.c_uint32,
            ctypes.c_uint32,
            ctypes.c_char_p,
        )
        self._xcb.xcb_flush.argtypes = (ctypes.c_void_p,)

    def install(self, take: Callable[[Key], bool], must_wait: Callable[[float], bool]) -> None:
        """As promised by KeySource; no shortcut is asked for before its key here."""
        self._take = take
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.installNativeEventFilter(self)
        self._keyboards.listen(self._interface().display())

    def remove(self) -> None:
        """As promised by KeySource."""
        self._take = None
        application = QCoreApplication.instance()
        if application is not None:
            application.removeNativeEventFilter(self)

    @property
    def is_after_input_method(self) -> bool:
        """As promised by KeySource."""
        return False

    def has_scanned(self, device: int) -> None:
        """As promised by KeySource, where keyboards are told apart."""
        if device:
            self._keyboards.guns.add(device)

    @property
    def is_giving_back(self) -> bool:
        """As promised by KeySource."""
        if self._sent and self._clock() - self._sent_at > _LOST_AFTER_S:
            self._sent.clear()
        return bool(self._sent)

    def give_back(self, key: Key) -> None:
        """As promised by KeySource."""
        raw = key.token
        assert isinstance(raw, bytes)
        event = _KeyEvent.from_buffer_copy(raw)
        self._sent.append((event.response_type, event.detail, event.time))
        self._sent_at = self._clock()
        self._send(event.event, raw)

    def after_what_has_come(self, then: Callable[[], None]) -> None:
        """As promised by KeySource; where the window is gone, after a moment."""
        self._marks = mark = (self._marks + 1) % _WRAP_MS
        self._then = then
        data = (ctypes.c_uint32 * 5)(_MARK, mark)
        message = _ClientMessage(_CLIENT_MESSAGE, 32, 0, self._window, _XA_INTEGER, data)
        self._send(self._window, bytes(message))
        QTimer.singleShot(_NO_ANSWER_MS, lambda: self._reached(mark))

    def _reached(self, mark: int) -> None:
        then = self._then
        if mark == self._marks and then is not None:
            self._then = None
            then()

    def _send(self, window: int, raw: bytes) -> None:
        connection = self._interface().connection()
        self._xcb.xcb_send_event(connection, 0, window, 0, raw)
        self._xcb.xcb_flush(connection)

    def _interface(self) -> Any:
        """What Qt has of the X server."""
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        return application.nativeInterface()

    def nativeEventFilter(
        self, kind: QByteArray | bytes | bytearray | memoryview, message: int
    ) -> tuple[bool, int]:
        address = int(message)
        kind_of_event = ctypes.c_uint8.from_address(address).value
        if kind_of_event == _CLIENT_MESSAGE | _SENT:
            return self._is_mark(_ClientMessage.from_address(address)), 0
        if kind_of_event == GENERIC_EVENT and (raw := self._keyboards.raw_key(address)):
            self._make_up()
            self._unheard = None if raw.told else raw
            return True, 0
        if kind_of_event & ~_SENT not in (_KEY_PRESS, _KEY_RELEASE) or self._take is None:
            return False, 0
        event = _KeyEvent.from_address(address)
        if kind_of_event & _SENT:
            self._arrived((kind_of_event & ~_SENT, event.detail, event.time))
            return False, 0
        key = self._key(event)
        goes_on = self._take(key)
        if goes_on and key.token != bytes(event):
            self.give_back(key)
            return True, 0
        return not goes_on, 0

    def _is_mark(self, message: _ClientMessage) -> bool:
        if message.type != _XA_INTEGER or message.data[0] != _MARK:
            return False
        self._make_up()
        self._reached(message.data[1])
        return True

    def _arrived(self, sent: tuple[int, int, int]) -> None:
        """A key given back has come round; so have those sent before it."""
        if sent in self._sent:
            while self._sent.popleft() != sent:
                continue

    def _make_up(self) -> None:
        """Another keyboard held that key and no event of it came, so here is one."""
        raw, self._unheard = self._unheard, None
        told = self._pressed.get(raw.code) if raw else None
        if raw is None or told is None or self._take is None:
            return
        if raw.down and QGuiApplication.focusWindow() is None:
            return  # both are typing into somebody else's window
        event = _KeyEvent.from_buffer_copy(told)
        event.response_type = _KEY_PRESS if raw.down else _KEY_RELEASE
        event.time = raw.at_ms
        key = self._told(event, raw.device)
        if self._take(key):
            self.give_back(key)

    def _key(self, event: _KeyEvent) -> Key:
        code, down = event.detail - KEYCODE_OFFSET, event.response_type == _KEY_PRESS
        raw = self._unheard
        if raw is not None and (raw.code, raw.down, raw.at_ms) == (code, down, event.time):
            self._unheard = None  # the server told of it after all
        self._make_up()
        if down:
            self._pressed[code] = bytes(event)
        self._window = event.event
        return self._told(event, self._keyboards.device_of(code, down, event.time))

    def _told(self, event: _KeyEvent, device: int) -> Key:
        code = event.detail - KEYCODE_OFFSET
        held = Modifiers.NONE
        for bit, modifier in _STATE:
            if event.state & bit:
                held |= modifier
        if device and self._keyboards.is_shifted_by_gun(device):
            event = _KeyEvent.from_buffer_copy(event)
            event.state &= ~_SHIFT_BIT
        return Key(
            self._seconds(event.time),
            code,
            event.response_type == _KEY_PRESS,
            self._keyboards.held_by(device, code, held) if device else held,
            token=bytes(event),
            device=device,
        )

    def _seconds(self, milliseconds: int) -> float:
        """The server's time; it begins again after 49.7 days."""
        if milliseconds < self._time_ms - _WRAP_MS // 2:
            self._wraps += 1
        self._time_ms = milliseconds
        return (milliseconds + self._wraps * _WRAP_MS) / 1000
