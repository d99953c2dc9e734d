"""Cases of the invented halls in every state of their life, with what led there.

Their days are laid back from the seed's, so that some are due today, some stand still and some
are over their limit, as in any hall. Results are licences the invented people hold.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from hall_platform.business import life
from hall_platform.calendar import WorkingCalendar
from hall_platform.clock import HALL_ZONE, stamp
from hall_platform.seed_data.case_told import Row, Staff, Told
from hall_platform.seed_data.case_ways import Way
from hall_platform.seed_data.items import ITEMS
from hall_platform.seed_data.places import HALL, NEIGHBOUR, Hall

_UNAMBIGUOUS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass
class Teller:
    """Tells cases one after the other; numbers are those the windows would have leased."""

    numbers: random.Random
    staff: Staff
    people: Sequence[Mapping[str, Any]]
    calendar: WorkingCalendar
    today: date
    serials: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def tell(
        self,
        item_key: str,
        until: str,
        ago: int,
        *,
        hall: Hall = HALL,
        window: str = "03",
        for_county: str | None = None,
        applicant: Mapping[str, Any] | None = None,
        licence: str | None = None,
        ends_on: date | None = None,
        bundle: str | None = None,
    ) -> Told:
        """A case received `ago` working days before today (or before `ends_on`), up to a state."""
        last = ends_on or self._before(self.today)  # what is told has happened
        days = self._days(last, ago if ends_on else ago - 1)
        told = self._received(
            ITEMS[item_key],
            next(days),
            applicant or self.people[self.numbers.randrange(len(self.people))],
            (hall, window, for_county or hall.region[:6], bundle),
        )
        Way(told, self.staff, hall, days, licence, self.staff.clerk(hall, window)).lead(until)
        told.counted()
        return told

    def _days(self, last: date, ago: int) -> Iterator[date]:
        """The working days from `ago` before a day on; the day itself without end."""
        found = [last]
        while len(found) <= ago:
            found.append(self._before(found[-1]))
        yield from reversed(found)
        while True:
            yield last

    def _before(self, day: date) -> date:
        day -= timedelta(days=1)
        while not self.calendar.is_working_day(day):
            day -= timedelta(days=1)
        return day

    def _received(
        self,
        item: Mapping[str, Any],
        day: date,
        holder: Mapping[str, Any],
        where: tuple[Hall, str, str, str | None],
    ) -> Told:
        """The receipt; `where` is hall, window, whose county's case it is, and its bundle."""
        hall, window, owner, bundle = where
        county = hall.region[:6]
        place = (county, f"{day:%Y%m%d}", window)
        self.serials[place] = self.serials.get(place, 0) + 1
        at = datetime.combine(day, time(9, 5), HALL_ZONE) + timedelta(
            minutes=self.numbers.randrange(400)
        )
        members = ("kind", "name", "number", "sex", "nation", "born", "address", "mobile")
        party = {member: holder.get(member, "") for member in members} | {"source": "card"}
        row = {
            "county": county,
            "id": str(uuid.UUID(int=self.numbers.getrandbits(128), version=4)),
            "number": f"{county}{day:%Y%m%d}{window}{self.serials[place]:05d}",
            "provisional_number": None,
            "item": item["code"],
            "item_version": item["version"],
            "item_name": item["name"],
            "regime": item["regime"],
            "department": item["body"]["code"],
            "bundle": bundle,
            "state": "",
            "state_before": "",
            "filed_at": stamp(at),
            "filed_on": day.isoformat(),
            "clock_from": day.isoformat() if owner == county else None,
            "acceptance_due_on": None,
            "accepted_at": None,
            "accepted_on": None,
            "received_at": stamp(at),
            "due_on": None,
            "legal_due_on": None,
            "due_provisional": False,
            "extension_days": 0,
            "notices": 0,
            "fee": "none",
            "fee_cents": None,
            "outcome": "",
            "decided_on": None,
            "result_licence": None,
            "applicant_number": holder["number"],
            "applicant": json.dumps(party, ensure_ascii=False),
            "agent": None,
            "preapplication": None,
            "query_code": "".join(self.numbers.choices(_UNAMBIGUOUS, k=8)),
            "operator": self.staff.clerks[hall.code, window],
            "operator_session": str(uuid.UUID(int=self.numbers.getrandbits(128), version=4)),
            "for_county": owner,
            "handling_county": county,
            "hall": hall.code,
            "window": window,
            "device": f"counter-{window}",
            "version": 1,
        }
        told = Told(row, item, self.calendar)
        told.materials = [
            _material(told, position, one, at) for position, one in enumerate(item["materials"])
        ]
        by = self.staff.clerk(hall, window)
        told.step("receive", by, at, life.RECEIVED, paper="receipt")
        return told


def _material(told: Told, position: int, material: Mapping[str, Any], at: datetime) -> Row:
    card = material["met_by"]["identity_card"]
    return {
        "county": told.row["county"],
        "case_id": told.row["id"],
        "position": position,
        "material": material["code"],
        "met_by": "identity_card" if card else "original_seen",
        "reference": "",
        "trust_grade": "A" if card else "B",
        "paper_reason": "",
        "upload": None,
        "origin": "card" if card else "window",
        "added_at": stamp(at),
        "verified_by": None if card else told.row["operator"],
        "verified_at": None if card else stamp(at),
        "purpose": told.item["name"],
        "expires": None,
    }


# item, up to where, received how many working days ago, window
PLAN: tuple[tuple[str, str, int, str], ...] = (
    ("food", "received", 1, "03"),
    ("food", "received", 4, "04"),  # to be decided on tomorrow
    ("public_health", "received", 5, "05"),  # today is the last day
    ("transport", "received", 2, "06"),
    ("disabled", "received", 2, "03"),
    ("food", "to_correct", 3, "03"),
    ("labour_dispatch", "to_correct", 8, "04"),
    ("nurse", "corrected", 4, "05"),
    ("food", "accepted", 2, "03"),
    ("senior_allowance", "accepted", 6, "04"),
    ("sole_trader", "accepted", 1, "05"),
    ("outdoor_advert", "accepted", 7, "06"),
    ("disabled", "accepted", 5, "03"),
    ("estate_transfer", "fee_noticed", 2, "04"),
    ("estate_transfer", "fee_paid", 3, "05"),
    ("food", "handed_over", 3, "03"),
    ("food", "handed_over", 6, "04"),
    ("food", "handed_over", 9, "05"),  # over its promise
    ("sole_trader", "handed_over", 2, "06"),
    ("company", "handed_over", 2, "03"),
    ("doctor", "handed_over", 4, "04"),
    ("nurse", "handed_over", 5, "05"),
    ("public_health", "handed_over", 26, "06"),  # over the law's limit too
    ("transport", "handed_over", 4, "03"),
    ("food", "suspended", 6, "04"),
    ("public_health", "suspended", 12, "05"),
    ("food", "resumed", 7, "06"),
    ("food", "extended", 9, "03"),
    ("doctor", "extended", 15, "04"),
    ("food", "reviewed", 4, "05"),
    ("nurse", "reviewed", 5, "06"),
    ("food", "decided", 5, "03"),
    ("public_health", "decided", 6, "04"),
    ("food", "turned_down", 8, "05"),
    ("doctor", "turned_down_delivered", 14, "06"),
    ("food", "refused", 10, "03"),
    ("transport", "refused", 3, "04"),
    ("sole_trader", "withdrawn", 6, "05"),
    ("food", "withdrawn", 12, "06"),
    ("labour_dispatch", "terminated", 24, "03"),
)


def cases(teller: Teller, licences: Sequence[Mapping[str, Any]]) -> list[Told]:
    """All of them: the plan, what both counties took in for each other, one thing, results."""
    made = [teller.tell(item, until, ago, window=window) for item, until, ago, window in PLAN]
    there = partial(teller.tell, hall=NEIGHBOUR, window="01")
    here, beyond = HALL.region[:6], NEIGHBOUR.region[:6]
    made += [
        there("senior_card", "accepted", 1),
        there("resident_pension", "received", 1),
        there("birth_registration", "withdrawn", 4),
        there("food", "received", 1, for_county=here),
        there("food", "in_transfer", 2, for_county=here),
        there("transport", "taken_over", 4, for_county=here),
        teller.tell("senior_allowance", "in_transfer", 2, for_county=beyond),
        teller.tell("disabled", "taken_over", 5, for_county=beyond),
    ]
    one_thing = str(uuid.UUID(int=teller.numbers.getrandbits(128), version=4))
    applicant = teller.people[0]
    made += [
        teller.tell(item, "handed_over", 3, applicant=applicant, bundle=one_thing)
        for item in ("sole_trader", "food")
    ]
    return made + _with_results(teller, licences)


def _with_results(teller: Teller, licences: Sequence[Mapping[str, Any]]) -> list[Told]:
    """Cases whose results are licences that were issued this year; the last few lie ready."""
    bodies = set(teller.staff.reviewers)
    by_type = {
        item["result"]["licence_type"]["code"]: key
        for key, item in ITEMS.items()
        if item["result"] and item["body"]["code"] in bodies and item["promised_days"]
    }
    known = {one["number"]: one for one in teller.people}
    earliest = date(teller.today.year, 1, 20).isoformat()
    fitting = sorted(
        (
            one
            for one in licences
            if one["type_code"] in by_type
            and one["issued_on"] >= earliest
            and one["standing"] == "in_force"
            and one["holder_number"] in known
        ),
        key=lambda one: str(one["issued_on"]),
    )
    made = []
    for position, licence in enumerate(fitting):
        ready = position >= len(fitting) - 2
        made.append(
            teller.tell(
                by_type[licence["type_code"]],
                "closed" if ready else "delivered",
                3,
                window=("03", "04", "05", "06")[position % 4],
                applicant=known[licence["holder_number"]],
                licence=licence["identifier"],
                ends_on=date.fromisoformat(licence["issued_on"]),
            )
        )
    return made
