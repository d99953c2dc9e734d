"""A ticket printer on the network (TCP 9100) that speaks ESC/POS.

Before a ticket the printer is asked how it is (DLE EOT). After it a status is asked for that the
printer gives only once it has worked off everything before (GS r): without that answer nobody knows
that the paper came out. A printer that stops in the middle is told to forget the rest (DLE DC4 8),
or it would print an old ticket when it has paper again.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress

from counter_app.errors import PrinterError
from counter_app.ports import JobOutcome, JobState, PrinterState

_DLE_EOT = b"\x10\x04"
_ASK_OFFLINE, _ASK_PAPER = b"\x02", b"\x04"
_GS_R = b"\x1dr\x01"
_CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
_COVER, _STOPPED_BY_END, _TROUBLE = 0x04, 0x20, 0x40  # answer to DLE EOT 2
_NEAR_END, _END = 0x0C, 0x60  # answer to DLE EOT 4
_REAL_TIME, _REAL_TIME_FIXED = 0x93, 0x12  # bits that every real-time status has
_POLL_S = 0.25


class _Lost(Exception):
    """The connection is gone, or nothing sensible comes over it."""


class EscPosPrinter:
    """Implements `ports.TicketPrinter`. Every answer of the printer takes `timeout_s` at most."""

    def __init__(
        self, host: str, port: int = 9100, *, timeout_s: float = 2.0, print_timeout_s: float = 10.0
    ) -> None:
        self._address = (host, port)
        self._timeout_s = timeout_s
        self._print_timeout_s = print_timeout_s

    def put_out(self, ticket: bytes) -> JobOutcome:
        """As promised by TicketPrinter.

        PrinterError: printer.unreachable, or printer.stopped with the reason `media-empty`,
        `cover-open` or `stopped`.
        """
        try:
            link = self._open()
        except OSError as error:
            raise PrinterError("printer.unreachable") from error
        with link:
            try:
                reason = _trouble(link)
            except _Lost as error:
                raise PrinterError("printer.unreachable") from error
            if reason:
                raise PrinterError("printer.stopped", reason=reason)
            return self._print(link, ticket)

    def state(self) -> PrinterState:
        """As promised by TicketPrinter."""
        try:
            with self._open() as link:
                reason = _trouble(link)
                if reason:
                    return PrinterState.OUT if reason == "media-empty" else PrinterState.STOPPED
                low = (_real_time(link, _ASK_PAPER) or 0) & _NEAR_END
                return PrinterState.LOW if low else PrinterState.READY
        except (OSError, _Lost):
            return PrinterState.MISSING

    def _open(self) -> socket.socket:
        link = socket.create_connection(self._address, self._timeout_s)
        link.settimeout(self._timeout_s)
        return link

    def _print(self, link: socket.socket, ticket: bytes) -> JobOutcome:
        try:
            link.settimeout(self._print_timeout_s)
            link.sendall(ticket + _GS_R)
            return self._awaited(link)
        except (OSError, _Lost):
            return JobOutcome(JobState.UNKNOWN, "unreachable")

    def _awaited(self, link: socket.socket) -> JobOutcome:
        """Wait for the answer after the ticket; between, look for what keeps it from coming."""
        until = time.monotonic() + self._print_timeout_s
        link.settimeout(_POLL_S)
        while time.monotonic() < until:
            with suppress(TimeoutError):
                status = _byte(link)
                ended = status & _NEAR_END == _NEAR_END
                return JobOutcome(JobState.FAILED, "media-empty") if ended else _DONE
            link.settimeout(self._timeout_s)
            reason = _trouble(link, late=True)
            if reason is None:
                return _DONE
            if reason:
                link.sendall(_CLEAR)
                return JobOutcome(JobState.FAILED, reason)
            link.settimeout(_POLL_S)
        return JobOutcome(JobState.UNKNOWN, "timed-out")


_DONE = JobOutcome(JobState.COMPLETED)


def _byte(link: socket.socket) -> int:
    """One byte of the printer's. Raises _Lost at the end of the connection, TimeoutError."""
    got = link.recv(1)
    if not got:
        raise _Lost
    return got[0]


def _real_time(link: socket.socket, what: bytes, *, late: bool = False) -> int | None:
    """A real-time status; None where `late` and the answer to GS r came instead."""
    try:
        link.sendall(_DLE_EOT + what)
        status = _byte(link)
    except (TimeoutError, OSError) as error:
        raise _Lost from error
    if status & _REAL_TIME == _REAL_TIME_FIXED:
        return status
    if late and status & 0x90 == 0:  # GS r: bits 4 and 7 are off
        return None
    raise _Lost


def _trouble(link: socket.socket, *, late: bool = False) -> str | None:
    """Why it cannot print, "" if it can; None where the ticket's own answer came meanwhile."""
    offline = _real_time(link, _ASK_OFFLINE, late=late)
    if offline is None:
        return None
    paper = _real_time(link, _ASK_PAPER, late=late)
    if paper is None:
        return None
    if paper & _END or offline & _STOPPED_BY_END:
        return "media-empty"
    if offline & _COVER:
        return "cover-open"
    return "stopped" if offline & _TROUBLE else ""
