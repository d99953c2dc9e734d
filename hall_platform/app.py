"""The platform as an ASGI application: routes of the modules, problems, OpenAPI."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Match, Route

from hall_platform import openapi
from hall_platform.act_routes import router_of
from hall_platform.border import Border
from hall_platform.catalogue.working_days import CalendarInForce
from hall_platform.clock import Clock, SystemClock, stamp
from hall_platform.context import Context, InContext
from hall_platform.database import Store, ping
from hall_platform.dispatch import by_first_word
from hall_platform.events.listeners import Listeners
from hall_platform.idempotency import OnceOnly
from hall_platform.identity.text_messages import TextMessages, text_messages
from hall_platform.modules import NAMES, parts
from hall_platform.problems import Problem, invalid_shape
from hall_platform.settings import Settings
from hall_platform.shapes import Health

DISTRIBUTION = "hall-counter"

health_router = APIRouter(prefix="/v1", tags=["health"])


@health_router.get("/health", response_model=Health, summary="平台是否可用")
def health(context: InContext) -> dict[str, str]:
    """The cheapest question there is; asks the store for one row."""
    ping(context.store)
    return {
        "status": "ok",
        "time": stamp(context.clock.now()),
        "version": own_version(),
    }


def own_version() -> str:
    """The distribution's version; "0" when run from a folder that is not installed."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "0"


@cache
def routers() -> tuple[APIRouter, ...]:
    """What is served: of each module its questions and its acts. Made once in a process."""
    asked, done = parts("routes"), parts("acts")
    found = [health_router]
    for name in NAMES:
        found += [asked[name].router] if name in asked else []
        found += [router_of(name, done[name].ACTS)] if name in done else []
    return tuple(found)


def create_app(
    settings: Settings,
    store: Store,
    clock: Clock | None = None,
    messages: TextMessages | None = None,
) -> FastAPI:
    """The application over an open store. The caller closes the store when it is done."""
    app = bare_app(routers())
    clock = clock or SystemClock()
    app.state.context = Context(
        settings=settings,
        store=store,
        clock=clock,
        calendars=CalendarInForce(store),
        acts=OnceOnly(store),
        listeners=Listeners(store, clock, settings.heartbeat),
        text_messages=messages or text_messages(settings.text_messages),
    )
    return app


def bare_app(served: Iterable[APIRouter]) -> FastAPI:
    """The routes without a store: enough to write the OpenAPI document."""
    app = FastAPI(
        title="市民之家参考平台",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[Middleware(Border)],
        exception_handlers={
            Problem: _problem,
            RequestValidationError: _invalid,
            HTTPException: _http,
        },
    )
    for router in served:
        app.router.routes.extend(router.routes)
    app.router.middleware_stack = by_first_word(app.router)
    return app


def openapi_document() -> dict[str, Any]:
    """The contract, as committed in docs/api/openapi.json."""
    document: dict[str, Any] = json.loads(_contract())
    return document


@cache
def _contract() -> str:
    """Made once: it takes seconds."""
    served = routers()
    return json.dumps(openapi.document(bare_app(served), served))


async def _problem(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem.response()


async def _invalid(_request: Request, failure: Exception) -> Response:
    assert isinstance(failure, RequestValidationError)
    return invalid_shape(failure.errors()).response()


async def _http(request: Request, failure: Exception) -> Response:
    """Starlette's own refusals: no route, wrong method, a body that is no text."""
    assert isinstance(failure, HTTPException)
    codes = {404: "unknown-route", 405: "wrong-method", 400: "malformed-request"}
    code = codes.get(failure.status_code, "internal")
    if code == "wrong-method":
        return Problem(code, headers={"Allow": _allowed(request)}).response()
    return Problem(code, headers=failure.headers).response()


def _allowed(request: Request) -> str:
    """Every method of an address: questions and acts of one may be different routes."""
    methods: set[str] = set()
    for route in request.app.router.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    return ", ".join(sorted(methods))
