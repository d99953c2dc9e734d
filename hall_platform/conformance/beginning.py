"""What begins online is seen at the window: an application, a draft handed over, an appointment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import requests

from hall_platform.conformance.cases import key, today
from hall_platform.conformance.contract import NotAsked, due
from hall_platform.conformance.forms import Unfillable, filled
from hall_platform.conformance.parties import Party
from hall_platform.conformance.running import Asked, check
from hall_platform.roles import CLERK

_PURPOSE = "合约核验：窗口接待"
_DAYS = 14  # so many days ahead an appointment is looked for


@dataclass
class Online:
    """A citizen of the file at the clerk's hall."""

    asked: Asked
    citizen: Party
    holder: dict[str, str]
    clerk: Party

    def act(self, path: str, act: str, etag: str = "", **said: Any) -> dict[str, Any]:
        """An act at the online hall that goes well."""
        sent = {"Idempotency_Key": key(), **({"If_Match": etag} if etag else {})}
        answer = self.citizen.ask("POST", f"/v1/portal{path}", {"act": act, **said}, **sent)
        return _well(answer, act)

    def at_window(self, path: str, act: str, etag: str = "", **said: Any) -> dict[str, Any]:
        """An act at the window that goes well."""
        clerk = self.clerk
        body = {"act": act, "operator": clerk.operator, "window": clerk.window, **said}
        sent = {"Idempotency_Key": key(), **({"If_Match": etag} if etag else {})}
        return _well(clerk.ask("POST", f"/v1{path}", body, **sent), act)

    def asks(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A question of the window that is answered."""
        return _well(self.clerk.ask("POST", f"/v1{path}", body), path)

    def items(self) -> Iterator[dict[str, Any]]:
        """Items that the hall takes applications for online."""
        for one in self.asked.items():
            guide = self.citizen.ask("GET", f"/v1/portal/items/{one['code']}")
            if guide.status_code == 200 and guide.json()["online"]:
                halls = [hall["code"] for hall in guide.json()["halls"]]
                if self.clerk.hall in halls:
                    yield one

    def begin(self, item: dict[str, Any], form: dict[str, Any]) -> dict[str, Any]:
        """A draft; given up afterwards, unless it has become something else."""
        said = {"hall": self.clerk.hall, "item": item["code"], "form": form}
        draft: dict[str, Any] = self.act("/drafts", "begin-draft", **said)["draft"]
        self.asked.afterwards(lambda: self._give_up(draft["id"]))
        return draft

    def _give_up(self, draft: str) -> None:
        now = self.citizen.ask("GET", f"/v1/portal/drafts/{draft}")
        if now.status_code == 200 and now.json()["state"] == "open":
            said = {"county": now.json()["county"]}
            self.act(f"/drafts/{draft}/discarding", "discard-draft", now.json()["etag"], **said)


def _well(answer: requests.Response, what: str) -> dict[str, Any]:
    due(answer.status_code in (200, 201), f"{what} answered {answer.status_code}: {answer.text}")
    done: dict[str, Any] = answer.json()
    return done


def _online(asked: Asked) -> Online:
    clerk, (citizen, holder) = asked.party(CLERK), asked.company.citizen()
    return Online(asked, citizen, holder, clerk)


@check("What a citizen hands in online is seen at the window by its code, with its form", full=True)
def application_online(asked: Asked) -> None:
    """Withdrawn online afterwards, which the window sees as well."""
    here = _online(asked)
    item, form = _fillable(here)
    draft = here.begin(item, form)
    county = draft["county"]
    done = here.act(
        f"/drafts/{draft['id']}/submission", "submit-draft", draft["etag"], county=county
    )
    number, code = done["preapplication"], done["preapplication_code"]
    asked.afterwards(lambda: _withdraw(here, number, county))
    seen = _seen(here, code)
    due(seen["id"] == number, "the code leads to another application")
    due(seen["state"] == "submitted", f"handed in, it is {seen['state']} at the window")
    due(seen["applicant"]["number"] == here.holder["number"], "it is somebody else's")
    shown = here.clerk.ask("GET", f"/v1/preapplications/{number}/form")
    due(shown.json()["form"] == form, "the window sees another form than was filled in")
    _withdraw(here, number, county)
    due(_seen(here, code)["state"] == "withdrawn", "withdrawn, the window still sees it open")


def _seen(here: Online, code: str) -> dict[str, Any]:
    answer = here.asks("/preapplication-queries", {"code": code, "purpose": _PURPOSE})
    found: list[dict[str, Any]] = answer["preapplications"]
    due(len(found) == 1, f"{len(found)} applications at the window under the code")
    return found[0]


def _withdraw(here: Online, number: str, county: str) -> None:
    path = f"/preapplications/{number}"
    mine = _well(here.citizen.ask("GET", f"/v1/portal{path}"), "one's own application")
    if mine["state"] == "withdrawn":
        return
    here.act(f"{path}/withdrawal", "withdraw-preapplication", mine["etag"], county=county)


def _fillable(here: Online) -> tuple[dict[str, Any], dict[str, Any]]:
    """An item taken online whose forms plain values fill in."""
    for item in here.items():
        try:
            return item, {one["code"]: filled(one["json_schema"]) for one in item["forms"]}
        except Unfillable:
            continue
    raise NotAsked("an item taken online at the hall whose form plain values fill in (--item)")


@check("A draft handed over online goes on at the window by its code, and back again", full=True)
def draft_handed_over(asked: Asked) -> None:
    """The code is good once."""
    here = _online(asked)
    item = next(here.items(), None)
    if item is None:
        raise NotAsked("an item taken online at the hall (--item)")
    draft = here.begin(item, {})
    path, county = f"/drafts/{draft['id']}", draft["county"]
    given = here.act(f"{path}/hand-over", "hand-over-draft", draft["etag"], county=county)
    by_code = {"county": county, "code": given["code"]}
    found = here.asks("/draft-code-queries", by_code)
    due(found["id"] == draft["id"], "the code leads to another draft")
    due(found["item"] == item["code"], "the window sees another item")
    taken = here.at_window(f"{path}/taking", "take-draft-to-window", code=given["code"])["draft"]
    due(taken["place"] == "window", f"taken to the window, it is {taken['place']}")
    again = here.clerk.ask("POST", "/v1/draft-code-queries", by_code)
    due(again.status_code == 404, "the code is good twice")
    back = here.at_window(f"{path}/hand-over", "hand-over-draft-at-window", taken["etag"])
    here.act(f"{path}/taking", "take-draft", county=county, code=back["code"])


@check("An appointment booked online is seen at the window by its code", full=True)
def appointment_online(asked: Asked) -> None:
    """Cancelled online afterwards, which the window sees as well."""
    here = _online(asked)
    booked = _book(here)
    path = f"/v1/appointments/{booked['code']}"

    def cancel() -> None:
        now = _well(here.citizen.ask("GET", path), "one's own appointment")
        if now["state"] == "booked":
            body = {"act": "cancel-appointment"}
            answer = here.citizen.ask("POST", f"{path}/cancellation", body, Idempotency_Key=key())
            _well(answer, "a cancellation")

    asked.afterwards(cancel)
    seen = _well(here.clerk.ask("GET", path), "an appointment's code at the window")
    for member in ("appointment", "service", "day", "start", "state"):
        due(seen[member] == booked[member], f"the window sees another {member}")
    cancel()
    gone = _well(here.clerk.ask("GET", path), "an appointment's code at the window")
    due(gone["state"] == "cancelled", f"cancelled, the window sees it {gone['state']}")


def _book(here: Online) -> dict[str, Any]:
    """The first free slot of a day from tomorrow on."""
    for service, day, start in _free(here):
        body = {"act": "book", "hall": here.clerk.hall, "service": service}
        body |= {"day": day, "start": start}
        answer = here.citizen.ask("POST", "/v1/appointments", body, Idempotency_Key=key())
        if answer.status_code != 409:  # booked already on that day, or full by now
            return _well(answer, "a booking")
    raise NotAsked(f"a free appointment within {_DAYS} days (--service)")


def _free(here: Online) -> Iterator[tuple[str, str, str]]:
    hall, clerk = here.clerk.hall, here.clerk
    first = date.fromisoformat(today(here.asked))
    for one in clerk.ask("GET", "/v1/hall").json()["services"]:
        if here.asked.wanted_service not in ("", one["code"]) or not one["slot_capacity"]:
            continue
        for ahead in range(1, _DAYS):
            day = (first + timedelta(days=ahead)).isoformat()
            path = f"/v1/appointment-slots?hall={hall}&service={one['code']}&day={day}"
            slots = here.citizen.ask("GET", path).json().get("slots", ())
            start = next((slot["start"] for slot in slots if slot["free"]), None)
            if start is not None:
                yield one["code"], day, start
