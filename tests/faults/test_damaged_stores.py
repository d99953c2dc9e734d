"""Files of the store that are torn, damaged or without their key: said so, never made up for."""

from __future__ import annotations

import os
import shutil

import pytest
from scenes import cases_in
from size import size
from test_power_cuts import accept, opened, shown, stocked

from counter_app.errors import StoreError
from counter_app.store.vault import KeyFileVault

LOG = "counter.db-wal"


def copied(folder, target, log):
    """The store's folder with another end of its log."""
    shutil.copytree(folder, target)
    (target / LOG).write_bytes(log)
    return target


def refusal(folder):
    with pytest.raises(StoreError) as caught:
        opened(folder).close()
    return caught.value.code


def test_a_torn_end_of_the_log_takes_nothing_acknowledged(tmp_path):
    folder = tmp_path / "counter"
    store = stocked(folder)
    acknowledged = dict(accept(store, serial) for serial in range(4))
    synced = (folder / LOG).stat().st_size
    accept(store, 4)
    log = (folder / LOG).read_bytes()
    assert len(log) > synced
    for place, end in enumerate(range(synced, len(log), size(short=2_003, full=251))):
        for tail in (b"", b"\0" * 5_000, os.urandom(5_000)):
            torn = copied(
                folder, tmp_path / f"{place}-{len(tail)}-{tail[:1].hex()}", log[:end] + tail
            )
            found = opened(torn)
            kept = {case: shown(found, case) for case in cases_in(found)}
            assert found.verify_audit().intact
            assert kept.items() >= acknowledged.items()
            accept(found, 9)
            found.close()
            shutil.rmtree(torn)
    store.close()


@pytest.mark.parametrize("share", [0.3, 0.8])
def test_control_cutting_into_what_was_acknowledged_is_seen(tmp_path, share, record_property):
    folder = tmp_path / "counter"
    store = stocked(folder)
    store.close()
    store = opened(folder)
    acknowledged = dict(accept(store, serial) for serial in range(5))
    log = (folder / LOG).read_bytes()
    torn = copied(folder, tmp_path / "torn", log[: int(len(log) * share)])
    store.close()
    found = opened(torn)
    lost = acknowledged.keys() - cases_in(found).keys()
    found.close()
    assert lost
    record_property("control_torn_lost", len(lost))


def test_a_store_put_back_to_an_earlier_day_is_seen_by_its_audit(tmp_path):
    """The head of the audit lies with the keys: files of yesterday do not pass for today's."""
    folder = tmp_path / "counter"
    store = stocked(folder)
    accept(store, 1)
    store.close()
    yesterday = (folder / "counter.db").read_bytes()
    store = opened(folder)
    accept(store, 2)
    store.close()
    (folder / "counter.db").write_bytes(yesterday)
    store = opened(folder)
    assert not store.verify_audit().intact
    store.close()


@pytest.fixture
def used(tmp_path):
    folder = tmp_path / "counter"
    store = stocked(folder)
    accept(store, 1)
    store.close()
    return folder


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_store_without_its_key_is_left_as_it_is(used):
    keys = (used / "keys.json").read_bytes()
    (used / "keys.json").unlink()
    before = contents(used)
    assert refusal(used) == "store.key_missing"
    assert contents(used) == before
    (used / "keys.json").write_bytes(keys)
    store = opened(used)
    assert len(cases_in(store)) == 1
    store.close()


@pytest.mark.parametrize(
    ("secret", "code"), [(b"k" * 32, "store.wrong_key"), (b"short", "store.wrong_key")]
)
def test_a_store_with_another_key_is_left_as_it_is(used, secret, code):
    KeyFileVault(used / "keys.json").put("store-key", secret)
    before = contents(used)
    assert refusal(used) == code
    assert contents(used) == before


@pytest.mark.parametrize("keys", [b"", b"{", b"[]", b'{"store-key": 1}', b'{"store-key": "*"}'])
def test_keys_that_make_no_sense_are_a_wrong_key(used, keys):
    (used / "keys.json").write_bytes(keys)
    assert refusal(used) == "store.wrong_key"


def looked_into(folder):
    """The cases in a store and whether it is sound; the code where it will not say."""
    try:
        store = opened(folder)
        try:
            return cases_in(store), store.sound()
        finally:
            store.close()
    except StoreError as refused:
        return refused.code, False


def test_a_damaged_page_is_told_and_never_read_as_something_else(used):
    whole = (used / "counter.db").read_bytes()
    before, sound = looked_into(used)
    assert sound
    for place in range(0, len(whole), size(short=12_289, full=1_021)):
        spoilt = bytearray(whole)
        spoilt[place] ^= 1
        (used / "counter.db").write_bytes(spoilt)
        found, sound = looked_into(used)
        assert found in (before, "store.damaged")
        assert not sound


def test_a_second_counter_on_the_same_store_is_refused(used):
    store = opened(used)
    assert refusal(used) == "store.busy"
    accept(store, 2)
    store.close()
