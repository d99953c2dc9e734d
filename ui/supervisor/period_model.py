"""Figures of a period, without a widget in them: the question, the answer, the export."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from counter_app.domain.figures import (
    By,
    Part,
    PeriodFigures,
    PeriodQuestion,
    RowsQuestion,
)
from counter_app.errors import ExportError, HallError, PlatformUnreachable
from counter_app.ports import Figures
from ui.jobs import Jobs
from ui.messages import Message, message_of
from ui.words import tr

_DAYS = 7


class PeriodModel(QObject):
    """One question and its answer; `answered` is what `answer` is the answer to.

    Signals: `changed`, `said(Message)`, `saved(Path)`.
    """

    changed = Signal()
    said = Signal(object)
    saved = Signal(object)

    def __init__(self, figures: Figures, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.figures = figures
        self.jobs = jobs
        self.answer: PeriodFigures | None = None
        self.answered: PeriodQuestion | None = None
        self.busy = False
        self._turn = 0

    @staticmethod
    def usual(today: date) -> tuple[date, date]:
        """The days one asks for first: a week up to today."""
        return today - timedelta(days=_DAYS - 1), today

    def ask(self, question: PeriodQuestion) -> None:
        """Ask the platform; a later question has precedence over the answer to an earlier one."""
        if question.last < question.first:
            self.said.emit(Message(tr("结束日期早于开始日期"), tr("请改正日期。"), "warn"))
            return
        self._turn += 1
        turn, figures = self._turn, self.figures
        self.busy = True
        self.changed.emit()

        def done(answer: PeriodFigures) -> None:
            if turn == self._turn:
                self.busy, self.answer, self.answered = False, answer, question
                self.changed.emit()

        def failed(error: HallError) -> None:
            if turn == self._turn:
                self.busy = False
                self.changed.emit()
                self.said.emit(_said(error))

        self.jobs.run(self, lambda: figures.period(question), done, failed)

    def behind(self, figure: str, part: Part | None) -> RowsQuestion | None:
        """Which rows are behind a figure of a part; of the total where there is no part."""
        answer, answered = self.answer, self.answered
        if answer is None or answered is None:
            return None
        if part is None:
            return RowsQuestion(figure, answer.first, answer.last)
        match answered.by:
            case By.DAY:
                day = date.fromisoformat(part.label)
                return RowsQuestion(figure, day, day)
            case By.SERVICE:
                return RowsQuestion(figure, answer.first, answer.last, service=part.label)
            case By.WINDOW:
                return RowsQuestion(figure, answer.first, answer.last, window=part.label)
            case By.HOUR:
                return RowsQuestion(figure, answer.first, answer.last, hour=int(part.label))

    def save_csv(self, path: Path) -> None:
        """Write the platform's own CSV of what is shown."""
        question, figures = self.answered, self.figures
        if question is not None:
            self._save(path, lambda: figures.sheet(question))

    def save_xlsx(self, path: Path) -> None:
        """Write what is shown as a workbook, with the definitions beside it."""
        answer = self.answer
        if answer is None:
            return

        def made() -> bytes:
            from ui.supervisor.workbook import workbook

            return workbook(answer)

        self._save(path, made)

    def forget(self) -> None:
        """Nobody is signed in."""
        self._turn += 1
        self.answer = self.answered = None
        self.busy = False
        self.changed.emit()

    def _save(self, path: Path, made: Callable[[], bytes]) -> None:
        def work() -> Path:
            write_whole(path, made())
            return path

        def failed(error: HallError) -> None:
            self.said.emit(_said(error))

        self.jobs.run(self, work, self._saved, failed)

    def _saved(self, path: Path) -> None:
        self.said.emit(Message(tr("已导出:{name}", name=path.name), str(path.parent), "info"))
        self.saved.emit(path)


def write_whole(path: Path, content: bytes) -> None:
    """The whole file or none. Raises ExportError."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.write_bytes(content)
        os.replace(unfinished, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise ExportError("export.unwritable") from error


def _said(error: HallError) -> Message:
    if isinstance(error, PlatformUnreachable):
        return Message(
            tr("连不上平台,没有取到新的数据"),
            tr("下面仍是上一次的结果。请稍后再查。"),
            "warn",
            error.code,
        )
    return message_of(error)
