"""What a citizen does with an application: begins, fills in, hands in, corrects, takes back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from hall_platform.acts import Delivery
from hall_platform.portal import drafts, handing_in, offers, own, people
from hall_platform.portal.own_shapes import CorrectPreapplication, WithdrawPreapplication
from hall_platform.portal.people import Person
from hall_platform.portal.shapes import (
    BeginDraft,
    DiscardDraft,
    HandOverDraft,
    SaveDraft,
    SubmitDraft,
    TakeDraft,
)
from hall_platform.problems import Problem


def begin(connection: Connection, act: BeginDraft, delivery: Delivery) -> dict[str, Any]:
    """A draft at the hall chosen, for oneself or for whom one may act.

    Problems: account-unknown, item-unknown, hall-does-not-take-it, not-authorised,
    material-unknown, upload-unknown, too-many-drafts.
    """
    who = people.person(connection, delivery.caller)
    offered = offers.offer(connection, act.item, act.hall)
    wanted = (act.applicant.kind, act.applicant.number) if act.applicant else None
    applicant = people.applicant(connection, who, delivery.context, wanted=wanted, item=act.item)
    identifier = drafts.begin(
        connection,
        delivery,
        offered,
        applicant,
        citizen=who.citizen,
        form=act.form,
        files=act.uploads,
        place=drafts.ONLINE,
        begun_at=drafts.ONLINE,
    )
    return handled(connection, offered.county, identifier, who)


def save(connection: Connection, act: SaveDraft, delivery: Delivery) -> dict[str, Any]:
    """What it holds from now on, by the item as it is today; nothing has to be complete yet.

    Problems: account-unknown, not-found, draft-done, draft-elsewhere, changed-meanwhile,
    item-unknown, hall-does-not-take-it, material-unknown, upload-unknown.
    """
    who = people.person(connection, delivery.caller)
    row = drafts.held_by(connection, delivery, who)
    drafts.fill(connection, delivery, row, act.form, act.uploads)
    return handled(connection, row.county, row.id, who)


def discard(connection: Connection, act: DiscardDraft, delivery: Delivery) -> dict[str, Any]:
    """Given up: what was filled in is gone at once.

    Problems: account-unknown, not-found, draft-done, draft-elsewhere, changed-meanwhile.
    """
    del act
    who = people.person(connection, delivery.caller)
    row = drafts.held_by(connection, delivery, who)
    drafts.change(connection, delivery, row, state="discarded", form="{}", uploads="[]")
    return handled(connection, row.county, row.id, who)


def submit(connection: Connection, act: SubmitDraft, delivery: Delivery) -> dict[str, Any]:
    """Handed in; the answer says with which code, and what the window will still ask for.

    Problems: account-unknown, not-found, draft-done, draft-elsewhere, changed-meanwhile,
    not-authorised, item-changed, form-invalid.
    """
    who = people.person(connection, delivery.caller)
    row = drafts.held_by(connection, delivery, who)
    _still_may(connection, who, row, delivery)
    became = handing_in.hand_in(connection, delivery, row, mobile=act.mobile, window=None)
    return handled(connection, row.county, row.id, who) | became


def _still_may(connection: Connection, who: Person, row: Any, delivery: Delivery) -> None:
    """An authorisation may have been taken back since. Problem("not-authorised")."""
    wanted = (row.applicant_kind, row.applicant_number)
    people.applicant(connection, who, delivery.context, wanted=wanted, item=row.item)


def hand_over(connection: Connection, act: HandOverDraft, delivery: Delivery) -> dict[str, Any]:
    """Out of the account's hands, for a window (转窗口办) or for another account to go on with.

    The code is told once, here. Problems: account-unknown, not-found, draft-done,
    draft-elsewhere, changed-meanwhile.
    """
    del act
    who = people.person(connection, delivery.caller)
    row = drafts.held_by(connection, delivery, who)
    code = drafts.hand_over(connection, delivery, row)
    return handled(connection, row.county, row.id, who) | {"code": code}


def take(connection: Connection, act: TakeDraft, delivery: Delivery) -> dict[str, Any]:
    """A draft begun at a window, at a kiosk or by somebody else goes on in this account.

    Only who applies or may act for the applicant can take it. Problems: account-unknown,
    code-unknown, too-many-drafts.
    """
    who = people.person(connection, delivery.caller)
    row = drafts.handed(connection, delivery, act.code)
    wanted = (row.applicant_kind, row.applicant_number)
    try:
        applicant = people.applicant(
            connection, who, delivery.context, wanted=wanted, item=row.item
        )
    except Problem:
        raise Problem("code-unknown") from None  # a code says nothing to whom it is not for
    drafts.not_too_many(connection, who.citizen)
    drafts.take(
        connection,
        delivery,
        row,
        place=drafts.ONLINE,
        citizen=who.citizen,
        authorisation=applicant.authorisation,
    )
    return handled(connection, row.county, row.id, who)


def correct(
    connection: Connection, act: CorrectPreapplication, delivery: Delivery
) -> dict[str, Any]:
    """Corrected online as the window asked; it is looked through again.

    Problems: account-unknown, not-found, preapplication-busy, preapplication-settled,
    changed-meanwhile, item-unknown, hall-does-not-take-it, material-unknown, upload-unknown,
    form-invalid.
    """
    who = people.person(connection, delivery.caller)
    row = handing_in.correct(connection, delivery, who.citizen, form=act.form, files=act.uploads)
    return own.preapplication(connection, who, delivery.context, row.id)


def withdraw(
    connection: Connection, act: WithdrawPreapplication, delivery: Delivery
) -> dict[str, Any]:
    """Taken back before a window works on it.

    Problems: account-unknown, not-found, preapplication-busy, preapplication-settled,
    changed-meanwhile.
    """
    who = people.person(connection, delivery.caller)
    row = handing_in.withdraw(connection, delivery, who.citizen, act.reason)
    return own.preapplication(connection, who, delivery.context, row.id)


def handled(
    connection: Connection, county: str, identifier: str, who: Person | None
) -> dict[str, Any]:
    """The draft after an act, in the shape of the answer."""
    shown = drafts.shown(drafts.again(connection, county, identifier), who)
    return {
        "draft": shown,
        "code": None,
        "preapplication": None,
        "preapplication_code": None,
        "to_bring": [],
        "etag": shown["etag"],
    }
