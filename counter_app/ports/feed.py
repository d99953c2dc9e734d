"""What a face asks of the platform's events."""

from __future__ import annotations

from typing import Protocol

from counter_app.domain.happening import FeedEvent


class EventFeed(Protocol):
    """Events as they happen (实时消息). One thread asks; `close` may come from another."""

    def next_event(self, wait_s: float) -> FeedEvent | None:
        """The next event or change of the feed's state; None when there is none yet.

        While events come it may wait longer than asked, until `close`. Raises nothing expected: a
        feed that is lost says so once, and comes back by itself.
        """
        ...

    def close(self) -> None:
        """End the stream."""
        ...
