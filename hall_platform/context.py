"""What every route works with: store, clock, calendar, settings, acts done once, who listens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from hall_platform.calendar import WorkingCalendar
from hall_platform.catalogue.working_days import CalendarInForce
from hall_platform.clock import Clock
from hall_platform.database import Store
from hall_platform.events.listeners import Listeners
from hall_platform.idempotency import OnceOnly
from hall_platform.identity.text_messages import NoTextMessages, TextMessages
from hall_platform.settings import Settings


@dataclass(frozen=True)
class Context:
    """The parts of one running platform."""

    settings: Settings
    store: Store
    clock: Clock
    calendars: CalendarInForce
    acts: OnceOnly
    listeners: Listeners
    text_messages: TextMessages = field(default_factory=NoTextMessages)

    @property
    def calendar(self) -> WorkingCalendar:
        """The working days in force."""
        return self.calendars.current()


async def _context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


InContext = Annotated[Context, Depends(_context)]
