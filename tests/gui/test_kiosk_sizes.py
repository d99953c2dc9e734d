"""Every page of a kiosk on the screens it meets: nothing cut off, nothing too small to touch."""

from __future__ import annotations

from dataclasses import replace

import pytest
from at_the_desk import activate
from PySide6.QtCore import Qt

from counter_app.domain.ticket import HallVisit, Priority, Ticket, TicketPaper, TicketState
from counter_app.ports.ticketing import BookedVisit, OwnCase, OwnMatters
from counter_app.services.ticketing import TicketOut
from ui.app import FaceApp
from ui.demo.hands import Hands, look
from ui.kiosk.face import FACE
from ui.kiosk.look import BigButton, Text
from ui.kiosk.model import Ending, Step
from ui.messages import message

pytestmark = [pytest.mark.qt_log_ignore("propagateSizeHints")]

LONG = "建设用地、临时建设用地规划许可及城镇建设工程规划类许可证核发（含变更、延续）"
RARE = "㵲水𠮷野便民服务"
MM = {(1080, 1920): 4.03, (1366, 768): 3.96}  # dots: standing 21.5 inches, lying 15.6
TARGET_MM = 20


def ticket(name):
    return Ticket(
        id="1",
        number="A012",
        service="1",
        service_name=name,
        state=TicketState.HELD,
        name="",
        priority=Priority.NONE,
        visit="1",
        position=1,
        paper=TicketPaper.FAILED,
        preapplication=None,
        window="",
        calls=0,
    )


VISIT = HallVisit("1", TicketPaper.FAILED, (ticket("不动产登记、交易和缴税一窗受理"),), 112, 4000)
CASES = tuple(
    OwnCase(f"99{place}", LONG if place % 2 else RARE, state, waits, False, "2026-11-27")
    for place, (state, waits) in enumerate(
        [("to_correct", True), ("accepted", False), ("handed_over", False), ("suspended", False)]
    )
)
MATTERS = OwnMatters(
    CASES,
    (("A012", "企业开办与市场准入", "waiting"),),
    (BookedVisit("ABCDEFGH", "不动产登记", "10:00", True),),
)


def ended(out, ending=Ending.OPEN):
    def show(model):
        model.step, model.visit, model.out, model.ending = Step.RESULT, VISIT, out, ending
        model.changed.emit()

    return show


def said(code, step):
    def show(model):
        model.step, model.said = step, message(code)
        model.changed.emit()

    return show


def services(model):
    known = model.hall
    names = [LONG, RARE, *("企业开办与市场准入",) * 4]
    longer = [replace(one, name=name) for one, name in zip(known.services, names, strict=False)]
    model.hall = replace(known, services=tuple(longer))
    model.go(Step.SERVICES)


def matters(model):
    model.matters, model.step = MATTERS, Step.MATTERS
    model.changed.emit()


def offline(model):
    model.online = False
    model.changed.emit()


PAGES = {
    "welcome": lambda model: model.changed.emit(),
    "offline": offline,
    "card": lambda model: model.go(Step.CARD),
    "card-failed": said("card.read_failed", Step.CARD),
    "services": services,
    "code": lambda model: model.go(Step.CODE),
    "code-refused": said("code.elsewhere", Step.CODE),
    "printing": ended(None),
    "handed-out": ended(TicketOut.HANDED_OUT),
    "no-paper": ended(TicketOut.NO_PAPER),
    "unknown": ended(TicketOut.UNKNOWN),
    "kept": ended(TicketOut.NO_PAPER, Ending.KEPT),
    "matters": matters,
    "staff": lambda model: model.call_staff(),
}


@pytest.fixture(scope="module")
def machine(stage, qapp):
    app = FaceApp(stage.kiosk_settings(), FACE, quiet=True)
    app.window.show()
    look("the hall is known", lambda: app.window.model is not None and app.window.model.hall)
    yield app.window
    app.window.close()
    app.close()


@pytest.fixture
def window(machine):
    hall = machine.model.hall
    yield machine
    machine.forget()
    machine.model.online, machine.model.hall = True, hall
    machine.model.changed.emit()


@pytest.mark.parametrize("large", [False, True], ids=["usual", "elder"])
@pytest.mark.parametrize("size", MM, ids=["standing", "lying"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_its_screen(window, page, size, large):
    window.resize(*size)
    if large:
        window.elder.click()
    PAGES[page](window.model)
    look("laid out", lambda: window.page.width() > size[0] / 2)

    def fits():
        needed = window._ground.minimumSizeHint()
        return needed.width() <= size[0] and needed.height() <= size[1]

    look("nothing needs more room than there is", fits)  # once all texts have their size
    assert (window.width(), window.height()) == size
    for text in window.findChildren(Text):
        if text.isVisible() and text.text():
            assert text.heightForWidth(text.width()) <= text.height() + 1, text.text()
            assert text.font().pixelSize() >= (36 if large else 24)
    for button in window.findChildren(BigButton):
        if button.isVisible():
            smaller = min(button.width(), button.height())
            assert smaller / MM[size] >= TARGET_MM, button.word
            assert window.rect().contains(button.mapTo(window, button.rect().bottomRight()))


@pytest.mark.parametrize("size", MM, ids=["standing", "lying"])
def test_the_way_out_fits_its_screen(window, size):
    window.resize(*size)
    activate(window)
    window.ask_to_leave()
    look("the name's field", window.page.username.hasFocus)
    needed = window._ground.minimumSizeHint()
    assert (needed.width() <= size[0], needed.height() <= size[1]) == (True, True), needed
    assert not window.elder.isVisible(), "there is no room for its keyboard in large"


def test_done_is_a_button_and_not_a_wall(window):
    window.resize(1080, 1920)
    PAGES["handed-out"](window.model)
    look("laid out", lambda: window.page.done.width() > 900)
    assert window.page.done.height() < window.page.done.width() / 5


def test_matters_that_do_not_fit_are_on_further_pages(window):
    window.resize(1366, 768)
    matters(window.model)
    hands = Hands(window)
    seen = []
    for _ in range(2):
        look("rows", lambda: window.page.more.isVisible())
        seen.append({t.text() for t in window.page.findChildren(Text) if t.isVisible()})
        hands.click(window.page.more)
    assert "A012 企业开办与市场准入" not in seen[0]
    assert "A012 企业开办与市场准入" in seen[1]
    assert seen[0] != seen[1]
    hands.click(window.page.more)


def test_the_focus_is_shown_to_keys_alone(window):
    window.resize(1080, 1920)
    activate(window)
    hands = Hands(window)
    hands.click(window.page.choices[1])
    window.page.keys["A"].setFocus()
    touched = window.page.keys["A"].grab().toImage()
    hands.press(Qt.Key.Key_Tab)
    window.page.keys["A"].setFocus()
    assert window.page.keys["A"].grab().toImage() != touched
