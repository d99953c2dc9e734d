"""Shapes of a hall's tickets and of what its faces ask."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from hall_platform.hall.arrangement_shapes import HallWindow, Reason
from hall_platform.shapes import (
    ActingOperator,
    Code,
    FilledText,
    Holder,
    Shape,
    Text,
)

PriorityReason = Literal[
    "none", "unstated", "elderly", "child", "ill", "disabled", "pregnant", "soldier"
]
TicketState = Literal[
    "later", "held", "waiting", "called", "serving", "parked", "passed", "finished", "void"
]
Source = Literal["kiosk", "window", "appointment", "preapplication"]
PaperState = Literal["pending", "handed_out", "failed", "kept"]
TakingKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
CaseIds = Annotated[list[UUID], Field(default_factory=list, max_length=20)]

# tickets 号 --------------------------------------------------------------------------------------


class TakeAct(Shape):
    """Take numbers for one visit: its services in the order in which they are wanted.

    `name` is masked before anything is kept, of `holder` only a digest of the day. `preapplication`
    is the code of one that was asked to come to the window.
    """

    act: Literal["take-ticket"]
    services: Annotated[list[Code], Field(min_length=1, max_length=5)]
    holder: Holder | None = None
    name: Annotated[Text, StringConstraints(max_length=100)] = ""
    priority: PriorityReason = "none"
    preapplication: Annotated[str | None, StringConstraints(pattern=r"^YS[0-9A-Z]{1,30}$")] = None

    @model_validator(mode="after")
    def different(self) -> Self:
        """A service is named once."""
        if len(set(self.services)) != len(self.services):
            raise ValueError("a service is named twice")
        return self


class Ticket(Shape):
    """A ticket as clerks and kiosks see it. `waited` and `served` are whole seconds."""

    ticket: str
    number: str
    service: str
    service_name: str
    state: TicketState
    day: str
    name: str
    source: Source
    priority: bool
    priority_reason: PriorityReason
    visit: str
    position: int
    paper: PaperState
    preapplication: str | None
    window: str
    to_window: str
    calls: int
    passes: int
    queued_at: str | None
    called_at: str | None
    ended_at: str | None
    waited: int | None
    served: int | None


class Visit(Shape):
    """A visit: its tickets in order; `ahead` and `expected_wait_s` are of the first."""

    visit: str
    day: str
    paper: PaperState
    tickets: list[Ticket]
    ahead: int
    expected_wait_s: int


class PaperAct(Shape):
    """What became of the paper: handed out, failed, or failed and the number kept all the same."""

    act: Literal["report-paper"]
    outcome: Literal["handed_out", "failed", "kept"]
    detail: Annotated[Text, StringConstraints(max_length=100)] = ""


class VoidAct(Shape):
    """A ticket is given up; `whole_visit` with those that would come after it."""

    act: Literal["void-ticket"]
    reason: Reason
    whole_visit: bool = False


class WithdrawAct(Shape):
    """A taking is withdrawn by its key: its answer was lost, and nobody has the number."""

    act: Literal["withdraw-taking"]
    reason: Reason


class Withdrawn(Shape):
    """The numbers that are void; not `known`: nothing was taken under the key, and nothing will."""

    known: bool
    numbers: list[str]


class ReinsertAct(Shape):
    """Somebody who was passed over is there again."""

    act: Literal["reinsert"]


class WindowAct(Shape):
    """What a clerk does at the own window."""

    operator: ActingOperator
    window: Code


class CallNextAct(WindowAct):
    """Call whose turn it is."""

    act: Literal["call-next"]


class CallOneAct(WindowAct):
    """Call this one."""

    act: Literal["call-one"]


class RecallAct(WindowAct):
    """Call again."""

    act: Literal["recall"]


class PassAct(WindowAct):
    """Nobody came."""

    act: Literal["pass-over"]


class ParkAct(WindowAct):
    """Put aside: the person has something to do first."""

    act: Literal["park"]
    reason: Annotated[Text, StringConstraints(max_length=64)] = ""


class TakeBackAct(WindowAct):
    """Go on with one that was put aside."""

    act: Literal["take-back"]


class TransferAct(WindowAct):
    """Send to another service, another window, or both."""

    act: Literal["transfer"]
    to_service: Code | None = None
    to_window: Code | None = None
    reason: Annotated[Text, StringConstraints(max_length=64)] = ""

    @model_validator(mode="after")
    def somewhere(self) -> Self:
        """It goes somewhere."""
        if self.to_service is None and self.to_window is None:
            raise ValueError("give to_service, to_window or both")
        return self


class StartAct(WindowAct):
    """The person is there; `holder` is whose card lies on the reader, if one does."""

    act: Literal["start-service"]
    holder: Holder | None = None


class FinishAct(WindowAct):
    """The service is over; `cases` are those it was for, none for advice."""

    act: Literal["finish-ticket"]
    kind: Literal["receive", "accept", "decide", "deliver", "advise"] = "accept"
    cases: CaseIds


class RatingOffer(Shape):
    """What the applicant's screen needs to let a service be rated, once."""

    record: str
    case: str | None
    service_number: int
    token: str
    ends_at: str


class Finished(Shape):
    """A finished ticket, what may be rated of it, and the next of the visit, queued now."""

    ticket: Ticket
    offers: list[RatingOffer]
    next: Ticket | None


class PassedOver(Shape):
    """A passed ticket, and whether it may come back."""

    ticket: Ticket
    may_return: bool


# questions ---------------------------------------------------------------------------------------


class ExpectedWait(Shape):
    """An expected wait and how it was computed: ahead × mean service ÷ open windows."""

    seconds: int
    mean_service_s: int
    basis: Literal["recent", "standard"]
    samples: int
    open_windows: int


class ServiceWaiting(Shape):
    """One service's queue; `windows_on` that take it are switched on, open or not.

    Without a window that is on, who waits keeps the place and nobody can be called.
    """

    service: str
    name: str
    prefix: str
    taking: bool
    windows_on: int
    waiting: int
    priority_waiting: int
    longest_wait_s: int
    expected: ExpectedWait


class QueueNow(Shape):
    """The queue by service, as of a moment; `held` numbers wait for their paper to be settled."""

    at: str
    waiting: int
    held: int
    services: list[ServiceWaiting]


class Called(Shape):
    """A call as the board shows it."""

    ticket: str
    number: str
    window: str
    window_name: str
    service: str
    name: str
    call: int
    at: str


class BoardWaiting(Shape):
    """How many wait for a service."""

    service: str
    name: str
    prefix: str
    waiting: int


class Board(Shape):
    """The display: the last five calls, newest first, and who waits."""

    at: str
    hall: str
    hall_name: str
    calls: list[Called]
    waiting: list[BoardWaiting]


class NextUp(Shape):
    """One of those who come next at a window."""

    ticket: str
    number: str
    service: str
    priority: bool
    waited_s: int


class Workbench(Shape):
    """A window's own page: what it has in hand, who waits for it, what it put aside."""

    at: str
    window: HallWindow
    in_hand: Ticket | None
    waiting: int
    services: list[BoardWaiting]
    next: list[NextUp]
    parked: list[Ticket]
    passed: list[Ticket]


class TicketPosition(Shape):
    """What a person asks of the own number."""

    number: str
    service: str
    service_name: str
    state: TicketState
    window: str
    ahead: int
    expected: ExpectedWait


class TicketQuery(Shape):
    """A person's tickets of today, by the card."""

    holder: Holder
    purpose: FilledText


class TicketAnswer(Shape):
    """The person's tickets of today."""

    tickets: list[Ticket]


class TicketStep(Shape):
    """One step in a ticket's day."""

    at: str
    act: str
    by: str
    window: str
    service: str
    to_state: TicketState
    reason: str


class TicketHistory(Shape):
    """A ticket and everything that was done to it."""

    ticket: Ticket
    steps: list[TicketStep]


class TicketPage(Shape):
    """A page of a day's tickets, in the order of their numbers."""

    tickets: list[Ticket]
    next: str | None
