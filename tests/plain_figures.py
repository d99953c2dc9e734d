"""The figures by a plain calculation over the raw events, as their definitions read."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from hall_platform.clock import HALL_ZONE
from hall_platform.database import Store
from hall_platform.events.tables import events


def raw(store: Store) -> Iterator[dict[str, Any]]:
    """What the log says: one plain row an event."""
    with store.read() as connection:
        yield from raw_of(connection)


def raw_of(connection: Connection) -> Iterator[dict[str, Any]]:
    """The same over a connection of the caller's."""
    for row in connection.execute(select(events).order_by(events.c.id)):
        at = datetime.fromisoformat(row.at).astimezone(HALL_ZONE)
        yield {
            "kind": row.kind,
            "day": at.date(),
            "hour": at.hour,
            "hall": row.hall,
            **json.loads(row.body),
        }


def percentile(values: Iterable[int], part: int) -> int | None:
    """Nearest rank."""
    ordered = sorted(values)
    return ordered[max(1, math.ceil(len(ordered) * part / 100)) - 1] if ordered else None


def plain(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The figures of some raw rows, in a dozen lines that read as the definitions do."""
    rows = list(rows)
    count: dict[str, int] = defaultdict(int)
    for row in rows:
        count[row["kind"]] += 1
    found: dict[str, Any] = {
        "tickets_taken": count["ticket-taken"],
        "tickets_called": count["ticket-called"],
        "tickets_finished": count["ticket-finished"],
        "tickets_passed": count["ticket-passed"],
        "tickets_recalled": count["ticket-recalled"],
        "tickets_transferred": count["ticket-transferred"],
        "tickets_parked": count["ticket-parked"],
        "tickets_void": count["ticket-void"],
    }
    for name, kind, member in (
        ("wait", "ticket-called", "waited"),
        ("service", "ticket-finished", "served"),
    ):
        values = [row[member] for row in rows if row["kind"] == kind]
        found |= {
            f"{name}_total": sum(values),
            f"{name}_mean": round(sum(values) / len(values), 2) if values else None,
            f"{name}_median": percentile(values, 50),
            f"{name}_p90": percentile(values, 90),
            f"{name}_longest": max(values, default=None),
        }
    return found
