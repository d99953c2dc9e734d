"""A few citizens of the invented county, with what they have begun, applied for, asked and read."""

from __future__ import annotations

import json
import random
import secrets
import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from hall_platform.business.tables import preapplications
from hall_platform.calendar import shipped_calendar
from hall_platform.clock import HALL_ZONE, stamp
from hall_platform.identity.passwords import hashed
from hall_platform.identity.tables import citizens, operators, organisation_agents
from hall_platform.portal.codes import code_hash, new_code
from hall_platform.portal.tables import (
    drafts,
    faq,
    letter_turns,
    letters,
    preapplication_points,
    preapplication_steps,
)
from hall_platform.portal.terms import DAYS, due
from hall_platform.seed import Invention, Row, Rows
from hall_platform.seed_data.correspondence import FORMS, LETTERS, PUBLISHED
from hall_platform.seed_data.items import ITEMS, SOLE_TRADER
from hall_platform.seed_data.people import FROM_CARDS
from hall_platform.seed_data.places import BODIES, COUNTY, HALL

_ACCOUNTS = 4  # one of them not verified yet


def invent(invention: Invention) -> Rows:
    """Accounts with fresh passwords, drafts, letters, published answers."""
    numbers = invention.numbers("portal")
    accounts = _accounts(invention, numbers)
    applied = invention.rows[preapplications]
    written, turns = _letters(invention, numbers, accounts)
    return {
        citizens: accounts,
        organisation_agents: _heads(invention, numbers, accounts),
        drafts: [*_submitted(applied, accounts), _begun(invention, numbers, accounts[1])],
        preapplication_steps: [step for row in applied for step in _steps(row)],
        preapplication_points: [_points(row) for row in applied if row["state"] == "to_correct"],
        letters: written,
        letter_turns: turns,
        faq: _published(invention, numbers, written),
    }


def _identifier(numbers: random.Random) -> str:
    return str(uuid.UUID(int=numbers.getrandbits(128), version=4))


def _moment(today: date, days: int, hour: int, minute: int = 10) -> datetime:
    return datetime.combine(today - timedelta(days=days), time(hour, minute), tzinfo=HALL_ZONE)


def _accounts(invention: Invention, numbers: random.Random) -> list[Row]:
    """Whoever heads a firm, but for the card vectors' people; passwords go to `accounts`."""
    people = {one["number"]: one for one in invention.people["people"]}
    heads = [one["representative"]["number"] for one in invention.people["organisations"]]
    free = {one["number"] for one in FROM_CARDS}  # register for themselves, as one likes
    wanted = [one for one in dict.fromkeys(heads) if one not in free][:_ACCOUNTS]
    known = invention.accounts.setdefault("citizens", [])
    rows = []
    for place, number in enumerate(wanted):
        person, password = people[number], secrets.token_urlsafe(12)
        verified = place < _ACCOUNTS - 1
        at = stamp(_moment(invention.today, 40 - place, 20))
        known.append({"kind": person["kind"], "number": number, "password": password})
        rows.append(
            {
                "id": _identifier(numbers),
                "kind": person["kind"],
                "number": number,
                "name": person["name"],
                "mobile": person["mobile"],
                "password_hash": hashed(password),
                "level": 2 if verified else 1,
                "registered_at": at,
                "verified_at": at if verified else None,
                "verified_hall": HALL.code if verified else None,
            }
        )
    return rows


def _heads(invention: Invention, numbers: random.Random, accounts: list[Row]) -> list[Row]:
    """Verified accounts are bound to the organisations their person heads."""
    by_number = {one["number"]: one for one in accounts if one["level"] == 2}
    return [
        {
            "id": _identifier(numbers),
            "citizen": by_number[firm["representative"]["number"]]["id"],
            "organisation": firm["number"],
            "capacity": "legal_representative",
            "evidence": "营业执照、法定代表人身份证",
            "bound_at": stamp(_moment(invention.today, 30, 10)),
            "bound_by": "",
            "bound_hall": HALL.code,
        }
        for firm in invention.people["organisations"]
        if firm["representative"]["number"] in by_number
    ]


def _submitted(applied: list[Row], accounts: list[Row]) -> list[Row]:
    """What the accounts' people filled in for what they applied for."""
    of_number = {one["number"]: one for one in accounts}
    return [
        {
            **_draft(row["item"], of_number[row["applicant_number"]], row["submitted_at"]),
            "id": row["id"],
            "form": json.dumps(FORMS.get(row["item"], {}), ensure_ascii=False),
            "uploads": row["uploads"],
            "state": "submitted",
            "submitted_at": row["submitted_at"],
        }
        for row in applied
        if row["applicant_number"] in of_number
    ]


def _begun(invention: Invention, numbers: random.Random, account: Row) -> Row:
    """A draft that waits for its writer to go on."""
    at = stamp(_moment(invention.today, 3, 21))
    half = {"F01": {"name": FORMS[ITEMS[SOLE_TRADER]["code"]]["F01"]["name"]}}
    return {
        **_draft(ITEMS[SOLE_TRADER]["code"], account, at),
        "id": _identifier(numbers),
        "form": json.dumps(half, ensure_ascii=False),
        "uploads": "[]",
        "state": "open",
        "submitted_at": None,
    }


def _draft(item: str, account: Row, at: str) -> Row:
    body = next(one for one in ITEMS.values() if one["code"] == item)
    return {
        "county": COUNTY,
        "hall": HALL.code,
        "item": item,
        "item_version": body["version"],
        "item_name": body["name"],
        "citizen": account["id"],
        "applicant_kind": account["kind"],
        "applicant_number": account["number"],
        "applicant_name": account["name"],
        "applicant_mobile": account["mobile"],
        "place": "online",
        "begun_at_place": "online",
        "begun_at": at,
        "changed_at": at,
        "version": 1,
    }


def _steps(row: Row) -> list[Row]:
    """How a pre-application came into its state."""
    at = datetime.fromisoformat(row["submitted_at"])
    states = ["submitted"]
    if row["state"] == "claimed":
        states.append("checked")
    if row["state"] != "submitted":
        states.append(row["state"])
    return [
        {
            "county": row["county"],
            "preapplication": row["id"],
            "position": position,
            "at": stamp(at + timedelta(hours=9 * position)),
            "state": state,
            "note": row["note"] if state == row["state"] else "",
        }
        for position, state in enumerate(states)
    ]


def _points(row: Row) -> Row:
    return {
        "county": row["county"],
        "preapplication": row["id"],
        "position": 0,
        "points": json.dumps([{"material": "", "what": row["note"]}], ensure_ascii=False),
    }


def _letters(
    invention: Invention, numbers: random.Random, accounts: list[Row]
) -> tuple[list[Row], list[Row]]:
    """The inbox of the hall: new, assigned, answered, reopened, late, anonymous."""
    calendar = shipped_calendar()
    answerer = next(one["id"] for one in invention.rows[operators] if one["username"] == "head")
    rows: list[Row] = []
    turns: list[Row] = []
    for place, one in enumerate(LETTERS):
        at = _moment(invention.today, one.days_ago, 9 + place % 8)
        writer = None if one.anonymous else accounts[place % len(accounts)]
        body = BODIES[one.body] if one.body else None
        answered = at + timedelta(days=1, hours=3) if one.answer else None
        identifier = _identifier(numbers)
        rows.append(
            {
                "county": COUNTY,
                "id": identifier,
                "hall": HALL.code,
                "kind": one.kind,
                "citizen": writer["id"] if writer else None,
                "code_hash": None if writer else code_hash(new_code()),
                "name": writer["name"] if writer else "",
                "mobile": writer["mobile"] if writer else "",
                "title": one.title,
                "item": ITEMS[one.item]["code"] if one.item else None,
                "case_number": None,
                "body_name": body.name if body else None,
                "body_code": body.code if body else None,
                "state": "answered" if answered else "assigned" if body else "received",
                "received_at": stamp(at),
                "term_days": DAYS[one.kind],
                **due(at, DAYS[one.kind], calendar),
                "answered_at": stamp(answered) if answered else None,
                "seen_at": None,
                "reopened_at": None,
                "overdue_at": None,
                "version": 1,
            }
        )
        said: list[tuple[datetime, str, str, str]] = [(at, "ask", one.text, "")]
        if body:
            said.append((at + timedelta(hours=1), "assign", "", answerer))
        if answered:
            said.append((answered, "answer", one.answer, answerer))
        turns += [
            {
                "county": COUNTY,
                "letter": identifier,
                "position": position,
                "at": stamp(moment),
                "act": act,
                "text": text,
                "body_name": body.name if body and act != "ask" else "",
                "operator": operator,
            }
            for position, (moment, act, text, operator) in enumerate(said)
        ]
    return rows, turns


def _published(invention: Invention, numbers: random.Random, written: list[Row]) -> list[Row]:
    """Answers that were published, in words of their own."""
    publisher = next(one["id"] for one in invention.rows[operators] if one["username"] == "head")
    source: dict[str, Any] = next(one for one in written if one["state"] == "answered")
    return [
        {
            "county": COUNTY,
            "id": _identifier(numbers),
            "hall": HALL.code,
            "item": ITEMS[item]["code"],
            "question": question,
            "answer": answer,
            "letter": source["id"],
            "published_at": stamp(_moment(invention.today, 5 + place, 15)),
            "published_by": publisher,
            "withdrawn_at": None,
        }
        for place, (item, question, answer) in enumerate(PUBLISHED)
    ]
