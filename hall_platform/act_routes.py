"""The routes of acts: each reads its request, lets its caller in and performs the act.

What FastAPI does between a request and an endpoint costs as much as the act's own checks. A request
that is whole and of the act's shape is therefore read here, in one step; one that is not goes the
framework's usual way, which says what is wrong with it. Both read the same declaration.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Header, Request
from fastapi.routing import APIRoute
from fastapi.security.utils import get_authorization_scheme_param
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hall_platform.access import Caller, let_in, require
from hall_platform.acts import Act, Arrival, answered, prepared
from hall_platform.context import Context, InContext
from hall_platform.idempotency import fingerprint
from hall_platform.identity import act_signatures, signatures
from hall_platform.identity.signatures import Message
from hall_platform.problems import Problem
from hall_platform.shapes import Shape


async def _fingerprint(request: Request) -> str:
    """SHA-256 of the act as it was sent, members in canonical order."""
    try:
        return fingerprint(json.loads(await request.body()))
    except ValueError:  # NaN and half surrogates; broken JSON is answered elsewhere
        raise Problem("malformed-request") from None


_KEY = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="必填，1 至 255 个字母、数字或 ._:- 字符"),
]
_IF_MATCH = Annotated[str | None, Header(alias="If-Match", description="必填，所依据版本的 ETag")]
_SIGNATURE = Annotated[
    str | None,
    Header(
        alias="Act-Signature",
        max_length=act_signatures.LONGEST,
        description="设备密钥在操作当时所作的签名，可省略",
    ),
]
_FINGERPRINT = Annotated[str, Depends(_fingerprint)]


def router_of(name: str, module_acts: tuple[Act, ...]) -> APIRouter:
    """The routes of a module's acts."""
    router = APIRouter(prefix="/v1", tags=[name])
    for act in module_acts:
        router.add_api_route(
            act.path,
            _endpoint(act),
            methods=["POST"],
            status_code=act.status,
            response_model=act.answer,
            route_class_override=_ActRoute,
            summary=act.summary,
            openapi_extra={"x-problems": list(act.all_problems), "x-act": act.name},
        )
    return router


def _endpoint(act: Act) -> Callable[..., Response]:
    """The route of an act: FastAPI reads what it takes from the signature made here."""

    def endpoint(
        *,
        body: Any,
        caller: Caller,
        context: Context,
        digest: str,
        key: str | None = None,
        if_match: str | None = None,
        signature: str | None = None,
        **subject: Any,
    ) -> Response:
        given = str(subject[act.subject_name]) if act.subject_name else None
        arrival = Arrival(caller, context, given, if_match, signature)
        return answered(context.acts.perform(prepared(act, body, digest, key, arrival)))

    taken: dict[str, tuple[Any, Any]] = {
        "body": (act.shape, inspect.Parameter.empty),
        "caller": (Annotated[Caller, Depends(require(*act.roles))], inspect.Parameter.empty),
        "context": (InContext, inspect.Parameter.empty),
        "digest": (_FINGERPRINT, inspect.Parameter.empty),
        "key": (_KEY, None),
        "signature": (_SIGNATURE, None),
    }
    if act.subject_name:
        taken[act.subject_name] = (act.subject_type, inspect.Parameter.empty)
    if act.needs_match:
        taken["if_match"] = (_IF_MATCH, None)
    endpoint.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default
            )
            for name, (annotation, default) in taken.items()
        ]
    )
    endpoint.act = act  # type: ignore[attr-defined] # read by the route
    endpoint.__name__ = act.name.replace("-", "_")
    endpoint.__doc__ = inspect.getdoc(act.perform)
    return endpoint


# the short way ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Read:
    """A request that is whole: its token, its body in the act's shape, and what came beside it."""

    token: str
    body: Shape
    digest: str
    key: str | None
    subject: str | None
    if_match: str | None
    signature: str | None


class _ActRoute(APIRoute):
    """The route of an act, whose endpoint bears it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Reads the request itself; what is not whole is left to FastAPI to refuse."""
        usual = super().get_route_handler()
        act = cast(Act, self.endpoint.act)  # type: ignore[attr-defined]
        allowed = frozenset(act.roles)
        subject_type: TypeAdapter[Any] = TypeAdapter(act.subject_type)

        async def handle(request: Request) -> Response:
            read = _read(act, subject_type, request, await request.body())
            if read is None:
                return await usual(request)
            message = await signatures.message_of(request)
            context: Context = request.app.state.context
            return await run_in_threadpool(_perform, act, allowed, read, message, context)

        return handle


def _read(
    act: Act, subject_type: TypeAdapter[Any], request: Request, content: bytes
) -> _Read | None:
    """The request as the act takes it; None where anything is missing or wrong."""
    headers = request.headers
    scheme, token = get_authorization_scheme_param(headers.get("authorization"))
    signature = headers.get("act-signature")
    if scheme.lower() != "bearer" or not token or len(signature or "") > act_signatures.LONGEST:
        return None
    try:
        raw = json.loads(content)
        given = request.path_params.get(act.subject_name)
        return _Read(
            token=token,
            body=act.shape.model_validate(raw),
            digest=fingerprint(raw),
            key=headers.get("idempotency-key"),
            subject=None if given is None else str(subject_type.validate_python(given)),
            if_match=headers.get("if-match") if act.needs_match else None,
            signature=signature,
        )
    except (ValueError, RecursionError):  # no JSON, no text, not of the shape
        return None


def _perform(
    act: Act, allowed: frozenset[str], read: _Read, message: Message, context: Context
) -> Response:
    caller = let_in(context, allowed, read.token, message)
    arrival = Arrival(caller, context, read.subject, read.if_match, read.signature)
    once = prepared(act, read.body, read.digest, read.key, arrival)
    return answered(context.acts.perform(once))
