"""Where shared data come from: one small interface, over local tables or another platform.

A connector is asked for the records of one person and gives them with whatever fields it has; what
goes out is cut to the fields that were asked for by whoever asks it.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Connection, select

from hall_platform.context import Context
from hall_platform.exchange.tables import (
    library_records,
    organisations,
    people,
    record_subjects,
)
from hall_platform.licences.queries import status
from hall_platform.licences.tables import licences
from hall_platform.links.breaker import Breaker, breaker_of
from hall_platform.links.http import Unreachable, post
from hall_platform.links.settings import Link
from hall_platform.shapes import Holder

Values = dict[str, str | int | None]

AT_ONCE = 8  # questions under way to one source; more would hold the threads of everybody else
WAIT_SECONDS = 5.0
PATH = "/shared-data"
_NAMES = uuid.UUID("6f0c6f0e-3f0b-4d0a-9f53-1f8f0c1f2a11")


class SourceAway(Exception):
    """The source gives no answer; ask again after so many seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("source away")
        self.retry_after = retry_after


@dataclass(frozen=True)
class Question:
    """What is asked of a source. `basis` says for what, and is what another platform may log."""

    resource: str
    holder: Holder
    fields: Sequence[str]
    licence_types: frozenset[str]
    today: date
    basis: Mapping[str, str]


@dataclass(frozen=True)
class Found:
    """A record: its reference, which names nobody, and its values."""

    record: str
    values: Values


class Connector(Protocol):
    """A source of shared data."""

    def fetch(self, question: Question) -> list[Found]:
        """The person's records. Raises SourceAway, after a limited time at most."""
        ...


class Records:
    """Records of the base libraries in this store, by whom they are about."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def fetch(self, question: Question) -> list[Found]:
        """As promised by Connector; never away by itself."""
        rows = self._connection.execute(
            select(library_records.c.id, library_records.c.body, record_subjects.c.own)
            .join(
                record_subjects,
                (record_subjects.c.resource == library_records.c.resource)
                & (record_subjects.c.record == library_records.c.id),
            )
            .where(record_subjects.c.holder_number == question.holder.number)
            .where(record_subjects.c.holder_kind == question.holder.kind)
            .where(record_subjects.c.resource == question.resource)
            .order_by(library_records.c.id)
        )
        return [Found(row.id, {**json.loads(row.body), **json.loads(row.own)}) for row in rows]


class Registers:
    """The registers of people and organisations themselves."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def fetch(self, question: Question) -> list[Found]:
        """As promised by Connector; never away by itself."""
        holder = question.holder
        if holder.kind == "organisation":
            wanted = select(organisations.c.body).where(organisations.c.number == holder.number)
        else:
            wanted = (
                select(people.c.body)
                .where(people.c.number == holder.number)
                .where(people.c.kind == holder.kind)
            )
        body = self._connection.execute(wanted).scalar_one_or_none()
        return [] if body is None else [Found(register_reference(holder.number), json.loads(body))]


class Licences:
    """The library of e-licences (电子证照库): the entries of the types asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def fetch(self, question: Question) -> list[Found]:
        """As promised by Connector; never away by itself."""
        rows = self._connection.execute(
            select(licences)
            .where(licences.c.holder_number == question.holder.number)
            .where(licences.c.holder_kind == question.holder.kind)
            .where(licences.c.type_code.in_(sorted(question.licence_types)))
            .where(licences.c.standing != "superseded")
            .order_by(licences.c.identifier)
        )
        return [
            Found(
                str(uuid.uuid5(_NAMES, row.identifier)),
                {
                    "type_name": row.type_name,
                    "number": row.number,
                    "issuer_name": row.issuer_name,
                    "issued_on": row.issued_on,
                    "valid_to": row.valid_to,
                    "status": status(row, question.today),
                },
            )
            for row in rows
        ]


class Remote:
    """Another platform over HTTP: limited in time and number, and left alone when it fails."""

    def __init__(self, link: Link, now: datetime) -> None:
        self._link = link
        self._now = now

    def fetch(self, question: Question) -> list[Found]:
        """As promised by Connector."""
        breaker = breaker_of(self._link.address.url + PATH)
        wait = breaker.wait()
        if wait > 0:
            raise SourceAway(wait)
        gate = _gate(self._link.address.url)
        if not gate.acquire(blocking=False):
            raise SourceAway(1.0)
        try:
            return self._asked(question, breaker)
        finally:
            gate.release()

    def _asked(self, question: Question, breaker: Breaker) -> list[Found]:
        parameters = {
            "resource": question.resource,
            "holder": question.holder.model_dump(),
            "fields": list(question.fields),
            "basis": dict(question.basis),
        }
        message = self._link.envelope.wrap(parameters, self._now)
        try:
            answer = post(self._link.address, PATH, message)
            found = _records(answer.body) if answer.status == 200 else None
        except Unreachable as failure:
            breaker.failed()
            raise SourceAway(failure.retry_after or WAIT_SECONDS) from None
        if found is None:  # it refuses us, or speaks otherwise: that does not pass by waiting
            breaker.failed()
            raise SourceAway(WAIT_SECONDS)
        breaker.succeeded()
        return found


def connector(name: str, connection: Connection, context: Context) -> Connector:
    """The connector of that name. Raises SourceAway where its address is not set here."""
    if name == "records":
        return Records(connection)
    if name == "registers":
        return Registers(connection)
    if name == "licences":
        return Licences(connection)
    link = context.settings.links.sources.get(name)
    if link is None:
        raise SourceAway(3600.0)
    return Remote(link, context.clock.now())


def is_local(name: str) -> bool:
    """Whether a connector of that name reads this store."""
    return name in ("records", "registers", "licences")


def register_reference(number: str) -> str:
    """How a record of the registers is named without naming the person."""
    return str(uuid.uuid5(_NAMES, number))


def _records(body: Mapping[str, Any]) -> list[Found] | None:
    """The records of an answer; None for one that is not of that form."""
    records = body.get("records")
    if not isinstance(records, list) or len(records) > 100:
        return None
    found = []
    for one in records:
        values = one.get("values") if isinstance(one, dict) else None
        if not isinstance(values, dict) or not isinstance(one.get("record"), str):
            return None
        if not all(isinstance(value, str | int | None) for value in values.values()):
            return None
        found.append(Found(one["record"][:64], values))
    return found


@cache
def _gate(url: str) -> threading.BoundedSemaphore:
    del url
    return threading.BoundedSemaphore(AT_ONCE)
