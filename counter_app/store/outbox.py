"""The outbox: acts on their way to the platform, in the order in which they were done."""

from __future__ import annotations

from datetime import datetime

from counter_app.domain.outgoing import OutboxFigures, OutgoingAct, OutgoingState
from counter_app.store.database import Connection

_COLUMNS = (
    "key, case_id, act, path, body, sha256, created_at, state, attempts, next_attempt_at,"
    " last_code, problem, signature"
)
_BEFORE = (
    "EXISTS (SELECT 1 FROM outgoing AS earlier WHERE earlier.case_id = outgoing.case_id"
    " AND earlier.place < outgoing.place AND earlier.state NOT IN ('confirmed', 'settled'))"
)


def add(connection: Connection, act: OutgoingAct) -> None:
    """Put an act at the end."""
    marks = ", ".join("?" * 13)
    connection.execute(f"INSERT INTO outgoing ({_COLUMNS}) VALUES ({marks})", _row(act))  # noqa: S608 - constant column names


def due(connection: Connection, now: datetime, limit: int) -> tuple[OutgoingAct, ...]:
    """Acts to work on now, oldest first; one waits for the earlier ones of its case."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM outgoing WHERE state IN ('pending', 'sent')"  # noqa: S608 - constant column names
        f" AND NOT {_BEFORE} ORDER BY place"
    )
    found: list[OutgoingAct] = []
    for row in rows:
        act = _act(row)
        if act.due(now):  # compared as times: offsets in the text may differ
            found.append(act)
            if len(found) == limit:
                break
    return tuple(found)


def get(connection: Connection, key: str) -> OutgoingAct:
    """One act; KeyError if it is not here."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM outgoing WHERE key = ?",  # noqa: S608 - constant column names
        (key,),
    ).fetchone()
    if row is None:
        raise KeyError(key)
    return _act(row)


def of_case(connection: Connection, case_id: str) -> str:
    """Key of the oldest act of a case not finished yet, or of its last one; else KeyError."""
    row = connection.execute(
        "SELECT key FROM outgoing WHERE case_id = ? ORDER BY state IN ('confirmed', 'settled'),"
        " CASE WHEN state IN ('confirmed', 'settled') THEN -place ELSE place END",
        (case_id,),
    ).fetchone()
    if row is None:
        raise KeyError(case_id)
    return str(row[0])


def waits_for_earlier(connection: Connection, key: str) -> bool:
    """True while an earlier act of the same case is not confirmed."""
    row = connection.execute(
        f"SELECT {_BEFORE} FROM outgoing WHERE key = ?",  # noqa: S608 - constant text
        (key,),
    ).fetchone()
    return bool(row and row[0])


def refused(connection: Connection) -> tuple[OutgoingAct, ...]:
    """Acts with a clear no, oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM outgoing WHERE state = 'refused' ORDER BY place"  # noqa: S608 - constant column names
    )
    return tuple(_act(row) for row in rows)


def save(connection: Connection, act: OutgoingAct) -> OutgoingAct:
    """Keep an act's progress, unless it has come to its end meanwhile; how it stands then."""
    connection.execute(
        "UPDATE outgoing SET state = ?, attempts = ?, next_attempt_at = ?, last_code = ?,"
        " problem = ? WHERE key = ? AND state IN ('pending', 'sent')",
        (
            act.state.value,
            act.attempts,
            act.next_attempt_at.isoformat() if act.next_attempt_at else None,
            act.last_code,
            act.problem,
            act.key,
        ),
    )
    return get(connection, act.key)


def leave_refused(connection: Connection, key: str, state: OutgoingState) -> bool:
    """Move a refused act on, to be sent again or as settled; False if it was not refused."""
    return bool(
        connection.execute(
            "UPDATE outgoing SET state = ?, last_code = '', problem = '', next_attempt_at = NULL"
            " WHERE key = ? AND state = 'refused'",
            (state.value, key),
        ).rowcount
    )


def figures(connection: Connection) -> OutboxFigures:
    """How many acts wait and how many need a person."""
    waiting, refusals = connection.execute(
        "SELECT count(*) FILTER (WHERE state IN ('pending', 'sent')),"
        " count(*) FILTER (WHERE state = 'refused') FROM outgoing"
        " WHERE state NOT IN ('confirmed', 'settled')"
    ).fetchone()
    return OutboxFigures(waiting=waiting, refused=refusals)


def _row(act: OutgoingAct) -> tuple[object, ...]:
    return (
        act.key,
        act.case,
        act.act,
        act.path,
        act.body,
        act.sha256,
        act.created_at.isoformat(),
        act.state.value,
        act.attempts,
        act.next_attempt_at.isoformat() if act.next_attempt_at else None,
        act.last_code,
        act.problem,
        act.signature,
    )


def _act(row: tuple[object, ...]) -> OutgoingAct:
    key, case, act, path, body, sha256, created_at, state, attempts, next_at, *said = row
    last, problem, signature = said
    return OutgoingAct(
        key=str(key),
        case=str(case),
        act=str(act),
        path=str(path),
        body=bytes(body),  # type: ignore[call-overload]  # a BLOB column of a STRICT table
        sha256=str(sha256),
        created_at=datetime.fromisoformat(str(created_at)),
        state=OutgoingState(state),
        attempts=int(str(attempts)),
        next_attempt_at=datetime.fromisoformat(str(next_at)) if next_at else None,
        last_code=str(last),
        problem=str(problem),
        signature=str(signature),
    )
