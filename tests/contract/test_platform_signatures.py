"""Devices' keys over a real socket: registering, signed requests, replay, clocks, signed acts."""

import base64
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from identity_platform import STORES, act, identity_platform
from platform_client import accept_act, code_of, new_key
from signing_device import SigningDevice, deliver
from sqlalchemy import select

from hall_platform.clock import stamp
from hall_platform.identity.tables import act_signatures, audit_lines


@pytest.fixture(params=STORES)
def platform(request, tmp_path):
    with identity_platform(tmp_path / "platform", request.param) as running:
        yield running


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with identity_platform(tmp_path_factory.mktemp("signatures") / "platform") as running:
        yield running


def device_of(platform, code):
    account = platform.device(code)
    return SigningDevice(platform.url, account["device"], account["secret"])


def registered(platform, code):
    device = device_of(platform, code)
    assert device.sign_in().status_code == 201
    made = device.register()
    assert made.status_code == 201, made.text
    return device


def test_after_its_key_is_registered_a_device_has_to_sign(platform):
    device = device_of(platform, "counter-03")
    assert device.sign_in().status_code == 201
    assert device.send("GET", "/v1/items").status_code == 200
    assert device.register().status_code == 201
    now = platform.clock.now()
    assert code_of(device.send("GET", "/v1/items")) == "signature-required"
    assert device.send("GET", "/v1/items?q=gtgs", now=now).status_code == 200
    lease = {"act": "lease-numbers", "window": "03", "count": 2}
    key = {"Idempotency-Key": "signed-1"}
    assert code_of(device.send("POST", "/v1/number-blocks", lease, others=key)) == (
        "signature-required"
    )
    made = device.send("POST", "/v1/number-blocks", lease, others=key, now=now)
    assert made.status_code == 201, made.text
    assert code_of(device.sign_in()) == "signature-required"
    assert device.sign_in(now).status_code == 201
    other = device_of(platform, "counter-04")  # has registered none
    assert other.sign_in().status_code == 201
    assert other.send("GET", "/v1/items").status_code == 200


def test_a_signature_is_taken_once(platform):
    device = registered(platform, "counter-03")
    request = device.prepared("GET", "/v1/items", now=platform.clock.now())
    assert deliver(request).status_code == 200
    assert code_of(deliver(request)) == "signature-replayed"
    lease = {"act": "lease-numbers", "window": "03", "count": 2}
    key = {"Idempotency-Key": "once"}
    signed = device.prepared(
        "POST", "/v1/number-blocks", lease, others=key, now=platform.clock.now()
    )
    assert deliver(signed).status_code == 201
    assert code_of(deliver(signed)) == "signature-replayed"
    again = device.send("POST", "/v1/number-blocks", lease, others=key, now=platform.clock.now())
    assert again.headers["Idempotency-Replayed"] == "true"  # signed anew, the act stays one


def test_a_clock_that_is_off_is_told_the_time(demo):
    device = registered(demo, "counter-05")
    now = demo.clock.now()
    for off in (timedelta(minutes=4, seconds=59), -timedelta(minutes=4, seconds=59)):
        assert device.send("GET", "/v1/items", now=now + off).status_code == 200
    for off in (timedelta(minutes=5, seconds=2), -timedelta(days=1), timedelta(days=20_000)):
        refused = device.send("GET", "/v1/items", now=now + off)
        assert (refused.status_code, code_of(refused)) == (401, "clock-off")
        assert refused.json()["server_time"] == stamp(now)


def test_what_was_signed_is_what_is_done(demo):
    device = registered(demo, "counter-06")
    lease = {"act": "lease-numbers", "window": "06", "count": 2}
    key = {"Idempotency-Key": "signed-2"}

    def prepared():
        now = demo.clock.now()
        return device.prepared("POST", "/v1/number-blocks", lease, others=key, now=now)

    body, another_key, path, without = (prepared() for _ in range(4))
    body.body = body.body.replace(b'"count": 2', b'"count": 9')
    another_key.headers["idempotency-key"] = "signed-3"
    path.url += "?again=1"
    del without.headers["content-digest"]
    for changed in (body, another_key, path, without):
        assert code_of(deliver(changed)) == "signature-invalid"
    other = registered(demo, "counter-07")
    other.keyid = device.keyid  # signs with its own key under another's name
    assert code_of(other.send("GET", "/v1/items", now=demo.clock.now())) == "signature-invalid"


def test_a_signature_of_another_device_is_refused(demo):
    one, other = registered(demo, "counter-08"), registered(demo, "counter-09")
    one.token = other.token
    assert code_of(one.send("GET", "/v1/items", now=demo.clock.now())) == "signature-invalid"


def test_the_secret_proves_a_key_once(demo):
    device = registered(demo, "counter-10")
    thief = device_of(demo, "counter-10")
    thief.token = device.token
    assert code_of(thief.register()) == "signature-required"
    assert code_of(thief.sign_in()) == "signature-required"
    before = device.keyid
    assert device.register(now=demo.clock.now()).status_code == 201  # signed with the old key
    assert device.keyid != before
    assert device.send("GET", "/v1/items", now=demo.clock.now()).status_code == 200
    with demo.signed_in("system") as system:
        path = "/v1/administration/devices/counter-10"
        shown = act(system, path + "/key-revocation", "revoke-device-key", reason="换主板")
        assert shown.json()["key"] is None
    assert code_of(device.send("GET", "/v1/items", now=demo.clock.now())) == "signature-invalid"
    assert thief.sign_in().status_code == 201
    assert thief.register().status_code == 201  # whoever has the secret may again


def test_a_key_is_registered_by_who_holds_it(demo):
    device = device_of(demo, "kiosk-01")
    assert device.sign_in().status_code == 201
    forged = base64.b64encode(bytes(64)).decode()
    assert code_of(device.register(proof=forged)) == "device-key-invalid"
    assert code_of(device.register(secret="not it")) == "device-refused"
    assert device.register().status_code == 201
    assert code_of(device.send("GET", "/v1/items")) == "signature-required"
    assert device.send("GET", "/v1/items", now=demo.clock.now()).status_code == 200


def rule(platform, value):
    with platform.signed_in("security") as security:
        done = act(
            security,
            "/v1/administration/rules",
            "set-security-rule",
            name="request_signatures",
            hall="",
            value=value,
        )
        assert done.status_code == 200, done.text


def test_the_platform_says_who_has_to_sign(tmp_path):
    with identity_platform(tmp_path / "platform") as platform:
        device, bare = registered(platform, "counter-03"), device_of(platform, "counter-04")
        assert bare.sign_in().status_code == 201
        rule(platform, "never")
        assert device.send("GET", "/v1/items").status_code == 200
        wrong = device.prepared("GET", "/v1/items", now=platform.clock.now())
        wrong.url += "?x=1"
        assert code_of(deliver(wrong)) == "signature-invalid"  # a signature is never ignored
        rule(platform, "always")
        assert code_of(bare.send("GET", "/v1/items")) == "signature-required"
        assert platform.signed_in("clerk03").get("/v1/items").status_code == 200
        fresh = device_of(platform, "counter-06")  # its first key can still be brought
        assert fresh.sign_in().status_code == 201
        assert code_of(fresh.send("GET", "/v1/items")) == "signature-required"
        assert fresh.register().status_code == 201
        assert fresh.send("GET", "/v1/items", now=platform.clock.now()).status_code == 200
        thief = device_of(platform, "counter-06")
        assert code_of(thief.sign_in()) == "signature-required"


def test_an_operators_request_is_signed_by_a_device_of_their_window_or_not_at_all(demo):
    device, elsewhere = registered(demo, "counter-03"), registered(demo, "counter-11")
    with demo.signed_in("clerk03") as clerk:
        assert clerk.get("/v1/items").status_code == 200
        for one, code in ((device, 200), (elsewhere, 401)):
            one.token = clerk.session["access_token"]
            assert one.send("GET", "/v1/items", now=demo.clock.now()).status_code == code


def test_the_devices_signature_at_the_act_is_kept_beside_it(platform):
    device = registered(platform, "counter-03")
    made = stamp(platform.clock.now() - timedelta(hours=3))  # the hall was offline
    with platform.signed_in("clerk03") as clerk:
        body = accept_act(clerk, clerk.lease(1)[0], accepted_at="2026-11-24T08:00:00+08:00")
        clerk.request("DELETE", "/v1/sessions/current")
    key = new_key()
    signature = device.signed_act(key, "accept", body, made, body["case"])

    def deliver_act(text, sent=body):
        path = f"/v1/cases/{sent['case']}/acceptance"
        others = {"Idempotency-Key": key, "Act-Signature": text}
        return device.send("POST", path, sent, others=others, now=platform.clock.now())

    for wrong in (
        signature.replace(made, stamp(platform.clock.now())),
        device.signed_act("another", "accept", body, made, body["case"]),
        device.signed_act(key, "claim", body, made, body["case"]),
        device.signed_act(key, "accept", {**body, "query_code": "AAAA2222"}, made, body["case"]),
        "nonsense",
        f'key="{device.keyid}", made="{made}"',
    ):
        refused = deliver_act(wrong)
        assert (refused.status_code, code_of(refused)) == (422, "act-signature-invalid"), wrong
    assert deliver_act(signature).status_code == 201
    with platform.store.read() as connection:
        (kept,) = connection.execute(select(act_signatures))
    assert (kept.key, kept.device_key, kept.made_at) == (key, device.keyid, made)
    assert kept.signature in signature


def test_a_batch_brings_signatures_along(demo):
    device = registered(demo, "counter-12")
    lease = {"act": "lease-numbers", "window": "12", "count": 1}
    made = stamp(demo.clock.now())
    acts = [
        {
            "key": key,
            "act": "lease-numbers",
            "body": lease,
            "signature": device.signed_act(signed, "lease-numbers", lease, made),
        }
        for key, signed in (("batch-1", "batch-1"), ("batch-2", "batch-1"))
    ]
    answer = device.send("POST", "/v1/sync/batches", {"acts": acts}, now=demo.clock.now())
    assert [one["status"] for one in answer.json()["answers"]] == [201, 422]
    with demo.store.read() as connection:
        keys = connection.execute(select(act_signatures.c.key)).scalars().all()
    assert "batch-1" in keys
    assert "batch-2" not in keys


def test_refused_signatures_stand_in_the_audit(demo):
    device = registered(demo, "display-01")
    request = device.prepared("GET", "/v1/items", now=demo.clock.now())
    assert [deliver(request).status_code for _ in range(2)] == [200, 401]
    with demo.store.read() as connection:
        kept = connection.execute(
            select(audit_lines.c.actor, audit_lines.c.result)
            .where(audit_lines.c.kind == "signature-refused")
            .order_by(audit_lines.c.serial.desc())
        ).first()
    assert tuple(kept) == ("display-01", "refused")


PRINTABLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=80)


def test_no_header_makes_the_platform_stumble(demo):
    device = device_of(demo, "counter-01")
    assert device.sign_in().status_code == 201

    @settings(max_examples=60, deadline=None)
    @given(PRINTABLE, PRINTABLE, PRINTABLE)
    def send(taken, signature, digest):
        request = device.prepared("GET", "/v1/items")
        request.headers["signature-input"] = taken
        request.headers["signature"] = signature
        request.headers["content-digest"] = digest
        request.headers["act-signature"] = taken
        assert code_of(deliver(request)) == "signature-invalid"

    send()
