"""The simulator's page where no gun that types can be played."""

from types import SimpleNamespace

import pytest

from ui.simulator_panel import DeskPage


@pytest.mark.parametrize(
    ("lacks", "said"),
    [
        ("no_x11", "只有在 X11 桌面上才能模拟键盘模式的扫码枪"),
        ("no_display", "只有在 X11 桌面上才能模拟键盘模式的扫码枪"),
        ("no_library", "键盘模式的扫码枪需要系统库 libXtst(Debian 软件包 libxtst6)"),
        ("no_xtest", "这个显示服务器没有 XTEST 扩展,不能模拟键盘模式的扫码枪"),
        ("", "只有在 X11 桌面上才能模拟键盘模式的扫码枪"),  # Wayland, with an X server beside it
    ],
)
def test_it_is_not_offered_and_the_page_says_why(qtbot, lacks, said):
    desk = SimpleNamespace(
        no_keyboard=lacks,
        **dict.fromkeys(("pull_network", "plug_network", "unplug_reader", "plug_reader")),
    )
    page = DeskPage("窗口员", desk, [], [("码", "HCPRE:8F3K")], to_front=lambda: 1)
    qtbot.addWidget(page)
    assert not page.type_code.isEnabled()
    assert page.typed.isVisibleTo(page)
    assert page.typed.text() == said
    assert page.show_code.isEnabled(), "the gun on its wire is there all the same"
