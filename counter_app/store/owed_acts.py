"""What a kiosk still has to tell the hall, in a file that outlives it (`ports.OwedActs`).

Nobody's name or number is in it: identifiers of visits, keys, and what became of papers.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from counter_app.domain.ticket import OwedAct, TicketPaper
from counter_app.errors import StoreError

FILE_NAME = "owed.json"


class OwedActsFile:
    """Whole or not at all; a file that is no list of owed acts counts as none."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME

    def load(self) -> tuple[OwedAct, ...]:
        """As promised by OwedActs."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            return tuple(_act(**one) for one in kept)
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError):
            return ()

    def keep(self, owed: tuple[OwedAct, ...]) -> None:
        """As promised by OwedActs."""
        half = self._path.with_suffix(".half")
        text = json.dumps([asdict(one) | {"paper": one.paper and one.paper.value} for one in owed])
        try:
            handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(handle)
            half.replace(self._path)
        except OSError as error:
            raise StoreError("store.unwritable") from error


def _act(*, key: str, visit: str = "", paper: str | None = None, detail: str = "") -> OwedAct:
    texts = (key, visit, detail)
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("not an owed act")
    return OwedAct(key, visit, TicketPaper(paper) if paper is not None else None, detail)
