"""The kiosk's window: full screen, one page at a time, a count-down when nobody touches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from counter_app.domain.reading import CodeScanned
from counter_app.errors import HallError
from counter_app.settings import Settings
from ui import words
from ui.jobs import Jobs
from ui.kiosk import look
from ui.kiosk.look import BigButton, Text
from ui.window import FaceWindow
from ui.words import tr

if TYPE_CHECKING:
    from counter_app.ports import Clock, Voice
    from ui.assembly_kiosk import KioskParts
    from ui.keyboard_gun import KeyboardGun
    from ui.kiosk.model import KioskModel
    from ui.kiosk.pages import Page

COUNT_S = 10
REFRESH_MS = 10_000
WAY_OUT = "Ctrl+Alt+Q"
HOLD_MS = 5000  # how long a finger stays on the hall's name for the same
_TOUCHES = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.KeyPress})


class KioskWindow(FaceWindow):
    """Holds head, page and foot. Signals as FaceWindow."""

    def __init__(self, settings: Settings, jobs: Jobs) -> None:
        super().__init__()
        self.setWindowTitle(tr("自助服务"))
        if settings.kiosk.full_screen:
            self.setWindowFlags(
                Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
            )
            self.setWindowState(Qt.WindowState.WindowFullScreen)
        self._jobs = jobs
        self._language = settings.ui.language
        self.model: KioskModel | None = None
        self._time: Clock | None = None
        self.page: Page | None = None
        self.keyboard_gun: KeyboardGun | None = None
        self.large = False
        self.reads = False  # pages aloud, for the person who asked for it
        self._read: tuple[object, ...] = ()
        self._voice: Voice | None = None
        self._made: tuple[object, ...] = ()
        self._failure = ""
        look.choose_size(1.0)
        self._ground = QWidget()
        self._ground.setObjectName("kiosk")
        self._ground.setStyleSheet(f"QWidget#kiosk {{ background: {look.GROUND}; }}")
        self.setCentralWidget(self._ground)
        frame = self.layout()
        assert frame is not None
        frame.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # never over its screen
        self._column = QVBoxLayout(self._ground)
        self._counting = QFrame(self._ground)
        self._frame()
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(settings.kiosk.idle_s * 1000)
        self._idle.timeout.connect(self.count_down)
        self.left_s = 0
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self.tick)
        self._look = QTimer(self)
        self._look.setInterval(REFRESH_MS)
        QShortcut(QKeySequence(WAY_OUT), self).activated.connect(self.ask_to_leave)
        self.held = QTimer(self, interval=HOLD_MS, singleShot=True)
        self.held.timeout.connect(self.ask_to_leave)
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    # parts

    def use(self, parts: KioskParts) -> None:
        """The kiosk is ready."""
        from ui.kiosk.model import KioskModel

        self._time, self._voice = parts.clock, parts.voice
        self.model = KioskModel(parts, self._jobs, self)
        self.model.changed.connect(self._show)
        self.model.left.connect(self.close)
        if parts.reader is not None:
            self._jobs.listen(self.model, "reader", parts.reader.next_event, self._hear)
        if parts.gun is not None:
            self._jobs.listen(self.model, "gun", parts.gun.next_event, self._hear)
        if parts.typed is not None:
            from ui.keyboard_gun import KeyboardGun

            self.keyboard_gun = KeyboardGun(parts.typed, self)
            self.keyboard_gun.heard.connect(self._hear)
            self.keyboard_gun.start()
        if parts.camera is not None:
            self._jobs.listen(self.model, "camera", parts.camera.next_event, self._hear_camera)
        self._look.timeout.connect(self._refresh)
        self._look.start()
        self.model.refresh()
        self._tell_time()
        self._show()

    def fail(self, error: HallError) -> None:
        """As promised by FaceWindow: nothing works here, and it says so."""
        self._failure = error.code
        self._tell_failure()

    def _tell_failure(self) -> None:
        self._hall.setText(tr("本机现在不能使用,请到咨询台"))
        self._hours.setText(self._failure)

    def _hear(self, event: object) -> None:
        if self.model is not None:
            self._touched()
            self.model.hear(event)  # type: ignore[arg-type]  # as reader and gun give them

    def _hear_camera(self, event: object) -> None:
        """A code held before the camera is as one under the gun; the rest is for nobody here."""
        if isinstance(event, CodeScanned):
            self._hear(event)

    def _refresh(self) -> None:
        self._tell_time()
        if self.model is not None and not self.model.busy:
            self.model.refresh()

    # head, page and foot

    def _frame(self) -> None:
        """Build head and foot in the language and size now in use."""
        self._column.setSpacing(look.dots(28))
        while self._column.count():
            item = self._column.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()
        self._counting.deleteLater()
        self.page, self._made = None, ()
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        left, right = QVBoxLayout(), QVBoxLayout()
        self._hall = Text(tr("自助服务"), 40, bold=True)
        self._clock = Text("", 26, colour=look.SOFT)
        self._hours = Text("", 26)
        self._waiting = Text("", 26, colour=look.SOFT)
        for text in (self._hours, self._waiting):
            text.setAlignment(Qt.AlignmentFlag.AlignRight)
        for box, texts in (
            (left, (self._hall, self._clock)),
            (right, (self._hours, self._waiting)),
        ):
            for text in texts:
                box.addWidget(text)
            row.addLayout(box, 1)
        self._body = QWidget()
        inside = QVBoxLayout(self._body)
        inside.setContentsMargins(0, 0, 0, 0)
        foot = QWidget()
        below = QHBoxLayout(foot)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(look.dots(20))
        self.back = BigButton(tr("返回首页"), low=True, pixels=26)
        self.elder = BigButton(tr("标准版") if self.large else tr("大字版"), low=True, pixels=26)
        other = "English" if not words.english_is_spoken() else "中文"
        self.language = BigButton(other, low=True, pixels=26)
        self.staff = BigButton(tr("找人帮忙"), low=True, pixels=26)
        self.back.clicked.connect(self._home)
        self.elder.clicked.connect(self._change_size)
        self.language.clicked.connect(self._change_language)
        self.staff.clicked.connect(self._call_staff)
        self.aloud = BigButton(tr("朗读"), low=True, pixels=26)
        self.aloud.setCheckable(True)
        self.aloud.setChecked(self.reads)
        self.aloud.toggled.connect(self._read_aloud)
        self.aloud.setVisible(False)
        for button in (self.back, self.elder, self.language, self.aloud, self.staff):
            below.addWidget(button, 1)
        self._column.addWidget(head)
        self._column.addWidget(self._body, 1)
        self._column.addWidget(foot)
        self._counting = QFrame(self._ground)
        look.panel(self._counting, look.WARN_GROUND)
        over = QVBoxLayout(self._counting)
        self._count = Text("", 44, bold=True, colour=look.WARN_INK, middle=True)
        over.addWidget(self._count, 1)
        self.go_on = BigButton(tr("继续办理"), main=True, pixels=40, low=True)
        self.go_on.clicked.connect(self._touched)
        over.addWidget(self.go_on)
        self._counting.hide()
        self._tell_time()
        if self._failure:
            self._tell_failure()

    def _tell_time(self) -> None:
        if self._time is None:
            return
        now = self._time.now()
        self._clock.setText(f"{words.day(now.date())}  {words.minute(now)}")

    def _show(self) -> None:
        """Show the model: a page of its own for each step."""
        model = self.model
        if model is None:
            return
        from ui.kiosk.model import Step

        wide = self.width() > self.height()
        asked = model.way_out.flow.screen
        made = (model.step, model.looking, wide, id(model.visit), id(model.matters), asked)
        if made != self._made or self.page is None:
            self._made = made
            self._turn_to(self._new_page(wide))
        assert self.page is not None
        self.page.refresh()
        at_home = model.step is Step.WELCOME
        self.back.setVisible(not at_home)
        self.staff.setVisible(not at_home)
        self.elder.setVisible(model.step is not Step.LEAVE)  # of staff, with a keyboard
        self.aloud.setVisible(self._can_read())
        self.back.setEnabled(not model.busy)
        self._tell_hall()
        self._tell_aloud()
        if at_home:
            self._idle.stop()
        elif not self._idle.isActive() and not self._second.isActive():
            self._idle.start()

    def _new_page(self, wide: bool) -> Page:
        from ui.kiosk import leave_pages, outcome_pages, pages
        from ui.kiosk.model import Step

        assert self.model is not None
        kinds: dict[Step, type[Page]] = {
            Step.WELCOME: pages.WelcomePage,
            Step.CARD: pages.CardPage,
            Step.SERVICES: pages.ServicesPage,
            Step.CODE: pages.CodePage,
            Step.RESULT: outcome_pages.ResultPage,
            Step.MATTERS: outcome_pages.MattersPage,
            Step.STAFF: pages.StaffPage,
            Step.LEAVE: leave_pages.page_of(self.model.way_out.flow.screen),
        }
        return kinds[self.model.step](self.model, wide=wide)

    def _turn_to(self, page: Page) -> None:
        old, self.page = self.page, page
        layout = self._body.layout()
        assert layout is not None
        if old is not None:
            layout.removeWidget(old)
            old.hide()
            old.setParent(None)
            old.deleteLater()
        layout.addWidget(page)

    def _tell_hall(self) -> None:
        assert self.model is not None
        hall = self.model.hall
        if hall is None:
            return
        self._hall.setText(tr("{hall}自助服务", hall=hall.name))
        hours = "、".join(f"{begins}–{ends}" for begins, ends in hall.hours)
        self._hours.setText(tr("今天办事 {hours}", hours=hours) if hours else tr("今天不开放"))
        if self.model.online:
            self._waiting.setText(tr("现在等候 {count} 人", count=hall.waiting))
        else:
            self._waiting.setText(tr("等候人数不详"))

    # touches

    def _home(self) -> None:
        if self.model is not None:
            self.forget()

    def _call_staff(self) -> None:
        if self.model is not None:
            self.model.call_staff()

    def _change_size(self) -> None:
        self.large = not self.large
        self._again()

    def _change_language(self) -> None:
        words.choose("zh" if words.english_is_spoken() else "en")
        self._again()

    def _can_read(self) -> bool:
        from counter_app.ports import VoiceState

        return self._voice is not None and self._voice.state() in (
            VoiceState.READY,
            VoiceState.BROKEN,
        )

    def _read_aloud(self, wanted: bool) -> None:
        self.reads, self._read = wanted, ()
        if not wanted and self._voice is not None:
            self._voice.hush()
        self._tell_aloud()

    def _tell_aloud(self) -> None:
        """Read a page when it comes, and when it says something new; not each change of a count."""
        model, page, voice = self.model, self.page, self._voice
        if not self.reads or model is None or page is None or voice is None or model.busy:
            return
        read = (*self._made, model.said, model.out, model.ending, words.english_is_spoken())
        if read != self._read:
            self._read = read
            voice.hush()
            voice.speak(page.spoken())

    def _again(self) -> None:
        """Build everything anew in another language or size."""
        look.choose_size(look.ELDER if self.large else 1.0)
        self._frame()
        self._show()

    def ask_to_leave(self) -> None:
        """The way out, for a supervisor."""
        from ui.kiosk.model import Step

        if self.model is not None and not self.model.busy:
            self.forget()
            self.model.go(Step.LEAVE)

    # idleness

    def forget(self) -> None:
        """The person is gone: language, size, and everything of theirs."""
        self._stop_counting()
        self._idle.stop()
        spoken = "en" if words.english_is_spoken() else "zh"
        self.aloud.setChecked(False)
        if self.large or spoken != self._language:
            self.large = False
            words.choose(self._language)
            look.choose_size(1.0)
            self._frame()
        if self.model is not None:
            self.model.forget()

    def count_down(self) -> None:
        """Nobody has touched it for a while: say so, and begin to count."""
        if self.model is None:
            return
        if self.model.busy:
            self._idle.start()
            return
        self.left_s = COUNT_S
        self._say_left()
        box = self._ground.rect()
        self._counting.setGeometry(
            QRect(box.width() // 8, box.height() // 3, box.width() * 3 // 4, box.height() // 3)
        )
        self._counting.show()
        self._counting.raise_()
        self._second.start()

    def tick(self) -> None:
        """A second of the count-down is over."""
        self.left_s -= 1
        if self.left_s <= 0:
            self.forget()
        else:
            self._say_left()

    def _say_left(self) -> None:
        self._count.setText(tr("还在吗?{seconds} 秒后返回首页", seconds=self.left_s))

    def _stop_counting(self) -> None:
        self._second.stop()
        self._counting.hide()

    def _touched(self) -> None:
        if self._second.isActive():
            self._stop_counting()
            self._idle.start()
        elif self._idle.isActive():
            self._idle.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            look.show_focus(by_key=event.type() is QEvent.Type.KeyPress)
            self._touched()
        if watched is self._hall and event.type() is QEvent.Type.MouseButtonPress:
            self.held.start()
        elif event.type() is QEvent.Type.MouseButtonRelease:
            self.held.stop()
        return super().eventFilter(watched, event)

    # the window itself

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._show()

    def _fit(self) -> None:
        if look.choose_screen(self.width(), self.height()):
            self._frame()
        side = max(24, min(self.width(), self.height()) // 22)
        self._column.setContentsMargins(side, side, side, side)

    def closeEvent(self, event: QCloseEvent) -> None:
        if event.spontaneous() and self.model is not None:  # somebody at the kiosk, not the program
            event.ignore()
            self.ask_to_leave()
            return
        if self.keyboard_gun is not None:
            self.keyboard_gun.stop()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        super().closeEvent(event)
