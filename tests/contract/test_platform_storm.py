"""Eight clients send one act again and again, singly and in batches, after sign-outs: one case."""

import pytest
from hall_fixtures import BOTH_STORES
from platform_client import accept_act, code_of, new_key, side_by_side, sign_in, sign_in_device
from platform_process import PlatformProcess, seeded_database
from size import FULL, size
from store_under_test import settings_of

from hall_platform.database import open_store
from hall_platform.settings import Settings

pytestmark = pytest.mark.timeout(1_800 if FULL else 300)

CLIENTS = 8
SENDINGS = size(short=160, full=1_000)


@pytest.fixture(params=BOTH_STORES)
def platforms(request, tmp_path):
    """One process on SQLite, two on PostgreSQL, and the settings of their store."""
    if request.param == "sqlite":
        platform = PlatformProcess.start(tmp_path / "platform")
        yield [platform], settings_of(platform.data_dir)
        platform.stop()
        return
    folders = [tmp_path / "one", tmp_path / "two"]
    with seeded_database(*folders) as url:
        running = [PlatformProcess.start(folder, seed=False, db=url) for folder in folders]
        yield running, Settings(tmp_path / "looking", url)
        for platform in running:
            platform.stop()


def test_a_thousand_sendings_of_one_act_are_one_case(platforms, record_property):
    running, settings = platforms
    with sign_in(running[0]) as clerk:
        act = accept_act(clerk, clerk.lease(1)[0])
        assert clerk.request("DELETE", "/v1/sessions/current").status_code == 204
    key = new_key()

    def storm(place):
        """Singly, in a batch with another act, and signed in anew now and then."""
        receipts, replays = [], 0
        device = sign_in_device(running[place % len(running)], "03")
        for turn in range(SENDINGS // CLIENTS):
            if turn % 10 == 9:
                assert device.request("DELETE", "/v1/sessions/current").status_code == 204
                device.http.close()
                device = sign_in_device(running[(place + turn) % len(running)], "03")
            receipt, replayed = singly(device) if turn % 2 else batched(device)
            if receipt is not None:
                receipts.append(receipt)
                replays += replayed
        device.http.close()
        return receipts, replays

    def singly(device):
        answer = device.accept(act, key)
        if answer.status_code == 409:
            assert code_of(answer) == "in-flight"
            return None, False
        assert answer.status_code == 201, answer.text
        return answer.json(), "idempotency-replayed" in answer.headers

    def batched(device):
        other = {"act": "lease-numbers", "window": "03", "count": 1}
        acts = [
            {"key": new_key(), "act": "lease-numbers", "body": other},
            {"key": key, "act": "accept", "body": act},
        ]
        answers = device.post("/v1/sync/batches", {"acts": acts}).json()["answers"]
        assert answers[0]["status"] == 201
        if answers[1]["status"] == 409:
            assert answers[1]["problem"]["code"] == "in-flight"
            return None, False
        assert answers[1]["status"] == 201
        return answers[1]["body"], answers[1]["replayed"]

    told = side_by_side([lambda p=place: storm(p) for place in range(CLIENTS)])
    receipts = [receipt for some, _ in told for receipt in some]
    assert all(receipt == receipts[0] for receipt in receipts)
    assert sum(replays for _, replays in told) == len(receipts) - 1  # once it was not a replay
    for platform in running:
        platform.stop()
    assert counted(settings, act["case"]) == (1, 1, 1)
    record_property("same_act_sent", SENDINGS)


def counted(settings, case):
    """Cases, receipts of acceptance under keys, and events of the case."""
    from sqlalchemy import func, select

    from hall_platform.business.tables import cases
    from hall_platform.events.tables import events
    from hall_platform.sync.tables import idempotency_keys

    store = open_store(settings)
    try:
        with store.read() as connection:
            return tuple(
                connection.execute(
                    select(func.count()).select_from(table).where(condition)
                ).scalar_one()
                for table, condition in (
                    (cases, cases.c.id == case),
                    (idempotency_keys, idempotency_keys.c.answer.contains(case)),
                    (events, (events.c.subject == case) & (events.c.kind == "case-accepted")),
                )
            )
    finally:
        store.close()


def test_the_test_would_see_a_second_case(platforms):
    """The control: under another key each time, the case is still one, the sendings are refused."""
    running, _ = platforms
    with sign_in(running[0]) as clerk:
        act = accept_act(clerk, clerk.lease(1)[0])
        answers = [clerk.accept(act) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [201, 409, 409]
        other = accept_act(clerk, clerk.lease(1)[0])
        receipt = clerk.accept(other).json()
        assert receipt["case"] != act["case"]
        assert receipt["duplicate_of"] == [act["number"]]  # only flagged: a person decides
