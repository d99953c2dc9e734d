"""Presentation codes (用证码): a citizen lets one window see chosen licences, once, for minutes.

A code is 130 random bits and kept as its hash. What it lets see was chosen with consent, for a
purpose the citizen named; the window that redeems it first sees those licences and no others.
"""

from __future__ import annotations

import json
import secrets
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from hall_platform import data_use
from hall_platform.access import token_hash
from hall_platform.acts import Delivery
from hall_platform.catalogue import queries as catalogue
from hall_platform.clock import day_of, stamp
from hall_platform.identity.tables import citizens, organisation_agents
from hall_platform.licences import queries
from hall_platform.licences.case_seen import CaseSeen, case_seen, is_here
from hall_platform.licences.shapes import CancelAct, PresentAct, RedeemAct
from hall_platform.licences.tables import licences, presentation_codes
from hall_platform.problems import Problem
from hall_platform.shapes import Holder

LASTS = timedelta(minutes=5)
VERIFIED = 2  # the level of an account whose holder was seen at a window

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
_LENGTH = 26


def holders_of(connection: Connection, citizen: str, today: date) -> list[Holder]:
    """The citizen and the organisations they act for. Problem("citizen-not-verified")."""
    row = connection.execute(
        select(citizens.c.kind, citizens.c.number, citizens.c.level).where(citizens.c.id == citizen)
    ).one_or_none()
    if row is None or row.number is None or row.level < VERIFIED:
        raise Problem("citizen-not-verified")
    day = today.isoformat()
    firms = connection.execute(
        select(organisation_agents.c.organisation)
        .where(organisation_agents.c.citizen == citizen)
        .where(organisation_agents.c.ended_at.is_(None))
        .where(or_(organisation_agents.c.ends_on.is_(None), organisation_agents.c.ends_on >= day))
        .order_by(organisation_agents.c.organisation)
    ).scalars()
    return [
        Holder(kind=row.kind, number=row.number),
        *(Holder(kind="organisation", number=firm) for firm in dict.fromkeys(firms)),
    ]


def present(connection: Connection, act: PresentAct, delivery: Delivery) -> dict[str, Any]:
    """A code for the licences chosen, good once and for five minutes.

    Problems: citizen-not-verified, licence-not-own.
    """
    now, citizen = delivery.received_at, delivery.caller.citizen
    own = {(one.kind, one.number) for one in holders_of(connection, citizen, day_of(now))}
    chosen = list(dict.fromkeys(act.licences))
    for identifier in chosen:
        row = queries.by_identifier(connection, identifier)
        if (
            row is None
            or (row.holder_kind, row.holder_number) not in own
            or queries.status(row, day_of(now)) == "superseded"
        ):
            raise Problem("licence-not-own", licence=identifier)
    code = "YZ" + "".join(secrets.choice(_SYMBOLS) for _ in range(_LENGTH))
    number = str(uuid.uuid4())
    expires = stamp(now + LASTS)
    connection.execute(
        insert(presentation_codes).values(
            hash=token_hash(code),
            id=number,
            citizen=citizen,
            purpose=act.purpose,
            licences=json.dumps(chosen),
            made_at=stamp(now),
            expires_at=expires,
        )
    )
    return {
        "presentation": number,
        "code": code,
        "purpose": act.purpose,
        "licences": chosen,
        "expires_at": expires,
    }


def cancel(connection: Connection, act: CancelAct, delivery: Delivery) -> dict[str, Any]:
    """The code is good for nothing any more. Problems: not-found, presentation-over."""
    del act
    row = _own(connection, delivery.caller.citizen, delivery.subject, lock=True)
    if row is None:
        raise Problem("not-found")
    if state(row, delivery.received_at) != "open":
        raise Problem("presentation-over")
    connection.execute(
        update(presentation_codes)
        .where(presentation_codes.c.id == row.id)
        .values(cancelled_at=stamp(delivery.received_at))
    )
    after = _own(connection, delivery.caller.citizen, delivery.subject)
    assert after is not None
    return shown(after, delivery.received_at)


def of_citizen(
    connection: Connection, citizen: str, number: str, now: datetime
) -> dict[str, Any] | None:
    """What became of a code of this citizen."""
    row = _own(connection, citizen, number)
    return None if row is None else shown(row, now)


def redeem(connection: Connection, act: RedeemAct, delivery: Delivery) -> dict[str, Any]:
    """The licences the code stands for; nobody sees them by it again.

    Each holder's look is on record first. Problem("presentation-refused") for codes that never
    were, are over, or were used: all answered alike. Problem("not-found") for a case that is not
    the window's or not of the item, Problem("item-unknown").
    """
    now = delivery.received_at
    case = _case_of(connection, act, delivery)
    row = connection.execute(
        select(presentation_codes)
        .where(presentation_codes.c.hash == token_hash(act.code))
        .with_for_update()
    ).one_or_none()
    if row is None or state(row, now) != "open":
        raise Problem("presentation-refused")
    connection.execute(
        update(presentation_codes)
        .where(presentation_codes.c.hash == row.hash)
        .values(
            redeemed_at=stamp(now),
            redeemed_hall=delivery.caller.hall,
            redeemed_window=delivery.caller.window,
            redeemed_session=delivery.caller.session,
        )
    )
    found = _presented(connection, row)
    query = ""
    for holder in {(one.holder_kind, one.holder_number): one for one in found}.values():
        query = data_use.record(
            connection,
            caller=delivery.caller,
            at=now,
            resource="licences-presented",
            purpose=row.purpose,
            holder=Holder(kind=holder.holder_kind, number=holder.holder_number),
            answered=[one.identifier for one in found if one.holder_number == holder.holder_number],
            item=act.item if case is None else case.item,
            case=_for_holder(case, holder),
        )
    return {
        "presentation": row.id,
        "query": query,
        "purpose": row.purpose,
        "licences": [queries.shown(one, day_of(now), bare=False) for one in found],
    }


def _case_of(connection: Connection, act: RedeemAct, delivery: Delivery) -> CaseSeen | None:
    """The case it is for, if it has arrived.

    The code of who is at the window is mostly scanned before the case is sent: its number stands at
    the counter only, and does not go on record. Problems: item-unknown, not-found.
    """
    if act.item is not None and catalogue.item(connection, act.item, None) is None:
        raise Problem("item-unknown")
    if act.case is None or not is_here(connection, str(act.case)):
        return None
    return case_seen(connection, delivery.caller, str(act.case), item=act.item)


def _for_holder(case: CaseSeen | None, holder: Row[Any]) -> str | None:
    """The case, where the holder is one of its parties; others may show theirs, too."""
    if case is None or (holder.holder_kind, holder.holder_number) not in case.parties:
        return None
    return case.id


def lets_see(connection: Connection, presentation: str, session: str, identifier: str) -> bool:
    """Whether that session redeemed that presentation, and it holds that licence."""
    row = connection.execute(
        select(presentation_codes.c.licences)
        .where(presentation_codes.c.id == presentation)
        .where(presentation_codes.c.redeemed_session == session)
    ).one_or_none()
    return row is not None and identifier in json.loads(row.licences)


def state(row: Row[Any], now: datetime) -> str:
    """open, expired, cancelled or redeemed."""
    if row.redeemed_at is not None:
        return "redeemed"
    if row.cancelled_at is not None:
        return "cancelled"
    return "open" if stamp(now) < row.expires_at else "expired"


def shown(row: Row[Any], now: datetime) -> dict[str, Any]:
    """What became of a code, in the contract's shape."""
    return {
        "presentation": row.id,
        "state": state(row, now),
        "expires_at": row.expires_at,
        "redeemed_at": row.redeemed_at,
        "hall": row.redeemed_hall,
        "window": row.redeemed_window,
    }


def _own(
    connection: Connection, citizen: str, number: str, *, lock: bool = False
) -> Row[Any] | None:
    wanted = (
        select(presentation_codes)
        .where(presentation_codes.c.citizen == citizen)
        .where(presentation_codes.c.id == number)
    )
    return connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()


def _presented(connection: Connection, row: Row[Any]) -> list[Row[Any]]:
    """The licences as they are now; one changed since is left out, like one never presented."""
    return list(
        connection.execute(
            select(licences)
            .where(licences.c.identifier.in_(json.loads(row.licences)))
            .where(licences.c.standing != "superseded")
            .order_by(licences.c.identifier)
        )
    )
