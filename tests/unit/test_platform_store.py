"""The store: durable when it answers, one writer, groups, and acts done once."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, insert, select
from store_under_test import settings_of

from hall_platform.clock import SystemClock
from hall_platform.database import StoreUnusable, open_store
from hall_platform.exchange.tables import people
from hall_platform.idempotency import Once, OnceOnly, canonical, fingerprint
from hall_platform.identity import passwords
from hall_platform.problems import Problem
from hall_platform.settings import Settings

NOW = SystemClock().now()


@pytest.fixture
def store(tmp_path):
    opened = open_store(settings_of(tmp_path / "data"))
    yield opened
    opened.close()


def person(number):
    return insert(people).values(number=number, kind="resident", name="测", body="{}")


def once(key, body_fingerprint, work, subject=""):
    return Once("990302", "99030201", key, body_fingerprint, "accept", subject, NOW, work)


def count(store):
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(people)).scalar_one()


@pytest.mark.sqlite
def test_sqlite_is_set_to_survive_a_power_cut(store):
    pragmas = store.write(
        lambda connection: [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    )
    assert pragmas == ["wal", 2, 1]


@pytest.mark.sqlite
def test_a_write_is_on_disk_when_it_answers(store, tmp_path):
    store.write(lambda connection: connection.execute(person("1")) and None)
    other = sqlite3.connect(tmp_path / "data" / "platform.sqlite")
    assert other.execute("SELECT count(*) FROM people").fetchone() == (1,)
    other.close()


def test_a_refused_write_leaves_nothing_and_spoils_no_neighbour(store):
    """Writes that share a commit do not share a failure."""
    gate = threading.Event()

    def held(connection):
        gate.wait(10)  # lets the others pile up into one group behind it
        connection.execute(person("held"))

    def refused(connection):
        connection.execute(person("refused"))
        raise Problem("not-found")

    def doubled(connection):
        connection.execute(person("good-0"))

    with ThreadPoolExecutor(40) as pool:
        first = pool.submit(store.write, held)
        good = [
            pool.submit(store.write, lambda c, n=n: c.execute(person(f"good-{n}")) and n)
            for n in range(20)
        ]
        bad = [pool.submit(store.write, refused) for _ in range(10)]
        gate.set()
        first.result()
        assert [future.result() for future in good] == list(range(20))
        for future in bad:
            with pytest.raises(Problem, match="not-found"):
                future.result()
    with pytest.raises(Problem, match="store-unavailable"):
        store.write(doubled)
    assert count(store) == 21


def test_any_exception_of_the_work_comes_out_and_the_writer_lives_on(store):
    def broken(connection):
        connection.execute(person("x"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.write(broken)
    store.write(lambda connection: connection.execute(person("y")) and None)
    assert count(store) == 1


@pytest.mark.sqlite
def test_a_second_process_on_the_same_data_is_refused(store, tmp_path):
    with pytest.raises(StoreUnusable, match="another platform process"):
        open_store(Settings(data_dir=tmp_path / "data"))


@pytest.mark.sqlite
def test_a_closed_store_refuses_and_frees_the_data(tmp_path):
    settings = Settings(data_dir=tmp_path / "data")
    store = open_store(settings)
    store.close()
    with pytest.raises(Problem, match="store-unavailable"):
        store.write(lambda connection: None)
    open_store(settings).close()


@pytest.mark.sqlite
def test_a_file_that_is_no_database_is_a_sentence(tmp_path):
    (tmp_path / "platform.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreUnusable, match="cannot be opened"):
        open_store(Settings(data_dir=tmp_path))


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "sqlite:///x"])
def test_only_postgresql_urls_are_taken(tmp_path, url):
    with pytest.raises(StoreUnusable, match="postgresql://"):
        open_store(Settings(data_dir=tmp_path, db=url))


def test_the_fingerprint_is_over_values_not_spelling():
    one = {"b": 1, "a": ["测", None, True]}
    other = {"a": ["\u6d4b", None, True], "b": 1}
    assert fingerprint(one) == fingerprint(other)
    assert canonical(one) == '{"a":["测",null,true],"b":1}'.encode()
    assert fingerprint({"b": 2, "a": ["测", None, True]}) != fingerprint(one)
    # SHA-256 of the two bytes {} , by an independent tool
    empty = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert fingerprint({}) == empty


def test_an_act_happens_once_and_is_answered_alike(store):
    acts = OnceOnly(store)
    done = []

    def work(connection):
        done.append(connection.execute(person("1")))
        return 201, {"number": 7}

    first = acts.perform(once("k", "f", work))
    second = acts.perform(once("k", "f", work))
    assert (first.status, first.answer, first.replayed) == (201, '{"number":7}', False)
    assert (second.status, second.answer, second.replayed) == (201, '{"number":7}', True)
    assert len(done) == 1
    with pytest.raises(Problem, match="idempotency-key-reused"):
        acts.perform(once("k", "other", work))
    with pytest.raises(Problem, match="idempotency-key-reused"):
        acts.perform(once("k", "f", work, subject="another"))


def test_a_refused_act_leaves_its_key_free(store):
    acts = OnceOnly(store)

    def refuse(connection):
        connection.execute(person("1"))
        raise Problem("material-missing")

    with pytest.raises(Problem, match="material-missing"):
        acts.perform(once("k", "f", refuse))
    assert count(store) == 0
    assert not acts.perform(once("k", "f", lambda _: (201, {}))).replayed


def test_the_same_key_side_by_side_is_in_flight(store):
    acts = OnceOnly(store)
    entered, leave = threading.Event(), threading.Event()

    def slow(connection):
        entered.set()
        leave.wait(10)
        return 201, {}

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(acts.perform, once("k", "f", slow))
        assert entered.wait(10)
        with pytest.raises(Problem, match="in-flight") as refusal:
            acts.perform(once("k", "f", slow))
        assert refusal.value.headers["Retry-After"] == "1"
        leave.set()
        assert not first.result().replayed
    assert acts.perform(once("k", "f", slow)).replayed


def test_a_name_nobody_has_costs_as_much_as_one_somebody_has():
    assert passwords.is_current(passwords.NOBODY)
    assert passwords.is_current(passwords.hashed("x"))
    assert not passwords.fits("", None)
    assert passwords.fits("测试", passwords.hashed("测试"))
