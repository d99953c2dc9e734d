"""`hall-platform admin`: the first administrators, made on the machine itself."""

from __future__ import annotations

import argparse
import re
import sys
import uuid

from hall_platform.clock import stamp
from hall_platform.commands import Commands, as_json, clock_of, clock_option, store_options
from hall_platform.settings import Settings

ROLES = ("system_admin", "security_admin", "auditor")


def add(commands: Commands) -> None:
    """Make an account of a role nobody has yet; its one-time password goes to standard output."""
    admin = commands.add_parser(
        "admin",
        parents=[store_options(), clock_option()],
        help="make the first account of an administrator",
    )
    admin.add_argument("username", help="what the account signs in with")
    admin.add_argument("name", help="whose account it is")
    admin.add_argument(
        "--role", choices=ROLES, default=ROLES[0], help="one nobody has yet (%(default)s)"
    )
    admin.add_argument("--hall", required=True, metavar="CODE", help="the hall it belongs to")
    admin.add_argument(
        "--new-hall",
        nargs=3,
        metavar=("NAME", "REGION", "ADDRESS"),
        help="make that hall, in a region of 12 digits",
    )
    admin.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from hall_platform.database import open_store
    from hall_platform.identity import passwords

    password = passwords.one_time()
    made = passwords.hashed(password)
    store = open_store(Settings(data_dir=options.data_dir, db=options.db))
    try:
        until = store.write(lambda connection: _make(connection, options, made))
    finally:
        store.close()
    account = {"username": options.username, "password": password, "until": until}
    sys.stdout.write(as_json({**account, "role": options.role, "hall": options.hall}))


def _make(connection: object, options: argparse.Namespace, password_hash: str) -> str:
    """The account, its role and a line in the audit. Raises StoreUnusable with a sentence."""
    from sqlalchemy import Connection, insert, select, update

    from hall_platform.engines import StoreUnusable
    from hall_platform.identity import accounts, audit, queries
    from hall_platform.identity.tables import halls, operators

    assert isinstance(connection, Connection)
    now = clock_of(options).now()
    if accounts.holders_of(connection, options.role):
        raise StoreUnusable(
            f"there is a {options.role} already; further ones are asked and granted by two people"
        )
    if options.new_hall:
        name, region, address = options.new_hall
        if not re.fullmatch(r"[0-9]{12}", region) or not re.fullmatch(r"[0-9]{8,32}", options.hall):
            raise StoreUnusable("a region has 12 digits, the code of a hall 8 or more")
        connection.execute(
            insert(halls).values(
                code=options.hall, name=name, region=region, county=region[:6], address=address
            )
        )
    county = connection.execute(
        select(halls.c.county).where(halls.c.code == options.hall)
    ).scalar_one_or_none()
    if county is None:
        raise StoreUnusable("there is no such hall; --new-hall makes it")
    username = queries.normalised_username(options.username)
    known = select(operators.c.id).where(operators.c.username == username)
    if connection.execute(known).one_or_none() is not None:
        raise StoreUnusable("that username is taken")
    identifier, until = str(uuid.uuid4()), stamp(now + accounts.ONE_TIME_LASTS)
    accounts.insert_account(
        connection, identifier, username=username, name=options.name, hall=options.hall
    )
    connection.execute(
        update(operators)
        .where(operators.c.id == identifier)
        .values(roles=as_json([options.role]).strip())
    )
    accounts.set_one_time(connection, identifier, password_hash, until)
    audit.record(
        connection,
        audit.Line(
            "account-created",
            now,
            county=county,
            hall=options.hall,
            subject=identifier,
            facts={"role": options.role, "on_the_machine": True},
        ),
    )
    return until
