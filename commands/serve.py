"""`omatori serve`: the web server, the timetable and the file worker in one process."""

from __future__ import annotations

import gc
import signal
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from commands.memory import give_large_blocks_back
from commands.runtime import audit_proof, clock, database_url, report_progress, with_settings
from config import Settings

if TYPE_CHECKING:
    from flask import Flask

    from clearing.jobs import Timetable
    from commands.file_worker import QueueWorker
    from worlds.stripe_loopback.demo import DemoStripe

THREADS = 8
MOST_CONNECTIONS = 2_000
"""Most open connections. Browsers and programs keep theirs open for minutes; a client that connects when all
are in use waits until one is closed. `poll` is needed because `select` is limited to 1,024 files."""
IDLE_SECONDS = 60
"""After this time without a byte a connection is closed."""
SWITCH_SECONDS = 0.001
"""How long a thread may keep the interpreter while another waits for it (by default 5 ms). A page waits
for it after each of its queries, and a long file in another thread takes it each time."""
LARGEST_HEADER_BYTES = 32 * 1024
LARGEST_BODY_BYTES = 65 * 1024 * 1024
"""A bank answer of 64 MB and its multipart frame: the most of any address (`commands.body_limits`). A larger
`Content-Length` is refused before any of the body is stored, and a chunked body when it has become larger."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port; 0 chooses a free port.",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=THREADS,
    show_default=True,
    help="Number of requests served at the same time.",
)
@click.option(
    "--timetable/--no-timetable",
    default=True,
    help="Also run the scheduled jobs and process queued files in this process.",
)
@click.option(
    "--stripe-loopback",
    is_flag=True,
    help="Play Stripe on this machine, for the demo; refused in production.",
)
@with_settings
def serve(
    settings: Settings, host: str, port: int, threads: int, timetable: bool, stripe_loopback: bool
) -> None:
    """Serve the pages and the API until SIGTERM or Ctrl-C; running requests are finished first."""
    from dataclasses import replace

    from foundation.database.session import APPLICATION_ROLE, SYSTEM_ROLE, WEB, make_engine, make_sessions
    from foundation.web.logs import configure_logs
    from wsgi import create_app, refuse_mixed_connections

    configure_logs(settings.log_style)
    url = _database(settings)
    settings = replace(settings, database_url=url)
    stripe = _play_stripe(settings) if stripe_loopback else None
    settings = replace(settings, stripe=stripe.settings) if stripe else settings
    engines = [
        make_engine(url, pool_size=threads, timeouts=WEB, role=role)
        for role in (APPLICATION_ROLE, SYSTEM_ROLE)
    ]
    refuse_mixed_connections(engines[0])
    app = create_app(settings, make_sessions(engines[0], limited=True), make_sessions(engines[1]))
    try:
        server = listen(app, host, port, threads)
    except OSError as error:
        raise click.ClickException(f"Cannot listen on {host}:{port}: {error.strerror}") from error
    jobs = _jobs(settings) if timetable else []
    if stripe is not None:
        stripe.deliver_to(f"http://{host}:{_port_of(server)}")
    _print_address(settings, host, _port_of(server))
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.run()
    finally:
        for job in [*jobs, *([stripe] if stripe else [])]:
            job.stop()
        server.close()
        for engine in engines:
            engine.dispose()


def listen(app: Flask, host: str, port: int, threads: int) -> Any:
    """Return a listening web server, whose `run()` serves requests.

    All objects loaded at this point are excluded from later garbage collections, which would otherwise delay
    some requests by tens of milliseconds.
    """
    from waitress.server import create_server

    from commands.body_limits import limited_channel

    give_large_blocks_back()
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    limits = {
        "connection_limit": MOST_CONNECTIONS,
        "asyncore_use_poll": True,
        "channel_timeout": IDLE_SECONDS,
        "cleanup_interval": IDLE_SECONDS // 2,
        "max_request_header_size": LARGEST_HEADER_BYTES,
        "max_request_body_size": LARGEST_BODY_BYTES,
        "clear_untrusted_proxy_headers": False,  # `foundation.web.proxies` reads them
    }
    server = create_server(app, host=host, port=port, threads=threads, ident="", **limits)
    channel = limited_channel(app)
    for listening in [server, *getattr(server, "map", {}).values()]:
        if hasattr(listening, "channel_class"):  # a name with several addresses has several sockets
            listening.channel_class = channel
    return server


def _database(settings: Settings) -> str:
    """Return the address of the database, which is up to date."""
    from foundation.database import migrate

    url = database_url(settings)
    if settings.database_url is None:
        _keep_running(settings)
    state = migrate.status(url)
    if not state.up_to_date:
        raise click.ClickException(state.described())
    return url


def _play_stripe(settings: Settings) -> DemoStripe:
    """Start a loopback in place of Stripe, for the first county of the database."""
    from clearing.payments.load.payers import first_county
    from clearing.payments.load.stripe_providers import account_names
    from commands.runtime import database_session
    from worlds.stripe_loopback.demo import DemoStripe

    if settings.is_production:
        raise click.ClickException("--stripe-loopback is for the demo: production refuses it")
    with database_session(settings) as session:
        county = first_county(session)
        accounts = {} if county is None else account_names(session, county.id)
    if county is None:
        raise click.ClickException("--stripe-loopback needs a county: run omatori seed first")
    stripe = DemoStripe(settings.var_dir / "stripe-loopback.json", county.code)
    stripe.know(accounts)
    return stripe


def _keep_running(settings: Settings) -> None:
    """Restart the embedded database if it is killed while the program serves."""
    from foundation.database.embedded import attach

    attach(settings.var_dir / "postgres").keep_running()


def _jobs(settings: Settings) -> list[Timetable | QueueWorker]:
    """Start the background jobs, and return them."""
    from clearing.jobs import Timetable
    from clearing.ledger.gateways.mail import post_by_smtp, post_into_folder
    from clearing.payments.gateways.stripe_rails import stripe_rails
    from clearing.webhooks.actions.send_webhooks import WebhookSending
    from clearing.webhooks.gateways.sender import Sender
    from commands.file_worker import SHORT_ROWS, FileWorker, TrialWorker
    from foundation.database.session import JOBS, SYSTEM_ROLE, make_engine
    from foundation.vocabulary.keys import KeyPurpose

    if settings.mail_host:
        post = post_by_smtp(
            settings.mail_host, settings.mail_from, settings.mail_user, settings.mail_password
        )
    else:
        post = post_into_folder(settings.var_dir / "mail", settings.mail_from)
    engine = make_engine(database_url(settings), pool_size=4, timeouts=JOBS, role=SYSTEM_ROLE)
    jobs: list[Timetable | QueueWorker] = [
        Timetable(
            engine,
            post,
            lambda: clock(settings),
            audit_proof(settings),
            settings.audit_mail,
            settings.public_url or "",
            stripe=stripe_rails(settings.stripe).by_county,
            webhooks=WebhookSending(
                settings.keys(KeyPurpose.WEBHOOKS),
                Sender(allow_local=not settings.is_production),
                settings.public_url or "",
            ),
        ),
        FileWorker(engine, clock=lambda: clock(settings)),
        FileWorker(engine, most_rows=SHORT_ROWS),
        TrialWorker(engine),
    ]
    for job in jobs:
        job.start()
    return jobs


def _print_address(settings: Settings, host: str, port: int) -> None:
    """Print the address, and in development the demo log-ins."""
    if not settings.is_production and settings.log_ins_file.exists():
        report_progress(settings.log_ins_file.read_text(encoding="utf-8"))
    name = f"[{host}]" if ":" in host else host
    report_progress(f"Omatori is at http://{name}:{port}  (stop with Ctrl-C)")


def _port_of(server: Any) -> int:
    """Return the port that the server listens on; a name such as `localhost` may have several addresses."""
    port: int = server.effective_port if hasattr(server, "effective_port") else server.effective_listen[0][1]
    return port


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)
