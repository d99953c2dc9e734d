"""Writes the first revision of each module's tables: `make revisions`.

Until the first release every module has one revision, made from its tables.py, and this makes it
anew. Their order is that of the modules; each takes away only its own tables.
"""

from __future__ import annotations

import subprocess
import sys

from alembic.autogenerate import render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops
from sqlalchemy import Table, create_engine

from hall_platform.metadata import whole_metadata
from hall_platform.migrations import VERSIONS
from hall_platform.modules import NAMES, parts

TEMPLATE = '''"""{title}: its first tables. Made by `make revisions` until the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    {up_code}


def downgrade() -> None:
    """Take them away."""
    {down_code}
'''


def owners() -> dict[str, list[Table]]:
    """The tables of each module, in the order in which they can be made."""
    owner: dict[str, str] = {}
    for name, part in parts("tables").items():
        for value in vars(part).values():
            if isinstance(value, Table):
                owner.setdefault(value.name, name)
    found: dict[str, list[Table]] = {}
    for table in whole_metadata().sorted_tables:
        found.setdefault(owner[table.name], []).append(table)
    return {name: found[name] for name in parts("tables")}


def main() -> int:
    """Write all files, and remove those of modules that have no tables any more."""
    context = MigrationContext.configure(create_engine("sqlite://").connect())
    written = []
    before = None
    for name, tables in owners().items():
        revision = f"{NAMES.index(name) + 1:04d}_{name}"  # the same in every branch
        path = VERSIONS / f"{revision}.py"
        path.write_text(_text(context, name, revision, before, tables), encoding="utf-8")
        written.append(path)
        before = revision
    for path in VERSIONS.glob("[0-9]*.py"):
        if path not in written:
            path.unlink()
    formatted = ["-m", "ruff", "format", "--quiet", *map(str, written)]
    return subprocess.run([sys.executable, *formatted], check=False).returncode


def _text(
    context: MigrationContext, name: str, revision: str, before: str | None, tables: list[Table]
) -> str:
    up: list[ops.MigrateOperation] = []
    down: list[ops.MigrateOperation] = []
    for table in tables:
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        up += [ops.CreateTableOp.from_table(table), *map(ops.CreateIndexOp.from_index, indexes)]
        down += [ops.DropTableOp.from_table(table), *map(ops.DropIndexOp.from_index, indexes)]
    up_code = render_python_code(ops.UpgradeOps(up), migration_context=context)
    down_code = render_python_code(ops.DowngradeOps(down[::-1]), migration_context=context)
    return TEMPLATE.format(
        title=name.capitalize(),
        revision=revision,
        down=f'"{before}"' if before else None,
        up_code=_plain(up_code),
        down_code=_plain(down_code),
    )


def _plain(code: str) -> str:
    """Without alembic's own comments."""
    lines = [line for line in code.splitlines() if not line.strip().startswith("#")]
    return "\n".join(lines).strip()


if __name__ == "__main__":
    sys.exit(main())
