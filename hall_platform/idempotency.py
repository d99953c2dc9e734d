"""Acts that happen once, however often they are sent (Idempotency-Key).

The key's row is written in the act's own transaction and stays as long as the case: a hall may be
offline over a long holiday. The fingerprint covers the act's body, operator included, and neither
route nor sign-in, so that an act can be delivered after its clerk went home. What was refused left
nothing behind and is decided anew when it is sent again. (The header is an IETF draft, not an RFC:
draft-ietf-httpapi-idempotency-key-header-07.)
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from hall_platform.clock import stamp
from hall_platform.database import Store
from hall_platform.problems import Problem
from hall_platform.tables import idempotency_keys

_KEY = re.compile(r"[A-Za-z0-9._:-]{1,255}", re.ASCII)


@dataclass(frozen=True)
class Outcome:
    """What an act led to. `replayed` when it had happened before."""

    status: int
    answer: str
    replayed: bool


def canonical(body: Any) -> bytes:
    """The body as both sides hash it: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode("utf-8")


def fingerprint(body: Any) -> str:
    """SHA-256 of the canonical body, in hex."""
    return hashlib.sha256(canonical(body)).hexdigest()


def checked_key(key: str | None) -> str:
    """The header's value. Problems: idempotency-key-missing, idempotency-key-invalid."""
    if not key:
        raise Problem("idempotency-key-missing")
    if not _KEY.fullmatch(key):
        raise Problem("idempotency-key-invalid")
    return key


class OnceOnly:
    """Runs acts once. One per process; PostgreSQL holds several processes together."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._in_flight: set[str] = set()

    def perform(
        self,
        key: str,
        body_fingerprint: str,
        act: str,
        at: datetime,
        work: Callable[[Connection], tuple[int, Any]],
    ) -> Outcome:
        """The outcome of `work` (status, JSON value), or of the same act done before.

        Problems: in-flight (the same key is being worked on), idempotency-key-reused (the key
        belongs to another body), and whatever `work` raises, which leaves nothing behind.
        """

        def once(connection: Connection) -> Outcome:
            _lock_key(connection, key)
            known = connection.execute(
                select(
                    idempotency_keys.c.fingerprint,
                    idempotency_keys.c.status,
                    idempotency_keys.c.answer,
                ).where(idempotency_keys.c.key == key)
            ).one_or_none()
            if known is not None:
                if known.fingerprint != body_fingerprint:
                    raise Problem("idempotency-key-reused")
                return Outcome(known.status, known.answer, replayed=True)
            status, value = work(connection)
            answer = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            connection.execute(
                insert(idempotency_keys).values(
                    key=key,
                    fingerprint=body_fingerprint,
                    act=act,
                    status=status,
                    answer=answer,
                    at=stamp(at),
                )
            )
            return Outcome(status, answer, replayed=False)

        with self._alone(key):
            return self._store.write(once)

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        with self._guard:
            if key in self._in_flight:
                raise _in_flight()
            self._in_flight.add(key)
        try:
            yield
        finally:
            with self._guard:
                self._in_flight.discard(key)


def _in_flight() -> Problem:
    return Problem("in-flight", headers={"Retry-After": "1"})


def _lock_key(connection: Connection, key: str) -> None:
    """Between processes (PostgreSQL only): the key's lock, or in-flight."""
    if connection.dialect.name != "postgresql":
        return
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True)
    if not connection.execute(select(func.pg_try_advisory_xact_lock(number))).scalar_one():
        raise _in_flight()
