"""An appointment's code under the gun that this hall cannot check in: the window says why."""

from __future__ import annotations

import sqlite3

import pytest
from at_the_desk import activate

from counter_app.domain.visit import VisitState
from ui.demo.hands import look

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


class Booked:
    """An appointment of the demonstration, as the platform's store has it."""

    def __init__(self, database, code):
        self._database, self.code = database, code
        row = database.execute("SELECT * FROM appointments WHERE code = ?", (code,))
        names = [column[0] for column in row.description]
        self._was = dict(zip(names, row.fetchone(), strict=True))
        self._id = self._was["id"]

    def change(self, **values):
        given = ", ".join(f"{name} = ?" for name in values)
        with self._database:
            self._database.execute(
                f"UPDATE appointments SET {given} WHERE id = ?", (*values.values(), self._id)
            )

    def restore(self):
        self.change(**self._was)


@pytest.fixture
def booked(stage):
    database = sqlite3.connect(stage.database, timeout=20)
    one = Booked(database, stage.booked()[-1]["code"])
    yield one
    one.restore()
    database.close()


def scan(desk, code):
    """What is said to it, by its code."""
    desk.page._said_code.setText("")
    desk.stage.desk.show(f"HCAPPT:{code}")
    look("an answer", lambda: desk.page._said_code.text())
    return desk.page._said_code.text()


def test_past_the_time_to_check_in_the_window_says_so(desk, booked):
    activate(desk.window)
    for _ in range(3):  # every minute the platform itself marks those nobody came to
        booked.change(day="2020-01-02", state="booked")
        said = scan(desk, booked.code)
        if said != "ticket.appointment_used":
            break
    assert said == "ticket.too_late"
    assert "已过签到时间" in desk.page._said.text()
    assert "现场取号" in desk.page._said.text()
    assert desk.model.visit.state is VisitState.WAITING


def test_an_appointment_of_another_hall_says_of_which(desk, booked):
    booked.change(county="990304", hall="99030401")
    assert scan(desk, booked.code) == "ticket.elsewhere"
    assert "东试县政务服务中心" in desk.page._said.text()
    assert desk.model.visit.state is VisitState.WAITING
