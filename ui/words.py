"""The words on the screen: Chinese as written in the code, English from `resources/locale/en.json`.

`tr("受理")` gives the text in the language chosen in settings. A test walks every call and holds
the English table complete and free of what is no longer used.
"""

from __future__ import annotations

from datetime import date, datetime

import resources

_english: dict[str, str] | None = None

_WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
_WEEKDAYS_ENGLISH = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def choose(language: str) -> None:
    """Speak "zh" (Chinese) or "en" (English) from now on."""
    global _english  # noqa: PLW0603 - one language a process, chosen once at the start
    _english = load_english() if language == "en" else None


def load_english() -> dict[str, str]:
    """The whole English table."""
    import json

    text = resources.path("locale/en.json").read_text(encoding="utf-8")
    table: dict[str, str] = json.loads(text)
    return table


def english_is_spoken() -> bool:
    """True when the screen is in English."""
    return _english is not None


def tr(chinese: str, **facts: object) -> str:
    """The text in the chosen language, its {places} filled with `facts`."""
    text = chinese if _english is None else _english.get(chinese, chinese)
    return text.format(**facts) if facts else text


def day(value: date) -> str:
    """A date as people read it: 2026-11-27 星期五."""
    names = _WEEKDAYS_ENGLISH if english_is_spoken() else _WEEKDAYS
    return f"{value.isoformat()} {names[value.weekday()]}"


def minute(value: datetime) -> str:
    """A time of today, to the minute: 10:24."""
    return value.strftime("%H:%M")


def moment(value: datetime) -> str:
    """A date and time, to the minute: 2026-11-20 19:42."""
    return value.strftime("%Y-%m-%d %H:%M")
