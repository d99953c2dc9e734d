"""The press: a kind of paper and its facts in, a PDF out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from counter_app.domain.papers import ACCEPTANCE_NOTICE, AcceptanceNotice
from printing.fonts import Face, font
from printing.papers import acceptance_notice

_PAPERS: dict[str, tuple[type, Callable[[Any], bytes]]] = {
    ACCEPTANCE_NOTICE: (AcceptanceNotice, acceptance_notice.press),
}

# reportlab keeps fonts and the documents that use them in shared state.
_pressing = threading.Lock()


def kinds() -> tuple[str, ...]:
    """The kinds of paper that can be made."""
    return tuple(_PAPERS)


def press(kind: str, facts: object) -> bytes:
    """The paper of that kind as PDF; the same facts give the same bytes.

    Raises PaperError when the paper cannot be made as the law wants it, KeyError for a kind that is
    not in `kinds()`, and TypeError for facts of another paper.
    """
    wanted, make = _PAPERS[kind]
    if not isinstance(facts, wanted):
        raise TypeError(f"{kind} is made of {wanted.__name__}, not {type(facts).__name__}")
    with _pressing:
        return make(facts)


def warm_up() -> None:
    """Reads the faces a usual paper needs, so that the first one is as quick as the others."""
    for face in (Face.SONG, Face.HEI, Face.HEI_BOLD):
        font(face)
