"""Asks every operation as every role, and finds the people in what comes back.

    walk = Walk(platform, sessions)
    for leak in walk.everything(): …

A person is found by number or by name. Who is found has to be on record as looked at, by this very
question and with its purpose.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from store_under_test import opened

from hall_platform import examples as shown

TIMEOUT = 30

# What a part of an address names, by the first word of the address where it matters.
_PARTS = {
    ("", "ticket"): ("tickets", "id"),
    ("", "visit"): ("visits", "id"),
    ("", "draft"): ("drafts", "id"),
    ("", "letter"): ("letters", "id"),
    ("province", "letter"): ("province_letters", "id"),
    ("", "correction"): ("corrections", "id"),
    ("", "alert"): ("alerts", "id"),
    ("", "instruction"): ("instructions", "id"),
    ("", "authorisation"): ("authorisations", "id"),
    ("", "rating"): ("ratings", "record"),
    ("", "appeal"): ("rating_appeals", "id"),
    ("appointments", "code"): ("appointments", "code"),
    ("ticket-positions", "number"): ("tickets", "number"),
}


@dataclass(frozen=True)
class Session:
    """A signed-in party: its role, token, and as whom acts name it; whose data are its own."""

    role: str
    token: str
    session: str
    operator: str
    own: str = ""


@dataclass(frozen=True)
class Finding:
    """People in an answer, and those of them that no record explains."""

    operation: str
    role: str
    status: int
    people: frozenset[str]
    unexplained: frozenset[str]


class People:
    """The seeded people, to be found in a text."""

    def __init__(self, people: list[dict[str, Any]], staff: set[str]) -> None:
        self._signs: dict[str, str] = {}
        for person in people:
            self._signs[person["number"]] = person["number"]
            if person["name"] not in staff:  # a clerk of the same name is no applicant
                self._signs[person["name"]] = person["number"]

    def found_in(self, text: str, said: str = "") -> set[str]:
        """The numbers of those whose number or name stands in the text and was not said before."""
        return {number for sign, number in self._signs.items() if sign in text and sign not in said}


class Walk:
    """Every operation of a contract at a running platform."""

    def __init__(
        self,
        url: str,
        data_dir: Path,
        people: People,
        real: dict[str, Any],
        operations: list[tuple[str, str]],
    ) -> None:
        self.url, self.people, self._real = url, people, real
        self._operations = operations
        self._stack = ExitStack()
        self._store = self._stack.enter_context(opened(data_dir))
        self.http = requests.Session()
        self.http.trust_env = False

    def close(self) -> None:
        self._stack.close()
        self.http.close()

    def everything(self, who: Session) -> Iterator[Finding]:
        """Ask each operation; questions before acts, what ends the session last."""
        for method, path in sorted(self._operations, key=_order):
            example = shown.examples().get(f"{method} {path}", shown.Example())
            yield self.ask(who, method, path, example)

    def ask(self, who: Session, method: str, path: str, example: shown.Example) -> Finding:
        """One operation with its example, made real; what of people came back."""
        before = self._looks()
        with self._send(who, method, path, example) as answer:
            streams = "event-stream" in answer.headers.get("content-type", "")
            text = "" if streams else answer.text
            status = answer.status_code
        # Whoever asks may be told again what they said, but not a name for a number.
        found = self.people.found_in(text, as_text(self._made_real(example.request, who)))
        recorded = self._recorded_since(before)
        return Finding(
            f"{method} {path}",
            who.role,
            status,
            frozenset(found),
            frozenset(found - recorded - {who.own}),
        )

    def _send(
        self, who: Session, method: str, path: str, example: shown.Example
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {who.token}", "Idempotency-Key": uuid.uuid4().hex}
        headers["If-Match"] = "*"
        query: dict[str, Any] = {}
        for name, value in example.parameters.items():
            made = self._there(path, name) or self._made_real(value, who)
            if f"{{{name}}}" in path:
                path = path.replace(f"{{{name}}}", str(made))
            elif not name[0].isupper():
                query[name] = made
        sent: dict[str, Any] = {}
        if isinstance(example.request, bytes):
            sent["data"] = example.request
        elif example.request is not None:
            sent["json"] = self._made_real(example.request, who)
        return self.http.request(
            method,
            self.url + path,
            headers=headers,
            params=query,
            stream=True,
            timeout=TIMEOUT,
            **sent,
        )

    def _made_real(self, value: Any, who: Session) -> Any:
        """The example's stand-ins replaced by what is there."""
        if isinstance(value, dict):
            return {name: self._made_real(one, who) for name, one in value.items()}
        if isinstance(value, list):
            return [self._made_real(one, who) for one in value]
        if not isinstance(value, str):
            return value
        if value == shown.OPERATOR["id"]:
            return who.operator
        if value == shown.SESSION:
            return who.session
        return self._real.get(value, value)

    def _there(self, path: str, name: str) -> str:
        """The newest of what a part of the address names, where there is one."""
        table, column = _PARTS.get((path.split("/")[2], name), _PARTS.get(("", name), ("", "")))
        if not table or f"{{{name}}}" not in path:
            return ""
        row = self._store.execute(
            f'SELECT "{column}" FROM "{table}" ORDER BY {self._store.place} DESC LIMIT 1'
        ).first()
        return str(row[0]) if row is not None else ""

    def _looks(self) -> set[str]:
        return set(self._store.execute("SELECT id FROM data_uses").scalars())

    def _recorded_since(self, before: set[str]) -> set[str]:
        """Whose data the newest records are about; a record without a purpose explains nothing."""
        rows = self._store.execute("SELECT id, holder_number, purpose FROM data_uses")
        return {number for look, number, purpose in rows if look not in before and purpose.strip()}


def _order(operation: tuple[str, str]) -> tuple[bool, bool, str]:
    method, path = operation
    ends = path.endswith(("/current", "/deletion"))
    return ends, method != "GET" and not path.endswith("queries"), path


def texts_with_people(data_dir: Path, people: People, table: str, column: str) -> list[str]:
    """Texts of a table in which somebody is found."""
    with opened(data_dir) as store:
        texts = store.execute(f'SELECT "{column}" FROM "{table}"').scalars()
        return [text for text in texts if people.found_in(str(text))]


def as_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
