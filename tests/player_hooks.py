"""What runs inside Schemathesis: who asks, what is real, and a check of our own."""

from __future__ import annotations

import json
import os
import re
import threading
from pathlib import Path
from typing import Any

import schemathesis

_FACTS = json.loads(Path(os.environ["CONTRACT_PLAYER_FACTS"]).read_text("utf-8"))
_VALUES: dict[str, Any] = _FACTS["values"]
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TYPE = "urn:hall-counter:problem:"
_INSIDE = ("Traceback", "sqlalchemy", "sqlite3", "psycopg", "SELECT ", "site-packages", '.py"')


class Tokens:
    """The token in use; the next when its session has ended."""

    def __init__(self, tokens: list[str]) -> None:
        self._left = list(tokens)
        self._door = threading.Lock()

    def current(self) -> str:
        return self._left[0] if self._left else ""

    def ended(self, token: str) -> None:
        with self._door:
            if len(self._left) > 1 and self._left[0] == token:
                self._left.pop(0)


tokens = Tokens(_FACTS["tokens"])


@schemathesis.auth(refresh_interval=None)
class SignedIn:
    """Everybody asks with a token, for operations that want one."""

    def get(self, case: Any, context: Any) -> str:
        del case, context
        return tokens.current()

    def set(self, case: Any, data: str, context: Any) -> None:
        del context
        if data and case.operation.definition.raw.get("x-roles"):
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    del context, case
    sent = response.request.headers.get("Authorization", "")
    if response.status_code == 204 or b"session-ended" in (response.content or b""):
        tokens.ended(sent.removeprefix("Bearer "))


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """Operator, window, item and the like are real wherever a request names them rightly."""
    del context
    if not isinstance(body, dict):
        return body
    return {name: _real(name, value) for name, value in body.items()}


def _real(name: str, value: Any) -> Any:
    known = _VALUES.get(name)
    return known if known is not None and _is_rightly_named(known, value) else value


def _is_rightly_named(known: Any, value: Any) -> bool:
    """Whether the value is of the known one's form: what breaks the contract has to arrive."""
    if type(known) is not type(value):
        return False
    if isinstance(known, dict):
        same = known.keys() == value.keys()
        return same and all(_is_rightly_named(known[name], value[name]) for name in known)
    if isinstance(known, str):
        return bool(_UUID.fullmatch(value)) or not _UUID.fullmatch(known)
    return True


@schemathesis.check
def problems_are_problem_documents(ctx: Any, response: Any, case: Any) -> None:
    """A refusal has a stable type and says nothing of the inside."""
    del ctx, case
    if response.status_code < 400:
        return
    kind = response.headers.get("content-type", [""])[0]
    assert kind == "application/problem+json", (response.status_code, kind, response.content[:200])
    document = json.loads(response.content)
    assert document["type"] == _TYPE + document["code"]
    assert document["status"] == response.status_code
    assert document["title"]
    assert document["code"] != "store-unavailable", "it is there all the time"
    text = response.content.decode()
    assert not any(word in text for word in _INSIDE), text


@schemathesis.serializer("application/pdf", "application/ofd", "image/jpeg", "image/png")
def file_as_it_is(context: Any, value: Any) -> bytes:
    """Bytes of an upload; what is made up for them is mostly not what it says it is."""
    del context
    return value if isinstance(value, bytes) else json.dumps(value).encode()
