"""What of an item's materials is there already (预检), before anybody applies.

凡是能通过网络共享复用的材料，不得要求重复提交. Each look is the citizen's own, for a purpose of
their own, and on record before its answer leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hall_platform import data_use
from hall_platform.access import Caller
from hall_platform.clock import day_of
from hall_platform.context import Context
from hall_platform.exchange.asking import ask
from hall_platform.exchange.shapes import ExchangeQuery
from hall_platform.licences import queries as licences
from hall_platform.portal import offers, people
from hall_platform.portal.offers import Offer
from hall_platform.portal.own_shapes import PreCheckQuery
from hall_platform.portal.people import Applicant
from hall_platform.problems import Problem
from hall_platform.shapes import Holder

# A source that is away or closed leaves its materials to be handed in; it fails nobody's pre-check.
_LEFT_OPEN = frozenset(
    {
        "resource-unknown",
        "resource-not-needed",
        "resource-not-shared",
        "resource-stopped",
        "purpose-unfounded",
        "source-unavailable",
    }
)


@dataclass(frozen=True)
class _Basis:
    """For whom, at which hall, who asks and when."""

    offered: Offer
    applicant: Applicant
    caller: Caller
    now: datetime
    purpose: str

    @property
    def holder(self) -> Holder:
        return Holder.model_validate({"kind": self.applicant.kind, "number": self.applicant.number})


def pre_check(context: Context, caller: Caller, asked: PreCheckQuery) -> dict[str, Any]:
    """What is met, by what, and what is still to be handed in.

    Problems: account-unknown, identity-not-verified, item-unknown, hall-does-not-take-it,
    not-authorised.
    """
    with context.store.read() as connection:
        basis = _basis(connection, context, caller, asked)
    number, held = context.store.write(lambda connection: _licences(connection, basis))
    queries = [number]
    shared: dict[str, tuple[str, str]] = {}
    for resource in _resources(basis.offered.item):
        answer = _asked(context, basis, resource)
        if answer is not None:
            queries.append(answer["query"])
            if answer["records"]:
                shared[resource] = (answer["title"], answer["query"])
    return _shown(basis, held, shared, queries)


def _basis(
    connection: Connection, context: Context, caller: Caller, asked: PreCheckQuery
) -> _Basis:
    who = people.verified(connection, caller)
    offered = offers.offer(connection, asked.item, asked.hall)
    wanted = (asked.applicant.kind, asked.applicant.number) if asked.applicant else None
    applicant = people.applicant(connection, who, context, wanted=wanted, item=asked.item)
    here = replace(caller, county=offered.county, hall=asked.hall)
    return _Basis(offered, applicant, here, context.clock.now(), asked.purpose)


def _licences(connection: Connection, basis: _Basis) -> tuple[str, list[dict[str, Any]]]:
    """The valid licences that can meet a material, and the number of the look."""
    types = {
        kind["code"]
        for material in basis.offered.item["materials"]
        for kind in material["met_by"]["licence_types"]
    }
    found = [
        one
        for one in licences.of_holder(connection, basis.applicant.number, types, day_of(basis.now))
        if one["status"] == "valid"
    ]
    number = data_use.record(
        connection,
        caller=basis.caller,
        at=basis.now,
        resource="licences",
        purpose=basis.purpose,
        holder=basis.holder,
        answered=[one["identifier"] for one in found],
        item=basis.offered.item["code"],
    )
    return number, found


def _resources(item: dict[str, Any]) -> list[str]:
    """The resources of shared data the item's materials name."""
    return sorted(
        {
            source["resource"]
            for material in item["materials"]
            for source in material["met_by"]["shared_sources"]
        }
    )


def _asked(context: Context, basis: _Basis, resource: str) -> dict[str, Any] | None:
    query = ExchangeQuery(
        resource=resource,
        holder=basis.holder,
        item=basis.offered.item["code"],
        reason=basis.purpose,
    )
    try:
        return ask(context, basis.caller, query)
    except Problem as problem:
        if problem.code not in _LEFT_OPEN:
            raise
        return None


def _shown(
    basis: _Basis,
    held: list[dict[str, Any]],
    shared: dict[str, tuple[str, str]],
    queries: list[str],
) -> dict[str, Any]:
    item = basis.offered.item
    materials = [_material(material, held, shared) for material in item["materials"]]
    needed = [one for one in materials if one["required"]]
    return {
        "item": item["code"],
        "item_version": item["version"],
        "item_name": item["name"],
        "hall": basis.caller.hall,
        "met": sum(one["met"] for one in needed),
        "still_needed": sum(not one["met"] for one in needed),
        "can_finish_online": "online" in item["channels"]
        and all(one["met"] or (one["upload"] and not one["needs_original"]) for one in needed),
        "materials": materials,
        "queries": queries,
    }


def _material(
    material: dict[str, Any], held: list[dict[str, Any]], shared: dict[str, tuple[str, str]]
) -> dict[str, Any]:
    met_by, types = material["met_by"], {one["code"] for one in material["met_by"]["licence_types"]}
    standing = []
    if met_by["identity_card"]:
        standing.append(_standing("identity_card", "已实名核验的身份", "", None))
    standing += [
        _standing("licence", one["type_name"], one["identifier"], one["valid_to"])
        for one in held
        if one["type_code"] in types
    ]
    standing += [
        _standing("shared_data", *shared[source["resource"]], None)
        for source in met_by["shared_sources"]
        if source["resource"] in shared
    ]
    return {
        "material": material["code"],
        "name": material["name"],
        "required": material["required"],
        "met": bool(standing),
        "met_by": standing,
        "upload": met_by["upload"],
        "needs_original": material["needs_original"],
        "at_window": met_by["original_seen"] or met_by["scan"],
    }


def _standing(by: str, name: str, reference: str, valid_to: str | None) -> dict[str, Any]:
    return {"by": by, "name": name, "reference": reference, "valid_to": valid_to}
