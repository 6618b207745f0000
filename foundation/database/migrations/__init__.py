"""Alembic's scripts; `foundation.database.migrate` runs them."""
