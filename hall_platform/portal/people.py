"""Who a citizen is, and for whom they may act: themselves, an organisation, or who agreed to it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from hall_platform.access import Caller
from hall_platform.clock import day_of
from hall_platform.context import Context
from hall_platform.exchange.tables import organisations
from hall_platform.identity.tables import citizens, organisation_agents
from hall_platform.portal.tables import authorisations
from hall_platform.problems import Problem

VERIFIED = 2  # the account's level once somebody has seen the document


@dataclass(frozen=True)
class Person:
    """The citizen of a session."""

    citizen: str
    kind: str
    number: str
    name: str
    mobile: str
    verified: bool


@dataclass(frozen=True)
class Applicant:
    """For whom something is applied for; `authorisation` where that is another person."""

    kind: str
    number: str
    name: str
    mobile: str
    authorisation: str | None = None


def person(connection: Connection, caller: Caller) -> Person:
    """The caller as a person. Problem("account-unknown")."""
    row = connection.execute(
        select(citizens)
        .where(citizens.c.id == caller.citizen)
        .where(citizens.c.deleted_at.is_(None))
        .where(citizens.c.number.is_not(None))
    ).one_or_none()
    if row is None:
        raise Problem("account-unknown")
    return Person(row.id, row.kind, row.number, row.name, row.mobile or "", row.level >= VERIFIED)


def verified(connection: Connection, caller: Caller) -> Person:
    """The caller, whose document somebody has seen.

    Problems: account-unknown, identity-not-verified. Whoever knows a number could else open an
    account with it and read what is kept under it.
    """
    found = person(connection, caller)
    if not found.verified:
        raise Problem("identity-not-verified")
    return found


def accounts_of(connection: Connection, kind: str, number: str) -> list[str]:
    """The accounts that stand for a party: the verified person's, or those bound to it."""
    if kind == "organisation":
        return list(
            connection.execute(
                select(organisation_agents.c.citizen)
                .where(organisation_agents.c.organisation == number)
                .where(organisation_agents.c.ended_at.is_(None))
            ).scalars()
        )
    return list(
        connection.execute(
            select(citizens.c.id)
            .where(citizens.c.number == number)
            .where(citizens.c.level >= VERIFIED)
            .where(citizens.c.deleted_at.is_(None))
        ).scalars()
    )


def represented(connection: Connection, who: Person, context: Context) -> set[str]:
    """The organisations the person stands for today, as a window has bound them."""
    today = day_of(context.clock.now()).isoformat()
    return set(
        connection.execute(
            select(organisation_agents.c.organisation)
            .where(organisation_agents.c.citizen == who.citizen)
            .where(_bound(today))
        ).scalars()
    )


def heads(connection: Connection, who: Person, context: Context, organisation: str) -> bool:
    """Whether the person is the organisation's legal representative (法定代表人)."""
    today = day_of(context.clock.now()).isoformat()
    found = connection.execute(
        select(organisation_agents.c.id)
        .where(organisation_agents.c.citizen == who.citizen)
        .where(organisation_agents.c.organisation == organisation)
        .where(organisation_agents.c.capacity == "legal_representative")
        .where(_bound(today))
    ).first()
    return found is not None


def heads_of(connection: Connection, organisation: str) -> list[str]:
    """The accounts of its legal representatives."""
    return list(
        connection.execute(
            select(organisation_agents.c.citizen)
            .where(organisation_agents.c.organisation == organisation)
            .where(organisation_agents.c.capacity == "legal_representative")
            .where(organisation_agents.c.ended_at.is_(None))
        ).scalars()
    )


def _bound(today: str) -> ColumnElement[bool]:
    bound = organisation_agents.c
    return bound.ended_at.is_(None) & or_(bound.ends_on.is_(None), bound.ends_on >= today)


def applicant(
    connection: Connection,
    who: Person,
    context: Context,
    *,
    wanted: tuple[str, str] | None,
    item: str,
) -> Applicant:
    """For whom the person applies: kind and number of another party, or None for themselves.

    Problem("not-authorised"): neither bound to the organisation nor confirmed by that party for
    this item and day.
    """
    if wanted is None or wanted == (who.kind, who.number):
        return Applicant(who.kind, who.number, who.name, who.mobile)
    kind, number = wanted
    if kind == "organisation" and number in represented(connection, who, context):
        name = connection.execute(
            select(organisations.c.name).where(organisations.c.number == number)
        ).scalar_one_or_none()
        if name is not None:
            return Applicant(kind, number, name, who.mobile)
    found = valid_authorisation(connection, who, context, kind=kind, number=number, item=item)
    if found is None:
        raise Problem("not-authorised")
    identifier, name = found
    return Applicant(kind, number, name, who.mobile, identifier)


def may_apply(connection: Connection, who: Person, context: Context, row: Row[Any]) -> bool:
    """Whether the person may go on with a draft: as its applicant, or for them."""
    wanted = (row.applicant_kind, row.applicant_number)
    try:
        applicant(connection, who, context, wanted=wanted, item=row.item)
    except Problem:
        return False
    return True


def valid_authorisation(
    connection: Connection, who: Person, context: Context, *, kind: str, number: str, item: str
) -> tuple[str, str] | None:
    """Id and principal's name of the confirmed authorisation that covers item and day."""
    today = day_of(context.clock.now()).isoformat()
    rows = connection.execute(
        select(authorisations)
        .where(authorisations.c.agent_kind == who.kind)
        .where(authorisations.c.agent_number == who.number)
        .where(authorisations.c.principal_kind == kind)
        .where(authorisations.c.principal_number == number)
        .where(authorisations.c.state == "confirmed")
        .where(authorisations.c.valid_to >= today)
        .order_by(authorisations.c.answered_at)
    )
    for row in rows:
        items = json.loads(row.items)
        if not items or item in items:
            return row.id, row.principal_name
    return None
