"""The hall's figures over HTTP (`ports.Figures`), and events for as long as somebody is here."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from counter_app.domain.figures import (
    Definition,
    FigureRows,
    LiveHall,
    PeriodFigures,
    PeriodQuestion,
    RowsQuestion,
    WaitingTickets,
)
from counter_app.domain.happening import FeedEvent
from counter_app.domain.signing_in import NextStep
from counter_app.errors import PlatformError, PlatformRefused, PlatformUnreachable, SignInError
from counter_app.platform_link import shapes
from counter_app.platform_link.link import checked
from counter_app.platform_link.sign_in_steps import SteppedSignIn
from counter_app.ports import EventFeed, SupervisorSession

T = TypeVar("T")

ROWS_A_PAGE = 100
_NOT_WITHOUT_WINDOW = frozenset({"window-unknown", "not-allowed"})  # as a clerk's account


@dataclass(frozen=True, slots=True)
class _Definitions:
    """GET /v1/analytics/definitions."""

    definitions: tuple[Definition, ...]


class HttpFigures(SteppedSignIn[SupervisorSession]):
    """The figures behind a link; usable from several threads."""

    def sign_in(self, username: str, password: str) -> SupervisorSession | NextStep:
        """As promised by Figures: who may not see the figures is signed out again."""
        try:
            found = self._link.sign_in(username, password, None)
        except PlatformUnreachable as unreachable:
            raise SignInError("sign_in.offline", cause=unreachable.code) from unreachable
        except PlatformRefused as refusal:
            if refusal.facts.get("problem") not in _NOT_WITHOUT_WINDOW:
                raise
            raise PlatformRefused("platform.not_allowed", **refusal.facts) from refusal
        return self._opened_or_next(found)

    def sign_out(self, session: str) -> None:
        """As promised by Figures."""
        self._link.sign_out(session)

    def live(self) -> LiveHall:
        """As promised by Figures."""
        found = self._asked("/v1/analytics/live", {}, LiveHall)
        shapes.aware(found.at)
        return found

    def definitions(self) -> tuple[Definition, ...]:
        """As promised by Figures."""
        return self._asked("/v1/analytics/definitions", {}, _Definitions).definitions

    def period(self, question: PeriodQuestion) -> PeriodFigures:
        """As promised by Figures."""
        return self._asked("/v1/analytics/figures", _asking(question), PeriodFigures)

    def sheet(self, question: PeriodQuestion) -> bytes:
        """As promised by Figures."""
        return self._answer("/v1/analytics/figures.csv", _asking(question))

    def rows(self, question: RowsQuestion, after: str | None) -> FigureRows:
        """As promised by Figures."""
        asked = {
            "figure": question.figure,
            "from": question.first.isoformat(),
            "to": question.last.isoformat(),
            "service": question.service,
            "window": question.window,
            "hour": None if question.hour is None else str(question.hour),
            **_page(after),
        }
        found = self._asked("/v1/analytics/rows", asked, FigureRows)
        shapes.aware(*(row.at for row in found.rows))
        return found

    def waiting(self, service: str | None, after: str | None) -> WaitingTickets:
        """As promised by Figures."""
        return self._tickets("waiting", service, after)

    def held(self, service: str | None) -> WaitingTickets:
        """As promised by Figures."""
        return self._tickets("held", service, None)

    def _tickets(self, state: str, service: str | None, after: str | None) -> WaitingTickets:
        asked = {"state": state, "service": service, **_page(after)}
        found = self._asked("/v1/tickets", asked, WaitingTickets)
        shapes.aware(*(one.queued_at for one in found.tickets if one.queued_at is not None))
        return found

    def _opened(self, signed_in: shapes.SignedIn) -> SupervisorSession:
        try:
            self.definitions()
        except PlatformError:
            with contextlib.suppress(PlatformError):  # it ends by itself in time
                self._link.sign_out(signed_in.session)
            raise
        return SupervisorSession(signed_in.session, signed_in.operator)

    def _asked(self, path: str, parameters: Mapping[str, str | None], kind: type[T]) -> T:
        return shapes.decoded(self._answer(path, parameters), kind)

    def _answer(self, path: str, parameters: Mapping[str, str | None]) -> bytes:
        sent = {name: value for name, value in parameters.items() if value is not None}
        return checked(self._link.as_clerk("GET", path, parameters=sent), 200)


class FeedOfSession:
    """Events (`ports.EventFeed`) while somebody is signed in: each session has a stream of its own.

    What one session was told last says nothing to the next, which may be of another hall.
    """

    def __init__(self, make: Callable[[], EventFeed]) -> None:
        self._make = make
        self._guard = threading.Lock()
        self._feed: EventFeed | None = None
        self._begun = threading.Event()

    def begin(self) -> None:
        """Somebody has signed in."""
        self.end()
        with self._guard:
            self._feed = self._make()
            self._begun.set()

    def end(self) -> None:
        """They have gone."""
        with self._guard:
            self._begun.clear()
            feed, self._feed = self._feed, None
        if feed is not None:
            feed.close()

    def next_event(self, wait_s: float) -> FeedEvent | None:
        """As promised by EventFeed; None as long as nobody is signed in."""
        self._begun.wait(wait_s)
        with self._guard:
            feed = self._feed
        return None if feed is None else feed.next_event(wait_s)

    def close(self) -> None:
        """As promised by EventFeed."""
        self.end()


def _asking(question: PeriodQuestion) -> dict[str, str | None]:
    return {
        "from": question.first.isoformat(),
        "to": question.last.isoformat(),
        "by": question.by.value,
        "about": question.about.value,
    }


def _page(after: str | None) -> dict[str, str | None]:
    return {"limit": str(ROWS_A_PAGE), "cursor": after}
