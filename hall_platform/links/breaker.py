"""A circuit breaker: who has failed several times is left alone for a while (熔断)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import cache

FAILURES = 3
REST_SECONDS = 30.0


class Breaker:
    """Counts failures in a row; after the last of them nobody asks until the rest is over.

    Then one may try, and what becomes of that decides.
    """

    def __init__(
        self,
        failures: int = FAILURES,
        rest: float = REST_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._rest, self._now = failures, rest, now
        self._guard = threading.Lock()
        self._failed = 0
        self._until = 0.0

    def wait(self) -> float:
        """Seconds until one may ask; 0.0 lets the caller ask, and holds others back meanwhile."""
        with self._guard:
            if self._failed < self._most:
                return 0.0
            left = self._until - self._now()
            if left > 0:
                return left
            self._until = self._now() + self._rest
            return 0.0

    def succeeded(self) -> None:
        """The other side answered."""
        with self._guard:
            self._failed = 0

    def failed(self) -> None:
        """It did not."""
        with self._guard:
            self._failed += 1
            self._until = self._now() + self._rest


@cache
def breaker_of(address: str) -> Breaker:
    """The breaker of an address, one in this process."""
    del address
    return Breaker()
