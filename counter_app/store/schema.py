"""The tables of the local store, as a list of steps: step n brings a store from version n to n+1.

A step is never changed once it was released. Everything lies in one SQLCipher file, so that a case,
its act, its paper and its audit line are written by one commit.
"""

from __future__ import annotations

APPLICATION_ID = 0x48434E54  # "HCNT"

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE block (
            id TEXT PRIMARY KEY,
            window TEXT NOT NULL,
            leased_at TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE number (
            number TEXT PRIMARY KEY,
            place INTEGER NOT NULL,
            block TEXT NOT NULL REFERENCES block (id),
            window TEXT NOT NULL,
            taken INTEGER NOT NULL DEFAULT 0
        ) STRICT
        """,
        "CREATE UNIQUE INDEX number_free ON number (window, taken, place)",
        """
        CREATE TABLE lease (
            window TEXT PRIMARY KEY,
            key TEXT NOT NULL,
            count INTEGER NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE provisional (
            window TEXT NOT NULL,
            day TEXT NOT NULL,
            last INTEGER NOT NULL,
            PRIMARY KEY (window, day)
        ) STRICT
        """,
        """
        CREATE TABLE cases (
            id TEXT PRIMARY KEY,
            number TEXT UNIQUE,
            provisional_number TEXT UNIQUE,
            item_code TEXT NOT NULL,
            item_name TEXT NOT NULL,
            accepted_at TEXT NOT NULL,
            due_on TEXT,
            due_provisional INTEGER NOT NULL,
            query_code TEXT NOT NULL,
            operator_id TEXT NOT NULL,
            window_code TEXT NOT NULL,
            online INTEGER NOT NULL,
            receipt TEXT,
            CHECK (number IS NOT NULL OR provisional_number IS NOT NULL)
        ) STRICT
        """,
        """
        CREATE TABLE outgoing (
            place INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            case_id TEXT NOT NULL REFERENCES cases (id),
            act TEXT NOT NULL,
            path TEXT NOT NULL,
            body BLOB NOT NULL,
            sha256 TEXT NOT NULL,
            created_at TEXT NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            next_attempt_at TEXT,
            last_code TEXT NOT NULL,
            problem TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX outgoing_open ON outgoing (place) WHERE state IN ('pending', 'sent')",
        "CREATE INDEX outgoing_case ON outgoing (case_id, place)",
        """
        CREATE TABLE paper (
            case_id TEXT NOT NULL REFERENCES cases (id),
            kind TEXT NOT NULL,
            number TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL,
            reason TEXT NOT NULL,
            prints INTEGER NOT NULL,
            job TEXT NOT NULL,
            facts BLOB NOT NULL,
            PRIMARY KEY (case_id, kind)
        ) STRICT
        """,
        "CREATE INDEX paper_open ON paper (state) WHERE state IN ('owed', 'queued', 'printing')",
        """
        CREATE TABLE audit (
            place INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            operator TEXT NOT NULL,
            window TEXT NOT NULL,
            act TEXT NOT NULL,
            object TEXT NOT NULL,
            result TEXT NOT NULL,
            detail TEXT NOT NULL,
            hash TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE item (
            code TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            pinyin TEXT NOT NULL,
            content BLOB NOT NULL,
            seen_at TEXT NOT NULL
        ) STRICT
        """,
    ),
    (
        """
        CREATE TABLE calendar (
            place INTEGER PRIMARY KEY CHECK (place = 1),
            content BLOB NOT NULL,
            seen_at TEXT NOT NULL
        ) STRICT
        """,
    ),
    ("ALTER TABLE outgoing ADD COLUMN signature TEXT NOT NULL DEFAULT ''",),
)
