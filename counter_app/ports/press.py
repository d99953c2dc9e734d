"""What the counter asks of the press that makes papers."""

from __future__ import annotations

from typing import Protocol


class Press(Protocol):
    """Makes papers: facts in, PDF out (`printing` fills it)."""

    def press(self, kind: str, facts: object) -> bytes:
        """The paper of that kind. Raises PaperError."""
        ...
