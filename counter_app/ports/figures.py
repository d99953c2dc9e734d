"""What the supervisor's face asks of the platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from counter_app.domain.figures import (
    Definition,
    FigureRows,
    LiveHall,
    PeriodFigures,
    PeriodQuestion,
    RowsQuestion,
    WaitingTickets,
)
from counter_app.domain.session import Operator
from counter_app.domain.signing_in import NextStep
from counter_app.ports.feed import EventFeed
from counter_app.ports.sign_in import SignInSteps


@dataclass(frozen=True, slots=True)
class SupervisorSession:
    """One sign-in of a supervisor (大厅负责人), at no window."""

    id: str
    operator: Operator


class SessionFeed(EventFeed, Protocol):
    """Events as long as somebody is signed in."""

    def begin(self) -> None:
        """Somebody has signed in."""
        ...

    def end(self) -> None:
        """They have gone."""
        ...


class Figures(SignInSteps[SupervisorSession], Protocol):
    """The hall's figures, reckoned by the platform.

    All but signing in raise PlatformError, and PlatformRefused: `platform.not_allowed` for who is
    no supervisor, `platform.session_ended` when nobody is signed in.
    """

    def sign_in(self, username: str, password: str) -> SupervisorSession | NextStep:
        """Sign in, or begin to. Raises SignInError, PlatformRefused for who is no supervisor."""
        ...

    def sign_out(self, session: str) -> None:
        """End the session."""
        ...

    def live(self) -> LiveHall:
        """The own hall now, all from one moment."""
        ...

    def definitions(self) -> tuple[Definition, ...]:
        """What every figure is."""
        ...

    def period(self, question: PeriodQuestion) -> PeriodFigures:
        """Figures of some days of the own hall."""
        ...

    def sheet(self, question: PeriodQuestion) -> bytes:
        """The same as CSV for a spreadsheet."""
        ...

    def rows(self, question: RowsQuestion, after: str | None) -> FigureRows:
        """A page of the facts behind a figure; `after` is the `next` of the page before."""
        ...

    def waiting(self, service: str | None, after: str | None) -> WaitingTickets:
        """A page of who waits now, for one service or for all."""
        ...

    def held(self, service: str | None) -> WaitingTickets:
        """The first page of numbers that are not called because their paper did not come out."""
        ...
