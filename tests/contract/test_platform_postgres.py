"""The same behaviour on PostgreSQL, with two platform processes on one database."""

import uuid

import pytest
from platform_client import (
    Client,
    Stream,
    accept_act,
    code_of,
    met,
    side_by_side,
    sign_in,
    sign_in_device,
)
from platform_process import PlatformProcess, run_platform, seeded_database
from postgres_server import database_in, missing, postgres_database
from sqlalchemy import create_engine, func, insert, select, text

from hall_platform.database import PostgresStore, open_store
from hall_platform.exchange.tables import people
from hall_platform.problems import Problem
from hall_platform.settings import Settings

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(bool(missing()), reason=missing() or "server there"),
]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    base = tmp_path_factory.mktemp("postgres")
    return [base / "one", base / "two"]


@pytest.fixture(scope="module")
def database(folders):
    with seeded_database(*folders) as url:
        yield url


@pytest.fixture(scope="module")
def platforms(database, folders):
    """Two processes, one database."""
    running = [PlatformProcess.start(folder, seed=False, db=database) for folder in folders]
    yield running
    for platform in running:
        platform.stop()


@pytest.fixture(scope="module")
def clerks(platforms):
    """Two clerks at each process, at four windows."""
    signed_in = [sign_in(platforms[position % 2], position) for position in range(4)]
    yield signed_in
    for clerk in signed_in:
        clerk.http.close()


def scalar(database, statement, **values):
    engine = create_engine(database.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        value = connection.execute(text(statement), values).scalar_one()
    engine.dispose()
    return value


def test_a_seeded_database_is_not_seeded_again(platforms, database, tmp_path):
    done = run_platform("seed", "--data-dir", tmp_path, "--db", database)
    assert (done.returncode, done.stdout) == (1, "")
    assert "not empty" in done.stderr


@pytest.fixture
def bare_database():
    """Another database, which no platform uses."""
    with postgres_database() as url:
        yield url


def test_of_all_on_one_database_one_is_first_and_after_it_another(bare_database):
    one, other = PostgresStore(bare_database), PostgresStore(bare_database)
    assert [one.is_first(), other.is_first(), one.is_first()] == [True, False, True]
    one.close()
    assert other.is_first()
    other.close()


def test_who_loses_the_server_is_no_longer_first(bare_database):
    store, other = PostgresStore(bare_database), PostgresStore(bare_database)
    assert store.is_first()
    with other.read() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks "
                "WHERE locktype = 'advisory' AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )
    assert not store.is_first()  # noticed
    assert store.is_first()  # and taken again
    store.close()
    other.close()


def test_queries_answer_as_on_sqlite(clerks):
    item = clerks[0].item()
    assert [one["type_name"] for one in clerks[0].licences(item["code"])] == ["不动产权证书"]
    assert len(clerks[0].licences(None)) == 5
    assert len(clerks[0].get("/v1/items?q=%25").json()["items"]) == 0
    first = clerks[0].get("/v1/items?limit=4").json()
    rest = clerks[1].get(f"/v1/items?limit=200&cursor={first['next']}").json()
    everything = clerks[0].get("/v1/items?limit=200").json()["items"]
    assert first["items"] + rest["items"] == everything


def test_of_four_windows_claiming_at_once_exactly_one_gets_it(platforms, clerks):
    known = platforms[0].people["preapplication_codes"]
    for code in [one["code"] for one in known if one["state"] == "checked"][:6]:
        body = {"code": code, "purpose": "受理"}
        one = clerks[0].post("/v1/preapplication-queries", body).json()["preapplications"][0]
        answers = side_by_side([lambda c=c, one=one: c.claim(one) for c in clerks])
        won = [answer for answer in answers if answer.status_code == 200]
        lost = [answer for answer in answers if answer.status_code != 200]
        assert len(won) == 1
        assert {code_of(answer) for answer in lost} == {"claimed-elsewhere"}


def test_no_number_is_doubled_when_eight_lease_at_once(platforms):
    devices = [sign_in_device(platforms[position % 2], "07") for position in range(8)]
    leased = side_by_side([lambda d=d: [d.lease(9) for _ in range(4)] for d in devices])
    numbers = [number for blocks in leased for block in blocks for number in block]
    assert len(numbers) == len(set(numbers)) == 8 * 4 * 9
    for device in devices:
        device.http.close()


def test_one_act_delivered_to_both_processes_at_once_is_one_case(platforms, clerks, database):
    act = accept_act(clerks[0], clerks[0].lease(1)[0])
    devices = [sign_in_device(platforms[position % 2], "03") for position in range(16)]

    def deliver(device: Client):
        for _ in range(500):
            answer = device.accept(act, "both")
            if answer.status_code != 409:
                return answer
            assert code_of(answer) == "in-flight"
        raise AssertionError("never answered")

    answers = side_by_side([lambda d=d: deliver(d) for d in devices])
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    count = "SELECT count(*) FROM cases WHERE id = :case"
    assert scalar(database, count, case=act["case"]) == 1
    changed = {**act, "query_code": "ZZZZ2222"}
    assert code_of(devices[1].accept(changed, "both")) == "idempotency-key-reused"
    for device in devices:
        device.http.close()


def test_one_case_sent_under_many_keys_at_once_is_accepted_once(platforms, clerks, database):
    """Races that only the database's own constraints can settle."""
    act = accept_act(clerks[0], clerks[0].lease(1)[0])
    devices = [sign_in_device(platforms[position % 2], "03") for position in range(8)]
    answers = side_by_side(
        [lambda d=d, n=n: d.accept(act, f"key-{n}") for n, d in enumerate(devices)]
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    refused = [answer for answer in answers if answer.status_code == 409]
    assert {code_of(answer) for answer in refused} == {"case-exists"}
    for device in devices:
        device.http.close()


def test_one_number_for_two_cases_at_once_goes_to_one(platforms, clerks):
    number = clerks[0].lease(1)[0]
    acts = [accept_act(clerks[0], number) for _ in range(6)]
    devices = [sign_in_device(platforms[position % 2], "03") for position in range(6)]
    answers = side_by_side(
        [lambda d=d, a=a: d.accept(a) for d, a in zip(devices, acts, strict=True)]
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert {code_of(a) for a in answers if a.status_code == 409} == {"number-used"}
    for device in devices:
        device.http.close()


def test_a_refused_act_leaves_nothing(clerks, database):
    act = accept_act(clerks[0], clerks[0].lease(1)[0])
    act["materials"] = [met("M01", "identity_card", "", "A")]
    assert code_of(clerks[0].accept(act, "refused")) == "material-missing"
    assert scalar(database, "SELECT count(*) FROM cases WHERE id = :case", case=act["case"]) == 0
    count = "SELECT count(*) FROM idempotency_keys WHERE key = 'refused'"
    assert scalar(database, count) == 0


def test_sign_in_attempts_at_both_processes_count_together(platforms):
    body = {"username": "guessed-at-both", "password": "wrong", "window": "03"}

    def guess(position):
        with Client(platforms[position % 2].url) as client:
            return code_of(client.post("/v1/sessions", body))

    codes = side_by_side([lambda n=n: guess(n) for n in range(8)])
    assert sorted(codes) == ["account-locked"] * 4 + ["sign-in-refused"] * 4


def test_a_session_ended_at_one_process_is_ended_at_the_other(platforms):
    with sign_in(platforms[0]) as clerk:
        there = Client(platforms[1].url, dict(clerk.headers))
        assert there.get("/v1/items").status_code == 200
        assert clerk.request("DELETE", "/v1/sessions/current").status_code == 204
        assert there.get("/v1/items").status_code == 401
        there.http.close()


def test_what_one_process_commits_is_heard_at_the_other_in_order(platforms, clerks):
    """Eight writers at both processes; a listener at each sees every number, in order, once."""
    numbers = clerks[0].lease(40)
    template = accept_act(clerks[0], None)
    devices = [sign_in_device(platforms[position % 2], "03") for position in range(8)]

    def write(place):
        for number in numbers[place::8]:
            act = {**template, "case": str(uuid.uuid4()), "number": number}
            assert devices[place].accept(act).status_code == 201

    kinds = "?kinds=case-accepted"
    with Stream(clerks[0], kinds) as one, Stream(clerks[1], kinds) as other:
        side_by_side([lambda p=place: write(p) for place in range(8)])
        heard = [[stream.next() for _ in numbers] for stream in (one, other)]
    assert heard[0] == heard[1]
    ids = [event["id"] for event in heard[0]]
    assert ids == sorted(set(ids))
    assert sorted(event["body"]["number"] for event in heard[0]) == numbers
    with Stream(clerks[1], kinds, last=ids[29]) as later:
        assert [later.next() for _ in range(10)] == heard[0][30:]
    for device in devices:
        device.http.close()


def test_a_batch_answers_as_on_sqlite(platforms, clerks):
    numbers = clerks[0].lease(20)
    template = accept_act(clerks[0], None)
    acts = []
    for number in [*numbers, numbers[0]]:
        act = {**template, "case": str(uuid.uuid4()), "number": number}
        acts.append({"key": uuid.uuid4().hex, "act": "accept", "body": act})
    with sign_in_device(platforms[1], "03") as device:
        answers = device.post("/v1/sync/batches", {"acts": acts}).json()["answers"]
        again = device.post("/v1/sync/batches", {"acts": acts}).json()["answers"]
    assert [one["status"] for one in answers] == [201] * 20 + [409]
    assert answers[-1]["problem"]["code"] == "number-used"
    assert [one["body"] for one in again] == [one["body"] for one in answers]
    assert [one["replayed"] for one in again] == [True] * 20 + [False]


@pytest.mark.parametrize("encoding", ["EUC_CN", "SQL_ASCII"])
def test_a_database_without_every_character_is_a_sentence(tmp_path, encoding):
    """A rare name would be refused there, or kept as bytes that nobody can search."""
    with database_in(encoding) as url:
        for command in (("serve", "--port", "0"), ("seed",), ("migrate",)):
            done = run_platform(command[0], "--data-dir", tmp_path, "--db", url, *command[1:])
            assert (done.returncode, done.stdout) == (1, "")
            assert encoding in done.stderr
            assert "ENCODING 'UTF8'" in done.stderr
            assert len(done.stderr.splitlines()) == 1


def test_the_environment_does_not_change_what_is_sent(bare_database, monkeypatch):
    monkeypatch.setenv("PGCLIENTENCODING", "EUC_CN")
    store = PostgresStore(bare_database)
    with store.read() as connection:
        assert connection.execute(text("SELECT '㛃𠮷'")).scalar_one() == "㛃𠮷"
    store.close()


def test_what_the_server_cannot_hold_is_refused_and_not_put_off(bare_database, tmp_path):
    """A counter would send it again for ever if the store were said to be away."""
    store = open_store(Settings(tmp_path, bare_database))
    too_much = {
        "NUL": insert(people).values(number="1", kind="resident", name="测\0试", body="{}"),
        "long": insert(people).values(number="1" * 99, kind="resident", name="测", body="{}"),
    }
    for what, statement in too_much.items():
        with pytest.raises(Problem, match="invalid-request"):
            store.write(lambda connection, one=statement: connection.execute(one) and None)
        with store.read() as connection:
            assert connection.execute(select(func.count()).select_from(people)).scalar() == 0, what
    with pytest.raises(Problem, match="invalid-request"), store.read() as connection:
        connection.execute(select(people).where(people.c.number == "\0"))
    store.close()


def test_a_database_that_cannot_be_reached_is_a_sentence(tmp_path):
    url = f"postgresql://hall@/hall?host={tmp_path}"
    done = run_platform("serve", "--data-dir", tmp_path / "data", "--db", url, "--port", "0")
    assert done.returncode == 1
    assert done.stderr.startswith("hall-platform: the store cannot be opened")
    assert "Traceback" not in done.stderr
