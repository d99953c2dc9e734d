"""The store file: encrypted, its owner's alone, for one process, never opened with another key."""

import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from fakes import CARD, MORNING, audit_lines, everything_in, item, open_store, summary

from counter_app.errors import StoreError
from counter_app.ports import AuditEntry, Lease, NumberBlock
from counter_app.store.local_store import LocalStore
from counter_app.store.vault import STORE_KEY, KeyFileVault

ROOT = Path(__file__).resolve().parents[2]


class Memory:
    """A vault in memory."""

    def __init__(self, **secrets):
        self.secrets = {name.replace("_", "-"): secret for name, secret in secrets.items()}

    def get(self, name):
        return self.secrets.get(name)

    def put(self, name, secret):
        self.secrets[name] = secret


def refused(folder, vault):
    with pytest.raises(StoreError) as told:
        LocalStore(folder, vault)
    return told.value.code


def test_nothing_personal_can_be_read_in_the_files(tmp_path):
    store = open_store(tmp_path)
    store.keep_item(item(CARD, name="看得见的事项"), MORNING)
    files = [file for file in tmp_path.iterdir() if file.name != "keys.json"]
    for content in (file.read_bytes() for file in files):
        assert "看得见的事项".encode() not in content
        assert b"SQLite format" not in content
    store.close()


def test_only_its_owner_may_read_it(tmp_path):
    store = open_store(tmp_path / "data")
    store.keep_item(item(CARD), MORNING)
    for file in (tmp_path / "data").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    store.close()


def test_what_was_kept_is_there_after_closing(tmp_path):
    store = open_store(tmp_path)
    store.keep_item(item(CARD), MORNING)
    store.close()
    store.close()
    store = open_store(tmp_path)
    assert store.kept_items() == (summary(item(CARD)),)
    assert store.sound()
    store.close()


def test_each_store_has_its_own_key(tmp_path):
    keys = []
    for name in "ab":
        open_store(tmp_path / name).close()
        keys.append(KeyFileVault(tmp_path / name / "keys.json").get(STORE_KEY))
    assert keys[0] != keys[1]
    assert {len(key) for key in keys} == {32}


def test_another_key_is_found_out_without_the_fingerprint_too(tmp_path):
    """And leaves none of itself, so that the right key still opens the store afterwards."""
    right = Memory()
    LocalStore(tmp_path, right).close()
    (tmp_path / "counter.check").unlink()
    assert refused(tmp_path, Memory(store_key=b"\x01" * 32)) in ("store.wrong_key", "store.damaged")
    LocalStore(tmp_path, right).close()
    assert refused(tmp_path, Memory(store_key=b"\x01" * 32)) == "store.wrong_key"


def test_a_file_that_is_no_store_is_damaged(tmp_path):
    vault = Memory()
    LocalStore(tmp_path, vault).close()
    (tmp_path / "counter.db").write_bytes(b"\x00" * 8192)
    assert refused(tmp_path, vault) == "store.damaged"


def test_a_store_of_a_later_program_is_not_touched(tmp_path):
    vault = Memory()
    store = LocalStore(tmp_path, vault)
    with store._database.reading() as connection:
        connection.execute("PRAGMA user_version = 99")
    store.close()
    before = (tmp_path / "counter.db").read_bytes()
    assert refused(tmp_path, vault) == "store.damaged"
    assert (tmp_path / "counter.db").read_bytes() == before


SECOND = """
import sys
from datetime import timedelta
from pathlib import Path
from counter_app.errors import StoreError
from counter_app.store.local_store import LocalStore
from counter_app.store.vault import KeyFileVault

folder = Path(sys.argv[1])
try:
    LocalStore(folder, KeyFileVault(folder / "keys.json")).close()
except StoreError as error:
    print(error.code)
else:
    print("opened")
"""


def test_a_second_program_on_the_same_folder_is_busy_and_gets_in_afterwards(tmp_path):
    def second():
        done = subprocess.run(
            [sys.executable, "-c", SECOND, str(tmp_path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout.strip()

    store = open_store(tmp_path)
    assert second() == "store.busy"
    store.keep_item(item(CARD), MORNING)
    store.close()
    assert second() == "opened"


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("x")
    assert refused(tmp_path / "file" / "data", Memory()) == "store.unwritable"


def test_a_vault_that_cannot_be_reached_lets_go_of_the_folder(tmp_path):
    class Gone(Memory):
        def get(self, name):
            raise StoreError("store.no_keyring")

    assert refused(tmp_path, Gone()) == "store.no_keyring"
    LocalStore(tmp_path, Memory()).close()


def test_a_closed_store_says_so(tmp_path):
    store = open_store(tmp_path)
    store.close()
    for ask in (store.kept_items, store.outbox, lambda: store.keep_item(item(CARD), MORNING)):
        with pytest.raises(StoreError) as told:
            ask()
        assert told.value.code == "store.unwritable"


def test_one_newly_made_store_has_every_table_and_nothing_in_them(tmp_path):
    store = open_store(tmp_path)
    counts = everything_in(store)
    assert {"cases", "outgoing", "paper", "audit", "number", "block", "item"} <= set(counts)
    assert set(counts.values()) == {0}
    store.close()


class Restored:
    """A counter whose store is put back to a backup, with the keyring as it is now."""

    def __init__(self, folder):
        self.folder = folder
        self.vault = Memory()
        self.store = LocalStore(folder, self.vault)
        self.store.add_block(NumberBlock("b", "03", tuple("123456")), MORNING)
        self.taken()
        self.store.close()
        self.backup = (folder / "counter.db").read_bytes()
        self.store = LocalStore(folder, self.vault)

    def taken(self):
        with self.store.transaction() as transaction:
            number = transaction.take_number("03")
            transaction.add_audit(AuditEntry(MORNING, "clerk-1", "03", "accept", "x", "accepted"))
        return number

    def put_back(self):
        self.store.close()
        (self.folder / "counter.db").write_bytes(self.backup)
        self.store = LocalStore(self.folder, self.vault)
        return self.store


def test_after_a_store_was_put_back_no_number_is_used_twice(tmp_path):
    """The numbers it holds as free may stand on papers already: the rest of its block goes."""
    counter = Restored(tmp_path)
    assert counter.taken() == "2"
    store = counter.put_back()
    assert store.numbers_left("03") == 0
    assert counter.taken() is None
    assert audit_lines(store)[1] == ("give_up_numbers", "store", "put_back")
    assert audit_lines(store, "detail")[1] == ("numbers=5",)
    assert not store.verify_audit().intact, "that it was put back stays visible"
    store.add_block(NumberBlock("c", "03", ("7", "8")), MORNING)
    assert counter.taken() == "7"
    store.close()


def test_a_lease_under_way_in_a_store_that_was_put_back_is_given_up_too(tmp_path):
    """Its answer may have been used up since; the same key would give the same block again."""
    counter = Restored(tmp_path)
    counter.store.lease("03", Lease("old-key", 5))
    counter.store.close()
    counter.backup = (tmp_path / "counter.db").read_bytes()
    counter.store = LocalStore(tmp_path, counter.vault)
    counter.taken()
    assert counter.put_back().lease("03", Lease("new-key", 5)).key == "new-key"
    counter.store.close()


class At:
    """A clock that stands."""

    def __init__(self, moment):
        self.moment = moment

    def now(self):
        return self.moment


def provisional(store, day=None):
    with store.transaction() as transaction:
        transaction.add_audit(AuditEntry(MORNING, "clerk-1", "03", "accept", "x", "accepted"))
        return transaction.next_provisional("03", day or MORNING.strftime("%Y%m%d"))


def test_provisional_numbers_of_a_store_that_was_put_back_are_not_given_twice(tmp_path):
    counter = Restored(tmp_path)
    given = [provisional(counter.store) for _ in range(3)]
    for minutes in (30, 45):  # put back twice, in between it gave some
        counter.store.close()
        (tmp_path / "counter.db").write_bytes(counter.backup)
        at = MORNING + timedelta(minutes=minutes)
        counter.store = LocalStore(tmp_path, counter.vault, At(at))
        given += [provisional(counter.store) for _ in range(10)]
    assert len(set(given)) == len(given)
    assert provisional(counter.store, "20300102") == "L-03-20300102-0001"
    counter.store.close()


def test_a_store_that_was_not_put_back_keeps_its_numbers(tmp_path):
    counter = Restored(tmp_path)
    for expected in "23":
        assert counter.taken() == expected
        counter.store.close()
        counter.store = LocalStore(tmp_path, counter.vault)
    assert counter.store.numbers_left("03") == 3
    assert counter.store.verify_audit().intact
    counter.store.close()
    counter.vault.put("audit-head", b"no head at all")
    counter.store = LocalStore(tmp_path, counter.vault)
    assert counter.store.numbers_left("03") == 3
    counter.store.close()


def test_a_fingerprint_left_of_a_store_that_is_gone_does_not_lock_out_the_next(tmp_path):
    LocalStore(tmp_path, Memory()).close()
    (tmp_path / "counter.db").unlink()
    fresh = Memory()
    for _ in range(2):
        LocalStore(tmp_path, fresh).close()
    assert refused(tmp_path, Memory(store_key=b"\x01" * 32)) == "store.wrong_key"
