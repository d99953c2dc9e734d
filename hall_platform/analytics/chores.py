"""What is done to the figures from time to time."""

from __future__ import annotations

from datetime import timedelta

from hall_platform.analytics.folding import fold_past_days
from hall_platform.analytics.keeping import forget_old_rows
from hall_platform.chores import Chore

CHORES = (
    Chore("fold-figures", timedelta(minutes=10), fold_past_days),
    Chore("forget-figure-rows", timedelta(hours=1), forget_old_rows),
)
