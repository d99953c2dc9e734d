"""The clerk's page: left who is next, middle who it is, right what is done, bottom the machine.

One screen and no dialog in the way of the main job. A card, a code or F2 starts everything.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from counter_app.domain.case import CaseProgress
from counter_app.domain.identity import Identity
from counter_app.domain.outgoing import OutboxFigures
from counter_app.domain.visit import Lookup, VisitState
from counter_app.errors import HallError
from counter_app.ports import CodeCamera, PrinterState
from ui.clerk.applicant_panel import ApplicantPanel
from ui.clerk.camera_view import CameraView
from ui.clerk.handling_panel import HandlingPanel
from ui.clerk.manual_entry import ManualEntry
from ui.clerk.matters_dialog import MattersDialog
from ui.clerk.model import ClerkModel
from ui.clerk.progress_dialog import ProgressDialog
from ui.clerk.queue import WindowQueue
from ui.clerk.surroundings import NOT_CONFIGURED
from ui.clerk.today_panel import TodayPanel
from ui.jobs import Jobs, Lane
from ui.messages import Message, message, message_of, outbox_message
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.frames import label
from ui.widgets.state_chip import StateChip
from ui.words import minute, tr

_CLOCK_MS = 1000
_CAMERA_KEY = "Ctrl+K"
_PREVIEW_PX = 1080
_FOOT_PX = 40

Render = Callable[[bytes, int, int], tuple[int, int, bytes, int]]

_PRINTER_WORDS = {
    PrinterState.READY: ("就绪", "ok", "printer.stopped"),
    PrinterState.LOW: ("纸将尽", "warn", ""),
    PrinterState.OUT: ("缺纸", "bad", ""),
    PrinterState.STOPPED: ("停机", "bad", "printer.stopped"),
    PrinterState.MISSING: ("没有找到", "bad", "printer.missing"),
}


class ClerkPage(QWidget):
    """Everything a clerk sees after signing in. Signals: `gun_pressed`, a gun being there."""

    gun_pressed = Signal()

    def __init__(
        self,
        model: ClerkModel,
        queue: WindowQueue,
        jobs: Jobs,
        render: Render,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = model
        self._queue = queue
        self._jobs = jobs
        self._render = render
        self.today = TodayPanel(model, queue)
        self.applicant = ApplicantPanel(model)
        self.handling = HandlingPanel(model)
        self._said = ElidedLabel()
        self._said_code = label("", "soft")
        self._dot = StateChip(tr("平台"), on_bar=True)
        self._waiting = StateChip(tr("待传"), on_bar=True)
        self.reader = StateChip(tr("读卡器"))
        self.gun = StateChip(tr("扫码枪"))
        self.camera = StateChip(tr("摄像头"))
        self.printer = StateChip(tr("打印机"))
        self._clock = label("")
        self._who = label("")
        self._window = label("", "place")
        self._hall = label("", "chip")
        self.leave = QPushButton(tr("退出登录"))
        self.leave.setAccessibleName(tr("退出登录"))
        self._last_state = VisitState.WAITING
        self._here: Identity | None = None  # who the queue was told of
        self._camera: CodeCamera | None = None
        self._build()
        self.camera_view = CameraView(self)
        self._connect()
        self._tick = QTimer(self)
        self._tick.setInterval(_CLOCK_MS)
        self._tick.timeout.connect(self._show_time)
        self._tick.start()
        self.show_devices()
        self.show_outbox(model.outbox)

    def begin(self) -> None:
        """A clerk has signed in: say who and where."""
        session = self._model.session
        if session is None:
            return
        self._queue.begin(session)
        self._window.setText(session.window.name)
        self._hall.setText(session.window.hall.name)
        self._who.setText(session.operator.name)
        self._show_time()
        self.today.manual.setFocus()  # nobody is here yet: there is no next one

    # -- what is shown ---------------------------------------------------------------------------

    def say(self, said: Message) -> None:
        """Tell the clerk what happened, in the bar below."""
        self._said.setText(f"{minute(self._model.now)}　{said.what}　{said.do}".rstrip())
        self._said_code.setText(said.code)
        self._said.setToolTip(f"{said.what}\n{said.do}")
        self._said.setAccessibleName(f"{said.what} {said.do}")

    def show_devices(self) -> None:
        """Network, reader, gun, camera and printer, in words."""
        devices = self._model.devices
        self._dot.show_state(*((tr("在线"), "ok") if devices.online else (tr("离线"), "warn")))
        for chip, code in (
            (self.reader, devices.reader),
            (self.gun, devices.gun),
            (self.camera, devices.camera),
        ):
            if code == NOT_CONFIGURED:
                chip.show_state(tr("未配置"), "ok")
            elif code == "gun.wire_lost":
                chip.show_state(tr("专线断开,键盘模式可用"), "warn")
            else:
                chip.show_state(tr("没有接好") if code else tr("就绪"), "bad" if code else "ok")
        if devices.camera not in ("", NOT_CONFIGURED):
            self.camera_view.say(message(devices.camera).what)
        word, kind, _ = _PRINTER_WORDS[devices.printer]
        self.printer.show_state(tr(word), kind)

    def show_outbox(self, figures: OutboxFigures) -> None:
        """How many acts wait for the platform."""
        if figures.refused:
            self._waiting.show_state(
                tr("{waiting},退回 {refused}", waiting=figures.waiting, refused=figures.refused),
                "bad",
            )
        else:
            self._waiting.show_state(str(figures.waiting), "warn" if figures.waiting else "ok")

    def _visit_changed(self) -> None:
        """Move the focus to the next thing when the visit enters another state."""
        visit = self._model.visit
        if visit.identity is not self._here:
            self._here = visit.identity
            if visit.identity is not None:
                self._queue.person_is_here(visit.identity)
        if visit.state is not self._last_state:
            self._last_state = visit.state
            if visit.state is VisitState.HANDLING:
                self.handling.first_open()
            elif visit.state is VisitState.ACCEPTED:
                self.today.next.setFocus()
            elif visit.state is VisitState.WAITING:
                self.today.manual.setFocus()
                self._said.setToolTip("")
        if visit.state is VisitState.RECEIVED and visit.lookup is Lookup.ANSWERED:
            self._offer_first()

    def _offer_first(self) -> None:
        """Select the first pre-application that can be taken up, so that Enter does it."""
        window = self._model.session.window.code if self._model.session else ""
        listed = self.applicant.preapplications
        if listed.selected_key() or not self._focus_is_free():
            return
        for preapplication in self._model.visit.knowledge.preapplications:
            if preapplication.can_be_taken_up(window):
                listed.select(preapplication.id)
                listed.setFocus()
                return
        if not self._model.visit.knowledge.preapplications:
            self.applicant.begin_search()  # nothing was begun online: an item has to be chosen

    def _focus_is_free(self) -> bool:
        return not self.applicant.search.hasFocus()

    def _show_time(self) -> None:
        self._clock.setText(minute(self._model.now))

    # -- doing -----------------------------------------------------------------------------------

    def next_person(self) -> None:
        """The person leaves: what was done for the number is told, and the next one is called.

        Where another card lies on the reader, its person is the next one.
        """
        model = self._model
        if model.acceptance.under_way:
            return
        case = model.visit.case
        cases = (case.id,) if case is not None else ()
        stands_here = model.waiting_card is not None
        model.next_person()
        if stands_here:
            self._queue.finish(cases)
        else:
            self._queue.next(cases)

    def _print_again(self) -> None:
        if self._model.visit.case is not None:
            self._model.acceptance.print_notice(self._model.visit.case.id)

    def _show_pdf(self, pdf: object) -> None:
        assert isinstance(pdf, bytes)
        render = self._render
        case = self._model.visit.case

        def drawn(page: tuple[int, int, bytes, int]) -> None:
            if case is None or self._model.visit.case is None:
                return
            width, height, pixels, _pages = page
            picture = QImage(pixels, width, height, width * 4, QImage.Format.Format_RGB32)
            self.applicant.show_paper(picture.copy())

        def not_drawn(error: HallError) -> None:
            self.say(message_of(error))

        self._jobs.run(self, lambda: render(pdf, 0, _PREVIEW_PX), drawn, not_drawn, Lane.PAPER)

    def enter_manually(self) -> None:
        """Ask for a person's facts by hand."""
        dialog = ManualEntry(self)
        dialog.entered.connect(self._model.receive)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def enter_organisation(self, identity: Identity) -> None:
        """The platform does not know the organisation: its name has to be read off the licence."""
        dialog = ManualEntry(self, identity)
        dialog.entered.connect(self._model.receive)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def show_progress(self, progress: CaseProgress) -> None:
        """How far the case of a receipt is, over the page."""
        done = (one.case for one in self._model.done)
        case = next((one.id for one in done if one.shown_number == progress.number), "")
        dialog = ProgressDialog(progress, case, self)
        dialog.print_again.connect(self._model.acceptance.print_notice)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def make_room(self) -> bool:
        """Close what lies over the page, so that a code can open what it stands for.

        False, and everything stays, where somebody has typed into it.
        """
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            return True
        typed = any(field.isModified() for field in dialog.findChildren(QLineEdit))
        if typed or not isinstance(dialog, QDialog) or dialog.parent() is not self:
            return False
        dialog.reject()
        return True

    # -- the camera ------------------------------------------------------------------------------

    def use_camera(self, camera: CodeCamera) -> None:
        """The counter has a camera that reads codes."""
        self._camera = camera

    def turn_camera(self) -> None:
        """Show what the camera sees, or hide it."""
        if self._camera is None:
            self._explain("camera")
        else:
            self.show_camera(wanted=not self.camera_view.isVisible())

    def show_camera(self, *, wanted: bool) -> None:
        """Show what the camera sees; hidden, no picture is made or kept."""
        if self._camera is None:
            return
        self._camera.show(wanted)
        self.camera_view.forget()
        self.camera_view.setVisible(wanted)
        if wanted:
            self._place_camera_view()
            self.camera_view.raise_()

    def show_camera_picture(self) -> None:
        """The camera has a new picture."""
        picture = self._camera.picture() if self._camera is not None else None
        if picture is not None and self.camera_view.isVisible():
            self.camera_view.show_picture(picture)

    def _place_camera_view(self) -> None:
        room = self.rect().adjusted(0, 0, 0, -_FOOT_PX)
        self.camera_view.place(QRectF(room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_camera_view()

    def show_matters(self) -> None:
        """What waits for a person, over the page: a visit under way stays as it is."""
        session = self._model.session
        if session is None:
            return
        dialog = MattersDialog(self._model.matters, session, self)
        dialog.finished.connect(self._model.matters.forget)
        dialog.finished.connect(dialog.deleteLater)
        self._model.matters.look()
        dialog.open()

    def _explain(self, chip: str) -> None:
        """What to do about a device."""
        devices = self._model.devices
        code = {
            "reader": devices.reader,
            "gun": devices.gun,
            "camera": devices.camera,
        }.get(chip, "")
        if code == NOT_CONFIGURED:
            key = "camera.kind" if chip == "camera" else f"{chip}.kind, {chip}.port"
            do = tr("要用请在设置里写 {key},再重新打开。", key=key)
            self.say(Message(tr("设置里没有这个设备"), do, "info"))
        elif code:
            self.say(message(code))
            if chip == "gun" and devices.gun_types:
                self.gun_pressed.emit()
        elif chip == "camera":
            self.say(Message(tr("摄像头就绪"), tr("按 {key} 看图像。", key=_CAMERA_KEY), "info"))
        elif chip == "gun":
            self.gun_pressed.emit()
        elif chip == "printer":
            self.say(_about_printer(devices.printer))
        elif chip == "platform":
            self.say(_about_platform(devices.online))
        elif chip == "outbox" and self._model.outbox.refused:
            self.show_matters()
        elif chip == "outbox":
            self.say(outbox_message(self._model.outbox))
        else:
            self.say(Message(tr("设备就绪"), "", "info"))

    # -- building --------------------------------------------------------------------------------

    def _connect(self) -> None:
        model = self._model
        model.said.connect(self.say)
        model.devices_changed.connect(self.show_devices)
        model.outbox_changed.connect(self.show_outbox)
        model.visit_changed.connect(self._visit_changed)
        model.acceptance.notice_ready.connect(self._show_pdf)
        model.codes.make_room = self.make_room
        model.codes.progress_found.connect(self.show_progress)
        model.codes.ticket_found.connect(self._queue.ticket_came)
        model.codes.organisation_unnamed.connect(self.enter_organisation)
        self.today.next.clicked.connect(self.next_person)
        self._queue.said.connect(self.say)
        model.signed_out.connect(self._queue.end)
        self.today.reprint.connect(model.acceptance.print_notice)
        self.today.manual_entry.connect(self.enter_manually)
        self.today.matters.clicked.connect(self.show_matters)
        self.applicant.take_up.connect(model.take_up_preapplication)
        self.applicant.take_item.connect(model.take_up_item)
        self.handling.accept.connect(model.acceptance.accept)
        self.handling.print_again.connect(self._print_again)
        self.leave.clicked.connect(model.sign_out)
        for chip, name in (
            (self.reader, "reader"),
            (self.gun, "gun"),
            (self.camera, "camera"),
            (self.printer, "printer"),
            (self._dot, "platform"),
            (self._waiting, "outbox"),
        ):
            chip.clicked.connect(lambda _=False, n=name: self._explain(n))
        for key, what in (
            ("Ctrl+F", self.applicant.begin_search),
            ("Ctrl+R", model.ask_again),
            (_CAMERA_KEY, self.turn_camera),
            ("Esc", self._escape),
        ):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(what)

    def _escape(self) -> None:
        if self.applicant.reveal_bar.isVisible():
            self.applicant.reveal_bar.hide()
        elif self._model.visit.state is VisitState.HANDLING:
            self._model.put_back()

    def _build(self) -> None:
        columns = QHBoxLayout()
        columns.setContentsMargins(12, 12, 12, 12)
        columns.setSpacing(12)
        columns.addWidget(self.today)
        columns.addWidget(self.applicant, 1)
        columns.addWidget(self.handling)
        down = QVBoxLayout(self)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(0)
        down.addWidget(self._build_bar())
        down.addLayout(columns, 1)
        down.addWidget(self._build_foot())

    def _build_bar(self) -> QFrame:
        bar = QFrame()
        bar.setObjectName("bar")
        bar.setFixedHeight(52)
        across = QHBoxLayout(bar)
        across.setContentsMargins(20, 0, 12, 0)
        across.setSpacing(20)
        for part in (self._window, self._hall):
            across.addWidget(part)
        across.addStretch(1)
        for widget in (self._dot, self._waiting, self._who, self._clock, self.leave):
            across.addWidget(widget)
        return bar

    def _build_foot(self) -> QFrame:
        foot = QFrame()
        foot.setObjectName("foot")
        foot.setFixedHeight(_FOOT_PX)
        across = QHBoxLayout(foot)
        across.setContentsMargins(10, 0, 18, 0)
        across.setSpacing(6)
        for chip in (self.reader, self.gun, self.camera, self.printer):
            across.addWidget(chip)
        across.addWidget(self._said, 1)
        across.addWidget(self._said_code)
        return foot


def _about_platform(online: bool) -> Message:
    return Message(tr("平台在线"), "", "info") if online else message("platform.unreachable")


def _about_printer(state: PrinterState) -> Message:
    if state in (PrinterState.MISSING, PrinterState.STOPPED):
        return message("printer.missing" if state is PrinterState.MISSING else "printer.stopped")
    if state is PrinterState.OUT:
        return Message(tr("打印机缺纸"), tr("放好纸后会接着打印,不用再按。"), "warn")
    if state is PrinterState.LOW:
        return Message(tr("打印机纸将用完"), tr("请备好纸。"), "warn")
    return Message(tr("打印机就绪"), "", "info")
