"""Signed requests and acts: the vectors of the contract, and headers nobody meant."""

import json
from pathlib import Path

import pytest
from http_message_signatures import InvalidSignature
from hypothesis import given, settings
from hypothesis import strategies as st
from signing_device import act_base, content_digest, parameters_of, request_base

from hall_platform.idempotency import fingerprint
from hall_platform.identity.act_signatures import SignedAct, _parts
from hall_platform.identity.device_keys import check_proof
from hall_platform.identity.shapes import DeviceKeyWish
from hall_platform.identity.signatures import Message, Signer, public_key, verified_signature
from hall_platform.problems import Problem

VECTORS = json.loads(
    (Path(__file__).parents[2] / "docs/api/vectors/signatures.json").read_text("utf-8")
)
KEYS = {
    VECTORS["keyid"]: Signer(
        key=VECTORS["keyid"],
        device="counter-03",
        hall="99030201",
        window="03",
        county="990302",
        public_key=VECTORS["public_key"],
        ended_at=None,
    )
}


def message(case, **changes):
    headers = {
        **case["headers"],
        "signature-input": case["signature_input"],
        "signature": case["signature"],
        **({"content-digest": case["content_digest"]} if case["body"] else {}),
        **changes.pop("headers", {}),
    }
    body = (case["body"] or "").encode()
    return Message(
        **{"method": case["method"], "url": case["url"], "body": body, **changes},
        headers={name: value for name, value in headers.items() if value is not None},
    )


@pytest.mark.parametrize("case", VECTORS["requests"], ids=lambda case: case["name"])
def test_the_vectors_requests_are_genuine(case):
    found = verified_signature(KEYS, message(case))
    assert (found.nonce, found.parameters["created"]) == (case["nonce"], case["created"])
    headers = dict(case["headers"])
    if case["body"]:
        assert content_digest(case["body"].encode()) == case["content_digest"]
        headers["content-digest"] = case["content_digest"]
    parameters = parameters_of(
        headers, created=case["created"], keyid=VECTORS["keyid"], nonce=case["nonce"]
    )
    base = request_base(case["method"], case["url"], headers, parameters)
    assert base == case["signature_base"]


@pytest.mark.parametrize("case", VECTORS["requests"], ids=lambda case: case["name"])
def test_whatever_is_changed_on_the_way_is_seen(case):
    changed = [
        message(case, method="DELETE"),
        message(case, url=case["url"] + "x"),
        message(case, url=case["url"].replace("https", "http")),
        message(case, body=b"{}"),
        message(case, headers={"signature": None}),
        message(case, headers={"signature-input": None}),
        message(case, headers={"idempotency-key": "another"}),
        message(case, headers={"if-match": '"another"'}),
        message(case, headers={"signature-input": case["signature_input"].replace("=1", "=2", 1)}),
    ]
    if case["body"]:
        changed.append(message(case, headers={"content-digest": content_digest(b"{}")}))
        changed.append(message(case, headers={"content-digest": None}))
    for one in changed:
        with pytest.raises(InvalidSignature):
            verified_signature(KEYS, one)
    with pytest.raises(InvalidSignature):
        verified_signature({}, message(case))


def test_without_nonce_time_or_tag_it_is_no_signature_of_ours():
    case = VECTORS["requests"][0]
    for left_out in (
        f';nonce="{case["nonce"]}"',
        f";created={case['created']}",
        ';tag="hall-counter"',
    ):
        given_input = case["signature_input"].replace(left_out, "")
        assert given_input != case["signature_input"]
        with pytest.raises(InvalidSignature):
            verified_signature(KEYS, message(case, headers={"signature-input": given_input}))


@pytest.mark.parametrize("case", VECTORS["acts"], ids=lambda case: case["name"])
def test_the_vectors_acts_are_genuine(case):
    signed = SignedAct(case["key"], case["act"], case["subject"], fingerprint(case["body"]))
    key, made, signature = _parts(case["header"])
    assert (key, made) == (VECTORS["keyid"], case["made"])
    assert signed.base(made).decode() == case["signed"]
    assert act_base(
        case["key"], case["act"], case["subject"], case["made"], case["body"]
    ) == signed.base(made)
    public_key(VECTORS["public_key"]).verify(signature, signed.base(made))


def test_the_vectors_key_is_registered_with_its_proof():
    (case,) = VECTORS["registrations"]
    wish = DeviceKeyWish(secret="x", public_key=VECTORS["public_key"], proof=case["proof"])
    check_proof(case["device"], wish)
    with pytest.raises(Problem):
        check_proof("counter-04", wish)


HEADER = st.one_of(
    st.text(st.characters(max_codepoint=255), max_size=200),
    st.from_regex(
        r'sig[12]?=\("@?[a-z-]{0,12}"( "@[a-z-]{1,14}"(;[a-z]{1,3})?)?\);[a-z]{1,7}="?\w{0,9}"?'
    ),
    st.sampled_from([one["signature_input"] for one in VECTORS["requests"]]),
    st.sampled_from([one["signature"] for one in VECTORS["requests"]]),
)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(["GET", "POST", "get", "BREW"]),
    st.text(st.characters(max_codepoint=255), max_size=40),
    HEADER,
    HEADER,
    HEADER,
    st.binary(max_size=20),
)
def test_any_headers_are_refused_in_one_way(method, path, taken, given_signature, digest, body):
    one = Message(
        method=method,
        url="https://hall.example/v1/" + path,
        headers={"signature-input": taken, "signature": given_signature, "content-digest": digest},
        body=body,
    )
    with pytest.raises(InvalidSignature):
        verified_signature(KEYS, one)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=120),
        st.from_regex(r'key=("?[\w-]{0,9}"?|1|:AA==:), made="[^"]{0,9}", sig=(:[A-Z]{0,4}:|"x"|2)'),
    )
)
def test_any_act_signature_is_taken_apart_or_refused(given_text):
    refused, parts = None, None
    try:
        parts = _parts(given_text)
    except Problem as problem:
        refused = problem.code
    if parts is None:
        assert refused == "act-signature-invalid"
    else:
        assert tuple(map(type, parts)) == (str, str, bytes)
