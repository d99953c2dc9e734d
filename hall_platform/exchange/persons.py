"""Who a citizen is, where it is their own data they ask for."""

from __future__ import annotations

from sqlalchemy import Connection, select

from hall_platform.access import Caller
from hall_platform.identity.tables import citizens
from hall_platform.problems import Problem
from hall_platform.shapes import Holder

VERIFIED = 2  # a window has seen the document


def own(connection: Connection, caller: Caller) -> Holder:
    """The person of a citizen's session. Problems: account-unknown, identity-not-verified.

    Whoever knows a number could open an account with it, so an account that no window has
    verified sees nothing that is kept under the number.
    """
    row = connection.execute(
        select(citizens.c.kind, citizens.c.number, citizens.c.level)
        .where(citizens.c.id == caller.citizen)
        .where(citizens.c.deleted_at.is_(None))
    ).one_or_none()
    if row is None or row.number is None or row.kind is None:
        raise Problem("account-unknown")
    if row.level < VERIFIED:
        raise Problem("identity-not-verified")
    return Holder(kind=row.kind, number=row.number)
