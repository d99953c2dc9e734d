"""How a figure is written: the platform's value in the unit people read."""

from __future__ import annotations

from collections.abc import Mapping

from counter_app.domain.figures import Definition, Value
from ui.supervisor.figure_words import formula, heading, title
from ui.words import tr

NOTHING = "—"
SECONDS = "秒"
_HOUR_S = 3600
_MINUTE_S = 60


def shown(value: Value, unit: str = "") -> str:
    """A value as it stands on the page; a dash where there is nothing to go by."""
    if value is None:
        return NOTHING
    return duration(value) if unit == SECONDS else f"{value:,}"


def duration(seconds: float) -> str:
    """Seconds as hours, minutes and seconds; what is less than a second is left out."""
    whole = int(seconds)
    if whole >= _HOUR_S:
        hours, rest = divmod(whole, _HOUR_S)
        return tr("{hours} 时 {minutes:02d} 分", hours=hours, minutes=rest // _MINUTE_S)
    if whole >= _MINUTE_S:
        minutes, rest = divmod(whole, _MINUTE_S)
        return tr("{minutes} 分 {seconds:02d} 秒", minutes=minutes, seconds=rest)
    return tr("{seconds} 秒", seconds=whole)


def head(definition: Definition) -> str:
    """What stands over a column of such values: durations bear their units themselves."""
    return title(definition) if definition.unit == SECONDS else heading(definition)


def explained(definition: Definition | None) -> str:
    """A figure's definition, for a tooltip."""
    if definition is None:
        return ""
    return f"{heading(definition)}\n{formula(definition)}"


def by_id(definitions: tuple[Definition, ...]) -> Mapping[str, Definition]:
    """Definitions by their ids."""
    return {one.id: one for one in definitions}


def clock_of(stamp: str) -> str:
    """Hours and minutes of a time of the contract (RFC 3339 at the hall's offset); "" for none."""
    return stamp[11:16]
