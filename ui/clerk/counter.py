"""The services of one counter in one hand, as `ui/assembly.py` builds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from counter_app.ports import Clock, PrinterState, SecurityKey
from counter_app.services.acceptance import Acceptance
from counter_app.services.calendar import Calendar
from counter_app.services.calling import Calling
from counter_app.services.codes import Codes
from counter_app.services.delivery import Delivery
from counter_app.services.matters import Matters
from counter_app.services.numbers import Numbers
from counter_app.services.papers import Papers
from counter_app.services.reception import Reception
from counter_app.services.sign_in import SignIn
from counter_app.services.upkeep import Upkeep


@dataclass(frozen=True)
class Counter:
    """What the pages' models may call."""

    clock: Clock
    sign_in: SignIn
    security_key: SecurityKey
    reception: Reception
    acceptance: Acceptance
    delivery: Delivery
    matters: Matters
    numbers: Numbers
    papers: Papers
    upkeep: Upkeep
    calendar: Calendar
    calling: Calling
    codes: Codes
    platform_is_there: Callable[[], bool]
    printer_state: Callable[[], PrinterState]
    window: str
    key_is_protected: bool
