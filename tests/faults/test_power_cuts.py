"""The power goes in the middle of writing: what was acknowledged is there afterwards."""

from __future__ import annotations

import random
import shutil

import pytest
from scenes import CALENDAR, SESSION, WINDOW, Clock, cases_in, visit
from size import size
from watched_disk import WatchedDisk

from counter_app.errors import StoreError
from counter_app.ports import NumberBlock
from counter_app.services.acceptance import Acceptance
from counter_app.store.local_store import LocalStore
from counter_app.store.vault import KeyFileVault

CUTS_A_DAY = 25


def opened(folder):
    return LocalStore(folder, KeyFileVault(folder / "keys.json"))


def counter_on(store):
    return Acceptance(store, Clock(), lambda: CALENDAR, "counter-03")


def accept(store, serial):
    case = counter_on(store).accept(visit(serial, Clock().now()), SESSION, online=False)
    return case.id, case.shown_number


def shown(store, case):
    return store.case(case).shown_number


def stocked(folder, numbers=20):
    """A new store with a block of official numbers."""
    store = opened(folder)
    block = tuple(f"99030220261124{serial:07d}" for serial in range(1, numbers + 1))
    store.add_block(NumberBlock("block-1", WINDOW, block), Clock().now())
    return store


class Morning:
    """A counter that accepts one case after another until the power goes at some write.

    `acknowledged` are the cases whose acceptance had returned by then; `before` what an earlier
    life had acknowledged.
    """

    def __init__(self, disk, folder, chance):
        self._disk, self._folder, self._chance = disk, folder, chance
        self._writes_left = chance.randrange(1, 400)
        self.acknowledged = {}
        self.after = None

    def run(self, serial, *, prepare=lambda store: None):
        """Work, and give the folder as the cut left it."""
        self._disk.at_write = self._write
        store = opened(self._folder)
        prepare(store)
        while self.after is None:
            case, number = accept(store, serial)
            if self.after is None:
                self.acknowledged[case] = number
            serial += 1
        self._disk.at_write = None
        store.close()
        return self.after, serial

    def _write(self):
        self._writes_left -= 1
        if self._writes_left == 0:
            self.after = self._folder.with_name(f"{self._folder.name}x")
            self._disk.cut(self._folder, self.after, self._chance)


def small_checkpoints(store):
    """Folding the log into the file often brings cuts into the middle of that too."""
    store._database._connection.execute("PRAGMA wal_autocheckpoint = 12")


@pytest.mark.parametrize("day", range(size(short=1, full=30)))
def test_no_power_cut_takes_an_acknowledged_case(tmp_path, day, record_property):
    seed = random.randrange(1 << 32)
    chance = random.Random(seed)
    acknowledged, serial = {}, 0
    folder = tmp_path / "0"
    stocked(folder).close()
    with WatchedDisk() as disk:
        for life in range(CUTS_A_DAY):
            morning = Morning(disk, folder, chance)
            after, serial = morning.run(serial, prepare=small_checkpoints)
            shutil.rmtree(folder)
            folder = after.rename(tmp_path / str(life + 1))
            acknowledged |= morning.acknowledged
            store = opened(folder)
            lost = [case for case in acknowledged if case not in cases_in(store)]
            assert lost == [], f"seed {seed}, life {life}"
            assert store.verify_audit().intact
            assert store.sound()
            store.close()
    store = opened(folder)
    assert {case: shown(store, case) for case in acknowledged} == acknowledged
    official = [number for number in cases_in(store).values() if number]
    assert len(set(official)) == len(official)
    store.close()
    record_property("power_cuts", CUTS_A_DAY)
    record_property("power_acknowledged", len(acknowledged))
    record_property("power_lost", 0)


def test_a_file_half_folded_in_when_the_power_went_is_sound(tmp_path):
    """The log still has what the file has only half: that is no damage."""
    folder = tmp_path / "counter"
    store = stocked(folder)
    case, _ = accept(store, 1)
    shutil.copytree(folder, tmp_path / "after")
    store.close()
    file = tmp_path / "after" / "counter.db"
    folded, unfolded = (folder / "counter.db").read_bytes(), file.read_bytes()
    assert len(folded) > len(unfolded)
    file.write_bytes(folded[: len(folded) - 2048])
    store = opened(tmp_path / "after")
    assert store.sound()
    assert case in cases_in(store)
    store.close()


@pytest.mark.parametrize("setting", ["OFF", "NORMAL"])
def test_control_a_store_that_does_not_wait_for_the_disk_loses(tmp_path, setting, record_property):
    folder = tmp_path / "counter"
    stocked(folder).close()
    with WatchedDisk() as disk:
        store = opened(folder)
        store._database._connection.execute(f"PRAGMA synchronous = {setting}")
        acknowledged = [accept(store, serial)[0] for serial in range(5)]
        chance = random.Random(0)
        chance.choice = lambda choices: choices[0]  # nothing that was not synced survives
        disk.cut(folder, tmp_path / "after", chance)
        store.close()
    store = opened(tmp_path / "after")
    lost = [case for case in acknowledged if case not in cases_in(store)]
    store.close()
    assert lost
    record_property("control_power_lost", len(lost))


def test_the_first_start_may_be_cut_anywhere(tmp_path):
    """A store that is being made is made again, or is there; it never locks its owner out."""
    for write in range(1, size(short=24, full=120), 1):
        folder = tmp_path / str(write)
        with WatchedDisk() as disk:
            left = [write]

            def count(left=left, disk=disk, folder=folder):
                left[0] -= 1
                if left[0] == 0:
                    disk.cut(folder, folder.with_suffix(".after"), random.Random(left[0]))

            disk.at_write = count
            store = opened(folder)
            disk.at_write = None
            store.close()
        if left[0] > 0:
            break
        store = opened(folder.with_suffix(".after"))
        accept(store, 1)
        store.close()
    assert write > 10


# A disk that is full, or fails


def accept_until_refused(store, acknowledged):
    while True:
        try:
            acknowledged.update([accept(store, len(acknowledged))])
        except StoreError as refusal:
            return refusal.code


def test_a_full_disk_refuses_and_loses_nothing(tmp_path, record_property):
    """Refused is refused: what was not acknowledged is not there either, now or after a start."""
    refused = 0
    for room in range(0, 100_000, size(short=9_973, full=499)):
        folder = tmp_path / str(room)
        stocked(folder).close()
        with WatchedDisk() as disk:
            store = opened(folder)
            acknowledged = dict(accept(store, serial) for serial in range(2))
            disk.room = room
            assert accept_until_refused(store, acknowledged) == "store.full"
            assert cases_in(store).keys() == acknowledged.keys()
            refused += 1
            disk.room = None
            acknowledged.update([accept(store, len(acknowledged))])  # room again: work goes on
            disk.room = 0
            store.close()
            disk.room = None
        store = opened(folder)
        assert {case: shown(store, case) for case in cases_in(store)} == acknowledged
        assert store.verify_audit().intact
        assert store.sound()
        store.close()
    record_property("disk_full_refusals", refused)


def test_a_disk_that_cannot_sync_is_not_believed(tmp_path):
    """After a failed sync nothing is acknowledged, and what was before is there."""
    folder = tmp_path / "counter"
    stocked(folder).close()
    with WatchedDisk() as disk:
        store = opened(folder)
        acknowledged = dict(accept(store, serial) for serial in range(3))
        disk.sync_fails = 1
        with pytest.raises(StoreError) as caught:
            accept(store, 3)
        assert caught.value.code == "store.unwritable"
        assert cases_in(store).keys() == acknowledged.keys()
        acknowledged.update([accept(store, 4)])
        disk.cut(folder, tmp_path / "after", random.Random(1))
        store.close()
    store = opened(tmp_path / "after")
    assert {case: shown(store, case) for case in cases_in(store)} == acknowledged
    store.close()
