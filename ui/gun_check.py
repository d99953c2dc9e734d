"""扫测试码: the dialog that shows a test code and says what is wrong with the gun's setting."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QInputMethodEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget

from counter_app.devices.gun_check import (
    TEST_CODE,
    Fault,
    faults_of_burst,
    faults_of_sent,
    test_rules,
)
from counter_app.devices.wedge import Burst
from counter_app.domain.reading import CodeSent
from ui.keyboard_gun import KeyboardGun
from ui.messages import message
from ui.widgets.frames import label
from ui.widgets.key_button import KeyButton
from ui.words import tr

_QUIET_MODULES = 4  # ISO/IEC 18004: four light modules on every side
_MODULE_PX = 6
_SAME_SCAN_MS = 2000  # what comes so soon after an input method has written is the same scan


class CodePicture(QWidget):
    """A QR code, black on white whatever the theme, in whole pixels a module."""

    def __init__(self, text: str) -> None:
        super().__init__()
        import segno

        rows = segno.make(text, error="m", micro=False).matrix
        self._rows = tuple(bytes(row) for row in rows)
        self.setAccessibleName(tr("测试码"))

    def sizeHint(self) -> QSize:
        side = (len(self._rows) + 2 * _QUIET_MODULES) * _MODULE_PX
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        modules = len(self._rows) + 2 * _QUIET_MODULES
        side = max(1, min(self.width(), self.height()) // modules)
        left = (self.width() - side * modules) // 2
        top = (self.height() - side * modules) // 2
        painter = QPainter(self)
        painter.fillRect(QRect(left, top, side * modules, side * modules), QColor("white"))
        for down, row in enumerate(self._rows, _QUIET_MODULES):
            for across, dark in enumerate(row, _QUIET_MODULES):
                if dark:
                    place = QRect(left + across * side, top + down * side, side, side)
                    painter.fillRect(place, QColor("black"))
        painter.end()


class GunCheck(QDialog):
    """Shows the test code until it is closed, and after each scan what to set.

    What was scanned is not shown: it may be somebody's code.
    """

    def __init__(self, gun: KeyboardGun | None, parent: QWidget | None = None) -> None:
        """`gun` is the one that types, if any; one on a wire is told by `hear`."""
        super().__init__(parent)
        self.setWindowTitle(tr("扫测试码"))
        self.setModal(True)
        self._gun = gun
        self._input_method = QTimer(self, singleShot=True, interval=_SAME_SCAN_MS)
        self.said = label("", "heading", wrap=True)
        self.todo = label("", wrap=True)
        self.todo.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.finish = KeyButton(tr("关闭"), "Esc")
        self.finish.clicked.connect(self.reject)
        self.finish.setAutoDefault(False)  # Enter may be what is left of a scan
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(16)
        inside.addWidget(label(tr("请用扫码枪扫这个码"), "title"))
        self.code = CodePicture(TEST_CODE)
        self.code.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.code.setFocus()
        inside.addWidget(self.code, 1)
        inside.addWidget(self.said)
        inside.addWidget(self.todo)
        inside.addWidget(self.finish, alignment=Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(520)
        self._say(
            tr("正在等扫码枪"),
            tr("一直没有反应,请核对枪的工作方式与设置 gun.kind 是否一致,连线是否插好。"),
        )
        if gun is not None:
            gun.test(test_rules(gun.rules))
            gun.burst.connect(self._hear_burst)
            application = QApplication.instance()
            assert application is not None
            application.installEventFilter(self)
            if gun.is_after_input_method:
                self._let_input_method_in()
        self.finished.connect(self._end)

    def _let_input_method_in(self) -> None:
        """Qt switches the input method off where nothing takes text, and then no fault is seen."""
        for one in (self.code, self.todo, self.finish):
            one.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    def hear(self, told: CodeSent) -> None:
        """A gun on a wire of its own has sent something."""
        self._judge(faults_of_sent(told))

    def _hear_burst(self, burst: Burst) -> None:
        assert self._gun is not None
        took = self._input_method.isActive()
        self._judge(faults_of_burst(burst, self._gun.rules, input_method=took))

    def _judge(self, faults: tuple[Fault, ...]) -> None:
        if not faults:
            self._say(tr("扫码枪设置正确"), tr("测试码读全了,一个字也不差。可以关闭。"))
            return
        found = [message(fault.code, **dict(fault.facts)) for fault in faults]
        lines = [
            tr("{what}。{do} [{code}]", what=one.what, do=one.do, code=one.code) for one in found
        ]
        self._say(tr("扫码枪有 {count} 处要改", count=len(found)), "\n".join(lines))

    def _say(self, what: str, do: str) -> None:
        self.said.setText(what)
        self.todo.setText(do)
        self.setAccessibleDescription(f"{what} {do}")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """An input method that writes while the test code is scanned has taken its keys."""
        if isinstance(event, QInputMethodEvent) and (event.preeditString() or event.commitString()):
            self._input_method.start()
            self._judge((Fault("gun.check_input_method"),))
        return False

    def _end(self) -> None:
        application = QApplication.instance()
        if self._gun is not None and application is not None:
            application.removeEventFilter(self)
            self._gun.burst.disconnect(self._hear_burst)
            self._gun.test(None)
