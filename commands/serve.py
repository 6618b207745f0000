"""`omatori serve`: the web server and the timetable in one process."""

from __future__ import annotations

import gc
import signal
from typing import TYPE_CHECKING, Any, NoReturn

import click

from commands.book import clock, database_url, inform, with_settings
from config import Settings

if TYPE_CHECKING:
    from flask import Flask

    from clearing.jobs import Timetable
    from commands.file_worker import FileWorker

THREADS = 8
MOST_CONNECTIONS = 2_000
"""Open at once. Browsers and programs keep theirs open for minutes; who comes when all are taken waits for
one of them to close, without an answer. `poll`, because `select` knows only the first 1,024 files."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any free one."
)
@click.option(
    "--threads", type=click.IntRange(1, 64), default=THREADS, show_default=True, help="Requests at once."
)
@click.option(
    "--timetable/--no-timetable",
    default=True,
    help="Run the jobs of the timetable and take in queued files here as well.",
)
@with_settings
def serve(settings: Settings, host: str, port: int, threads: int, timetable: bool) -> None:
    """Serve the pages and the API until told to stop (SIGTERM, Ctrl-C); requests under way end first."""
    from dataclasses import replace

    from foundation.database import migrate
    from foundation.database.session import make_engine, make_sessions
    from wsgi import create_app

    embedded = settings.database_url is None
    settings = replace(settings, database_url=database_url(settings))
    assert settings.database_url is not None
    if embedded:
        _keep_running(settings)
    if not migrate.status(settings.database_url).up_to_date:
        raise click.ClickException(
            "The database is not up to date with this program. Run: omatori db upgrade"
        )
    engine = make_engine(settings.database_url, pool_size=threads)
    app = create_app(settings, make_sessions(engine))
    try:
        server = listen(app, host, port, threads)
    except OSError as error:
        raise click.ClickException(f"Cannot listen at {host}:{port}: {error.strerror}") from error
    jobs = _jobs(settings) if timetable else []
    _tell_where(settings, host, _port_of(server))
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.run()
    finally:
        for job in jobs:
            job.stop()
        server.close()
        engine.dispose()


def listen(app: Flask, host: str, port: int, threads: int) -> Any:
    """The web server, listening; `run()` serves. What was loaded so far is left out of every later search
    for garbage, which would otherwise make some requests wait for tens of milliseconds."""
    from waitress.server import create_server

    gc.collect()
    gc.freeze()
    lines = {"connection_limit": MOST_CONNECTIONS, "asyncore_use_poll": True}
    return create_server(app, host=host, port=port, threads=threads, ident="", **lines)


def _keep_running(settings: Settings) -> None:
    """Start the embedded database again if somebody kills it while we serve."""
    from foundation.database.embedded import attach

    attach(settings.var_dir / "postgres").keep_running()


def _jobs(settings: Settings) -> list[Timetable | FileWorker]:
    """What runs beside the answering of requests, started."""
    from clearing.jobs import Timetable
    from clearing.ledger.gateways.mail import post_by_smtp, post_into_folder
    from commands.file_worker import FileWorker
    from foundation.database.session import make_engine

    if settings.mail_host:
        post = post_by_smtp(
            settings.mail_host, settings.mail_from, settings.mail_user, settings.mail_password
        )
    else:
        post = post_into_folder(settings.var_dir / "mail", settings.mail_from)
    engine = make_engine(database_url(settings), pool_size=4)
    jobs: list[Timetable | FileWorker] = [
        Timetable(engine, post, lambda: clock(settings)),
        FileWorker(engine),
    ]
    for job in jobs:
        job.start()
    return jobs


def _tell_where(settings: Settings, host: str, port: int) -> None:
    """Say the address, and in development whom to log in as."""
    if not settings.is_production and settings.log_ins_file.exists():
        inform(settings.log_ins_file.read_text(encoding="utf-8"))
    name = f"[{host}]" if ":" in host else host
    inform(f"Omatori is at http://{name}:{port}  (stop with Ctrl-C)")


def _port_of(server: Any) -> int:
    """The port that was taken; a name such as `localhost` may stand for several addresses."""
    port: int = server.effective_port if hasattr(server, "effective_port") else server.effective_listen[0][1]
    return port


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)
