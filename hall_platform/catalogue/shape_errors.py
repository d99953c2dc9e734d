"""What pydantic finds wrong with a shape, as sentences for the people who send it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def place(error: Mapping[str, Any]) -> str:
    """Where, as a path of members."""
    return "/".join(str(part) for part in error["loc"])


def sentence(error: Mapping[str, Any]) -> str:
    """What is wrong there; nothing of what was sent is repeated."""
    message = str(error["msg"]).removeprefix("Value error, ")
    return _SENTENCES.get(error["type"]) or _OF_ONE_PIECE.get(message, message)


_OF_ONE_PIECE = {
    "a code of a material or form occurs twice": "材料编码或者表单编码重复",
    "a form names a material that is not there": "表单对应的材料不在材料清单中",
    "an item is charged exactly when it has fees or a note on them": (
        "收费的事项须有收费项目或者收费说明，不收费的没有"
    ),
    "the promised limit is longer than the legal one": "承诺期限比法定期限长",
    "control characters are not allowed": "有控制字符",
}
_SENTENCES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项，可用的名称见导入说明",
    "literal_error": "不在可填范围内",
    "string_pattern_mismatch": "格式不对",
    "string_type": "须为文字",
    "string_too_short": "没有填写",
    "string_too_long": "过长",
    "int_type": "须为整数",
    "int_parsing": "须为整数",
    "bool_type": "须为 true 或 false",
    "bool_parsing": "须为 true 或 false",
    "list_type": "须为列表",
    "dict_type": "须为对象",
    "model_type": "须为对象",
    "too_short": "至少要有一项",
    "too_long": "项数过多",
    "greater_than_equal": "数值过小",
    "less_than_equal": "数值过大",
}
