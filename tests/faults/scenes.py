"""What the fault tests stage: an invented person, an item, a clerk, and the look into a store."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from counter_app.clock import CHINA
from counter_app.domain.deadlines import WorkingDays
from counter_app.domain.identity import DocumentKind, Identity
from counter_app.domain.item import Body, CaseType, Item, Material, MetBy, Regime
from counter_app.domain.outgoing import LONGEST_WAIT
from counter_app.domain.session import Hall, Operator, Session, Window
from counter_app.domain.visit import TakenUp, Visit
from hall_platform.check_digits import resident_check

MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=CHINA)
CALENDAR = WorkingDays("test", {})
WINDOW = "03"

ITEM = Item(
    code="item-1",
    base_code="item",
    name="试验事项",
    version=1,
    type_code="01",
    level="4",
    regime=Regime.PUBLIC_SERVICE,
    case_type=CaseType.PROMISED,
    body=Body("试验局", "11990302MB0000000X"),
    promised_days=3,
    legal_days=10,
    materials=(Material("M01", "身份证明", met_by=MetBy(identity_card=True)),),
)
SESSION = Session(
    "019f0000-0000-7000-8000-000000000001",
    Operator("clerk-1", "试验员"),
    Window(WINDOW, "综合窗口3", Hall("hall-1", "试验政务大厅"), "990302000000", "试验路1号"),
)


class Clock:
    """A clock that is set by hand."""

    def __init__(self, at: datetime = MORNING) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def jump(self, by: timedelta) -> None:
        self.at += by


class Ahead:
    """The machine's clock, on which at every look all waits of before are over."""

    def __init__(self) -> None:
        self._looks = 0

    def now(self) -> datetime:
        self._looks += 1
        return datetime.now(CHINA) + self._looks * LONGEST_WAIT


def person(serial: int) -> Identity:
    """An invented person of region 99, another one for each serial."""
    born = date(1950, 1, 1) + timedelta(days=serial // 999)
    first = f"990302{born:%Y%m%d}{serial % 999 + 1:03d}"
    return Identity(
        kind=DocumentKind.RESIDENT,
        name=f"测试{serial}",
        number=first + resident_check(first),
        sex="2" if int(first[-1]) % 2 == 0 else "1",
        nation="01",
        born=born,
        address="试验省试验市雨山区测试路1号",
        valid_from=date(2020, 1, 1),
        long_term=True,
    )


def visit(serial: int, at: datetime, taken_up: TakenUp | None = None) -> Visit:
    """A person at the window with an item on the desk and every original seen."""
    now = Visit().receive(person(serial), at).take_up(taken_up or TakenUp(ITEM))
    for line in now.checklist(at.date()).missing:
        now = now.see_original(line.material.code)
    assert now.checklist(at.date()).complete
    return now


def cases_in(store) -> dict[str, str | None]:
    """Every case of a local store, with its official number."""
    with store._database.reading() as connection:
        return dict(connection.execute("SELECT id, number FROM cases").fetchall())
