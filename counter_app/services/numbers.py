"""Leasing official case numbers ahead of need (号段), so that papers printed offline are final."""

from __future__ import annotations

import secrets

from counter_app.domain.case_id import RANDOM_BYTES, uuid7
from counter_app.ports import Clock, Lease, Platform, Store


class Numbers:
    """Keeps a window's stock of official numbers."""

    def __init__(self, platform: Platform, store: Store, clock: Clock) -> None:
        self._platform = platform
        self._store = store
        self._clock = clock

    def top_up(self, window: str, *, keep: int = 40, count: int = 60) -> int:
        """Lease `count` numbers when fewer than `keep` are left; how many are left afterwards.

        The lease's key is kept before it is asked for: when the answer is lost, the next call gets
        the same block. Raises PlatformUnreachable, PlatformError, PlatformRefused, StoreError.
        """
        left = self._store.numbers_left(window)
        if left >= keep:
            return left
        now = self._clock.now()
        lease = self._store.lease(
            window, Lease(uuid7(now, secrets.token_bytes(RANDOM_BYTES)), count)
        )
        block = self._platform.lease_numbers(window, lease.count, lease.key)
        self._store.add_block(block, now)
        return self._store.numbers_left(window)
