"""Events are not kept for ever."""

from __future__ import annotations

from datetime import timedelta

from hall_platform.chores import Chore
from hall_platform.clock import stamp
from hall_platform.context import Context
from hall_platform.events import log

KEPT = timedelta(days=30)  # longer than any hall is offline; who was away longer reads anew
AT_ONCE = 5_000  # in one transaction, so that nobody waits long behind it


def forget_old(context: Context) -> None:
    """Forget what happened before; Last-Event-ID from then is answered with events-forgotten."""
    before = stamp(context.clock.now() - KEPT)
    while context.store.write(lambda connection: log.forget(connection, before, AT_ONCE)):
        pass


CHORES = (Chore("forget-events", timedelta(hours=1), forget_old),)
