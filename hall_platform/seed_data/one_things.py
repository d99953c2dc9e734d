"""What the invented county handles as one thing (一件事)."""

from __future__ import annotations

from typing import Any

from hall_platform.seed_data.items import FOOD, ITEMS, PUBLIC_HEALTH, SOLE_TRADER

RESTAURANT = "YJS990302001"

ONE_THINGS: dict[str, dict[str, Any]] = {
    code: {
        "code": code,
        "version": 1,
        "name": name,
        "description": description,
        "items": [ITEMS[key]["code"] for key in keys],
    }
    for code, name, description, keys in (
        (
            RESTAURANT,
            "开办餐饮店一件事",
            "一次申请，个体工商户设立登记和食品经营许可分别办理。",
            (SOLE_TRADER, FOOD),
        ),
        (
            "YJS990302002",
            "开办理发店一件事",
            "一次申请，个体工商户设立登记和公共场所卫生许可分别办理。",
            (SOLE_TRADER, PUBLIC_HEALTH),
        ),
    )
}
