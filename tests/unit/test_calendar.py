"""The table of working days that counts is the newest known, with or without the platform."""

from datetime import date

import pytest
from fakes import FakePlatform, SetClock, item, open_store
from hypothesis import given
from hypothesis import strategies as st

from counter_app.domain.deadlines import WorkingDays, YearTable
from counter_app.errors import PlatformUnreachable
from counter_app.services.acceptance import Acceptance
from counter_app.services.calendar import Calendar
from counter_app.store import database, schema

MONDAY = date(2026, 11, 30)
AWAY = PlatformUnreachable("platform.unreachable")


def table(version, *off, years=(2026,)):
    return WorkingDays(
        version, {year: YearTable(frozenset(off), frozenset(), "试验通知") for year in years}
    )


SHIPPED = table("2026.1")
NEWER = table("2026.2", MONDAY, years=(2026, 2027))


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def calendar(store, answer=AWAY, shipped=SHIPPED):
    return Calendar(FakePlatform(calendar=answer), store, SetClock(), shipped)


def test_a_newer_table_of_the_platform_counts_at_once_and_after_a_restart_offline(store):
    one = calendar(store, NEWER)
    assert one.table() == SHIPPED
    assert one.bring_up_to_date() == NEWER
    assert one.table() == NEWER
    assert calendar(store).table() == NEWER


@pytest.mark.parametrize("version", ["2026.1", "2026.0", "2025.9", "", "draft"])
def test_a_table_that_is_not_newer_is_not_kept(store, version):
    one = calendar(store, table(version, MONDAY))
    assert one.bring_up_to_date() == SHIPPED
    assert store.kept_calendar() is None


def test_a_program_that_brings_a_newer_one_than_is_kept_uses_its_own(store):
    calendar(store, NEWER).bring_up_to_date()
    brought = table("2027.1")
    assert calendar(store, shipped=brought).table() == brought


def test_without_the_platform_it_stays_as_it_was(store):
    calendar(store, NEWER).bring_up_to_date()
    one = calendar(store)
    with pytest.raises(PlatformUnreachable):
        one.bring_up_to_date()
    assert one.table() == NEWER


def test_due_dates_follow_it_and_stay_provisional_in_a_year_not_announced(store):
    one = calendar(store, NEWER)
    acceptance = Acceptance(store, SetClock(), one.table, "device-3")
    friday = SetClock().now().replace(day=27)
    asked = item(promised_days=1)
    assert acceptance.due(asked, friday).on == MONDAY
    late = friday.replace(month=12, day=31)
    assert acceptance.due(asked, late).provisional
    one.bring_up_to_date()
    assert acceptance.due(asked, friday).on == date(2026, 12, 1)
    assert not acceptance.due(asked, late).provisional


@given(st.lists(st.integers(0, 9999), min_size=1, max_size=3), st.integers(0, 2))
def test_versions_are_compared_as_numbers(parts, place):
    later = [*parts]
    later[place % len(parts)] += 1
    one, other = (table(".".join(map(str, version))) for version in (parts, later))
    assert other.newer_than(one)
    assert not one.newer_than(other)
    assert not one.newer_than(one)


def test_ten_is_later_than_nine():
    assert table("2026.10").newer_than(table("2026.9"))


def test_a_kept_table_of_another_form_counts_as_none(store):
    with store.transaction() as transaction:
        transaction._connection.execute("INSERT INTO calendar VALUES (1, X'7B7D', '')")
    assert calendar(store).table() == SHIPPED


def test_a_store_of_before_keeps_what_it_has_and_learns_to_keep_a_table(tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(database, "MIGRATIONS", schema.MIGRATIONS[:1])
        store = open_store(tmp_path)
        store.keep_item(item(), SetClock().now())
        store.close()
    store = open_store(tmp_path)
    assert len(store.kept_items()) == 1
    store.keep_calendar(NEWER, SetClock().now())
    assert store.kept_calendar() == NEWER
    store.close()
