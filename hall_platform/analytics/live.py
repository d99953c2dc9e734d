"""A hall as it is now: the queue, the windows, and the day so far."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from hall_platform.access import Caller
from hall_platform.analytics import figures, measures, periodic, questions
from hall_platform.analytics.histograms import Sum
from hall_platform.analytics.measures import Measure
from hall_platform.analytics.periods import Period
from hall_platform.analytics.questions import Question
from hall_platform.analytics.tables import figure_rows
from hall_platform.analytics.territory import Scope, scope_of
from hall_platform.clock import day_of, stamp
from hall_platform.hall import arrangement
from hall_platform.hall import queries as hall_queries
from hall_platform.hall.tables import in_hand, tickets

QUARTER = 15
WEEKS = 4

_COURSE = {"taken": measures.TAKEN, "called": measures.WAIT, "finished": measures.SERVICE}


def now_in(connection: Connection, caller: Caller, now: datetime) -> dict[str, Any]:
    """The live page of the caller's hall."""
    scope = scope_of(connection, caller, None)
    today = Period(day_of(now), day_of(now))
    titles = periodic.service_titles(connection, scope)
    whole = Question(scope, today)
    by_service = questions.answer(connection, Question(scope, today, "service"))
    return {
        "at": stamp(now),
        "day": today.texts[0],
        "hall": scope.halls[0].code,
        "name": scope.halls[0].name,
        "queue": hall_queries.queue_now(connection, caller, now),
        "windows": _windows(connection, caller, scope, today),
        "course": _course(connection, caller, today.texts[0]),
        "forecast": _forecast(connection, scope, now),
        "today": periodic.part(
            whole, "", "今天", questions.answer(connection, whole).get("", Sum())
        ),
        "services": [
            periodic.part(whole, label, titles.get(label, label), one)
            for label, one in by_service.items()
        ],
        "definitions": periodic.definitions("queue"),
    }


def _forecast(connection: Connection, scope: Scope, now: datetime) -> dict[str, Any]:
    """How many come in the next hour, as on the same days of the weeks before."""
    hour = (now + timedelta(hours=1)).hour
    weeks = [day_of(now) - timedelta(weeks=back) for back in range(1, WEEKS + 1)]
    came = []
    for day in weeks:
        by_hour = questions.answer(connection, Question(scope, Period(day, day), "hour"))
        if by_hour:  # the hall was open
            found = by_hour.get(f"{hour:02d}", Sum())
            came.append(found.distribution(measures.TAKEN).count)
    return {
        "hour": hour,
        "arrivals": round(sum(came) / len(came), 1) if came else None,
        "days": len(came),
        "formula": f"此前 {WEEKS} 周同一星期几（有人取号的日子）该小时进入队列次数的平均值。",
        "formula_in_english": (
            f"Mean of how often somebody joined a queue in that hour on the same weekday of the "
            f"{WEEKS} weeks before, of the days on which numbers were taken."
        ),
    }


def _windows(
    connection: Connection, caller: Caller, scope: Scope, today: Period
) -> list[dict[str, Any]]:
    """Every window, what it is doing, and what it has done today."""
    called = _in_hand_since(connection, caller)
    done = questions.answer(connection, Question(scope, today, "window"))
    found = []
    for row in arrangement.windows_of(connection, caller.county, caller.hall):
        mine = figures.reckoned(done.get(row["window"], Sum()), "queue")
        kept = ("window", "name", "active", "state", "reason", "operator_name", "since", "services")
        found.append(
            {name: row[name] for name in kept}
            | {
                "in_hand": row["in_hand"],
                "in_hand_since": called.get(row["window"], ""),
                "finished": mine["tickets_finished"],
                "service_mean": mine["service_mean"],
            }
        )
    return found


def _in_hand_since(connection: Connection, caller: Caller) -> dict[str, str]:
    """When what each window has in hand was called."""
    rows = connection.execute(
        select(in_hand.c.window, tickets.c.called_at)
        .join(tickets, (tickets.c.county == in_hand.c.county) & (tickets.c.id == in_hand.c.ticket))
        .where(in_hand.c.county == caller.county)
        .where(in_hand.c.hall == caller.hall)
    )
    return {row.window: row.called_at or "" for row in rows}


def _course(connection: Connection, caller: Caller, day: str) -> list[dict[str, Any]]:
    """Arrivals, calls and finishes by quarter hour, from the first to the last there is."""
    counts = {name: _quarters(connection, caller, day, one) for name, one in _COURSE.items()}
    known = [quarter for one in counts.values() for quarter in one]
    if not known:
        return []
    return [
        {
            "begins": f"{quarter * QUARTER // 60:02d}:{quarter * QUARTER % 60:02d}",
            **{name: one[quarter] for name, one in counts.items()},
        }
        for quarter in range(min(known), max(known) + 1)
    ]


def _quarters(connection: Connection, caller: Caller, day: str, measure: Measure) -> Counter[int]:
    # A stamp is RFC 3339 at +08:00, so that hour and minute stand at their places.
    minute = func.substr(figure_rows.c.at, 12, 5)
    rows = connection.execute(
        select(minute.label("minute"), func.count().label("number"))
        .where(figure_rows.c.county == caller.county)
        .where(figure_rows.c.hall == caller.hall)
        .where(figure_rows.c.measure == measure.number)
        .where(figure_rows.c.day == day)
        .group_by(minute)
    )
    found: Counter[int] = Counter()
    for row in rows:
        found[(int(row.minute[:2]) * 60 + int(row.minute[3:])) // QUARTER] += row.number
    return found
