"""Statements that run with every request, made once: to build one costs more than to run it."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Table, insert


def put(connection: Connection, table: Table, **values: Any) -> None:
    """Insert one row of plain values."""
    connection.execute(_into(table), values)


@cache
def _into(table: Table) -> Insert:
    return insert(table)
