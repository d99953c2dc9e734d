"""The machine's clock in the hall's zone (`ports.Clock`)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "UTC+08:00")


class SystemClock:
    """The time of this machine, in China Standard Time whatever zone the machine is set to."""

    def now(self) -> datetime:
        """The present moment, aware."""
        return datetime.now(CHINA)
