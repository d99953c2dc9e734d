"""A case as it is told for the invented halls: row, timeline, papers, points, stops."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hall_platform.business import clocks, life, papers
from hall_platform.business.clocks import Stop
from hall_platform.business.regimes import REGIMES
from hall_platform.calendar import WorkingCalendar
from hall_platform.clock import stamp
from hall_platform.seed_data.places import HALL, Hall

Row = dict[str, Any]


@dataclass(frozen=True)
class Worker:
    """Who does a step: a clerk at a window, or a reviewer of a department."""

    operator: str
    hall: str
    window: str = ""
    department: str = ""


@dataclass(frozen=True)
class Staff:
    """The people of the halls: clerks by hall and window, reviewers by body."""

    clerks: Mapping[tuple[str, str], str]
    reviewers: Mapping[str, str]

    def clerk(self, hall: Hall, window: str) -> Worker:
        """The clerk of a window."""
        return Worker(self.clerks[hall.code, window], hall.code, window=window)

    def reviewer(self, body: str) -> Worker:
        """The reviewer of a body."""
        return Worker(self.reviewers[body], HALL.code, department=body)


@dataclass
class Told:
    """A case as it is being told: its row, and all that belongs to it."""

    row: Row
    item: Mapping[str, Any]
    calendar: WorkingCalendar
    events: list[Row] = field(default_factory=list)
    papers: list[Row] = field(default_factory=list)
    materials: list[Row] = field(default_factory=list)
    points: list[Row] = field(default_factory=list)
    stops: list[Row] = field(default_factory=list)

    def step(
        self,
        act: str,
        by: Worker | None,
        at: datetime,
        to: str | None = None,
        *,
        paper: str = "",
        reason: str = "",
        details: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> None:
        """One step: a line of the timeline, its paper, what changed."""
        number = self._paper(paper, at) if paper else ""
        self.events.append(
            {
                **self._key(len(self.events)),
                "at": stamp(at),
                "act": act,
                "operator": by.operator if by else "",
                "hall": by.hall if by else "",
                "window": by.window if by else "",
                "department": by.department if by else "",
                "from_state": self.row["state"],
                "to_state": to or self.row["state"],
                "reason": reason,
                "paper": number,
                "details": json.dumps(details or {}, ensure_ascii=False),
            }
        )
        self.row |= {"state": to or self.row["state"], "version": len(self.events), **values}

    def stand(self, clock: str, kind: str, on: date, days: int | None = None) -> None:
        """A clock stands still from a day on."""
        self.stops.append(
            {
                **self._key(len(self.stops)),
                "clock": clock,
                "kind": kind,
                "reason": "",
                "expected_days": days,
                "from_on": on.isoformat(),
                "until_on": None,
            }
        )

    def go_on(self, on: date) -> None:
        """The clock goes on."""
        self.stops[-1]["until_on"] = on.isoformat()

    def counted(self) -> None:
        """The due days, once everything has been told."""
        row, regime = self.row, REGIMES[self.row["regime"]]
        known = []
        if regime.acceptance_days and row["state"] in life.BEFORE_ACCEPTANCE and row["clock_from"]:
            began = date.fromisoformat(row["clock_from"])
            due = clocks.due(
                self.calendar, began, regime.acceptance_days, "working", self._stopped("acceptance")
            )
            known.append(due)
            row["acceptance_due_on"] = due.on.isoformat() if due.on else None
        if row["accepted_on"]:
            began, kind = date.fromisoformat(row["accepted_on"]), self.item["day_kind"]
            for column, length in (
                ("due_on", self.item["promised_days"]),
                ("legal_due_on", max(self.item["legal_days"], self.item["promised_days"])),
            ):
                days = length + row["extension_days"]
                due = clocks.due(self.calendar, began, days, kind, self._stopped("handling"))
                known.append(due)
                row[column] = due.on.isoformat() if due.on else None
        row["due_provisional"] = any(due.provisional for due in known)

    def _stopped(self, clock: str) -> list[Stop]:
        return [
            Stop(
                date.fromisoformat(one["from_on"]),
                date.fromisoformat(one["until_on"]) if one["until_on"] else None,
            )
            for one in self.stops
            if one["clock"] == clock
        ]

    def _key(self, position: int) -> Row:
        return {"county": self.row["county"], "case_id": self.row["id"], "position": position}

    def _paper(self, kind: str, at: datetime) -> str:
        """Handed out with its step; numbered after the case, so that none occurs twice."""
        serial = f"{self.row['number'][6:14]}{self.row['number'][14:]}-{len(self.papers) + 1}"
        number = f"{self.item['body']['name']}{papers.KINDS[kind][1]}〔{at.year}〕{serial}号"
        self.papers.append(
            {
                **self._key(len(self.papers)),
                "kind": kind,
                "number": number,
                "state": papers.ISSUED,
                "owed_at": stamp(at),
                "issued_at": stamp(at),
                "signed_at": None,
            }
        )
        return number
