"""The tickets of days that are over, so that a hall's figures have a past to be seen beside.

People come as they do in a hall, most in the middle of the morning and again after lunch; a window
that is free calls who has waited longest for one of its services; some do not come when called.
Each step is told as the hall tells it, so that figures follow as they do of a real day.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from heapq import heapify, heappop, heappush
from typing import Any

from sqlalchemy import Connection

from hall_platform.calendar import shipped_calendar
from hall_platform.clock import HALL_ZONE
from hall_platform.events.log import emit
from hall_platform.seed_data.hall_services import SERVICES, WEEK, WINDOW_SERVICES, Offered
from hall_platform.seed_data.places import HALL

# How many come in an hour for a service, and how full each hour is beside that.
_AN_HOUR = {
    **{"market": 6, "health": 3, "insurance": 7, "civil": 3, "estate": 4, "city": 2},
    "advice": 5,
}
_FULLNESS = {9: 1.2, 10: 1.5, 11: 0.8, 13: 0.7, 14: 1.3, 15: 1.0, 16: 0.6}
_AT_WORK = ("01", "03", "04", "05", "06", "09", "11", "12")
_STAY_AWAY = 0.04  # of those called
_PASSED_AFTER = timedelta(minutes=2)
_SURNAMES = "测试样仿拟"  # of the invented


@dataclass(frozen=True)
class Told:
    """One event of a ticket."""

    at: datetime
    kind: str
    ticket: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class _Arrival:
    at: datetime
    service: Offered
    number: str
    ticket: str

    def told(self, kind: str, at: datetime, **more: Any) -> Told:
        body = {"ticket": self.ticket, "number": self.number, "service": self.service.code}
        return Told(at, kind, self.ticket, {**body, **more})


def tell(connection: Connection, today: date, days: int, number: int) -> int:
    """Tell the open ones of the `days` days before `today`; how many events there are.

    The same number and day give the same people.
    """
    chance = random.Random(f"past days {number}")  # noqa: S311 - invented, not secret
    told = 0
    for back in range(days, 0, -1):
        for one in of_day(today - timedelta(days=back), chance):
            emit(
                connection,
                one.kind,
                at=one.at,
                county=HALL.region[:6],
                hall=HALL.code,
                subject=one.ticket,
                body=one.body,
            )
            told += 1
    return told


def of_day(day: date, chance: random.Random) -> list[Told]:
    """What a day's tickets were told as, in order; nothing of a day on which the hall was shut."""
    waiting = list(_arrivals(day, chance))
    told = [
        one.told("ticket-taken", one.at, source="kiosk", priority="ordinary") for one in waiting
    ]
    free = [(_at(day, "09:00"), window) for window in _AT_WORK]
    heapify(free)
    while free:
        since, window = heappop(free)
        mine = WINDOW_SERVICES[window]
        one = next((one for one in waiting if one.service.code in mine), None)
        if one is not None:  # else nobody comes for this window any more
            waiting.remove(one)
            steps = _served(one, window, max(since, one.at), chance)
            told += steps
            heappush(free, (steps[-1].at, window))
    return sorted(told, key=lambda step: step.at)


def _arrivals(day: date, chance: random.Random) -> Iterator[_Arrival]:
    given: Counter[str] = Counter()
    for at, service in sorted(_coming(day, chance), key=lambda one: one[0]):
        given[service.prefix] += 1
        number = f"{service.prefix}{given[service.prefix]:03d}"
        yield _Arrival(at, service, number, str(uuid.UUID(int=chance.getrandbits(128), version=4)))


def _coming(day: date, chance: random.Random) -> Iterator[tuple[datetime, Offered]]:
    saturday_morning = day.weekday() == 5 and bool(WEEK[5])
    if not shipped_calendar().is_working_day(day) and not saturday_morning:
        return
    for begins, ends in WEEK[5] if saturday_morning else WEEK[0]:
        at, end = _at(day, begins), _at(day, ends)
        while at < end:
            until = min(end, at.replace(minute=0) + timedelta(hours=1))
            share = (until - at) / timedelta(hours=1) * _FULLNESS[at.hour]
            for service in SERVICES:
                for _ in range(_about(_AN_HOUR[service.code] * share, chance)):
                    yield at + (until - at) * chance.random(), service
            at = until


def _served(
    one: _Arrival, window: str, free_at: datetime, chance: random.Random
) -> tuple[Told, ...]:
    """Called, and served or passed over; the last step ends it."""
    called = free_at + timedelta(seconds=chance.randint(3, 40))
    waited = int((called - one.at).total_seconds())
    name = chance.choice(_SURNAMES) + "*"
    call = one.told("ticket-called", called, window=window, waited=waited, call=1, name=name)
    if chance.random() < _STAY_AWAY:
        return call, one.told("ticket-passed", called + _PASSED_AFTER, window=window)
    served = round(chance.gammavariate(4, one.service.mean_service_s / 4))
    ended = called + timedelta(seconds=served)
    return call, one.told("ticket-finished", ended, window=window, served=served)


def _about(expected: float, chance: random.Random) -> int:
    """A number that is `expected` on the average."""
    return int(expected + chance.random()) if expected < 1 else round(chance.gauss(expected, 1))


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), HALL_ZONE)
