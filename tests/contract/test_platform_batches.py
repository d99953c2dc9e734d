"""Acts in batches: each answered for itself, and as its own route would."""

import uuid

import pytest
from platform_client import accept_act, code_of, met, new_key, side_by_side, sign_in, sign_in_device
from platform_process import PlatformProcess

from hall_platform.idempotency import fingerprint


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    process = PlatformProcess.start(tmp_path_factory.mktemp("batches") / "platform")
    yield process
    process.stop()


@pytest.fixture
def clerk(platform):
    with sign_in(platform) as signed_in:
        yield signed_in


@pytest.fixture
def device(platform):
    with sign_in_device(platform, "03") as signed_in:
        yield signed_in


def batched(key, body, **others):
    return {"key": key, "act": body["act"], "body": body, **others}


def send(device, *acts):
    answer = device.post("/v1/sync/batches", {"acts": list(acts)})
    assert answer.status_code == 200, answer.text
    return answer.json()["answers"]


def test_a_hundred_acts_at_once(clerk, device):
    numbers = clerk.lease(100)
    template = accept_act(clerk, None)
    acts = [
        batched(new_key(), {**template, "case": str(uuid.uuid4()), "number": number})
        for number in numbers
    ]
    answers = send(device, *acts)
    assert [one["key"] for one in answers] == [one["key"] for one in acts]
    assert {one["status"] for one in answers} == {201}
    assert [one["body"]["number"] for one in answers] == numbers
    read = device.get("/v1/sync/receipts?keys=" + ",".join(one["key"] for one in acts)).json()
    assert [one["body_sha256"] for one in read["done"]] == [fingerprint(a["body"]) for a in acts]
    assert read["receipts"] == [one["body"] for one in answers]
    assert all(one["replayed"] for one in send(device, *acts))


def test_the_single_and_the_batch_route_know_a_key_alike(clerk, device):
    act = accept_act(clerk, clerk.lease(1)[0])
    single = clerk.accept(act, "alike-1").json()
    (again,) = send(device, batched("alike-1", act))
    assert (again["status"], again["replayed"], again["body"]) == (201, True, single)
    other = accept_act(clerk, clerk.lease(1)[0])
    (first,) = send(device, batched("alike-2", other))
    replay = clerk.accept(other, "alike-2")
    assert replay.headers["Idempotency-Replayed"] == "true"
    assert replay.json() == first["body"]
    (reused,) = send(device, batched("alike-2", act))
    assert (reused["status"], reused["problem"]["code"]) == (422, "idempotency-key-reused")


def test_a_refused_act_touches_no_other(clerk, device):
    good = accept_act(clerk, clerk.lease(1)[0])
    missing = accept_act(clerk, clerk.lease(1)[0])
    missing["materials"] = [met("M01", "identity_card", "", "A")]
    elsewhere = {**good, "case": str(uuid.uuid4()), "window": "04"}
    answers = send(
        device,
        batched(new_key(), missing),
        batched(new_key(), good),
        batched(new_key(), elsewhere),
        batched("not a key", good),
        {"key": new_key(), "act": "nonsense", "body": {}},
        batched(new_key(), {**good, "surprise": 1}),
        {"key": new_key(), "act": "lease-numbers", "body": good},
        batched(new_key(), good, subject=str(uuid.uuid4())),
        batched(new_key(), good, subject="not a case"),
        batched(new_key(), {"act": "lease-numbers", "window": "03", "count": 1}, subject="x"),
    )
    codes = [one["problem"]["code"] if one["problem"] else one["status"] for one in answers]
    invalid = "invalid-request"
    assert codes == [
        *("material-missing", 201, "other-window", "idempotency-key-invalid"),
        *(invalid, invalid, invalid, invalid, invalid, invalid),
    ]
    assert answers[0]["problem"]["materials"] == ["M02", "M03", "M04"]
    where = [one["problem"]["errors"][0]["where"] for one in answers[4:]]
    assert where[0] == "act"
    assert where[1] == "body.surprise"
    assert where[3:] == ["body.case", "subject", "subject"]


def test_one_key_twice_in_a_batch_is_one_act(clerk, device):
    act = accept_act(clerk, clerk.lease(1)[0])
    answers = send(device, batched("twice", act), batched("twice", act))
    assert answers[0]["status"] == 201
    assert answers[1]["problem"]["code"] == "in-flight"
    assert answers[1]["problem"]["retry_after"] == 1
    assert send(device, batched("twice", act))[0]["body"] == answers[0]["body"]


def test_what_only_a_person_may_do_no_device_delivers(clerk, device):
    one = next(one for one in clerk.preapplications() if one["state"] == "checked")
    body = {"act": "claim", "operator": clerk.operator, "window": "03"}
    (answer,) = send(device, batched(new_key(), body, subject=one["id"], if_match=one["etag"]))
    assert answer["problem"]["code"] == "not-allowed"


def test_an_act_of_an_operator_without_the_role_is_not_delivered(platform, clerk, device):
    """The head of the hall signed in at the window all the same, but accepts nothing."""
    from platform_client import sign_in_as

    account = next(one for one in platform.accounts["staff"] if one["username"] == "head")
    with sign_in_as(platform, {**account, "window": "03"}) as head:
        act = accept_act(clerk, clerk.lease(1)[0], operator=head.operator)
    (answer,) = send(device, batched(new_key(), act))
    assert (answer["status"], answer["problem"]["code"]) == (403, "not-allowed")


def test_the_bounds_of_a_batch(clerk, device):
    lease = {"act": "lease-numbers", "window": "03", "count": 1}
    for acts in ([], [batched(new_key(), lease) for _ in range(101)]):
        answer = device.post("/v1/sync/batches", {"acts": acts})
        assert code_of(answer) == "invalid-request"
    assert code_of(clerk.post("/v1/sync/batches", {"acts": []})) == "not-allowed"


def test_eight_devices_sending_one_act_singly_and_in_batches_make_one_case(platform, clerk):
    act = accept_act(clerk, clerk.lease(1)[0])
    devices = [sign_in_device(platform, "03") for _ in range(8)]

    def deliver(place):
        found = []
        for turn in range(20):
            if (place + turn) % 2:
                (one,) = send(devices[place], batched("everyone", act))
                found.append((one["status"], one["body"] or one["problem"]["code"]))
            else:
                answer = devices[place].accept(act, "everyone")
                body = answer.json()
                found.append((answer.status_code, body.get("code", body)))
        return found

    answers = side_by_side([lambda p=place: deliver(p) for place in range(8)])
    seen = [one for found in answers for one in found]
    receipts = [body for status, body in seen if status == 201]
    assert all(body == "in-flight" for status, body in seen if status != 201)
    assert all(receipt == receipts[0] for receipt in receipts)
    for one in devices:
        one.http.close()
