"""Visits through the window, by keys and wires, with what goes wrong at a counter."""

from __future__ import annotations

import gc
import json
import subprocess
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication, QTextLayout
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QLineEdit, QWidget

from counter_app.domain.case import PaperState
from counter_app.domain.visit import Lookup, VisitState
from counter_app.errors import PlatformRefused
from ui.app import CounterApp
from ui.demo.hands import Hands, look
from ui.demo.scripted_visit import ScriptedVisit

ROOT = Path(__file__).resolve().parents[2]
FRAMES = json.loads((ROOT / "docs/api/vectors/sdt-frames.json").read_text("utf-8"))["frames"]
RARE = "㛃䶮𬭎𫖯𬸣𠅤𢙒𬱖𡛷𠮷𪚥𫠠"
ITEM = "个体工商户设立登记"

pytestmark = [
    pytest.mark.xdist_group("clerk-page"),
    pytest.mark.qt_log_ignore("propagateSizeHints"),
]


class Desk:
    """A signed-in counter in a test's hands."""

    def __init__(self, stage, app):
        self.stage = stage
        self.app = app
        self.window = app.window
        self.cards = 0
        self.script = ScriptedVisit(app.window, stage)
        self.hands: Hands = self.script.hands
        self.script.sign_in(stage.account())
        look("the items are kept", lambda: len(app.assembled.store.kept_items()) > 10)

    @property
    def model(self):
        return self.window.model

    @property
    def page(self):
        return self.window.clerk

    def card(self, card):
        self.stage.desk.put(card)
        look("the applicant", lambda: self.model.visit.identity is not None)
        look("an answer", lambda: self.model.visit.lookup is not Lookup.ASKING)

    def person(self, **changes):
        """The demonstration's person; each time a card of their own, as after a move."""
        self.cards += 1
        return {**self.stage.people()[0], "address": f"试验省测试路{self.cards}号", **changes}

    def take_up(self, pinyin="gtgshsldj"):
        self.script.take_up_item(pinyin)

    def see_all(self):
        self.script.see_originals()

    def accept(self):
        self.hands.press(Qt.Key.Key_F9)
        look("accepted", lambda: self.model.visit.state is VisitState.ACCEPTED)

    def reveal(self):
        self.hands.press(Qt.Key.Key_F7)
        self.hands.press(Qt.Key.Key_1)
        look("revealed", lambda: self.model.revealed)

    def paper(self):
        return self.model.paper.state if self.model.paper else PaperState.OWED

    def leave(self):
        self.stage.desk.lift()
        self.hands.press(Qt.Key.Key_F2)
        look("waiting", lambda: self.model.visit.state is VisitState.WAITING)


@pytest.fixture(scope="module")
def counter(stage, qapp):
    app = CounterApp(stage.settings(), quiet=True)
    app.window.show()
    desk = Desk(stage, app)
    yield desk
    app.window.close()
    app.close()


def activate(window):
    """What a window manager does when a dialog is gone."""
    window.activateWindow()
    look("the window is active", window.isActiveWindow)


@pytest.fixture
def desk(counter, stage):
    activate(counter.window)
    yield counter
    dialog = QApplication.activeModalWidget()
    if dialog is not None:
        dialog.reject()
    stage.desk.plug_network()
    stage.desk.printer_state("ready")
    stage.desk.plug_reader()
    stage.desk.lift()
    if counter.model.visit.state is not VisitState.WAITING:
        counter.model.close_visit()
    counter.window.surroundings.feel_pulse()
    look("online again", lambda: counter.model.devices.online)
    look("the reader again", lambda: not counter.model.devices.reader)
    look("all delivered", lambda: counter.model.outbox.waiting == 0, 30)


def shown_texts(window):
    """Everything a person, a screen reader or a memory of the window could give away."""
    texts = [window.windowTitle(), QGuiApplication.clipboard().text()]
    for widget in window.findChildren(QWidget):
        texts += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        if isinstance(widget, QLabel | QLineEdit):
            texts.append(widget.text())
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            texts += [
                str(model.data(model.index(row, 0)))
                for row in range(model.rowCount(widget.rootIndex()))
            ]
    return texts


def paper_text(stage):
    newest = max(Path(stage.desk.printer).glob("*.pdf"), key=lambda p: p.name)
    done = subprocess.run(
        ["pdftotext", "-raw", str(newest), "-"], capture_output=True, timeout=30, check=True
    )
    return "".join(done.stdout.decode("utf-8").split())


def test_a_name_of_rare_characters_goes_from_card_to_page_to_paper(desk, stage):
    for part, name in enumerate((RARE[:6], RARE[6:])):
        number = ("990302199001010016", "990302198604040236")[part]
        born = ("1990-01-01", "1986-04-04")[part]
        desk.card(desk.person(name=name, number=number, born=born))
        desk.reveal()
        assert name in shown_texts(desk.window)
        desk.take_up()
        desk.see_all()
        desk.accept()
        look("printed", lambda: desk.paper() is PaperState.PRINTED)
        assert name in paper_text(stage)
        desk.leave()


def glyphs(label):
    """The glyph numbers a label's text is drawn with; 0 is the box for a missing character."""
    layout = QTextLayout(label.text(), label.font())
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return [index for run in layout.glyphRuns() for index in run.glyphIndexes()]


def test_every_rare_character_of_a_name_is_drawn_and_no_box(desk):
    for name in (RARE[:6], RARE[6:]):
        desk.card(desk.person(name=name))
        desk.reveal()
        label = desk.page.applicant._name
        assert label.text() == name
        drawn = glyphs(label)
        assert len(drawn) == len(name)
        assert 0 not in drawn
        desk.leave()
    desk.card(desk.person())
    assert label.font().weight() >= QFont.Weight.DemiBold, "a usual name stands out"


def test_after_a_visit_nothing_reachable_holds_the_person(desk):
    person = desk.person()
    desk.card(person)
    desk.reveal()
    assert any(str(person["number"]) in text for text in shown_texts(desk.window))
    desk.leave()
    gc.collect()
    kept = "\n".join(shown_texts(desk.window))
    assert str(person["name"]) not in kept
    assert str(person["number"]) not in kept
    assert desk.model.visit.identity is None


def test_the_page_masks_until_a_reason_is_given(desk):
    desk.card(desk.person())
    kept = "\n".join(shown_texts(desk.window))
    assert "测试甲" not in kept
    assert "990302199001010016" not in kept
    assert "9903**********0016" in kept


def test_a_wrong_check_digit_is_shown_and_not_corrected(desk):
    desk.card(desk.person(number="990302199001010017"))
    assert desk.page.applicant.banner.code == "number.check_digit"
    assert desk.page.applicant.banner.isVisible()
    desk.reveal()
    assert any("990302199001010017" in text for text in shown_texts(desk.window))


def test_an_unknown_card_type_is_a_sentence(desk):
    frame = bytearray.fromhex(FRAMES["permit_hk_mo_tw"]["hex"])
    place = 14 + 248
    assert frame[place : place + 2] == "J".encode("utf-16-le")
    frame[place] ^= ord("J") ^ ord("Q")
    frame[-1] ^= ord("J") ^ ord("Q")
    desk.stage.desk.put(bytes(frame))
    look("the code", lambda: desk.page._said_code.text() == "card.unknown_type")
    assert "Q" in desk.page._said.text()
    assert desk.model.visit.state is VisitState.WAITING


def test_offline_the_case_is_accepted_printed_and_sent_later(desk, stage):
    stage.desk.pull_network()
    desk.card(desk.person())
    assert desk.model.visit.lookup is Lookup.OFFLINE
    desk.take_up()
    desk.see_all()
    desk.accept()
    look("it waits", lambda: desk.model.outbox.waiting == 1)
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    assert "离线受理" in paper_text(stage)
    assert "离线" in desk.page._dot.words
    stage.desk.plug_network()
    look("the receipt", lambda: desk.model.visit.case.receipt is not None, 30)
    assert desk.model.outbox.waiting == 0


def test_network_pulled_at_acceptance_loses_nothing(desk, stage):
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    stage.desk.pull_network()
    desk.accept()
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    assert desk.model.visit.case.number, "the leased number is the official one"
    stage.desk.plug_network()
    look("the receipt", lambda: desk.model.visit.case.receipt is not None, 30)


def test_out_of_paper_is_said_and_prints_when_paper_returns(desk, stage):
    stage.desk.printer_state("out")
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    desk.accept()
    look("it says why", lambda: desk.model.paper is not None and desk.model.paper.reason != "")
    assert desk.paper() is PaperState.PRINTING
    look("the bar says it", lambda: "缺纸" in desk.page.printer.words)
    stage.desk.printer_state("ready")
    look("printed", lambda: desk.paper() is PaperState.PRINTED)


def test_without_a_printer_the_case_is_accepted_and_printed_later(desk, stage):
    stage.desk.printer_state("missing")
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    desk.accept()
    look("not printed", lambda: desk.paper() is PaperState.FAILED)
    stage.desk.printer_state("ready")
    desk.hands.press(Qt.Key.Key_F10)
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    assert "补打" not in paper_text(stage), "the first paper that came out is no reprint"
    desk.hands.press(Qt.Key.Key_F10)
    look("twice", lambda: desk.model.paper.prints == 2)
    assert "补打" in paper_text(stage)


def test_the_reader_unplugged_and_plugged_again_is_a_state(desk, stage):
    stage.desk.unplug_reader()
    look("it is missed", lambda: desk.page.reader.kind == "bad")
    assert "没有接好" in desk.page.reader.words
    stage.desk.plug_reader()
    look("it is back", lambda: desk.page.reader.kind == "ok")
    desk.card(desk.person())


def test_a_code_opens_its_application(desk, stage):
    code = next(
        one for one in stage.codes() if one["state"] == "checked" and one["item_name"] == ITEM
    )
    stage.desk.show(f"HCPRE:{code['code']}")
    look("taken up", lambda: desk.model.visit.state is VisitState.HANDLING)
    assert desk.model.visit.taken_up.preapplication.code == code["code"]
    lines = {line.material.code: line for line in desk.model.checklist().lines}
    assert not next(iter(lines.values())).met_without_paper, "no card was read"


def test_a_foreign_code_is_a_sentence(desk, stage):
    stage.desk.show("https://example.org/pay")
    look("the code", lambda: desk.page._said_code.text() == "code.unknown")


def test_another_card_waits_for_f2(desk, stage):
    people = [desk.person(), next(one for one in stage.people()[1:] if one.get("fits_card"))]
    desk.card(people[0])
    desk.take_up()
    stage.desk.lift()
    stage.desk.put(people[1])
    look("it waits", lambda: desk.model.waiting_card is not None)
    assert desk.model.visit.identity.number == people[0]["number"]
    desk.hands.press(Qt.Key.Key_F2)
    look(
        "the other person",
        lambda: (
            desk.model.visit.identity is not None
            and desk.model.visit.identity.number == people[1]["number"]
        ),
    )


def test_undo_and_paper_with_a_reason(desk):
    desk.card(desk.person())
    desk.take_up()
    first = desk.model.checklist().missing
    desk.hands.press(Qt.Key.Key_F8)
    look("one less", lambda: len(desk.model.checklist().missing) < len(first))
    desk.page.handling.undo.click()
    look("back", lambda: len(desk.model.checklist().missing) == len(first))
    desk.page.handling.materials.select(desk.model.checklist().lines[0].material.code)
    desk.page.handling.ask_paper.click()
    desk.page.handling.give_reason.click()
    line = desk.model.checklist().lines[0]
    assert line.paper_reason
    assert not line.met_without_paper


def test_a_long_name_is_whole_on_the_page(desk):
    name = "阿卜杜热合曼·买买提"[:15]
    desk.card(desk.person(name=name))
    desk.reveal()
    label = desk.page.applicant._name
    assert label.text() == name
    needed = label.heightForWidth(label.width())
    assert label.height() >= min(needed, label.sizeHint().height())


def test_a_typed_person_meets_nothing_by_card(desk):
    desk.page.today.manual.click()
    look("the dialog", lambda: QApplication.activeModalWidget() is not None)
    dialog = QApplication.activeModalWidget()
    dialog.name.setText("测试乙")
    dialog.number.setText("990302199001010017")
    dialog.confirm.click()
    assert dialog.banner.code == "visit.wrong_check_digit"
    dialog.confirm.click()
    look("the applicant", lambda: desk.model.visit.identity is not None)
    activate(desk.window)
    desk.take_up()
    assert not any(line.met_without_paper for line in desk.model.checklist().lines)


def test_an_idle_window_locks_and_the_same_operator_goes_on(desk, stage):
    desk.card(desk.person())
    desk.take_up()
    desk.window.lock()
    assert not desk.page.isVisible()
    stage.desk.lift()
    desk.script.hands.see("the sign-in page", desk.window.sign_in.isVisible)
    account = stage.account()
    sign_in_as(desk, account.username, account.password)
    look("the page", desk.page.isVisible)
    assert desk.model.visit.state is VisitState.HANDLING


def sign_in_as(desk, username, password):
    page = desk.window.sign_in
    page.username.setText(username)
    page.password.setText(password)
    page.enter.click()


def test_offline_the_same_operator_unlocks_and_goes_on(desk, stage):
    account = stage.account()
    desk.card(desk.person())
    desk.take_up()
    stage.desk.pull_network()
    desk.window.lock()
    banner = desk.window.sign_in.banner
    sign_in_as(desk, "somebody-else", account.password)
    look("another is told to wait", lambda: banner.code == "sign_in.offline_other")
    sign_in_as(desk, account.username, "wrong")
    look("a wrong password is refused", lambda: banner.code == "sign_in.offline_refused")
    assert not desk.page.isVisible()
    sign_in_as(desk, account.username, account.password)
    look("the page", desk.page.isVisible)
    assert desk.model.visit.state is VisitState.HANDLING
    assert not desk.window.sign_in.password.text()
    desk.see_all()
    desk.accept()
    look("printed", lambda: desk.paper() is PaperState.PRINTED)


def test_after_signing_out_offline_nobody_gets_in(desk, stage):
    account = stage.account()
    stage.desk.pull_network()
    desk.model.sign_out()
    sign_in_as(desk, account.username, account.password)
    look("told", lambda: desk.window.sign_in.banner.code == "sign_in.offline")
    stage.desk.plug_network()
    sign_in_as(desk, account.username, account.password)
    look("the page", desk.page.isVisible)


def test_an_answer_that_comes_after_acceptance_changes_nothing(desk, monkeypatch):
    asked, let_go = threading.Event(), threading.Event()
    reception = desk.app.assembled.counter.reception
    really = reception.look_up

    def late(identity, session):
        asked.set()
        assert let_go.wait(30)
        return really(identity, session)

    monkeypatch.setattr(reception, "look_up", late)
    desk.stage.desk.put(desk.person())
    look("the applicant", lambda: desk.model.visit.identity is not None)
    look("the question", asked.is_set)
    desk.take_up()
    desk.see_all()
    desk.accept()
    let_go.set()
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    assert desk.model.visit.state is VisitState.ACCEPTED


def test_who_leaves_before_the_receipt_still_gets_the_paper(desk, monkeypatch):
    let_go = threading.Event()
    delivery = desk.app.assembled.counter.delivery
    really = delivery.deliver_case

    def late(case_id):
        assert let_go.wait(30)
        return really(case_id)

    monkeypatch.setattr(delivery, "deliver_case", late)
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    desk.accept()
    case = desk.model.visit.case.id
    desk.leave()
    papers = desk.app.assembled.counter.papers
    look("printed", lambda: papers.record(case).state is PaperState.PRINTED)
    let_go.set()
    look("the list says so", lambda: desk.model.done[0].paper is PaperState.PRINTED)
    look("the receipt", lambda: papers.case(case).receipt is not None)


def test_leaving_while_the_case_is_being_saved_waits_for_it(desk, monkeypatch):
    saving, let_go = threading.Event(), threading.Event()
    acceptance = desk.app.assembled.counter.acceptance
    really = acceptance.accept

    def slow(visit, session, **how):
        saving.set()
        assert let_go.wait(30)
        return really(visit, session, **how)

    monkeypatch.setattr(acceptance, "accept", slow)
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    desk.hands.press(Qt.Key.Key_F9)
    look("it is being saved", saving.is_set)
    desk.hands.press(Qt.Key.Key_F2)
    assert desk.model.visit.state is VisitState.HANDLING
    let_go.set()
    look("accepted", lambda: desk.model.visit.state is VisitState.ACCEPTED)
    look("printed", lambda: desk.paper() is PaperState.PRINTED)


def test_a_refused_case_is_said_on_its_page(desk, monkeypatch):
    platform = desk.app.assembled.counter.delivery._platform

    def refuse(_act):
        raise PlatformRefused("platform.refused", problem="material-missing")

    with monkeypatch.context() as patched:
        patched.setattr(platform, "send", refuse)
        desk.card(desk.person())
        desk.take_up()
        desk.see_all()
        desk.accept()
        look("the page says it", lambda: desk.page.handling.case_banner.isVisible())
    assert desk.page.handling.case_banner.code == "platform.refused"
    assert "退回" in desk.page.handling._receipt.text()
    look("the bar counts it", lambda: "退回" in desk.page._waiting.words)
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    desk.leave()
    assert not desk.page.handling.case_banner.isVisible()


def test_a_second_case_on_one_day_is_pointed_out(desk):
    for _ in range(2):
        desk.card(desk.person())
        desk.take_up()
        desk.see_all()
        desk.accept()
        look("the receipt", lambda: desk.model.visit.case.receipt is not None)
        look("printed", lambda: desk.paper() is PaperState.PRINTED)
        shown = desk.page.handling.case_banner.isVisible()
        desk.leave()
    assert shown


def test_without_anything_begun_online_the_search_is_next(desk):
    known = {one["number"] for one in desk.stage.codes()}
    person = next(
        one
        for one in desk.stage.people()
        if one["number"] not in known
        and one.get("kind", "resident") == "resident"
        and len(one["name"]) <= 10
    )
    desk.card(dict(person))
    look("the search has the focus", desk.page.applicant.search.hasFocus)


def test_what_waits_leaves_after_the_operator_went_home(desk, stage):
    stage.desk.pull_network()
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    desk.accept()
    look("printed", lambda: desk.paper() is PaperState.PRINTED)
    stage.desk.lift()
    desk.model.sign_out()
    look("the sign-in page", desk.window.sign_in.isVisible)
    assert "待传 1" in desk.window.sign_in._where.text()
    stage.desk.plug_network()
    look("delivered", lambda: desk.app.assembled.store.outbox().waiting == 0, 30)
    look("the page says so", lambda: "待传" not in desk.window.sign_in._where.text())
    assert desk.model.session is None
    account = stage.account()
    sign_in_as(desk, account.username, account.password)
    look("the page", desk.page.isVisible)


def test_a_code_that_opens_late_does_not_put_aside_who_was_received_meanwhile(desk, monkeypatch):
    asked, let_go = threading.Event(), threading.Event()
    reception = desk.app.assembled.counter.reception
    really = reception.open_code

    def late(payload, session):
        asked.set()
        assert let_go.wait(30)
        return really(payload, session)

    monkeypatch.setattr(reception, "open_code", late)
    code = next(one for one in desk.stage.codes() if one["state"] == "checked")
    desk.stage.desk.show(f"HCPRE:{code['code']}")
    look("the question", asked.is_set)
    person = desk.person()
    desk.card(person)
    let_go.set()
    look("looked up", lambda: desk.model.visit.lookup is Lookup.ANSWERED)
    desk.take_up()
    assert desk.model.visit.identity.number == person["number"]


def test_a_reason_given_for_one_person_does_not_reveal_the_next(desk, monkeypatch):
    asked, let_go = threading.Event(), threading.Event()
    reception = desk.app.assembled.counter.reception
    really = reception.reveal

    def late(session, reason):
        asked.set()
        assert let_go.wait(30)
        return really(session, reason)

    monkeypatch.setattr(reception, "reveal", late)
    desk.card(desk.person())
    desk.hands.press(Qt.Key.Key_F7)
    desk.hands.press(Qt.Key.Key_1)
    look("the reason is on its way", asked.is_set)
    desk.leave()
    desk.card(desk.person())
    let_go.set()
    desk.take_up()
    desk.see_all()
    assert not desk.model.revealed
