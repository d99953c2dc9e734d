"""The display's page by itself: rows, pages, emphasis, every size."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt

from counter_app.clock import CHINA
from counter_app.domain.board import Board
from counter_app.domain.ticket import Call, ServiceQueue
from ui import theme
from ui.display.page import DisplayPage
from ui.display.window import DisplayWindow
from ui.jobs import Jobs

AT = datetime(2026, 11, 24, 10, 24, tzinfo=CHINA)
CALLS = tuple(
    Call(
        f"t{n}",
        f"A{n:03}",
        f"0{n}",
        f"综合窗口 0{n}",
        "market",
        "㛃𠮷*",
        1,
        AT - timedelta(minutes=n),
    )
    for n in range(1, 6)
)
LONG = "食品经营许可、特种设备使用登记与其他市场监管行政许可综合业务"
SERVICES = tuple(ServiceQueue(str(n), f"{LONG}{n}", "A", n) for n in range(12))
FULL = Board(AT, "试验省试验市雨山区人民政府政务服务中心综合办事大厅", CALLS, SERVICES)


@pytest.fixture
def page(qapp):
    theme.apply(qapp)
    one = DisplayPage()
    yield one
    one.deleteLater()


def test_twelve_services_take_turns_and_none_is_left_out(page):
    page.show_board(FULL)
    seen = []
    for _ in range(page.waiting.pages):
        assert len(page.waiting.shown()) <= 6
        seen += page.waiting.shown()
        page.waiting.turn()
    assert tuple(seen) == SERVICES
    page.show_board(replace(FULL, waiting=SERVICES[:2]))
    assert tuple(page.waiting.shown()) == SERVICES[:2]


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (1024, 768), (1080, 1920)])
def test_the_parts_have_their_room_at_every_size(qapp, size, look):
    theme.apply(qapp, look)
    page = DisplayPage()
    page.resize(*size)
    page.show_board(FULL)
    page.grab()
    parts = (page.head, page.now, page.calls, page.waiting, page.foot)
    for part in parts:
        assert page.rect().contains(part.geometry())
        for other in parts:
            assert part is other or not part.geometry().intersects(other.geometry())
    page.deleteLater()
    theme.apply(qapp)


def colour_of(page):
    return page.now.grab().toImage().pixelColor(page.now.width() // 2, 4)


def test_a_new_call_stands_out_and_an_older_one_does_not_take_its_place(page):
    page.resize(1366, 768)
    page.show_board(FULL)
    calm = colour_of(page)
    page.emphasise(CALLS[1])
    assert not page.now.emphasised
    assert colour_of(page) == calm
    page.emphasise(CALLS[0])
    assert page.now.emphasised
    assert colour_of(page) != calm
    page.show_board(replace(FULL, calls=CALLS[1:]))
    assert not page.now.emphasised


def test_each_call_is_painted_once(page):
    painted = []
    page.painted_call.connect(painted.append)
    page.resize(1366, 768)
    page.show_board(FULL)
    page.grab()
    page.grab()
    assert painted == [CALLS[0]]


def test_it_fills_its_screen_without_a_frame_unless_told_otherwise(qapp):
    jobs = Jobs()
    wall, desk = DisplayWindow(jobs), DisplayWindow(jobs, full_screen=False)
    assert wall.windowState() & Qt.WindowState.WindowFullScreen
    assert wall.windowFlags() & Qt.WindowType.FramelessWindowHint
    assert not desk.windowState() & Qt.WindowState.WindowFullScreen
    for window in (wall, desk):
        window.deleteLater()
    jobs.close()
