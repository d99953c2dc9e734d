"""How GB/T 39046-2020 writes days, moments and texts of a limited length."""

from __future__ import annotations

from datetime import date, datetime

from hall_platform.clock import HALL_ZONE


class Unfit(Exception):
    """What is to be written does not fit the standard's field; names the field alone."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def day(text: str | None) -> str:
    """An ISO day as YYYYMMDD; "" for none."""
    return date.fromisoformat(text).strftime("%Y%m%d") if text else ""


def moment(text: str | None) -> str:
    """A stamp as YYYYMMDDThhmmss in the hall's zone; "" for none."""
    if not text:
        return ""
    return datetime.fromisoformat(text).astimezone(HALL_ZONE).strftime("%Y%m%dT%H%M%S")


def fitting(field: str, text: str, longest: int, *, filled: bool = False) -> str:
    """The text, if it is not too long for its field. Raises Unfit; a name is never cut."""
    if len(text) > longest or (filled and not text):
        raise Unfit(field)
    return text
