"""What the short way of an act's route reads, and what it leaves to the framework to refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import Request
from pydantic import TypeAdapter

from hall_platform.act_routes import _Read, _read
from hall_platform.acts import Act, acts
from hall_platform.examples import ETAG, KEY, examples
from hall_platform.idempotency import fingerprint
from hall_platform.identity.act_signatures import LONGEST

ACTS = list(acts().values())
NAMES = [act.name for act in ACTS]
TOKEN = "Bearer q1w2"


def _headers(**more: str) -> dict[str, str]:
    return {"authorization": TOKEN, "idempotency-key": KEY, "if-match": ETAG, **more}


def _asked(
    act: Act, content: bytes, headers: dict[str, str], subject: str | None = None
) -> _Read | None:
    given = subject or examples()[f"POST /v1{act.path}"].parameters.get(act.subject_name, "")
    scope = {
        "type": "http",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        "path_params": {act.subject_name: given} if act.subject_name else {},
    }
    return _read(act, TypeAdapter(act.subject_type), Request(scope), content)


def _example(act: Act) -> Any:
    return examples()[f"POST /v1{act.path}"].request


@pytest.mark.parametrize("act", ACTS, ids=NAMES)
def test_an_act_as_it_should_be_is_read_whole(act: Act) -> None:
    body = _example(act)
    read = _asked(act, json.dumps(body).encode(), _headers())
    assert read is not None
    assert (read.token, read.key, read.digest) == ("q1w2", KEY, fingerprint(body))
    assert read.body == act.shape.model_validate(body)
    assert (read.subject is not None) == bool(act.subject_name)
    assert read.if_match == (ETAG if act.needs_match else None)


@pytest.mark.parametrize("act", ACTS, ids=NAMES)
def test_a_member_nobody_knows_is_left_to_be_refused(act: Act) -> None:
    assert _asked(act, json.dumps({**_example(act), "more": 1}).encode(), _headers()) is None


@pytest.mark.parametrize("act", [act for act in ACTS if act.subject_name], ids=lambda act: act.name)
def test_a_subject_of_another_kind_is_left_to_be_refused(act: Act) -> None:
    content = json.dumps(_example(act)).encode()
    assert _asked(act, content, _headers(), subject="a b/没有") is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"[]", b"\xff", b'{"act":NaN}', b"[" * 100_000]
)
def test_a_body_that_is_none_is_left_to_be_refused(content: bytes) -> None:
    assert _asked(acts()["accept"], content, _headers()) is None


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer ", "Basic q1w2", "q1w2"])
def test_without_a_token_the_request_is_left_to_be_refused(said: str) -> None:
    act = acts()["accept"]
    content = json.dumps(_example(act)).encode()
    assert _asked(act, content, _headers(authorization=said)) is None


def test_a_signature_that_is_too_long_is_left_to_be_refused() -> None:
    act = acts()["accept"]
    content = json.dumps(_example(act)).encode()
    long = "x" * (LONGEST + 1)
    assert _asked(act, content, _headers(**{"act-signature": long})) is None
    assert _asked(act, content, _headers(**{"act-signature": long[:-1]})) is not None
