"""Calling people to the window (叫号): a press of a key happens once, whatever the network does."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TypeVar

from counter_app.domain.identity import Identity
from counter_app.domain.session import Session
from counter_app.domain.ticket import Ticket
from counter_app.errors import PlatformError, PlatformRefused, QueueRefused
from counter_app.ports import HallService, Queue, WindowState, Workbench

T = TypeVar("T")

AWAY = "窗口人员暂离"  # kept at the platform, so in the hall's language


def _fresh_key() -> str:
    return uuid.uuid4().hex


class Calling:
    """What a clerk does with the queue. All raise QueueRefused, PlatformError, PlatformRefused.

    An answer that is lost is asked for once more under the same key, so that nobody is called
    twice; if it does not come then either, `look` tells what happened.
    """

    def __init__(self, queue: Queue, key: Callable[[], str] = _fresh_key) -> None:
        self._queue = queue
        self._key = key

    def look(self) -> Workbench | None:
        """How the window stands; None where this window has no queue."""
        try:
            return self._queue.workbench()
        except PlatformRefused as refusal:
            if refusal.code in ("platform.not_found", "platform.not_allowed"):
                return None
            raise

    def services(self) -> tuple[HallService, ...]:
        """The services a number can be sent to."""
        return self._queue.services()

    def open_window(self, session: Session) -> None:
        """Begin to call."""
        self._set(session, WindowState.OPEN, "")

    def pause_window(self, session: Session) -> None:
        """Call nobody for a while; the hall is told that the clerk is away for a moment."""
        self._set(session, WindowState.PAUSED, AWAY)

    def close_window(self, session: Session) -> None:
        """Call nobody any more."""
        self._set(session, WindowState.CLOSED, "")

    def next(self, session: Session, finished: Ticket | None, cases: tuple[str, ...]) -> Ticket:
        """Finish with who is here, for these cases, and call whose turn it is.

        QueueRefused("queue.nobody_waiting") when nobody is; who was here is finished all the same.
        """
        if finished is not None:
            self.finish(session, finished, cases)
        return self._once(lambda key: self._queue.call_next(session, key))

    def finish(self, session: Session, ticket: Ticket, cases: tuple[str, ...]) -> None:
        """Finish with who is here."""
        self._once(lambda key: self._queue.finish(ticket.id, cases, session, key))

    def call(self, session: Session, ticket: Ticket) -> Ticket:
        """Call one who was passed over and is here now."""
        return self._once(lambda key: self._queue.call(ticket.id, session, key))

    def recall(self, session: Session, ticket: Ticket) -> Ticket:
        """Call again."""
        return self._once(lambda key: self._queue.recall(ticket.id, session, key))

    def pass_over(self, session: Session, ticket: Ticket) -> None:
        """Nobody came."""
        self._once(lambda key: self._queue.pass_over(ticket.id, session, key))

    def park(self, session: Session, ticket: Ticket) -> Ticket:
        """Put aside."""
        return self._once(lambda key: self._queue.park(ticket.id, session, key))

    def take_back(self, session: Session, ticket: Ticket) -> Ticket:
        """Go on with one that was put aside."""
        return self._once(lambda key: self._queue.take_back(ticket.id, session, key))

    def transfer(self, session: Session, ticket: Ticket, service: str) -> Ticket:
        """Send to another service."""
        return self._once(lambda key: self._queue.transfer(ticket.id, service, session, key))

    def start(self, session: Session, ticket: Ticket, identity: Identity | None) -> Ticket:
        """The person is here; QueueRefused("queue.other_person") where the card is another's."""
        return self._once(lambda key: self._queue.start(ticket.id, identity, session, key))

    def _set(self, session: Session, state: WindowState, reason: str) -> None:
        self._once(lambda key: self._queue.set_window(session, state, reason, key))

    def _once(self, act: Callable[[str], T]) -> T:
        key = self._key()
        try:
            return act(key)
        except (QueueRefused, PlatformRefused):  # a clear no is no lost answer
            raise
        except PlatformError:
            return act(key)
