"""Engines that serve one test after the other, each with a database of its own.

SQLAlchemy compiles a statement once for each engine: with a new engine for each test, that took a quarter of
the processor time of the API's tests.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, Engine, event, make_url

from foundation.database.session import make_engine

_free: list[Engine] = []
_database_names: dict[Dialect, str | None] = {}


def engine_on(database_url: str) -> Engine:
    """Return an engine on a database of the run's server; `release` it at the end."""
    engine = _free.pop() if _free else _new_engine(database_url)
    _database_names[engine.dialect] = make_url(database_url).database
    return engine


def release(engine: Engine) -> None:
    """Close the engine's connections and keep it, with its compiled statements, for the next test."""
    engine.dispose()
    _free.append(engine)


def _new_engine(database_url: str) -> Engine:
    engine = make_engine(database_url)
    event.listen(engine, "do_connect", _set_database)
    return engine


def _set_database(dialect: Dialect, _record: object, _arguments: object, options: dict[str, Any]) -> None:
    options["dbname"] = _database_names[dialect]
