"""A number in the hall's queue (号), the visit it belongs to, and the queue as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum


class TicketState(Enum):
    """Where a number stands. `LATER` waits for the service before it in the same visit."""

    LATER = "later"
    HELD = "held"
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    PASSED = "passed"
    FINISHED = "finished"
    VOID = "void"


IN_HAND = frozenset({TicketState.CALLED, TicketState.SERVING})


class Priority(Enum):
    """Why somebody goes first (老幼病残孕、军人)."""

    NONE = "none"
    UNSTATED = "unstated"  # asked for at a kiosk, where nobody has to say why
    ELDERLY = "elderly"
    CHILD = "child"
    ILL = "ill"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    SOLDIER = "soldier"


class TicketPaper(Enum):
    """What became of a number's paper. Only `HANDED_OUT` counts as given to a person."""

    PENDING = "pending"
    HANDED_OUT = "handed_out"
    FAILED = "failed"
    KEPT = "kept"  # the paper failed, and the person kept the number all the same


@dataclass(frozen=True, slots=True)
class OwedAct:
    """What a kiosk has still to tell: what became of a visit's paper, under a key.

    Without a paper it is the key of a taking whose answer was lost, to be withdrawn.
    """

    key: str
    visit: str = ""
    paper: TicketPaper | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One number for one service; `name` is masked. `waited_s` and `served_s` are whole seconds."""

    id: str
    number: str
    service: str
    service_name: str
    state: TicketState
    name: str
    priority: Priority
    visit: str
    position: int
    paper: TicketPaper
    preapplication: str | None
    window: str
    calls: int
    queued_at: datetime | None = None
    called_at: datetime | None = None
    waited_s: int | None = None
    served_s: int | None = None

    @property
    def in_hand(self) -> bool:
        """Whether a window has it."""
        return self.state in IN_HAND

    def waits(self, now: datetime) -> timedelta:
        """How long its person has waited, until the call or until now."""
        if self.waited_s is not None:
            return timedelta(seconds=self.waited_s)
        return max(timedelta(0), now - self.queued_at) if self.queued_at else timedelta(0)


@dataclass(frozen=True, slots=True)
class HallVisit:
    """What one person took a number for: its tickets in order, who is ahead of the first."""

    id: str
    paper: TicketPaper
    tickets: tuple[Ticket, ...]
    ahead: int
    expected_wait_s: int


@dataclass(frozen=True, slots=True)
class ServiceQueue:
    """How many wait for one service."""

    code: str
    name: str
    prefix: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the hall sees and hears it: number, window, masked name."""

    ticket: str
    number: str
    window: str
    window_name: str
    service: str
    name: str
    call: int
    at: datetime
