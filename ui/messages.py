"""Error and warning codes as sentences: what happened, and what to do now.

Complete both ways by test: every code of `counter_app.errors` and every warning of the domain has a
message here, and every message here has a code. Sentences are in the clerk's words; the code stands
beside them in small type for support.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counter_app.errors import HallError
from ui.sentences import SENTENCES
from ui.words import tr

if TYPE_CHECKING:
    from counter_app.domain.outgoing import OutboxFigures


@dataclass(frozen=True, slots=True)
class Message:
    """What to show: a sentence, what to do, how grave (bad, warn, info), and the code."""

    what: str
    do: str
    kind: str = "bad"
    code: str = ""


def codes() -> frozenset[str]:
    """Every code that has a sentence."""
    return frozenset(SENTENCES)


def sentences() -> tuple[str, ...]:
    """Every sentence, for the test that holds the English table complete."""
    return tuple(text for what, do, _ in SENTENCES.values() for text in (what, do))


class _Facts(dict[str, object]):
    """A fact that was not given leaves its place empty instead of failing the message."""

    def __missing__(self, key: str) -> str:
        return ""


def message(code: str, **facts: object) -> Message:
    """The message of a code; KeyError for a code nobody wrote a sentence for."""
    what, do, kind = SENTENCES[code]
    known = _Facts(facts)
    return Message(tr(what).format_map(known), tr(do).format_map(known), kind, code)


def message_of(error: HallError) -> Message:
    """The message of an expected error."""
    return message(error.code, **error.facts)


def notice(what: str, do: str = "") -> Message:
    """A message without a code: something went well."""
    return Message(what, do, "info")


def outbox_message(figures: OutboxFigures) -> Message:
    """How the outbox stands, and what to do about it."""
    if figures.refused:
        return Message(
            tr("有 {count} 件被平台退回", count=figures.refused),
            tr("按 F12 查看,处理后告知办事人。"),
            "bad",
        )
    if figures.waiting:
        return Message(
            tr("有 {count} 件待传", count=figures.waiting), tr("连上平台后自动上传。"), "info"
        )
    return Message(tr("没有待传的办件"), "", "info")
