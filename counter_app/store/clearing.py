"""Taking finished cases off the counter: theirs goes, the audit and the numbers taken stay.

Finished is a case of an earlier day whose every act the platform has confirmed by a receipt read
back or a person has settled, and whose papers were printed or given up by a person. Whatever waits,
was refused, is owed, on its way, has failed or is of unknown outcome stays.
"""

from __future__ import annotations

from datetime import datetime

from counter_app.store.database import Connection

_FINISHED = """
    SELECT id, accepted_at FROM cases
    WHERE EXISTS (SELECT 1 FROM outgoing WHERE case_id = cases.id)
    AND NOT EXISTS (
        SELECT 1 FROM outgoing WHERE case_id = cases.id AND state NOT IN ('confirmed', 'settled')
    )
    AND (receipt IS NOT NULL OR EXISTS (
        SELECT 1 FROM outgoing WHERE case_id = cases.id AND state = 'settled'
    ))
    AND NOT EXISTS (
        SELECT 1 FROM paper WHERE case_id = cases.id AND state NOT IN ('printed', 'given_up')
    )
"""


def clear_finished(connection: Connection, now: datetime) -> int:
    """Remove the finished cases of days before that of `now`, inside a transaction; how many."""
    finished = [
        (case_id,)
        for case_id, accepted_at in connection.execute(_FINISHED).fetchall()
        if datetime.fromisoformat(accepted_at).astimezone(now.tzinfo).date() < now.date()
    ]
    for removal in (
        "DELETE FROM paper WHERE case_id = ?",
        "DELETE FROM outgoing WHERE case_id = ?",
        "DELETE FROM cases WHERE id = ?",
    ):
        connection.executemany(removal, finished)
    return len(finished)
