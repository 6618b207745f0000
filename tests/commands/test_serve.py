"""`omatori serve`: up, told where, and gone when asked."""

import signal
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from click.testing import Result

from tests.builders.patience import PATIENCE_SECONDS
from tests.conftest import ROOT
from tests.processes import OmatoriProcesses

Invoke = Callable[..., Result]


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[OmatoriProcesses]:
    """Here every start is a fresh Python's, as an operator's."""
    processes = OmatoriProcesses(ROOT, tmp_path / "var")
    yield processes
    processes.stop_all()


@pytest.mark.slow
def test_it_serves_and_stops_on_a_signal(server: Any, fresh_database: str) -> None:
    live = server(fresh_database)
    with urlopen(f"{live.url}/health/ready", timeout=PATIENCE_SECONDS) as answer:
        assert answer.status == 200
    live.process.send_signal(signal.SIGTERM)
    assert live.process.wait(PATIENCE_SECONDS) == 0
    assert f"Omatori is at {live.url}" in live.log.read_text()


@pytest.mark.long
def test_open_connections_do_not_block_others(server: Any, fresh_database: str) -> None:
    live = server(fresh_database)
    lines = [HTTPConnection(urlsplit(live.url).netloc, timeout=PATIENCE_SECONDS) for _ in range(150)]
    for line in lines:
        line.request("GET", "/health/live")
        assert line.getresponse().read()
    for line in lines:
        line.close()


def test_a_taken_port_gives_a_readable_error(server: Any, fresh_database: str, invoke: Invoke) -> None:
    live = server(fresh_database)
    port = live.url.rpartition(":")[2]
    done = invoke("serve", "--port", port, database_url=fresh_database)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: Cannot listen on")
