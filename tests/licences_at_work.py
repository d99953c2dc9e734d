"""Licences as windows and their holders ask for them, show them and redeem them, for tests."""

from __future__ import annotations

import uuid
from typing import Any

from identity_platform import IdentityPlatform, act
from platform_client import DEMONSTRATION, Client
from sqlalchemy import Connection, insert, select

from hall_platform.access import new_token, token_hash
from hall_platform.exchange.tables import data_uses
from hall_platform.identity.tables import access_tokens, citizens, organisation_agents, sessions

LONG = "2999-01-01T00:00:00.000+08:00"


def citizen(
    platform: IdentityPlatform,
    number: str = DEMONSTRATION["number"],
    *,
    level: int = 2,
    firm: str | None = None,
) -> Client:
    """Somebody at the online hall, verified unless told otherwise, perhaps acting for a firm."""
    account, session, token = str(uuid.uuid4()), str(uuid.uuid4()), new_token()

    def write(connection: Connection) -> None:
        known = connection.execute(
            select(citizens.c.id).where(citizens.c.number == number)
        ).scalar_one_or_none()
        who = known or account
        if known is None:
            connection.execute(
                insert(citizens).values(
                    id=account,
                    kind="resident",
                    number=number,
                    name="测试甲",
                    mobile="12000000000",
                    password_hash="-",
                    level=level,
                    registered_at=LONG,
                )
            )
        if firm:
            connection.execute(
                insert(organisation_agents).values(
                    id=str(uuid.uuid4()),
                    citizen=who,
                    organisation=firm,
                    capacity="agent",
                    evidence="委托书",
                    bound_at=LONG,
                    bound_by=str(uuid.uuid4()),
                    bound_hall="99030201",
                )
            )
        connection.execute(
            insert(sessions).values(
                id=session, kind="citizen", citizen=who, started_at=LONG, ends_at=LONG
            )
        )
        connection.execute(
            insert(access_tokens).values(hash=token_hash(token), session=session, expires_at=LONG)
        )

    platform.store.write(write)
    return Client(platform.url, {"Authorization": f"Bearer {token}"})


def looks(platform: IdentityPlatform, resource: str | None = None) -> list[Any]:
    """The looks on record, oldest first."""
    wanted = select(data_uses).order_by(data_uses.c.at)
    if resource:
        wanted = wanted.where(data_uses.c.resource == resource)
    with platform.store.read() as connection:
        return list(connection.execute(wanted))


def redeem(clerk: Client, code: str, **more: Any) -> Any:
    """A window scans a code that was shown to it."""
    body = {"operator": clerk.operator, "window": clerk.window, "code": code, **more}
    return act(clerk, "/v1/presentation-redemptions", "redeem-presentation", **body)


def present(person: Client, identifiers: list[str], purpose: str = "办理个体工商户设立登记") -> Any:
    """Somebody lets a window see these licences."""
    return act(
        person,
        "/v1/presentations",
        "present-licences",
        licences=identifiers,
        purpose=purpose,
        consent=True,
    )


def estate(clerk: Client) -> str:
    """The demonstration's certificate of real estate."""
    identifier: str = clerk.licences(clerk.item()["code"])[0]["identifier"]
    return identifier
