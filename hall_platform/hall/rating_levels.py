"""The one inner scale of ratings, its words, and the reasons to tick (GB/T 39734, 39735).

The two outer scales run in opposite directions; they are converted where they leave, never here.
"""

from __future__ import annotations

from collections.abc import Mapping

LEVELS: Mapping[str, str] = {
    "best": "非常满意",
    "good": "满意",
    "fair": "基本满意",
    "poor": "不满意",
    "worst": "非常不满意",
}
NEEDS_DETAILS = frozenset({"poor", "worst"})

_PRAISE = ("best", "good", "fair")
_BLAME = ("poor", "worst")

DETAIL_CODES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "P01": ("服务热情、态度好", _PRAISE),
    "P02": ("一次性告知清楚", _PRAISE),
    "P03": ("办事效率高", _PRAISE),
    "P04": ("材料精简、流程便捷", _PRAISE),
    "P05": ("环境整洁、设施齐全", _PRAISE),
    "N01": ("未一次性告知所需材料", _BLAME),
    "N02": ("要求提供指南以外的材料", _BLAME),
    "N03": ("要求重复提供已有的材料", _BLAME),
    "N04": ("超过承诺时限办理", _BLAME),
    "N05": ("服务态度差", _BLAME),
    "N06": ("等候时间过长", _BLAME),
    "N07": ("业务不熟、答复不清", _BLAME),
    "N08": ("违规收费", _BLAME),
    "N09": ("系统或设备故障", _BLAME),
    "N10": ("其他", _BLAME),
}
