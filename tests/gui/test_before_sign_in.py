"""What a counter does from its assembly on, before anybody has signed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from fakes import CALENDAR, SESSION, SetClock, item, on_desk, person

from counter_app.clock import CHINA
from counter_app.domain.case import PaperState, Receipt
from counter_app.domain.deadlines import WorkingDays
from counter_app.domain.papers import ACCEPTANCE_NOTICE
from counter_app.domain.visit import TakenUp, VisitState
from counter_app.platform_link.http import HttpPlatform
from counter_app.ports import AuditEntry
from counter_app.services.acceptance import Acceptance
from counter_app.settings import GunSettings, ReaderSettings
from counter_app.store.local_store import AuditCheck, LocalStore
from counter_app.store.vault import DEVICE_KEY, DEVICE_SECRET, KeyFileVault
from ui.app import clerk_app
from ui.assembly import load_calendar
from ui.demo.hands import look

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
]
YESTERDAY = datetime.now(CHINA) - timedelta(days=1)


class Place:
    """A counter's own folder, opened as a program as often as a test wants."""

    def __init__(self, stage, folder):
        self.folder = folder
        known = KeyFileVault(stage.folder / "counter" / "keys.json")
        for name in (DEVICE_SECRET, DEVICE_KEY):
            KeyFileVault(folder / "keys.json").put(name, known.get(name))
        self.settings = replace(
            stage.settings(), data_dir=folder, reader=ReaderSettings(), gun=GunSettings()
        )
        self.app = None

    def store(self):
        return LocalStore(self.folder, KeyFileVault(self.folder / "keys.json"))

    def open(self):
        self.app = clerk_app(self.settings, quiet=True)
        self.app.window.show()
        look("the counter is ready", lambda: self.app.assembled is not None)
        return self.app

    def close(self):
        if self.app is not None:
            self.app.window.close()
            self.app.close()
            self.app = None

    def sign_in(self, stage):
        account, page = stage.account(), self.app.window.sign_in
        page.username.setText(account.username)
        page.password.setText(account.password)
        page.enter.click()
        look("the page", self.app.window.clerk.isVisible)


@pytest.fixture
def place(stage, tmp_path, qapp):
    one = Place(stage, tmp_path)
    yield one
    one.close()
    stage.desk.plug_network()


def finished_yesterday(store):
    visit = on_desk(TakenUp(item(), case_id="case-1"), person(), YESTERDAY)
    case = Acceptance(store, SetClock(YESTERDAY), lambda: CALENDAR, "device-3").accept(
        visit, SESSION, online=True
    )
    act = store.outgoing(store.act_of_case(case.id))
    receipt = Receipt(
        *(act.key, case.id, "official-1", "accepted", YESTERDAY, None, False, "Q", YESTERDAY),
        body_sha256=act.sha256,
    )
    store.save_outgoing(act.confirmed(), receipt)
    paper = store.paper(case.id, ACCEPTANCE_NOTICE)[0]
    store.save_paper(replace(paper, state=PaperState.PRINTED, prints=1))


def is_here(store, case_id):
    try:
        store.case(case_id)
    except KeyError:
        return False
    return True


def test_devices_that_are_not_set_up_are_no_fault_and_say_what_to_set(place, stage):
    window = place.open().window
    page = window.clerk
    assert page.reader.words == "读卡器 未配置"
    assert page.gun.words == "扫码枪 未配置"
    assert {page.reader.kind, page.gun.kind} == {"ok"}
    place.sign_in(stage)
    page.gun.click()
    assert "gun.kind" in page._said.text()
    assert page._said_code.text() == ""


def test_after_a_restart_what_waits_is_shown_and_leaves_without_anybody(place, stage):
    app = place.open()
    place.sign_in(stage)
    model = app.window.model
    look("numbers", lambda: app.assembled.store.numbers_left(app.assembled.counter.window) > 0)
    look("items", lambda: len(app.assembled.store.kept_items()) > 10)
    stage.desk.pull_network()
    model.receive(person(address="试验省测试路99号"))
    look("offline", lambda: not model.devices.online)
    model.take_up_item(next(i.code for i in app.assembled.store.kept_items() if i.pinyin))
    look("the item", lambda: model.visit.state is VisitState.HANDLING)
    for line in model.checklist().missing:
        model.see_original(line.material.code)
    model.acceptance.accept()
    look("accepted", lambda: model.visit.state is VisitState.ACCEPTED)
    look(
        "printed",
        lambda: (
            model.acceptance.paper is not None
            and model.acceptance.paper.state is PaperState.PRINTED
        ),
    )
    case = model.visit.case.id
    place.close()

    app = place.open()
    where = app.window.sign_in._where
    look("it says how many wait", lambda: "待传 1" in where.text())
    stage.desk.plug_network()
    look("it left", lambda: "待传" not in where.text(), 30)
    assert app.window.model.session is None
    assert app.assembled.store.case(case).receipt is not None


def test_what_yesterday_left_finished_is_gone_when_the_counter_opens(place):
    store = place.store()
    finished_yesterday(store)
    store.close()
    app = place.open()
    look("it is gone", lambda: not is_here(app.assembled.store, "case-1"))
    assert app.assembled.store.verify_audit().intact


def test_what_yesterday_left_finished_is_gone_when_somebody_signs_in(place, stage):
    app = place.open()
    finished_yesterday(app.assembled.store)
    place.sign_in(stage)
    look("it is gone", lambda: not is_here(app.assembled.store, "case-1"))


def test_an_audit_that_was_changed_is_said_and_stops_nobody(place, stage):
    store = place.store()
    finished_yesterday(store)
    with store.transaction() as transaction:
        transaction._connection.execute("UPDATE audit SET operator = 'x' WHERE place = 1")
    store.close()
    app = place.open()
    page = app.window.sign_in
    look("it is said", lambda: page.warning is not None and page.warning.isVisible())
    assert page.warning.code == "store.audit_broken"
    assert "第 1 行" in page.warning.texts()[0].text()
    assert "store.audit_broken" in (place.folder / "logs" / "counter.log").read_text("utf-8")
    place.sign_in(stage)
    app.window.model.sign_out()
    look("the sign-in page", page.isVisible)
    assert page.warning.isVisible(), "it is said to the next one too"


def test_a_long_audit_is_checked_a_piece_at_a_time(place, monkeypatch):
    store = place.store()
    for place_ in range(40):
        store.add_audit(AuditEntry(YESTERDAY, "clerk-1", "03", "look_up", str(place_), "answered"))
    store.close()
    pieces = []
    really = AuditCheck.read_on

    def a_piece(check, lines=7):
        pieces.append(really(check, lines))
        return pieces[-1]

    monkeypatch.setattr(AuditCheck, "read_on", a_piece)
    app = place.open()
    look("checked", lambda: bool(pieces) and pieces[-1] is not None)
    assert len(pieces) > 5
    assert pieces[-1].intact
    assert app.window.sign_in.warning is None


def test_the_platforms_newer_working_days_count_and_are_known_without_it(place, stage, monkeypatch):
    shipped = load_calendar()
    newer = WorkingDays("9999.1", shipped.years)
    monkeypatch.setattr(HttpPlatform, "calendar", lambda _: newer)
    app = place.open()
    look("asked before anybody signs in", lambda: _version(app) == "9999.1")
    place.close()

    stage.desk.pull_network()
    app = place.open()
    assert _version(app) == "9999.1"
    assert app.window.model.session is None


def test_working_days_are_asked_for_again_at_sign_in(place, stage, monkeypatch):
    app = place.open()
    look("online", lambda: app.window.surroundings.devices.online)
    newer = WorkingDays("9999.2", load_calendar().years)
    monkeypatch.setattr(HttpPlatform, "calendar", lambda _: newer)
    place.sign_in(stage)
    look("the newer one", lambda: _version(app) == "9999.2")


def _version(app):
    return app.assembled.counter.calendar.table().version
