"""Due days: counted by the calendar that the platform itself gives out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from hall_platform.business import clocks
from hall_platform.business.regimes import REGIMES
from hall_platform.calendar import WorkingCalendar, calendar_from, shipped_calendar
from hall_platform.conformance.cases import now, received, today
from hall_platform.conformance.contract import NotAsked, due
from hall_platform.conformance.running import Asked, check
from hall_platform.roles import CLERK

_ONE_DAY = timedelta(days=1)
_BACK = 120  # days in which a day before days off and a worked week-end day are looked for


@check("The days off and the worked week-ends of a year are those that were announced")
def announced_days(asked: Asked) -> None:
    """The calendar, where this program knows the same year."""
    theirs = _calendar(asked).published["years"]
    ours = shipped_calendar().published["years"]
    known = sorted(theirs.keys() & ours.keys())
    if not known:
        raise NotAsked(f"a calendar of one of the years {', '.join(sorted(ours))}")
    for year in known:
        for kind in ("off", "work"):
            differ = sorted(set(theirs[year][kind]) ^ set(ours[year][kind]))
            due(not differ, f"{year}, {kind}: {', '.join(differ)}")


@check("Due days are counted from the day after, by the platform's own calendar", full=True)
def due_days(asked: Asked) -> None:
    """Accepted today, before days off and on a worked week-end day; clock A of one received now."""
    calendar, on = _calendar(asked), date.fromisoformat(today(asked))
    item = asked.acceptable_item()
    promised = 0 if item["case_type"] == "immediate" else item["promised_days"]
    limits = {"promised": promised, "legal": max(item["legal_days"], promised)}
    for day in _days(calendar, on):
        at = now(asked) if day == on else f"{day.isoformat()}T10:00:00+08:00"
        told = _told(asked, Asked.accept(asked, accepted_at=at)["receipt"]["case"])
        for kind, days in limits.items():
            wanted = clocks.due(calendar, day, days, item["day_kind"])
            _same(told[kind], wanted, f"{kind} of {days} {item['day_kind']} days from {day}")
    case = received(asked, item)
    acceptance = {one["kind"]: one for one in case.law(asked.party(CLERK))["due"]}.get("acceptance")
    days_a = REGIMES[item["regime"]].acceptance_days
    due((acceptance is None) == (days_a is None), f"clock A of {days_a} days told as {acceptance}")
    if days_a is not None:
        _same(acceptance, clocks.due(calendar, on, days_a, "working"), f"clock A from {on}")


def _same(told: Any, wanted: clocks.Due, what: str) -> None:
    assert wanted.on is not None  # nothing stands still
    seen = (told["on"], told["provisional"])
    due(
        seen == (wanted.on.isoformat(), wanted.provisional),
        f"{what}: {seen[0]}{' (provisional)' if seen[1] else ''}, where {wanted.on} is due",
    )


def _told(asked: Asked, case: str) -> dict[str, Any]:
    answer = asked.party(CLERK).ask("GET", f"/v1/cases/{case}/allowed-acts")
    return {one["kind"]: one for one in answer.json()["due"]}


def _calendar(asked: Asked) -> WorkingCalendar:
    answer = asked.party(CLERK).ask("GET", "/v1/calendar")
    due(answer.status_code == 200, f"GET /v1/calendar answered {answer.status_code}")
    return calendar_from(answer.json())


def _days(calendar: WorkingCalendar, on: date) -> Iterator[date]:
    """Today, the last day before days off in the week, the last worked week-end day."""
    yield on
    past = [on - back * _ONE_DAY for back in range(1, _BACK)]
    for day in past:
        after = day + _ONE_DAY
        if calendar.is_working_day(day) and after in calendar.off and after.weekday() < 5:
            yield day
            break
    yield from [day for day in past if day in calendar.work][:1]
