"""What a running platform is told from outside; everything else is fixed here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from hall_platform.links.settings import Links

FIGURE_ROWS_DAYS = 400  # a year, and the month in which somebody asks about it


@dataclass(frozen=True)
class Settings:
    """Where the data lie, and how long sign-ins last.

    `data_dir` holds lock, log and, without `db`, the SQLite store. `db` is a PostgreSQL URL
    (`postgresql://user@host/name`). `links` are the other platforms it speaks to.
    `public_url` is the address callers use where a TLS proxy stands before the platform: what they
    sign names it, and security keys are bound to its host. `text_messages` is the gateway that
    sends short messages to mobiles; without one nobody can register.
    `factor_key` is the file of the key that secrets of authenticators are sealed with, without it
    one in `data_dir`; several processes on one database need the same. `figure_rows_days` is how
    many days besides today the rows behind figures are kept.
    """

    data_dir: Path
    db: str | None = None
    access_lifetime: timedelta = timedelta(minutes=15)
    refresh_lifetime: timedelta = timedelta(hours=12)
    device_lifetime: timedelta = timedelta(hours=1)
    failures_to_lock: int = 5
    lock_lasts: timedelta = timedelta(minutes=15)
    citizen_lifetime: timedelta = timedelta(hours=2)
    public_url: str = ""
    text_messages: str = ""
    factor_key: Path | None = None
    figure_rows_days: int = FIGURE_ROWS_DAYS
    heartbeat: timedelta = timedelta(seconds=15)
    links: Links = field(default_factory=Links)

    @property
    def database_path(self) -> Path:
        """The SQLite store's file."""
        return self.data_dir / "platform.sqlite"

    @property
    def factor_key_path(self) -> Path:
        """The file of the key that secrets of authenticators are sealed with."""
        return self.factor_key or self.data_dir / "factors.key"
