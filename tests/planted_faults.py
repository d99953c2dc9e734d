"""Faults planted in front of a platform, each of which `hall-platform check` has to find.

A fault changes the request (`coming`) or the answer (`going`) and is named with the checks that
have to see it; in full size they have to be the only ones that do.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hall_platform.conformance.people import NAME
from hall_platform.examples import CASE

Headers = list[tuple[bytes, bytes]]
Answer = tuple[int, Headers, bytes]
Coming = Callable[[dict[str, Any]], None]
Going = Callable[[str, int, Headers, bytes], Answer]


@dataclass(frozen=True)
class Fault:
    """What is changed, and by which checks it is found."""

    found_by: frozenset[str]
    coming: Coming | None = None
    going: Going | None = None


def at(pattern: str, change: Going) -> Going:
    """The fault at those operations only, "GET /v1/…" as a regular expression."""

    def there(asked: str, status: int, headers: Headers, body: bytes) -> Answer:
        if re.fullmatch(pattern, asked):
            return change(asked, status, headers, body)
        return status, headers, body

    return there


def other_status(was: int, now: int) -> Going:
    """One status told as another."""

    def change(asked: str, status: int, headers: Headers, body: bytes) -> Answer:
        return (now if status == was else status), headers, body

    return change


def without(name: bytes) -> Going:
    """A header left out."""

    def change(asked: str, status: int, headers: Headers, body: bytes) -> Answer:
        return status, [one for one in headers if one[0] != name], body

    return change


def text_problem(asked: str, status: int, headers: Headers, body: bytes) -> Answer:
    """Problems as plain text."""
    if status < 400 or not body:
        return status, headers, body
    return status, _of(headers, b"text/plain", b"oops"), b"oops"


def edited(change: Callable[[Any], None]) -> Going:
    """The JSON answer changed, where it has what the change looks for."""

    def fault(asked: str, status: int, headers: Headers, body: bytes) -> Answer:
        try:
            value = json.loads(body)
            change(value)
        except (ValueError, KeyError, TypeError, IndexError):
            return status, headers, body
        new = json.dumps(value, ensure_ascii=False).encode()
        kind = next(value for name, value in headers if name == b"content-type")
        return status, _of(headers, kind, new), new

    return fault


def done_again() -> Going:
    """What is refused with 409 is answered as it was when it went well, at the same address."""
    went_well: dict[str, Answer] = {}

    def fault(asked: str, status: int, headers: Headers, body: bytes) -> Answer:
        if status in (200, 201):
            went_well[asked] = status, headers, body
        return (
            went_well.get(asked, (status, headers, body))
            if status == 409
            else (
                status,
                headers,
                body,
            )
        )

    return fault


def _of(headers: Headers, kind: bytes, body: bytes) -> Headers:
    kept = [one for one in headers if one[0] not in (b"content-type", b"content-length")]
    return [*kept, (b"content-type", kind), (b"content-length", b"%d" % len(body))]


# requests ---------------------------------------------------------------------------------------


def other_key(scope: dict[str, Any]) -> None:
    """Idempotency off: each delivery is another act."""
    if scope["path"] == "/v1/number-blocks":
        scope["headers"] = [
            (
                name,
                uuid.uuid4().hex.encode()
                if name == b"idempotency-key" and b" " not in value
                else value,
            )
            for name, value in scope["headers"]
        ]


def any_state(scope: dict[str, Any]) -> None:
    """If-Match that nobody looks at."""
    kept = [one for one in scope["headers"] if one[0] != b"if-match"]
    scope["headers"] = [*kept, (b"if-match", b"*")]


def open_counties() -> Coming:
    """Whoever asks for a case by its address is answered as who received it."""
    received: dict[str, tuple[bytes, bytes]] = {}

    def fault(scope: dict[str, Any]) -> None:
        parts = scope["path"].split("/")
        token = next((one for one in scope["headers"] if one[0] == b"authorization"), None)
        if parts[:3] != ["", "v1", "cases"] or parts[3] == CASE or token is None:
            return  # nobody has received the case of the examples
        if parts[4:] == ["receipt"]:
            received[parts[3]] = token
        elif scope["method"] == "GET" and len(parts) == 4 and parts[3] in received:
            kept = [one for one in scope["headers"] if one[0] != b"authorization"]
            scope["headers"] = [*kept, received[parts[3]]]

    return fault


# answers ----------------------------------------------------------------------------------------


def _nothing_known(value: Any) -> None:
    value["unknown"] += [one["key"] for one in value["done"]]
    value["done"] = value["receipts"] = []


def _last_page(value: Any) -> None:
    if value["next"]:
        value["next"] = None


def _emptied(member: str) -> Going:
    def change(value: Any) -> None:
        value[member] = type(value[member])()

    return edited(change)


def _allowed(state: str, act: str) -> Going:
    """An act told as allowed in a state in which it is not."""

    def change(value: Any) -> None:
        if value["state"] == state:
            told = next(one for one in value["acts"] if one["act"] == act)
            told |= {"allowed": True, "reason": ""}

    return edited(change)


def _a_day_later(value: Any) -> None:
    for one in value["due"]:
        if one["kind"] == "promised":
            one["on"] = (date.fromisoformat(one["on"]) + timedelta(days=1)).isoformat()


def _a_day_worked(value: Any) -> None:
    value["years"][min(value["years"])]["off"].pop()


def _never_issued(value: Any) -> None:
    for one in value["documents"]:
        one["state"] = "owed"


def _other_reason(value: Any) -> None:
    value["reason"] = {"not-in-this-state": "elsewhere"}[value["reason"]]


def _other_act(value: Any) -> None:
    for one in value["done"]:
        if one["act"] == "receive":
            one["act"] = "accept"


def _whole_name(value: Any) -> None:
    for one in value["calls"]:
        one["name"] = NAME


def _other_start(value: Any) -> None:
    value["start"] = {"09:00": "09:15"}.get(value["start"], "09:00")


def _other_draft(value: Any) -> None:
    value["id"] = str(uuid.UUID(int=uuid.UUID(value["id"]).int ^ 1))


_CASE = "/v1/cases/[^/]+"
_TICKET = "/v1/tickets/[^/]+"


def _fault(*found_by: str, coming: Coming | None = None, going: Going | None = None) -> Fault:
    return Fault(frozenset(found_by), coming, going)


PROTOCOL: Mapping[str, Fault] = {
    "idempotency off": _fault("replayed", "reused", coming=other_key),
    "If-Match ignored": _fault("stale", coming=any_state),
    "problems as text": _fault(
        "closed-without-token", "wrong-bodies", "unknown-routes", going=text_problem
    ),
    "open to all roles": _fault("closed-to-other-roles", going=other_status(403, 200)),
    "open to strangers": _fault("closed-without-token", going=other_status(401, 200)),
    "kept by caches": _fault("standing-headers", going=without(b"cache-control")),
    "no ETag": _fault("not-modified", "case-there", going=without(b"etag")),
    "replays not told": _fault("replayed", going=without(b"idempotency-replayed")),
    "batches out of order": _fault(
        "batches", going=edited(lambda value: value["answers"].reverse())
    ),
    "receipts forgotten": _fault("read-back", going=edited(_nothing_known)),
    "no next page": _fault("pages", going=edited(_last_page)),
    "a member left out": _fault("health", going=edited(lambda value: value.pop("version"))),
}

BEHAVIOUR: Mapping[str, Fault] = {
    "one ticket at two windows": _fault("called-once", going=at("POST /v1/calls", done_again())),
    "a withdrawn case decided": _fault(
        "withdrawn-is-over", going=at(f"POST {_CASE}/decision", other_status(409, 200))
    ),
    "a code opened twice": _fault(
        "presented-once", going=at("POST /v1/presentation-redemptions", done_again())
    ),
    "another county's case shown": _fault("other-county", coming=open_counties()),
    "extended twice": _fault(
        "extended-once", going=at(f"POST {_CASE}/extension", other_status(409, 200))
    ),
    "handed over while to be corrected": _fault(
        "acts-until-hand-over",
        going=at(f"GET {_CASE}/allowed-acts", _allowed("to_correct", "hand-over")),
    ),
    "withdrawn after the decision": _fault(
        "acts-until-delivery",
        going=at(f"GET {_CASE}/allowed-acts", _allowed("decided", "withdraw-case")),
    ),
    "refused for something else": _fault(
        "refused-as-told", going=at(f"POST {_CASE}/take-over", edited(_other_reason))
    ),
    "a day too many": _fault(
        "due-days", going=at(f"GET {_CASE}/allowed-acts", edited(_a_day_later))
    ),
    "a holiday forgotten": _fault(
        "announced-days", going=at("GET /v1/calendar", edited(_a_day_worked))
    ),
    "a number given twice": _fault(
        "numbers-single", going=at(f"POST {_CASE}/receipt", other_status(409, 201))
    ),
    "papers owed for ever": _fault("papers-owed", going=at(f"GET {_CASE}", edited(_never_issued))),
    "another act on record": _fault(
        "acts-read-back", going=at("GET /v1/sync/receipts", edited(_other_act))
    ),
    "duplicates not flagged": _fault(
        "duplicates-flagged", going=at(f"POST {_CASE}/receipt", _emptied("duplicate_of"))
    ),
    "two tickets for one person": _fault(
        "ticket-taken", going=at("POST /v1/tickets", done_again())
    ),
    "called by name to two windows": _fault(
        "one-window", going=at(f"POST {_TICKET}/call", done_again())
    ),
    "called for ever": _fault("call-round", going=at(f"POST {_TICKET}/recall", done_again())),
    "names on the display": _fault(
        "display-names-nobody", going=at("GET /v1/hall/board", edited(_whole_name))
    ),
    "any case founds a look": _fault(
        "unfounded-looks", going=at("POST /v1/exchange/queries", other_status(403, 200))
    ),
    "a look not on record": _fault(
        "looks-on-record", going=at("POST /v1/exchange/use-queries", _emptied("uses"))
    ),
    "a look hidden online": _fault(
        "looks-shown-online", going=at("GET /v1/exchange/uses", _emptied("uses"))
    ),
    "applications lost on the way": _fault(
        "application-online",
        going=at("POST /v1/preapplication-queries", _emptied("preapplications")),
    ),
    "another draft by the code": _fault(
        "draft-handed-over", going=at("POST /v1/draft-code-queries", edited(_other_draft))
    ),
    "another time at the window": _fault(
        "appointment-online", going=at("GET /v1/appointments/[^/]+", edited(_other_start))
    ),
}
