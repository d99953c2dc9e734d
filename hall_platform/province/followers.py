"""What happens in halls and to cases becomes a letter to the province, in the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, func, select

from hall_platform.business.tables import case_events
from hall_platform.clock import stamp
from hall_platform.events.following import Follower, Happening
from hall_platform.province.tables import province_letters
from hall_platform.statements import put

# Kinds of events that are a status of the case, and those that are a step of its handling.
STATUSES = (
    "case-received",
    "case-accepted",
    "case-acceptance-refused",
    "case-withdrawn",
    "case-terminated",
    "case-closed",
)
STEPS = (
    "case-corrections-notified",
    "case-corrected",
    "case-suspended",
    "case-resumed",
    "case-extended",
    "case-reviewed",
    "case-decided",
    "case-delivered",
)

_NEWEST_STEP = (
    select(func.max(case_events.c.position))
    .where(case_events.c.county == bindparam("of"))
    .where(case_events.c.case_id == bindparam("case"))
)
_LAST_LETTER = (
    select(func.coalesce(func.max(province_letters.c.position), 0))
    .where(province_letters.c.county == bindparam("of"))
    .where(province_letters.c.case_id == bindparam("case"))
)
_RATING_LETTER = (
    select(province_letters.c.state)
    .where(province_letters.c.county == bindparam("of"))
    .where(province_letters.c.case_id == bindparam("case"))
    .where(province_letters.c.kind == "rating")
    .where(province_letters.c.subject == bindparam("record"))
)


def follow_case(connection: Connection, happening: Happening) -> None:
    """A status or a step of a case."""
    kind = "case" if happening.kind in STATUSES else "step"
    wanted = {"of": happening.county, "case": happening.subject}
    newest = connection.execute(_NEWEST_STEP, wanted).scalar_one()
    _write(connection, happening, kind, happening.subject, newest)


def follow_rating(connection: Connection, happening: Happening) -> None:
    """A rating, where it is of a case: the interface knows ratings by the case's number."""
    case = str(happening.body.get("case") or "")
    if case:
        _write(connection, happening, "rating", case, None)


def follow_review(connection: Connection, happening: Happening) -> None:
    """A rating that was struck is taken back, unless the province was never to have it."""
    case = str(happening.body.get("case") or "")
    if not case or happening.body.get("standing") != "struck":
        return
    wanted = {"of": happening.county, "case": case, "record": happening.subject}
    state = connection.execute(_RATING_LETTER, wanted).scalar_one_or_none()
    if state not in (None, "set_aside"):
        _write(connection, happening, "strike", case, None)


def _write(
    connection: Connection, happening: Happening, kind: str, case: str, case_event: int | None
) -> None:
    wanted = {"of": happening.county, "case": case}
    last = connection.execute(_LAST_LETTER, wanted).scalar_one()
    at = stamp(happening.at)
    put(
        connection,
        province_letters,
        county=happening.county,
        id=str(uuid.uuid4()),
        case_id=case,
        position=last + 1,
        kind=kind,
        event=happening.kind,
        subject=happening.subject,
        case_event=case_event,
        happened_at=at,
        state="waiting",
        attempts=0,
        next_at=at,
        reason="",
        fields="[]",
        note="",
        version=1,
    )


FOLLOWERS: Mapping[str, Follower] = {
    **dict.fromkeys((*STATUSES, *STEPS), follow_case),
    "rating-given": follow_rating,
    "rating-reviewed": follow_review,
}
