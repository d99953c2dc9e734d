"""One thing (一件事): linked items, one form, one set of materials, handled as several cases.

What is the same in several items is asked once. Materials are the same when they bear one standard
code (or, without, one name) and can be met by one means; members of forms when they have one name
and one definition. What was filled in is taken apart again into the form of each item.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from hall_platform.catalogue import forms, queries
from hall_platform.catalogue.tables import one_things

Item = dict[str, Any]

_MEANS = ("identity_card", "upload", "original_seen", "scan", "earlier_case")
_OF_THE_WHOLE = ("$schema", "title", "type", "properties", "required", "additionalProperties")


class Disagreement(ValueError):
    """Two items that cannot be asked with one form; the text says over what."""


def all_things(connection: Connection) -> list[dict[str, Any]]:
    """Every one thing there is, without what it joins."""
    rows = connection.execute(select(one_things).order_by(one_things.c.code))
    return [
        {
            "code": row.code,
            "name": row.name,
            "version": row.version,
            "items": json.loads(row.items),
        }
        for row in rows
    ]


def one_thing(connection: Connection, code: str) -> dict[str, Any] | None:
    """A one thing, joined of its items as they are today; items no longer in force drop out."""
    row = connection.execute(select(one_things).where(one_things.c.code == code)).one_or_none()
    if row is None:
        return None
    members = current_items(connection, json.loads(row.items))
    return {
        "code": row.code,
        "name": row.name,
        "version": row.version,
        "description": row.description,
        "items": [one["code"] for one in members],
        "members": [queries.summary(one) for one in members],
        "form": joined_form(row.name, members),
        "materials": joined_materials(members),
        "promised_days": max((one["promised_days"] for one in members), default=0),
    }


def current_items(connection: Connection, codes: Iterable[str]) -> list[Item]:
    """The items of those codes that are in force, in the order given."""
    found = (queries.item(connection, code, None) for code in codes)
    return [one for one in found if one is not None]


def joined_materials(members: Sequence[Item]) -> list[dict[str, Any]]:
    """One set of materials without repetition, each with what it serves as.

    A licence that one of the items itself leads to is not asked for: it comes of that item's case.
    """
    joined: list[dict[str, Any]] = []
    for item in members:
        for material in item["materials"]:
            served = {"item": item["code"], "material": material["code"]}
            same = next((one for one in joined if _are_one(one, material)), None)
            if same is None:
                joined.append({**material, "serves": [served], "produced_by": None})
            else:
                _join(same, material)
                same["serves"].append(served)
    for material in joined:
        material["produced_by"] = _producer(material, members)
        material["required"] = material["required"] and material["produced_by"] is None
    for position, material in enumerate(joined, start=1):
        material["code"] = f"M{position:02d}"
    return joined


def joined_form(name: str, members: Sequence[Item]) -> dict[str, Any]:
    """The one form, and which forms of which items take each of its members.

    Raises Disagreement where two items define a member or a definition differently.
    """
    properties: dict[str, Any] = {}
    definitions: dict[str, Any] = {}
    required: dict[str, None] = {}
    rules: list[dict[str, Any]] = []
    goes_to: dict[str, list[dict[str, str]]] = {}
    for item in members:
        for form in item["forms"]:
            schema = form["json_schema"]
            _add(properties, schema.get("properties") or {}, item, "填写项")
            _add(definitions, schema.get("$defs") or {}, item, "定义")
            required |= dict.fromkeys(schema.get("required") or ())
            for member in schema.get("properties") or {}:
                goes_to.setdefault(member, []).append({"item": item["code"], "form": form["code"]})
            more = {
                key: value for key, value in schema.items() if key not in (*_OF_THE_WHOLE, "$defs")
            }
            rules += [more] if more and more not in rules else []
    whole: dict[str, Any] = {
        "$schema": forms.DIALECT,
        "title": name,
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
    }
    whole |= {"$defs": definitions} if definitions else {}
    whole |= {"allOf": rules} if rules else {}
    return {"json_schema": whole, "members": goes_to}


def split(members: Sequence[Item], data: dict[str, Any]) -> list[dict[str, Any]]:
    """What was filled in, taken apart into the form of each item."""
    return [
        {
            "item": item["code"],
            "version": item["version"],
            "form": form["code"],
            "data": {
                member: data[member]
                for member in form["json_schema"].get("properties") or {}
                if member in data
            },
        }
        for item in members
        for form in item["forms"]
    ]


def _are_one(known: dict[str, Any], material: dict[str, Any]) -> bool:
    """The same material, and some means that serves both."""
    if known["standard_code"] or material["standard_code"]:
        same = known["standard_code"] == material["standard_code"]
    else:
        same = known["name"] == material["name"]
    return same and _can_be_met(_common(known["met_by"], material["met_by"]))


def _producer(material: dict[str, Any], members: Sequence[Item]) -> str | None:
    """The item whose result the material is, unless the material is for that item itself."""
    served = {one["item"] for one in material["serves"]}
    for item in members:
        kind = (item["result"] or {}).get("licence_type")
        if kind and kind in material["met_by"]["licence_types"] and item["code"] not in served:
            return str(item["code"])
    return None


def _common(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The means that serve both."""
    return {
        **{means: one[means] and other[means] for means in _MEANS},
        **{
            lists: [entry for entry in one[lists] if entry in other[lists]]
            for lists in ("licence_types", "shared_data", "shared_sources")
        },
    }


def _can_be_met(met_by: dict[str, Any]) -> bool:
    """Also by who was never here before."""
    return any(bool(means) for name, means in met_by.items() if name != "earlier_case")


def _join(known: dict[str, Any], material: dict[str, Any]) -> None:
    """Ask what the stricter of both asks, once."""
    known["met_by"] = _common(known["met_by"], material["met_by"])
    for strict in ("required", "needs_original"):
        known[strict] = known[strict] or material[strict]
    known["later_allowed"] = known["later_allowed"] and material["later_allowed"]
    for count in ("originals", "copies", "pages"):
        known[count] = max(known[count], material[count])
    known["standard_code"] = known["standard_code"] or material["standard_code"]
    if known["form"] == "both":
        known["form"] = material["form"]
    if material["source"] == "applicant":
        known["source"] = "applicant"


def _add(known: dict[str, Any], more: dict[str, Any], item: Item, what: str) -> None:
    for name, definition in more.items():
        if known.setdefault(name, definition) != definition:
            raise Disagreement(f"{what} {name} 在 {item['name']} 中与前面的事项定义不同")
