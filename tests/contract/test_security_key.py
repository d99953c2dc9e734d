"""A security key at the counter: CTAP on one side, a real platform's challenge on the other."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from identity_platform import identity_platform
from platform_client import code_of
from software_security_key import Sockets, SoftwareSecurityKey
from test_platform_second_factor import begin, demand

from counter_app.devices import security_key
from counter_app.devices.security_key import HidSecurityKey, origin_of
from counter_app.errors import SecurityKeyError


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    with identity_platform(tmp_path_factory.mktemp("keys") / "platform") as running:
        demand(running, "security_key")
        yield running


class Bench:
    """A key in a socket, and what was told while it was waited for."""

    def __init__(self, url, **traits):
        self.key = SoftwareSecurityKey(**traits)
        self.key.touched.set()
        self.sockets = Sockets([self.key])
        self.device = HidSecurityKey(origin_of(url), self.sockets.find)
        self.told = []
        self.stop = threading.Event()

    def make(self, options, pin=None):
        return self.device.make(options, pin, self.told.append, self.stop)

    def sign(self, options, pin=None):
        return self.device.sign(options, pin, self.told.append, self.stop)

    def refused(self, way, *arguments):
        with pytest.raises(SecurityKeyError) as refusal:
            way(*arguments)
        assert self.key.opened == 0  # let go of
        return refusal.value


def creation(user="clerk", rp="localhost"):
    return {
        "publicKey": {
            "rp": {"id": rp, "name": "x"},
            "user": {"id": "AAAA", "name": user, "displayName": user},
            "challenge": "AAAAAAAAAAAAAAAAAAAAAA",
            "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
            "authenticatorSelection": {"userVerification": "preferred"},
        }
    }


@pytest.mark.parametrize("pin", [None, "271828"], ids=["touch alone", "with a PIN"])
def test_the_platform_takes_what_a_key_gives(platform, pin):
    username = "clerk03" if pin is None else "clerk04"
    bench = Bench(platform.url, pin=pin)
    client, asked = begin(platform, username)
    body = {"sign_in": asked.json()["sign_in"], "kind": "security_key"}
    begun = client.post("/v1/sessions/enrolments", body).json()
    made = bench.make(begun["options"], pin)
    proof = {"sign_in": body["sign_in"], "enrolment": begun["enrolment"], "name": "我的"}
    done = client.post("/v1/sessions/enrolments/completion", {**proof, "credential": made})
    assert done.status_code == 201, done.text
    for _ in range(2):  # its count goes up
        client, asked = begin(platform, username)
        shown = bench.sign(asked.json()["options"], pin)
        body = {"sign_in": asked.json()["sign_in"], "credential": shown}
        done = client.post("/v1/sessions/second-factor", body)
        assert done.status_code == 201, done.text
    assert bench.told == ["security_key.touch"] * 3
    assert bench.key.opened == 0


def test_a_key_of_another_account_is_said_to_be_one(platform):
    client, asked = begin(platform, "clerk05")
    body = {"sign_in": asked.json()["sign_in"], "kind": "security_key"}
    begun = client.post("/v1/sessions/enrolments", body).json()
    bench = Bench(platform.url)
    bench.make(begun["options"])
    assert bench.refused(bench.make, _excluding(begun["options"], bench.key)).code == (
        "security_key.already_enrolled"
    )
    options = {"publicKey": {"rpId": "localhost", "challenge": "AAAA", "allowCredentials": []}}
    options["publicKey"]["allowCredentials"] = [{"type": "public-key", "id": "AAAA"}]
    assert bench.refused(bench.sign, options).code == "security_key.not_enrolled"
    assert code_of(asked) == "factor-enrolment-required"


def _excluding(options, key):
    import base64

    identifier = base64.urlsafe_b64encode(key.credentials[0].id).decode().rstrip("=")
    excluded = [{"type": "public-key", "id": identifier}]
    return {"publicKey": {**options["publicKey"], "excludeCredentials": excluded}}


def test_a_pin_is_asked_for_and_tries_are_counted():
    bench = Bench("http://127.0.0.1:1", pin="271828")
    assert bench.refused(bench.make, creation()).code == "security_key.pin_needed"
    wrong = bench.refused(bench.make, creation(), "000000")
    assert (wrong.code, wrong.facts) == ("security_key.pin_wrong", {"attempts_remaining": 7})
    bench.refused(bench.make, creation(), "000000")
    assert bench.refused(bench.make, creation(), "000000").code == "security_key.pin_paused"
    assert bench.make(creation(), "271828") is not None
    bench.key.tries = 1
    assert bench.refused(bench.make, creation(), "000000").code == "security_key.pin_blocked"
    assert "000000" not in repr(wrong) + str(wrong.facts)


def test_a_key_is_waited_for_and_the_state_is_said():
    bench = Bench("http://localhost:8765")
    bench.sockets.plugged, bench.sockets.barred = [], True
    states = iter(
        [
            lambda: setattr(bench.sockets, "barred", False),
            lambda: bench.sockets.plugged.extend([bench.key, SoftwareSecurityKey()]),
            lambda: bench.sockets.plugged.pop(),
            lambda: None,
        ]
    )

    def told(code):
        bench.told.append(code)
        next(states)()

    assert bench.device.make(creation(), None, told, bench.stop) is not None
    assert bench.told == [
        "security_key.not_permitted",
        "security_key.none",
        "security_key.several",
        "security_key.touch",
    ]


def test_waiting_can_be_ended_at_any_time():
    bench = Bench("http://localhost:8765")
    bench.key.touched.clear()
    ended = []
    waiting = threading.Thread(target=lambda: ended.append(bench.make(creation())))
    waiting.start()
    assert bench.key.asked.wait(10)
    bench.stop.set()
    waiting.join(10)
    assert ended == [None]
    bench.sockets.plugged = []
    assert bench.make(creation()) is None
    assert bench.key.opened == 0


@pytest.mark.parametrize(
    ("trait", "code"),
    [("pulled", "security_key.pulled"), ("gives_up", "security_key.not_touched")],
)
def test_a_key_that_goes_away_or_is_not_touched(trait, code):
    bench = Bench("http://localhost:8765", **{trait: True})
    assert bench.refused(bench.make, creation()).code == code


@pytest.mark.parametrize(
    ("url", "rp"),
    [
        ("https://hall.example", "other.example"),  # a platform that asks for somebody else's
        ("https://hall.gov.cn", "gov.cn"),  # where every city is
        ("http://hall.example", "hall.example"),  # not over TLS
        ("https://10.0.0.5", "localhost"),
        ("https://hall.example", ""),
    ],
)
def test_a_key_signs_for_the_platforms_own_address_alone(url, rp):
    bench = Bench(url)
    assert bench.refused(bench.make, creation(rp=rp)).code == "security_key.wrong_place"
    assert bench.told == []  # nobody was asked to touch it
    assert bench.key.credentials == []


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://127.0.0.1:8765", "http://localhost:8765"),
        ("http://[::1]:8765/", "http://localhost:8765"),
        ("https://Hall.Example:443/base", "https://hall.example"),
        ("https://hall.example:8443", "https://hall.example:8443"),
        ("http://10.0.0.5:80", "http://10.0.0.5"),
    ],
)
def test_the_origin_is_the_address_without_what_goes_without_saying(url, origin):
    assert origin_of(url) == origin


class Babbling(SoftwareSecurityKey):
    said = b""

    def call(self, cmd, data=b"", event=None, on_keepalive=None):
        return self.said


@given(st.binary(max_size=80))
def test_no_answer_of_a_key_makes_the_counter_stumble(said):
    key = Babbling()
    key.said = said
    bench = Bench("http://localhost:1")
    bench.sockets.plugged = [key]
    with pytest.raises(SecurityKeyError):
        bench.make(creation())


def test_a_key_linux_bars_from_this_account_is_found_out(tmp_path):
    devices, described = tmp_path / "dev", tmp_path / "sys"
    devices.mkdir()
    for name, report in (("hidraw0", b"\x05\x01\x09\x06"), ("hidraw1", b"\x06\xd0\xf1\x09\x01")):
        (described / name / "device").mkdir(parents=True)
        (described / name / "device" / "report_descriptor").write_bytes(report)
        (devices / name).touch()
    assert not security_key._is_one_barred(devices, described)
    (devices / "hidraw1").unlink()  # as good as not permitted, and so even for root
    assert security_key._is_one_barred(devices, described)
    (devices / "hidraw0").unlink()
    (described / "hidraw1" / "device" / "report_descriptor").write_bytes(b"")
    assert not security_key._is_one_barred(devices, described)
