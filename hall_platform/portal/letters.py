"""Letters (咨询、建议、投诉) as who writes them has them: sent, read, reopened once."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, select, update

from hall_platform.acts import Delivery
from hall_platform.calendar import WorkingCalendar
from hall_platform.catalogue import queries as catalogue
from hall_platform.clock import stamp
from hall_platform.etags import check_match, tag
from hall_platform.events.log import emit
from hall_platform.identity.tables import halls
from hall_platform.portal import codes, own, people, terms, tries
from hall_platform.portal.letter_shapes import ReopenLetter, SeeAnswer, SendLetter
from hall_platform.portal.people import Person
from hall_platform.portal.tables import letter_turns, letters
from hall_platform.problems import Problem, invalid

WAITING = ("received", "assigned")

_PROVISIONAL = and_(
    letters.c.state.in_(WAITING),
    letters.c.due_provisional.is_(True),
    letters.c.overdue_at.is_(None),
)


def send(connection: Connection, act: SendLetter, delivery: Delivery) -> dict[str, Any]:
    """In the hall's inbox, due in the working days of its kind.

    Of an anonymous letter nothing says whose account it came from; its code is told here, once.
    Problems: account-unknown, too-many-letters, item-unknown, not-found.
    """
    who = people.person(connection, delivery.caller)
    at, county = delivery.received_at, delivery.caller.county
    tries.count(connection, tries.LETTERS, who.citizen, at)
    if act.item is not None and catalogue.item(connection, act.item, None) is None:
        raise Problem("item-unknown")
    days = terms.days_of(connection, county, act.kind)
    identifier, code = str(uuid.uuid4()), codes.new_code()
    connection.execute(
        insert(letters).values(
            county=county,
            id=identifier,
            hall=act.hall,
            kind=act.kind,
            **_from(who, code, anonymous=act.anonymous),
            title=act.title,
            item=act.item,
            case_number=_case_number(connection, act, who, delivery),
            state="received",
            received_at=stamp(at),
            term_days=days,
            **terms.due(at, days, delivery.context.calendar),
            version=1,
        )
    )
    add_turn(connection, county, identifier, stamp(at), act="ask", text=act.text)
    row = again(connection, county, identifier)
    tell(connection, delivery, "inbox-received", row)
    return shown(connection, row) | {"code": code if act.anonymous else None}


def _from(who: Person, code: str, *, anonymous: bool) -> dict[str, str | None]:
    if anonymous:
        return {"citizen": None, "name": "", "mobile": "", "code_hash": codes.code_hash(code)}
    return {"citizen": who.citizen, "name": who.name, "mobile": who.mobile, "code_hash": None}


def _case_number(
    connection: Connection, act: SendLetter, who: Person, delivery: Delivery
) -> str | None:
    """The number of one's own case; an anonymous letter names none, it would name its writer."""
    if act.case is None:
        return None
    if act.anonymous:
        raise invalid("body.case", "an anonymous letter names no case")
    return str(own.case_row(connection, who, delivery.context, str(act.case)).number)


def all_of(connection: Connection, who: Person) -> list[dict[str, Any]]:
    """The account's own letters with their turns, newest first, none that was anonymous."""
    rows = connection.execute(
        _wanted()
        .where(letters.c.citizen == who.citizen)
        .order_by(letters.c.received_at.desc(), letters.c.id)
    ).all()
    return [shown(connection, row) for row in rows]


def by_code(connection: Connection, county: str, code: str) -> dict[str, Any] | None:
    """The anonymous letter of a code in that county."""
    row = connection.execute(
        _wanted()
        .where(letters.c.county == county)
        .where(letters.c.code_hash == codes.code_hash(code))
    ).one_or_none()
    return shown(connection, row) if row is not None else None


def see(connection: Connection, act: SeeAnswer, delivery: Delivery) -> dict[str, Any]:
    """The answer was read; the hall sees that it was.

    Problems: account-unknown, not-found, letter-settled.
    """
    row = _held(connection, delivery, act.code)
    if row.state != "answered":
        raise Problem("letter-settled", state=row.state)
    if row.seen_at is None:
        change(connection, row, seen_at=stamp(delivery.received_at))
    return shown(connection, again(connection, row.county, row.id))


def reopen(connection: Connection, act: ReopenLetter, delivery: Delivery) -> dict[str, Any]:
    """Asked again, once, within the same term.

    Problems: account-unknown, not-found, letter-settled, changed-meanwhile.
    """
    row = _held(connection, delivery, act.code)
    if row.state != "answered" or row.reopened_at is not None:
        raise Problem("letter-settled", state=row.state)
    check_match(delivery.if_match, tag(row.id, row.version))
    at = delivery.received_at
    add_turn(connection, row.county, row.id, stamp(at), act="reopen", text=act.text)
    change(
        connection,
        row,
        state="assigned" if row.body_code else "received",
        reopened_at=stamp(at),
        answered_at=None,
        seen_at=None,
        overdue_at=None,
        **terms.due(at, row.term_days, delivery.context.calendar),
    )
    found = again(connection, row.county, row.id)
    tell(connection, delivery, "inbox-received", found)
    return shown(connection, found)


def any_provisional(connection: Connection) -> bool:
    """Whether a due day may be settled by the announcement of a year."""
    return connection.execute(select(letters.c.id).where(_PROVISIONAL).limit(1)).first() is not None


def count_anew(connection: Connection, calendar: WorkingCalendar) -> int:
    """Due days that were provisional, settled once their year is announced; how many changed.

    The days are those the letter was given, whatever the county has set since.
    """
    rows = connection.execute(select(letters).where(_PROVISIONAL).with_for_update()).all()
    changed = 0
    for row in rows:
        begun = datetime.fromisoformat(row.reopened_at or row.received_at)
        counted = terms.due(begun, row.term_days, calendar)
        if counted != {name: getattr(row, name) for name in counted}:
            change(connection, row, **counted)
            changed += 1
    return changed


def _held(connection: Connection, delivery: Delivery, code: str | None) -> Row[Any]:
    """The caller's own letter, or that of the code, held. Problems: account-unknown, not-found."""
    who = people.person(connection, delivery.caller)
    row = connection.execute(
        _wanted()
        .where(letters.c.county == delivery.caller.county)
        .where(letters.c.id == delivery.subject)
        .with_for_update(of=letters)
    ).one_or_none()
    theirs = row is not None and row.citizen == who.citizen
    opened = row is not None and code is not None and row.code_hash == codes.code_hash(code)
    if row is None or not (theirs or opened):
        raise Problem("not-found")
    return row


def again(connection: Connection, county: str, identifier: str) -> Row[Any]:
    """The letter as it is now."""
    return connection.execute(
        _wanted().where(letters.c.county == county).where(letters.c.id == identifier)
    ).one()


def _wanted() -> Any:
    return select(letters, halls.c.name.label("hall_name")).join(
        halls, halls.c.code == letters.c.hall
    )


def change(connection: Connection, row: Row[Any], **values: Any) -> None:
    """Write what changed."""
    connection.execute(
        update(letters)
        .where(letters.c.county == row.county)
        .where(letters.c.id == row.id)
        .values(version=row.version + 1, **values)
    )


def add_turn(
    connection: Connection,
    county: str,
    letter: str,
    at: str,
    *,
    act: str,
    text: str,
    body: str = "",
    operator: str = "",
) -> None:
    """One more turn of a letter."""
    count = connection.execute(
        select(func.count())
        .select_from(letter_turns)
        .where(letter_turns.c.county == county)
        .where(letter_turns.c.letter == letter)
    ).scalar_one()
    connection.execute(
        insert(letter_turns).values(
            county=county,
            letter=letter,
            position=count,
            at=at,
            act=act,
            text=text,
            body_name=body,
            operator=operator,
        )
    )


def turns_of(connection: Connection, county: str, letter: str) -> list[Row[Any]]:
    """The turns of a letter, oldest first."""
    return list(
        connection.execute(
            select(letter_turns)
            .where(letter_turns.c.county == county)
            .where(letter_turns.c.letter == letter)
            .order_by(letter_turns.c.position)
        )
    )


def tell(connection: Connection, delivery: Delivery, kind: str, row: Row[Any]) -> None:
    """Tell the hall; supervision hears of it too. Nothing of the writer is in it."""
    emit(
        connection,
        kind,
        at=delivery.received_at,
        county=row.county,
        hall=row.hall,
        subject=row.id,
        body=facts(row),
    )


def facts(row: Row[Any]) -> dict[str, Any]:
    """What an event says of a letter."""
    return {
        "letter": row.id,
        "kind": row.kind,
        "item": row.item,
        "body": row.body_code,
        "state": row.state,
        "received_at": row.received_at,
        "due_on": row.due_on,
        "reopened": row.reopened_at is not None,
    }


def shown(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    """A letter in its writer's shape; what bodies told each other is not in it."""
    return {
        "id": row.id,
        "county": row.county,
        "hall": row.hall,
        "hall_name": row.hall_name,
        "kind": row.kind,
        "anonymous": row.citizen is None,
        "title": row.title,
        "item": row.item,
        "case_number": row.case_number,
        "body": row.body_name,
        "state": row.state,
        "received_at": row.received_at,
        "due_on": row.due_on,
        "due_provisional": row.due_provisional,
        "overdue": row.overdue_at is not None,
        "answered_at": row.answered_at,
        "seen_at": row.seen_at,
        "reopened_at": row.reopened_at,
        "may_reopen": row.state == "answered" and row.reopened_at is None,
        "turns": [
            {
                "at": turn.at,
                "act": turn.act,
                "text": "" if turn.act == "assign" else turn.text,
                "body": turn.body_name,
            }
            for turn in turns_of(connection, row.county, row.id)
        ],
        "code": None,
        "etag": tag(row.id, row.version),
    }
