"""What a counter does for its own store: takes finished cases off it."""

from __future__ import annotations

from counter_app.ports import Clock, Store


class Upkeep:
    """Keeps the local store short."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def clear_finished(self) -> int:
        """Remove what earlier days left finished, see `Store.clear_finished`; how many cases.

        Raises StoreError.
        """
        return self._store.clear_finished(self._clock.now())
