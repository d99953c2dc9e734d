"""The platform as an ASGI application: routes of the modules, problems, OpenAPI."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response

from hall_platform import openapi
from hall_platform.border import Border
from hall_platform.business import routes as business
from hall_platform.calendar import shipped_calendar
from hall_platform.catalogue import routes as catalogue
from hall_platform.clock import Clock, SystemClock, stamp
from hall_platform.context import Context, InContext
from hall_platform.database import Store, ping
from hall_platform.idempotency import OnceOnly
from hall_platform.identity import routes as identity
from hall_platform.licences import routes as licences
from hall_platform.problems import Problem
from hall_platform.settings import Settings
from hall_platform.shapes import Health

DISTRIBUTION = "hall-counter"

health_router = APIRouter(prefix="/v1", tags=["health"])

ROUTERS = (
    health_router,
    identity.router,
    catalogue.router,
    licences.router,
    business.router,
)


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


def create_app(settings: Settings, store: Store, clock: Clock | None = None) -> FastAPI:
    """The application over an open store. The caller closes the store when it is done."""
    app = bare_app()
    app.state.context = Context(
        settings=settings,
        store=store,
        clock=clock or SystemClock(),
        calendar=shipped_calendar(),
        acts=OnceOnly(store),
    )
    return app


def bare_app() -> FastAPI:
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
    for router in ROUTERS:
        app.include_router(router)
    return app


def openapi_document() -> dict[str, Any]:
    """The contract, as committed in docs/api/openapi.json."""
    return openapi.document(bare_app(), ROUTERS)


async def _problem(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem.response()


async def _invalid(_request: Request, failure: Exception) -> Response:
    assert isinstance(failure, RequestValidationError)
    errors: Sequence[Any] = failure.errors()
    if any(error["type"] == "json_invalid" for error in errors):
        return Problem("malformed-request").response()
    return Problem(
        "invalid-request",
        errors=[
            {"where": ".".join(str(part) for part in error["loc"]), "what": error["msg"]}
            for error in errors
        ],
    ).response()


async def _http(_request: Request, failure: Exception) -> Response:
    """Starlette's own refusals: no route, wrong method, a body that is no text."""
    assert isinstance(failure, HTTPException)
    codes = {404: "unknown-route", 405: "wrong-method", 400: "malformed-request"}
    code = codes.get(failure.status_code, "internal")
    return Problem(code, headers=failure.headers).response()
