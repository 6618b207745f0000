"""docs/deployment: units start commands that exist; gunicorn serves with several processes."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import click
import psutil
import pytest

from cli import omatori
from tests.builders.patience import PATIENCE_SECONDS, wait_until
from tests.conftest import ROOT
from tests.processes import free_port

DEPLOYMENT = ROOT / "docs" / "deployment"
UNITS = sorted(DEPLOYMENT.glob("*.service"))
PROGRAM = "/srv/omatori/.venv/bin/omatori"
TOKEN = "t5Hx-0aLpQz8_mVcR2kYbN7sWdEu4GjF"
SECRETS = {
    "SECRET_KEY": "kQ7-vd0TzMw3_hXb9LrN5eYsJcA1uG6f",
    "IDENTITY_KEYS": "1:Zw4-oV9pKx1QyH_t6UjR0mBd8SeC2nLf",
    "AUDIT_KEYS": "1:u8Jt-2vWqRzXk7Y_aPdLm0sNbE5hG3cF",
}
REQUESTS = 40


def started(unit: Path) -> list[str]:
    """Return the command line of a unit."""
    (line,) = re.findall(r"^ExecStart=(.*)$", unit.read_text(), re.MULTILINE)
    return shlex.split(line, posix=True) if "(" not in line else line.split()


@pytest.mark.parametrize(
    "unit", [unit for unit in UNITS if started(unit)[0] == PROGRAM], ids=lambda u: u.name
)
def test_a_unit_starts_a_command_that_exists(unit: Path) -> None:
    command: click.Command = omatori
    context, words = click.Context(omatori), started(unit)[1:]
    while isinstance(command, click.Group):
        _name, found, words = command.resolve_command(context, words)
        assert found is not None
        command = found
    command.make_context(command.name, words, resilient_parsing=True)


def test_every_unit_reads_the_same_settings() -> None:
    assert len(UNITS) == 4
    for unit in UNITS:
        lines = unit.read_text().splitlines()
        assert "EnvironmentFile=/etc/omatori/environment" in lines, unit.name
        assert "User=omatori" in lines, unit.name


@pytest.mark.long
def test_gunicorn_serves_with_several_processes(fresh_database: str, tmp_path: Path) -> None:
    """The figures are those of all processes; the log is JSON and has no address; SIGTERM ends it."""
    port, metrics, var = free_port(), tmp_path / "metrics", tmp_path / "var"
    for folder in (metrics, var):
        folder.mkdir(mode=0o700)
    own = {"OMATORI_ENV": "production", "OMATORI_VAR": str(var), "OMATORI_METRICS_TOKEN": TOKEN, **SECRETS}
    own |= {
        "DATABASE_URL": fresh_database,
        "MAIL_HOST": "localhost",
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
    }
    settings = ["-c", "docs/deployment/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}"]
    program = [sys.executable, "-m", "gunicorn", *settings, "wsgi:from_environment()"]
    environment = {**os.environ, **own}  # noqa: TID251 - a program's environment begins with ours
    log = tmp_path / "log"
    with log.open("wb") as out:
        served = subprocess.Popen(program, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        _wait(f"http://127.0.0.1:{port}/health/live")
        for answering in workers_of(served):
            with stopped(workers_of(served) - {answering}):
                for _ in range(REQUESTS // 2):
                    address = f"http://127.0.0.1:{port}/kirjaudu?email=salla@example.fi"
                    urlopen(address, timeout=PATIENCE_SECONDS).close()
        asked = Request(f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        with urlopen(asked, timeout=PATIENCE_SECONDS) as answer:
            figures = answer.read().decode()
    finally:
        served.terminate()
        assert served.wait(90) == 0
    counted = re.search(r'omatori_answers_total\{endpoint="identity.log_in".*?\} (\S+)', figures)
    assert counted is not None
    assert float(counted[1]) == REQUESTS
    assert len(list(metrics.glob("counter_*.db"))) == 2, "one file for each of two processes"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert sum(line.get("route") == "GET /kirjaudu" for line in lines) == REQUESTS
    assert "salla" not in log.read_text()


def _wait(address: str) -> None:
    wait_until(lambda: _answers(address), pause_seconds=0.1)


def _answers(address: str) -> bool:
    try:
        urlopen(address, timeout=10).close()
    except OSError:
        return False
    return True


def workers_of(served: subprocess.Popen[bytes]) -> set[psutil.Process]:
    """Return gunicorn's two workers, when both have been started."""
    master = psutil.Process(served.pid)
    wait_until(lambda: len(master.children()) == 2)
    return set(master.children())


@contextmanager
def stopped(workers: set[psutil.Process]) -> Iterator[None]:
    """Stop workers for a while, so that the others answer: who answers first depends on the machine."""
    for worker in workers:
        worker.suspend()
    try:
        yield
    finally:
        for worker in workers:
            worker.resume()


def test_the_page_of_an_upgrade_needs_no_program_and_speaks_three_languages() -> None:
    page = (DEPLOYMENT / "updating.html").read_text("utf-8")
    assert re.findall(r'lang="(\w+)"', page) == ["fi", "sv", "sv", "en", "en"]
    assert not re.search(r"<script|src=|url\(|https?:", page)
    site = (DEPLOYMENT / "nginx.conf").read_text("utf-8")
    assert "error_page 502 =503 /updating.html;" in site
    assert site.count("error_page 502 = @updating_api;") == site.count("location /api/")
