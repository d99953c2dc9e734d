"""The invented halls at the beginning of a day: services, windows, opening, some appointments."""

from __future__ import annotations

import json
import random
import secrets
import uuid
from datetime import datetime, time, timedelta
from typing import Any

from hall_platform.clock import HALL_ZONE, stamp
from hall_platform.hall.appointments import CODE_LENGTH, UNAMBIGUOUS
from hall_platform.hall.arrangement_shapes import QueueRules
from hall_platform.hall.holders import digest, masked
from hall_platform.hall.tables import (
    appointment_slots,
    appointments,
    day_keys,
    hall_rules,
    hall_services,
    hall_windows,
    window_services,
)
from hall_platform.hall.taking import open_key
from hall_platform.seed import Invention, Row, Rows
from hall_platform.seed_data.hall_services import (
    BOOKED,
    EVERY_SERVICE,
    SERVICES,
    WEEK,
    WINDOW_SERVICES,
    Offered,
)
from hall_platform.seed_data.items import ITEMS
from hall_platform.seed_data.people import DEMONSTRATION
from hall_platform.seed_data.places import HALL, HALLS, WINDOWS, Hall


def invent(invention: Invention) -> Rows:
    """Each hall's arrangement, all windows closed; codes of appointments go to `people`."""
    booked, keys = _appointments(invention)
    return {
        hall_services: [
            _service(hall, one, place) for hall in HALLS for place, one in enumerate(SERVICES)
        ],
        hall_windows: [_window(hall, code) for hall in HALLS for code in WINDOWS[: hall.windows]],
        window_services: [
            {"county": _county(hall), "hall": hall.code, "window": code, "service": service}
            for hall in HALLS
            for code in WINDOWS[: hall.windows]
            for service in (WINDOW_SERVICES[code] if hall is HALL else EVERY_SERVICE)
        ],
        hall_rules: [_rules(hall) for hall in HALLS],
        day_keys: keys,
        appointment_slots: _slots(booked),
        appointments: booked,
    }


def _county(hall: Hall) -> str:
    return hall.region[:6]


def _service(hall: Hall, one: Offered, position: int) -> Row:
    return {
        "county": _county(hall),
        "hall": hall.code,
        "code": one.code,
        "prefix": one.prefix,
        "name": one.name,
        "position": position,
        "items": json.dumps([ITEMS[item]["code"] for item in one.items]),
        "mean_service_s": one.mean_service_s,
        "rank": 5,
        "needs_holder": one.needs_holder,
        "slot_capacity": one.slot_capacity,
        "taking": True,
        "version": 1,
    }


def _window(hall: Hall, code: str) -> Row:
    return {
        "county": _county(hall),
        "hall": hall.code,
        "window": code,
        "state": "closed",
        "reason": "",
        "operator": None,
        "since": "",
        "turn": 0,
        "version": 1,
    }


def _rules(hall: Hall) -> Row:
    week = [[{"begins": begins, "ends": ends} for begins, ends in day] for day in WEEK]
    return {
        "county": _county(hall),
        "hall": hall.code,
        "queue": QueueRules().model_dump_json(),
        "queue_version": 1,
        "opening": json.dumps({"week": week, "exceptions": []}),
        "opening_version": 1,
    }


# appointments ------------------------------------------------------------------------------------


def _appointments(invention: Invention) -> tuple[list[Row], list[Row]]:
    """What was booked on the day before, and the keys of the days it is for."""
    numbers = invention.numbers("hall")
    people = [one for one in invention.people["people"] if one["kind"] == "resident"]
    first = next(one for one in people if one["number"] == DEMONSTRATION)
    bookers = [first, *(one for one in people if one is not first)]
    days = sorted({ahead for ahead, _, _ in BOOKED})
    keys = {(invention.today + timedelta(days=one)).isoformat(): _new_key() for one in days}
    booked = [
        _booked(numbers, invention, keys, person=person, ahead=ahead, start=start, service=service)
        for person, (ahead, start, service) in zip(bookers, BOOKED, strict=False)
    ]
    invention.people["appointments"] = [
        {
            "code": row["code"],
            "number": person["number"],
            "service": row["service"],
            "day": row["day"],
            "start": row["start"],
        }
        for person, row in zip(bookers, booked, strict=False)
    ]
    county = _county(HALL)
    return booked, [
        {"county": county, "hall": HALL.code, "day": day, "key": key} for day, key in keys.items()
    ]


def _new_key() -> str:
    return secrets.token_hex(32)


def _booked(
    numbers: random.Random,
    invention: Invention,
    keys: dict[str, str],
    *,
    person: dict[str, Any],
    ahead: int,
    start: str,
    service: str,
) -> Row:
    day = (invention.today + timedelta(days=ahead)).isoformat()
    key = digest(keys[day], person["kind"], person["number"])
    evening = datetime.combine(invention.today - timedelta(days=1), time(19), tzinfo=HALL_ZONE)
    return {
        "county": _county(HALL),
        "id": str(uuid.UUID(int=numbers.getrandbits(128), version=4)),
        "code": "".join(numbers.choices(UNAMBIGUOUS, k=CODE_LENGTH)),
        "hall": HALL.code,
        "service": service,
        "day": day,
        "start": start,
        "state": "booked",
        "source": "window",
        "citizen": None,
        "holder_key": key,
        "open_key": open_key(service, key),
        "name": masked(person["name"]),
        "priority_reason": "none",
        "visit": None,
        "booked_at": stamp(evening),
        "changed_at": stamp(evening),
    }


def _slots(booked: list[Row]) -> list[Row]:
    """A row for each slot something is booked in."""
    capacity = {one.code: one.slot_capacity for one in SERVICES}
    taken: dict[tuple[str, str, str], int] = {}
    for row in booked:
        place = (row["service"], row["day"], row["start"])
        taken[place] = taken.get(place, 0) + 1
    return [
        {
            "county": _county(HALL),
            "hall": HALL.code,
            "service": service,
            "day": day,
            "start": start,
            "capacity": capacity[service],
            "taken": count,
        }
        for (service, day, start), count in taken.items()
    ]
