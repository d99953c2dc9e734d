"""Figures over 10 million tickets of a city's year, beside DuckDB on the raw rows.

A city with a hall of its own, six counties and eighty townships. The tickets are made in columns,
go into the platform's figures through the folding of the platform itself, and beside them as
Parquet, a row a ticket. Both must answer alike.
"""

from __future__ import annotations

import calendar
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from sqlalchemy import Connection, insert

from benchmarks.figures import Figure, median
from hall_platform.access import Caller
from hall_platform.analytics import figures, folding, histograms, measures, questions
from hall_platform.analytics.periods import Period
from hall_platform.analytics.questions import Question
from hall_platform.analytics.territory import scope_of
from hall_platform.database import open_store
from hall_platform.identity.tables import halls
from hall_platform.settings import Settings

TICKETS = int(os.environ.get("BENCH_TICKETS", "10000000"))
GOAL_MS = 200.0
REPEATS = 5
YEAR = 2025
SERVICES = [f"S{number:02d}" for number in range(40)]
CITY = "9903"


@dataclass(frozen=True)
class Hall:
    """A hall, and how many windows it has."""

    code: str
    region: str
    windows: int


def city() -> list[Hall]:
    """The halls of the city."""
    found = [Hall("99030001", "990300000000", 120)]
    for county in range(2, 8):
        found.append(Hall(f"9903{county:02d}01", f"9903{county:02d}000000", 60))
        for town in range(1, 14 if county < 4 else 15):
            region = f"9903{county:02d}{town:03d}000"
            found.append(Hall(f"9903{county:02d}T{town:02d}", region, 4))
    return found


def measure() -> list[Figure]:
    """The slowest of the questions, and each by itself on standard error."""
    with tempfile.TemporaryDirectory(prefix="hall-figures-") as folder:
        base = Path(folder)
        store = open_store(Settings(base / "platform"))
        raw = duckdb.connect(str(base / "raw.duckdb"))
        try:
            _fill(store, base)
            raw.execute(f"CREATE VIEW raw AS SELECT * FROM read_parquet('{base}/raw-*.parquet')")
            count = raw.execute("SELECT count(*) FROM raw").fetchone()
            assert count is not None
            return [_figure(store, raw, one, count[0]) for one in ASKED]
        finally:
            raw.close()
            store.close()


# ten million tickets ------------------------------------------------------------------------------


def _fill(store: Any, base: Path) -> None:
    places = city()
    store.write(
        lambda connection: connection.execute(
            insert(halls),
            [
                {
                    "code": hall.code,
                    "name": hall.code,
                    "region": hall.region,
                    "county": hall.region[:6],
                    "address": "",
                }
                for hall in places
            ],
        )
    )
    chance = np.random.default_rng(1)
    windows = sum(hall.windows for hall in places)
    for month in range(1, 13):
        for county in sorted({hall.region[:6] for hall in places}):
            mine = [hall for hall in places if hall.region[:6] == county]
            share = sum(hall.windows for hall in mine) / windows / 12
            tickets = _tickets(chance, mine, county, month, round(TICKETS * share))
            tickets.write(base / f"raw-{county}-{month:02d}.parquet")
            cells = dict(tickets.columns().cells())
            store.write(lambda connection, cells=cells: folding.merge(connection, cells))


@dataclass(frozen=True)
class Tickets:
    """A county's month of tickets in columns."""

    county: str
    halls: list[Hall]
    windows: list[str]
    days: list[date]
    hall: Any
    service: Any
    window: Any
    day: Any
    taken_hour: Any
    hour: Any
    waited: Any
    served: Any
    passed: Any

    def write(self, path: Path) -> None:
        """As raw rows: what a call table of a hall has in it."""
        rows = {
            "hall": self.hall.astype(np.int32),
            "service": self.service.astype(np.int32),
            "window": self.window.astype(np.int32),
            "day": self.day.astype(np.int32),
            "taken_hour": self.taken_hour.astype(np.int32),
            "hour": self.hour.astype(np.int32),
            "waited": self.waited.astype(np.int32),
            "served": np.where(self.passed, -1, self.served).astype(np.int32),
        }
        with duckdb.connect() as connection:
            connection.register("rows", rows)
            self._register(connection)
            connection.execute(
                f"""COPY (SELECT halls.name AS hall, '{self.county}' AS county,
                    halls.town AS town, services.name AS service,
                    windows.name AS "window", days.name::DATE AS day, taken_hour, hour,
                    waited, nullif(served, -1) AS served
                    FROM rows JOIN halls ON rows.hall = halls.n
                    JOIN services ON rows.service = services.n
                    JOIN windows ON rows."window" = windows.n JOIN days ON rows.day = days.n)
                    TO '{path}' (FORMAT parquet)"""
            )

    def _register(self, connection: duckdb.DuckDBPyConnection) -> None:
        names: dict[str, list[tuple[str, ...]]] = {
            "halls": [(hall.code, hall.region[:9]) for hall in self.halls],
            "services": [(name, "") for name in SERVICES],
            "windows": [(name, "") for name in self.windows],
            "days": [(day.isoformat(), "") for day in self.days],
        }
        for table, listed in names.items():
            connection.execute(f"CREATE TABLE {table} (n INTEGER, name VARCHAR, town VARCHAR)")
            connection.executemany(
                f"INSERT INTO {table} VALUES (?, ?, ?)",
                [(number, *one) for number, one in enumerate(listed)],
            )

    def columns(self) -> folding.Columns:
        """As the platform counts them: taken, waited, served or passed."""
        served = np.flatnonzero(~self.passed)
        passed = np.flatnonzero(self.passed)
        everything = np.arange(self.hall.size)
        no_window = np.full(self.hall.size, len(self.windows))
        parts = [
            (measures.TAKEN, everything, self.taken_hour, np.zeros_like(self.waited), no_window),
            (measures.WAIT, everything, self.hour, self.waited, self.window),
            (measures.SERVICE, served, self.hour, self.served, self.window),
            (measures.PASSED, passed, self.hour, np.zeros_like(self.waited), self.window),
        ]
        rows = np.concatenate([rows for _, rows, *_ in parts])
        codes = np.concatenate(
            [
                histograms.codes_of(np.full(rows.size, measure.number), hour[rows], value[rows])
                for measure, rows, hour, value, _ in parts
            ]
        )
        return folding.Columns(
            self.county,
            [hall.code for hall in self.halls],
            SERVICES,
            [*self.windows, ""],
            self.days,
            self.hall[rows],
            self.service[rows],
            np.concatenate([window[rows] for _, rows, _, _, window in parts]),
            self.day[rows],
            codes,
            np.ones(rows.size, np.uint32),
        )


def _tickets(
    chance: np.random.Generator, mine: list[Hall], county: str, month: int, count: int
) -> Tickets:
    days = [
        date(YEAR, month, day)
        for day in range(1, calendar.monthrange(YEAR, month)[1] + 1)
        if date(YEAR, month, day).weekday() < 5
    ]
    sizes = np.array([hall.windows for hall in mine])
    hall = chance.choice(len(mine), count, p=sizes / sizes.sum())
    window = (chance.random(count) * sizes[hall]).astype(np.int64)
    service = (window * 3 + chance.integers(0, 3, count)) % len(SERVICES)
    peaks = np.array([3, 9, 10, 8, 2, 4, 8, 7, 4], float)
    hour = chance.choice(np.arange(8, 17), count, p=peaks / peaks.sum())
    return Tickets(
        county,
        mine,
        [f"{number:03d}" for number in range(int(sizes.max()))],
        days,
        hall,
        service,
        window,
        chance.integers(0, len(days), count),
        np.maximum(8, hour - (chance.random(count) < 0.3)),
        hour,
        np.minimum(chance.gamma(1.6, 480, count), 10_800).astype(np.int64),
        np.minimum(chance.gamma(2.2, 220, count), 7_200).astype(np.int64),
        chance.random(count) < 0.04,
    )


# the questions ------------------------------------------------------------------------------------


_WHOLE_YEAR = Period(date(YEAR, 1, 1), date(YEAR, 12, 31))


@dataclass(frozen=True)
class Asked:
    """A question in both languages."""

    title: str
    by: str
    where: str
    group: str
    region: str = CITY
    period: Period = _WHOLE_YEAR
    service: str | None = None


_MARCH = Period(date(YEAR, 3, 1), date(YEAR, 3, 31))
_ODD = Period(date(YEAR, 1, 15), date(YEAR, 12, 9))

ASKED = (
    Asked("the city's year", "all", "true", "''"),
    Asked("by month", "month", "true", "strftime(day, '%Y-%m')"),
    Asked("by day", "day", "true", "strftime(day, '%Y-%m-%d')"),
    Asked("by hour", "hour", "true", "printf('%02d', hour)"),
    Asked("by service", "service", "true", "service"),
    Asked("by county", "county", "true", "county"),
    Asked("by township", "township", "true", "town"),
    Asked(
        "one service by hour, 15 January to 9 December",
        "hour",
        f"day BETWEEN '{_ODD.first}' AND '{_ODD.last}' AND service = 'S07'",
        "printf('%02d', hour)",
        period=_ODD,
        service="S07",
    ),
    Asked(
        "a hall's March by window",
        "window",
        f"hall = '99030001' AND day BETWEEN '{_MARCH.first}' AND '{_MARCH.last}'",
        '"window"',
        region="",
        period=_MARCH,
    ),
    Asked("a hall's year by window", "window", "hall = '99030001'", '"window"', region=""),
)


def _figure(store: Any, raw: duckdb.DuckDBPyConnection, asked: Asked, tickets: int) -> Figure:
    took, told = _timed(lambda: _platform(store, asked))
    raw_took, raw_told = _timed(lambda: _duckdb(raw, asked))
    assert told == raw_told, f"{asked.title}: the platform and DuckDB do not agree"
    return Figure(
        f"queue figures: {asked.title}",
        took,
        "ms",
        f"DuckDB from {tickets:,} raw rows as Parquet, same answer",
        raw_took,
        GOAL_MS,
        goal_for="value",
    )


def _timed(ask: Any) -> tuple[float, Any]:
    """Milliseconds, the middle of several, and the answer."""
    times, told = [], None
    for _ in range(REPEATS):
        began = time.perf_counter()
        told = ask()
        times.append((time.perf_counter() - began) * 1000)
    return median(times), told


_CALLER = Caller(
    "s", frozenset({"supervisor"}), hall="99030001", region="990300000000", county="990300"
)


def _platform(store: Any, asked: Asked) -> dict[str, tuple[Any, ...]]:
    with store.read() as connection:
        return dict(_reckoned(connection, asked))


def _reckoned(connection: Connection, asked: Asked) -> Iterator[tuple[str, tuple[Any, ...]]]:
    scope = scope_of(connection, _CALLER, asked.region or None)
    question = Question(scope, asked.period, asked.by, service=asked.service)  # type: ignore[arg-type]
    for label, part in questions.answer(connection, question).items():
        one = figures.reckoned(part, "queue")
        if one["tickets_called"]:  # raw rows have the window of the call only
            yield (
                label,
                (
                    one["tickets_called"],
                    *(one[f"wait_{name}"] for name in ("total", "median", "p90", "longest")),
                    one["tickets_finished"],
                    *(one[f"service_{name}"] for name in ("total", "median", "p90", "longest")),
                ),
            )


def _duckdb(raw: duckdb.DuckDBPyConnection, asked: Asked) -> dict[str, tuple[Any, ...]]:
    rows = raw.execute(
        f"""SELECT {asked.group} AS label,
            count(*), sum(waited)::BIGINT, quantile_disc(waited, 0.5), quantile_disc(waited, 0.9),
            max(waited), count(served), sum(served)::BIGINT, quantile_disc(served, 0.5),
            quantile_disc(served, 0.9), max(served)
            FROM raw WHERE {asked.where} GROUP BY label ORDER BY label"""
    ).fetchall()
    return {label: tuple(rest) for label, *rest in rows}
