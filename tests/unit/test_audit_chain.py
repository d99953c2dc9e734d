"""The audit: a line changed, taken out, put in, moved or cut off is found, and where."""

import hashlib
import json
from datetime import timedelta

import pytest
from fakes import MORNING, audit_lines, open_store
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counter_app.errors import StoreError
from counter_app.ports import AuditEntry

COLUMNS = ["at", "operator", "window", "act", "object", "result", "detail", "hash"]


def entry(place, **changes):
    usual = {
        "at": MORNING + timedelta(seconds=place),
        "operator": "clerk-1",
        "window": "03",
        "act": "accept",
        "object": f"case-{place}",
        "result": "accepted",
        "detail": "990302202611240300001;spared=2/3",
    }
    return AuditEntry(**{**usual, **changes})


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path)
    for place in range(1, 6):
        opened.add_audit(entry(place))
    yield opened
    opened.close()


def change(store, *statements):
    """What somebody with the key could do to the table."""
    with store.transaction() as transaction:
        for statement in statements:
            transaction._connection.execute(statement)


def test_an_untouched_chain_is_intact(store):
    finding = store.verify_audit()
    assert (finding.entries, finding.broken_at, finding.intact) == (5, None, True)
    assert finding.head == audit_lines(store, "hash")[-1][0]


def test_an_empty_chain_is_intact(tmp_path):
    store = open_store(tmp_path / "fresh")
    assert store.verify_audit().intact
    assert store.verify_audit().entries == 0
    store.close()


def test_the_hashes_are_as_written_down_here(store):
    """SHA-256 over the hash before, a line feed, and the line as JSON without spaces."""
    previous = "0" * 64
    for place, *line, kept in audit_lines(store, "place", *COLUMNS):
        text = previous + "\n" + json.dumps([place, *line], separators=(",", ":"))
        previous = hashlib.sha256(text.encode("utf-8")).hexdigest()
        assert kept == previous


@pytest.mark.parametrize("column", COLUMNS)
def test_one_line_changed_in_any_column_is_found_at_its_place(store, column):
    change(store, f"UPDATE audit SET {column} = {column} || 'x' WHERE place = 3")
    finding = store.verify_audit()
    assert (finding.broken_at, finding.entries) == (3, 2)
    assert not finding.intact


@pytest.mark.parametrize(
    ("statements", "found_at"),
    [
        (["DELETE FROM audit WHERE place = 1"], 1),
        (["DELETE FROM audit WHERE place = 3"], 3),
        (
            [
                "DELETE FROM audit WHERE place = 3",
                "UPDATE audit SET place = place - 1 WHERE place > 3",
            ],
            3,
        ),
        (
            [
                "UPDATE audit SET place = 99 WHERE place = 2",
                "UPDATE audit SET place = 2 WHERE place = 3",
                "UPDATE audit SET place = 3 WHERE place = 99",
            ],
            2,
        ),
        (
            [
                "UPDATE audit SET place = 6 WHERE place = 5",
                "INSERT INTO audit SELECT 5, at, operator, window, act, object, result, detail,"
                " hash FROM audit WHERE place = 4",
            ],
            5,
        ),
        (["UPDATE audit SET place = place + 1"], 1),
    ],
    ids=["first removed", "one removed", "removed and closed up", "two swapped", "put in", "moved"],
)
def test_removed_put_in_or_moved(store, statements, found_at):
    if "place + 1" in statements[0] or "place - 1" in statements[-1]:
        statements = [  # one by one, places are unique
            *(one for one in statements if "UPDATE audit SET place = place" not in one),
            *(
                f"UPDATE audit SET place = {new} WHERE place = {old}"
                for old, new in (
                    [(4, 3), (5, 4)]
                    if "place - 1" in statements[-1]
                    else [(n, n + 1) for n in range(5, 0, -1)]
                )
            ),
        ]
    change(store, *statements)
    assert store.verify_audit().broken_at == found_at


def test_lines_cut_off_at_the_end_are_found_by_the_head_kept_outside(tmp_path):
    store = open_store(tmp_path)
    for place in range(1, 6):
        store.add_audit(entry(place))
    store.close()
    store = open_store(tmp_path)
    assert store.verify_audit().intact
    change(store, "DELETE FROM audit WHERE place > 3")
    assert store.verify_audit().broken_at == 4
    store.close()


def test_a_whole_chain_made_anew_is_found_by_the_head_kept_outside(tmp_path):
    store = open_store(tmp_path)
    for place in range(1, 4):
        store.add_audit(entry(place))
    store.close()
    store = open_store(tmp_path)
    change(store, "DELETE FROM audit")
    for place in range(1, 6):
        store.add_audit(entry(place, operator="somebody else"))
    assert store.verify_audit().broken_at == 3
    store.close()


def test_an_act_and_its_line_are_there_together_or_not_at_all(store):
    def cut_short():
        with store.transaction() as transaction:
            transaction.add_audit(entry(6))
            raise StoreError("store.full")

    with pytest.raises(StoreError):
        cut_short()
    assert store.verify_audit().entries == 5
    store.add_audit(entry(6))
    assert store.verify_audit().intact


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40))
def test_no_text_of_a_line_breaks_the_chain(store, text):
    store.add_audit(entry(1, detail=text, object=text))
    assert store.verify_audit().intact
    assert audit_lines(store, "object", "detail")[-1] == (text, text)
