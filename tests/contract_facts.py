"""What is real in a seeded store, for those who play the contract: tokens, operators, an item."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from contract_player import Facts
from platform_roles import tokens_of
from sqlalchemy import Connection, select
from store_under_test import settings_of

from hall_platform import examples
from hall_platform.access import OPERATOR_ROLES, token_hash
from hall_platform.business.tables import preapplications
from hall_platform.catalogue.tables import items
from hall_platform.database import open_store
from hall_platform.etags import tag
from hall_platform.identity.tables import access_tokens, operators, sessions

SESSIONS = 100


def facts_of(data_dir: Path, role: str | None) -> Facts:
    """Tokens of that role, and values for requests that fit them. The platform must be stopped."""
    if role is None:
        return Facts([])
    tokens = tokens_of(data_dir, role, SESSIONS)
    acting = tokens if role in OPERATOR_ROLES else tokens_of(data_dir, "clerk", 1)
    store = open_store(settings_of(data_dir))
    try:
        with store.read() as connection:
            return _facts(connection, tokens, acting[-1])
    finally:
        store.close()


def _facts(connection: Connection, tokens: list[str], acting: str) -> Facts:
    own = _session(connection, tokens[0])
    operator = _operator(connection, acting)
    item = connection.execute(select(items.c.code).order_by(items.c.code)).scalars().first()
    one = connection.execute(
        select(preapplications)
        .where(preapplications.c.state == "checked")
        .order_by(preapplications.c.id)
    ).first()
    assert one is not None
    window = own.window or examples.WINDOW
    known = {
        examples.OPERATOR["id"]: operator["id"],
        examples.OPERATOR["name"]: operator["name"],
        examples.SESSION: operator["session"],
        examples.ITEM: item,
        examples.PREAPPLICATION: one.id,
        examples.ETAG: tag(one.id, one.version),
        examples.WINDOW: window,
    }
    return Facts(tokens, {"operator": operator, "window": window, "item": item}, known)


def _session(connection: Connection, token: str) -> Any:
    return connection.execute(
        select(sessions)
        .join(access_tokens, access_tokens.c.session == sessions.c.id)
        .where(access_tokens.c.hash == token_hash(token))
    ).one()


def _operator(connection: Connection, token: str) -> dict[str, str]:
    """The operator of a session, as acts name them."""
    session = _session(connection, token)
    name = connection.execute(
        select(operators.c.name).where(operators.c.id == session.operator)
    ).scalar_one()
    return json.loads(json.dumps({"id": session.operator, "name": name, "session": session.id}))
