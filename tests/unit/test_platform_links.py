"""Links to other platforms: signatures, envelopes, limits of time, the breaker, code tables."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from answering_server import AnsweringServer, answer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from hall_platform.engines import StoreUnusable
from hall_platform.hall.rating_levels import LEVELS, NEEDS_DETAILS
from hall_platform.links.breaker import Breaker
from hall_platform.links.envelope import NotGenuine, SignedEnvelope, sm3
from hall_platform.links.http import Address, Unreachable, post
from hall_platform.links.settings import read_links
from hall_platform.links.signing import Ed25519, HmacSm3, UnusableKey, signer
from hall_platform.province import codes
from hall_platform.province.gb39046 import Unfit, day, fitting, moment
from hall_platform.province.outbox import FIRST_WAIT, LONGEST_WAIT, wait_after
from hall_platform.stand_in import rules

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def pem(key, private=True):
    if private:
        return key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


KEY = Ed25519PrivateKey.generate()
SIGNERS = [Ed25519(pem(KEY)), HmacSm3(b"a secret of enough bytes")]


@pytest.fixture(params=SIGNERS, ids=lambda one: one.name)
def one_signer(request):
    return request.param


# signatures and envelopes -----------------------------------------------------------------------


def test_what_was_signed_holds_and_nothing_else(one_signer):
    signature = one_signer.sign(b"message")
    assert one_signer.holds(b"message", signature)
    assert not one_signer.holds(b"massage", signature)
    for wrong in ("", "not base64!", signature[:-4], "AAAA"):
        assert not one_signer.holds(b"message", wrong)


def test_a_public_key_checks_and_does_not_sign():
    public = Ed25519(pem(KEY, private=False))
    assert public.holds(b"message", SIGNERS[0].sign(b"message"))
    with pytest.raises(UnusableKey):
        public.sign(b"message")


@pytest.mark.parametrize(
    ("name", "key"),
    [("ed25519", b"nothing"), ("hmac-sm3", b"short"), ("rsa", b""), ("ed25519", b"")],
)
def test_keys_that_do_not_fit_are_refused_in_a_sentence(name, key):
    with pytest.raises(UnusableKey, match=" "):
        signer(name, key)


def test_sm3_is_the_standards():
    assert sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@pytest.mark.parametrize("covers", ["all", "head"])
def test_an_envelope_is_opened_by_who_shares_word_and_key(one_signer, covers):
    envelope = SignedEnvelope("mark", "word", one_signer, covers)
    message = envelope.wrap({"userName": "测㛃", "n": 1}, NOW)
    assert set(message) == {"time", "appMark", "sign", "params"}
    assert message["time"] == "20261124T100000"
    assert envelope.opened(json.loads(json.dumps(message)), NOW) == {"userName": "测㛃", "n": 1}
    assert envelope.opened(message, None)
    for other in (
        SignedEnvelope("other", "word", one_signer, covers),
        SignedEnvelope("mark", "other", one_signer, covers),
        SignedEnvelope("mark", "word", HmacSm3(b"another secret of bytes"), covers),
    ):
        with pytest.raises(NotGenuine):
            other.opened(message, NOW)
    for late in (timedelta(minutes=6), timedelta(days=-1)):
        with pytest.raises(NotGenuine, match="clocks"):
            envelope.opened(message, NOW + late)


def test_parameters_cannot_be_put_under_another_signature(one_signer):
    envelope = SignedEnvelope("mark", "word", one_signer)
    message = {**envelope.wrap({"a": 1}, NOW), "params": '{"a":2}'}
    with pytest.raises(NotGenuine):
        envelope.opened(message, NOW)


@given(
    st.one_of(
        st.none(),
        st.text(),
        st.lists(st.integers()),
        st.dictionaries(
            st.sampled_from(["time", "appMark", "sign", "params", "x"]),
            st.one_of(st.none(), st.text(max_size=20), st.integers(), st.just("mark")),
        ),
    )
)
def test_whatever_comes_is_no_envelope_and_nothing_worse(message):
    with pytest.raises(NotGenuine):
        SignedEnvelope("mark", "word", SIGNERS[1]).opened(message, NOW)


# settings ---------------------------------------------------------------------------------------


def links_file(tmp_path, text):
    (tmp_path / "key.pem").write_bytes(pem(KEY))
    path = tmp_path / "links.toml"
    path.write_text(text, encoding="utf-8")
    return path


WHOLE = """
url = "https://province.test/api"
app_mark = "mark"
app_word = "word"
key_file = "key.pem"
"""


def test_links_are_read_with_keys_beside_the_file(tmp_path):
    links = read_links(links_file(tmp_path, f"[province]{WHOLE}[sources.tax]{WHOLE}seconds = 2"))
    assert links.province.address == Address("https://province.test/api", 5.0)
    assert links.province.envelope.signer.name == "ed25519"
    assert links.sources["tax"].address.seconds == 2.0
    assert read_links(links_file(tmp_path, "")).province is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[provence]", "provence"),
        ("[province]\nurl = 3", "app_mark"),
        ("not toml", "TOML"),
        (f"[province]{WHOLE}unknown = 1", "unknown"),
        (f"[province]{WHOLE}seconds = 0", "seconds"),
        (f"[province]{WHOLE}seconds = 'x'", "described"),
        (f"[province]{WHOLE}covers = 'body'", "province"),
        (f"[province]{WHOLE.replace('https', 'ftp')}", "http"),
        (f"[province]{WHOLE}signature = 'rsa'", "rsa"),
        (f"[province]{WHOLE}signature = 'hmac-sm3'", None),
    ],
)
def test_links_that_cannot_be_used_are_refused_in_a_sentence(tmp_path, text, names):
    path = links_file(tmp_path, text)
    if names is None:
        assert read_links(path).province.envelope.signer.name == "hmac-sm3"
        return
    with pytest.raises(StoreUnusable, match=names):
        read_links(path)


# one request ------------------------------------------------------------------------------------


def test_an_answer_comes_back_as_it_is():
    with AnsweringServer(lambda _: answer(422, {"code": "field-wrong"})) as server:
        got = post(Address(server.url), "/cases", {"a": "测"})
        assert (got.status, got.body) == (422, {"code": "field-wrong"})
        assert server.requests[0].path == "/cases"
        assert server.requests[0].json == {"a": "测"}


def drip(connection):
    """A byte now and then, for ever: each comes in time, all of them never."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        connection.sendall(b" ")
        time.sleep(0.05)


def drip_head(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-Slow: 1\r\n")
        time.sleep(0.05)


def silence(connection):
    connection.recv(1)


@pytest.mark.parametrize("behaviour", [drip, drip_head, silence])
def test_no_peer_holds_a_request_longer_than_it_may(behaviour):
    with AnsweringServer(lambda _: behaviour) as server:
        began = time.monotonic()
        with pytest.raises(Unreachable, match="timed-out"):
            post(Address(server.url, seconds=0.5), "/cases", {})
        assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (answer(503, {}, Retry_After="12"), "status-503"),
        (answer(429, {}), "status-429"),
        (answer(200, b"<html>"), "garbled"),
        (answer(200, [1]), "garbled"),
        (answer(200, b"[" * 100_000), "garbled"),
        (b"nonsense\r\n\r\n", "broken-connection"),
        (answer(200, b" " * (4 * 1024 * 1024 + 1)), "too-large"),
    ],
    ids=["503", "429", "html", "list", "deep", "nonsense", "huge"],
)
def test_what_is_no_answer_says_why(given, reason):
    with AnsweringServer(lambda _: given) as server:
        with pytest.raises(Unreachable) as failure:
            post(Address(server.url), "/cases", {})
        assert failure.value.reason == reason
        assert failure.value.retry_after == (12.0 if reason == "status-503" else None)


def test_nobody_there_is_said_at_once():
    with AnsweringServer(lambda _: answer(200, {})) as server:
        url = server.url
    with pytest.raises(Unreachable, match="refused-connection"):
        post(Address(url), "/cases", {})


# the breaker ------------------------------------------------------------------------------------


def test_after_some_failures_nobody_asks_then_one_tries():
    moment = [0.0]
    breaker = Breaker(failures=3, rest=30.0, now=lambda: moment[0])
    for _ in range(2):
        breaker.failed()
        assert breaker.wait() == 0.0
    breaker.failed()
    assert breaker.wait() == 30.0
    moment[0] = 29.0
    assert breaker.wait() == 1.0
    moment[0] = 30.0
    assert breaker.wait() == 0.0  # one tries
    assert breaker.wait() == 30.0  # the others wait for it
    breaker.failed()
    assert breaker.wait() == 30.0
    moment[0] = 60.0
    assert breaker.wait() == 0.0
    breaker.succeeded()
    assert breaker.wait() == 0.0


# codes and forms --------------------------------------------------------------------------------


def test_the_two_scales_run_in_opposite_directions_and_back():
    assert (codes.to_standard("best"), codes.to_national("best")) == ("1", "5")
    assert (codes.to_standard("worst"), codes.to_national("worst")) == ("5", "1")
    for level in LEVELS:
        assert codes.from_standard(codes.to_standard(level)) == level
        assert codes.from_national(codes.to_national(level)) == level
        assert int(codes.to_standard(level)) + int(codes.to_national(level)) == 6
        # the national interface wants reasons below 3: exactly where the hall asks for them
        assert (int(codes.to_national(level)) < 3) is (level in NEEDS_DETAILS)
    for code in ("0", "6", "", "best"):
        for back in (codes.from_standard, codes.from_national):
            with pytest.raises(KeyError):
                back(code)


def test_days_and_moments_are_written_as_the_standard_does():
    assert day("2026-11-24") == "20261124"
    assert moment("2026-11-24T10:00:00.000+08:00") == "20261124T100000"
    assert moment("2026-11-24T02:00:00+00:00") == "20261124T100000"
    assert (day(None), moment(None), moment("")) == ("", "", "")


def test_a_name_is_never_cut():
    assert fitting("userName", "测" * 100, 100) == "测" * 100
    for text, filled in (("测" * 101, False), ("", True)):
        with pytest.raises(Unfit, match="userName"):
            fitting("userName", text, 100, filled=filled)


@given(st.integers(min_value=1, max_value=10_000))
def test_waits_double_to_an_hour_and_never_come_together(attempts):
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts - 1, 30))
    waits = {wait_after(attempts) for _ in range(5)}
    assert all(longest / 2 <= wait <= longest for wait in waits)
    assert len(waits) > 1


@given(st.dictionaries(st.text(max_size=20), st.one_of(st.none(), st.text(max_size=5))))
def test_the_stand_in_refuses_what_is_no_case_step_or_rating(parameters):
    assert rules.wrong_in_case(parameters)
    assert rules.wrong_in_step(parameters)
    assert rules.wrong_in_rating(parameters)


def test_the_stand_in_wants_both_scales_to_say_the_same_and_reasons_below_three():
    rating = {
        "projectNo": "990302202611240300001",
        "serviceNumber": "1",
        "pf": "4",
        "satisfaction": "2",
        "satisfactionCode": "4",
        "assessTime": "20261124T100000",
        "assessNumber": "1",
        "areaCode": "990302000000",
        "evalDetail": "N06",
        "writingEvaluation": "等得太久",
    }
    assert rules.wrong_in_rating(rating) == []
    assert rules.wrong_in_rating({**rating, "satisfactionCode": "2"}) == ["satisfactionCode"]
    assert rules.wrong_in_rating({**rating, "writingEvaluation": ""}) == ["evalDetail"]
