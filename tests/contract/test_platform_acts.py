"""Numbers and acceptance over a real socket: refusals, and acts done once."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest
from platform_client import (
    Client,
    accept_act,
    code_of,
    met,
    new_key,
    side_by_side,
    sign_in,
    sign_in_device,
)
from platform_process import PlatformProcess
from store_under_test import opened

LATER = "2027-01-05T10:30:00+08:00"  # than all that is accepted here


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    process = PlatformProcess.start(tmp_path_factory.mktemp("shared") / "platform", clock=LATER)
    yield process
    process.stop()


@pytest.fixture(scope="module")
def clerk(platform):
    with sign_in(platform) as signed_in:
        yield signed_in


def is_kept(platform, act):
    """Whether the store has exactly one case of that act (True), or none (False)."""
    with opened(platform.data_dir) as store:
        counted = store.execute("SELECT count(*) FROM cases WHERE id = ?", (act["case"],))
        found = counted.scalar_one()
    assert found in (0, 1)
    return found == 1


def test_a_number_says_region_day_window_and_serial(platform):
    with sign_in_device(platform, "03") as device:
        numbers = device.lease(3)
    assert [number[:6] for number in numbers] == ["990302"] * 3
    assert [number[14:16] for number in numbers] == ["03"] * 3
    first = int(numbers[0][16:])
    assert [int(number[16:]) for number in numbers] == [first, first + 1, first + 2]
    assert all(len(number) == 21 for number in numbers)


def test_no_number_is_doubled_when_eight_lease_at_once(platform):
    clients = [sign_in_device(platform, window) for window in ("03", "04")] * 4
    clients = [sign_in_device(platform, client.window) for client in clients]
    leased = side_by_side([lambda c=c: [c.lease(13) for _ in range(5)] for c in clients])
    numbers = [number for blocks in leased for block in blocks for number in block]
    assert len(numbers) == len(set(numbers)) == 8 * 5 * 13
    for client in clients:
        client.http.close()


def test_the_same_lease_again_is_the_same_block(clerk):
    assert clerk.lease(5, "block-1") == clerk.lease(5, "block-1")
    assert set(clerk.lease(5, "block-2")).isdisjoint(clerk.lease(5, "block-1"))


@pytest.mark.parametrize(
    "change",
    [
        {"count": 0},
        {"count": 201},
        {"count": "5"},
        {"count": True},
        {"date": "2026-13-01"},
        {"date": "2001-01-01"},
        {"extra": 1},
    ],
)
def test_bad_leases_are_refused(clerk, change):
    body = {"act": "lease-numbers", "window": "03", "count": 5, **change}
    answer = clerk.post("/v1/number-blocks", body, Idempotency_Key=new_key())
    assert (answer.status_code, code_of(answer)) == (422, "invalid-request")


def test_without_an_official_number_the_platform_gives_one(clerk):
    leased = clerk.lease(4)
    act = accept_act(clerk, None)
    receipt = clerk.accept(act).json()
    assert receipt["number"] not in leased
    assert receipt["number"][14:16] == "03"
    case = clerk.get(f"/v1/cases/{act['case']}").json()
    assert case["provisional_number"] == act["provisional_number"]
    bare = accept_act(clerk, None, provisional_number=None)
    assert code_of(clerk.accept(bare)) == "invalid-request"


def test_an_immediate_item_is_due_the_same_day(clerk):
    item = clerk.item("lhjyryshbxcbdj")
    act = accept_act(clerk, clerk.lease(1)[0], item=item["code"], item_version=item["version"])
    act["materials"] = [met("M01", "identity_card", "", "A"), met("M02", "scan", "page", "D")]
    assert clerk.accept(act).json()["due_on"] == "2026-09-30"


@pytest.mark.parametrize(
    ("accepted_at", "due_on", "provisional"),
    [
        ("2026-10-09T09:00:00+08:00", "2026-10-10", False),  # the worked Saturday
        ("2026-09-29T23:30:00+00:00", "2026-10-08", False),  # in the hall it is the 30th
        ("2026-12-31T16:00:00+08:00", "2027-01-01", True),  # a year nobody has announced
    ],
)
def test_due_days_follow_the_announced_calendar(clerk, accepted_at, due_on, provisional):
    act = accept_act(clerk, clerk.lease(1)[0], accepted_at=accepted_at)
    receipt = clerk.accept(act).json()
    assert (receipt["due_on"], receipt["due_provisional"]) == (due_on, provisional)


def test_each_missing_material_is_named_and_nothing_is_kept(platform, clerk):
    number = clerk.lease(1)[0]
    act = accept_act(clerk, number)
    act["materials"] = act["materials"][:1]
    answer = clerk.accept(act, "key-2")
    assert (answer.status_code, code_of(answer)) == (422, "material-missing")
    assert answer.json()["materials"] == ["M02", "M03", "M04"]
    assert not is_kept(platform, act)
    assert clerk.get("/v1/sync/receipts?keys=key-2").json()["unknown"] == ["key-2"]
    whole = accept_act(clerk, number, case=act["case"])
    assert clerk.accept(whole, "key-2").status_code == 201  # refused acts leave their key free


def test_an_upload_counts_only_with_the_preapplication_it_came_with(clerk):
    act = accept_act(clerk, clerk.lease(1)[0])
    act["materials"][2] = met("M03", "upload", "form", "D")
    assert clerk.accept(act).json()["materials"] == ["M03"]
    food = next(one for one in clerk.preapplications() if one["state"] == "to_correct")
    for wrong in (food["id"], str(uuid.uuid4())):
        act["preapplication"] = wrong
        assert code_of(clerk.accept(act)) == "preapplication-unknown"


def test_numbers_count_once_and_only_where_they_were_leased(platform, clerk):
    number = clerk.lease(1)[0]
    assert clerk.accept(accept_act(clerk, number)).status_code == 201
    used = clerk.accept(accept_act(clerk, number))
    assert (used.status_code, code_of(used)) == (409, "number-used")
    with sign_in_device(platform, "04") as other:
        elsewhere = other.lease(1)[0]
    never_leased = number[:-5] + "99999"
    for wrong in (elsewhere, never_leased, "0" * 21):
        answer = clerk.accept(accept_act(clerk, wrong))
        assert (answer.status_code, code_of(answer)) == (422, "number-unknown")


def test_a_case_is_accepted_by_one_act_only(clerk):
    act = accept_act(clerk, clerk.lease(1)[0])
    assert clerk.accept(act, "one").status_code == 201
    twice = clerk.accept(act, "two")
    assert (twice.status_code, code_of(twice)) == (409, "case-exists")
    assert twice.json()["number"] == act["number"]


def test_item_operator_window_and_address_are_held_together(platform, clerk):
    def refused(**changes):
        return code_of(clerk.accept(accept_act(clerk, clerk.lease(1)[0], **changes)))

    with sign_in(platform, 1) as other:
        stolen = {**clerk.operator, "session": other.operator["session"]}
        assert refused(operator=stolen) == "operator-unknown"
        assert refused(operator=other.operator) == "operator-unknown"  # was at another window
    assert refused(item="nothing") == "item-unknown"
    assert refused(item_version=9) == "item-unknown"
    assert refused(window="04") == "other-window"
    act = accept_act(clerk, clerk.lease(1)[0])
    path = f"/v1/cases/{uuid.uuid4()}/acceptance"
    assert code_of(clerk.post(path, act, Idempotency_Key=new_key())) == "invalid-request"


def test_the_device_delivers_what_a_clerk_did_before_going_home(platform):
    with sign_in(platform) as clerk:
        act = accept_act(clerk, clerk.lease(1)[0])
        assert clerk.request("DELETE", "/v1/sessions/current").status_code == 204
    with sign_in_device(platform, "03") as device:
        assert device.accept(act).status_code == 201
    with sign_in_device(platform, "04") as elsewhere:
        assert code_of(elsewhere.accept(act)) == "other-window"


def test_a_replay_is_answered_with_the_same_bytes_and_says_so(platform, clerk):
    act = accept_act(clerk, clerk.lease(1)[0])
    first = clerk.accept(act, "again")
    respelled = json.loads(json.dumps(act, sort_keys=True))
    with sign_in_device(platform, "03") as device:
        second = device.accept(respelled, "again")
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert is_kept(platform, act)


def test_a_key_belongs_to_one_body(clerk):
    act = accept_act(clerk, clerk.lease(1)[0])
    assert clerk.accept(act, "mine").status_code == 201
    changed = {**act, "query_code": "ZZZZ2222"}
    answer = clerk.accept(changed, "mine")
    assert (answer.status_code, code_of(answer)) == (422, "idempotency-key-reused")
    other_operator = {**act, "operator": {**act["operator"], "name": "另一人"}}
    assert code_of(clerk.accept(other_operator, "mine")) == "idempotency-key-reused"


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "a,b", "键".encode().decode("latin-1")])
def test_bad_keys(clerk, key):
    act = accept_act(clerk, clerk.lease(1)[0])
    path = f"/v1/cases/{act['case']}/acceptance"
    answer = clerk.post(path, act, Idempotency_Key=key)
    assert answer.status_code == 400
    assert code_of(answer).startswith("idempotency-key-")
    longest = act["case"].ljust(255, "x")
    assert clerk.post(path, act, Idempotency_Key=longest).status_code == 201


def test_fifty_deliveries_at_once_make_one_case(platform, clerk):
    act = accept_act(clerk, clerk.lease(1)[0])
    clients = [sign_in_device(platform, "03") for _ in range(50)]

    def deliver(client):
        """As a counter does: in flight means ask again."""
        for _ in range(500):
            answer = client.accept(act, "storm")
            if answer.status_code != 409:
                return answer
            assert code_of(answer) == "in-flight"
        raise AssertionError("never answered")

    answers = side_by_side([lambda c=c: deliver(c) for c in clients])
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert is_kept(platform, act)
    for client in clients:
        client.http.close()


def test_in_flight_is_told_while_the_first_is_still_written(platform, clerk):
    act = accept_act(clerk, clerk.lease(1)[0])
    twins = [Client(platform.url, dict(clerk.headers), clerk.session) for _ in range(2)]
    with opened(platform.data_dir) as store, ThreadPoolExecutor(2) as pool:
        store.hold_up_writes("cases")
        sent = [pool.submit(twin.accept, act, "slow") for twin in twins]
        refused = next(as_completed(sent)).result()
        assert (refused.status_code, code_of(refused)) == (409, "in-flight")
        assert refused.headers["retry-after"] == "1"
        store.let_write()
        assert sorted(one.result().status_code for one in sent) == [201, 409]
    assert twins[0].accept(act, "slow").headers["idempotency-replayed"] == "true"
    for twin in twins:
        twin.http.close()
