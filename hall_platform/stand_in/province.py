"""What the stand-in keeps, and what it answers; no socket in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hall_platform.links.envelope import digest_of
from hall_platform.stand_in import rules

Answer = tuple[int, dict[str, Any]]
A_PAGE = 100


@dataclass
class Trouble:
    """How it misbehaves at a path, and how often.

    `refuse` answers with a status, `reject` with a code as for wrong data, `slow` waits before it
    answers, `lose` keeps what it was sent and closes the connection without a word.
    """

    kind: str
    path: str
    times: int
    status: int = 503
    seconds: float = 0.0
    code: str = "field-wrong"
    fields: tuple[str, ...] = ()
    retry_after: int | None = None


@dataclass
class Province:
    """Cases, steps, ratings, catalogue and shared data of a province."""

    records: Mapping[tuple[str, str, str], list[dict[str, Any]]]
    kept: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    catalogue: list[dict[str, Any]] = field(default_factory=list)
    licence_types: list[dict[str, Any]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    journal: list[dict[str, str]] = field(default_factory=list)
    _guard: threading.RLock = field(default_factory=threading.RLock)

    def answer(self, path: str, parameters: dict[str, Any]) -> Answer:
        """What a path answers to parameters that came in a genuine envelope."""
        routes: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "/cases": self._case,
            "/steps": self._step,
            "/ratings": self._rating,
            "/rating-strikes": self._strike,
            "/read-back": self._read_back,
            "/catalogue": self._pull,
            "/shared-data": self._shared,
        }
        route = routes.get(path)
        if route is None:
            return 404, {"code": "unknown-path"}
        with self._guard:
            status, body = route(parameters)
            self.journal.append({"path": path, "code": str(body.get("code", "ok"))})
            return status, body

    def trouble(self, path: str) -> Trouble | None:
        """The trouble that is due at the path; it is used up by being told."""
        with self._guard:
            for one in self.troubles:
                if one.path == path and one.times > 0:
                    one.times -= 1
                    return one
        return None

    def add_trouble(self, trouble: Trouble) -> None:
        """Misbehave from now on."""
        with self._guard:
            self.troubles.append(trouble)

    def publish(self, code: str, content: dict[str, Any] | None, name: str = "") -> int:
        """A new version of an item, or with no content its withdrawal; the version."""
        with self._guard:
            version = len(self.catalogue) + 1
            entry = {"code": code, "version": version, "withdrawn": content is None, "name": name}
            self.catalogue.append({**entry, "item": content})
            return version

    def forget(self, key: str) -> bool:
        """Lose something it had said it has."""
        with self._guard:
            return self.kept.pop(key, None) is not None

    def state(self) -> dict[str, Any]:
        """What it has, by numbers of cases; no person is in it."""
        with self._guard:
            return {
                "kept": dict(self.kept),
                "statuses": dict(self.statuses),
                "counted": self._counted(),
                "journal": list(self.journal),
                "catalogue": len(self.catalogue),
                "troubles": self._troubles_left(),
            }

    def _troubles_left(self) -> dict[str, int]:
        left: dict[str, int] = {}
        for one in self.troubles:
            left[one.path] = left.get(one.path, 0) + one.times
        return left

    def _case(self, parameters: dict[str, Any]) -> Answer:
        wrong = rules.wrong_in_case(parameters)
        if wrong:
            return 422, {"code": "field-wrong", "fields": wrong}
        number, status = parameters["projectNo"], int(parameters["proStatus"])
        if self.statuses.get(number, 0) > status:
            return 422, {"code": "status-goes-back", "fields": ["proStatus"]}
        answer = self._keep(f"case {number} {status}", parameters)
        self.statuses[number] = status
        return answer

    def _step(self, parameters: dict[str, Any]) -> Answer:
        return self._of_case(parameters, rules.wrong_in_step(parameters), "step", "stepNo")

    def _rating(self, parameters: dict[str, Any]) -> Answer:
        wrong = rules.wrong_in_rating(parameters)
        return self._of_case(parameters, wrong, "rating", "serviceNumber")

    def _strike(self, parameters: dict[str, Any]) -> Answer:
        """A rating counts no more; it is kept. Of one that was never there nothing is struck."""
        wrong = rules.wrong_in_strike(parameters)
        rating = f"{parameters.get('projectNo')} {parameters.get('serviceNumber')}"
        if not wrong and f"rating {rating}" not in self.kept:
            return 422, {"code": "rating-unknown", "fields": ["serviceNumber"]}
        return self._of_case(parameters, wrong, "strike", "serviceNumber")

    def _counted(self) -> list[str]:
        """The ratings that count: those that were not struck."""
        rated = (key.removeprefix("rating ") for key in self.kept if key.startswith("rating "))
        return sorted(one for one in rated if f"strike {one}" not in self.kept)

    def _of_case(
        self, parameters: dict[str, Any], wrong: list[str], kind: str, member: str
    ) -> Answer:
        if wrong:
            return 422, {"code": "field-wrong", "fields": wrong}
        if parameters["projectNo"] not in self.statuses:
            return 422, {"code": "case-unknown", "fields": ["projectNo"]}
        return self._keep(f"{kind} {parameters['projectNo']} {parameters[member]}", parameters)

    def _keep(self, key: str, parameters: dict[str, Any]) -> Answer:
        digest = digest_of(parameters)
        if key in self.kept:
            return 200, {"code": "already-exists", "receipt": self.kept[key][:16]}
        self.kept[key] = digest
        return 200, {"code": "ok", "receipt": digest[:16]}

    def _read_back(self, parameters: dict[str, Any]) -> Answer:
        keys = parameters.get("keys")
        if not isinstance(keys, list):
            return 422, {"code": "field-wrong", "fields": ["keys"]}
        return 200, {"digests": {key: self.kept[key] for key in keys if key in self.kept}}

    def _pull(self, parameters: dict[str, Any]) -> Answer:
        since = parameters.get("since")
        if not isinstance(since, int):
            return 422, {"code": "field-wrong", "fields": ["since"]}
        newer = [one for one in self.catalogue if one["version"] > since]
        page = newer[:A_PAGE]
        return 200, {
            "version": page[-1]["version"] if page else since,
            "items": page,
            "licenceTypes": self.licence_types,
            "more": len(newer) > len(page),
        }

    def _shared(self, parameters: dict[str, Any]) -> Answer:
        holder, fields = parameters.get("holder"), parameters.get("fields")
        basis = parameters.get("basis")
        if not isinstance(holder, dict) or not isinstance(fields, list) or not fields:
            return 422, {"code": "field-wrong", "fields": ["holder"]}
        if not isinstance(basis, dict) or not basis.get("item") or not basis.get("reason"):
            return 403, {"code": "no-purpose", "fields": ["basis"]}
        key = (str(parameters.get("resource")), str(holder.get("kind")), str(holder.get("number")))
        return 200, {
            "records": [
                {
                    "record": one["record"],
                    "values": {name: one["values"].get(name) for name in fields},
                }
                for one in self.records.get(key, ())
            ]
        }
