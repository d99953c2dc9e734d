"""Links of the contract (OpenAPI 3.1): from what was done to what can be asked of it, and back.

They are found by names. An answer names a subject where it has a member of that name (`case`), the
address does (`/cases/{case_id}`), or a list of them does (`items`, each with its `code`). An act
leads to the questions about its subject, a question to the acts on it, with the ETag where one is
needed.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_OWN_NAMES = ("id", "code", "identifier")


@dataclass(frozen=True)
class _Operation:
    path: str
    body: dict[str, Any]

    @property
    def is_act(self) -> bool:
        return "x-act" in self.body

    def subjects(self) -> dict[str, str]:
        """What its address names: the parameter by the name of its subject.

        In `/cases/{case_id}` it is the case, in `/items/{code}` the item.
        """
        parts = self.path.split("/")
        return {
            _singular(before) if part[1:-1] in _OWN_NAMES else part[1:-1].removesuffix("_id"): (
                part[1:-1]
            )
            for before, part in itertools.pairwise(parts)
            if part.startswith("{")
        }

    def takes(self, header: str) -> bool:
        """Whether it takes the header."""
        return any(
            one["in"] == "header" and one["name"] == header
            for one in self.body.get("parameters", ())
        )

    def answers(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """The answers to what went well, each with the schema of its JSON."""
        for status, answer in self.body["responses"].items():
            schema = answer.get("content", {}).get("application/json", {}).get("schema")
            if status.startswith("2") and schema is not None:
                yield answer, schema


def add_links(document: dict[str, Any]) -> None:
    """Put the links into the document's answers."""
    schemas = document["components"]["schemas"]
    operations = [
        _Operation(path, body)
        for path, methods in document["paths"].items()
        for method, body in methods.items()
    ]
    about = defaultdict(list)
    for operation in operations:
        if len(operation.subjects()) == 1:
            about[next(iter(operation.subjects()))].append(operation)
    for source in operations:
        for answer, schema in source.answers():
            links = dict(_links(source, _members(schema, schemas), schemas, about))
            if links:
                answer["links"] = dict(sorted(links.items()))


def _links(
    source: _Operation,
    members: dict[str, Any],
    schemas: dict[str, Any],
    about: dict[str, list[_Operation]],
) -> Iterator[tuple[str, Any]]:
    for subject, targets in about.items():
        found = _named(source, subject, members, schemas)
        if found is None:
            continue
        value, etag = found
        for target in targets:
            if target.is_act is source.is_act or target is source:
                continue
            parameters = {f"path.{target.subjects()[subject]}": value}
            if target.takes("If-Match"):
                parameters["header.If-Match"] = etag
            yield (
                target.body["operationId"],
                {"operationId": target.body["operationId"], "parameters": parameters},
            )


def _named(
    source: _Operation, subject: str, members: dict[str, Any], schemas: dict[str, Any]
) -> tuple[str, str] | None:
    """Where an answer says which subject it is about, and where the ETag of that is."""
    own = "$response.body#/etag" if "etag" in members else "$response.header.ETag"
    if subject in members and _is_text(members[subject]):
        return f"$response.body#/{subject}", own
    if subject in source.subjects():
        return f"$request.path.{source.subjects()[subject]}", own
    for name, schema in members.items():
        inner = _members(schema.get("items", {}), schemas)
        place = f"$response.body#/{name}/0"
        if _is_text(inner.get(subject, {})):
            return f"{place}/{subject}", f"{place}/etag"
        for key in _OWN_NAMES:
            if _singular(name) == subject and _is_text(inner.get(key, {})):
                return f"{place}/{key}", f"{place}/etag"
    return None


def _members(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "")
    if reference:
        schema = schemas[reference.rsplit("/", 1)[1]]
    members: dict[str, Any] = schema.get("properties", {})
    return members


def _singular(name: str) -> str:
    return name.removesuffix("s")


def _is_text(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "string"
