"""What is done to licences: issued, changed and revoked by their bodies, presented by holders."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from hall_platform.access import CITIZEN, CLERK, REVIEWER
from hall_platform.acts import Act, Delivery
from hall_platform.clock import day_of
from hall_platform.events.log import emit
from hall_platform.licences import issuing, ofd, presenting, queries
from hall_platform.licences.shapes import (
    CancelAct,
    ChangeAct,
    IssueAct,
    PresentAct,
    Presentation,
    PresentationState,
    RedeemAct,
    Redeemed,
    RevokeAct,
    Standing,
)
from hall_platform.licences.tables import licence_types
from hall_platform.problems import Problem, invalid


def issue(connection: Connection, act: IssueAct, delivery: Delivery) -> dict[str, Any]:
    """A licence of a type that the caller's body issues.

    Problems: not-the-issuer, licence-type-unknown, licence-file-wrong, licence-validity-wrong.
    """
    issuers = connection.execute(
        select(licence_types.c.issuers).where(licence_types.c.code == act.type_code)
    ).scalar_one_or_none()
    if issuers is None:
        raise Problem("licence-type-unknown")
    body = delivery.caller.body
    if act.issuer.code != body or body not in json.loads(issuers):
        raise Problem("not-the-issuer")
    begins, ends = _validity(act.valid_from, act.valid_to)
    identifier = issuing.issue(
        connection,
        type_code=act.type_code,
        issuer={"name": act.issuer.name, "code": act.issuer.code},
        holder_kind=act.holder.kind,
        holder_number=act.holder.number,
        holder_name=act.holder.name,
        valid_from=begins,
        valid_to=ends,
        content=act.content,
        at=delivery.received_at,
        number=act.number,
        file=_file(act.ofd),
    )
    return _told(connection, delivery, identifier, "issued")


def change(connection: Connection, act: ChangeAct, delivery: Delivery) -> dict[str, Any]:
    """The next version of a licence of the caller's body.

    Problems: licence-unknown, not-the-issuer, licence-not-in-force, licence-file-wrong,
    licence-validity-wrong, licence-versions-exhausted.
    """
    _own(connection, act.identifier, delivery)
    begins, ends = _validity(act.valid_from, act.valid_to)
    after = issuing.new_version(
        connection,
        act.identifier,
        valid_from=begins,
        valid_to=ends,
        content=act.content,
        at=delivery.received_at,
        reason=act.reason,
        file=_file(act.ofd),
    )
    return _told(connection, delivery, after, "changed", supersedes=act.identifier)


def revoke(connection: Connection, act: RevokeAct, delivery: Delivery) -> dict[str, Any]:
    """A licence of the caller's body is ended, with the reason on record.

    Problems: licence-unknown, not-the-issuer, licence-not-in-force.
    """
    _own(connection, act.identifier, delivery)
    issuing.revoke(connection, act.identifier, reason=act.reason, at=delivery.received_at)
    return _told(connection, delivery, act.identifier, "revoked")


def _own(connection: Connection, identifier: str, delivery: Delivery) -> None:
    row = _licence(connection, identifier)
    if row.issuer_code != delivery.caller.body:
        raise Problem("not-the-issuer")


def _licence(connection: Connection, identifier: str) -> Row[Any]:
    row = queries.by_identifier(connection, identifier)
    if row is None:
        raise Problem("licence-unknown")
    return row


def _validity(begins: str, ends: str | None) -> tuple[date, date | None]:
    first = _day(begins, "valid_from")
    last = _day(ends, "valid_to") if ends is not None else None
    if last is not None and last < first:
        raise Problem("licence-validity-wrong")
    return first, last


def _day(text: str, member: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(f"body.{member}", "not a date") from None


def _file(package: bytes | None) -> bytes | None:
    wrong = ofd.wrong(package) if package is not None else None
    if wrong is not None:
        raise Problem("licence-file-wrong", detail=wrong)
    return package


def _told(
    connection: Connection,
    delivery: Delivery,
    identifier: str,
    change: str,
    supersedes: str | None = None,
) -> dict[str, Any]:
    """The licence as it stands now; windows that have it on the screen hear of it."""
    row = _licence(connection, identifier)
    emit(
        connection,
        "licence-changed",
        at=delivery.received_at,
        county=delivery.caller.county,
        hall=delivery.caller.hall,
        subject=row.serial,
        body={"licence": supersedes or identifier, "change": change, "version": row.version},
    )
    return {
        "identifier": identifier,
        "version": row.version,
        "status": queries.status(row, day_of(delivery.received_at)),
        "supersedes": supersedes,
    }


_ISSUER = ("not-the-issuer", "licence-file-wrong", "licence-validity-wrong")

ACTS = (
    Act(
        name="issue-licence",
        path="/licences",
        summary="签发电子证照",
        shape=IssueAct,
        answer=Standing,
        roles=(REVIEWER,),
        perform=issue,
        problems=(*_ISSUER, "licence-type-unknown"),
        status=201,
    ),
    Act(
        name="change-licence",
        path="/licence-changes",
        summary="变更电子证照，签发新版本",
        shape=ChangeAct,
        answer=Standing,
        roles=(REVIEWER,),
        perform=change,
        problems=(
            *_ISSUER,
            "licence-unknown",
            "licence-not-in-force",
            "licence-versions-exhausted",
        ),
        status=201,
    ),
    Act(
        name="revoke-licence",
        path="/licence-revocations",
        summary="注销电子证照",
        shape=RevokeAct,
        answer=Standing,
        roles=(REVIEWER,),
        perform=revoke,
        problems=("not-the-issuer", "licence-unknown", "licence-not-in-force"),
    ),
    Act(
        name="present-licences",
        path="/presentations",
        summary="生成用证码",
        shape=PresentAct,
        answer=Presentation,
        roles=(CITIZEN,),
        perform=presenting.present,
        problems=("citizen-not-verified", "licence-not-own"),
        status=201,
    ),
    Act(
        name="cancel-presentation",
        path="/presentations/{presentation}/cancellation",
        summary="作废用证码",
        shape=CancelAct,
        answer=PresentationState,
        roles=(CITIZEN,),
        perform=presenting.cancel,
        problems=("not-found", "presentation-over"),
    ),
    Act(
        name="redeem-presentation",
        path="/presentation-redemptions",
        summary="窗口扫用证码调取证照",
        shape=RedeemAct,
        answer=Redeemed,
        roles=(CLERK,),
        perform=presenting.redeem,
        problems=("presentation-refused", "item-unknown", "not-found"),
    ),
)
