"""The device's key against the contract's vectors, and what becomes of it in the vault."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counter_app.domain.outgoing import canonical, fingerprint
from counter_app.errors import StoreError
from counter_app.platform_link.signing import DeviceKey, Signer, content_digest

VECTORS = json.loads(
    (Path(__file__).parents[2] / "docs/api/vectors/signatures.json").read_text("utf-8")
)
KEY = DeviceKey(
    VECTORS["keyid"],
    Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS["private_key"])),
)


@pytest.mark.parametrize("case", VECTORS["requests"], ids=lambda case: case["name"])
def test_a_request_is_signed_as_the_contract_has_it(case):
    body = case["body"].encode() if case["body"] else None
    headers = {name.title(): value for name, value in case["headers"].items()}
    signed = KEY.request_headers(
        case["method"], case["url"], headers, body, created=case["created"], nonce=case["nonce"]
    )
    assert signed["Signature-Input"] == case["signature_input"]
    assert signed["Signature"] == case["signature"]
    assert signed.get("Content-Digest") == case["content_digest"]


@pytest.mark.parametrize("case", VECTORS["acts"], ids=lambda case: case["name"])
def test_an_act_is_signed_as_the_contract_has_it(case):
    digest = fingerprint(canonical(case["body"]))
    header = KEY.act_header(case["key"], case["act"], case["subject"], digest, case["made"])
    assert header == case["header"]


@pytest.mark.parametrize("case", VECTORS["registrations"], ids=lambda case: case["device"])
def test_a_key_is_shown_to_be_held_as_the_contract_has_it(case):
    assert KEY.public == VECTORS["public_key"]
    assert KEY.proof(case["device"]) == case["proof"]


def test_a_port_that_goes_without_saying_is_not_signed():
    def signature(url):
        return KEY.request_headers("GET", url, {}, None, created=1, nonce="n" * 16)

    assert signature("https://hall.example:443/v1/items") == (
        signature("https://hall.example/v1/items")
    )
    assert signature("http://hall.example:80/x") == signature("http://hall.example/x")
    assert signature("http://hall.example:443/x") != signature("http://hall.example/x")
    assert signature("http://[::1]:80/x") == signature("http://[::1]/x")


def test_a_key_comes_back_out_of_the_vault_and_shows_nothing_of_itself():
    made = DeviceKey.fresh().named("k-1")
    again = DeviceKey.restored(made.kept())
    assert (again.id, again.public) == ("k-1", made.public)
    private = base64.b64encode(made.private.private_bytes_raw()).decode()
    assert private not in repr(made) + repr(Signer(made.kept))


@pytest.mark.parametrize(
    "kept", [b"", b"{}", b"[]", b"null", b"\xff", b'{"id": "x", "private": "AAAA"}']
)
def test_what_is_no_key_is_said_to_be_none(kept):
    with pytest.raises(StoreError) as wrong:
        DeviceKey.restored(kept)
    assert wrong.value.code == "store.wrong_key"


def test_every_request_has_a_nonce_of_its_own_and_the_time_it_is_sent():
    times = iter([1_795_485_600.9, 1_795_485_601.0])
    signer = Signer(KEY.kept, lambda: next(times))
    first, second = (signer.headers("GET", "http://h/x", {}, None) for _ in range(2))
    assert "created=1795485600;" in first["Signature-Input"]
    assert "created=1795485601;" in second["Signature-Input"]
    nonces = {one["Signature-Input"].split('nonce="')[1].split('"')[0] for one in (first, second)}
    assert len(nonces) == 2
    assert all(len(nonce) >= 16 for nonce in nonces)


def test_without_a_key_nothing_is_signed_and_the_vault_is_asked_once():
    asked = []

    def load():
        asked.append(1)

    signer = Signer(load)
    for _ in range(3):
        assert signer.headers("GET", "http://h/x", {}, None) == {}
    now = datetime.fromisoformat("2026-11-24T10:00:00+08:00")
    assert signer.sign_act("k", "accept", "c", "f", now) == ""
    assert len(asked) == 1
    assert not signer.look_again()


def test_a_key_that_came_later_is_found_when_looked_for():
    kept = [None]
    signer = Signer(lambda: kept[0])
    assert signer.headers("GET", "http://h/x", {}, None) == {}
    kept[0] = KEY.kept()
    assert signer.look_again()
    assert signer.headers("GET", "http://h/x", {}, None)
    assert not signer.look_again()
    kept[0] = DeviceKey.fresh().named("another").kept()
    assert signer.look_again()


def test_a_body_has_the_digest_of_its_bytes():
    assert content_digest(b'{"hello": "world"}\n') == (
        "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"  # RFC 9530, B.1
    )
