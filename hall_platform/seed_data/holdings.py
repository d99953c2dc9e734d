"""Who holds which e-licence: two hundred, most in force, some expired, revoked or suspended."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from hall_platform.check_digits import licence_identifier
from hall_platform.seed_data.licence_types import TYPES, Type
from hall_platform.seed_data.people import DEMONSTRATION
from hall_platform.seed_data.places import BODIES

LICENCES = 200

Row = dict[str, Any]

_DEMONSTRATION = (  # type, days since issue, in force
    ("estate", 1_900),
    ("household", 2_400),
    ("social_card", 1_200),
    ("driver", 1_500),
    ("food", 5 * 365 + 90),  # ran out three months ago
)
_OF_ADULTS = ("household", "social_card", "driver", "marriage", "estate", "fitness", "vehicle")
_OF_TRADES = ("doctor_qualified", "doctor", "training", "nurse", "tenancy", "disabled")
_OF_PAPER = ("birth", "training")  # made of papers that an officer compared (grade B)
_OF_FIRMS = ("business", "food", "public_health", "transport", "estate", "labour_dispatch")


def licences(
    numbers: random.Random,
    people: list[dict[str, Any]],
    organisations: list[dict[str, Any]],
    today: date,
) -> list[Row]:
    """Rows of the licences table; the same numbers give the same rows."""
    made: list[Row] = []
    demonstration = next(one for one in people if one["number"] == DEMONSTRATION)
    for key, age in _DEMONSTRATION:
        made.append(_licence(len(made), key, demonstration, today - timedelta(days=age)))
    holders = _holders(people, organisations, today)
    while len(made) < LICENCES:
        holder, key = next(holders)
        kind = TYPES[key]
        age = numbers.randint(
            20, min(int((kind.years or 15) * 365 * 1.25), _days_grown(holder, today))
        )
        row = _licence(len(made), key, holder, today - timedelta(days=age))
        draw = numbers.random()
        if draw < 0.05:
            row |= {"standing": "revoked", "standing_reason": "持证主体申请注销"}
        elif draw < 0.09:
            row |= {"standing": "suspended", "standing_reason": "涉嫌违法，调查期间暂停使用"}
        made.append(row)
    return made


def _holders(
    people: list[dict[str, Any]], organisations: list[dict[str, Any]], today: date
) -> Iterator[tuple[dict[str, Any], str]]:
    """Holder and type, each pair once: firms first, then adults round by round."""
    for organisation in organisations:
        wanted = _OF_FIRMS if organisation["number"].startswith("9") else _OF_FIRMS[:1]
        for key in wanted:
            yield organisation, key
    others = [one for one in people if one["number"] != DEMONSTRATION]
    adults = [one for one in others if _age(one, today) >= 20]
    seniors = [one for one in adults if _age(one, today) >= 60]
    for child in (one for one in others if _age(one, today) < 20):
        yield child, "household"
        yield child, "birth"
    for senior in seniors:
        yield senior, "senior"
    for position, adult in enumerate(adults):
        yield adult, _OF_TRADES[position % len(_OF_TRADES)]
    for key in _OF_ADULTS:
        for adult in adults:
            yield adult, key


def _age(person: dict[str, Any], today: date) -> int:
    return today.year - int(person["born"][:4])


def _days_grown(holder: dict[str, Any], today: date) -> int:
    """Days within which a licence of this holder can have been issued."""
    if "born" not in holder:
        return 6 * 365
    grown = date.fromisoformat(holder["born"]) + timedelta(days=18 * 365)
    return max(400, (today - grown).days)


def _licence(position: int, key: str, holder: dict[str, Any], issued: date) -> Row:
    kind = TYPES[key]
    issuer = BODIES[kind.issuer]
    serial = f"{issued:%Y%m%d}{position:06d}"
    shown = _content(key, holder)
    return {
        "identifier": licence_identifier(kind.code, issuer.code, serial, 1),
        "type_code": kind.code,
        "type_name": kind.name,
        "number": _number(kind, key, holder, position),
        "issuer_name": issuer.name,
        "issuer_code": issuer.code,
        "serial": serial,
        "version": 1,
        "issued_on": issued.isoformat(),
        "valid_from": issued.isoformat(),
        "valid_to": _end(issued, kind.years),
        "standing": "in_force",
        "standing_at": None,
        "standing_reason": "",
        "successor": None,
        "holder_kind": holder["kind"],
        "holder_number": holder["number"],
        "holder_name": holder["name"],
        "trust_grade": "B" if key in _OF_PAPER else "A",
        "checked_on": issued.isoformat() if key in _OF_PAPER else None,
        "summary": "；".join(f"{label}：{text}" for label, text in shown.items()),
        "content": json.dumps(shown, ensure_ascii=False),
        "case_id": None,
    }


def _number(kind: Type, key: str, holder: dict[str, Any], position: int) -> str:
    if key in ("business", "driver"):
        return str(holder["number"])
    if key == "disabled":
        return f"{holder['number']}44"
    ending = "号" if kind.number_prefix.endswith("第") else ""
    return f"{kind.number_prefix}{10_000 + position:07d}{ending}"


def _end(issued: date, years: int | None) -> str | None:
    if years is None:
        return None
    day = 28 if (issued.month, issued.day) == (2, 29) else issued.day
    return (date(issued.year + years, issued.month, day) - timedelta(days=1)).isoformat()


def _content(key: str, holder: dict[str, Any]) -> dict[str, str]:
    """What the licence shows besides its holder (照面信息)."""
    address = holder.get("address", "试验省试验市雨山区")
    shown: dict[str, dict[str, str]] = {
        "estate": {"坐落": address, "用途": "商业服务", "面积": "86.40 平方米"},
        "household": {"户别": "家庭户", "住址": address},
        "business": {"住所": address, "经营范围": "以登记机关公示为准"},
        "food": {"经营场所": address, "主体业态": "餐饮服务经营者"},
        "driver": {"准驾车型": "C1"},
        "vehicle": {"车辆类型": "轻型厢式货车"},
        "tenancy": {"租赁房屋": address},
        "disabled": {"残疾类别": "肢体", "残疾等级": "四级"},
        "doctor": {"执业类别": "临床", "执业范围": "内科专业"},
        "nurse": {"执业地点": "雨山区样张镇卫生院"},
    }
    return shown.get(key, {})
