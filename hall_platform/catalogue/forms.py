"""Electronic forms (申请表单): JSON Schemas that can be used, and what was filled in held to them.

The dialect is 2020-12. A schema comes from whoever publishes an item, so it is looked at first: it
refers to nothing outside itself, is of moderate size, and its patterns are plain ones. Nothing is
ever fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry

from hall_platform.check_digits import is_credit_code, is_resident_number

DIALECT = "https://json-schema.org/draft/2020-12/schema"
LARGEST = 64 * 1024
DEEPEST = 16
MOST_ERRORS = 50
MOST_ROWS = 500
LONGEST_PATTERN = 200

Found = list[dict[str, str]]

_NESTED_REPEAT = re.compile(r"[+*}]\)*[+*{]|\)[+*{]")
_REFERENCES = ("$ref", "$dynamicRef")


def schema_errors(schema: dict[str, Any]) -> Found:
    """What keeps a schema from being used; empty when nothing does."""
    try:
        text = json.dumps(schema, allow_nan=False)
    except (ValueError, RecursionError):
        return [_told("", "不是可以写成 JSON 的内容")]
    if len(text) > LARGEST:
        return [_told("", f"表单定义超过 {LARGEST // 1024} KiB")]
    found = list(_unusable(schema, "", 0))
    if found:
        return found[:MOST_ERRORS]
    try:
        Draft202012Validator.check_schema(schema, format_checker=FormatChecker(formats=()))
    except SchemaError as failure:
        return [_told(_path(failure), "不符合 JSON Schema 2020-12：" + _sentence(failure))]
    return _reference_errors(schema)


def data_errors(schema: dict[str, Any], data: Any) -> Found:
    """What was filled in and does not fit, with a sentence each; the first fifty."""
    if len(json.dumps(data)) > LARGEST or _has_long_list(data):
        return [_told("", f"填写内容超过 {LARGEST // 1024} KiB，或者有超过 {MOST_ROWS} 行的表格")]
    validator = _validator(json.dumps(schema, sort_keys=True))
    titles = schema.get("properties") or {}
    found: dict[str, dict[str, str]] = {}
    for failure in validator.iter_errors(data):
        for part in _leaves(failure):
            told = _told(_path(part), _sentence(part, titles))
            found.setdefault(f"{told}", told)
            if len(found) >= MOST_ERRORS:
                return list(found.values())
    return list(found.values())


def _has_long_list(data: Any) -> bool:
    """Whether a list has more rows than can be compared with each other in good time."""
    if isinstance(data, dict):
        return any(map(_has_long_list, data.values()))
    return isinstance(data, list) and (len(data) > MOST_ROWS or any(map(_has_long_list, data)))


def _is_date(value: object) -> bool:
    try:
        return not isinstance(value, str) or date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_email(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,190}", value))


def _is_resident_number(value: object) -> bool:
    return not isinstance(value, str) or is_resident_number(value)


def _is_credit_code(value: object) -> bool:
    return not isinstance(value, str) or is_credit_code(value)


_formats = FormatChecker(formats=())
_formats.checkers = {
    "date": (_is_date, ()),
    "email": (_is_email, ()),
    "resident-number": (_is_resident_number, ()),
    "credit-code": (_is_credit_code, ()),
}


@lru_cache(maxsize=256)
def _validator(text: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(text), format_checker=_formats, registry=Registry())


def _unusable(schema: Any, where: str, depth: int) -> Iterator[dict[str, str]]:
    """Walk over everything of it, whether it is a schema or only stands in one."""
    if depth > DEEPEST:
        yield _told(where, f"嵌套超过 {DEEPEST} 层")
        return
    if depth == 0 and schema.get("type") != "object":
        yield _told("", "表单的 type 须为 object")
    if depth == 0 and schema.get("$schema", DIALECT) != DIALECT:
        yield _told("", f"$schema 须为 {DIALECT}")
    if isinstance(schema, dict):
        yield from _wrong_members(schema, where)
        for name, value in schema.items():
            if name not in ("const", "enum", "default", "examples"):
                yield from _unusable(value, f"{where}/{name}", depth + 1)
    elif isinstance(schema, list):
        for place, value in enumerate(schema):
            yield from _unusable(value, f"{where}/{place}", depth + 1)


def _wrong_members(schema: dict[str, Any], where: str) -> Iterator[dict[str, str]]:
    for name in _REFERENCES:
        target = schema.get(name, "#")
        if isinstance(target, str) and not target.startswith("#"):
            yield _told(where, f"{name} 只能指向表单自身（以 # 开头）")
    if isinstance(schema.get("$id"), str):
        yield _told(where, "表单不使用 $id")
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        yield from _wrong_pattern(pattern, where)
    for pattern in schema.get("patternProperties") or ():
        yield from _wrong_pattern(str(pattern), where)


def _wrong_pattern(pattern: str, where: str) -> Iterator[dict[str, str]]:
    """A pattern that repeats a repetition could be made to take for ever."""
    try:
        re.compile(pattern)
    except re.error:
        yield _told(where, "pattern 不是正则表达式")
        return
    if len(pattern) > LONGEST_PATTERN or _NESTED_REPEAT.search(pattern):
        yield _told(where, "pattern 过长，或者在重复之外再重复")


def _reference_errors(schema: dict[str, Any]) -> Found:
    """Only whole definitions are referred to, they are there, and none leads back to itself."""
    definitions: dict[str, Any] = schema.get("$defs") or {}
    leads = {
        f"#/$defs/{name}": {target for _, target in _references(part)}
        for name, part in definitions.items()
    }
    found = [
        _told(where, f"没有 {target} 这个定义（引用须写作 #/$defs/名称）")
        for where, target in _references(schema)
        if target not in leads
    ]
    if not found and any(_reaches(leads, name, name) for name in leads):
        found.append(_told("/$defs", "定义之间循环引用"))
    return found[:MOST_ERRORS]


def _references(schema: Any, where: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(schema, dict):
        for name, value in schema.items():
            if name in _REFERENCES and isinstance(value, str):
                yield where, value
            else:
                yield from _references(value, f"{where}/{name}")
    elif isinstance(schema, list):
        for place, value in enumerate(schema):
            yield from _references(value, f"{where}/{place}")


def _reaches(leads: dict[str, set[str]], start: str, aim: str) -> bool:
    seen: set[str] = set()
    waiting = list(leads[start])
    while waiting:
        name = waiting.pop()
        if name == aim:
            return True
        if name not in seen:
            seen.add(name)
            waiting.extend(leads.get(name, ()))
    return False


def _leaves(failure: ValidationError) -> Iterator[ValidationError]:
    """What lies behind a combination; of an anyOf or oneOf the combination itself."""
    if failure.validator in ("allOf", "if") and failure.context:
        for part in failure.context:
            yield from _leaves(part)
    else:
        yield failure


def _path(failure: ValidationError | SchemaError) -> str:
    return "".join(f"/{part}" for part in failure.absolute_path)


def _told(where: str, what: str) -> dict[str, str]:
    return {"where": where, "what": what}


_SENTENCES = {
    "type": "类型不对，应为 {value}",
    "enum": "不在可选范围内",
    "const": "不是规定的值",
    "minLength": "未填写或者太短，至少 {value} 个字",
    "maxLength": "太长，最多 {value} 个字",
    "pattern": "格式不对",
    "minimum": "不能小于 {value}",
    "maximum": "不能大于 {value}",
    "exclusiveMinimum": "须大于 {value}",
    "exclusiveMaximum": "须小于 {value}",
    "multipleOf": "须为 {value} 的倍数",
    "minItems": "至少填写 {value} 项",
    "maxItems": "最多填写 {value} 项",
    "uniqueItems": "有重复的项",
    "anyOf": "不符合任何一种允许的填法",
    "oneOf": "须恰好符合一种允许的填法",
    "not": "这种填法不被允许",
}
_FORMATS = {
    "date": "不是日期（年-月-日）",
    "email": "不是电子邮箱地址",
    "resident-number": "公民身份号码的校验位不对",
    "credit-code": "统一社会信用代码的校验位不对",
}


def _sentence(
    failure: ValidationError | SchemaError, titles: Mapping[str, Any] | None = None
) -> str:
    """What is wrong, in Chinese, without what was filled in: that may be a person's."""
    kind, value = str(failure.validator), failure.validator_value
    title = ""
    if isinstance(failure.schema, dict) and isinstance(failure.schema.get("title"), str):
        title = failure.schema["title"] + "："
    if kind == "required":
        return title + _missing(failure, titles or {})
    if kind in ("additionalProperties", "unevaluatedProperties"):
        return title + "有表单里没有的内容"
    if kind == "format":
        return title + _FORMATS.get(str(value), "格式不对")
    return title + _SENTENCES.get(kind, f"不符合要求（{kind}）").format(value=value)


def _missing(failure: ValidationError | SchemaError, titles: Mapping[str, Any]) -> str:
    """Which members are not there, by the titles they have in the form."""
    given = failure.instance if isinstance(failure.instance, dict) else {}
    schema = failure.schema if isinstance(failure.schema, dict) else {}
    known = {**titles, **(schema.get("properties") or {})}
    names = [name for name in failure.validator_value if name not in given]
    named = [
        str(known[name].get("title", name)) if isinstance(known.get(name), dict) else name
        for name in names
    ]
    return "还须填写" + "、".join(named)
