"""Acts that happen once, however often they are sent (Idempotency-Key).

The key's row is written in the act's own transaction and stays as long as the case: a hall may be
offline over a long holiday. The fingerprint covers the act's body, operator included, and neither
route nor sign-in, so that an act can be delivered after its clerk went home, singly or in a batch.
What was refused left nothing behind and is decided anew when it is sent again. Keys are a county's
own, as its cases are. (The header is an IETF draft, not an RFC:
draft-ietf-httpapi-idempotency-key-header-07.)
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from hall_platform.clock import stamp
from hall_platform.database import Store, Write
from hall_platform.problems import Problem
from hall_platform.statements import put
from hall_platform.sync.tables import idempotency_keys

_KEY = re.compile(r"[A-Za-z0-9._:-]{1,255}", re.ASCII)

_KNOWN = (
    select(idempotency_keys)
    .where(idempotency_keys.c.county == bindparam("of"))
    .where(idempotency_keys.c.key == bindparam("under"))
)


@dataclass(frozen=True)
class Once:
    """An act under its key: what it is and what doing it means (to status and JSON value).

    `subject` is what it is done to, where the body does not say it.
    """

    county: str
    hall: str
    key: str
    fingerprint: str
    act: str
    subject: str
    at: datetime
    work: Callable[[Connection], tuple[int, Any]]


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
        self._in_flight: set[tuple[str, str]] = set()

    def perform(self, act: Once) -> Outcome:
        """The outcome of the act, or of the same act done before.

        Problems: in-flight (the same key is being worked on), idempotency-key-reused (the key
        belongs to another act), and whatever its work raises, which leaves nothing behind.
        """
        (outcome,) = self.perform_each([act])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def perform_each(self, acts: Sequence[Once]) -> list[Outcome | Exception]:
        """The outcome of each, or what `perform` would raise; none touches another."""
        under_way: list[tuple[Once, Write[Outcome] | Problem]] = []
        for act in acts:
            if self._enter(act):
                under_way.append((act, self._store.begin_write(_once(act))))
            else:
                under_way.append((act, in_flight()))
        return [self._finish(act, write) for act, write in under_way]

    def _finish(self, act: Once, write: Write[Outcome] | Problem) -> Outcome | Exception:
        if isinstance(write, Problem):
            return write
        try:
            return write.result()
        except Exception as failure:  # noqa: BLE001 - handed to whoever asked
            return failure
        finally:
            with self._guard:
                self._in_flight.discard((act.county, act.key))

    def _enter(self, act: Once) -> bool:
        with self._guard:
            if (act.county, act.key) in self._in_flight:
                return False
            self._in_flight.add((act.county, act.key))
            return True


def _once(act: Once) -> Callable[[Connection], Outcome]:
    def work(connection: Connection) -> Outcome:
        hold_key(connection, act.county, act.key)
        known = connection.execute(_KNOWN, {"of": act.county, "under": act.key}).one_or_none()
        if known is not None:
            if (known.fingerprint, known.act, known.subject) != (
                act.fingerprint,
                act.act,
                act.subject,
            ):
                raise Problem("idempotency-key-reused")
            return Outcome(known.status, known.answer, replayed=True)
        status, value = act.work(connection)
        answer = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        put(
            connection,
            idempotency_keys,
            county=act.county,
            key=act.key,
            fingerprint=act.fingerprint,
            act=act.act,
            subject=act.subject,
            hall=act.hall,
            status=status,
            answer=answer,
            at=stamp(act.at),
        )
        return Outcome(status, answer, replayed=False)

    return work


def in_flight() -> Problem:
    """The refusal of an act whose key is being worked on."""
    return Problem("in-flight", headers={"Retry-After": "1"})


def hold_key(connection: Connection, county: str, key: str) -> None:
    """Between processes (PostgreSQL only): the key's lock until the end. Problem("in-flight")."""
    if connection.dialect.name != "postgresql":
        return
    digest = hashlib.sha256(f"{county} {key}".encode()).digest()
    number = int.from_bytes(digest[:8], signed=True)
    if not connection.execute(select(func.pg_try_advisory_xact_lock(number))).scalar_one():
        raise in_flight()
