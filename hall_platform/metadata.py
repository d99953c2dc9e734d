"""The one metadata all tables belong to, the same on SQLite and PostgreSQL.

Times are RFC 3339 text at +08:00 and days ISO text, so that both stores order them alike; nested
shapes are JSON text. What happens in a hall carries the county (the first six digits of its
region) in its keys, so that a county can live on a shard of its own; accounts, the catalogue, the
base libraries and e-licences are the city's. Nothing is deleted but sign-in tokens that have run
out.
"""

from __future__ import annotations

from sqlalchemy import MetaData

from hall_platform.modules import parts

# Names that do not depend on the store: a migration has to name what it takes away.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def whole_metadata() -> MetaData:
    """The metadata with the tables of every module in it."""
    parts("tables")
    return metadata
