"""A platform that acknowledges before it has committed: the control of the kill tests."""

from __future__ import annotations

import sys
import time
from typing import Any

from hall_platform import group_commit
from hall_platform.cli import main

LATE_SECONDS = 0.2  # whoever kills it needs a moment to wake


def early(writer: Any, group: list[Any]) -> None:
    """Answer what told events (acceptances) first, and commit a moment later."""
    outcomes = []
    with writer._engine.begin() as connection:
        for work, answer in group:
            outcomes.append((answer, *group_commit._alone(connection, work)))
        if all(refusal is None and value[1] for _, value, refusal in outcomes):
            _tell(outcomes)
            time.sleep(LATE_SECONDS)
            return
    _tell(outcomes)


def _tell(outcomes: list[Any]) -> None:
    for answer, value, refusal in outcomes:
        if refusal is not None:
            answer.set_exception(refusal)
        else:
            answer.set_result(value)


if __name__ == "__main__":
    group_commit.GroupWriter._commit = early  # type: ignore[method-assign]
    sys.exit(main())
