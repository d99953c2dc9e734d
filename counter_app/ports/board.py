"""What the display asks of the hall (叫号屏)."""

from __future__ import annotations

from typing import Protocol

from counter_app.domain.board import Board


class HallBoard(Protocol):
    """The hall's board; usable from several threads."""

    def board(self) -> Board:
        """The last calls and who waits. Raises PlatformError, PlatformRefused, StoreError."""
        ...
