"""The OpenAPI 3.1 document of the routes: roles, problems, examples and links."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from hall_platform.access import roles_of
from hall_platform.examples import Example, examples
from hall_platform.identity.signatures import PROBLEMS as SIGNATURE_PROBLEMS
from hall_platform.openapi_links import add_links
from hall_platform.problems import MEDIA_TYPE, TYPE_PREFIX, kinds
from hall_platform.shapes import ProblemDocument

_ALWAYS = ("internal", "store-unavailable", "head-too-large")
_SIGNED_IN = ("not-signed-in", "session-ended", "not-allowed", *SIGNATURE_PROBLEMS)
_WITH_BODY = ("malformed-request", "invalid-request", "too-large", "not-json")
_SCHEMA = "ProblemDocument"
_ACT_HEADERS: dict[str, dict[str, Any]] = {
    "Idempotency-Key": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,255}$"},
    "If-Match": {"type": "string", "minLength": 1, "pattern": "\\S"},
}


def document(app: FastAPI, routers: Iterable[APIRouter]) -> dict[str, Any]:
    """The document of `app`, whose routes are those of `routers`."""
    made = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        routes=app.routes,
        description="综合窗口客户端与一体化平台的接口约定。错误为 RFC 9457 文档，code 稳定。",
    )
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas[_SCHEMA] = ProblemDocument.model_json_schema()
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                for method in route.methods or ():
                    operation = made["paths"][route.path][method.lower()]
                    _complete(operation, route)
                    _exemplify(operation, examples().get(f"{method} {route.path}"))
    add_links(made)
    return made


def problems_of(route: APIRoute) -> tuple[str, ...]:
    """The codes an operation may answer with."""
    declared: tuple[str, ...] = tuple((route.openapi_extra or {}).get("x-problems", ()))
    signed_in = _SIGNED_IN if roles_of(route.dependant) else ()
    with_body = _WITH_BODY if route.body_field is not None else ()
    asked = (*route.dependant.query_params, *route.dependant.path_params)
    address = ("invalid-request",) if asked else ()
    return tuple(dict.fromkeys((*declared, *signed_in, *with_body, *address, *_ALWAYS)))


def _complete(operation: dict[str, Any], route: APIRoute) -> None:
    operation["x-roles"] = sorted(roles_of(route.dependant))
    operation.pop("x-problems", None)
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in _ACT_HEADERS:
            # Missing is a problem of its own, so the routes themselves take it as optional.
            parameter["required"] = True
            parameter["schema"] = {**_ACT_HEADERS[parameter["name"]], "title": parameter["name"]}
    by_status: dict[int, list[str]] = {}
    for code in problems_of(route):
        by_status.setdefault(kinds()[code].status, []).append(code)
    operation["responses"].pop("422", None)
    for status, codes in sorted(by_status.items()):
        operation["responses"][str(status)] = {
            "description": "；".join(f"{code}：{kinds()[code].title}" for code in codes),
            "content": {
                MEDIA_TYPE: {
                    "schema": {
                        "allOf": [{"$ref": f"#/components/schemas/{_SCHEMA}"}],
                        "properties": {"type": {"enum": [TYPE_PREFIX + code for code in codes]}},
                    }
                }
            },
        }


def _exemplify(operation: dict[str, Any], example: Example | None) -> None:
    """Put the example where it is looked for."""
    if example is None:
        return
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in example.parameters:
            parameter["example"] = example.parameters[parameter["name"]]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["example"] = example.request
    for status, answer in operation["responses"].items():
        for content in answer.get("content", {}).values() if status.startswith("2") else ():
            content["example"] = example.answer
            if "$ref" in content["schema"]:  # FastAPI says of a stream that it is a string too
                content["schema"].pop("type", None)
