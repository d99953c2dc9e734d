"""The supervisor's window: the sign-in page, and behind it the live page and the period page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QStackedWidget

from ui.idle_lock import IdleLock
from ui.jobs import Jobs
from ui.messages import Message, message_of
from ui.supervisor.sign_in_page import SupervisorSignIn
from ui.window import FaceWindow
from ui.words import tr

if TYPE_CHECKING:
    from counter_app.domain.figures import Definition, RowsQuestion
    from counter_app.errors import HallError
    from counter_app.ports import SupervisorSession
    from ui.assembly_supervisor import AssembledSupervisor
    from ui.supervisor.frame import SupervisorPages
    from ui.supervisor.model import LiveModel
    from ui.supervisor.period_model import PeriodModel
    from ui.supervisor.rows_model import RowsModel

SMALLEST = (1366, 768)


class SupervisorWindow(FaceWindow):
    """Holds the pages; nobody sees a figure without having signed in."""

    def __init__(self, jobs: Jobs, lock_minutes: float = 5) -> None:
        super().__init__()
        self.setWindowTitle(tr("大厅负责人"))
        self.resize(*SMALLEST)
        self._jobs = jobs
        self.sign_in = SupervisorSignIn()
        self.live: LiveModel | None = None
        self.period: PeriodModel | None = None
        self.pages: SupervisorPages | None = None
        self.dialog: QDialog | None = None
        self._lock = IdleLock(lock_minutes, self)
        self._lock.expired.connect(self.lock)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.sign_in)
        self.setCentralWidget(self._stack)
        self.sign_in.signed_in.connect(self._begin)
        self.sign_in.setFocus()

    def use(self, assembled: AssembledSupervisor) -> None:
        """The link is there: build the pages unseen."""
        from ui.supervisor.frame import SupervisorPages
        from ui.supervisor.model import LiveModel
        from ui.supervisor.period_model import PeriodModel

        self.live = LiveModel(assembled.figures, assembled.feed, self._jobs, self)
        self.period = PeriodModel(assembled.figures, self._jobs, self)
        self.pages = SupervisorPages(self.live, self.period)
        self.pages.setEnabled(False)
        self._stack.addWidget(self.pages)
        self.live.ended.connect(self._ended)
        self.pages.leave.clicked.connect(self.leave)
        self.pages.explain.clicked.connect(self._explain)
        self.pages.live.rows_wanted.connect(self._rows_of_today)
        self.pages.period.rows_wanted.connect(self._rows_of_period)
        shortcut = QShortcut(QKeySequence("Ctrl+L"), self)
        shortcut.activated.connect(self.lock)
        self._jobs.listen(self.live, "events", assembled.feed.next_event, self.live.hear)
        self.sign_in.use(assembled.figures, assembled.security_key, self._jobs)

    def fail(self, error: HallError) -> None:
        """As promised by FaceWindow: nobody can sign in."""
        self.sign_in.say(message_of(error))

    def lock(self) -> None:
        """Hide everything; no figure stays, and whoever goes on signs in again."""
        if self.live is None or self.live.session is None:
            return
        self.leave()
        self.sign_in.say(Message(tr("已锁定"), tr("请重新登录。"), "info"))

    def leave(self) -> None:
        """Sign out."""
        self._lock.stop()
        if self.dialog is not None:
            self.dialog.reject()
        if self.live is not None and self.period is not None and self.pages is not None:
            self.live.end()
            self.period.forget()
            self.pages.setEnabled(False)
        self._stack.setCurrentWidget(self.sign_in)
        self.sign_in.forget()
        self.sign_in.banner.clear()
        self.sign_in.username.setFocus()

    def _begin(self, session: SupervisorSession) -> None:
        if self.live is None or self.pages is None:
            return
        self.pages.setEnabled(True)
        self._stack.setCurrentWidget(self.pages)
        self._lock.start()
        self.live.begin(session)
        self.pages.begin()

    def _ended(self) -> None:
        self.leave()
        self.sign_in.say(Message(tr("登录已失效"), tr("请重新登录。"), "warn"))

    # -- dialogs -----------------------------------------------------------------------------------

    def _explain(self) -> None:
        live, pages = self.live, self.pages
        if live is None or pages is None:
            return
        figure, figures = pages.focused_figure(), live.figures

        def came(definitions: tuple[Definition, ...]) -> None:
            from ui.supervisor.dialogs import DefinitionsDialog

            if live.session is not None:
                self._open(DefinitionsDialog(definitions, figure, self))

        def failed(error: HallError) -> None:
            """The definitions that came with the last good values."""
            if live.live is not None:
                came(live.live.definitions)
            else:
                pages.say(message_of(error))

        self._jobs.run(self, figures.definitions, came, failed)

    def _rows_of_today(self, figure: str, service: str, window: str) -> None:
        from ui.supervisor.live_page import WAITING
        from ui.supervisor.rows_model import RowsModel, who_waits

        live = self.live
        if live is None:
            return
        if figure == WAITING:
            ask = who_waits(live.figures, service or None)
            self._open_rows(RowsModel(tr("现在等候"), ask, self._jobs, self))
            return
        question = live.today(figure, service=service or None, window=window or None)
        if question is not None:
            self._rows_of_period(question)

    def _rows_of_period(self, question: RowsQuestion) -> None:
        from ui.supervisor.figure_words import title as name_of
        from ui.supervisor.rows_model import RowsModel, rows_behind

        live = self.live
        if live is None or live.live is None:
            return
        names = {one.service: one.name for one in live.live.queue.services}
        known = {one.id: name_of(one) for one in live.live.definitions}
        if self.period is not None and self.period.answer is not None:
            known |= {one.id: name_of(one) for one in self.period.answer.definitions}
        title = known.get(question.figure, question.figure)
        places = [names.get(question.service or "", ""), question.window or ""]
        heading = "　".join([title, *(one for one in places if one)])
        ask = rows_behind(live.figures, question, names)
        self._open_rows(RowsModel(heading, ask, self._jobs, self))

    def _open_rows(self, model: RowsModel) -> None:
        from ui.supervisor.dialogs import RowsDialog

        self._open(RowsDialog(model, self))

    def _open(self, dialog: QDialog) -> None:
        """One dialog at a time; it goes with the session."""
        if self.dialog is not None:
            self.dialog.reject()
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog = dialog
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None

    def closeEvent(self, event: QCloseEvent) -> None:
        self.leave()
        super().closeEvent(event)
