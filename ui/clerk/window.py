"""The clerk's window: the sign-in page, and the clerk's page once somebody has signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QStackedWidget

from ui.clerk.sign_in_page import ClerkSignIn
from ui.idle_lock import IdleLock
from ui.jobs import Jobs
from ui.messages import Message
from ui.window import FaceWindow
from ui.words import tr

if TYPE_CHECKING:
    from counter_app.devices.wedge import WedgeRules
    from counter_app.domain.outgoing import OutboxFigures
    from counter_app.domain.reading import CameraEvent, CodeScanned, GunEvent, ReaderEvent
    from counter_app.domain.session import Session
    from counter_app.errors import HallError
    from counter_app.ports import ScanGun
    from ui.assembly import Assembled
    from ui.clerk.model import ClerkModel
    from ui.clerk.page import ClerkPage
    from ui.clerk.queue import WindowQueue
    from ui.clerk.surroundings import Surroundings
    from ui.gun_check import GunCheck
    from ui.keyboard_gun import KeyboardGun

SMALLEST = (1366, 768)


class ClerkWindow(FaceWindow):
    """Holds the pages."""

    def __init__(self, window_code: str, jobs: Jobs, lock_minutes: float = 5) -> None:
        super().__init__()
        self.setWindowTitle(tr("政务大厅综合窗口"))
        self.resize(*SMALLEST)
        self._jobs = jobs
        self.sign_in = ClerkSignIn(window_code)
        self.surroundings: Surroundings | None = None
        self.model: ClerkModel | None = None
        self.queue: WindowQueue | None = None
        self.clerk: ClerkPage | None = None
        self.gun: ScanGun | None = None  # on a wire of its own
        self.keyboard_gun: KeyboardGun | None = None
        self.gun_check: GunCheck | None = None
        self._lock = IdleLock(lock_minutes, self)
        self._lock.expired.connect(self.lock)
        self._locked = False
        self._pages = QStackedWidget()
        self._pages.addWidget(self.sign_in)
        self.setCentralWidget(self._pages)
        self.sign_in.signed_in.connect(self._begin)
        self.sign_in.setFocus()

    def use(self, assembled: Assembled) -> None:
        """The counter is ready: build the clerk's page unseen, open the devices."""
        from ui.clerk.model import ClerkModel
        from ui.clerk.page import ClerkPage
        from ui.clerk.queue import WindowQueue
        from ui.clerk.surroundings import Surroundings

        self.surroundings = Surroundings(assembled.counter, self._jobs, self)
        without_gun = assembled.gun is None and assembled.typed is None
        self.surroundings.do_without(
            reader=assembled.reader is None,
            gun=without_gun,
            camera=assembled.camera is None,
        )
        self.model = ClerkModel(assembled.counter, self._jobs, self.surroundings, self)
        self.queue = WindowQueue(assembled.counter.calling, self._jobs, self)
        self.clerk = ClerkPage(self.model, self.queue, self._jobs, assembled.worker.render)
        self.clerk.setEnabled(False)
        self._pages.addWidget(self.clerk)
        self.clerk.gun_pressed.connect(self.check_gun)
        self.model.signed_out.connect(self._end)
        self.model.said.connect(self._say)
        self.surroundings.outbox_changed.connect(self._show_waiting)
        self.surroundings.audit_broken.connect(self.sign_in.warn)
        self.surroundings.watch()
        if assembled.reader is not None:
            self._jobs.listen(self.model, "reader", assembled.reader.next_event, self._hear)
        self._jobs.listen(self.queue, "events", assembled.feed.next_event, self.queue.hear)
        if assembled.gun is not None:
            self.gun = assembled.gun
            self._jobs.listen(self.model, "gun", self.gun.next_event, self._hear)
        if assembled.typed is not None:
            self._listen_to_keys(assembled.typed)
        if assembled.camera is not None:
            self.clerk.use_camera(assembled.camera)
            self._jobs.listen(self.model, "camera", assembled.camera.next_event, self._hear_camera)
        self.sign_in.use(assembled.counter, self._jobs)

    def _listen_to_keys(self, rules: WedgeRules) -> None:
        """Hear a gun that types."""
        from ui.keyboard_gun import KeyboardGun

        assert self.surroundings is not None
        self.surroundings.also_typed()
        self.keyboard_gun = KeyboardGun(rules, self)
        self.keyboard_gun.heard.connect(self._hear)
        self.keyboard_gun.start()

    def check_gun(self) -> None:
        """扫测试码: what the gun sends goes to the dialog until it is closed."""
        from ui.gun_check import GunCheck

        if self.gun is not None:
            self.gun.check(True)
        self.gun_check = GunCheck(self.keyboard_gun, self)
        self.gun_check.finished.connect(self._gun_checked)
        self.gun_check.open()

    def _gun_checked(self) -> None:
        if self.gun is not None:
            self.gun.check(False)
        if self.gun_check is not None:
            self.gun_check.deleteLater()
            self.gun_check = None

    def fail(self, error: HallError) -> None:
        """As promised by FaceWindow: nobody can sign in."""
        self.sign_in.fail(error)

    def _show_waiting(self, figures: OutboxFigures) -> None:
        self.sign_in.show_waiting(figures.waiting)

    def _hear(self, event: ReaderEvent | GunEvent | CameraEvent) -> None:
        from counter_app.domain.reading import (
            CameraLost,
            CameraReady,
            CodeScanned,
            CodeSent,
            GunLost,
            GunReady,
            PictureTaken,
            ReaderLost,
            ReaderReady,
        )

        if self.surroundings is None or self.model is None or self.clerk is None:
            return
        if isinstance(event, CodeSent):
            if self.gun_check is not None:
                self.gun_check.hear(event)
        elif isinstance(event, PictureTaken):
            self.clerk.show_camera_picture()
        elif isinstance(
            event, ReaderReady | ReaderLost | GunReady | GunLost | CameraReady | CameraLost
        ):
            self.surroundings.hear(event)
        elif self._locked or self.model.session is None:  # then nobody is received
            if isinstance(event, CodeScanned):
                self._heard_before_sign_in(event)
        else:
            self._lock.touched()
            self.model.hear(event)

    def _hear_camera(self, event: CameraEvent) -> None:
        """As any device; while a gun is checked, its code may lie before the camera too."""
        from counter_app.domain.reading import CodeScanned

        if self.gun_check is None or not isinstance(event, CodeScanned):
            self._hear(event)

    def _heard_before_sign_in(self, scanned: CodeScanned) -> None:
        """Nothing is opened and nothing kept; a test code is answered all the same."""
        from counter_app.domain.codes import CodeKind
        from ui.clerk.scanned import about
        from ui.messages import message

        assert self.model is not None
        meaning = self.model.codes.meaning(scanned.payload)
        if meaning is not None and meaning.kind is CodeKind.TEST:
            self.sign_in.say(about(meaning))
        else:
            self.sign_in.say(message("code.sign_in_first"))

    def lock(self) -> None:
        """Hide everything behind the sign-in page; the visit stays for the same operator."""
        if self.model is None or self.model.session is None or self._locked:
            return
        self._locked = True
        if self.gun_check is not None:
            self.gun_check.reject()
        self.model.conceal()
        self._show_sign_in()
        self.sign_in.lock(self.model.session)
        self.sign_in.say(
            Message(
                tr("窗口已锁定"),
                tr("请重新登录。同一人登录可接着办理;换人登录,未受理的办理会放回。"),
                "info",
            )
        )

    def _begin(self, session: Session) -> None:
        if self.model is None or self.clerk is None:
            return
        before = self.model.session
        goes_on = self._locked and before is not None and before.operator == session.operator
        self._locked = False
        self.clerk.setEnabled(True)
        self._pages.setCurrentWidget(self.clerk)
        self._lock.start()
        if goes_on:
            self.model.go_on(session)
            return
        if before is not None:
            self.model.close_visit()
        self.model.begin(session)
        self.clerk.begin()

    def _end(self) -> None:
        self._locked = False
        self._lock.stop()
        self._show_sign_in()

    def _show_sign_in(self) -> None:
        if self.clerk is not None:
            self.clerk.show_camera(wanted=False)
            self.clerk.setEnabled(False)
        self._pages.setCurrentWidget(self.sign_in)
        self.sign_in.forget()
        self.sign_in.lock(None)
        self.sign_in.username.setFocus()

    def _say(self, said: object) -> None:
        assert isinstance(said, Message)
        if said.code == "platform.session_ended" and self.model is not None:
            self.model.sign_out()
            self.sign_in.say(said)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.sign_in.forget()  # nobody waits for a security key any more
        if self.keyboard_gun is not None:
            self.keyboard_gun.stop()
        if self.model is not None:
            self.model.sign_out()
        super().closeEvent(event)
