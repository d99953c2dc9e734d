"""A call as it is spoken and shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from counter_app.clock import CHINA
from counter_app.domain.board import CALLS_SHOWN, spoken, with_call
from counter_app.domain.ticket import Call

AT = datetime(2026, 11, 24, 10, 24, tzinfo=CHINA)
CALL = Call("t1", "A012", "03", "综合窗口 03", "market", "李*", 1, AT)


def test_digits_are_spoken_one_by_one_and_the_window_as_people_say_it():
    assert spoken(CALL) == "请 A 零 一 二 号到 3 号窗口"
    assert spoken(replace(CALL, number="b-305", window="14")) == "请 B 三 零 五 号到 14 号窗口"


def test_a_window_without_a_number_is_spoken_by_its_name():
    call = replace(CALL, window="VIP", window_name="绿色通道")
    assert spoken(call) == "请 A 零 一 二 号到 绿色通道"


def test_no_name_is_spoken():
    assert "李" not in spoken(CALL)


def test_a_ticket_has_one_line_and_the_newest_call_stands_first():
    calls = ()
    for place in range(7):
        later = AT + timedelta(seconds=place)
        calls = with_call(calls, replace(CALL, ticket=f"t{place}", at=later))
    assert [one.ticket for one in calls] == ["t6", "t5", "t4", "t3", "t2"]
    again = replace(CALL, ticket="t3", call=2, at=AT + timedelta(minutes=1))
    assert [one.ticket for one in with_call(calls, again)] == ["t3", "t6", "t5", "t4", "t2"]
    assert len(with_call(calls, again)) == CALLS_SHOWN
