"""The embedded PostgreSQL: joined by many, stopped by the last, recovered after kill -9, served over TCP."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from sqlalchemy import text

from foundation.database.embedded import DURABLE, FOR_TESTS, EmbeddedServer, attach, discard
from foundation.database.migrate import status, upgrade
from foundation.database.session import make_engine
from tests.builders.patience import wait_until
from tests.processes import free_port

ROOT = Path(__file__).parents[2]
JOIN = "import sys; from pathlib import Path; from foundation.database.embedded import attach; "
JOIN += "server = attach(Path(sys.argv[1])); print('up', flush=True); sys.stdin.readline()"


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="omatori-embedded-") as name:
        folder = Path(name) / "postgres"
        folder.mkdir()
        yield folder
        discard(folder)


def other_user(folder: Path) -> subprocess.Popen[str]:
    """Another process that has joined the server, until its standard input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", JOIN, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def postmaster(server: EmbeddedServer) -> int:
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])


def test_the_last_user_out_stops_the_server(folder: Path) -> None:
    other = other_user(folder)
    server = attach(folder, settings=FOR_TESTS)
    other.communicate("")
    assert server.is_running()
    server.detach()
    assert not server.is_running()


def test_a_user_killed_leaves_no_claim_behind(folder: Path) -> None:
    other = other_user(folder)
    other.kill()
    other.wait()
    server = attach(folder, settings=FOR_TESTS)
    server.detach()
    assert not server.is_running()


def test_committed_rows_outlive_kill_9_of_the_server_and_of_its_user(folder: Path) -> None:
    other = other_user(folder)
    server = attach(folder, settings=DURABLE)
    with server.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(postmaster(server), signal.SIGKILL)
    other.kill()
    other.wait()
    server.ensure_running()
    with server.connect() as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    server.detach()


def test_a_watched_server_restarts_by_itself(folder: Path) -> None:
    server = attach(folder, settings=FOR_TESTS)
    server.keep_running(every_seconds=0.1)
    before = postmaster(server)
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: _runs_anew(server, before), "the server did not come back")
    server.detach()


def _runs_anew(server: EmbeddedServer, before: int) -> bool:
    """Whether another postmaster answers. While one is followed by the next there is no file."""
    try:
        return postmaster(server) != before and _answers(server)
    except (FileNotFoundError, IndexError, ValueError):
        return False


def _answers(server: EmbeddedServer) -> bool:
    try:
        with server.connect() as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_a_path_too_long_for_a_socket_is_no_hindrance(folder: Path) -> None:
    deep = folder / ("long-name-" * 10)
    server = attach(deep, settings=FOR_TESTS)
    assert server.socket_folder != server.data
    assert _answers(server)
    server.detach()
    discard(deep)


def test_a_database_url_over_tcp_takes_the_same_road(folder: Path) -> None:
    """`DATABASE_URL` for a server elsewhere: TCP, a password, an account that is no superuser."""
    port = free_port()
    server = attach(folder, settings=FOR_TESTS | {"listen_addresses": "127.0.0.1", "port": str(port)})
    with server.connect() as connection:
        connection.execute("CREATE ROLE omatori_app NOLOGIN")
        connection.execute("CREATE ROLE omatori_system NOLOGIN BYPASSRLS IN ROLE omatori_app")
        connection.execute(
            "CREATE ROLE operator LOGIN PASSWORD 'over the wire' IN ROLE omatori_app, omatori_system"
        )
        connection.execute("CREATE DATABASE elsewhere OWNER operator")
    url = f"postgresql://operator:over%20the%20wire@127.0.0.1:{port}/elsewhere"
    upgrade(url)
    assert status(url).up_to_date
    engine = make_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT inet_server_port()")) == port
    engine.dispose()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://operator:wrong@127.0.0.1:{port}/elsewhere")
    server.detach()
