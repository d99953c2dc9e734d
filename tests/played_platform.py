"""A platform in this process whose clock the test moves, so that weeks can be played.

with played("sqlite", tmp_path, datetime(2026, 2, 11, 9, tzinfo=HALL_ZONE)) as platform:
    clerk = sign_in(platform)
    platform.clock.moment += timedelta(days=1)
    platform.chore("watch cases")
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn
from platform_process import ACCOUNTS, PEOPLE, seeded_copy, seeded_database
from sqlalchemy import Connection, update
from store_under_test import settings_of

from hall_platform.app import create_app
from hall_platform.chores import all_chores
from hall_platform.clock import PlayedClock
from hall_platform.context import Context
from hall_platform.database import Store, open_store
from hall_platform.identity.tables import access_tokens, sessions
from hall_platform.serving import listening_socket


@dataclass
class PlayedPlatform:
    """A served platform; `url`, `accounts` and `people` are as a PlatformProcess has them."""

    data_dir: Path
    clock: PlayedClock
    store: Store
    context: Context
    url: str

    @property
    def accounts(self) -> dict[str, list[dict[str, Any]]]:
        accounts: dict[str, list[dict[str, Any]]] = _read(self.data_dir / ACCOUNTS)
        return accounts

    @property
    def people(self) -> dict[str, list[Any]]:
        people: dict[str, list[Any]] = _read(self.data_dir / PEOPLE)
        return people

    def keep_signed_in(self) -> None:
        """Who is signed in now stays so, however far the clock is moved."""
        far = "2999-01-01T00:00:00.000+08:00"

        def work(connection: Connection) -> None:
            connection.execute(update(sessions).values(ends_at=far))
            connection.execute(update(access_tokens).values(expires_at=far))

        self.store.write(work)

    def chore(self, *names: str) -> None:
        """Do these chores now, in the order of the modules."""
        known = {chore.name: chore for chore in all_chores()}
        for name in names:
            known[name].perform(self.context)


@contextmanager
def played(store: str, folder: Path, moment: datetime) -> Iterator[PlayedPlatform]:
    """A seeded platform on that kind of store, at that moment. No chore is done unasked."""
    data_dir = folder / "played"
    with seeded_database(data_dir) if store == "postgres" else nullcontext() as db:
        if db is None:
            seeded_copy(data_dir)
        settings = settings_of(data_dir)
        opened = open_store(settings)
        clock = PlayedClock(moment)
        app = create_app(settings, opened, clock)
        listener = listening_socket("127.0.0.1", 0)
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            yield PlayedPlatform(data_dir, clock, opened, app.state.context, url)
        finally:
            server.should_exit = True
            thread.join(20)
            opened.close()
            listener.close()


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
