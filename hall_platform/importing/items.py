"""Service items and one things out of files (事项、一件事).

JSON holds items as the contract has them. CSV has a row for each material: what belongs to the item
stands in its first row, and rows below it with the same code or none go on with materials.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlalchemy import insert, select, update

from hall_platform.catalogue import forms, licence_types, one_things, publishing, words
from hall_platform.catalogue.shape_errors import place, sentence
from hall_platform.catalogue.shapes import ItemContent
from hall_platform.catalogue.tables import items
from hall_platform.catalogue.tables import one_things as things
from hall_platform.clock import day_of
from hall_platform.importing.item_rows import ITEMS, Entry, contents_of_rows
from hall_platform.importing.licence_types import NOT_THERE
from hall_platform.importing.reading import Finding, contents, csv_lines, parsed, text_of
from hall_platform.importing.taking import Taking

_VALIDITY = ("valid_from", "valid_to")
_THING = ("code", "name", "description", "items")


def take_items(taking: Taking) -> None:
    """Items: what is new or differs from the newest version becomes a version of its own."""
    text = text_of(contents(taking.path))
    if taking.path.suffix.lower() == ".json":
        entries = list(_entries(taking, parsed(text)))
    else:
        entries = list(contents_of_rows(taking, csv_lines(text, ITEMS)))
    seen: set[str] = set()
    for entry in entries:
        before = len(taking.findings)
        content = _checked(taking, entry)
        if content is None:
            continue
        if content.code in seen:
            taking.findings.append(Finding(entry.where, "实施编码", "在文件中出现了两次"))
        seen.add(content.code)
        if entry.sound and len(taking.findings) == before:
            _take(taking, content, entry.begins, entry.ends)


def _take(taking: Taking, content: ItemContent, begins: date | None, ends: date | None) -> None:
    version = publishing.newest_version(taking.connection, content.code)
    if version and _is_as_it_was(taking, content, version, begins, ends):
        taking.count("unchanged")
        return
    publishing.publish(
        taking.connection,
        content,
        valid_from=begins or day_of(taking.at),
        valid_to=ends,
        at=taking.at,
        by=taking.by,
    )
    taking.count("changed" if version else "new")


def _is_as_it_was(
    taking: Taking, content: ItemContent, version: int, begins: date | None, ends: date | None
) -> bool:
    """Whether the newest version says the same, for the days the file names."""
    row = taking.connection.execute(
        select(items.c.body, items.c.state, items.c.valid_from, items.c.valid_to)
        .where(items.c.code == content.code)
        .where(items.c.version == version)
    ).one()
    kept = {name: value for name, value in json.loads(row.body).items() if name in _CONTENT_MEMBERS}
    return (
        row.state == "published"
        and ItemContent.model_validate(kept) == content
        and (begins is None or begins.isoformat() == row.valid_from)
        and (ends.isoformat() if ends else None) == row.valid_to
    )


_CONTENT_MEMBERS = frozenset(ItemContent.model_fields)


def _checked(taking: Taking, entry: Entry) -> ItemContent | None:
    """The item, when it has its shape; what is wrong with it, its forms and types is noted."""
    where, body = entry.where, entry.body
    if not body.get("pinyin") and isinstance(body.get("name"), str):
        body = {**body, "pinyin": words.initials(body["name"])}
    try:
        content = ItemContent.model_validate(body)
    except ValidationError as failure:
        for error in failure.errors():
            taking.findings.append(Finding(where, place(error), sentence(error)))
        return None
    for form in content.forms:
        for wrong in forms.schema_errors(form.json_schema):
            at = f"forms/{form.code}{wrong['where']}"
            taking.findings.append(Finding(where, at, wrong["what"]))
    for at, code in licence_types.unknown(taking.connection, content):
        taking.findings.append(Finding(where, at, NOT_THERE.format(code)))
    return content


def _entries(taking: Taking, value: Any) -> Iterator[Entry]:
    """The items of a JSON document, with the days they are in force."""
    if not isinstance(value, list):
        taking.findings.append(Finding("", "", "须为一个列表，每项是一个事项"))
        return
    for number, entry in enumerate(value, start=1):
        where = f"第 {number} 项"
        if not isinstance(entry, dict):
            taking.findings.append(Finding(where, "", "须为一个对象"))
            continue
        before = len(taking.findings)
        begins, ends = (_day(taking, where, entry, name) for name in _VALIDITY)
        if begins and ends and ends < begins:
            taking.findings.append(Finding(where, "valid_to", "早于生效日期"))
        body = {name: member for name, member in entry.items() if name not in _VALIDITY}
        yield Entry(where, body, begins, ends, sound=len(taking.findings) == before)


def _day(taking: Taking, where: str, entry: dict[str, Any], name: str) -> date | None:
    text = entry.get(name)
    try:
        return None if text is None else date.fromisoformat(str(text))
    except ValueError:
        taking.findings.append(Finding(where, name, "不是日期，例如 2027-01-31"))
        return None


def take_one_things(taking: Taking) -> None:
    """One things by code; their items have to be there, and their forms to agree."""
    value = parsed(text_of(contents(taking.path)))
    if not isinstance(value, list):
        taking.findings.append(Finding("", "", "须为一个列表，每项是一件事"))
        return
    for number, entry in enumerate(value, start=1):
        where = f"第 {number} 项"
        wrong = _thing_wrong(taking, entry)
        if wrong:
            taking.findings.append(Finding(where, "", wrong))
        else:
            _take_thing(taking, entry)


def _thing_wrong(taking: Taking, entry: Any) -> str:
    """Why an entry is no one thing; empty when it is one."""
    if not isinstance(entry, dict) or set(entry) != set(_THING):
        return "须有 code、name、description、items 四项，没有其他"
    texts = [entry["code"], entry["name"], entry["description"]]
    if not all(isinstance(one, str) and one.strip() and len(one) <= 500 for one in texts):
        return "code、name、description 须为文字"
    if not (entry["code"].isascii() and entry["code"].isalnum() and len(entry["code"]) <= 40):
        return "code 须为 40 个以内的字母和数字"
    codes = entry["items"]
    if not isinstance(codes, list) or len(set(map(str, codes))) < 2:
        return "items 须至少有两个不同的实施编码"
    members = one_things.current_items(taking.connection, map(str, codes))
    gone = set(map(str, codes)) - {one["code"] for one in members}
    if gone:
        return f"没有在用的事项 {'、'.join(sorted(gone))}，请先导入事项"
    try:
        one_things.joined_form(entry["name"], members)
    except one_things.Disagreement as over:
        return f"表单不能合并：{over}"
    return ""


def _take_thing(taking: Taking, entry: dict[str, Any]) -> None:
    connection = taking.connection
    values = {
        "name": entry["name"].strip(),
        "description": entry["description"].strip(),
        "items": json.dumps(list(dict.fromkeys(entry["items"]))),
    }
    known = connection.execute(select(things).where(things.c.code == entry["code"])).one_or_none()
    if known is None:
        connection.execute(insert(things).values(code=entry["code"], version=1, **values))
        taking.count("new")
    elif all(getattr(known, column) == value for column, value in values.items()):
        taking.count("unchanged")
    else:
        connection.execute(
            update(things)
            .where(things.c.code == entry["code"])
            .values(version=known.version + 1, **values)
        )
        taking.count("changed")
