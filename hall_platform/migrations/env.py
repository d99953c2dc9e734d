"""Alembic's way in: the revisions are run on the connection that `move` has opened."""

from __future__ import annotations

from alembic import context

from hall_platform.metadata import whole_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=whole_metadata(),
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
