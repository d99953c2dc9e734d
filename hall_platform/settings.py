"""What a running platform is told from outside; everything else is fixed here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Where the data lie, and how long sign-ins last.

    `data_dir` holds lock, log and, without `db`, the SQLite store. `db` is a PostgreSQL URL
    (`postgresql://user@host/name`).
    """

    data_dir: Path
    db: str | None = None
    access_lifetime: timedelta = timedelta(minutes=15)
    refresh_lifetime: timedelta = timedelta(hours=12)
    device_lifetime: timedelta = timedelta(hours=1)
    failures_to_lock: int = 5
    lock_lasts: timedelta = timedelta(minutes=15)
    heartbeat: timedelta = timedelta(seconds=15)

    @property
    def database_path(self) -> Path:
        """The SQLite store's file."""
        return self.data_dir / "platform.sqlite"
