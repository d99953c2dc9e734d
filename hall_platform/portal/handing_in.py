"""A draft handed in becomes a pre-application (网上申请), which goes on at a window of its county.

Its states are the window's: submitted, checked (预审通过), to_correct (待补正), claimed (已调取),
accepted (已受理), withdrawn (已撤回).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from hall_platform.acts import Delivery
from hall_platform.business.tables import preapplications
from hall_platform.catalogue import queries as catalogue
from hall_platform.clock import day_of, stamp
from hall_platform.etags import check_match, tag
from hall_platform.events.log import emit
from hall_platform.portal import codes, drafts, offers
from hall_platform.portal.shapes import FileListed
from hall_platform.portal.tables import drafts as draft_table
from hall_platform.problems import Problem

_CHANCE = 6  # symbols of a pre-application's code after its day


def hand_in(
    connection: Connection, delivery: Delivery, row: Row[Any], *, mobile: str, window: str | None
) -> dict[str, Any]:
    """The draft as a pre-application, submitted, or claimed by the window that hands it in.

    Problems: item-changed, form-invalid.
    """
    item = _item_as_filled(connection, row)
    form, uploads = json.loads(row.form), json.loads(row.uploads)
    offers.check_form(item, form)
    code = _new_code(connection, row.county, delivery.received_at)
    at = stamp(delivery.received_at)
    state = "submitted" if window is None else "claimed"
    connection.execute(
        insert(preapplications).values(
            county=row.county,
            id=row.id,
            code=code,
            item=row.item,
            item_name=item["name"],
            submitted_at=at,
            state=state,
            state_before_claim=None if window is None else "submitted",
            note="",
            applicant_kind=row.applicant_kind,
            applicant_number=row.applicant_number,
            applicant_name=row.applicant_name,
            applicant_mobile=mobile or row.applicant_mobile,
            form_complete=True,
            uploads=row.uploads,
            claimed_hall=None if window is None else delivery.caller.hall,
            claimed_window=window,
            claimed_at=None if window is None else at,
            version=1,
        )
    )
    drafts.take(
        connection,
        delivery,
        row,
        state="submitted",
        place=drafts.ONLINE,
        window=None,
        submitted_at=at,
        applicant_mobile=mobile or row.applicant_mobile,
    )
    tell(connection, delivery, row, row.hall, state)
    return {
        "preapplication": row.id,
        "preapplication_code": code,
        "to_bring": offers.to_bring(item, uploads, form),
    }


def _item_as_filled(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    """The item, still in the version the draft was filled in by. Problem("item-changed")."""
    item = catalogue.item(connection, row.item, None)
    if item is None or item["version"] != row.item_version:
        raise Problem("item-changed", version=item["version"] if item else None)
    return item


def _new_code(connection: Connection, county: str, at: datetime) -> str:
    """A code nobody in the county has."""
    while True:
        code = f"YS{day_of(at):%Y%m%d}{codes.ending(_CHANCE)}"
        taken = connection.execute(
            select(preapplications.c.id)
            .where(preapplications.c.county == county)
            .where(preapplications.c.code == code)
        ).first()
        if taken is None:
            return code


def own_to_change(
    connection: Connection, delivery: Delivery, citizen: str, states: frozenset[str]
) -> tuple[Row[Any], Row[Any]]:
    """The account's pre-application and its draft, held; the act's If-Match fits.

    Problems: not-found, preapplication-busy, preapplication-settled, changed-meanwhile.
    """
    draft = connection.execute(
        select(draft_table)
        .where(draft_table.c.county == delivery.caller.county)
        .where(draft_table.c.id == delivery.subject)
        .where(draft_table.c.citizen == citizen)
        .where(draft_table.c.state == "submitted")
        .with_for_update()
    ).one_or_none()
    if draft is None:
        raise Problem("not-found")
    row = connection.execute(
        select(preapplications)
        .where(preapplications.c.county == draft.county)
        .where(preapplications.c.id == draft.id)
        .with_for_update()
    ).one()
    if row.state == "claimed":
        raise Problem("preapplication-busy", window=row.claimed_window)
    if row.state not in states:
        raise Problem("preapplication-settled", state=row.state)
    check_match(delivery.if_match, tag(row.id, row.version))
    return row, draft


def correct(
    connection: Connection,
    delivery: Delivery,
    citizen: str,
    *,
    form: dict[str, Any],
    files: Sequence[FileListed],
) -> Row[Any]:
    """Corrected as it was asked (网上补正); it is looked through again.

    Problems: as of `own_to_change`, item-unknown, hall-does-not-take-it, material-unknown,
    upload-unknown, form-invalid.
    """
    row, draft = own_to_change(connection, delivery, citizen, frozenset({"to_correct"}))
    drafts.fill(connection, delivery, draft, form, files)
    filled = drafts.again(connection, draft.county, draft.id)
    item = _item_as_filled(connection, filled)
    offers.check_form(item, form)
    change(connection, row, state="submitted", note="", uploads=filled.uploads, form_complete=True)
    tell(connection, delivery, row, draft.hall, "submitted")
    return row


def withdraw(connection: Connection, delivery: Delivery, citizen: str, reason: str) -> Row[Any]:
    """Taken back before a window has it. Problems: as of `own_to_change`."""
    may = frozenset({"submitted", "checked", "to_correct"})
    row, draft = own_to_change(connection, delivery, citizen, may)
    change(connection, row, state="withdrawn", note=reason)
    tell(connection, delivery, row, draft.hall, "withdrawn")
    return row


def change(connection: Connection, row: Row[Any], **values: Any) -> None:
    """Write what changed of a pre-application."""
    connection.execute(
        update(preapplications)
        .where(preapplications.c.county == row.county)
        .where(preapplications.c.id == row.id)
        .values(version=row.version + 1, **values)
    )


def tell(connection: Connection, delivery: Delivery, row: Row[Any], hall: str, state: str) -> None:
    """Tell the hall of a pre-application's new state."""
    emit(
        connection,
        "preapplication-changed",
        at=delivery.received_at,
        county=row.county,
        hall=hall,
        subject=row.id,
        body={"preapplication": row.id, "state": state},
    )
