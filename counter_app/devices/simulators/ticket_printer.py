"""A ticket printer without hardware: a TCP server that reads ESC/POS and draws what it got.

Each ticket that is cut becomes a PNG in `folder`. The state is `ready`, `low`, `out` (no paper),
`cover` (open), `runs_out` (the paper ends within the next ticket), `reset` (the connection is reset
within it), `mute` (takes everything, answers nothing) or `dead` (nobody listens).
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from pathlib import Path
from types import TracebackType

from PIL import Image, ImageDraw, ImageFont

import resources

STATES = ("ready", "low", "out", "cover", "runs_out", "reset", "mute", "dead")
WIDTH = 576
_FONT = "fonts/HallCounterHei-Bold.ttf"
_LINE = 30
_CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
# Commands that only change how characters look, with the number of bytes after their name.
_PLAIN = {b"\x1bt": 1, b"\x1bE": 1, b"\x1b-": 1, b"\x1bM": 1, b"\x1b{": 1, b"\x1dB": 1, b"\x1bR": 1}


class _Broken(Exception):
    """The connection ends here."""


class SimulatedTicketPrinter:
    """The printer; a context manager. `host` and `port` are where it listens."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.host, self.port = "127.0.0.1", 0
        self._state = "ready"
        self._count = 0
        self._garbage = 0
        self._last_ticket_at: float | None = None
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()

    def __enter__(self) -> SimulatedTicketPrinter:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._listen()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()

    @property
    def garbage(self) -> int:
        """How many bytes it got that mean nothing to it."""
        return self._garbage

    @property
    def last_ticket_at(self) -> float | None:
        """When the last bytes of the last ticket cut came, by `time.monotonic`."""
        return self._last_ticket_at

    def tickets(self) -> list[Path]:
        """The pictures of the tickets that came out, oldest first."""
        return sorted(self.folder.glob("*.png"))

    def be(self, state: str) -> None:
        """Change the state. Raises ValueError for one there is not."""
        if state not in STATES:
            raise ValueError(f"a ticket printer is one of {', '.join(STATES)}")
        self._state = state
        if state == "dead":
            self._hang_up()
        elif self._listener is None:
            self._listen()

    # the network

    def _listen(self) -> None:
        self._listener = socket.create_server((self.host, self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(
            target=self._accept, args=(self._listener,), name="ticket-printer", daemon=True
        ).start()

    def _hang_up(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._guard:
            for link in self._open:
                with contextlib.suppress(OSError):
                    link.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                link, _ = listener.accept()
            except OSError:
                return
            with self._guard:
                self._open.add(link)
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        roll = _Roll()
        waiting = bytearray()
        try:
            while got := link.recv(4096):
                roll.heard_at = time.monotonic()
                if printed := self._answer_at_once(link, got):
                    waiting += printed
                    self._work_off(link, roll, waiting)
        except (OSError, _Broken):
            pass
        finally:
            with self._guard:
                self._open.discard(link)
            link.close()

    # the printer

    def _answer_at_once(self, link: socket.socket, got: bytes) -> bytes:
        """Answer questions that come by themselves; what is left is to be printed.

        A picture's bytes may look like a question; the program asks only between tickets, in
        packets of their own.
        """
        if got == _CLEAR:
            raise _Broken  # what was not printed is forgotten with the connection
        if got[:2] == b"\x10\x04" and len(got) == 3:
            if self._state != "mute":
                link.sendall(bytes([self._status(got[2])]))
            return b""
        return got

    def _status(self, what: int) -> int:
        out, cover = self._state == "out", self._state == "cover"
        if what == 1:
            return 0x12 | (0x08 if out or cover else 0)
        if what == 2:
            return 0x12 | (0x04 if cover else 0) | (0x20 if out else 0)
        if what == 4:
            low = 0x0C if out or self._state == "low" else 0
            return 0x12 | low | (0x60 if out else 0)
        return 0x12

    def _work_off(self, link: socket.socket, roll: _Roll, waiting: bytearray) -> None:
        """Print what is whole in `waiting`, as long as there is paper."""
        while waiting and self._state not in ("out", "cover"):
            used = self._command(link, roll, bytes(waiting))
            if used == 0:
                return
            del waiting[:used]
            if roll.height > 200 and self._state == "runs_out":
                self._state = "out"
            elif roll.height > 200 and self._state == "reset":
                self._state = "ready"
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                raise _Broken

    def _command(self, link: socket.socket, roll: _Roll, data: bytes) -> int:
        """Do the first command; how many bytes it took, 0 while it is not whole."""
        head = data[:2]
        if head == b"\x1dv":
            return _picture(roll, data)
        if head == b"\x1b@":
            roll.plain()
            return 2
        if data[:1] not in (b"\x1b", b"\x1d"):
            return self._characters(roll, data)
        if len(data) < 3:
            return 0
        if head == b"\x1d!":
            roll.size = (data[2] >> 4) + 1, (data[2] & 7) + 1
        elif head == b"\x1b!":
            roll.size = (2 if data[2] & 0x20 else 1), (2 if data[2] & 0x10 else 1)
        elif head == b"\x1ba":
            roll.align = data[2]
        elif head == b"\x1bd":
            roll.feed(data[2] * _LINE)
        elif head == b"\x1dr":
            if self._state != "mute":
                link.sendall(b"\x00" if self._state != "low" else b"\x03")
        elif head == b"\x1dV":
            if data[2] in b"AB":  # moves on to the knife first, by so many dots more
                if len(data) < 4:
                    return 0
                roll.feed(data[3])
                self._cut(roll)
                return 4
            self._cut(roll)
        elif head not in _PLAIN:
            self._garbage += 1
            return 1
        return 3

    def _characters(self, roll: _Roll, data: bytes) -> int:
        if data[:1] == b"\n":
            roll.line_end()
        elif 0x20 <= data[0] < 0x7F:
            roll.text += data[:1].decode("ascii")
        else:
            self._garbage += 1
        return 1

    def _cut(self, roll: _Roll) -> None:
        if not roll.strips:
            return
        self._count += 1
        self._last_ticket_at = roll.heard_at
        roll.whole().save(self.folder / f"ticket-{self._count:04d}.png")
        roll.strips.clear()


class _Roll:
    """The paper as far as it is printed since the last cut."""

    def __init__(self) -> None:
        self.strips: list[Image.Image] = []
        self.heard_at = 0.0
        self.plain()

    def plain(self) -> None:
        """As after switching on."""
        self.size, self.align, self.text = (1, 1), 0, ""

    @property
    def height(self) -> int:
        """Dots printed since the last cut."""
        return sum(strip.height for strip in self.strips)

    def feed(self, dots: int) -> None:
        """Move the paper on."""
        if dots:
            self.strips.append(Image.new("L", (WIDTH, dots), 255))

    def line_end(self) -> None:
        """Print the characters of the line."""
        wide, high = self.size
        strip = Image.new("L", (WIDTH, _LINE * high), 255)
        if self.text:
            font = ImageFont.truetype(str(resources.path(_FONT)), 24)
            cell = Image.new("L", (12 * len(self.text), 28), 255)
            pen = ImageDraw.Draw(cell)
            for place, character in enumerate(self.text):
                middle = (12 * place + 6, 22)
                pen.text(middle, character, font=font.font_variant(size=20), fill=0, anchor="ms")
            cell = cell.resize((cell.width * wide, cell.height * high), Image.Resampling.BICUBIC)
            left = {0: 0, 1: (WIDTH - cell.width) // 2, 2: WIDTH - cell.width}.get(self.align, 0)
            strip.paste(cell, (left, 0))
        self.strips.append(strip)
        self.text = ""

    def whole(self) -> Image.Image:
        """The ticket."""
        sheet = Image.new("L", (WIDTH, self.height), 255)
        top = 0
        for strip in self.strips:
            sheet.paste(strip, (0, top))
            top += strip.height
        return sheet


def _picture(roll: _Roll, data: bytes) -> int:
    """A raster picture, GS v 0 m xL xH yL yH and its dots."""
    if len(data) < 8:
        return 0
    wide, high = int.from_bytes(data[4:6], "little"), int.from_bytes(data[6:8], "little")
    if len(data) < 8 + wide * high:
        return 0
    dots = bytes(0xFF ^ one for one in data[8 : 8 + wide * high])
    picture = Image.frombytes("1", (wide * 8, high), dots).convert("L")
    strip = Image.new("L", (WIDTH, high), 255)
    left = (WIDTH - picture.width) // 2 if roll.align == 1 else 0
    strip.paste(picture, (left, 0))
    roll.strips.append(strip)
    return 8 + wide * high
