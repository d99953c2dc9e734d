"""Checking the audit a piece at a time finds what checking it whole finds, and says so."""

import logging

import pytest
from fakes import MORNING, SetClock, audit_lines, open_store
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counter_app.ports import AuditEntry
from counter_app.services.upkeep import Upkeep

LINES = 9


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path)
    for place in range(1, LINES + 1):
        opened.add_audit(line(place))
    yield opened
    opened.close()


def line(place):
    return AuditEntry(MORNING, "clerk-1", "03", "accept", f"case-{place}", "accepted")


def change(store, statement):
    with store.transaction() as transaction:
        transaction._connection.execute(statement)


def in_pieces(store, lines):
    check = store.audit_check()
    findings = []
    while not findings or findings[-1] is None:
        findings.append(check.read_on(lines))
    return findings[-1]


CHANGES = [
    "UPDATE audit SET operator = 'x' WHERE place = {place}",
    "DELETE FROM audit WHERE place = {place}",
    "UPDATE audit SET place = -place WHERE place = {place}",
    "UPDATE audit SET hash = 'x' WHERE place = {place}",
]


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.sampled_from(CHANGES), st.integers(1, LINES - 1), st.integers(1, LINES + 2))
def test_every_change_is_found_whatever_the_size_of_a_piece(store, statement, place, lines):
    with store._database.reading() as connection:
        connection.execute("SAVEPOINT example")
        connection.execute(statement.format(place=place))
        assert not in_pieces(store, lines).intact
        assert in_pieces(store, lines) == in_pieces(store, 1000)
        connection.execute("ROLLBACK TO example")
        connection.execute("RELEASE example")
    assert in_pieces(store, lines).intact


def test_lines_that_come_meanwhile_are_checked_too(store):
    check = store.audit_check()
    assert check.read_on(LINES - 1) is None
    store.add_audit(line(LINES + 1))
    finding = check.read_on()
    assert (finding.intact, finding.entries) == (True, LINES + 1)


def test_a_line_put_in_before_the_first_is_found(store):
    change(
        store,
        "INSERT INTO audit SELECT -5, at, operator, window, act, object, result, detail,"
        " hash FROM audit WHERE place = 1",
    )
    assert not store.verify_audit().intact


def test_a_broken_chain_is_logged_and_noted_and_the_next_line_is_kept(store, caplog):
    change(store, "UPDATE audit SET result = 'x' WHERE place = 4")
    with caplog.at_level(logging.ERROR):
        finding = Upkeep(store, SetClock()).check_audit()
    assert finding.broken_at == 4
    assert "store.audit_broken" in caplog.text
    assert audit_lines(store, "act", "result", "detail")[-1] == (
        *("check_audit", "store.audit_broken", "line=4"),
    )


def test_a_chain_that_holds_is_not_talked_about(store, caplog):
    upkeep = Upkeep(store, SetClock())
    before = audit_lines(store)
    for _ in range(2):
        assert upkeep.check_audit().intact
    assert audit_lines(store) == before
    assert not caplog.records
