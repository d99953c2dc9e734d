"""Shapes of appointments (预约)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hall_platform.hall.arrangement_shapes import Clock
from hall_platform.hall.shapes import PriorityReason
from hall_platform.shapes import Code, DayText, FilledText, Holder, Name, Shape

AppointmentCode = Annotated[str, StringConstraints(pattern=r"^[2-9A-HJ-NP-Z]{8}$")]
AppointmentState = Literal["booked", "checked_in", "cancelled", "overdue"]


class SetSlotAct(Shape):
    """Give one slot a capacity of its own."""

    act: Literal["set-slot"]
    service: Code
    day: DayText
    start: Clock
    capacity: Annotated[int, Field(strict=True, ge=0, le=1000)]


class Slot(Shape):
    """A quarter-hour of a service."""

    start: str
    capacity: int
    taken: int
    free: int


class SlotDay(Shape):
    """The slots of a service on one day that have not begun."""

    hall: str
    service: str
    day: str
    slots: list[Slot]


class BookAct(Shape):
    """Book a slot.

    A citizen names the hall and books for themselves; others book in their own hall, and say for
    whom.
    """

    act: Literal["book"]
    hall: Code | None = None
    service: Code
    day: DayText
    start: Clock
    holder: Holder | None = None
    name: Name | None = None
    priority: PriorityReason = "none"


class Appointment(Shape):
    """An appointment; check-in is possible between `from` and `until`."""

    appointment: str
    code: str
    hall: str
    hall_name: str
    service: str
    service_name: str
    day: str
    start: str
    state: AppointmentState
    name: str
    check_in_from: str
    check_in_until: str
    visit: str | None


class CancelAct(Shape):
    """Give an appointment up; a citizen names its hall."""

    act: Literal["cancel-appointment"]
    hall: Code | None = None


class CheckInAct(Shape):
    """The person is there."""

    act: Literal["check-in"]


class AppointmentQuery(Shape):
    """A person's appointments of today in this hall, by the card."""

    holder: Holder
    purpose: FilledText


class AppointmentAnswer(Shape):
    """What was found, by time."""

    appointments: list[Appointment]
