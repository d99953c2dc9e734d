"""Drafts at a hall: begun at a window or a kiosk, taken up from online, handed to the citizen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from hall_platform import data_use
from hall_platform.acts import Delivery
from hall_platform.portal import drafts, handing_in, offers
from hall_platform.portal.applying import handled
from hall_platform.portal.people import Applicant
from hall_platform.portal.shapes import (
    BeginDraftAtKiosk,
    BeginDraftAtWindow,
    HandOverDraftAtWindow,
    OnlineParty,
    SaveDraftAtWindow,
    SubmitDraftAtWindow,
    TakeDraftToWindow,
)
from hall_platform.shapes import Holder


def begin_at_window(
    connection: Connection, act: BeginDraftAtWindow, delivery: Delivery
) -> dict[str, Any]:
    """A draft for whoever stands at the window; the window has it.

    Problems: item-unknown, hall-does-not-take-it.
    """
    offered = offers.offer(connection, act.item, delivery.caller.hall)
    identifier = drafts.begin(
        connection,
        delivery,
        offered,
        _party(act.applicant),
        citizen=None,
        form=act.form,
        files=(),
        place=drafts.AT_WINDOW,
        begun_at="window",
        window=act.window,
    )
    return handled(connection, offered.county, identifier, None)


def begin_at_kiosk(
    connection: Connection, act: BeginDraftAtKiosk, delivery: Delivery
) -> dict[str, Any]:
    """A draft filled in at a kiosk with the card that was read: handed in, or kept for online.

    Problems: item-unknown, hall-does-not-take-it, form-invalid.
    """
    offered = offers.offer(connection, act.item, delivery.caller.hall)
    identifier = drafts.begin(
        connection,
        delivery,
        offered,
        _party(act.applicant),
        citizen=None,
        form=act.form,
        files=(),
        place=drafts.ONLINE,
        begun_at="kiosk",
    )
    row = drafts.again(connection, offered.county, identifier)
    if act.hand_in:
        became = handing_in.hand_in(connection, delivery, row, mobile="", window=None)
    else:
        became = {"code": drafts.hand_over(connection, delivery, row)}
    return handled(connection, offered.county, identifier, None) | became


def take_up(connection: Connection, act: TakeDraftToWindow, delivery: Delivery) -> dict[str, Any]:
    """Go on at this window with what was begun elsewhere; the look is on record.

    Problem("code-unknown").
    """
    row = drafts.handed(connection, delivery, act.code)
    _record(connection, delivery, row)
    drafts.take(
        connection,
        delivery,
        row,
        place=drafts.AT_WINDOW,
        hall=delivery.caller.hall,
        window=act.window,
    )
    return handled(connection, row.county, row.id, None)


def save(connection: Connection, act: SaveDraftAtWindow, delivery: Delivery) -> dict[str, Any]:
    """What the clerk has filled in with the applicant.

    Problems: not-found, draft-done, draft-elsewhere, changed-meanwhile, item-unknown,
    hall-does-not-take-it, material-unknown, upload-unknown.
    """
    row = drafts.held_at(connection, delivery, act.window)
    drafts.fill(connection, delivery, row, act.form, act.uploads)
    return handled(connection, row.county, row.id, None)


def hand_over(
    connection: Connection, act: HandOverDraftAtWindow, delivery: Delivery
) -> dict[str, Any]:
    """To the applicant, to be finished online; the code goes onto a slip of paper.

    Problems: not-found, draft-done, draft-elsewhere, changed-meanwhile.
    """
    row = drafts.held_at(connection, delivery, act.window)
    code = drafts.hand_over(connection, delivery, row)
    return handled(connection, row.county, row.id, None) | {"code": code}


def submit(connection: Connection, act: SubmitDraftAtWindow, delivery: Delivery) -> dict[str, Any]:
    """Handed in at the window, which has then claimed it and can accept it as a case.

    Problems: not-found, draft-done, draft-elsewhere, changed-meanwhile, item-changed,
    form-invalid.
    """
    row = drafts.held_at(connection, delivery, act.window)
    became = handing_in.hand_in(connection, delivery, row, mobile="", window=act.window)
    return handled(connection, row.county, row.id, None) | became


def _party(party: OnlineParty) -> Applicant:
    return Applicant(party.kind, party.number, party.name, party.mobile)


def _record(connection: Connection, delivery: Delivery, row: Row[Any]) -> None:
    data_use.record(
        connection,
        caller=delivery.caller,
        at=delivery.received_at,
        resource="draft",
        purpose="凭转交码在窗口继续办理",
        holder=Holder(kind=row.applicant_kind, number=row.applicant_number),
        answered=[row.id],
        item=row.item,
    )
