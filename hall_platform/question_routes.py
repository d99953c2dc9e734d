"""The routes of questions with a body: each reads its request and answers in one step.

As with acts (`act_routes`), what FastAPI does around an endpoint costs as much as the question. One
that is whole is read here and goes to a thread once, where the caller is let in, the endpoint asked
and its answer written; any other goes the framework's usual way, over the same declaration.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, get_type_hints

from fastapi import Request
from fastapi.params import Depends
from fastapi.routing import APIRoute
from fastapi.security.utils import get_authorization_scheme_param
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hall_platform.access import Caller, let_in
from hall_platform.context import Context
from hall_platform.identity import signatures
from hall_platform.identity.signatures import Message
from hall_platform.shapes import Shape


@dataclass(frozen=True)
class _Question:
    """An endpoint of a body, a caller with one of the roles, and the context; by their names."""

    body: str
    shape: type[Shape]
    caller: str
    roles: frozenset[str]
    context: str


class QuestionRoute(APIRoute):
    """A route whose endpoint takes a body, who asks, and the context; others are as ever."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Reads the request itself; what is not whole is left to FastAPI to refuse."""
        usual = super().get_route_handler()
        question = _question_of(self.endpoint)
        if question is None or self.response_field is None:
            return usual

        async def handle(request: Request) -> Response:
            read = _read(question.shape, request, await request.body())
            if read is None:
                return await usual(request)
            token, body = read
            message = await signatures.message_of(request)
            context: Context = request.app.state.context
            return await run_in_threadpool(self._answered, question, token, body, message, context)

        return handle

    def _answered(
        self, question: _Question, token: str, body: Shape, message: Message, context: Context
    ) -> Response:
        caller = let_in(context, question.roles, token, message)
        given = {question.body: body, question.caller: caller, question.context: context}
        field = self.response_field
        assert field is not None
        found = self.endpoint(**given)
        if isinstance(found, Response):
            return found
        answer, errors = field.validate(found, {}, loc=("response",))
        if errors:
            places = [error["loc"] for error in errors]  # what stands there is somebody's
            raise TypeError(f"{self.path_format} answers what it does not promise: {places}")
        return Response(
            field.serialize_json(answer),
            status_code=self.status_code or 200,
            media_type="application/json",
        )


def _question_of(endpoint: Callable[..., Any]) -> _Question | None:
    """The endpoint as a question, None where it takes anything else."""
    if inspect.iscoroutinefunction(endpoint):
        return None
    found: dict[str, Any] = {}
    hints = get_type_hints(endpoint, include_extras=True)
    hints.pop("return", None)
    for name, hint in hints.items():
        if isinstance(hint, type) and issubclass(hint, Shape):
            found.update(body=name, shape=hint)
        elif getattr(hint, "__origin__", None) is Context:
            found.update(context=name)
        elif getattr(hint, "__origin__", None) is Caller:
            found.update(caller=name, roles=_roles_of(hint))
    whole = len(hints) == 3 and len(found) == 5 and found["roles"]
    return _Question(**found) if whole else None


def _roles_of(hint: Any) -> frozenset[str]:
    """Who is let in by `access.require`."""
    for one in hint.__metadata__:
        if isinstance(one, Depends):
            return frozenset(getattr(one.dependency, "roles", ()))
    return frozenset()


def _read(shape: type[Shape], request: Request, content: bytes) -> tuple[str, Shape] | None:
    """The token and the body, which the border has seen called JSON; None where either is wrong."""
    scheme, token = get_authorization_scheme_param(request.headers.get("authorization"))
    if scheme.lower() != "bearer" or not token:
        return None
    try:
        return token, shape.model_validate(json.loads(content))
    except (ValueError, RecursionError):  # no JSON, no text, not of the shape
        return None
