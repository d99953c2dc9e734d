"""Operators' accounts: made without a role and without a password that lasts (系统管理员).

Roles are asked by a system administrator and granted by a security administrator; so is the
recovery of an account whose second factor is lost.
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from hall_platform.access import Caller, of_county
from hall_platform.clock import stamp
from hall_platform.cursors import cursor_after
from hall_platform.identity import audit, factors, queries
from hall_platform.identity.tables import (
    approvals,
    halls,
    operators,
    sessions,
    sign_in_attempts,
)
from hall_platform.problems import Problem, invalid
from hall_platform.roles import exclude_each_other

ONE_TIME_LASTS = timedelta(days=3)
NO_PASSWORD = "-"  # noqa: S105 - no hash, so that no password fits
ROLES, RECOVERY = "roles", "recovery"
WAITING, APPROVED, REFUSED = "waiting", "approved", "refused"


def create(
    connection: Connection, caller: Caller, at: datetime, *, username: str, name: str, hall: str
) -> dict[str, Any]:
    """A new account without roles; it signs in once it has some and a one-time password.

    Problems: username-taken, invalid-request (no such hall in the county).
    """
    normal = queries.normalised_username(username)
    known = select(operators.c.id).where(operators.c.username == normal)
    if connection.execute(known).one_or_none() is not None:
        raise Problem("username-taken")
    in_county = select(halls.c.code).where(halls.c.code == hall, of_county(caller, halls.c.county))
    if connection.execute(in_county).one_or_none() is None:
        raise invalid("body.hall", "no such hall in this county")
    identifier = str(uuid.uuid4())
    insert_account(connection, identifier, username=normal, name=name, hall=hall)
    audit.record(connection, audit.by(caller, "account-created", at, identifier, of_hall=hall))
    return shown(connection, one(connection, caller, identifier))


def insert_account(
    connection: Connection, identifier: str, *, username: str, name: str, hall: str
) -> None:
    """The row of an account nobody can sign in to yet."""
    connection.execute(
        insert(operators).values(
            id=identifier,
            username=username,
            name=name,
            roles="[]",
            hall=hall,
            password_hash=NO_PASSWORD,
            active=True,
            must_change=True,
        )
    )


def one(connection: Connection, caller: Caller, identifier: str) -> Row[Any]:
    """An account of the caller's county. Problem("not-found")."""
    row = connection.execute(
        select(operators, halls.c.county)
        .join(halls, halls.c.code == operators.c.hall)
        .where(operators.c.id == identifier)
        .where(of_county(caller, halls.c.county))
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    return row


def page(
    connection: Connection, caller: Caller, hall: str, after: str, limit: int
) -> dict[str, Any]:
    """Accounts of the caller's county, or of a hall of it, by username."""
    wanted = (
        select(operators, halls.c.county)
        .join(halls, halls.c.code == operators.c.hall)
        .where(of_county(caller, halls.c.county))
        .where(operators.c.username > after)
        .order_by(operators.c.username)
        .limit(limit + 1)
    )
    if hall:
        wanted = wanted.where(operators.c.hall == hall)
    rows = connection.execute(wanted).all()
    there_is_more = len(rows) > limit
    return {
        "operators": [shown(connection, row) for row in rows[:limit]],
        "next": cursor_after(rows[limit - 1].username) if there_is_more else None,
    }


def shown(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    """An account in the contract's shape."""
    locked = connection.execute(
        select(sign_in_attempts.c.locked_until).where(sign_in_attempts.c.username == row.username)
    ).scalar_one_or_none()
    return {
        "id": row.id,
        "username": row.username,
        "name": row.name,
        "hall": row.hall,
        "roles": json.loads(row.roles),
        "body": row.body,
        "active": row.active,
        "password_to_change": row.must_change,
        "locked_until": locked,
        "factors": [one.kind for one in factors.of_operator(connection, row.id)],
    }


def give_one_time_password(
    connection: Connection, caller: Caller, identifier: str, password_hash: str, at: datetime
) -> str:
    """The account's password is a one-time one from now on; until when it works.

    The account's sessions end. Problems: not-found, own-account.
    """
    if identifier == caller.operator:
        raise Problem("own-account")
    row = one(connection, caller, identifier)
    until = stamp(at + ONE_TIME_LASTS)
    set_one_time(connection, identifier, password_hash, until)
    _end_all(connection, row, at)
    audit.record(connection, audit.by(caller, "one-time-password", at, identifier, until=until))
    return until


def set_one_time(connection: Connection, identifier: str, password_hash: str, until: str) -> None:
    """A password that works once, until then."""
    connection.execute(
        update(operators)
        .where(operators.c.id == identifier)
        .values(password_hash=password_hash, must_change=True, one_time_until=until)
    )


def set_active(
    connection: Connection, caller: Caller, identifier: str, at: datetime, *, active: bool
) -> dict[str, Any]:
    """Switch an account on or off; switched off, its sessions end at once.

    Problems: not-found, own-account.
    """
    if identifier == caller.operator:
        raise Problem("own-account")
    row = one(connection, caller, identifier)
    connection.execute(update(operators).where(operators.c.id == identifier).values(active=active))
    if not active:
        _end_all(connection, row, at)
    audit.record(connection, audit.by(caller, "account-changed", at, identifier, active=active))
    return shown(connection, one(connection, caller, identifier))


def unlock(connection: Connection, caller: Caller, identifier: str, at: datetime) -> dict[str, Any]:
    """Forget the failures that have locked an account. Problem("not-found")."""
    row = one(connection, caller, identifier)
    queries.forget_attempts(connection, row.username)
    audit.record(connection, audit.by(caller, "account-unlocked", at, identifier))
    return shown(connection, row)


def _end_all(connection: Connection, row: Row[Any], at: datetime) -> int:
    return queries.end_sessions(connection, sessions.c.operator == row.id, at)


# four eyes --------------------------------------------------------------------------------------


def ask_roles(
    connection: Connection,
    caller: Caller,
    identifier: str,
    at: datetime,
    *,
    roles: tuple[str, ...],
    body: str | None,
    reason: str,
) -> dict[str, Any]:
    """Ask that an account have just these roles. Problems: not-found, roles-conflict."""
    if exclude_each_other(roles):
        raise Problem("roles-conflict")
    asked = {"roles": sorted(set(roles)), "body": body}
    return _ask(connection, caller, ROLES, identifier, asked, reason=reason, at=at)


def ask_recovery(
    connection: Connection, caller: Caller, identifier: str, at: datetime, *, reason: str
) -> dict[str, Any]:
    """Ask that an account's factors be forgotten. Problem("not-found")."""
    return _ask(connection, caller, RECOVERY, identifier, {}, reason=reason, at=at)


def _ask(
    connection: Connection,
    caller: Caller,
    kind: str,
    identifier: str,
    asked: dict[str, Any],
    *,
    reason: str,
    at: datetime,
) -> dict[str, Any]:
    row = one(connection, caller, identifier)
    number = str(uuid.uuid4())
    connection.execute(
        insert(approvals).values(
            id=number,
            kind=kind,
            county=row.county,
            operator=identifier,
            asked=json.dumps(asked),
            reason=reason,
            asked_by=caller.operator,
            asked_at=stamp(at),
            state=WAITING,
        )
    )
    audit.record(
        connection,
        audit.by(caller, "approval-asked", at, identifier, approval=number, what=kind, **asked),
    )
    return approval_shown(_approval(connection, caller, number))


def decide(
    connection: Connection,
    caller: Caller,
    number: str,
    at: datetime,
    *,
    approved: bool,
    reason: str,
) -> dict[str, Any]:
    """A second administrator's decision; what was asked is done with it.

    Problems: not-found, already-decided, four-eyes (who asked, or whom it is about), not-allowed.
    """
    row = _approval(connection, caller, number, hold=True)
    if row.state != WAITING:
        raise Problem("already-decided")
    if caller.operator in (row.asked_by, row.operator):
        raise Problem("four-eyes")
    if approved:
        _carry_out(connection, caller, row, at)
    connection.execute(
        update(approvals)
        .where(approvals.c.id == number)
        .values(
            state=APPROVED if approved else REFUSED,
            decided_by=caller.operator,
            decided_at=stamp(at),
            decision_reason=reason,
        )
    )
    audit.record(
        connection,
        audit.by(
            caller,
            "approval-decided",
            at,
            row.operator,
            approval=number,
            what=row.kind,
            approved=approved,
        ),
    )
    return approval_shown(_approval(connection, caller, number))


def _carry_out(connection: Connection, caller: Caller, row: Row[Any], at: datetime) -> None:
    account = one(connection, caller, row.operator)
    if row.kind == ROLES:
        asked = json.loads(row.asked)
        connection.execute(
            update(operators)
            .where(operators.c.id == row.operator)
            .values(roles=json.dumps(asked["roles"]), body=asked["body"])
        )
    else:
        known = factors.of_operator(connection, row.operator)
        factors.end(connection, [one.id for one in known], at)
        audit.record(
            connection,
            audit.by(caller, "factor-removed", at, row.operator, factors=len(known)),
        )
    _end_all(connection, account, at)


def _approval(
    connection: Connection, caller: Caller, number: str, *, hold: bool = False
) -> Row[Any]:
    wanted = (
        select(approvals)
        .where(approvals.c.id == number)
        .where(of_county(caller, approvals.c.county))
    )
    row = connection.execute(wanted.with_for_update() if hold else wanted).one_or_none()
    if row is None:
        raise Problem("not-found")
    return row


def approvals_page(
    connection: Connection, caller: Caller, state: str, after: str, limit: int
) -> dict[str, Any]:
    """What was asked in the caller's county, oldest first."""
    wanted = (
        select(approvals)
        .where(of_county(caller, approvals.c.county))
        .where(approvals.c.asked_at + " " + approvals.c.id > after)
        .order_by(approvals.c.asked_at, approvals.c.id)
        .limit(limit + 1)
    )
    if state:
        wanted = wanted.where(approvals.c.state == state)
    rows = connection.execute(wanted).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return {
        "approvals": [approval_shown(row) for row in rows[:limit]],
        "next": cursor_after(f"{last.asked_at} {last.id}") if last else None,
    }


def approval_shown(row: Row[Any]) -> dict[str, Any]:
    """What was asked, in the contract's shape."""
    asked = json.loads(row.asked)
    return {
        "id": row.id,
        "kind": row.kind,
        "operator": row.operator,
        "roles": asked.get("roles"),
        "body": asked.get("body"),
        "reason": row.reason,
        "asked_by": row.asked_by,
        "asked_at": row.asked_at,
        "state": row.state,
        "decided_by": row.decided_by,
        "decided_at": row.decided_at,
        "decision_reason": row.decision_reason,
    }


def holders_of(connection: Connection, role: str) -> int:
    """How many active accounts have a role."""
    rows = connection.execute(
        select(operators.c.roles).where(operators.c.active.is_(True))
    ).scalars()
    return sum(role in json.loads(roles) for roles in rows)
