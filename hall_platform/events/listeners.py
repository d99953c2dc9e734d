"""Those who listen to events: one reader of the log for all of them.

Nobody holds a thread. The reader wakes when a write of this process emitted something, and on a
store that others write to when that store says so. Each listener has a bounded queue; who
does not keep up is let go, and comes back with the number of the last event it has.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import to_thread
from sqlalchemy import Connection, Row, and_, or_, select

from hall_platform.clock import Clock, stamp
from hall_platform.database import Store
from hall_platform.events import log
from hall_platform.events.kinds import kinds
from hall_platform.events.tables import events
from hall_platform.identity.tables import sessions
from hall_platform.problems import Problem

if TYPE_CHECKING:
    from hall_platform.access import Caller

Answer = TypeVar("Answer")

QUEUE_LIMIT = 500
STREAMS_A_SESSION = 4
MOST_LISTENERS = 5_000
PAGE = 500
POLL_SECONDS = 5.0  # on a store that others write to, should its notice have been lost
_SESSIONS_A_QUESTION = 500
HEARTBEAT = b":\n\n"


@dataclass(frozen=True)
class Interest:
    """What a listener may hear: kinds open to its roles, of its hall, its county or itself."""

    session: str
    hall: str
    county: str
    citizen: str
    of_hall: frozenset[str]
    of_county: frozenset[str]
    of_subject: frozenset[str]

    def wants(self, event: Row[Any]) -> bool:
        """Whether this event is for it."""
        if event.kind in self.of_hall:
            return bool(event.hall == self.hall)
        if event.kind in self.of_subject:
            return bool(self.citizen) and bool(event.subject == self.citizen)
        return event.kind in self.of_county and bool(event.county == self.county)


def interest(caller: Caller, wanted: frozenset[str]) -> Interest:
    """The interest of a caller; without `wanted` in all that is open to it."""
    mine: dict[str, set[str]] = {"hall": set(), "county": set(), "subject": set()}
    for name, kind in kinds().items():
        if kind.roles & caller.roles and (not wanted or name in wanted):
            mine[kind.within].add(name)
    return Interest(
        session=caller.session,
        hall=caller.hall,
        county=caller.county,
        citizen=caller.citizen,
        of_hall=frozenset(mine["hall"]),
        of_county=frozenset(mine["county"]),
        of_subject=frozenset(mine["subject"]),
    )


def frame(event: Row[Any]) -> bytes:
    """An event as a server-sent event."""
    data = {
        "id": event.id,
        "at": event.at,
        "kind": event.kind,
        "county": event.county,
        "hall": event.hall,
        "subject": event.subject,
        "body": json.loads(event.body),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"id: {event.id}\nevent: {event.kind}\ndata: {text}\n\n".encode()


class Listener:
    """One stream. `after` is the number up to which it is served from the log."""

    def __init__(self, its_interest: Interest, after: int, upto: int) -> None:
        self.interest = its_interest
        self.after = after
        self.upto = upto
        self._queue: deque[bytes] = deque()
        self._something = asyncio.Event()
        self._ended = False

    def put(self, piece: bytes) -> None:
        """Hand it a piece; one that does not keep up is ended."""
        if len(self._queue) >= QUEUE_LIMIT:
            self.end()
        else:
            self._queue.append(piece)
            self._something.set()

    def end(self) -> None:
        """Nothing comes any more."""
        self._ended = True
        self._queue.clear()
        self._something.set()

    async def next(self) -> bytes:
        """What has come, all at once; waits for it. b"" at the end."""
        while not self._queue and not self._ended:
            self._something.clear()
            await self._something.wait()
        pieces = b"".join(self._queue)
        self._queue.clear()
        return pieces


class Listeners:
    """All listeners of this process. Everything but `wake` belongs to the event loop."""

    def __init__(self, store: Store, clock: Clock, heartbeat: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._heartbeat = heartbeat.total_seconds()
        self._of_county: dict[str, set[Listener]] = {}
        self._door = asyncio.Lock()
        self._something = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._last = 0
        self._closed = False
        store.on_events = self.wake

    def wake(self) -> None:
        """Something was committed; from any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._something.set)

    async def join(self, its_interest: Interest, since: int | None) -> Listener:
        """A new listener that hears everything after `since`, or from now on.

        Problems: too-many-streams, events-forgotten.
        """
        async with self._door:
            if not self._tasks:
                await self._begin()
            if since is not None and since > self._last:
                # Another process may be ahead of us; a number nobody has given means from now on.
                since = min(since, await self._ask(log.last_number))
            if since is not None and since < self._last:
                await self._check_kept(since)
        everyone = list(self._everyone())
        of_session = sum(one.interest.session == its_interest.session for one in everyone)
        if of_session >= STREAMS_A_SESSION or len(everyone) >= MOST_LISTENERS or self._closed:
            raise Problem("too-many-streams", headers={"Retry-After": "5"})
        listener = Listener(its_interest, self._last if since is None else since, self._last)
        self._of_county.setdefault(its_interest.county, set()).add(listener)
        return listener

    async def _check_kept(self, since: int) -> None:
        if not await self._ask(lambda connection: log.reaches_back(connection, since)):
            raise Problem("events-forgotten", last=self._last)

    def leave(self, listener: Listener) -> None:
        """It has gone."""
        self._of_county.get(listener.interest.county, set()).discard(listener)
        listener.end()

    async def missed(self, listener: Listener) -> bytes:
        """The next page of what it missed before it joined; b"" when there is no more."""
        while listener.after < listener.upto:
            rows = await self._ask(lambda connection: _page(connection, listener))
            listener.after = rows[-1].id if len(rows) == PAGE else listener.upto
            pieces = b"".join(frame(row) for row in rows if listener.interest.wants(row))
            if pieces:
                return pieces
        return b""

    def close(self) -> None:
        """End all streams; on the event loop."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        for listener in self._everyone():
            listener.end()

    async def _begin(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._last = await self._ask(log.last_number)
        self._store.hear()
        self._tasks = [
            asyncio.create_task(self._forever(self._deliver_new)),
            asyncio.create_task(self._forever(self._tend)),
        ]

    async def _forever(self, step: Callable[[], Any]) -> None:
        while True:
            try:
                await step()
            except Problem:  # the store is away; streams wait for it as everybody does
                await asyncio.sleep(1)

    async def _deliver_new(self) -> None:
        await self._woken()
        rows = await self._ask(lambda connection: log.after(connection, self._last, PAGE))
        if len(rows) == PAGE:
            self._something.set()
        for row in rows:
            self._last = row.id
            piece = frame(row)
            for listener in list(self._of_county.get(row.county, ())):
                if row.id > listener.after and listener.interest.wants(row):
                    listener.put(piece)

    async def _woken(self) -> None:
        try:
            async with asyncio.timeout(None if self._store.hears_all else POLL_SECONDS):
                await self._something.wait()
        except TimeoutError:
            pass
        self._something.clear()

    async def _tend(self) -> None:
        """Now and then: a sign of life to all, and an end to those whose session has ended."""
        await asyncio.sleep(self._heartbeat)
        everyone = list(self._everyone())
        theirs = sorted({one.interest.session for one in everyone})
        now = stamp(self._clock.now())
        alive = await self._ask(lambda connection: _alive(connection, theirs, now))
        for listener in everyone:
            if listener.interest.session in alive:
                listener.put(HEARTBEAT)
            else:
                listener.end()

    def _everyone(self) -> Iterator[Listener]:
        for group in self._of_county.values():
            yield from group

    async def _ask(self, question: Callable[[Connection], Answer]) -> Answer:
        def ask() -> Answer:
            with self._store.read() as connection:
                return question(connection)

        return await to_thread.run_sync(ask)


def _page(connection: Connection, listener: Listener) -> Sequence[Row[Any]]:
    mine = listener.interest
    theirs = or_(events.c.hall == mine.hall, events.c.county == mine.county)
    if mine.citizen:  # of no hall and no county, as what they are told
        theirs = and_(theirs, events.c.subject == mine.citizen)
    return connection.execute(
        select(events)
        .where(events.c.id > listener.after)
        .where(events.c.id <= listener.upto)
        .where(theirs)
        .order_by(events.c.id)
        .limit(PAGE)
    ).all()


def _alive(connection: Connection, wanted: list[str], now: str) -> set[str]:
    """Those of the sessions that have not ended."""
    found: set[str] = set()
    for start in range(0, len(wanted), _SESSIONS_A_QUESTION):
        some = wanted[start : start + _SESSIONS_A_QUESTION]
        found |= set(
            connection.execute(
                select(sessions.c.id)
                .where(sessions.c.id.in_(some))
                .where(sessions.c.ended_at.is_(None))
                .where(sessions.c.ends_at > now)
            ).scalars()
        )
    return found
