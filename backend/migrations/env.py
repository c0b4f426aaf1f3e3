"""Alembic environment: migrations run on the connection that the service passes."""

from alembic import context

from backend.app.kit.db.sql import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("migrations run when the service starts or by `valhalla doctor`; there is no connection here")

context.configure(connection=connection, target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
