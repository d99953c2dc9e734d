"""Writes the invented hall into an empty store. Passwords are random, never part of the program."""

from __future__ import annotations

import json
import random
import secrets
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, insert

from hall_platform import tables
from hall_platform.access import token_hash
from hall_platform.identity.passwords import hashed
from hall_platform.seed_data.applications import preapplications
from hall_platform.seed_data.holdings import licences
from hall_platform.seed_data.items import ITEMS, earlier_versions
from hall_platform.seed_data.organisations import organisations
from hall_platform.seed_data.people import people
from hall_platform.seed_data.places import (
    CLERKS,
    COUNTY_REGION,
    HALL_ADDRESS,
    HALL_CODE,
    HALL_NAME,
    WINDOWS,
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Hall:
    """An invented hall, ready to be written.

    `accounts` is {"clerks": [{username, password, window}], "devices": [{device, secret, window}]}
    and exists nowhere else; `people` is {"people": […], "organisations": […],
    "preapplication_codes": [{code, item_name, number}]}.
    """

    rows: dict[Table, list[Row]]
    accounts: dict[str, list[dict[str, str]]]
    people: dict[str, list[Any]]

    def write(self, connection: Connection) -> None:
        """Write everything, in the order the references need."""
        for table, rows in self.rows.items():
            connection.execute(insert(table), rows)


def invent(*, number: int, today: date) -> Hall:
    """The same number and day give the same hall, but for its passwords."""
    numbers = random.Random(number)  # noqa: S311 - invented data, not secrets
    persons = people(numbers)
    adults = [one for one in persons if today.year - int(one["born"][:4]) >= 20]
    firms = organisations(adults)
    applications = preapplications(numbers, persons, today)
    clerks, operator_rows = _clerks(numbers)
    devices, device_rows = _devices()
    return Hall(
        rows={
            tables.windows: [_window(code) for code in WINDOWS],
            tables.operators: operator_rows,
            tables.devices: device_rows,
            tables.items: [
                *(_item(item, current=True) for item in ITEMS.values()),
                *(_item(item, current=False) for item in earlier_versions()),
            ],
            tables.people: [_party(person, with_kind=True) for person in persons],
            tables.organisations: [_party(firm, with_kind=False) for firm in firms],
            tables.licences: licences(numbers, persons, firms, today),
            tables.preapplications: applications,
        },
        accounts={"clerks": clerks, "devices": devices},
        people={
            "people": persons,
            "organisations": firms,
            "preapplication_codes": [
                {
                    "code": one["code"],
                    "item_name": one["item_name"],
                    "number": one["applicant_number"],
                    "state": one["state"],
                }
                for one in applications
            ],
        },
    )


def _window(code: str) -> Row:
    return {
        "code": code,
        "name": f"综合窗口 {code}",
        "hall_code": HALL_CODE,
        "hall_name": HALL_NAME,
        "region": COUNTY_REGION,
        "address": HALL_ADDRESS,
        "phone": f"0000-823000{code}",
    }


def _clerks(numbers: random.Random) -> tuple[list[dict[str, str]], list[Row]]:
    """Accounts with fresh passwords; hashing takes most of the seed's time, so side by side."""
    passwords = [secrets.token_urlsafe(12) for _ in CLERKS]
    with ThreadPoolExecutor(2) as pool:
        hashes = list(pool.map(hashed, passwords))
    accounts = [
        {"username": username, "password": password, "window": window}
        for (username, _, window), password in zip(CLERKS, passwords, strict=True)
    ]
    rows = [
        {
            "id": str(uuid.UUID(int=numbers.getrandbits(128), version=4)),
            "username": username,
            "name": name,
            "roles": json.dumps(["clerk"]),
            "password_hash": password_hash,
            "active": True,
        }
        for (username, name, _), password_hash in zip(CLERKS, hashes, strict=True)
    ]
    return accounts, rows


def _devices() -> tuple[list[dict[str, str]], list[Row]]:
    accounts = [
        {"device": f"counter-{code}", "secret": secrets.token_urlsafe(32), "window": code}
        for code in WINDOWS
    ]
    rows = [
        {
            "code": account["device"],
            "secret_hash": token_hash(account["secret"]),
            "window": account["window"],
        }
        for account in accounts
    ]
    return accounts, rows


def _item(item: dict[str, Any], *, current: bool) -> Row:
    return {
        "code": item["code"],
        "version": item["version"],
        "is_current": current,
        "name": item["name"],
        "pinyin": item["pinyin"],
        "body": json.dumps(item, ensure_ascii=False),
    }


def _party(party: dict[str, Any], *, with_kind: bool) -> Row:
    row = {
        "number": party["number"],
        "name": party["name"],
        "body": json.dumps(party, ensure_ascii=False),
    }
    return {**row, "kind": party["kind"]} if with_kind else row
