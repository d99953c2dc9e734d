"""The invented firms and societies; each has a legal representative among the people."""

from __future__ import annotations

from typing import Any

from hall_platform.check_digits import credit_code
from hall_platform.seed_data.places import COUNTY

NAMES = (
    ("91", "雨山区样张商贸有限公司"),
    ("91", "试验市测试路餐饮管理有限公司"),
    ("91", "雨山例村物流有限公司"),
    ("91", "试验市样本人力资源服务有限公司"),
    ("91", "雨山区𠮷祥酒店有限公司"),
    ("91", "试验样章广告传媒有限公司"),
    ("91", "雨山仿真软件科技有限公司"),
    ("92", "雨山区测小兰早餐店"),
    ("92", "雨山区样记理发店"),
    ("52", "雨山区试验社会工作服务中心"),
    ("12", "雨山区样张镇卫生院"),
    ("93", "雨山区例村蔬菜种植专业合作社"),
)


def organisations(representatives: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All twelve, with invented credit codes and representatives from those given."""
    return [
        {
            "kind": "organisation",
            "name": name,
            "number": credit_code(kind, COUNTY, f"MA4L{serial:04d}"),
            "representative": {
                "name": representatives[serial % len(representatives)]["name"],
                "number": representatives[serial % len(representatives)]["number"],
            },
            "address": f"试验省试验市雨山区样张大道{serial * 8}号",
        }
        for serial, (kind, name) in enumerate(NAMES, start=1)
    ]
