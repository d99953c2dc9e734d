"""Drafts (草稿) in the store: begun, saved, handed from hand to hand, handed in.

Whoever has a draft is one party at a time: the citizen's account online, a window, or nobody while
it is handed over by a code.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from hall_platform.access import of_county
from hall_platform.acts import Delivery
from hall_platform.business.tables import uploads as kept_uploads
from hall_platform.clock import stamp
from hall_platform.etags import check_match, tag
from hall_platform.identity.tables import halls
from hall_platform.portal import codes, offers
from hall_platform.portal.offers import Offer
from hall_platform.portal.people import Applicant, Person
from hall_platform.portal.shapes import FileListed
from hall_platform.portal.tables import drafts
from hall_platform.problems import Problem

CODE_LASTS = timedelta(days=7)
MOST_OPEN = 50  # of one account

ONLINE, HANDED, AT_WINDOW = "online", "hand_over", "window"


def own(connection: Connection, who: Person) -> list[dict[str, Any]]:
    """The account's open drafts, newest first."""
    rows = connection.execute(
        _wanted()
        .where(drafts.c.citizen == who.citizen)
        .where(drafts.c.state == "open")
        .order_by(drafts.c.changed_at.desc(), drafts.c.id)
    )
    return [shown(row, who) for row in rows]


def one(connection: Connection, who: Person, identifier: str) -> dict[str, Any]:
    """One draft of the account, also one handed in. Problem("not-found")."""
    row = connection.execute(
        _wanted().where(drafts.c.id == identifier).where(drafts.c.citizen == who.citizen)
    ).one_or_none()
    if row is None:
        raise Problem("not-found")
    return shown(row, who)


def begin(
    connection: Connection,
    delivery: Delivery,
    offered: Offer,
    applicant: Applicant,
    *,
    citizen: str | None,
    form: dict[str, Any],
    files: Sequence[FileListed],
    place: str,
    begun_at: str,
    window: str | None = None,
) -> str:
    """A new draft; returns its id. Problems: material-unknown, upload-unknown, too-many-drafts."""
    if citizen is not None:
        not_too_many(connection, citizen)
    now, identifier = stamp(delivery.received_at), str(uuid.uuid4())
    connection.execute(
        insert(drafts).values(
            county=offered.county,
            id=identifier,
            hall=offered.hall.code,
            item=offered.item["code"],
            item_version=offered.item["version"],
            item_name=offered.item["name"],
            citizen=citizen,
            applicant_kind=applicant.kind,
            applicant_number=applicant.number,
            applicant_name=applicant.name,
            applicant_mobile=applicant.mobile,
            authorisation=applicant.authorisation,
            form=json.dumps(form, ensure_ascii=False),
            uploads=_files(connection, offered.county, offered.item, files, frozenset()),
            state="open",
            place=place,
            begun_at_place=begun_at,
            begun_at=now,
            changed_at=now,
            window=window,
            version=1,
        )
    )
    return identifier


def not_too_many(connection: Connection, citizen: str) -> None:
    """Room for one more in the account. Problem("too-many-drafts")."""
    count = connection.execute(
        select(func.count())
        .select_from(drafts)
        .where(drafts.c.citizen == citizen)
        .where(drafts.c.state == "open")
    ).scalar_one()
    if count >= MOST_OPEN:
        raise Problem("too-many-drafts", most=MOST_OPEN)


def _listed_already(row: Row[Any]) -> frozenset[str]:
    return frozenset(one["sha256"] for one in json.loads(row.uploads))


def _files(
    connection: Connection,
    county: str,
    item: dict[str, Any],
    files: Sequence[FileListed],
    already: frozenset[str],
) -> str:
    """The files as they are kept, all of them uploaded in that county or listed already."""
    wanted = {one.sha256 for one in files} - already
    there = set(
        connection.execute(
            select(kept_uploads.c.sha256)
            .where(kept_uploads.c.county == county)
            .where(kept_uploads.c.sha256.in_(sorted(wanted)))
        ).scalars()
    )
    if wanted - there:
        raise Problem("upload-unknown", uploads=sorted(wanted - there))
    return json.dumps(offers.listed(item, files), ensure_ascii=False)


def held_by(connection: Connection, delivery: Delivery, who: Person) -> Row[Any]:
    """The account's draft, open and online, held for this transaction; the act's If-Match fits.

    Problems: not-found, draft-done, draft-elsewhere, changed-meanwhile.
    """
    row = _held(connection, delivery)
    if row is None or row.citizen != who.citizen:
        raise Problem("not-found")
    _check_here(row, ONLINE)
    check_match(delivery.if_match, tag(row.id, row.version))
    return row


def held_at(connection: Connection, delivery: Delivery, window: str) -> Row[Any]:
    """The draft this window has, held; the act's If-Match fits. Problems as of `held_by`."""
    row = _held(connection, delivery)
    if row is None or row.hall != delivery.caller.hall:
        raise Problem("not-found")
    _check_here(row, AT_WINDOW)
    if row.window != window:
        raise Problem("draft-elsewhere")
    check_match(delivery.if_match, tag(row.id, row.version))
    return row


def handed(connection: Connection, delivery: Delivery, code: str) -> Row[Any]:
    """The draft that was given out of hand under that code, held. Problem("code-unknown")."""
    row = _held(connection, delivery)
    if row is None or not fits(row, code, stamp(delivery.received_at)):
        raise Problem("code-unknown")
    return row


def fits(row: Row[Any], code: str, now: str) -> bool:
    """Whether the code opens this draft now."""
    return bool(
        row.state == "open"
        and row.place == HANDED
        and row.code_hash == codes.code_hash(code)
        and row.code_until > now
    )


def by_code(connection: Connection, county: str, code: str, now: str) -> Row[Any] | None:
    """The draft that waits for whoever brings this code in that county."""
    row = connection.execute(
        _wanted()
        .where(drafts.c.county == county)
        .where(drafts.c.code_hash == codes.code_hash(code))
    ).one_or_none()
    return row if row is not None and fits(row, code, now) else None


def _held(connection: Connection, delivery: Delivery) -> Row[Any] | None:
    return connection.execute(
        _wanted()
        .where(of_county(delivery.caller, drafts.c.county))
        .where(drafts.c.id == delivery.subject)
        .with_for_update(of=drafts)
    ).one_or_none()


def _check_here(row: Row[Any], place: str) -> None:
    if row.state != "open":
        raise Problem("draft-done", state=row.state)
    if row.place != place:
        raise Problem("draft-elsewhere", place=row.place)


def fill(
    connection: Connection,
    delivery: Delivery,
    row: Row[Any],
    form: dict[str, Any],
    files: Sequence[FileListed],
) -> None:
    """What it holds from now on, by the item as it is today.

    Problems: item-unknown, hall-does-not-take-it, material-unknown, upload-unknown.
    """
    offered = offers.offer(connection, row.item, row.hall)
    change(
        connection,
        delivery,
        row,
        form=json.dumps(form, ensure_ascii=False),
        uploads=_files(connection, row.county, offered.item, files, _listed_already(row)),
        item_version=offered.item["version"],
        item_name=offered.item["name"],
    )


def hand_over(connection: Connection, delivery: Delivery, row: Row[Any]) -> str:
    """Out of one's hands; returns the code, which is told once."""
    code = codes.new_code()
    change(
        connection,
        delivery,
        row,
        place=HANDED,
        window=None,
        code_hash=codes.code_hash(code),
        code_until=stamp(delivery.received_at + CODE_LASTS),
    )
    return code


def take(connection: Connection, delivery: Delivery, row: Row[Any], **values: Any) -> None:
    """Into one's hands; the code is worth nothing from then on."""
    change(connection, delivery, row, code_hash=None, code_until=None, **values)


def change(connection: Connection, delivery: Delivery, row: Row[Any], **values: Any) -> None:
    """Write what changed."""
    connection.execute(
        update(drafts)
        .where(drafts.c.county == row.county)
        .where(drafts.c.id == row.id)
        .values(changed_at=stamp(delivery.received_at), version=drafts.c.version + 1, **values)
    )


def again(connection: Connection, county: str, identifier: str) -> Row[Any]:
    """The draft as it is now."""
    return connection.execute(
        _wanted().where(drafts.c.county == county).where(drafts.c.id == identifier)
    ).one()


def _wanted() -> Any:
    return select(drafts, halls.c.name.label("hall_name")).join(
        halls, halls.c.code == drafts.c.hall
    )


def found(row: Row[Any]) -> dict[str, Any]:
    """What is told of a draft to who brings its code, before it is taken."""
    return {
        "id": row.id,
        "county": row.county,
        "hall": row.hall,
        "item": row.item,
        "item_name": row.item_name,
        "begun_at_place": row.begun_at_place,
        "code_until": row.code_until,
        "etag": tag(row.id, row.version),
    }


def shown(row: Row[Any], who: Person | None = None) -> dict[str, Any]:
    """A draft in the contract's shape."""
    return {
        "id": row.id,
        "county": row.county,
        "hall": row.hall,
        "hall_name": row.hall_name,
        "item": row.item,
        "item_version": row.item_version,
        "item_name": row.item_name,
        "applicant": {
            "kind": row.applicant_kind,
            "name": row.applicant_name,
            "number": row.applicant_number,
            "mobile": row.applicant_mobile,
        },
        "own": who is not None and row.applicant_number == who.number,
        "form": json.loads(row.form),
        "uploads": json.loads(row.uploads),
        "state": row.state,
        "place": row.place,
        "begun_at_place": row.begun_at_place,
        "begun_at": row.begun_at,
        "changed_at": row.changed_at,
        "code_until": row.code_until,
        "etag": tag(row.id, row.version),
    }
