"""The program as `omatori serve` runs it, in a process of its own, with one bare endpoint added."""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.queues import Queue
from pathlib import Path

from flask import Blueprint, Response, jsonify
from sqlalchemy import Engine, text

from benchmarks.county import NOW
from commands.file_worker import SHORT_ROWS, FileWorker
from commands.serve import THREADS, listen
from config import Settings
from foundation.database.session import (
    APPLICATION_ROLE,
    JOBS,
    SYSTEM_ROLE,
    WEB,
    make_engine,
    make_sessions,
)
from foundation.web.identity import public
from foundation.web.transaction import db, system_context
from wsgi import create_app

START_SECONDS = 60
SECRET = "benchmarks-have-no-secrets-to-keep-from-you"
BARE_PATH = "/api/bare/"
API_KEY = "omk_benchmark"
bare = Blueprint("bare", __name__)

_BILLER = """
WITH who AS (INSERT INTO person (name, language, about, is_demo)
  VALUES ('Biller', 'fi', '', false) RETURNING id),
granted AS (INSERT INTO role_grant (person_id, role, provider_id, valid)
  SELECT id, 'provider_biller', 1, '[2025-01-01,)' FROM who RETURNING id, person_id)
INSERT INTO api_key (person_id, role_grant_id, label, key_sha256, hint, created_at)
  SELECT person_id, id, 'bench', encode(sha256(:key), 'hex'), '', '2025-01-01' FROM granted
"""


@bare.get(f"{BARE_PATH}<int:number>")
@public
@system_context
def look_up(number: int) -> Response:
    """Answer with one indexed SELECT: the least that this server needs for any request."""
    query = text("SELECT voucher FROM funding WHERE id = :number")
    return jsonify(voucher=db().execute(query, {"number": number}).scalar_one())


@dataclass(frozen=True, slots=True)
class Served:
    """The port on which the program listens, and its process id."""

    port: int
    pid: int


def insert_api_key(engine: Engine) -> None:
    """Insert a person who charges for the county's provider, with an API key."""
    with engine.begin() as connection:
        connection.execute(text(_BILLER), {"key": API_KEY.encode()})


@contextmanager
def served(url: str, folder: Path, *, clock: datetime = NOW) -> Iterator[Served]:
    """Serve the database at `url` until the block ends."""
    processes = multiprocessing.get_context("spawn")
    ports: Queue[int] = processes.Queue()
    process = processes.Process(target=_serve, args=(settings_of(url, folder, clock), ports))
    process.start()
    try:
        yield Served(ports.get(timeout=START_SECONDS), process.pid or 0)
    finally:
        process.terminate()
        process.join()


def settings_of(url: str, folder: Path, clock: datetime = NOW) -> Settings:
    """Return the settings of the served program."""
    return Settings("development", SECRET, folder, database_url=url, clock=clock)


def _serve(settings: Settings, ports: Queue[int]) -> None:
    assert settings.database_url is not None
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # ten users on eight threads are intended
    engines = [
        make_engine(settings.database_url, pool_size=THREADS, timeouts=WEB, role=role)
        for role in (APPLICATION_ROLE, SYSTEM_ROLE)
    ]
    app = create_app(settings, make_sessions(engines[0], limited=True), make_sessions(engines[1]))
    app.register_blueprint(bare)
    jobs = make_engine(settings.database_url, timeouts=JOBS, role=SYSTEM_ROLE)
    for most_rows in (None, SHORT_ROWS):
        FileWorker(jobs, most_rows=most_rows).start()
    server = listen(app, "127.0.0.1", 0, THREADS)
    ports.put(server.effective_port)
    server.run()
