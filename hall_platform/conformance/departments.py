"""A case with the department that decides it: an item of whose body the checker has a reviewer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hall_platform.business.regimes import REGIMES
from hall_platform.conformance.cases import TriedCase, received
from hall_platform.conformance.contract import NotAsked
from hall_platform.conformance.parties import Party
from hall_platform.conformance.running import Asked
from hall_platform.roles import CLERK

_BODIES = 8  # so many are tried before somebody has to say which item it is


def with_department(asked: Asked) -> tuple[TriedCase, Party]:
    """A case just received, and the reviewer of its department. NotAsked without one."""
    pair = asked.kept("department", lambda: _found(asked))
    if pair is None:
        raise NotAsked(
            "a reviewer (`staff` of the accounts) of the body of an item that can be extended and "
            "accepted with what lies on the counter (--item)"
        )
    item, reviewer = pair
    return received(asked, item), reviewer


def handed_over(asked: Asked) -> tuple[TriedCase, Party]:
    """The same, accepted and with its department."""
    case, reviewer = with_department(asked)
    clerk = asked.party(CLERK)
    case.accept(clerk)
    case.do(clerk, "hand-over")
    return case, reviewer


def _found(asked: Asked) -> tuple[dict[str, Any], Party] | None:
    reviewers = list(asked.company.reviewers())
    if not reviewers:
        return None
    for item in _one_a_body(asked):
        case = received(asked, item)
        for reviewer in reviewers:
            seen = reviewer.ask("GET", f"/v1/cases/{case.id}/allowed-acts")
            if seen.status_code == 200:
                return item, reviewer
    return None


def _one_a_body(asked: Asked) -> Iterator[dict[str, Any]]:
    """Items whose limit can be extended, those with a special procedure first."""
    suit = [one for one in asked.acceptable_items() if REGIMES[one["regime"]].extension_days]
    suit.sort(key=lambda one: not REGIMES[one["regime"]].special_procedure)
    bodies: set[str] = set()
    for item in suit:
        if item["body"]["code"] not in bodies and len(bodies) < _BODIES:
            bodies.add(item["body"]["code"])
            yield item
