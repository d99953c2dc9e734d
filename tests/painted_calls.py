"""When calls were painted on a display: from a key or an event to what the hall sees."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ui.demo.hands import look


class PaintedCalls:
    """Watches a display's window; times are those of `time.monotonic`, by ticket and call.

    `heard` is when the call came to the window's thread, `painted` when it had been painted.
    """

    def __init__(self, window: Any) -> None:
        self.heard: dict[tuple[str, int], float] = {}
        self.painted: dict[tuple[str, int], float] = {}
        window.model.called.connect(lambda call: self._note(self.heard, call))
        window.page.painted_call.connect(lambda call: self._note(self.painted, call))

    def took(self, make: Callable[[], Any]) -> float:
        """Seconds from the beginning of `make`, which answers a called ticket, to its painting."""
        begun = time.monotonic()
        ticket = make()
        key = (ticket["ticket"], ticket["calls"])
        look("the call is painted", lambda: key in self.painted)
        return self.painted[key] - begun

    def _note(self, times: dict[tuple[str, int], float], call: Any) -> None:
        times.setdefault((call.ticket, call.call), time.monotonic())
