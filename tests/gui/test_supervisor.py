"""The supervisor's window on the real platform: live figures, periods, rows behind, exports."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import uuid
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from xml.etree import ElementTree

import plain_figures
import pytest
from at_the_desk import activate
from hall_desk import Hall, person, taken
from platform_client import sign_in_as
from PySide6.QtCore import Qt

from counter_app.domain.figures import Definition, FigureRows, LiveWindow
from ui.demo.hands import Hands, look
from ui.supervisor.live_page import _window_line
from ui.supervisor.rows_model import _page_of_rows

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise", "grabbing"),
]

NEIGHBOUR = "99030401"
CELLS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Office:
    """A supervisor's window in a test's hands, and the hall it looks at."""

    def __init__(self, stage, app):
        self.stage, self.app, self.window = stage, app, app.window
        self.hands = Hands(app.window)
        accounts = stage.accounts()
        self.head = next(one for one in accounts["staff"] if one["username"] == "head")
        self.hall = Hall(SimpleNamespace(url=stage.platform_url, accounts=accounts))
        look("the link", lambda: app.window.live is not None)

    @property
    def live(self):
        return self.window.live.live

    @property
    def code(self):
        return self.head["hall"]

    @property
    def page(self):
        return self.window.pages.live

    def type_in(self, username, password):
        activate(self.window)
        self.window.sign_in.username.setFocus()
        self.hands.type(username)
        self.hands.press(Qt.Key.Key_Return)
        self.hands.type(password)
        self.hands.press(Qt.Key.Key_Return)

    def sign_in(self, username="head"):
        self.type_in(username, self.head["password"])
        look("the live page", lambda: self.live is not None)

    def take(self, serial, place=0):
        """A number handed out by the kiosk, for the service at that place."""
        kiosk = self.hall.kiosk
        service = kiosk.get("/v1/hall").json()["services"][place]["code"]
        one = taken(kiosk, service, holder=person(serial))
        body = {"act": "report-paper", "outcome": "handed_out"}
        path = f"/v1/visits/{one['visit']}/paper"
        assert kiosk.post(path, body, Idempotency_Key=uuid.uuid4().hex).status_code == 200

    def serve(self, act):
        """The first window calls whose turn it is and does that."""
        desk = self.hall.desks[0]
        called = desk.call()
        assert called.status_code == 200, called.text
        ticket = called.json()["ticket"]
        if act == "finish":
            assert desk.on(ticket, "start").status_code == 200
            assert desk.on(ticket, "finish", cases=[]).status_code == 200
        else:
            assert desk.on(ticket, act).status_code == 200

    def rows(self):
        look("the rows", lambda: self.window.dialog is not None and self.window.dialog.model.head)
        dialog = self.window.dialog
        lines = dialog.table.lines()
        dialog.reject()
        activate(self.window)
        return lines

    def stage_a_head_of(self, hall, username):
        """An account like the head's own, of another hall, with the same password."""
        with closing(sqlite3.connect(self.stage.platform_folder / "platform.sqlite")) as database:
            database.row_factory = sqlite3.Row
            known = database.execute("SELECT * FROM operators WHERE username = 'head'").fetchone()
            row = {**dict(known), "id": str(uuid.uuid4()), "username": username, "hall": hall}
            names, places = ", ".join(row), ", ".join("?" * len(row))
            query = f"INSERT INTO operators ({names}) VALUES ({places})"  # noqa: S608 - own names
            database.execute(query, list(row.values()))
            database.commit()

    def plainly(self):
        """The figures by a plain calculation over the events of the day."""
        with closing(sqlite3.connect(self.stage.platform_folder / "platform.sqlite")) as database:
            told = database.execute("SELECT kind, at, body FROM events WHERE hall = ?", [self.code])
            day = self.live.day.isoformat()
            return plain_figures.plain(
                {"kind": kind, **json.loads(body)} for kind, at, body in told if at[:10] == day
            )


@pytest.fixture(scope="module")
def office(stage, qapp):
    from ui.app import FaceApp
    from ui.supervisor.face import FACE

    settings = replace(stage.settings(), data_dir=stage.folder / "supervisor")
    app = FaceApp(settings, FACE, quiet=True)
    app.window.show()
    one = Office(stage, app)
    one.hall.clear()
    yield one
    one.hall.clear()
    for client in one.hall.clients():
        client.http.close()
    app.window.close()
    app.close()


@pytest.fixture
def here(office):
    """Signed in, on the live page, with the network there."""
    if office.window.live.session is None:
        office.sign_in()
    activate(office.window)
    office.hands.press(Qt.Key.Key_F2)
    yield office
    office.stage.desk.plug_network()
    if office.window.dialog is not None:
        office.window.dialog.reject()


@pytest.fixture(scope="module")
def busy(office):
    """Five numbers taken; two served, one who did not come, two who wait."""
    for serial in range(5):
        office.take(4_000_000 + serial)
    office.hall.desks[0].open()
    for act in ("finish", "pass", "finish"):
        office.serve(act)
    return office


def test_only_a_supervisor_comes_in(office):
    office.window.leave()
    clerk = office.stage.account()
    office.type_in(clerk.username, clerk.password)
    look("it is said", office.window.sign_in.banner.isVisible)
    assert office.window.sign_in.banner.code == "platform.not_allowed"
    assert office.window.live.session is None
    office.window.leave()


def test_what_happens_in_the_hall_is_seen_and_is_right(here, busy):
    look("the counts", lambda: here.live.queue.waiting == 2)
    expected = here.plainly()
    look("the same", lambda: dict(here.live.today.figures) == expected)
    tiles = here.page.tiles
    assert tiles["waiting"].value == "2"
    assert tiles["tickets_taken"].value == f"{expected['tickets_taken']:,}"
    assert tiles["tickets_finished"].value == str(expected["tickets_finished"])
    assert tiles["tickets_passed"].value == str(expected["tickets_passed"])
    line = here.page.services.lines()[0]
    assert line[1] == "2"
    assert here.page.windows.lines()[0][1].startswith("●")
    told = here.hall.head.get("/v1/analytics/live").json()
    assert dict(here.live.today.figures) == told["today"]["figures"]
    assert sum(one.taken for one in here.live.course) == expected["tickets_taken"]
    here.take(4_100_000)
    look("an event alone brings it", lambda: here.live.queue.waiting == 3, 5)


def switch_window(here, code, *, on):
    """The system administrator switches a window off or on."""
    staff = here.stage.accounts()["staff"]
    account = next(one for one in staff if one["username"] == "system")
    with sign_in_as(SimpleNamespace(url=here.stage.platform_url), account) as system:
        body = {"act": "switch-window", "hall": here.code, "code": code, "active": on}
        body["reason"] = "改造"
        done = system.post(
            "/v1/administration/window-standing", body, Idempotency_Key=uuid.uuid4().hex
        )
        assert done.status_code == 200, done.text


def test_a_window_that_is_switched_off_is_shown_as_off_at_once(here, busy):
    def standing():
        return {line[0]: line[1] for line in here.page.windows.lines()}

    look("the windows", lambda: here.live.windows)
    (name,) = (one.name for one in here.live.windows if one.window == "12")
    assert standing()[name] == "○ 未开"
    switch_window(here, "12", on=False)
    try:
        look("off", lambda: standing()[name] == "× 停用:改造")
    finally:
        switch_window(here, "12", on=True)
    look("on again", lambda: standing()[name] == "○ 未开")


def test_events_are_many_and_looks_are_few(here, busy):
    look("quiet", lambda: not here.window.live._pause.isActive())
    before = here.window.live.looks
    for _ in range(300):
        here.window.live.hear(SimpleNamespace())
    look("it looked again", lambda: here.window.live.looks == before + 2)
    look("quiet again", lambda: not here.window.live._pause.isActive())
    assert here.window.live.looks == before + 2


def test_every_figure_says_what_it_is_and_of_what(here, busy):
    look("the definitions", lambda: here.live.definitions)
    formulas = {one.id: one.formula for one in here.live.definitions}
    for figure, tile in here.page.tiles.items():
        assert tile.toolTip(), figure
        if figure in formulas:
            assert formulas[figure] in tile.toolTip()
    assert formulas["tickets_taken"] in here.page.services.horizontalHeaderItem(5).toolTip()
    assert formulas["service_mean"] in here.page.windows.horizontalHeaderItem(6).toolTip()
    here.page.tiles["wait_median"].setFocus()
    here.hands.press(Qt.Key.Key_F1)
    look("the definition", lambda: here.window.dialog is not None)
    assert here.window.dialog.formula.text() == formulas["wait_median"]
    here.window.dialog.reject()


def test_the_rows_behind_a_figure_are_its_tickets(here, busy):
    tickets = here.hall.of_day()
    activate(here.window)
    here.page.tiles["tickets_finished"].setFocus()
    here.hands.press(Qt.Key.Key_Space)
    finished = here.rows()
    assert len(finished) == here.live.today.figures["tickets_finished"]
    wanted = sorted(one["number"] for one in tickets if one["state"] == "finished")
    assert sorted(line[1] for line in finished) == wanted
    here.page.tiles["waiting"].setFocus()
    here.hands.press(Qt.Key.Key_Space)
    waiting = here.rows()
    wanted = sorted(one["number"] for one in tickets if one["state"] == "waiting")
    assert sorted(line[0] for line in waiting) == wanted
    here.page.services.setCurrentCell(0, 5)
    here.page.services.setFocus()
    here.hands.press(Qt.Key.Key_Return)
    code = here.live.queue.services[0].service
    of_one = next(one for one in here.live.services if one.label == code)
    assert len(here.rows()) == of_one.figures["tickets_taken"]


def test_the_day_is_read_by_keys_as_chart_and_as_table(here, busy):
    look("a course", lambda: here.page.chart.course)
    here.page.chart.setFocus()
    here.hands.press(Qt.Key.Key_End)
    last = here.live.course[-1]
    assert last.begins in here.page.chart.accessibleDescription()
    here.hands.press(Qt.Key.Key_F6)
    assert here.page.course.hasFocus()
    assert here.page.course.lines()[-1] == (
        last.begins,
        *(str(count) for count in (last.taken, last.called, last.finished)),
    )
    here.hands.press(Qt.Key.Key_F6)
    assert here.page.chart.hasFocus()


def ask(here, by):
    """The period page's answer, split like that."""
    page, model = here.window.pages.period, here.window.period
    here.hands.press(Qt.Key.Key_F3)
    page.by.setCurrentIndex(["day", "service", "window", "hour"].index(by))
    here.hands.press(Qt.Key.Key_F9)
    look("an answer", lambda: not model.busy and model.answered.by.value == by)
    return page


@pytest.mark.parametrize("by", ["day", "service", "window", "hour"])
def test_a_period_is_what_the_platform_says(here, busy, by):
    page = ask(here, by)
    answer = here.window.period.answer
    days = f"from={answer.first}&to={answer.last}"
    told = here.hall.head.get(f"/v1/analytics/figures?{days}&by={by}&about=queue").json()
    assert answer.last - answer.first == timedelta(days=6)
    assert [part["figures"] for part in told["parts"]] == [dict(p.figures) for p in answer.parts]
    assert told["total"]["figures"] == dict(answer.total.figures)
    lines = page.table.lines()
    assert [line[0] for line in lines] == [*(one["title"] for one in told["parts"]), "合计"]
    column = [one.id for one in answer.definitions].index("tickets_taken") + 1
    page.table.setCurrentCell(0, column)
    page.table.setFocus()
    here.hands.press(Qt.Key.Key_Return)
    assert str(min(100, answer.parts[0].figures["tickets_taken"])) == str(len(here.rows()))


def read_back(path):
    """The rows of a workbook's first sheet, as texts."""
    with zipfile.ZipFile(path) as book:
        shared = [
            "".join(one.itertext())
            for one in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return [
        {
            cell.get("r").rstrip("0123456789"): shared[int(cell.findtext(f"{CELLS}v"))]
            if cell.get("t") == "s"
            else float(cell.findtext(f"{CELLS}v"))
            for cell in row
        }
        for row in sheet.iter(f"{CELLS}row")
    ]


def test_exports_hold_what_is_shown(here, busy, tmp_path):
    page = ask(here, "service")
    answer = here.window.period.answer
    page.choose_path = lambda name, _kind: str(tmp_path / name)
    here.hands.press(Qt.Key.Key_E, ctrl=True)
    here.hands.press(Qt.Key.Key_S, ctrl=True)
    look("both", lambda: len([p for p in tmp_path.iterdir() if p.suffix in {".csv", ".xlsx"}]) == 2)
    (sheet,), (book,) = tmp_path.glob("*.csv"), tmp_path.glob("*.xlsx")
    lines = list(csv.reader(io.StringIO(sheet.read_text("utf-8-sig"))))
    rows = read_back(book)
    assert len(lines) == len(rows) == len(answer.parts) + 2
    for part, line, row in zip((*answer.parts, answer.total), lines[1:], rows[1:], strict=True):
        assert (line[1], row["B"]) == (part.title, part.title)
        for place, one in enumerate(answer.definitions):
            value = part.figures[one.id]
            assert line[place + 2] == ("" if value is None else str(value))
            assert row.get(chr(ord("C") + place)) == value


def test_a_file_that_cannot_be_written_is_said(here, busy, tmp_path):
    page = ask(here, "service")
    page.choose_path = lambda name, _kind: str(tmp_path / "nowhere" / name)
    here.hands.press(Qt.Key.Key_S, ctrl=True)
    look("it is said", lambda: page.banner.code == "export.unwritable")
    assert not list(tmp_path.iterdir())


def test_without_the_network_the_last_good_values_stay(here, busy):
    look("live", lambda: here.window.live.online)
    here.stage.desk.pull_network()
    look("offline is shown", lambda: not here.window.live.online, 30)
    at = here.live.at.strftime("%H:%M:%S")
    pages = here.window.pages
    assert "离线" in pages.state.words
    assert at in pages.state.words
    assert at in pages.banner.texts()[0].text()
    assert here.page.tiles["tickets_taken"].value != "—"
    here.stage.desk.plug_network()
    look("live again", lambda: here.window.live.online, 30)
    assert not pages.banner.isVisible()


def test_a_locked_window_shows_no_figure(here, busy):
    here.window._lock.expired.emit()
    assert here.window.sign_in.isVisible()
    assert here.live is None
    assert here.page.tiles["tickets_taken"].value == "—"
    assert here.page.services.rowCount() == 0
    here.sign_in()
    look("the counts again", lambda: here.page.tiles["tickets_taken"].value != "—")


def test_the_supervisor_next_door_sees_the_own_hall_only(here, busy):
    here.stage_a_head_of(NEIGHBOUR, "easthead")
    here.hands.press(Qt.Key.Key_Q, ctrl=True)
    look("left", here.window.sign_in.isVisible)
    here.sign_in("easthead")
    assert here.live.hall == NEIGHBOUR
    assert here.live.today.figures["tickets_taken"] == 0
    assert here.live.queue.waiting == 0
    here.page.tiles["tickets_taken"].setFocus()
    here.hands.press(Qt.Key.Key_Space)
    assert here.rows() == ()
    here.window.leave()


def test_a_window_that_was_switched_off_is_told_from_one_that_is_closed():
    closed = LiveWindow(
        *("03", "综合窗口 03", "closed", "", "", "", ()),
        in_hand="",
        in_hand_since="",
        finished=0,
        service_mean=None,
    )
    assert _window_line(closed)[1] == "○ 未开"
    off = replace(closed, active=False, reason="窗口改造")
    assert _window_line(off)[1] == "× 停用:窗口改造"


def test_rows_say_from_which_day_on_they_are_kept():
    known = Definition("wait_p90", "等候", "s", "第九十百分位", (), "queue")
    found = FigureRows(known, "秒", (), None, kept_from="2026-03-02")
    said = _page_of_rows(found, {}, date(2026, 3, 1)).formula
    assert said.splitlines() == [
        "第九十百分位",
        "2026-03-02 以前的明细已不再保存,合计数字不受影响。",
    ]
    assert _page_of_rows(found, {}, date(2026, 3, 2)).formula == "第九十百分位"
