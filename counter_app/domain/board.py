"""What the hall's display shows (叫号屏): the last calls and who waits; and a call in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from counter_app.domain.ticket import Call, ServiceQueue

CALLS_SHOWN = 5
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Board:
    """The hall as of `at`, the platform's time; calls newest first."""

    at: datetime
    hall_name: str
    calls: tuple[Call, ...]
    waiting: tuple[ServiceQueue, ...]


def with_call(calls: tuple[Call, ...], call: Call) -> tuple[Call, ...]:
    """The last calls after one more: one line a ticket, newest first."""
    others = (one for one in calls if one.ticket != call.ticket)
    ordered = sorted((call, *others), key=lambda one: one.at, reverse=True)
    return tuple(ordered[:CALLS_SHOWN])


def window_number(code: str) -> int | None:
    """The number over a window (3 for "03"), or None where its code is none."""
    return int(code) if code.isascii() and code.isdigit() else None


def spoken(call: Call) -> str:
    """A call as it is spoken, its digits one by one: 请 A 零 一 二 号到 3 号窗口. Never a name."""
    number = aloud(call.number)
    place = window_number(call.window)
    where = call.window_name if place is None else f"{place} 号窗口"
    return f"请 {number} 号到 {where}"


def aloud(number: str) -> str:
    """A ticket's number as it is spoken: A 零 一 二."""
    return " ".join(_aloud(character) for character in number if character.isalnum())


def _aloud(character: str) -> str:
    if character.isascii() and character.isdigit():
        return _DIGITS[int(character)]
    return character.upper()
