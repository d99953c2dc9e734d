"""Signing in step by step: the password first, then what the hall demands besides.

Without more to do the password opens the session. Otherwise the sign-in waits a few minutes for
its next step: a second factor (who has one shows it), a new password (after a one-time one, or
when the hall's period is over), enrolling a factor (where one is demanded and none is there). A
factor comes before the password is changed, so that who only has the password changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from hall_platform.access import new_token, token_hash
from hall_platform.clock import stamp
from hall_platform.identity import audit, factor_key, factors, queries, rules
from hall_platform.identity.factors import Begun, Factor, FactorRefused, Made, Proof
from hall_platform.identity.queries import Account, Place, Tokens
from hall_platform.identity.tables import enrolments, sessions, sign_ins
from hall_platform.problems import Problem
from hall_platform.settings import Settings

LASTS = timedelta(minutes=5)

FACTOR = "second-factor"
PASSWORD = "new-password"  # noqa: S105 - the name of a step
ENROLMENT = "enrolment"


@dataclass(frozen=True)
class UnderWay:
    """A sign-in whose password was right, with the steps it has to go."""

    token: str
    account: Account
    place: Place
    steps: tuple[str, ...]
    factor: str | None
    challenge: str | None


@dataclass(frozen=True)
class Opened:
    """A sign-in that has led to a session."""

    tokens: Tokens
    account: Account
    place: Place


@dataclass(frozen=True)
class Waiting:
    """A sign-in that waits for its next step, as the problem that says so."""

    problem: Problem


Outcome = Opened | Waiting


def begin(
    connection: Connection, account: Account, window: str | None, now: datetime, settings: Settings
) -> Outcome:
    """Go on from the right password. Problems: window-unknown, window-off, not-allowed."""
    place = queries.check_place(connection, account, window)
    enrolled = factors.of_operator(connection, account.id)
    under_way = UnderWay(
        token=new_token(),
        account=account,
        place=place,
        steps=_steps(connection, account, enrolled, now),
        factor=None,
        challenge=None,
    )
    if not under_way.steps:
        return _opened(connection, under_way, now, settings)
    _forget_old(connection, now)
    connection.execute(
        insert(sign_ins).values(
            hash=token_hash(under_way.token),
            operator=account.id,
            window=window,
            steps=json.dumps(under_way.steps),
            expires_at=stamp(now + LASTS),
        )
    )
    _leave_line(connection, under_way, now, "half")
    return _waiting(connection, under_way, now, settings)


def _steps(
    connection: Connection, account: Account, enrolled: list[Factor], now: datetime
) -> tuple[str, ...]:
    enough = are_enough(connection, account, enrolled)
    return (
        *((FACTOR,) if enrolled else ()),
        *((PASSWORD,) if _must_change(connection, account, now) else ()),
        *(() if enough else (ENROLMENT,)),
    )


def _must_change(connection: Connection, account: Account, now: datetime) -> bool:
    period = rules.change_period(connection, account.hall)
    aged = (
        period is not None
        and account.password_set_at is not None
        and account.password_set_at < stamp(now - period)
    )
    return account.must_change or aged


def under_way(connection: Connection, token: str, step: str, now: datetime) -> UnderWay:
    """The sign-in of a token, held until the end of the write. Problem("sign-in-over").

    It is over too when another step than this is next.
    """
    row = connection.execute(
        select(sign_ins).where(sign_ins.c.hash == token_hash(token)).with_for_update()
    ).one_or_none()
    if row is None or row.expires_at <= stamp(now) or json.loads(row.steps)[0] != step:
        raise Problem("sign-in-over")
    account = queries.account_by_id(connection, row.operator)
    if account is None:
        raise Problem("sign-in-over")
    return UnderWay(
        token=token,
        account=account,
        place=Place(account.hall, row.window),
        steps=tuple(json.loads(row.steps)),
        factor=row.factor,
        challenge=row.challenge,
    )


def show_factor(
    connection: Connection, token: str, proof: Proof, now: datetime, settings: Settings
) -> Outcome | None:
    """The second factor is shown; None when it is not the right one."""
    going = under_way(connection, token, FACTOR, now)
    enrolled = factors.of_operator(connection, going.account.id)
    demand = rules.demanded_factor(connection, going.account.roles, going.account.hall)
    good = [one for one in enrolled if factors.accepted(demand, one.kind)] or enrolled
    try:
        factor, counter = factors.verify(settings, good, going.challenge, proof, now)
    except FactorRefused:
        _leave_line(connection, going, now, "refused")
        return None
    factors.used(connection, settings, factor, counter, now)
    return _next(connection, going, now, settings, factor=factor.kind)


def change_password(
    connection: Connection, token: str, password_hash: str, now: datetime, settings: Settings
) -> Outcome:
    """The new password holds from now on; other sessions end."""
    going = under_way(connection, token, PASSWORD, now)
    replace_password(connection, going.account, password_hash, now)
    return _next(connection, going, now, settings)


def replace_password(
    connection: Connection, account: Account, password_hash: str, now: datetime, *, but: str = ""
) -> None:
    """Set a password the operator has chosen; their sessions end, but for one."""
    queries.set_password(connection, account.id, password_hash, now)
    ended = queries.end_sessions(connection, sessions.c.operator == account.id, now, but=but)
    audit.record(
        connection,
        audit.Line(
            "password-changed",
            now,
            actor=account.id,
            session=but,
            county=account.county,
            hall=account.hall,
            subject=account.id,
            facts={"sessions_ended": ended},
        ),
    )


def enrolled(
    connection: Connection,
    token: str,
    made: Made,
    name: str,
    *,
    now: datetime,
    settings: Settings,
) -> Outcome:
    """The factor is in force. Problem("sign-in-over")."""
    going = under_way(connection, token, ENROLMENT, now)
    keep_factor(connection, going.account, made, name, now)
    return _next(connection, going, now, settings, factor=made.kind)


def keep_factor(
    connection: Connection, account: Account, made: Made, name: str, now: datetime
) -> Factor:
    """A factor that was shown to work is in force from now on. Problem("factor-key-wrong")."""
    factor = factors.keep(connection, account.id, name, made, now)
    audit.record(
        connection,
        audit.Line(
            "factor-enrolled",
            now,
            actor=account.id,
            county=account.county,
            hall=account.hall,
            subject=account.id,
            facts={"factor": factor.id, "kind": factor.kind},
        ),
    )
    # Who writes a line of the audit holds its head until the commit, so that of two workers whose
    # first secrets come at once under two keys the second sees the other's here.
    if made.kind == factors.TOTP and len(factor_key.in_use(connection)) > 1:
        raise Problem(factor_key.WRONG)
    return factor


def are_enough(connection: Connection, account: Account, left: list[Factor]) -> bool:
    """Whether these factors meet what the hall demands of the account."""
    demand = rules.demanded_factor(connection, account.roles, account.hall)
    return demand == "none" or any(factors.accepted(demand, one.kind) for one in left)


def kinds_wanted(connection: Connection, account: Account) -> list[str]:
    """The kinds of factor that meet what the hall demands of the account."""
    demand = rules.demanded_factor(connection, account.roles, account.hall)
    return [kind for kind in factors.KINDS if factors.accepted(demand, kind)]


def keep_enrolment(
    connection: Connection, operator: str, kind: str, begun: Begun, now: datetime
) -> str:
    """An enrolment under way; its number."""
    number = new_token()[:36]
    connection.execute(delete(enrolments).where(enrolments.c.expires_at <= stamp(now)))
    connection.execute(
        insert(enrolments).values(
            id=number,
            operator=operator,
            kind=kind,
            state=begun.state,
            expires_at=stamp(now + LASTS),
        )
    )
    return number


def take_enrolment(
    connection: Connection,
    operator: str,
    number: str,
    proof: Proof,
    *,
    now: datetime,
    settings: Settings,
) -> Made:
    """What was enrolled, once. Problems: sign-in-over, factor-refused, those of the key."""
    row = connection.execute(
        select(enrolments)
        .where(enrolments.c.id == number)
        .where(enrolments.c.operator == operator)
        .where(enrolments.c.expires_at > stamp(now))
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise Problem("sign-in-over")
    try:
        made = factors.complete_enrolment(settings, row.kind, operator, row.state, proof, now=now)
    except FactorRefused:
        raise Problem("factor-refused") from None
    connection.execute(delete(enrolments).where(enrolments.c.id == number))
    return made


# inside -----------------------------------------------------------------------------------------


def _next(
    connection: Connection,
    going: UnderWay,
    now: datetime,
    settings: Settings,
    factor: str | None = None,
) -> Outcome:
    """The step is done: the next, or the session."""
    ahead = UnderWay(
        token=going.token,
        account=queries.account_by_id(connection, going.account.id) or going.account,
        place=going.place,
        steps=going.steps[1:],
        factor=factor or going.factor,
        challenge=None,
    )
    row = sign_ins.c.hash == token_hash(going.token)
    if not ahead.steps:
        connection.execute(delete(sign_ins).where(row))
        return _opened(connection, ahead, now, settings)
    connection.execute(
        update(sign_ins)
        .where(row)
        .values(
            steps=json.dumps(ahead.steps),
            factor=ahead.factor,
            challenge=None,
            expires_at=stamp(now + LASTS),
        )
    )
    return _waiting(connection, ahead, now, settings)


def _opened(connection: Connection, going: UnderWay, now: datetime, settings: Settings) -> Opened:
    tokens = queries.open_operator_session(
        connection, going.account, going.place, now, settings, factor=going.factor
    )
    _leave_line(connection, going, now, "done", tokens.session)
    return Opened(tokens, going.account, going.place)


def _waiting(connection: Connection, going: UnderWay, now: datetime, settings: Settings) -> Waiting:
    facts: dict[str, Any] = {"sign_in": going.token, "expires_at": stamp(now + LASTS)}
    if going.steps[0] == PASSWORD:
        return Waiting(Problem("password-change-required", **facts))
    demand = rules.demanded_factor(connection, going.account.roles, going.account.hall)
    if going.steps[0] == ENROLMENT:
        kinds = kinds_wanted(connection, going.account)
        return Waiting(Problem("factor-enrolment-required", kinds=kinds, **facts))
    enrolled = factors.of_operator(connection, going.account.id)
    good = [one for one in enrolled if factors.accepted(demand, one.kind)] or enrolled
    begun = factors.challenge(settings, good)
    if begun is not None:
        connection.execute(
            update(sign_ins)
            .where(sign_ins.c.hash == token_hash(going.token))
            .values(challenge=begun.state)
        )
    kinds = sorted({one.kind for one in good})
    options = begun.shown if begun else None
    return Waiting(Problem("second-factor-required", kinds=kinds, options=options, **facts))


def _leave_line(
    connection: Connection, going: UnderWay, now: datetime, result: str, session: str = ""
) -> None:
    facts = {"window": going.place.window, "factor": going.factor, "steps": list(going.steps)}
    audit.record(
        connection,
        audit.Line(
            "sign-in",
            now,
            actor=going.account.id,
            session=session,
            county=going.account.county,
            hall=going.account.hall,
            subject=going.account.id,
            result=result,
            facts=facts,
        ),
    )


def _forget_old(connection: Connection, now: datetime) -> None:
    connection.execute(delete(sign_ins).where(sign_ins.c.expires_at <= stamp(now)))
