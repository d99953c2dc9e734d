"""What the short way of a question's route reads, and what it leaves to the framework to refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import APIRouter, Request

from hall_platform.access import CLERK, REVIEWER
from hall_platform.business import routes as business
from hall_platform.examples import examples
from hall_platform.exchange import routes as exchange
from hall_platform.hall import routes as hall
from hall_platform.licences import routes as licences
from hall_platform.question_routes import QuestionRoute, _question_of, _read
from hall_platform.shapes import Shape

ROUTERS: tuple[APIRouter, ...] = (
    *(business.router, exchange.router, hall.router, licences.router),
)
QUESTIONS = {
    route.path: (route, found)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, QuestionRoute) and (found := _question_of(route.endpoint))
}
ALL = pytest.mark.parametrize("path", sorted(QUESTIONS))


def _asked(shape: type[Shape], content: bytes, said: str = "Bearer q1w2") -> Any:
    headers = [(b"authorization", said.encode())] if said else []
    return _read(shape, Request({"type": "http", "headers": headers}), content)


def _example(path: str) -> Any:
    return examples()[f"POST {path}"].request


def test_the_questions_a_counter_asks_all_day_go_the_short_way() -> None:
    asked = {"/v1/reception-queries", "/v1/licence-queries", "/v1/case-licence-queries"}
    assert asked <= set(QUESTIONS)
    assert QUESTIONS["/v1/case-licence-queries"][1].roles == {CLERK, REVIEWER}
    assert QUESTIONS["/v1/licence-queries"][1].roles == {CLERK}


def test_what_takes_an_address_apart_or_no_body_goes_the_usual_way() -> None:
    usual = {"/v1/licence-types", "/v1/presentations/{presentation}", "/v1/tickets/{ticket}"}
    assert not usual & set(QUESTIONS)
    assert "/v1/exchange/corrections/{correction}/content" not in QUESTIONS


@ALL
def test_whom_it_lets_in_is_what_its_declaration_says(path: str) -> None:
    route, found = QUESTIONS[path]
    declared = [one.call for one in route.dependant.dependencies]
    roles = [one.roles for one in declared if hasattr(one, "roles")]
    assert roles == [found.roles]


@ALL
def test_a_question_as_it_should_be_is_read_whole(path: str) -> None:
    _, found = QUESTIONS[path]
    body = _example(path)
    assert _asked(found.shape, json.dumps(body).encode()) == (
        "q1w2",
        found.shape.model_validate(body),
    )


@ALL
def test_a_member_nobody_knows_is_left_to_be_refused(path: str) -> None:
    content = json.dumps({**_example(path), "more": 1}).encode()
    assert _asked(QUESTIONS[path][1].shape, content) is None


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[]", b"\xff", b"[" * 100_000])
def test_a_body_that_is_none_is_left_to_be_refused(content: bytes) -> None:
    assert _asked(QUESTIONS["/v1/licence-queries"][1].shape, content) is None


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer ", "Basic q1w2", "q1w2"])
def test_without_a_token_the_question_is_left_to_be_refused(said: str) -> None:
    path = "/v1/licence-queries"
    content = json.dumps(_example(path)).encode()
    assert _asked(QUESTIONS[path][1].shape, content, said) is None


def test_an_answer_that_was_not_promised_is_a_fault_without_what_it_held(monkeypatch) -> None:
    route, found = QUESTIONS["/v1/licence-queries"]
    monkeypatch.setattr("hall_platform.question_routes.let_in", lambda *_: None)
    monkeypatch.setattr(route, "endpoint", lambda **_: {"query": "测试甲", "licences": "测试甲"})
    with pytest.raises(TypeError) as fault:
        route._answered(found, "q1w2", None, None, None)
    assert "licences" in str(fault.value)
    assert "测试甲" not in str(fault.value)
