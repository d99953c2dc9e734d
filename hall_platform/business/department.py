"""A department at work over HTTP, for demonstrations and tests: reviews, decides, issues, closes.

It knows nothing but the contract. What it may do it asks the platform (`allowed-acts`); it refuses
what rests on copies whose originals nobody has seen, and grants the rest. Every act has a key made
of the case and the state it was done on, so that a round broken off is taken up where it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

TIMEOUT = 30
STATES = ("handed_over", "reviewed", "decided")
_ORDER = ("review-case", "decide-case", "issue-result", "close-case")
_PATHS = {
    "review-case": "review",
    "decide-case": "decision",
    "issue-result": "result",
    "close-case": "closure",
}
_MET = "材料齐全，符合法定条件"
_UNSEEN = "部分材料为复制件且未经核验原件，不能确认其真实性"
_BASIS = "事项实施清单关于申请材料的规定"


class Refused(Exception):
    """The platform refused, or could not be reached; the sentence says what."""


@dataclass(frozen=True)
class Done:
    """An act that was done on a case."""

    number: str
    act: str
    state: str


class Department:
    """One reviewer, signed in at a platform and out at the end."""

    def __init__(
        self, url: str, username: str, password: str, code: Callable[[], str] | None = None
    ) -> None:
        self._url = url.rstrip("/")
        self._username, self._password, self._code = username, password, code
        self._http = requests.Session()
        self._http.trust_env = False
        self._operator: dict[str, str] = {}

    def __enter__(self) -> Department:
        self.sign_in()
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(Refused):
            self._ask("DELETE", "/v1/sessions/current")
        self._http.close()

    def sign_in(self) -> None:
        """Begin a session. Raises Refused: wrong password, a step only a person can do."""
        self._http.headers.pop("Authorization", None)
        body = {"username": self._username, "password": self._password}
        answer = self._ask("POST", "/v1/sessions", body)
        if self._code is not None and _code(answer) == "second-factor-required":
            shown = {"sign_in": answer.json()["sign_in"], "code": self._code()}
            answer = self._ask("POST", "/v1/sessions/second-factor", shown)
        session = _expected(answer, 201, f"{self._username} cannot sign in")
        self._http.headers["Authorization"] = f"Bearer {session['access_token']}"
        person = session["operator"]
        self._operator = {
            "id": person["id"],
            "name": person["name"],
            "session": session["session"],
        }

    def round(self) -> Iterator[Done]:
        """Work every case of the department that waits; each act as it is done. Raises Refused."""
        for state in STATES:
            for case in list(self._waiting(state)):
                yield from self._work(case)

    def _waiting(self, state: str) -> Iterator[dict[str, Any]]:
        cursor = ""
        while True:
            query = f"?state={state}&limit=200" + (f"&cursor={quote(cursor)}" if cursor else "")
            page = self._get(f"/v1/department-cases{query}")
            yield from page["cases"]
            cursor = page["next"] or ""
            if not cursor:
                return

    def _work(self, case: dict[str, Any]) -> Iterator[Done]:
        """A case as far as the department can bring it."""
        while True:
            allowed = self._get(f"/v1/cases/{case['case']}/allowed-acts")
            open_acts = {one["act"] for one in allowed["acts"] if one["allowed"]}
            act = next((act for act in _ORDER if act in open_acts), None)
            if act is None:
                return
            done = self._do(case["case"], act, allowed["etag"])
            if done is None:
                return  # somebody else was at it
            yield Done(case["number"], act, done["state"])

    def _do(self, case: str, act: str, etag: str) -> dict[str, Any] | None:
        body = {"act": act, "operator": self._operator, **self._said(case, act)}
        key = f"department.{case}.{act}.{etag.strip(chr(34))}"
        answer = self._signed_in(
            "POST",
            f"/v1/cases/{case}/{_PATHS[act]}",
            body,
            {"If-Match": etag, "Idempotency-Key": key},
        )
        if answer.status_code in (409, 412):
            return None
        return _expected(answer, 200, f"{act} was refused")

    def _said(self, case: str, act: str) -> dict[str, Any]:
        """What the act says, from what the case holds."""
        if act == "close-case":
            return {}
        if act == "issue-result":
            return self._licence(case)
        unseen = self._rests_on_copies(case)
        reason = _UNSEEN if unseen else _MET
        if act == "review-case":
            return {"opinion": "refuse" if unseen else "grant", "reason": reason}
        refusal = {"legal_basis": _BASIS} if unseen else {}
        return {"outcome": "refused" if unseen else "granted", "reason": reason, **refusal}

    def _rests_on_copies(self, case: str) -> bool:
        kept = self._get(f"/v1/cases/{case}/provenance")["materials"]
        return any(one["trust_grade"] == "C" for one in kept)

    def _licence(self, case: str) -> dict[str, Any]:
        whole = self._get(f"/v1/cases/{case}")
        applicant = whole["applicant"]
        decided = next(
            step["at"] for step in reversed(whole["timeline"]) if step["act"] == "decide-case"
        )
        content = {"持证主体": applicant["name"], "住所": applicant["address"]}
        return {
            "valid_from": decided[:10],
            "content": {label: text for label, text in content.items() if text},
        }

    def _get(self, path: str) -> dict[str, Any]:
        return _expected(
            self._signed_in("GET", path), 200, f"{path.split('?', maxsplit=1)[0]} was refused"
        )

    def _signed_in(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> requests.Response:
        """The answer; a session that has run out is begun anew once."""
        answer = self._ask(method, path, body, headers)
        if answer.status_code != 401:
            return answer
        self.sign_in()
        if body is not None:
            body = {**body, "operator": self._operator}
        return self._ask(method, path, body, headers)

    def _ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> requests.Response:
        try:
            return self._http.request(
                method, self._url + path, json=body, headers=headers, timeout=TIMEOUT
            )
        except requests.RequestException as failure:
            name = type(failure).__name__
            raise Refused(f"the platform at {self._url} cannot be reached ({name})") from None


def _code(answer: requests.Response) -> str:
    try:
        return str(answer.json().get("code", ""))
    except ValueError:
        return ""


def _expected(answer: requests.Response, status: int, otherwise: str) -> dict[str, Any]:
    if answer.status_code != status:
        raise Refused(f"{otherwise}: {_code(answer) or answer.status_code}")
    body: dict[str, Any] = answer.json()
    return body
