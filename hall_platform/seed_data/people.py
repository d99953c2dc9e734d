"""The invented people: the ones of the card vectors, rare characters, long names, and the rest."""

from __future__ import annotations

import random
from typing import Any

from hall_platform.check_digits import resident_number
from hall_platform.seed_data.places import CITY, COUNTY

PEOPLE = 60
CARD_NAME_UNITS = 15  # UTF-16 units the name field of a resident card holds

Person = dict[str, Any]

DEMONSTRATION = "990302199001010016"

# The holders of docs/api/vectors/sdt-frames.json, as their cards say.
FROM_CARDS: tuple[Person, ...] = (
    {
        "kind": "resident",
        "name": "测试甲",
        "sex": "1",
        "nation": "01",
        "nation_name": "汉",
        "born": "1990-01-01",
        "address": "试验省试验市雨山区测试路1号",
        "number": DEMONSTRATION,
        "issuer": "试验市公安局雨山分局",
        "valid_from": "2020-01-01",
        "valid_to": "2040-01-01",
    },
    {
        "kind": "resident",
        "name": "𬸣·阿卜杜𠅤测",
        "sex": "2",
        "nation": "34",
        "nation_name": "布朗",
        "born": "2004-12-31",
        "address": "试验省试验市样张县拉祜乡上样张村民委员会第十二村民小组二百零三号附一",
        "number": "990125200412311488",
        "issuer": "样张县公安局",
        "valid_from": "2023-06-30",
        "valid_to": None,
    },
    {
        "kind": "permit",
        "name": "试样黄",
        "sex": "1",
        "born": "1985-05-05",
        "address": "样张市样张街道18号",
        "number": "83000019850505003X",
        "issuer": "样张市公安局",
        "valid_from": "2022-02-02",
        "valid_to": "2027-02-02",
        "pass_number": "T87654321",
        "issue_count": "01",
    },
    {
        "kind": "foreigner_2017",
        "name_english": "SPECIMEN, BEN",
        "name": "样本恩",
        "sex": "1",
        "born": "1988-08-08",
        "nationality": "GBR",
        "number": "GBR330088990011",
        "valid_from": "2017-08-01",
        "valid_to": "2027-07-31",
        "version": "01",
        "authority": "1500",
    },
    {
        "kind": "foreigner_2023",
        "name": "样卡拉",
        "name_english": "SPECIMEN CARLA MARIA JOSEFINA ANTONIA TERESA",
        "sex": "2",
        "born": "1993-03-15",
        "number": "931102199303150021",
        "country": "276",
        "renewals": "00",
        "valid_from": "2023-12-15",
        "valid_to": "2033-12-14",
    },
    {  # a name of 50 characters
        "kind": "foreigner_2017",
        "name_english": "SPECIMEN-LONGFELLOW, MAXIMILIANA THEODORA ANNELIES",
        "name": "样本长名",
        "sex": "2",
        "born": "1979-04-02",
        "nationality": "NLD",
        "number": "NLD330079990028",
        "valid_from": "2019-05-06",
        "valid_to": "2029-05-05",
        "version": "01",
        "authority": "1500",
    },
)

# Names with characters of GB 18030-2022 that older systems lose, and a name of 25 characters.
RARE_NAMES = (
    ("测㛃", "01"),
    ("样䶮", "01"),
    ("试𬭎", "11"),
    ("例𫖯", "15"),
    ("测𢙒然", "01"),
    ("样𬱖", "06"),
    ("试𡛷", "08"),
    ("例𠮷", "01"),
    ("测𪚥文", "13"),
    ("样𫠠", "01"),
    ("买买提·阿卜杜热合曼·吐尔逊·样本·测试·买合木江", "05"),
)

_NATIONS = {
    "01": "汉",
    "05": "维吾尔",
    "06": "苗",
    "08": "壮",
    "11": "满",
    "13": "瑶",
    "15": "土家",
    "25": "水",
    "46": "德昂",
    "56": "基诺",
}
_FAMILY = ("测", "试", "样", "例", "仿", "拟")
_GIVEN = (
    *("一鸣", "子涵", "小川", "文博", "月华", "丹青", "玉兰", "立新"),
    *("永福", "光明", "兴华", "志远", "秀英", "雨桐", "松年", "国梁"),
    *("佳音", "明德", "春晖", "思源", "素梅", "海燕", "家栋", "晓峰"),
    *("浩然", "婉清", "雪晴", "景行", "新民", "德胜", "慧敏", "静怡"),
)
_ROADS = ("测试路", "样张大道", "雨湖路", "试验街", "例村组", "样本巷")
_AGES = ((1938, 1946), (1955, 1966), (1970, 1989), (1990, 2003), (2006, 2016))


def people(numbers: random.Random) -> list[Person]:
    """All sixty, the demonstration's person first. Each has `mobile` and `fits_card` besides."""
    made = [dict(person) for person in FROM_CARDS]
    for position, (name, nation) in enumerate(RARE_NAMES):
        made.append(_resident(numbers, name, nation, 21 + position))
    names = [family + given for family in _FAMILY for given in _GIVEN]
    numbers.shuffle(names)
    for position, name in enumerate(names[: PEOPLE - len(made)]):
        nation = ("25", "46", "56")[position % 3] if position % 7 == 0 else "01"
        made.append(_resident(numbers, name, nation, 101 + position))
    for position, person in enumerate(made):
        person["mobile"] = f"1200000{position:04d}"
        person["fits_card"] = person["kind"] != "resident" or (
            _units(person["name"]) <= CARD_NAME_UNITS
        )
    return made


def _resident(numbers: random.Random, name: str, nation: str, sequence: int) -> Person:
    first, last = _AGES[sequence % len(_AGES)] if sequence > 100 else (1962, 1998)
    born = (
        f"{numbers.randint(first, last)}-{numbers.randint(1, 12):02d}-{numbers.randint(1, 28):02d}"
    )
    region = COUNTY if sequence % 4 else CITY
    issued = numbers.randint(2017, 2024)
    road = _ROADS[sequence % len(_ROADS)]
    return {
        "kind": "resident",
        "name": name,
        "sex": "1" if sequence % 2 else "2",
        "nation": nation,
        "nation_name": _NATIONS[nation],
        "born": born,
        "address": f"试验省试验市雨山区{road}{numbers.randint(1, 299)}号",
        "number": resident_number(region, born.replace("-", ""), sequence),
        "issuer": "试验市公安局雨山分局",
        "valid_from": f"{issued}-03-15",
        "valid_to": None if int(born[:4]) < 1970 else f"{issued + 10}-03-15",
    }


def _units(name: str) -> int:
    return len(name.encode("utf-16-le")) // 2
