"""The inbox of a hall: letters assigned, answered, published, and marked when overdue."""

from __future__ import annotations

import re
import unicodedata
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, false, insert, or_, select, update

from hall_platform import data_use
from hall_platform.access import Caller, of_hall
from hall_platform.acts import Delivery
from hall_platform.clock import day_of, stamp
from hall_platform.cursors import cursor_after
from hall_platform.etags import check_match, tag
from hall_platform.events.log import emit
from hall_platform.identity.tables import citizens, halls
from hall_platform.portal import letters, messages
from hall_platform.portal.letter_shapes import (
    AnswerLetter,
    AssignLetter,
    PublishAnswer,
    WithdrawAnswer,
)
from hall_platform.portal.messages import News
from hall_platform.portal.tables import faq
from hall_platform.portal.tables import letters as letter_table
from hall_platform.problems import Problem, invalid
from hall_platform.roles import CLERK, REVIEWER, SUPERVISOR
from hall_platform.shapes import Holder

KINDS = {"consultation": "咨询", "suggestion": "建议", "complaint": "投诉"}

AT_ONCE = 500  # letters marked overdue in one write

# A mobile number, or the number of a document; people write them in groups.
_BETWEEN = re.compile(r"(?<=[0-9])[ \-_.·—–]+(?=[0-9Xx])")
_NUMBERS = re.compile(r"(?<![0-9])1[0-9]{10}(?![0-9])|[0-9]{14,}[0-9Xx]")


def open_to(caller: Caller) -> ColumnElement[bool]:
    """Letters of the caller's hall; of a department's reviewer those given to the department."""
    if caller.roles & {CLERK, SUPERVISOR}:
        return of_hall(caller, letter_table.c.hall)
    if REVIEWER in caller.roles and caller.body:
        return and_(of_hall(caller, letter_table.c.hall), letter_table.c.body_code == caller.body)
    return false()


def page(
    connection: Connection, caller: Caller, *, waiting: bool, limit: int, after: str
) -> dict[str, Any]:
    """The hall's letters, what is due first comes first."""
    wanted = select(letter_table).where(open_to(caller))
    if waiting:
        wanted = wanted.where(letter_table.c.state.in_(letters.WAITING))
    if after:
        due, _, identifier = after.partition(" ")
        if not identifier:
            raise invalid("query.cursor", "not a cursor of this list")
        same = and_(letter_table.c.due_on == due, letter_table.c.id > identifier)
        wanted = wanted.where(or_(letter_table.c.due_on > due, same))
    rows = connection.execute(
        wanted.order_by(letter_table.c.due_on, letter_table.c.id).limit(limit + 1)
    ).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return {
        "letters": [_summary(row) for row in rows[:limit]],
        "next": cursor_after(f"{last.due_on} {last.id}") if last is not None else None,
    }


def one(connection: Connection, caller: Caller, identifier: str, now: datetime) -> dict[str, Any]:
    """A letter with its writer, if named; that look is on record. Problem("not-found")."""
    row = connection.execute(
        select(letter_table).where(open_to(caller)).where(letter_table.c.id == identifier)
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    if row.citizen is not None:
        _record(connection, caller, row, now)
    return _shown(connection, row)


def _record(connection: Connection, caller: Caller, row: Row[Any], now: datetime) -> None:
    writer = connection.execute(
        select(citizens.c.kind, citizens.c.number)
        .where(citizens.c.id == row.citizen)
        .where(citizens.c.number.is_not(None))
    ).one_or_none()
    if writer is not None:  # of a deleted account nothing is left to look at
        data_use.record(
            connection,
            caller=caller,
            at=now,
            resource="letter",
            purpose="办理来件",
            holder=Holder(kind=writer.kind, number=writer.number),
            answered=[row.id],
            item=row.item,
        )


def assign(connection: Connection, act: AssignLetter, delivery: Delivery) -> dict[str, Any]:
    """To the body that has to answer; it may be given on to another.

    Problems: not-found, letter-settled, changed-meanwhile.
    """
    row = _held(connection, delivery, letters.WAITING)
    at = stamp(delivery.received_at)
    letters.add_turn(
        connection,
        row.county,
        row.id,
        at,
        act="assign",
        text=act.note or "",
        body=act.body.name,
        operator=delivery.caller.operator,
    )
    letters.change(
        connection,
        row,
        state="assigned",
        body_name=act.body.name,
        body_code=act.body.code,
    )
    return _shown(connection, letters.again(connection, row.county, row.id))


def answer(connection: Connection, act: AnswerLetter, delivery: Delivery) -> dict[str, Any]:
    """Answered; who wrote gets a message, unless nobody knows who that is.

    Problems: not-found, letter-settled, changed-meanwhile.
    """
    row = _held(connection, delivery, letters.WAITING)
    at = delivery.received_at
    letters.add_turn(
        connection,
        row.county,
        row.id,
        stamp(at),
        act="answer",
        text=act.text,
        body=row.body_name or "",
        operator=delivery.caller.operator,
    )
    letters.change(connection, row, state="answered", answered_at=stamp(at))
    found = letters.again(connection, row.county, row.id)
    emit(
        connection,
        "inbox-answered",
        at=at,
        county=row.county,
        hall=row.hall,
        subject=row.id,
        body={**letters.facts(found), "on_time": day_of(at).isoformat() <= row.due_on},
    )
    if row.citizen is not None:
        said = f"您的{KINDS[row.kind]}已有答复"
        news = News("letter-answered", said, f"“{row.title}”已答复，请查看。", "letter", row.id)
        messages.send(connection, row.county, [row.citizen], news, at)
    return _shown(connection, found)


def publish(connection: Connection, act: PublishAnswer, delivery: Delivery) -> dict[str, Any]:
    """Before everybody, in the words given here; what was written stays where it is.

    Problems: not-found, letter-settled, names-a-person.
    """
    row = _held(connection, delivery, ("answered",), match=False)
    if row.kind == "complaint":
        raise Problem("letter-settled", state=row.state, kind=row.kind)
    _names_nobody(row, act.question + "\n" + act.answer)
    identifier = str(uuid.uuid4())
    connection.execute(
        insert(faq).values(
            county=row.county,
            id=identifier,
            hall=row.hall,
            item=act.item or row.item,
            question=act.question,
            answer=act.answer,
            letter=row.id,
            published_at=stamp(delivery.received_at),
            published_by=delivery.caller.operator,
        )
    )
    return _published_row(connection, row.county, identifier)


def _names_nobody(row: Row[Any], text: str) -> None:
    """Problem("names-a-person") for the writer's name, and for what may be a number of somebody."""
    if (row.name and row.name in text) or (row.mobile and row.mobile in text):
        raise Problem("names-a-person")
    if _NUMBERS.search(_BETWEEN.sub("", unicodedata.normalize("NFKC", text))):
        raise Problem("names-a-person")


def withdraw(connection: Connection, act: WithdrawAnswer, delivery: Delivery) -> dict[str, Any]:
    """Nobody sees it any more. Problem("not-found")."""
    del act
    caller = delivery.caller
    done = connection.execute(
        update(faq)
        .where(of_hall(caller, faq.c.hall))
        .where(faq.c.id == delivery.subject)
        .where(faq.c.withdrawn_at.is_(None))
        .values(withdrawn_at=stamp(delivery.received_at))
    )
    if not done.rowcount:
        raise Problem("not-found")
    return _published_row(connection, caller.county, delivery.subject)


def published(
    connection: Connection, *, text: str, item: str, county: str, limit: int, after: str
) -> dict[str, Any]:
    """What is published, newest first, by words in it, item and county."""
    wanted = _published().where(faq.c.withdrawn_at.is_(None))
    for word in text.split():
        inside = or_(
            faq.c.question.contains(word, autoescape=True),
            faq.c.answer.contains(word, autoescape=True),
        )
        wanted = wanted.where(inside)
    if item:
        wanted = wanted.where(faq.c.item == item)
    if county:
        wanted = wanted.where(faq.c.county == county)
    if after:
        at, _, identifier = after.partition(" ")
        if not identifier:
            raise invalid("query.cursor", "not a cursor of this list")
        older = and_(faq.c.published_at == at, faq.c.id > identifier)
        wanted = wanted.where(or_(faq.c.published_at < at, older))
    rows = connection.execute(
        wanted.order_by(faq.c.published_at.desc(), faq.c.id).limit(limit + 1)
    ).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return {
        "answers": [_published_shown(row) for row in rows[:limit]],
        "next": cursor_after(f"{last.published_at} {last.id}") if last is not None else None,
    }


def mark_overdue(connection: Connection, now: datetime) -> int:
    """Marks the letters whose last day has passed without an answer; tells of each, once."""
    rows = connection.execute(
        select(letter_table)
        .where(letter_table.c.state.in_(letters.WAITING))
        .where(letter_table.c.due_on < day_of(now).isoformat())
        .where(letter_table.c.overdue_at.is_(None))
        .order_by(letter_table.c.due_on, letter_table.c.id)
        .limit(AT_ONCE)
        .with_for_update()
    ).all()
    for row in rows:
        letters.change(connection, row, overdue_at=stamp(now))
        emit(
            connection,
            "inbox-overdue",
            at=now,
            county=row.county,
            hall=row.hall,
            subject=row.id,
            body=letters.facts(row),
        )
    return len(rows)


def _held(
    connection: Connection, delivery: Delivery, states: tuple[str, ...], *, match: bool = True
) -> Row[Any]:
    row = connection.execute(
        select(letter_table)
        .where(open_to(delivery.caller))
        .where(letter_table.c.id == delivery.subject)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    if row.state not in states:
        raise Problem("letter-settled", state=row.state)
    if match:
        check_match(delivery.if_match, tag(row.id, row.version))
    return row


def _published() -> Any:
    return select(faq, halls.c.name.label("hall_name")).join(halls, halls.c.code == faq.c.hall)


def _published_row(connection: Connection, county: str, identifier: str) -> dict[str, Any]:
    row = connection.execute(
        _published().where(faq.c.county == county).where(faq.c.id == identifier)
    ).one()
    return _published_shown(row)


def _published_shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "county": row.county,
        "hall_name": row.hall_name,
        "item": row.item,
        "question": row.question,
        "answer": row.answer,
        "published_at": row.published_at,
    }


def _summary(row: Row[Any]) -> dict[str, Any]:
    body = {"name": row.body_name, "code": row.body_code} if row.body_code else None
    return {
        "id": row.id,
        "kind": row.kind,
        "anonymous": row.citizen is None,
        "title": row.title,
        "item": row.item,
        "body": body,
        "state": row.state,
        "received_at": row.received_at,
        "due_on": row.due_on,
        "due_provisional": row.due_provisional,
        "overdue": row.overdue_at is not None,
        "reopened": row.reopened_at is not None,
    }


def _shown(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    turns = letters.turns_of(connection, row.county, row.id)
    return {
        **_summary(row),
        "name": row.name,
        "mobile": row.mobile,
        "case_number": row.case_number,
        "answered_at": row.answered_at,
        "seen_at": row.seen_at,
        "turns": [
            {
                "at": turn.at,
                "act": turn.act,
                "text": turn.text,
                "body": turn.body_name,
                "operator": turn.operator,
            }
            for turn in turns
        ],
        "etag": tag(row.id, row.version),
    }
