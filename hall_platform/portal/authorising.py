"""Authorisations (代办授权): one side asks, the other confirms; either ends it.

For an organisation its legal representative asks or confirms, as a window has bound them.
"""

from __future__ import annotations

import json
import uuid
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from hall_platform.acts import Delivery
from hall_platform.clock import day_of, stamp
from hall_platform.context import Context
from hall_platform.etags import check_match, tag
from hall_platform.exchange.tables import organisations
from hall_platform.portal import messages, people
from hall_platform.portal.messages import News
from hall_platform.portal.people import Person
from hall_platform.portal.people_shapes import (
    AnswerAuthorisation,
    AskAuthorisation,
    EndAuthorisation,
)
from hall_platform.portal.tables import authorisations
from hall_platform.problems import Problem, invalid

LONGEST = timedelta(days=3 * 365)

_Side = tuple[str, str, str]  # kind, number, name


def ask(connection: Connection, act: AskAuthorisation, delivery: Delivery) -> dict[str, Any]:
    """Asked; it holds once the other side has confirmed.

    Whether that side has an account is not told. Problems: account-unknown,
    identity-not-verified, not-authorised.
    """
    who = people.verified(connection, delivery.caller)
    today = day_of(delivery.received_at)
    mine = _own_side(connection, act, who, delivery.context)
    other = (act.other.kind, act.other.number, act.other.name)
    if mine[:2] == other[:2]:
        raise invalid("body.other", "the other side is another party")
    agent, principal = (mine, other) if act.as_ == "agent" else (other, mine)
    if agent[0] == "organisation":
        raise invalid("body.other.kind", "a person acts, not an organisation")
    identifier = str(uuid.uuid4())
    connection.execute(
        insert(authorisations).values(
            id=identifier,
            asked_by=act.as_,
            **_named("agent", agent),
            **_named("principal", principal),
            items=json.dumps(sorted(set(act.items))),
            valid_to=_end(act.valid_to, today),
            reason=act.reason,
            state="asked",
            asker=who.citizen,
            asked_at=stamp(delivery.received_at),
            version=1,
        )
    )
    row = _row(connection, identifier)
    _tell(connection, delivery, _other_side(row), identifier, "有一项代办授权等您确认")
    return shown(connection, row, who, delivery.context)


def _own_side(
    connection: Connection, act: AskAuthorisation, who: Person, context: Context
) -> _Side:
    if act.organisation is None:
        return who.kind, who.number, who.name
    if act.as_ != "principal":
        raise invalid("body.organisation", "a person acts, not an organisation")
    if not people.heads(connection, who, context, act.organisation):
        raise Problem("not-authorised")
    name = connection.execute(
        select(organisations.c.name).where(organisations.c.number == act.organisation)
    ).scalar_one_or_none()
    return "organisation", act.organisation, name or ""


def _end(text: str, today: date) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise invalid("body.valid_to", "not a date") from None
    if not today <= day <= today + LONGEST:
        raise invalid("body.valid_to", "not within three years from today")
    return text


def _named(side: str, party: _Side) -> dict[str, str]:
    kind, number, name = party
    return {f"{side}_kind": kind, f"{side}_number": number, f"{side}_name": name}


def answer(connection: Connection, act: AnswerAuthorisation, delivery: Delivery) -> dict[str, Any]:
    """The other side confirms or declines, once.

    Problems: account-unknown, identity-not-verified, not-found, authorisation-settled,
    changed-meanwhile.
    """
    who = people.verified(connection, delivery.caller)
    row = _held(connection, delivery)
    if not _waits_for(connection, row, who, delivery.context):
        if row is not None and _is_side(connection, row, who, delivery.context):
            raise Problem("authorisation-settled", state=row.state)
        raise Problem("not-found")
    assert row is not None
    check_match(delivery.if_match, tag(row.id, row.version))
    state = "confirmed" if act.confirmed else "declined"
    _change(
        connection,
        row,
        state=state,
        answerer=who.citizen,
        answered_at=stamp(delivery.received_at),
        **_as_known(row, who),
    )
    said = "对方已确认代办授权" if act.confirmed else "对方未同意代办授权"
    news = News("authorisation", said, "可在“我的授权”中查看。", "authorisation", row.id)
    messages.send(connection, "", [row.asker], news, delivery.received_at)
    return shown(connection, _row(connection, row.id), who, delivery.context)


def _as_known(row: Row[Any], who: Person) -> dict[str, str]:
    """Who confirms is named as their account says, not as the other side spelled it."""
    if row.asked_by == "principal":
        return {"agent_name": who.name}
    if row.principal_kind == "organisation":
        return {}
    return {"principal_name": who.name}


def end(connection: Connection, act: EndAuthorisation, delivery: Delivery) -> dict[str, Any]:
    """Taken back by either side, at once.

    Problems: account-unknown, identity-not-verified, not-found, authorisation-settled,
    changed-meanwhile.
    """
    del act
    who = people.verified(connection, delivery.caller)
    row = _held(connection, delivery)
    if row is None or not _is_side(connection, row, who, delivery.context):
        raise Problem("not-found")
    if row.state not in ("asked", "confirmed"):
        raise Problem("authorisation-settled", state=row.state)
    check_match(delivery.if_match, tag(row.id, row.version))
    _change(connection, row, state="ended", ended_at=stamp(delivery.received_at))
    for side in ("agent", "principal"):
        party = getattr(row, f"{side}_kind"), getattr(row, f"{side}_number")
        if party != (who.kind, who.number):
            _tell(connection, delivery, party, row.id, "一项代办授权已结束")
    return shown(connection, _row(connection, row.id), who, delivery.context)


def all_of(connection: Connection, who: Person, context: Context) -> list[dict[str, Any]]:
    """Those the person is a side of, also for the organisations they head, newest first."""
    numbers = [who.number, *sorted(people.represented(connection, who, context))]
    rows = connection.execute(
        select(authorisations)
        .where(
            or_(
                authorisations.c.agent_number == who.number,
                authorisations.c.principal_number.in_(numbers),
            )
        )
        .order_by(authorisations.c.asked_at.desc(), authorisations.c.id)
    ).all()
    return [
        shown(connection, row, who, context)
        for row in rows
        if _is_side(connection, row, who, context)
    ]


def _is_side(connection: Connection, row: Row[Any], who: Person, context: Context) -> bool:
    return _is(connection, row, "agent", who, context) or _is(
        connection, row, "principal", who, context
    )


def _is(connection: Connection, row: Row[Any], side: str, who: Person, context: Context) -> bool:
    kind, number = getattr(row, f"{side}_kind"), getattr(row, f"{side}_number")
    if kind == "organisation":
        return people.heads(connection, who, context, number)
    return bool((kind, number) == (who.kind, who.number))


def _waits_for(connection: Connection, row: Row[Any] | None, who: Person, context: Context) -> bool:
    if row is None or row.state != "asked":
        return False
    other = "principal" if row.asked_by == "agent" else "agent"
    return _is(connection, row, other, who, context)


def _other_side(row: Row[Any]) -> tuple[str, str]:
    if row.asked_by == "agent":
        return row.principal_kind, row.principal_number
    return row.agent_kind, row.agent_number


def _tell(
    connection: Connection, delivery: Delivery, party: tuple[str, str], identifier: str, title: str
) -> None:
    kind, number = party
    if kind == "organisation":
        accounts = people.heads_of(connection, number)
    else:
        accounts = people.accounts_of(connection, kind, number)
    news = News("authorisation", title, "可在“我的授权”中查看。", "authorisation", identifier)
    messages.send(connection, "", accounts, news, delivery.received_at)


def _held(connection: Connection, delivery: Delivery) -> Row[Any] | None:
    return connection.execute(
        select(authorisations).where(authorisations.c.id == delivery.subject).with_for_update()
    ).one_or_none()


def _row(connection: Connection, identifier: str) -> Row[Any]:
    return connection.execute(select(authorisations).where(authorisations.c.id == identifier)).one()


def _change(connection: Connection, row: Row[Any], **values: Any) -> None:
    connection.execute(
        update(authorisations)
        .where(authorisations.c.id == row.id)
        .values(version=row.version + 1, **values)
    )


def shown(connection: Connection, row: Row[Any], who: Person, context: Context) -> dict[str, Any]:
    """An authorisation in the contract's shape."""
    return {
        "id": row.id,
        "asked_by": row.asked_by,
        "agent": _side(row, "agent"),
        "principal": _side(row, "principal"),
        "items": json.loads(row.items),
        "valid_to": row.valid_to,
        "reason": row.reason,
        "state": row.state,
        "asked_at": row.asked_at,
        "answered_at": row.answered_at,
        "ended_at": row.ended_at,
        "waits_for_me": _waits_for(connection, row, who, context),
        "etag": tag(row.id, row.version),
    }


def _side(row: Row[Any], side: str) -> dict[str, str]:
    return {name: getattr(row, f"{side}_{name}") for name in ("kind", "number", "name")}
