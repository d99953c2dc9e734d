"""Shapes of a hall's arrangement: services, windows, rules of the queue, opening hours."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from hall_platform.identity.administration_shapes import HallCode, WindowCode
from hall_platform.shapes import (
    ActingOperator,
    Code,
    DayText,
    FilledText,
    Name,
    Shape,
    Text,
)

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Prefix = Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]
Reason = Annotated[FilledText, StringConstraints(max_length=64)]
WindowState = Literal["open", "paused", "closed"]
Whole = Annotated[int, Field(strict=True, ge=1, le=50)]
Minutes = Annotated[int, Field(strict=True, ge=0, le=240)]
Seconds = Annotated[int, Field(strict=True, ge=0, le=14_400)]


class ServiceFacts(Shape):
    """A service as the hall offers it; `items` are codes of the catalogue.

    Of two services the one of the smaller rank is called first; of equal ones who waits longest.
    `slot_capacity` is how many may book a quarter-hour, 0 for a service without appointments.
    """

    prefix: Prefix
    name: Name
    position: Annotated[int, Field(strict=True, ge=0, le=999)]
    items: Annotated[list[Code], Field(max_length=500)]
    mean_service_s: Annotated[int, Field(strict=True, ge=10, le=14_400)]
    rank: Annotated[int, Field(strict=True, ge=1, le=9)] = 5
    needs_holder: bool = False
    slot_capacity: Annotated[int, Field(strict=True, ge=0, le=100)] = 0
    taking: bool = True


class AddServiceAct(ServiceFacts):
    """Offer a new service."""

    act: Literal["add-service"]
    code: Code


class ChangeServiceAct(ServiceFacts):
    """Offer a service differently."""

    act: Literal["change-service"]


class HallService(ServiceFacts):
    """A service of the hall."""

    code: str
    etag: str


class ArrangeWindowAct(Shape):
    """Say which services a window takes."""

    act: Literal["arrange-window"]
    services: Annotated[list[Code], Field(max_length=100)]


class OrderWindowAct(Shape):
    """The head of the hall pauses or closes a window."""

    act: Literal["order-window"]
    state: Literal["paused", "closed"]
    reason: Reason


class ChangeWindowAct(Shape):
    """A clerk opens, pauses or closes the own window; a pause says why."""

    act: Literal["change-window"]
    operator: ActingOperator
    window: Code
    state: WindowState
    reason: Annotated[Text, StringConstraints(max_length=64)] = ""

    @model_validator(mode="after")
    def pause_has_reason(self) -> Self:
        """A pause is explained."""
        if self.state == "paused" and not self.reason.strip():
            raise ValueError("a pause needs its reason")
        return self


class HallWindow(Shape):
    """A window: whether it is switched on, its state, who is there, what it takes and has in hand.

    One that is off is closed until a system administrator switches it on.
    """

    window: str
    name: str
    active: bool
    state: WindowState
    reason: str
    operator: str
    operator_name: str
    since: str
    services: list[str]
    in_hand: str
    etag: str


class SwitchWindowAct(Shape):
    """Switch a window off or on; numbers that only it could call may be left waiting by intent."""

    act: Literal["switch-window"]
    hall: HallCode
    code: WindowCode
    active: bool
    reason: Reason
    leave_waiting: bool = False


class LeftWaiting(Shape):
    """A service that no window takes any more, and how many numbers of it are open today."""

    service: str
    name: str
    open: int


class WindowSwitched(Shape):
    """The window, how many people were signed out, who waits for another window to be arranged."""

    window: HallWindow
    sessions_ended: int
    left_waiting: list[LeftWaiting]


class QueueRules(Shape):
    """The rules of a hall's queue.

    Of each `priority_turns` + `ordinary_turns` calls of a window the first go to priority tickets,
    the others to ordinary ones; a turn whose kind nobody waits for goes to the other and is kept.
    A head start counts as time waited already. Minutes are around the start of a booked slot.
    """

    recall_limit: Whole = 3
    reinsert_after: Whole = 3
    passes_limit: Whole = 3
    priority_turns: Whole = 2
    ordinary_turns: Whole = 1
    appointment_priority: bool = True
    appointment_head_start_s: Seconds = 0
    preapplication_head_start_s: Seconds = 600
    early_minutes: Minutes = 30
    late_minutes: Minutes = 15
    booking_days: Whole = 14
    only_when_open: bool = False


class SetRulesAct(QueueRules):
    """Change the rules of the queue."""

    act: Literal["set-queue-rules"]


class QueueRulesShown(QueueRules):
    """The rules with their tag."""

    etag: str


class Span(Shape):
    """From when to when."""

    begins: Clock
    ends: Clock

    @model_validator(mode="after")
    def forward(self) -> Self:
        """Time goes forward."""
        if self.begins >= self.ends:
            raise ValueError("a span ends after it begins")
        return self


Spans = Annotated[list[Span], Field(max_length=6)]


class OpeningException(Shape):
    """A day that is not as its weekday is; without spans the hall is closed."""

    day: DayText
    spans: Spans
    note: Annotated[Text, StringConstraints(max_length=100)] = ""


class Opening(Shape):
    """Opening hours: seven weekdays from Monday, and days that differ.

    A hall is closed on an announced day off unless the day is named; a worked week-end day without
    hours of its own has Monday's.
    """

    week: Annotated[list[Spans], Field(min_length=7, max_length=7)]
    exceptions: Annotated[list[OpeningException], Field(default_factory=list, max_length=400)]


class SetOpeningAct(Opening):
    """Change the opening hours."""

    act: Literal["set-opening"]


class OpeningShown(Opening):
    """The opening hours with their tag."""

    etag: str


class HallToday(Shape):
    """What a hall's faces have to know of it: today's opening, services, rules."""

    hall: str
    name: str
    day: str
    open_now: bool
    spans: list[Span]
    services: list[HallService]
    rules: QueueRulesShown
