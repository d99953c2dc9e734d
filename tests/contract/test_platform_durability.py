"""SIGKILL in the middle of writes: what was acknowledged is there, and nothing is doubled."""

import sqlite3
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from platform_client import accept_act, sign_in, sign_in_device
from platform_process import ACCOUNTS, PEOPLE, PlatformProcess, run_platform
from postgres_server import missing, postgres_server
from size import size
from store_under_test import SQLITE, STORE, opened

pytestmark = pytest.mark.timeout(size(short=300, full=3_000))

WRITERS = 4
ACKNOWLEDGED_BEFORE_THE_CUT = 30
EARLY = Path(__file__).parents[1] / "faults" / "early_platform.py"


class Deliveries:
    """Counters that deliver their acts until the platform is gone."""

    def __init__(self, platform, acts):
        self.waiting = list(acts.items())
        self.acknowledged = {}
        self.enough = threading.Event()
        self._guard = threading.Lock()
        self._threads = [
            threading.Thread(target=self._deliver, args=(platform,)) for _ in range(WRITERS)
        ]
        for thread in self._threads:
            thread.start()

    def _deliver(self, platform):
        with sign_in_device(platform, "03") as device:
            while True:
                with self._guard:
                    if not self.waiting:
                        return
                    key, act = self.waiting.pop()
                try:
                    answer = device.accept(act, key)
                except requests.RequestException:
                    return
                assert answer.status_code == 201, answer.text
                with self._guard:
                    self.acknowledged[key] = answer.json()
                    if len(self.acknowledged) >= ACKNOWLEDGED_BEFORE_THE_CUT:
                        self.enough.set()

    def join(self):
        for thread in self._threads:
            thread.join(30)


def cut_once(platform, acts):
    """Deliver and kill in the middle; what was acknowledged."""
    deliveries = Deliveries(platform, acts)
    assert deliveries.enough.wait(60)
    platform.kill()
    deliveries.join()
    assert len(deliveries.acknowledged) < len(acts)  # it was in the middle
    return deliveries.acknowledged


def fresh_acts(platform, count=120):
    """Acceptances to be delivered, by their keys."""
    with sign_in(platform) as clerk:
        template = accept_act(clerk, None)
        return {f"act-{number}": accept_case(template, number) for number in clerk.lease(count)}


def lost_of(platform, acknowledged):
    """Keys whose receipt does not read back as it was given."""
    keys, kept = list(acknowledged), {}
    with sign_in_device(platform, "03") as device:
        for start in range(0, len(keys), 100):
            page = ",".join(keys[start : start + 100])
            answer = device.get(f"/v1/sync/receipts?keys={page}").json()
            kept |= {receipt["key"]: receipt for receipt in answer["receipts"]}
    return [key for key in keys if kept.get(key) != acknowledged[key]]


def check(platform, acts, acknowledged):
    """Every acknowledged receipt reads back; sending everything again makes each case once."""
    assert lost_of(platform, acknowledged) == []
    with sign_in_device(platform, "03") as device:
        for key, act in acts.items():
            answer = device.accept(act, key)
            assert answer.status_code == 201
            assert key not in acknowledged or "idempotency-replayed" in answer.headers


def test_every_acknowledged_case_survives_a_kill(tmp_path, record_property):
    platform = PlatformProcess.start(tmp_path / "platform")
    rounds, everything, count = size(short=3, full=100), {}, 0
    try:
        for _ in range(rounds):
            acts = fresh_acts(platform)
            acknowledged = cut_once(platform, acts)
            platform = platform.restarted()
            check(platform, acts, acknowledged)
            everything |= acts
            count += len(acknowledged)
    finally:
        platform.stop()
    mine = {act["case"]: act["number"] for act in everything.values()}
    with opened(platform.data_dir) as store:
        if STORE == SQLITE:
            assert store.execute("PRAGMA integrity_check").scalar_one() == "ok"
        rows = store.execute("SELECT id, number FROM cases")
        found = {row.id: row.number for row in rows}
    assert {case: found.get(case) for case in mine} == mine
    record_property("platform_kills", rounds)
    record_property("platform_acknowledged", count)


@pytest.mark.sqlite
def test_the_kill_test_sees_a_platform_that_acknowledges_too_early(tmp_path):
    """The control: answered before the commit, killed, and the test says what is lost."""
    early = PlatformProcess.start(tmp_path / "platform", program=EARLY)
    acknowledged = cut_once(early, fresh_acts(early))
    platform = early.restarted()
    try:
        assert lost_of(platform, acknowledged) != []
    finally:
        platform.stop()


@pytest.mark.postgres
@pytest.mark.skipif(bool(missing()), reason=missing() or "server there")
def test_every_acknowledged_case_survives_a_kill_of_one_of_two_workers(tmp_path, record_property):
    """On PostgreSQL: one process dies under its writes, the other knows all of them at once."""
    rounds, count = size(short=2, full=25), 0
    with postgres_server(durable=True) as url, two_workers(tmp_path, url) as (dying, staying):
        for _ in range(rounds):
            acts = fresh_acts(staying)
            acknowledged = cut_once(dying, acts)
            check(staying, acts, acknowledged)
            count += len(acknowledged)
            dying = PlatformProcess.start(dying.data_dir, seed=False, db=url)
        dying.stop()
    record_property("platform_kills", rounds)
    record_property("platform_acknowledged", count)


@contextmanager
def two_workers(tmp_path, url):
    """Two platform processes on one database."""
    folders = [tmp_path / "one", tmp_path / "two"]
    seeded = run_platform(
        *("seed", "--data-dir", folders[0], "--db", url),
        *("--accounts", folders[0] / ACCOUNTS, "--people", folders[0] / PEOPLE),
    )
    assert seeded.returncode == 0, seeded.stderr
    folders[1].mkdir()
    for name in (ACCOUNTS, PEOPLE):
        (folders[1] / name).write_bytes((folders[0] / name).read_bytes())
    workers = [PlatformProcess.start(folder, seed=False, db=url) for folder in folders]
    try:
        yield workers
    finally:
        workers[1].stop()
        workers[0].stop()


def accept_case(template, number):
    import uuid

    return {
        **template,
        "case": str(uuid.uuid4()),
        "number": number,
        "provisional_number": None,
        "paper": {**template["paper"], "number": f"{number}-SL"},
    }


@pytest.mark.sqlite
def test_an_acknowledged_case_survives_a_torn_end_of_the_log(tmp_path):
    """Frames after the last commit, cut anywhere, take nothing acknowledged with them."""
    platform = PlatformProcess.start(tmp_path / "platform")
    with sign_in(platform) as clerk:
        acts = [accept_act(clerk, number) for number in clerk.lease(6)]
        for act in acts[:5]:
            assert clerk.accept(act).status_code == 201
        wal = Path(f"{platform.database_path}-wal")
        acknowledged = wal.stat().st_size
        assert clerk.accept(acts[5]).status_code == 201
    platform.kill()
    written = wal.read_bytes()
    main = platform.database_path.read_bytes()
    assert len(written) > acknowledged
    for end in range(acknowledged, len(written), size(short=1_500, full=150)):
        torn = tmp_path / f"torn-{end}"
        torn.mkdir()
        (torn / "platform.sqlite").write_bytes(main)
        (torn / "platform.sqlite-wal").write_bytes(written[:end])
        database = sqlite3.connect(torn / "platform.sqlite")
        kept = {row[0] for row in database.execute("SELECT id FROM cases")}
        database.close()
        assert kept >= {act["case"] for act in acts[:5]}


@pytest.mark.sqlite
@pytest.mark.parametrize("share", [0.25, 0.75])
def test_the_torn_log_test_sees_a_loss(tmp_path, share):
    """The control: cutting into what was acknowledged does lose it."""
    platform = PlatformProcess.start(tmp_path / "platform")
    with sign_in(platform) as clerk:
        acts = [accept_act(clerk, number) for number in clerk.lease(4)]
        for act in acts:
            assert clerk.accept(act).status_code == 201
    platform.kill()
    wal = Path(f"{platform.database_path}-wal")
    wal.write_bytes(wal.read_bytes()[: int(wal.stat().st_size * share)])
    database = sqlite3.connect(platform.database_path)
    kept = {row[0] for row in database.execute("SELECT id FROM cases")}
    database.close()
    accepted = {act["case"] for act in acts}
    assert kept & accepted < accepted
