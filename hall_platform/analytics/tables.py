"""大数据分析: what happened as histograms, kept as it happens, and the rows behind them.

`figure_tallies` takes each fact as it happens, one count for each whole value. Past days are folded
into `figure_cells`, where a whole histogram is one row, and leave the tallies in the same
transaction; every figure is the sum of both. `figure_rows` keeps each fact by itself for a stated
time, so that a figure opens into what is behind it.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, SmallInteger, String, Table, Text

from hall_platform.metadata import metadata

figure_tallies = Table(
    "figure_tallies",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("hall", String(32), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("measure", SmallInteger, primary_key=True),
    Column("hour", SmallInteger, primary_key=True),
    Column("service", String(64), primary_key=True),
    Column("window", String(8), primary_key=True),
    Column("value", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
)

# `place` is a hall, or a colon and a county's six digits or a city's four; a city's rows have its
# four digits as their county.
# `cut` says by what it is split: "all", "service" (and no window), "window" (and service).
# `hours` is 1 where the hours are kept apart.
figure_cells = Table(
    "figure_cells",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("place", String(32), primary_key=True),
    Column("grain", String(5), primary_key=True),  # day, month, year
    Column("hours", SmallInteger, primary_key=True),
    Column("cut", String(7), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("service", String(64), primary_key=True),
    Column("window", String(8), primary_key=True),
    Column("histogram", LargeBinary, nullable=False),
)

figure_rows = Table(
    "figure_rows",
    metadata,
    Column("county", String(6), primary_key=True),
    Column("id", String(32), primary_key=True),  # sorts by the time
    Column("hall", String(32), nullable=False),
    Column("day", String(10), nullable=False),
    Column("measure", SmallInteger, nullable=False),
    Column("hour", SmallInteger, nullable=False),
    Column("service", String(64), nullable=False),
    Column("window", String(8), nullable=False),
    Column("value", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("subject", String(64), nullable=False),
    Column("number", String(64), nullable=False),
    Index("ix_figure_rows_of_hall", "hall", "measure", "day", "id"),
)
