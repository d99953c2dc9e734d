"""What supervision looks at from time to time."""

from __future__ import annotations

from datetime import timedelta

from hall_platform.chores import Chore
from hall_platform.supervision import watching

CHORES = (
    Chore("watch cases", timedelta(minutes=15), watching.watch_cases),
    Chore("watch halls", timedelta(minutes=1), watching.watch_halls),
)
