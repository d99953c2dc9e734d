"""Short messages to mobiles (短信), as a port: a gateway over HTTP, or one that keeps them.

Sending happens aside, so that how long an answer takes does not say whether a message went out. A
message is in no log and no file.
"""

from __future__ import annotations

import logging
import queue
import threading
from dataclasses import dataclass, field
from typing import Protocol

from hall_platform.links.http import Address, Unreachable, post

log = logging.getLogger("hall_platform.text_messages")

WAITING = 1000


class TextMessages(Protocol):
    """What the platform asks of a sender of short messages."""

    @property
    def works(self) -> bool:
        """Whether there is anything to send with."""
        ...

    def send(self, mobile: str, text: str) -> None:
        """Send it some time soon; what cannot be delivered is asked for again by its reader."""
        ...


class NoTextMessages:
    """No gateway is set."""

    works = False

    def send(self, mobile: str, text: str) -> None:
        """Nothing is sent."""


@dataclass
class HeldTextMessages:
    """Keeps messages in memory, for tests and demonstrations in one process."""

    works: bool = True
    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(self, mobile: str, text: str) -> None:
        """Keep it."""
        self.sent.append((mobile, text))


class GatewayTextMessages:
    """A gateway over HTTP: `POST {address}` with {"mobile": …, "text": …}, one after the other."""

    works = True

    def __init__(self, url: str) -> None:
        self._address = Address(url)
        self._waiting: queue.Queue[tuple[str, str]] = queue.Queue(WAITING)
        threading.Thread(target=self._run, name="text-messages", daemon=True).start()

    def send(self, mobile: str, text: str) -> None:
        """Queue it; with too many waiting it is dropped, as a gateway that is away would."""
        try:
            self._waiting.put_nowait((mobile, text))
        except queue.Full:
            log.warning("text messages wait for the gateway; one was dropped")

    def _run(self) -> None:
        while True:
            mobile, text = self._waiting.get()
            try:
                answer = post(self._address, "", {"mobile": mobile, "text": text})
            except Unreachable as failure:
                log.warning("the message gateway did not take a message: %s", failure.reason)
                continue
            if answer.status >= 300:
                log.warning("the message gateway refused a message: status %s", answer.status)


def text_messages(url: str) -> TextMessages:
    """The sender for a gateway's address; without one there is none."""
    return GatewayTextMessages(url) if url else NoTextMessages()
