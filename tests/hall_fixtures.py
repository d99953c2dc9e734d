"""A running hall on each store, for the tests that ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path

from hall_desk import MORNING, Hall
from platform_process import PlatformProcess, seeded_copy, seeded_database
from store_under_test import on_postgresql, on_sqlite, settings_of

from hall_platform.database import Store, open_store

BOTH_STORES = [on_sqlite(), on_postgresql("postgres")]


@contextmanager
def running(
    store: str,
    folder: Path,
    processes: int = 1,
    prepare: Callable[[Store], None] | None = None,
) -> Iterator[list[PlatformProcess]]:
    """Platforms on one store of that kind, at a Tuesday's morning; `prepare` fills it before."""
    with ExitStack() as stack:
        folders = [folder / f"platform-{number}" for number in range(processes)]
        db = stack.enter_context(_seeded(store, folders))
        if prepare is not None:
            opened = open_store(settings_of(folders[0]))
            try:
                prepare(opened)
            finally:
                opened.close()
        platforms = []
        for one in folders:
            platforms.append(PlatformProcess.start(one, seed=False, db=db, clock=MORNING))
            stack.callback(platforms[-1].stop)
        yield platforms


def _seeded(store: str, folders: list[Path]) -> AbstractContextManager[str | None]:
    """The store's URL, None for SQLite; each process has the accounts beside it."""
    if store == "postgres":
        return seeded_database(*folders)
    assert len(folders) == 1, "one process at a time works on SQLite"
    seeded_copy(folders[0])
    return nullcontext()


@contextmanager
def hall_on(store: str, folder: Path) -> Iterator[Hall]:
    """One platform on one store, with all its faces."""
    with running(store, folder) as (platform,), Hall(platform) as hall:
        yield hall
