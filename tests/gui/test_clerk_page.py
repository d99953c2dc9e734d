"""Visits through the window: what a person's card, name and number come to."""

from __future__ import annotations

import gc

import pytest
from at_the_desk import (
    FRAMES,
    ITEM,
    RARE,
    activate,
    paper_text,
    shown_texts,
)
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QTextLayout
from PySide6.QtWidgets import QApplication

from counter_app.domain.case import PaperState
from counter_app.domain.visit import VisitState
from ui.demo.hands import look

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
]


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
