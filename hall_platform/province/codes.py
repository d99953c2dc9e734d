"""Code tables of GB/T 39046-2020 and of the provinces' interface for ratings, as data.

What is marked so has not been confirmed against the province's own guide; it is changed here.
"""

from __future__ import annotations

from collections.abc import Mapping

# proStatus of a case push; the numbers are the interface's (to be confirmed with the province).
TO_ACCEPT, ACCEPTED, DONE = 1, 2, 3

CASE_TYPES: Mapping[str, str] = {"immediate": "1", "promised": "2"}  # 办件类型, 9 other
# 服务对象 as the interface knows it: natural person, legal person, other.
NATURAL_PERSON, LEGAL_PERSON = "1", "2"

# 证件类型 (GA/T 2000.156); all but 111 to be confirmed with the province.
DOCUMENT_TYPES: Mapping[str, str] = {
    "resident": "111",
    "permit": "154",
    "foreigner_2017": "553",
    "foreigner_2023": "553",
    "organisation": "001",
}

# 特别程序: an extension is 1, anything else 2.
EXTENSION, OTHER_PROCEDURE = "1", "2"
# 业务动作 of a step: passed, sent back, other.
PASSED, SENT_BACK, OTHER_ACTION = "1", "2", "9"

# 申报来源, by the code of the form of handling it came through (to be confirmed with the province).
AT_A_WINDOW, ONLINE = "1", "2"
# 收取方式 of a material, by what met it: on paper, as an attachment, scanned, from the libraries of
# licences and shared data, otherwise (to be confirmed with the province).
RECEIVED_BY: Mapping[str, str] = {
    "original_seen": "1",
    "identity_card": "1",
    "upload": "2",
    "scan": "3",
    "licence": "5",
    "shared_data": "5",
}
RECEIVED_OTHERWISE = "9"

# 环节名称: what each step of the handling is called.
STEP_NAMES: Mapping[str, str] = {
    "case-corrections-notified": "补正告知",
    "case-corrected": "提交补正材料",
    "case-suspended": "启动特别程序",
    "case-resumed": "结束特别程序",
    "case-extended": "延长办理期限",
    "case-reviewed": "审核",
    "case-decided": "决定",
    "case-delivered": "送达",
}
# What a special procedure is for (行政许可法 article 45).
PROCEDURE_NAMES: Mapping[str, str] = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "testing": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
}

# 评价渠道 in the order in which GB/T 39046 lists them.
CHANNELS: Mapping[str, str] = {"online": "1", "window_screen": "4", "kiosk": "5"}

# Why a rating was struck: by mistake, of ill will, other (to be confirmed with the province).
GROUNDS: Mapping[str, str] = {"mistaken": "1", "malicious": "2", "other": "9"}

# 满意度: GB/T 39046 counts from 1, the best; the national interface counts up to 5, the best.
# The vectors of both: docs/api/vectors/rating_scales.json.
_LEVELS = ("best", "good", "fair", "poor", "worst")
STANDARD_SCALE: Mapping[str, str] = {level: str(n) for n, level in enumerate(_LEVELS, start=1)}
NATIONAL_SCALE: Mapping[str, str] = {level: str(5 - n) for n, level in enumerate(_LEVELS)}


def to_standard(level: str) -> str:
    """A level of the inner scale as GB/T 39046 writes it. Raises KeyError."""
    return STANDARD_SCALE[level]


def from_standard(code: str) -> str:
    """A code of GB/T 39046 as a level of the inner scale. Raises KeyError."""
    return _turned(STANDARD_SCALE)[code]


def to_national(level: str) -> str:
    """A level of the inner scale as the national interface writes it. Raises KeyError."""
    return NATIONAL_SCALE[level]


def from_national(code: str) -> str:
    """A code of the national interface as a level of the inner scale. Raises KeyError."""
    return _turned(NATIONAL_SCALE)[code]


def _turned(scale: Mapping[str, str]) -> dict[str, str]:
    return {code: level for level, code in scale.items()}
