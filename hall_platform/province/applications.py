"""申请 by GB/T 39046: who applies, by whom, where from, and with which materials."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, select

from hall_platform.business.tables import case_materials
from hall_platform.identity.tables import citizens, organisation_agents
from hall_platform.province import codes
from hall_platform.province.gb39046 import fitting, moment


def parties(case: Row[Any]) -> dict[str, str]:
    """The applicant and their agent, as the push names them. Raises Unfit."""
    applicant = json.loads(case.applicant)
    agent = json.loads(case.agent) if case.agent else None
    organisation = applicant["kind"] == "organisation"
    number = fitting("certKey", applicant["number"], 18, filled=True)
    found = {
        "userProp": codes.LEGAL_PERSON if organisation else codes.NATURAL_PERSON,
        "userName": fitting("userName", applicant["name"], 100, filled=True),
        "userPageType": codes.DOCUMENT_TYPES[applicant["kind"]],
        "certKey": "" if organisation else number,
        "certKeyGOV": number if organisation else "",
        "mobile": fitting("mobile", applicant.get("mobile") or "", 20),
        "handleUserName": "",
        "handleUserPageType": "",
        "handleUserPageCode": "",
    }
    if agent is not None:
        found |= {
            "handleUserName": fitting("handleUserName", agent["name"], 100),
            "handleUserPageType": codes.DOCUMENT_TYPES[agent["kind"]],
            "handleUserPageCode": fitting("handleUserPageCode", agent["number"], 18),
        }
    return found


def application(connection: Connection, case: Row[Any], item: dict[str, Any]) -> dict[str, Any]:
    """The application with its materials, as the case has them now. Raises Unfit.

    Empty is what the platform does not know: the post code, and the number of a project of
    investment.
    """
    applicant = json.loads(case.applicant)
    contact = json.loads(case.agent) if case.agent else applicant
    mobile = contact.get("mobile") or applicant.get("mobile") or ""
    return {
        "applyTime": moment(case.filed_at),
        "applySource": codes.ONLINE if case.preapplication else codes.AT_A_WINDOW,
        "contactName": fitting("contactName", contact["name"], 100, filled=True),
        "contactPageType": codes.DOCUMENT_TYPES[contact["kind"]],
        "contactPageCode": fitting("contactPageCode", contact["number"], 18, filled=True),
        "contactMobile": fitting("contactMobile", mobile, 20),
        "address": fitting("address", applicant.get("address") or "", 100),
        "postcode": "",
        "legalRepresentative": fitting("legalRepresentative", _head(connection, applicant), 100),
        "investmentProjectNo": "",
        "materials": _materials(connection, case, item),
    }


def _head(connection: Connection, applicant: dict[str, Any]) -> str:
    """The legal representative (法定代表人) a window has bound to the organisation; "" for none."""
    if applicant["kind"] != "organisation":
        return ""
    name = connection.execute(
        select(citizens.c.name)
        .join(organisation_agents, organisation_agents.c.citizen == citizens.c.id)
        .where(organisation_agents.c.organisation == applicant["number"])
        .where(organisation_agents.c.capacity == "legal_representative")
        .where(organisation_agents.c.ended_at.is_(None))
        .order_by(organisation_agents.c.bound_at.desc(), organisation_agents.c.id)
        .limit(1)
    ).scalar_one_or_none()
    return name or ""


def _materials(
    connection: Connection, case: Row[Any], item: dict[str, Any]
) -> list[dict[str, str]]:
    """Every material the item asks for: whether, how, how many and when it was received."""
    rows = connection.execute(
        select(case_materials)
        .where(case_materials.c.county == case.county)
        .where(case_materials.c.case_id == case.id)
        .order_by(case_materials.c.position)
    ).all()
    received: dict[str, list[Row[Any]]] = {}
    for row in rows:
        received.setdefault(row.material, []).append(row)
    return [_material(one, received.get(one["code"], [])) for one in item["materials"]]


def _material(material: dict[str, Any], rows: list[Row[Any]]) -> dict[str, str]:
    """One material; of a file that came with it the SHA-256, never the file itself."""
    newest = rows[-1] if rows else None
    way = codes.RECEIVED_BY.get(newest.met_by, codes.RECEIVED_OTHERWISE) if newest else ""
    return {
        "materialName": material["name"],
        "materialCode": material.get("standard_code") or material["code"],
        "received": "1" if rows else "0",
        "receivedBy": way,
        "receivedCount": fitting("receivedCount", str(len(rows)), 2),
        "receivedTime": moment(newest.added_at) if newest else "",
        "attachment": (newest.upload or "") if newest else "",
    }
