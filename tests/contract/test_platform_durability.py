"""SIGKILL in the middle of writes: what was acknowledged is there, and nothing is doubled."""

import sqlite3
import threading
from pathlib import Path

import pytest
import requests
from platform_client import accept_act, sign_in, sign_in_device
from platform_process import PlatformProcess
from size import size

WRITERS = 4
ACKNOWLEDGED_BEFORE_THE_CUT = 30


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


def cut_once(platform, act_of, numbers):
    """Deliver, kill in the middle; the acts, what was acknowledged, and the platform after."""
    acts = {f"act-{number}": act_of(number) for number in numbers}
    deliveries = Deliveries(platform, acts)
    assert deliveries.enough.wait(60)
    platform.kill()
    deliveries.join()
    return acts, deliveries.acknowledged, platform.restarted()


def check(platform, acts, acknowledged):
    """Every acknowledged receipt reads back; sending everything again makes each case once."""
    keys = list(acts)
    with sign_in_device(platform, "03") as device:
        kept = {}
        for start in range(0, len(keys), 100):
            page = ",".join(keys[start : start + 100])
            answer = device.get(f"/v1/sync/receipts?keys={page}").json()
            kept |= {receipt["key"]: receipt for receipt in answer["receipts"]}
        lost = [key for key in acknowledged if kept.get(key) != acknowledged[key]]
        assert lost == []
        for key, act in acts.items():
            answer = device.accept(act, key)
            assert answer.status_code == 201
            assert ("idempotency-replayed" in answer.headers) is (key in kept)


def test_every_acknowledged_case_survives_a_kill(tmp_path, record_property):
    platform = PlatformProcess.start(tmp_path / "platform")
    seeded = {case["number"] for case in platform.people["cases"]}
    rounds, everything, count = size(short=3, full=25), {}, 0
    try:
        for _ in range(rounds):
            with sign_in(platform) as clerk:
                numbers = clerk.lease(120)
                template = accept_act(clerk, None)
                fresh = iter([accept_case(template, number) for number in numbers])
            acts, acknowledged, platform = cut_once(platform, lambda _, f=fresh: next(f), numbers)
            assert len(acknowledged) < len(acts)  # it was in the middle
            check(platform, acts, acknowledged)
            everything |= acts
            count += len(acknowledged)
    finally:
        platform.stop()
    database = sqlite3.connect(platform.database_path)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    numbers = [row[0] for row in database.execute("SELECT number FROM cases")]
    database.close()
    made = [number for number in numbers if number not in seeded]
    assert sorted(made) == sorted(act["number"] for act in everything.values())
    record_property("platform_kills", rounds)
    record_property("platform_acknowledged", count)


def accept_case(template, number):
    import uuid

    return {**template, "case": str(uuid.uuid4()), "number": number, "provisional_number": None}


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
    assert kept < {act["case"] for act in acts}
