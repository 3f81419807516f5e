"""Alembic's entry: the caller hands over the connection, inside the transaction to be used.

`web.migrate` is the only caller. A part (`county`, `shared`) has its own scripts and its own
version table, so that both may live in one SQLite file.
"""

from alembic import context

given = context.config.attributes

context.configure(
    connection=given["connection"],
    version_table=f"{given['part']}_version",
    version_table_schema=given["schema"],
)
with context.begin_transaction():
    context.run_migrations()
