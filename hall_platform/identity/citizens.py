"""Accounts of the online hall (网上用户): one a number, made by who has the mobile and the number.

Answers do not say whether a number has an account. A registration is confirmed by the code that
was sent to the mobile; only then is the number looked up in the population library, which stands
in the record of uses of data, and one refusal is given for whatever does not fit.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from hall_platform import data_use
from hall_platform.access import CITIZEN, Caller
from hall_platform.check_digits import is_resident_number
from hall_platform.clock import stamp
from hall_platform.identity import audit, password_rules, passwords, population, queries
from hall_platform.identity.population import Registered
from hall_platform.identity.queries import Tokens
from hall_platform.identity.tables import citizen_codes, citizens, organisation_agents, sessions
from hall_platform.problems import Problem
from hall_platform.settings import Settings
from hall_platform.shapes import Holder

REGISTERED, VERIFIED = 1, 2  # 账号级别: by number and mobile; by the document at a window
CODE_LASTS = timedelta(minutes=10)
TRIES = 5
REGISTER = "register"
PASSWORD = "password"  # noqa: S105 - a purpose

_DOTS = str.maketrans("•‧・∙⋅", "·····")


@dataclass(frozen=True)
class Citizen:
    """An account that is in use."""

    id: str
    kind: str
    number: str
    name: str
    mobile: str
    password_hash: str
    level: int
    registered_at: str
    verified_at: str | None


@dataclass(frozen=True)
class Asked:
    """What a registration or a new password is for, until the code comes."""

    kind: str
    number: str
    mobile: str
    name: str = ""
    password_hash: str = ""


def is_number(kind: str, number: str) -> bool:
    """Whether a number of a natural person carries its check, where its kind has one."""
    if kind == "foreigner_2017":
        return len(number) == 15
    return kind != "organisation" and is_resident_number(number)


def same_name(one: str, other: str) -> bool:
    """Names as registers write them: blanks around gone, the middle dot in any of its forms."""
    return one.strip().translate(_DOTS) == other.strip().translate(_DOTS)


def attempts(number: str) -> str:
    """What attempts at an account are counted under: no number stands there."""
    return _counted("CITIZEN", number)


def code_attempts(mobile: str) -> str:
    """What codes sent to a mobile are counted under."""
    return _counted("CODE", mobile)


def _counted(what: str, value: str) -> str:
    return f"{what} {hashlib.sha256(value.encode()).hexdigest()[:48]}"


def by_id(connection: Connection, identifier: str) -> Citizen | None:
    """The account of that id, if it is in use."""
    return _one(connection, citizens.c.id == identifier)


def by_number(connection: Connection, kind: str, number: str) -> Citizen | None:
    """The account of that number, if there is one."""
    return _one(connection, (citizens.c.number == number) & (citizens.c.kind == kind))


def _one(connection: Connection, which: ColumnElement[bool]) -> Citizen | None:
    row = connection.execute(
        select(
            citizens.c.id,
            citizens.c.kind,
            citizens.c.number,
            citizens.c.name,
            citizens.c.mobile,
            citizens.c.password_hash,
            citizens.c.level,
            citizens.c.registered_at,
            citizens.c.verified_at,
        )
        .where(which)
        .where(citizens.c.deleted_at.is_(None))
    ).one_or_none()
    return Citizen(**row._asdict()) if row is not None else None


# codes ------------------------------------------------------------------------------------------


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def keep_code(
    connection: Connection, purpose: str, asked: Asked | None, code_hash: str, now: datetime
) -> str:
    """What waits for the code; its number. Without `asked` no code will do."""
    number = str(uuid.uuid4())
    connection.execute(
        insert(citizen_codes).values(
            id=number,
            purpose=purpose,
            account=json.dumps(asdict(asked), ensure_ascii=False) if asked else None,
            code_hash=code_hash,
            tries=0,
            expires_at=stamp(now + CODE_LASTS),
        )
    )
    return number


def try_code(
    connection: Connection, number: str, purpose: str, now: datetime
) -> tuple[str | None, Asked | None]:
    """Count a try at a code; the hash to compare it with and what it is for, if there is one."""
    row = connection.execute(
        select(citizen_codes)
        .where(citizen_codes.c.id == number)
        .where(citizen_codes.c.purpose == purpose)
        .where(citizen_codes.c.expires_at > stamp(now))
        .where(citizen_codes.c.tries < TRIES)
        .with_for_update()
    ).one_or_none()
    if row is None:
        return None, None
    connection.execute(
        update(citizen_codes).where(citizen_codes.c.id == number).values(tries=row.tries + 1)
    )
    return row.code_hash, Asked(**json.loads(row.account)) if row.account else None


def spend_code(connection: Connection, number: str) -> None:
    """The code has been used. Problem("code-refused") when another was quicker."""
    spent = connection.execute(delete(citizen_codes).where(citizen_codes.c.id == number))
    if spent.rowcount != 1:
        raise Problem("code-refused")


# registering ------------------------------------------------------------------------------------


def holder_of(asked: Asked) -> Holder:
    """The person a registration is for."""
    return Holder.model_validate({"kind": asked.kind, "number": asked.number})


def register(
    connection: Connection, asked: Asked, known: Registered, now: datetime, settings: Settings
) -> tuple[Citizen, Tokens] | None:
    """A new account and its first session; None when the number has one, or fits nobody.

    The look into the population library, which came before, is recorded under the session, also
    of a refusal and where it gave no answer.
    """
    identifier = str(uuid.uuid4())
    tokens = queries.open_citizen_session(connection, identifier, now, settings)
    caller = Caller(session=tokens.session, roles=frozenset({CITIZEN}), citizen=identifier)
    name = known.name
    data_use.record(
        connection,
        caller=caller,
        at=now,
        resource=population.RESOURCE,
        purpose=population.PURPOSE,
        holder=holder_of(asked),
        answered=[population.FIELD] if name is not None else [],
        outcome=known.outcome,
    )
    taken = by_number(connection, asked.kind, asked.number) is not None
    if taken or name is None or not same_name(name, asked.name):
        queries.end_session(connection, tokens.session, now)
        audit.record(
            connection,
            audit.Line("citizen-registered", now, session=tokens.session, result="refused"),
        )
        return None
    connection.execute(
        insert(citizens).values(
            id=identifier,
            kind=asked.kind,
            number=asked.number,
            name=name,
            mobile=asked.mobile,
            password_hash=asked.password_hash,
            level=REGISTERED,
            registered_at=stamp(now),
        )
    )
    audit.record(connection, audit.by(caller, "citizen-registered", now, identifier))
    made = by_id(connection, identifier)
    assert made is not None
    return made, tokens


def new_hash(password: str, account: Citizen | Asked) -> str:
    """The hash of a password that may be used. Problem("password-too-weak")."""
    password_rules.check(password, account.name, account.number, account.mobile)
    return passwords.hashed(password)


def replace_password(
    connection: Connection, identifier: str, made: str, now: datetime, *, but: str = ""
) -> None:
    """Set a password the citizen has chosen; their sessions end, but for one."""
    connection.execute(
        update(citizens).where(citizens.c.id == identifier).values(password_hash=made)
    )
    queries.end_sessions(connection, sessions.c.citizen == identifier, now, but=but)
    audit.record(
        connection,
        audit.Line("password-changed", now, actor=identifier, session=but, subject=identifier),
    )


def remove(connection: Connection, citizen: Citizen, now: datetime) -> None:
    """Delete the account (PIPL 47): number, name, mobile and password go, sessions end.

    What was done with it stays with its cases; organisations it acted for lose this agent.
    """
    connection.execute(
        update(citizens)
        .where(citizens.c.id == citizen.id)
        .values(
            kind=None,
            number=None,
            name=None,
            mobile=None,
            password_hash=None,
            deleted_at=stamp(now),
        )
    )
    connection.execute(
        update(organisation_agents)
        .where(organisation_agents.c.citizen == citizen.id)
        .where(organisation_agents.c.ended_at.is_(None))
        .values(ended_at=stamp(now), ended_by=citizen.id)
    )
    queries.end_sessions(connection, sessions.c.citizen == citizen.id, now)
    audit.record(
        connection,
        audit.Line("citizen-deleted", now, actor=citizen.id, subject=citizen.id),
    )


def shown(citizen: Citizen) -> dict[str, Any]:
    """The account as its owner sees it; number and mobile masked."""
    return {
        "id": citizen.id,
        "name": citizen.name,
        "number": citizen.number[:4] + "*" * (len(citizen.number) - 8) + citizen.number[-4:],
        "kind": citizen.kind,
        "mobile": citizen.mobile[:3] + "****" + citizen.mobile[-4:],
        "level": citizen.level,
        "registered_at": citizen.registered_at,
        "verified_at": citizen.verified_at,
    }
