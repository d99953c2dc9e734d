"""What the stand-in's province knows of the invented people, and publishes."""

from __future__ import annotations

import random
import uuid
from datetime import date
from typing import Any

from hall_platform.catalogue.shapes import ItemContent
from hall_platform.seed_data.items import FOOD, ITEMS
from hall_platform.seed_data.people import people
from hall_platform.seed_data.places import BODIES

Records = dict[tuple[str, str, str], list[dict[str, Any]]]

_SCHOOLS = ("试验大学", "样张师范学院", "试验省卫生职业学院", "雨山开放大学")
_MAJORS = ("护理", "会计学", "食品科学与工程", "机械工程", "汉语言文学")
_DEGREES = ("专科", "本科", "研究生")
_BASIC = ("name", "sex", "nation_name", "born", "address", "valid_to")


def records(number: int, today: date) -> Records:
    """What is known of the people that `hall-platform seed` invents of the same number."""
    chance = random.Random(f"{number} province")  # noqa: S311 - invented, not secret
    found: Records = {}
    persons = people(random.Random(number))  # noqa: S311 - invented, not secret
    for person in persons:
        basic = {name: person.get(name) for name in _BASIC}
        _add(found, chance, "population-basic", person, basic)
    for position, person in enumerate(persons):
        born = int(person["born"][:4])
        if person["kind"] != "resident" or today.year - born < 22:
            continue
        degree = {
            "school": _SCHOOLS[position % len(_SCHOOLS)],
            "major": _MAJORS[position % len(_MAJORS)],
            "degree": _DEGREES[position % len(_DEGREES)],
            "graduated_on": f"{born + 22}-06-30",
        }
        _add(found, chance, "education-degree", person, degree)
        if position % 3 == 0:
            tax = {
                "certificate": f"99{2015 + position % 10}{position:012d}",
                "location": person["address"],
                "paid_on": f"{2015 + position % 10}-05-20",
                "amount": f"{chance.randint(5_000, 60_000)}.00",
            }
            _add(found, chance, "deed-tax", person, tax)
    return found


def _add(
    found: Records,
    chance: random.Random,
    resource: str,
    person: dict[str, Any],
    values: dict[str, Any],
) -> None:
    record = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    found.setdefault((resource, person["kind"], person["number"]), []).append(
        {"record": record, "values": values}
    )


def item_content(key: str, **changes: Any) -> dict[str, Any]:
    """An item of the invented county as the province might publish it."""
    known = {**ITEMS[key], **changes}
    wanted = {name: known[name] for name in ItemContent.model_fields if name in known}
    return ItemContent.model_validate(wanted).model_dump(mode="json")


def first_publication() -> tuple[str, dict[str, Any]]:
    """The province shortens the limit of the food licence."""
    content = item_content(FOOD, promised_days=4)
    return content["code"], content


def licence_types() -> list[dict[str, Any]]:
    """A type of licence that the county does not have yet."""
    definer = BODIES["province_data"]
    return [
        {
            "code": f"{definer.code}101",
            "name": "小餐饮登记证",
            "definer_name": definer.name,
            "definer_code": definer.code,
            "years": 3,
            "number_rule": "serial",
            "number_prefix": "XCY99",
            "issuers": [BODIES["market"].code],
        }
    ]
