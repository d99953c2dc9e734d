"""Accepted cases, and the official numbers leased for them."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from counter_app.domain.case import CaseRecord, Receipt
from counter_app.ports import Lease, NumberBlock
from counter_app.store.database import Connection

_COLUMNS = (
    "id, number, provisional_number, item_code, item_name, accepted_at, due_on, due_provisional,"
    " query_code, operator_id, window_code, online, receipt"
)


def add(connection: Connection, case: CaseRecord) -> None:
    """A new case."""
    marks = ", ".join("?" * 13)
    connection.execute(
        f"INSERT INTO cases ({_COLUMNS}) VALUES ({marks})",  # noqa: S608 - constant column names
        (
            case.id,
            case.number,
            case.provisional_number,
            case.item_code,
            case.item_name,
            case.accepted_at.isoformat(),
            case.due_on.isoformat() if case.due_on else None,
            int(case.due_provisional),
            case.query_code,
            case.operator_id,
            case.window_code,
            int(case.online),
            _receipt_text(case.receipt) if case.receipt else None,
        ),
    )


def find(connection: Connection, case_id: str) -> CaseRecord | None:
    """One case, None if it is not here."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM cases WHERE id = ?",  # noqa: S608 - constant column names
        (case_id,),
    ).fetchone()
    return None if row is None else _case(row)


def keep_receipt(connection: Connection, receipt: Receipt) -> None:
    """The platform's word on a case: its official number and its due date count from now on."""
    connection.execute(
        "UPDATE cases SET receipt = ?, number = ?, due_on = coalesce(?, due_on),"
        " due_provisional = CASE WHEN ? IS NULL THEN due_provisional ELSE ? END WHERE id = ?",
        (
            _receipt_text(receipt),
            receipt.number,
            receipt.due_on.isoformat() if receipt.due_on else None,
            receipt.due_on.isoformat() if receipt.due_on else None,
            int(receipt.due_provisional),
            receipt.case,
        ),
    )


def lease(connection: Connection, window: str, fresh: Lease) -> Lease:
    """The lease under way for a window, or `fresh`, kept from now on."""
    row = connection.execute("SELECT key, count FROM lease WHERE window = ?", (window,)).fetchone()
    if row is not None:
        return Lease(row[0], row[1])
    connection.execute(
        "INSERT INTO lease (window, key, count) VALUES (?, ?, ?)", (window, fresh.key, fresh.count)
    )
    return fresh


def add_block(connection: Connection, block: NumberBlock, leased_at: datetime) -> None:
    """Keep leased numbers in their order and close the window's lease."""
    connection.execute("DELETE FROM lease WHERE window = ?", (block.window,))
    known = connection.execute("SELECT 1 FROM block WHERE id = ?", (block.id,)).fetchone()
    if known:
        return
    connection.execute(
        "INSERT INTO block (id, window, leased_at) VALUES (?, ?, ?)",
        (block.id, block.window, leased_at.isoformat()),
    )
    (last,) = connection.execute("SELECT coalesce(max(place), 0) FROM number").fetchone()
    connection.executemany(
        "INSERT INTO number (number, place, block, window) VALUES (?, ?, ?, ?)",
        [
            (number, place, block.id, block.window)
            for place, number in enumerate(block.numbers, start=last + 1)
        ],
    )


def numbers_left(connection: Connection, window: str) -> int:
    """How many leased numbers of a window are unused."""
    row = connection.execute(
        "SELECT count(*) FROM number WHERE window = ? AND taken = 0", (window,)
    ).fetchone()
    return int(row[0])


def take_number(connection: Connection, window: str) -> str | None:
    """The next leased number, used up; None when none is left."""
    row = connection.execute(
        "SELECT number FROM number WHERE window = ? AND taken = 0 ORDER BY place LIMIT 1", (window,)
    ).fetchone()
    if row is None:
        return None
    connection.execute("UPDATE number SET taken = 1 WHERE number = ?", (row[0],))
    return str(row[0])


def give_up_numbers(connection: Connection) -> int:
    """Use no number any more that was leased so far, nor the answer to a lease; how many free."""
    connection.execute("DELETE FROM lease")
    return int(connection.execute("UPDATE number SET taken = 1 WHERE taken = 0").rowcount)


def skip_provisional(connection: Connection, now: datetime) -> None:
    """Let today's provisional numbers of every window go on above those that may be on papers.

    They go on above the minute of the day: no window accepts a case a minute, and a store put back
    twice goes on above what it gave in between.
    """
    minute = now.hour * 60 + now.minute + 1
    connection.execute(
        "INSERT INTO provisional (window, day, last) VALUES ('', ?, ?)"
        " ON CONFLICT (window, day) DO UPDATE SET last = max(last, excluded.last)",
        (now.strftime("%Y%m%d"), minute),
    )


def next_provisional(connection: Connection, window: str, day: str) -> str:
    """`L-<window>-<day>-<0001…>`: visibly not an official number."""
    (last,) = connection.execute(
        "INSERT INTO provisional (window, day, last) SELECT ?, ?, 1 + coalesce("
        " (SELECT max(last) FROM provisional WHERE window IN (?, '') AND day = ?), 0) WHERE true"
        " ON CONFLICT (window, day) DO UPDATE SET last = excluded.last RETURNING last",
        (window, day, window, day),
    ).fetchone()
    return f"L-{window}-{day}-{last:04d}"


def _receipt_text(receipt: Receipt) -> str:
    return msgspec.json.encode(receipt).decode("utf-8")


def _case(row: tuple[object, ...]) -> CaseRecord:
    (
        case_id,
        number,
        provisional,
        item_code,
        item_name,
        accepted_at,
        due_on,
        due_provisional,
        query_code,
        operator_id,
        window_code,
        online,
        receipt,
    ) = row
    return CaseRecord(
        id=str(case_id),
        number=None if number is None else str(number),
        provisional_number=None if provisional is None else str(provisional),
        item_code=str(item_code),
        item_name=str(item_name),
        accepted_at=datetime.fromisoformat(str(accepted_at)),
        due_on=None if due_on is None else date.fromisoformat(str(due_on)),
        due_provisional=bool(due_provisional),
        query_code=str(query_code),
        operator_id=str(operator_id),
        window_code=str(window_code),
        online=bool(online),
        receipt=None if receipt is None else msgspec.json.decode(str(receipt), type=Receipt),
    )
