"""What goes on with the province from time to time."""

from __future__ import annotations

from datetime import timedelta

from hall_platform.chores import Chore
from hall_platform.province import pulling, sending

CHORES = (
    Chore("province-sending", timedelta(seconds=1), sending.send_due),
    Chore("province-reading-back", timedelta(minutes=5), sending.read_back),
    Chore("province-catalogue", timedelta(hours=1), pulling.pull),
)
