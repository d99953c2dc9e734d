"""What the invented citizens wrote into their forms and to the hall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hall_platform.seed_data.items import FOOD, ITEMS, SOLE_TRADER

FORMS: Mapping[str, dict[str, Any]] = {  # by item: what was filled in, by form
    ITEMS[SOLE_TRADER]["code"]: {
        "F01": {
            "name": "雨山区测试路样记早餐店",
            "address": "试验省试验市雨山区测试路1号",
            "scope": "小餐饮、预包装食品零售",
            "kind": "个人经营",
            "headcount": 2,
            "mobile": "12000000000",
        }
    },
    ITEMS[FOOD]["code"]: {
        "F01": {
            "name": "雨山区测试路样记早餐店",
            "address": "试验省试验市雨山区测试路1号",
            "business_kind": "餐饮服务经营者",
            "projects": ["热食类制售"],
            "headcount": 2,
            "mobile": "12000000000",
        }
    },
}


@dataclass(frozen=True)
class Written:
    """A letter: how long ago, to which body it was given, what was answered."""

    kind: str
    title: str
    text: str
    days_ago: int
    item: str = ""
    body: str = ""
    answer: str = ""
    anonymous: bool = False


LETTERS = (
    Written(
        "consultation",
        "租来的门面能不能办执照",
        "我租了一间门面准备开早餐店，房产证在房东手里，只有租赁合同可以办个体户执照吗？",
        6,
        item=SOLE_TRADER,
        body="market",
        answer="可以。房屋已有不动产权电子证照的，窗口可以直接调取，您只需带租赁合同原件。",
    ),
    Written(
        "consultation",
        "周末能不能办",
        "平时上班没有时间，请问周六上午大厅的综合窗口办不办业务？",
        1,
    ),
    Written(
        "suggestion",
        "建议增加老年人帮办",
        "自助机的字太小，老人不会用，建议在取号的地方安排人帮忙。",
        4,
        body="civil",
    ),
    Written(
        "complaint",
        "要求重复交材料",
        "网上已经传过租赁合同，到窗口又让再复印一份，多跑了一趟。",
        2,
        item=SOLE_TRADER,
        body="market",
        anonymous=True,
    ),
    Written(
        "consultation",
        "食品经营许可的平面图怎么画",
        "设备布局示意图有没有样张？手画的可以吗？",
        20,
        item=FOOD,
    ),
)

PUBLISHED = (  # item, question, answer
    (
        SOLE_TRADER,
        "租来的房子可以作为经营场所吗？",
        "可以，请提供租赁合同。房屋已有不动产权电子证照的，窗口直接调取，不用再交复印件。",
    ),
    (
        FOOD,
        "设备布局示意图可以手画吗？",
        "可以手画，标明场所面积、出入口、设备位置和操作流程即可，样张可在窗口索取。",
    ),
)
