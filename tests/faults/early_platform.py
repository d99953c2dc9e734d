"""A platform that acknowledges before it has committed: the control of the kill tests."""

from __future__ import annotations

import sys
import time
from typing import Any

from hall_platform import group_commit
from hall_platform.cli import main

LATE_SECONDS = 0.02


def early(writer: Any, group: list[Any]) -> None:
    """Answer first, commit a moment later."""
    with writer._engine.begin() as connection:
        for work, answer in group:
            value, refusal = group_commit._alone(connection, work)
            if refusal is not None:
                answer.set_exception(refusal)
            else:
                answer.set_result(value)
        time.sleep(LATE_SECONDS)


if __name__ == "__main__":
    group_commit.GroupWriter._commit = early  # type: ignore[method-assign]
    sys.exit(main())
