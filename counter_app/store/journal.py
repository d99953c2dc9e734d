"""The print journal: which papers are owed, on their way, printed, and how often.

Kept with each paper are its facts, not its pages, so that it can be made again.
"""

from __future__ import annotations

from counter_app.domain.case import PaperRecord, PaperState
from counter_app.store.database import Connection

_COLUMNS = "case_id, kind, number, state, reason, prints, job"


def add(connection: Connection, paper: PaperRecord, facts: bytes) -> None:
    """A paper owed."""
    connection.execute(
        f"INSERT INTO paper ({_COLUMNS}, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant column names
        (
            paper.case,
            paper.kind,
            paper.number,
            paper.state.value,
            paper.reason,
            paper.prints,
            paper.job,
            facts,
        ),
    )


def get(connection: Connection, case_id: str, kind: str) -> tuple[PaperRecord, bytes]:
    """A paper and its facts; KeyError if it is not here."""
    row = connection.execute(
        f"SELECT {_COLUMNS}, facts FROM paper WHERE case_id = ? AND kind = ?",  # noqa: S608 - constant column names
        (case_id, kind),
    ).fetchone()
    if row is None:
        raise KeyError((case_id, kind))
    return _paper(row[:-1]), bytes(row[-1])


def save(connection: Connection, paper: PaperRecord) -> None:
    """What became of a paper."""
    connection.execute(
        "UPDATE paper SET state = ?, reason = ?, prints = ?, job = ?"
        " WHERE case_id = ? AND kind = ?",
        (paper.state.value, paper.reason, paper.prints, paper.job, paper.case, paper.kind),
    )


def unfinished(connection: Connection) -> tuple[PaperRecord, ...]:
    """Papers owed or on their way, oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM paper WHERE state IN ('owed', 'queued', 'printing')"  # noqa: S608 - constant column names
        " ORDER BY rowid"
    )
    return tuple(_paper(row) for row in rows)


def not_out(connection: Connection) -> tuple[PaperRecord, ...]:
    """Papers owed, failed, or of which nobody knows whether they came out, oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM paper WHERE state IN ('owed', 'failed', 'unknown')"  # noqa: S608 - constant column names
        " ORDER BY rowid"
    )
    return tuple(_paper(row) for row in rows)


def _paper(row: tuple[object, ...]) -> PaperRecord:
    case, kind, number, state, reason, prints, job = row
    return PaperRecord(
        case=str(case),
        kind=str(kind),
        number=str(number),
        state=PaperState(state),
        reason=str(reason),
        prints=int(str(prints)),
        job=str(job),
    )
