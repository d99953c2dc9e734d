"""What people applied for online, and the cases of the halls in every state."""

from __future__ import annotations

import json
import uuid
from typing import Any

from hall_platform.business.tables import (
    case_events,
    case_materials,
    case_papers,
    case_points,
    case_stops,
    cases,
    number_blocks,
    number_serials,
    preapplications,
)
from hall_platform.calendar import shipped_calendar
from hall_platform.identity.tables import operators
from hall_platform.licences.tables import licences
from hall_platform.seed import Invention, Row, Rows
from hall_platform.seed_data import applications
from hall_platform.seed_data import cases as invented
from hall_platform.seed_data.case_told import Staff
from hall_platform.seed_data.people import FROM_CARDS
from hall_platform.seed_data.places import HALL, NEIGHBOUR
from hall_platform.seed_data.staff import CLERKS, NEIGHBOUR_CLERKS


def invent(invention: Invention) -> Rows:
    """Pre-applications, their codes go to `people`; cases with all that belongs to them."""
    rows = applications.preapplications(
        invention.numbers("business"), invention.people["people"], invention.today
    )
    invention.people["preapplication_codes"] = [
        {
            "code": one["code"],
            "item_name": one["item_name"],
            "number": one["applicant_number"],
            "state": one["state"],
        }
        for one in rows
    ]
    return {preapplications: rows, **_cases(invention)}


def _cases(invention: Invention) -> Rows:
    teller = invented.Teller(
        numbers=invention.numbers("cases"),
        staff=_staff(invention),
        people=_applicants(invention),
        calendar=shipped_calendar(),
        today=invention.today,
    )
    told = invented.cases(teller, invention.rows[licences])
    invention.people["cases"] = [
        {
            "case": one.row["id"],
            "number": one.row["number"],
            "query_code": one.row["query_code"],
            "item_name": one.row["item_name"],
            "state": one.row["state"],
        }
        for one in told
    ]
    return {
        number_serials: _serials(teller),
        number_blocks: _blocks(teller),
        cases: [one.row for one in told],
        case_materials: [row for one in told for row in one.materials],
        case_points: [row for one in told for row in one.points],
        case_stops: [row for one in told for row in one.stops],
        case_papers: [row for one in told for row in one.papers],
        case_events: [row for one in told for row in one.events],
    }


def _staff(invention: Invention) -> Staff:
    rows = invention.rows[operators]
    by_name = {row["username"]: row for row in rows}
    places = [
        *((HALL.code, window, name) for name, _, window in CLERKS),
        *((NEIGHBOUR.code, window, name) for name, _, window in NEIGHBOUR_CLERKS),
    ]
    return Staff(
        clerks={(hall, window): by_name[name]["id"] for hall, window, name in places},
        reviewers={
            row["body"]: row["id"] for row in rows if "reviewer" in json.loads(row["roles"])
        },
    )


def _applicants(invention: Invention) -> list[dict[str, Any]]:
    """Adults of the county, without those whose cards are read in tests and demonstrations."""
    known = {one["number"] for one in FROM_CARDS}
    year = invention.today.year
    return [
        one
        for one in invention.people["people"]
        if one["number"] not in known and year - int(one["born"][:4]) >= 20
    ]


def _serials(teller: invented.Teller) -> list[Row]:
    return [
        {"county": county, "day": day, "window": window, "next_serial": last + 1}
        for (county, day, window), last in teller.serials.items()
    ]


def _blocks(teller: invented.Teller) -> list[Row]:
    """The numbers were leased by their windows, as any are."""
    halls = {hall.region[:6]: hall.code for hall in (HALL, NEIGHBOUR)}
    return [
        {
            "county": county,
            "id": str(uuid.UUID(int=teller.numbers.getrandbits(128), version=4)),
            "day": day,
            "hall": halls[county],
            "window": window,
            "first_serial": 1,
            "count": last,
            "leased_at": f"{day[:4]}-{day[4:6]}-{day[6:]}T08:30:00.000+08:00",
            "session": str(uuid.UUID(int=teller.numbers.getrandbits(128), version=4)),
        }
        for (county, day, window), last in teller.serials.items()
    ]
