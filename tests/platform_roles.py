"""A signed-in session of every role in a seeded store, made without the way through sign-in."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select
from store_under_test import settings_of

from hall_platform.access import CITIZEN, OPERATOR_ROLES, ROLES, new_token, token_hash
from hall_platform.clock import stamp
from hall_platform.database import open_store
from hall_platform.identity.tables import access_tokens, devices, operators, sessions
from hall_platform.seed_data.places import HALL

LONG = stamp(datetime(2999, 1, 1, tzinfo=UTC))


def sessions_of_all_roles(data_dir: Path) -> dict[str, str]:
    """An access token for each role. The platform must not be running."""
    store = open_store(settings_of(data_dir))
    try:
        return store.write(lambda connection: {role: _token(connection, role) for role in ROLES})
    finally:
        store.close()


def tokens_of(data_dir: Path, role: str, count: int) -> list[str]:
    """Access tokens of as many sessions of one role. The platform must not be running."""
    store = open_store(settings_of(data_dir))
    try:
        return store.write(lambda connection: [_token(connection, role) for _ in range(count)])
    finally:
        store.close()


def _token(connection: Connection, role: str) -> str:
    session, token = str(uuid.uuid4()), new_token()
    connection.execute(
        insert(sessions).values(id=session, started_at=LONG, ends_at=LONG, **_who(connection, role))
    )
    connection.execute(
        insert(access_tokens).values(hash=token_hash(token), session=session, expires_at=LONG)
    )
    return token


def _who(connection: Connection, role: str) -> dict[str, str | None]:
    if role == CITIZEN:
        return {"kind": CITIZEN, "citizen": str(uuid.uuid4())}
    here = {"hall": HALL.code}
    if role in OPERATOR_ROLES:
        known = connection.execute(select(operators).where(operators.c.hall == HALL.code))
        operator = next(row for row in known if json.loads(row.roles) == [role])
        return {"kind": "operator", "operator": operator.id, "window": "03", **here}
    kind = "window" if role == "device" else role
    device = connection.execute(
        select(devices).where(devices.c.kind == kind).where(devices.c.hall == HALL.code)
    ).first()
    return {"kind": role, "device": device.code, "window": device.window, **here}
