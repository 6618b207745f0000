"""pgbouncer between the program and its database: by session it works, by transaction it is refused."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url, text

from foundation.database.pooling import gives_connections_away
from foundation.database.server_account import current_account
from foundation.database.session import APPLICATION_ROLE, WEB, make_engine
from tests.builders.patience import wait_until
from tests.debian.packages import PATH, need_packages
from tests.processes import OmatoriProcesses, free_port

pytestmark = pytest.mark.long
Pooled = Callable[[str], str]


@pytest.fixture
def pooled(fresh_database: str) -> Iterator[Pooled]:
    """`pooled("session")` returns the address of the test's database through a pgbouncer of that mode."""
    need_packages("pgbouncer")
    started = []
    with TemporaryDirectory(prefix="omatori-pool-") as name:

        def pooled(mode: str) -> str:
            port = free_port()
            started.append(start(Path(name), fresh_database, mode, port))
            return f"postgresql://omatori@127.0.0.1:{port}/omatori"

        yield pooled
        for process in started:
            process.kill()
            process.wait()


def start(folder: Path, database_url: str, mode: str, port: int) -> subprocess.Popen[bytes]:
    url = make_url(database_url)
    settings = folder / f"{mode}.ini"
    settings.write_text(
        f"[databases]\nomatori = host={url.query['host']} port={url.query['port']} dbname={url.database} "
        f"user=omatori\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\n"
        f"unix_socket_dir =\npool_mode = {mode}\n",
        encoding="utf-8",
    )
    account = current_account()  # that of the server: its socket is closed to others
    account.allow_access(folder)
    own: dict[str, Any] = {"env": {"PATH": PATH}, "cwd": "/"}
    if account.is_other:
        own |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    process: subprocess.Popen[bytes] = subprocess.Popen(["pgbouncer", str(settings)], **own)
    wait_until(lambda: answers(port), settings.read_text(encoding="utf-8"))
    return process


def answers(port: int) -> bool:
    try:
        psycopg.connect(f"postgresql://omatori@127.0.0.1:{port}/omatori").close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_connection_by_session_has_its_role_and_its_timeouts(pooled: Pooled) -> None:
    engine = make_engine(pooled("session"), role=APPLICATION_ROLE, timeouts=WEB)
    with engine.connect() as connection:
        row = connection.execute(text("SELECT current_user, current_setting('lock_timeout')")).one()
        assert tuple(row) == (APPLICATION_ROLE, "5s")
        connection.rollback()
        assert connection.scalar(text("SELECT current_user")) == APPLICATION_ROLE, "after a rollback too"
    assert not gives_connections_away(engine)
    engine.dispose()


def test_the_next_client_of_a_session_does_not_have_its_role(pooled: Pooled) -> None:
    url = pooled("session")
    for _ in range(3):
        engine = make_engine(url, role=APPLICATION_ROLE)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT current_user")) == APPLICATION_ROLE
        engine.dispose()
        with make_engine(url).connect() as connection:
            assert connection.scalar(text("SELECT current_user")) == "omatori"
            connection.detach()


def test_a_pooler_that_gives_connections_away_is_refused(pooled: Pooled, processes: OmatoriProcesses) -> None:
    url = pooled("transaction")
    engine = make_engine(url)
    assert gives_connections_away(engine)
    engine.dispose()
    done = processes.run("serve", "--port", "0", database_url=url)
    assert done.returncode == 1
    assert "pool_mode = session" in done.stderr
