"""`omatori serve`: the web server and the timetable in one process."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any, NoReturn

import click

from commands.book import clock, database_url, tell, with_settings
from config import Settings

if TYPE_CHECKING:
    from clearing.jobs import Timetable

THREADS = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any free one."
)
@click.option(
    "--threads", type=click.IntRange(1, 64), default=THREADS, show_default=True, help="Requests at once."
)
@click.option("--timetable/--no-timetable", default=True, help="Run the jobs of the timetable here as well.")
@with_settings
def serve(settings: Settings, host: str, port: int, threads: int, timetable: bool) -> None:
    """Serve the pages and the API until told to stop (SIGTERM, Ctrl-C); requests under way end first."""
    from dataclasses import replace

    from waitress.server import create_server

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
        server = create_server(app, host=host, port=port, threads=threads, ident="")
    except OSError as error:
        raise click.ClickException(f"Cannot listen at {host}:{port}: {error.strerror}") from error
    jobs = _timetable(settings) if timetable else None
    _tell_where(settings, host, _port_of(server))
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.run()
    finally:
        if jobs is not None:
            jobs.stop()
        server.close()
        engine.dispose()


def _keep_running(settings: Settings) -> None:
    """Start the embedded database again if somebody kills it while we serve."""
    from foundation.database.embedded import attach

    attach(settings.var_dir / "postgres").keep_running()


def _timetable(settings: Settings) -> Timetable:
    from clearing.gateways.mail import post_by_smtp, post_into_folder
    from clearing.jobs import Timetable
    from foundation.database.session import make_engine

    if settings.mail_host:
        post = post_by_smtp(
            settings.mail_host, settings.mail_from, settings.mail_user, settings.mail_password
        )
    else:
        post = post_into_folder(settings.var_dir / "mail", settings.mail_from)
    engine = make_engine(database_url(settings), pool_size=2)
    timetable = Timetable(engine, post, lambda: clock(settings))
    timetable.start()
    return timetable


def _tell_where(settings: Settings, host: str, port: int) -> None:
    """Say the address, and in development whom to log in as."""
    if not settings.is_production and settings.log_ins_file.exists():
        tell(settings.log_ins_file.read_text(encoding="utf-8"))
    name = f"[{host}]" if ":" in host else host
    tell(f"Omatori is at http://{name}:{port}  (stop with Ctrl-C)")


def _port_of(server: Any) -> int:
    """The port that was taken; a name such as `localhost` may stand for several addresses."""
    port: int = server.effective_port if hasattr(server, "effective_port") else server.effective_listen[0][1]
    return port


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)
