"""Acts read back by their keys."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from hall_platform.access import Caller, of_county, of_hall
from hall_platform.sync.tables import idempotency_keys

_WITH_RECEIPT = "accept"


def read_back(connection: Connection, caller: Caller, keys: Sequence[str]) -> dict[str, Any]:
    """What of the caller's hall is durable under the keys.

    What an act answered may hold a person's data and is not given again, but for receipts.
    """
    rows = connection.execute(
        select(idempotency_keys)
        .where(of_county(caller, idempotency_keys.c.county))
        .where(of_hall(caller, idempotency_keys.c.hall))
        .where(idempotency_keys.c.key.in_(list(keys)))
    )
    known = {row.key: row for row in rows}
    found = [known[key] for key in keys if key in known]
    return {
        "done": [
            {
                "key": row.key,
                "act": row.act,
                "status": row.status,
                "body_sha256": row.fingerprint,
                "at": row.at,
            }
            for row in found
        ],
        "receipts": [json.loads(row.answer) for row in found if row.act == _WITH_RECEIPT],
        "unknown": [key for key in keys if key not in known],
    }
