"""Which halls take an item, what of it may be uploaded, and what a form must hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from hall_platform.catalogue import forms
from hall_platform.catalogue import queries as catalogue
from hall_platform.hall.tables import hall_services
from hall_platform.identity.tables import halls
from hall_platform.portal.shapes import FileListed
from hall_platform.portal.tables import faq
from hall_platform.problems import Problem


@dataclass(frozen=True)
class Offer:
    """An item at a hall that takes it."""

    item: dict[str, Any]
    hall: Row[Any]

    @property
    def county(self) -> str:
        """The hall's county."""
        return str(self.hall.county)


def offer(connection: Connection, item: str, hall: str) -> Offer:
    """The current item at that hall. Problems: item-unknown, hall-does-not-take-it."""
    body = catalogue.item(connection, item, None)
    if body is None:
        raise Problem("item-unknown")
    row = connection.execute(select(halls).where(halls.c.code == hall)).one_or_none()
    if row is None or not takes(row, body):
        raise Problem("hall-does-not-take-it")
    return Offer(body, row)


def takes(hall: Row[Any], item: dict[str, Any]) -> bool:
    """Whether the hall lies in the item's region: a city's items are taken in all its counties."""
    return str(hall.region).startswith(catalogue.significant(str(item["region"])))


def places(connection: Connection, item: str) -> list[dict[str, Any]]:
    """The halls, or those that take an item."""
    body = catalogue.item(connection, item, None) if item else None
    if item and body is None:
        return []
    rows = connection.execute(select(halls).order_by(halls.c.code)).all()
    return [
        {
            "code": row.code,
            "name": row.name,
            "county": row.county,
            "region": row.region,
            "address": row.address,
            "services": services_for(connection, row.code, item),
        }
        for row in rows
        if body is None or takes(row, body)
    ]


def services_for(connection: Connection, hall: str, item: str) -> list[dict[str, str]]:
    """The services of a hall that handle an item and give out tickets."""
    if not item:
        return []
    rows = connection.execute(
        select(hall_services.c.code, hall_services.c.name, hall_services.c["items"])
        .where(hall_services.c.hall == hall)
        .where(hall_services.c.taking.is_(True))
        .order_by(hall_services.c.position, hall_services.c.code)
    )
    return [{"code": row.code, "name": row.name} for row in rows if item in json.loads(row.items)]


def guide(connection: Connection, code: str) -> dict[str, Any] | None:
    """An item with the halls that take it and what is often asked about it."""
    body = catalogue.item(connection, code, None)
    if body is None:
        return None
    asked = connection.execute(
        select(faq.c.id, faq.c.question, faq.c.answer)
        .where(faq.c.item == code)
        .where(faq.c.withdrawn_at.is_(None))
        .order_by(faq.c.published_at.desc(), faq.c.id)
        .limit(10)
    )
    return {
        "item": body,
        "online": "online" in body["channels"],
        "halls": places(connection, code),
        "answers": [dict(row) for row in asked.mappings()],
    }


def listed(item: dict[str, Any], files: Sequence[FileListed]) -> list[dict[str, Any]]:
    """The files as a pre-application lists them, with their grade of trust (国办函〔2016〕108号).

    A copy of somebody's document is C until its original was seen, what the applicant made is D.
    Problem("material-unknown").
    """
    materials = {one["code"]: one for one in item["materials"]}
    unknown = [
        one.material
        for one in files
        if one.material not in materials or not materials[one.material]["met_by"]["upload"]
    ]
    if unknown:
        raise Problem("material-unknown", materials=unknown)
    return [
        {
            "material": one.material,
            "file_name": one.file_name,
            "sha256": one.sha256,
            "pages": one.pages,
            "trust_grade": "C" if materials[one.material]["needs_original"] else "D",
        }
        for one in files
    ]


def to_bring(
    item: dict[str, Any], uploads: Iterable[dict[str, Any]], form: dict[str, Any]
) -> list[dict[str, str]]:
    """What of an application the window will still ask for. A filled-in form is its material."""
    given = {one["material"] for one in uploads}
    given |= {one["material"] for one in item["forms"] if one["code"] in form}
    found = []
    for material in item["materials"]:
        if not material["required"]:
            continue
        if material["met_by"]["identity_card"]:
            why = "identity_card"
        elif material["code"] not in given:
            why = "not_uploaded"
        elif material["needs_original"]:
            why = "original"
        else:
            continue
        found.append({"material": material["code"], "name": material["name"], "why": why})
    return found


def check_form(item: dict[str, Any], form: dict[str, Any]) -> None:
    """Each of the item's forms, by its code, holds what its schema asks. Problem("form-invalid").

    What is wrong is said by place and rule, never with what was filled in.
    """
    known = {one["code"]: one["json_schema"] for one in item["forms"]}
    errors = [
        {"where": code, "what": "该事项没有此表单"} for code in sorted(form.keys() - known.keys())
    ]
    for code, schema in known.items():
        if code not in form:
            errors.append({"where": code, "what": "尚未填写"})
            continue
        errors += [
            {"where": code + error["where"], "what": error["what"]}
            for error in forms.data_errors(schema, form[code])
        ]
    if errors:
        raise Problem("form-invalid", errors=errors)
