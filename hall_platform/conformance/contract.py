"""The contract as the checks read it: its operations, and whether an answer fits them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

import requests
from jsonschema import Draft202012Validator

from hall_platform.app import openapi_document
from hall_platform.examples import Example, examples
from hall_platform.problems import MEDIA_TYPE, TYPE_PREFIX

_ASKED_BY_POST = "-queries"  # questions that carry a person's number in their body


class Broken(Exception):
    """The platform does not keep the contract; the message says what was seen."""


class NotAsked(Exception):
    """The check could not be made; the message says what it would need."""


@dataclass(frozen=True)
class Operation:
    """An operation of the contract."""

    method: str
    path: str
    body: dict[str, Any]

    @property
    def name(self) -> str:
        """As it is told."""
        return f"{self.method} {self.path}"

    @property
    def roles(self) -> list[str]:
        """Those it is open to; empty for what comes before sign-in."""
        roles: list[str] = self.body["x-roles"]
        return roles

    @property
    def only_asks(self) -> bool:
        """Whether it leaves everything as it is, but for the record of the look."""
        return self.method == "GET" or self.path.endswith(_ASKED_BY_POST)

    @property
    def example(self) -> Example:
        """A request that fits it."""
        return examples()[self.name]

    def address(self) -> tuple[str, dict[str, str]]:
        """Path with query, and headers, of the example."""
        path, query, headers = self.path, [], {}
        for one in self.body.get("parameters", ()):
            value = self.example.parameters.get(one["name"])
            if value is None:
                continue
            if one["in"] == "path":
                path = path.replace(f"{{{one['name']}}}", quote(str(value), ""))
            elif one["in"] == "query":
                query.append(f"{one['name']}={quote(str(value), '')}")
            else:
                headers[one["name"]] = str(value)
        return path + ("?" + "&".join(query) if query else ""), headers


class Contract:
    """The contract this program was made with."""

    @cached_property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document."""
        return openapi_document()

    def operations(self) -> Iterator[Operation]:
        """Every operation; the one that ends the session comes last."""
        found = [
            Operation(method.upper(), path, body)
            for path, methods in self.document["paths"].items()
            for method, body in methods.items()
        ]
        yield from sorted(found, key=lambda one: one.method == "DELETE")

    def operation(self, name: str) -> Operation:
        """One by its name."""
        return next(one for one in self.operations() if one.name == name)

    def check_answer(self, operation: Operation, answer: requests.Response) -> None:
        """The status is one of the operation's, and what came back fits its schema."""
        known = operation.body["responses"].get(str(answer.status_code))
        if known is None:
            raise Broken(f"{operation.name} answered {answer.status_code}, which it does not name")
        kind = answer.headers.get("content-type", "").split(";")[0]
        content = known.get("content", {})
        if not content:
            return
        if kind not in content:
            raise Broken(f"{operation.name} answered with {kind or 'no content type'}")
        if kind in ("application/json", MEDIA_TYPE):
            schema = {**content[kind]["schema"], "components": self.document["components"]}
            wrong = next(Draft202012Validator(schema).iter_errors(answer.json()), None)
            if wrong is not None:
                place = "/".join(str(part) for part in wrong.absolute_path)
                raise Broken(f"{operation.name}: the answer does not fit at /{place}")


def problem(answer: requests.Response, status: int, *codes: str) -> str:
    """The code of a problem document, which has to be one of these."""
    if answer.status_code < 400:
        raise Broken(f"{answer.status_code} where {status} {' or '.join(codes)} is due")
    seen = f"{answer.status_code} {answer.headers.get('content-type', '')}"
    if answer.headers.get("content-type", "").split(";")[0] != MEDIA_TYPE:
        raise Broken(f"not a problem document: {seen}")
    try:
        document = answer.json()
        code: str = document["code"]
        fits = document["type"] == TYPE_PREFIX + code and document["status"] == answer.status_code
    except (ValueError, KeyError, TypeError):
        raise Broken(f"a problem document without its members: {seen}") from None
    if not fits or not document.get("title"):
        raise Broken(f"a problem document that contradicts itself: {code}")
    if answer.status_code != status or code not in codes:
        raise Broken(f"{answer.status_code} {code} where {status} {' or '.join(codes)} is due")
    return code


def due(condition: object, seen: str) -> None:
    """Broken(seen) unless the condition holds."""
    if not condition:
        raise Broken(seen)
