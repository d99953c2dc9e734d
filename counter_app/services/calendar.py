"""The table of working days a counter computes with: the newest it knows, kept for offline work."""

from __future__ import annotations

from counter_app.domain.deadlines import WorkingDays
from counter_app.ports import Clock, Platform, Store


class Calendar:
    """Begins with the table that shipped or the one kept here, whichever is newer.

    Raises StoreError.
    """

    def __init__(
        self, platform: Platform, store: Store, clock: Clock, shipped: WorkingDays
    ) -> None:
        self._platform = platform
        self._store = store
        self._clock = clock
        kept = store.kept_calendar()
        self._table = kept if kept is not None and kept.newer_than(shipped) else shipped

    def table(self) -> WorkingDays:
        """The table that counts now; local and instant."""
        return self._table

    def bring_up_to_date(self) -> WorkingDays:
        """Ask the platform for its table, and keep it if it is newer; the one that counts then.

        Raises PlatformUnreachable, PlatformError, PlatformRefused, StoreError.
        """
        published = self._platform.calendar()
        if published.newer_than(self._table):
            self._store.keep_calendar(published, self._clock.now())
            self._table = published
        return self._table
