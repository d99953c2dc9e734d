"""Every check there is, in the order in which they are made."""

from __future__ import annotations

from hall_platform.conformance import (
    asking,
    beginning,
    bordering,
    counting,
    doing,
    living,
    looking,
    on_record,
    queueing,
)
from hall_platform.conformance.running import CHECKS

_ROOMS = (asking, doing, living, counting, on_record, queueing, looking, bordering, beginning)


def add() -> None:
    """Importing the rooms has added their checks; here they get their order."""
    order = [room.__name__ for room in _ROOMS]
    CHECKS.sort(key=lambda one: order.index(one.run.__module__))
