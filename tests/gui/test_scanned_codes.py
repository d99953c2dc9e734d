"""A code under the gun, on every page and in the middle of every visit: the right thing opens."""

from __future__ import annotations

import sqlite3
import uuid
from types import SimpleNamespace

import pytest
from at_the_desk import activate, paper_text, shown_texts, sign_in_as
from platform_client import Client
from platform_client import sign_in_as as signed_in_as
from portal_people import citizen
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from counter_app.domain.case import PaperState
from counter_app.domain.identity import DocumentKind, Source
from counter_app.domain.ticket import TicketState
from counter_app.domain.visit import Lookup, VisitState
from ui.clerk.manual_entry import ManualEntry
from ui.clerk.matters_dialog import MattersDialog
from ui.clerk.progress_dialog import ProgressDialog
from ui.demo.hands import look

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise", "grabbing"),
]

UNKNOWN_FIRM = "91990302MA00000001"


@pytest.fixture(scope="module")
def platform(stage):
    """The demonstration's platform as the tests of the platform know one."""
    database = stage.platform_folder / "platform.sqlite"
    return SimpleNamespace(
        url=stage.platform_url, data_dir=stage.platform_folder, database_path=database
    )


@pytest.fixture(scope="module")
def kiosk(stage):
    device = stage.accounts()["kiosks"][0]
    with Client(stage.platform_url) as client:
        body = {"device": device["device"], "secret": device["secret"]}
        session = client.post("/v1/device-sessions", body).json()
        client.headers["Authorization"] = f"Bearer {session['access_token']}"
        yield client


def says(desk, code):
    look(code, lambda: desk.page._said_code.text() == code)


def show(desk, payload):
    """Under the gun; whatever was said before is forgotten, so that only the answer counts."""
    desk.page._said_code.setText("")
    desk.page._said.setText("")
    desk.stage.desk.show(payload)


def dialog(kind):
    look(kind.__name__, lambda: isinstance(QApplication.activeModalWidget(), kind))
    return QApplication.activeModalWidget()


def open_code(stage, place=0):
    """A pre-application that can be taken up; each of another person."""
    found = {one["number"]: one["code"] for one in stage.codes() if one["state"] == "checked"}
    number = list(found)[place]
    return number, found[number]


def waits(desk, number):
    look("it waits", lambda: desk.model.waiting_card is not None)
    assert desk.model.waiting_card.number == number


# pre-applications --------------------------------------------------------------------------------


def test_in_the_middle_of_a_visit_another_persons_code_waits_and_nothing_is_lost(desk, stage):
    person = desk.person()
    number, code = next(
        open_code(stage, place)
        for place in (0, 1)
        if open_code(stage, place)[0] != person["number"]
    )
    desk.card(person)
    desk.take_up()
    desk.see_all()
    before = desk.model.visit
    show(desk, f"HCPRE:{code}")
    waits(desk, number)
    assert desk.model.visit == before
    assert "F2" in desk.page._said.text()
    desk.hands.press(Qt.Key.Key_F2)
    look("the other's case", lambda: desk.model.visit.state is VisitState.HANDLING)
    assert desk.model.visit.identity.number == number
    assert desk.model.visit.taken_up.preapplication.code == code


def test_ones_own_code_after_ones_card_keeps_the_card(desk, stage):
    number, code = open_code(stage)
    desk.card({**desk.person(), "number": number})
    show(desk, f"HCPRE:{code}")
    look("taken up", lambda: desk.model.visit.state is VisitState.HANDLING)
    visit = desk.model.visit
    assert (visit.identity.number, visit.identity.source) == (number, Source.CARD)
    assert visit.taken_up.preapplication.code == code
    show(desk, f"HCPRE:{code}")
    look("said", lambda: "正在办理" in desk.page._said.text())
    assert desk.model.visit == visit


def test_a_code_of_another_county_names_the_hall(desk, platform, stage):
    _, code = open_code(stage, 1)
    database = sqlite3.connect(platform.database_path, timeout=20)
    moved = "UPDATE preapplications SET county = ? WHERE code = ?"
    with database:
        database.execute(moved, ("990304", code))
    try:
        show(desk, f"HCPRE:{code}")
        says(desk, "code.elsewhere")
        assert "东试县政务服务中心" in desk.page._said.text()
    finally:
        with database:
            database.execute(moved, ("990302", code))
        database.close()


def test_a_code_nobody_made(desk):
    show(desk, "HCPRE:YS2026NOBODY00")
    says(desk, "code.not_found")
    assert desk.model.visit.state is VisitState.WAITING


# receipts ----------------------------------------------------------------------------------------


def accepted(desk):
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    desk.accept()
    look("told", lambda: desk.model.visit.case.receipt is not None, 30)
    return desk.model.visit.case


@pytest.mark.parametrize("where", ["waiting", "handling", "matters"])
def test_a_receipt_shows_how_far_its_case_is_and_leaves_the_visit(desk, where):
    case = accepted(desk)
    desk.leave()
    if where == "handling":
        desk.card(desk.person())
        desk.take_up()
        desk.see_all()
    elif where == "matters":
        desk.page.show_matters()
        dialog(MattersDialog)
    before = desk.model.visit
    show(desk, f"HC1:{case.number}:{case.query_code}")
    shown = dialog(ProgressDialog)
    assert shown.number.text() == case.number
    assert "受理" in shown.steps.rows()[0].title
    assert shown.again.isVisible(), "it was accepted since the sign-in"
    assert desk.model.visit == before
    shown.close_button.click()
    activate(desk.window)
    assert desk.model.visit == before


def test_a_receipt_with_the_wrong_query_code_and_the_bars_beside_it(desk):
    case = accepted(desk)
    show(desk, f"HC1:{case.number}:AAAAAAAA")
    says(desk, "code.not_found")
    show(desk, case.number)
    says(desk, "code.number_only")


# tickets and appointments ------------------------------------------------------------------------


def act(client, path, body):
    answer = client.post(path, body, Idempotency_Key=uuid.uuid4().hex)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def let_all_go(queue):
    while queue.in_hand is not None or queue.bench.waiting:
        before = queue.bench
        if queue.in_hand is None:
            queue.next(())
        elif queue.awaited:
            queue.pass_over()
        else:
            queue.finish(())
        look("it went on", lambda was=before: queue.bench != was and not queue.busy)


@pytest.fixture
def calling(desk):
    """The window open, nobody in hand or waiting before and afterwards."""
    queue = desk.window.queue
    look("the queue is known", lambda: queue.bench is not None and queue.services)
    desk.hands.press(Qt.Key.Key_F6)
    look("it calls", lambda: queue.is_open and not queue.busy)
    let_all_go(queue)
    yield desk
    let_all_go(queue)
    desk.hands.press(Qt.Key.Key_F6)
    look("it is paused", lambda: not queue.is_open and not queue.busy)


def take(desk, kiosk):
    service = desk.window.queue.bench.services[0].code
    visit = act(kiosk, "/v1/tickets", {"act": "take-ticket", "services": [service]})
    body = {"act": "report-paper", "outcome": "handed_out"}
    act(kiosk, f"/v1/visits/{visit['visit']}/paper", body)
    look("it is counted", lambda: desk.window.queue.bench.waiting >= 1)
    return visit["visit"], visit["tickets"][0]["number"]


def test_a_ticket_waits_is_served_is_passed_over_and_is_over(calling, kiosk):
    queue = calling.window.queue
    visit, number = take(calling, kiosk)
    code = f"HCVISIT:{visit}"
    show(calling, code)
    look("it waits", lambda: f"{number} 还在等候" in calling.page._said.text())
    assert queue.in_hand is None
    calling.hands.press(Qt.Key.Key_F2)
    look("called", lambda: queue.awaited and not queue.busy)
    show(calling, code)
    look("served", lambda: queue.in_hand.state is TicketState.SERVING)
    queue.finish(())
    look("finished", lambda: queue.in_hand is None and not queue.busy)
    show(calling, code)
    says(calling, "code.ticket_over")


def test_who_was_passed_over_and_comes_with_the_ticket_is_called_again(calling, kiosk):
    queue = calling.window.queue
    visit, number = take(calling, kiosk)
    calling.hands.press(Qt.Key.Key_F2)
    look("called", lambda: queue.awaited and not queue.busy)
    calling.hands.press(Qt.Key.Key_F4)
    look("passed over", lambda: queue.in_hand is None and not queue.busy)
    show(calling, f"HCVISIT:{visit}")
    look("in hand again", lambda: queue.in_hand is not None and not queue.busy)
    assert queue.in_hand.number == number


def test_a_ticket_and_an_appointment_nobody_gave_out(desk):
    show(desk, f"HCVISIT:{uuid.uuid4()}")
    says(desk, "code.not_found")
    show(desk, "HCAPPT:22223333")
    says(desk, "ticket.no_appointment")


# presentation codes ------------------------------------------------------------------------------


@pytest.fixture
def presenting(platform, stage, desk):
    """Makes a presentation code of a person's licences, or of the first of them."""
    account = stage.accounts()["clerks"][1]
    made = []

    def present(person):
        with signed_in_as(platform, account) as clerk:
            holder = {"kind": "resident", "number": person["number"]}
            body = {"holder": holder, "item": None, "purpose": "核对"}
            found = clerk.post("/v1/licence-queries", body).json()["licences"]
        one = citizen(platform, {**person, "kind": "resident"})
        made.append(one)
        act_of = {
            "act": "present-licences",
            "licences": [each["identifier"] for each in found],
            "purpose": "办理个体工商户设立登记",
            "consent": True,
        }
        return act(one, "/v1/presentations", act_of)["code"], len(found)

    yield present
    for one in made:
        one.http.close()
    database = sqlite3.connect(platform.database_path, timeout=20)
    with database:
        for one in made:
            database.execute("DELETE FROM presentation_codes WHERE citizen = ?", (one.account,))
            mine = "SELECT id FROM sessions WHERE citizen = ?"
            database.execute(f"DELETE FROM access_tokens WHERE session IN ({mine})", (one.account,))
            database.execute("DELETE FROM sessions WHERE citizen = ?", (one.account,))
            database.execute("DELETE FROM citizens WHERE id = ?", (one.account,))
    database.close()


def test_a_presentation_opens_the_visit_of_who_shows_it_once(desk, stage, presenting):
    person = stage.people()[0]
    code, count = presenting(person)
    assert count
    show(desk, code)
    look("the visit", lambda: desk.model.visit.lookup is Lookup.ANSWERED)
    assert desk.model.visit.identity.number == person["number"]
    assert desk.model.visit.identity.source is Source.CODE
    assert len(desk.model.visit.presented) == count
    assert any("用证码出示" in row.detail for row in desk.page.applicant.licences.rows())
    desk.model.close_visit()
    show(desk, code)
    says(desk, "code.presentation_over")
    assert desk.model.visit.state is VisitState.WAITING


def test_in_the_middle_of_a_visit_a_presentation_joins_the_materials(desk, stage, presenting):
    person = desk.person()
    code, count = presenting(person)
    desk.card(person)
    desk.take_up()
    desk.see_all()
    before = desk.model.visit
    show(desk, code)
    look("shown", lambda: len(desk.model.visit.presented) == count)
    visit = desk.model.visit
    assert (visit.taken_up, visit.originals_seen) == (before.taken_up, before.originals_seen)
    desk.model.undo()
    assert len(desk.model.visit.presented) == count


def test_another_persons_presentation_waits_with_its_licences(desk, stage, presenting):
    people = [one for one in stage.people() if one["kind"] == "resident"]
    other = next(one for one in people[1:] if one["number"] != people[0]["number"])
    code, count = presenting(other)
    desk.card(desk.person())
    desk.take_up()
    if not count:
        pytest.skip("this person has no licence to show")
    show(desk, code)
    waits(desk, other["number"])
    assert desk.model.visit.presented == ()
    desk.hands.press(Qt.Key.Key_F2)
    look("received", lambda: desk.model.visit.lookup is Lookup.ANSWERED)
    assert len(desk.model.visit.presented) == count
    assert desk.model.visit.identity.number == other["number"]


# organisations -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def firm(platform):
    database = sqlite3.connect(platform.database_path, timeout=20)
    row = database.execute(
        "SELECT holder_number, holder_name FROM licences WHERE holder_kind = 'organisation' "
        "AND standing = 'in_force' ORDER BY identifier"
    ).fetchone()
    database.close()
    return row


def test_a_business_licence_opens_the_organisations_visit_as_a_claim(desk, firm):
    number, name = firm
    show(desk, f"https://www.gsxt.gov.cn/qr?uniscid={number}")
    look("the visit", lambda: desk.model.visit.lookup is Lookup.ANSWERED)
    identity = desk.model.visit.identity
    assert (identity.kind, identity.number, identity.name) == (
        DocumentKind.ORGANISATION,
        number,
        name,
    )
    assert desk.page.applicant._source.property("tag") == "warn"
    assert not desk.page.applicant._photo.isVisible()
    desk.take_up()
    desk.see_all()
    desk.accept()
    look("printed", lambda: desk.paper() is PaperState.PRINTED, 30)
    assert name in paper_text(desk.stage)


def test_an_organisation_the_platform_does_not_name_is_typed_off_its_licence(desk):
    show(desk, f"统一社会信用代码:{UNKNOWN_FIRM}".encode("gb18030"))
    asked = dialog(ManualEntry)
    assert asked.number.text() == UNKNOWN_FIRM
    assert asked.kind.currentData() is DocumentKind.ORGANISATION
    asked.name.setText("测试无名小店")
    asked.confirm.click()
    if asked.isVisible():  # the check of an invented code is wrong: that is confirmed, not refused
        assert asked.banner.code == "visit.wrong_check_digit"
        asked.confirm.click()
    activate(desk.window)
    look("the visit", lambda: desk.model.visit.identity is not None)
    assert desk.model.visit.identity.source is Source.TYPED
    assert desk.model.visit.identity.number == UNKNOWN_FIRM


# everywhere --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ("https://example.org/pay", "code.unknown"),
        ("A" * 4200, "code.too_long"),
        ("HCID:opaque", "code.personal"),
        (b"\xff\xfe\xfd", "code.unknown"),
    ],
)
def test_what_opens_nothing_says_so_and_leaves_the_visit(desk, payload, code):
    desk.card(desk.person())
    desk.take_up()
    before = desk.model.visit
    show(desk, payload)
    says(desk, code)
    assert desk.model.visit == before


EVERY_KIND = {
    "preapplication": ("HCPRE:YS2026NOBODY00", "code.not_found"),
    "receipt": ("HC1:990302202611240300999:AAAAAAAA", "code.not_found"),
    "bars": ("990302202611240300999", "code.number_only"),
    "ticket": ("HCVISIT:00000000-0000-4000-8000-000000000001", "code.not_found"),
    "appointment": ("HCAPPT:22223333", "ticket.no_appointment"),
    "presentation": ("YZ7K2M9PQX4C8T3VR6WJ5HN1FGAB", "code.presentation_over"),
    "personal": ("HCID:opaque", "code.personal"),
    "unknown": ("https://example.org/pay", "code.unknown"),
}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_kind_is_refused_in_its_own_words_wherever_it_is_scanned(desk, kind):
    payload, code = EVERY_KIND[kind]
    show(desk, payload)
    says(desk, code)
    assert desk.model.visit.state is VisitState.WAITING
    desk.card(desk.person())
    desk.take_up()
    desk.see_all()
    before = desk.model.visit
    show(desk, payload)
    says(desk, code)
    assert desk.model.visit == before
    assert desk.model.waiting_card is None
    desk.page.show_matters()
    over = dialog(MattersDialog)
    show(desk, payload)
    says(desk, code)
    assert desk.model.visit == before
    if QApplication.activeModalWidget() is over:
        over.reject()
    activate(desk.window)


def test_in_the_middle_of_a_visit_an_organisation_waits(desk, firm):
    desk.card(desk.person())
    desk.take_up()
    before = desk.model.visit
    show(desk, f"https://www.gsxt.gov.cn/qr?uniscid={firm[0]}")
    waits(desk, firm[0])
    assert desk.model.visit == before


def test_before_anybody_signs_in_no_kind_opens_anything(desk, stage):
    desk.window.lock()
    banner = desk.window.sign_in.banner
    for payload, _ in EVERY_KIND.values():
        banner.clear()
        show(desk, payload)
        look("told", lambda: banner.code == "code.sign_in_first")
    assert desk.model.visit.state is VisitState.WAITING
    account = stage.account()
    sign_in_as(desk, account.username, account.password)
    look("back", lambda: desk.window._pages.currentWidget() is desk.page)


def test_a_test_code_says_that_scanning_works(desk):
    show(desk, "HCTEST:abc")
    look("said", lambda: "扫码正常" in desk.page._said.text())


def test_while_something_is_typed_a_code_waits_for_it(desk, stage):
    _, code = open_code(stage)
    desk.page.enter_manually()
    asked = dialog(ManualEntry)
    QTest.keyClicks(asked.name, "ceshi")
    assert asked.name.text()
    show(desk, f"HCPRE:{code}")
    says(desk, "code.dialog_open")
    assert asked.isVisible()
    assert asked.name.text()
    assert desk.model.visit.state is VisitState.WAITING
    asked.reject()
    activate(desk.window)


def test_an_empty_dialog_makes_room_for_a_code(desk, stage):
    number, code = open_code(stage)
    desk.page.enter_manually()
    dialog(ManualEntry)
    show(desk, f"HCPRE:{code}")
    look("taken up", lambda: desk.model.visit.state is VisitState.HANDLING)
    assert QApplication.activeModalWidget() is None
    assert desk.model.visit.identity.number == number
    activate(desk.window)


def test_offline_a_code_says_why_it_does_not_open(desk, stage):
    _, code = open_code(stage)
    stage.desk.pull_network()
    show(desk, f"HCPRE:{code}")
    says(desk, "platform.unreachable")
    assert desk.model.visit.state is VisitState.WAITING


def test_offline_with_somebody_here_a_code_says_so_too(desk, stage):
    _, code = open_code(stage)
    stage.desk.pull_network()
    desk.card(desk.person())
    look("offline", lambda: desk.model.visit.lookup is Lookup.OFFLINE)
    show(desk, f"HCPRE:{code}")
    says(desk, "platform.unreachable")
    assert desk.model.visit.state is VisitState.RECEIVED


def test_a_scan_is_answered_at_once_and_then_with_what_it_opened(desk, stage):
    number, code = open_code(stage)
    said = []

    def hear(one):
        said.append(one.what)

    desk.model.said.connect(hear)
    stage.desk.slow_network(300)
    try:
        show(desk, f"HCPRE:{code}")
        look("answered", lambda: bool(said))
        assert "正在查询" in said[0]
        assert desk.model.visit.state is VisitState.WAITING
        look("taken up", lambda: desk.model.visit.state is VisitState.HANDLING)
    finally:
        stage.desk.slow_network(0)
        desk.model.said.disconnect(hear)
    assert desk.model.visit.identity.number == number
    assert "已打开" in said[1]


def test_before_sign_in_and_when_locked_nothing_opens_and_nothing_stays(desk, stage):
    _, code = open_code(stage)
    desk.card(desk.person())
    desk.take_up()
    before = desk.model.visit
    desk.window.lock()
    show(desk, f"HCPRE:{code}")
    look("told", lambda: desk.window.sign_in.banner.code == "code.sign_in_first")
    show(desk, "HCTEST:1")
    look(
        "told",
        lambda: "扫码正常" in " ".join(one.text() for one in desk.window.sign_in.banner.texts()),
    )
    assert not [text for text in shown_texts(desk.window) if code in text]
    assert desk.model.visit == before
    account = stage.account()
    sign_in_as(desk, account.username, account.password)
    look("back", lambda: desk.window._pages.currentWidget() is desk.page)
    assert desk.model.visit == before
