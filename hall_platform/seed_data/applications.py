"""What people applied for online: sixty pre-applications in all states, with their uploads."""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from hall_platform.clock import HALL_ZONE, stamp
from hall_platform.seed_data.items import FOOD, ITEMS, SOLE_TRADER
from hall_platform.seed_data.people import DEMONSTRATION
from hall_platform.seed_data.places import COUNTY, HALL
from hall_platform.seed_data.staff import CLERKS

PREAPPLICATIONS = 60

Row = dict[str, Any]

_UNAMBIGUOUS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_STATES = (
    *("submitted",) * 5,
    *("checked",) * 8,
    *("to_correct",) * 3,
    "claimed",
    "withdrawn",
)


def preapplications(numbers: random.Random, people: list[dict[str, Any]], today: date) -> list[Row]:
    """Rows of the pre-applications table, the demonstration person's two first."""
    demonstration = next(one for one in people if one["number"] == DEMONSTRATION)
    trader, food = ITEMS[SOLE_TRADER], ITEMS[FOOD]
    made = [
        _row(
            numbers,
            demonstration,
            trader,
            state="checked",
            submitted=_before(today, 2, 9),
            uploads=[_upload(trader, "M03", "D", 3), _upload(trader, "M04", "C", 4)],
            note="预审通过，请携带租赁合同原件到窗口。",
        ),
        _row(
            numbers,
            demonstration,
            food,
            state="to_correct",
            submitted=_before(today, 1, 16),
            uploads=[_upload(food, "M03", "D", 4)],
            note="请补充经营场所和设备布局示意图。",
        ),
    ]
    keys = sorted(ITEMS)
    others = [one for one in people if one["number"] != DEMONSTRATION]
    for position in range(PREAPPLICATIONS - len(made)):
        item = ITEMS[keys[position % len(keys)]]
        state = _STATES[position % len(_STATES)]
        moment = _before(today, numbers.randint(1, 20), numbers.randint(8, 20))
        uploads = [
            _upload(item, material["code"], "C" if material["needs_original"] else "D", None)
            for material in item["materials"]
            if material["met_by"]["upload"] and numbers.random() < 0.8
        ]
        note = "请补充完整申请材料。" if state == "to_correct" else ""
        applicant = others[position * 7 % len(others)]
        made.append(
            _row(
                numbers, applicant, item, state=state, submitted=moment, uploads=uploads, note=note
            )
        )
    return made


def _before(today: date, days: int, hour: int) -> datetime:
    return datetime.combine(today - timedelta(days=days), time(hour, 20), tzinfo=HALL_ZONE)


def _upload(item: dict[str, Any], material: str, grade: str, pages: int | None) -> dict[str, Any]:
    """An upload as the portal lists it; its content is not part of the invented hall."""
    wanted = next(one for one in item["materials"] if one["code"] == material)
    name = f"{wanted['name'].replace('、', '')[:20]}.pdf"
    return {
        "material": material,
        "file_name": name,
        "sha256": hashlib.sha256(f"{item['code']} {material}".encode()).hexdigest(),
        "pages": pages or wanted["pages"],
        "trust_grade": grade,
    }


def _row(
    numbers: random.Random,
    applicant: dict[str, Any],
    item: dict[str, Any],
    *,
    state: str,
    submitted: datetime,
    uploads: list[dict[str, Any]],
    note: str,
) -> Row:
    ending = "".join(numbers.choices(_UNAMBIGUOUS, k=6))
    claimed = state == "claimed"
    return {
        "county": COUNTY,
        "id": str(uuid.UUID(int=numbers.getrandbits(128), version=4)),
        "code": f"YS{submitted:%Y%m%d}{ending}",
        "item": item["code"],
        "item_name": item["name"],
        "submitted_at": stamp(submitted),
        "state": state,
        "state_before_claim": "checked" if claimed else None,
        "note": note,
        "applicant_kind": applicant["kind"],
        "applicant_number": applicant["number"],
        "applicant_name": applicant["name"],
        "applicant_mobile": applicant["mobile"],
        "form_complete": state != "to_correct",
        "uploads": json.dumps(uploads, ensure_ascii=False),
        "claimed_hall": HALL.code if claimed else None,
        "claimed_window": CLERKS[-1][2] if claimed else None,
        "claimed_at": stamp(submitted + timedelta(hours=18)) if claimed else None,
        "version": 1,
    }
