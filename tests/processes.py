"""Omatori's own programs, run as an operator would: in processes of their own, against a given database."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any, Protocol
from urllib.error import URLError
from urllib.request import urlopen

START_SECONDS = 60
STOP_SECONDS = 10
COMMAND_SECONDS = 300
COMMAND = [sys.executable, "-c", "from cli import main; main()"]


NURSERY = """
import json, os, signal, sys
import cli, commands.serve, foundation.database.migrate, waitress.server, wsgi
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    words, environment, out, err = json.loads(line)
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(environment)
        for stream, name in ((1, out), (2, err)):
            os.dup2(os.open(name, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644), stream)
        os.close(0)
        sys.argv[1:] = words
        try:
            cli.main()
        except SystemExit as end:
            with open(out + ".ended", "w") as ended:
                ended.write(str(end.code or 0))
            raise
    print(child, flush=True)
"""
"""A process that has imported the program and forks it for each line that it is told."""


class Process(Protocol):
    """What is asked of a server's process."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def kill(self) -> None: ...
    def terminate(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


@dataclass(frozen=True, slots=True)
class Forked:
    """A server that a nursery forked."""

    pid: int

    def poll(self) -> int | None:
        """None while it lives; how it ended only its nursery could tell."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return -1
        return None

    def kill(self) -> None:
        """kill -9."""
        self._signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def wait(self, timeout: float | None = None) -> int:
        """Until it is gone. TimeoutExpired: it is not."""
        ends = monotonic() + (timeout or COMMAND_SECONDS)
        while self.poll() is None:
            if monotonic() > ends:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or COMMAND_SECONDS)
            sleep(0.002)
        return -1

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


class Nursery:
    """Forks programs from a process that has imported them: a start takes a tenth of a fresh Python's."""

    def __init__(self, root: Path) -> None:
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen([sys.executable, "-c", NURSERY], cwd=root, **pipes)
        self._one_at_a_time = Lock()

    def fork(self, words: list[str], environment: dict[str, str], out: Path, err: Path) -> Forked:
        """`omatori words`, its output appended to the files."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self._one_at_a_time:
            self.process.stdin.write(json.dumps([words, environment, str(out), str(err)]) + "\n")
            self.process.stdin.flush()
            return Forked(int(self.process.stdout.readline()))

    def close(self) -> None:
        """It ends; what it has forked lives on."""
        self.process.communicate()


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A running `omatori serve`."""

    url: str
    process: Process
    log: Path

    def stop(self) -> None:
        """Ask it to stop, as systemd would; kill it if it does not."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """kill -9: the plug is pulled."""
        self.process.kill()
        self.process.wait()


@dataclass(slots=True)
class OmatoriProcesses:
    """Starts programs and remembers them. A `nursery` that is given forks them, and is left open."""

    root: Path
    var_dir: Path
    nursery: Nursery | None = None
    servers: list[LiveServer] = field(default_factory=list)
    _own_nursery: Nursery | None = None

    def serve(self, database_url: str | None, *, clock: str | None = None, **environment: str) -> LiveServer:
        """Start `omatori serve` on a free port and wait until it answers; None: on the embedded database."""
        port = _free_port()
        self.var_dir.mkdir(parents=True, exist_ok=True)
        log = self.var_dir / f"serve-{port}.log"
        words = ["serve", "--host", "127.0.0.1", "--port", str(port)]
        told = self._environment(database_url, clock, environment)
        nursery = self.nursery
        process = nursery.fork(words, told, log, log) if nursery else self._started(words, told, log)
        live = LiveServer(f"http://127.0.0.1:{port}", process, log)
        self.servers.append(live)
        _wait_until_up(live)
        return live

    def run(
        self, *arguments: str, database_url: str | None, clock: str | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run one `omatori` command to its end; the caller looks at the return code."""
        told = self._environment(database_url, clock, environment)
        if self.nursery:
            return self._forked_to_its_end(self.nursery, list(arguments), told)
        return subprocess.run(
            [*COMMAND, *arguments],
            check=False,
            cwd=self.root,
            env=told,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
        )

    def open_nursery(self) -> None:
        """From now on fork programs from a process of our own that has imported them."""
        self.nursery = self._own_nursery = Nursery(self.root)

    def stop_all(self) -> None:
        """Stop every server that still runs."""
        for live in self.servers:
            if live.process.poll() is None:
                live.stop()
        if self._own_nursery is not None:
            self._own_nursery.close()
            self.nursery = self._own_nursery = None

    def _started(self, words: list[str], environment: dict[str, str], log: Path) -> Process:
        with log.open("wb") as out:
            return subprocess.Popen(
                [*COMMAND, *words], cwd=self.root, env=environment, stdout=out, stderr=subprocess.STDOUT
            )

    def _forked_to_its_end(
        self, nursery: Nursery, words: list[str], environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        self.var_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.var_dir) as folder:
            out, err, ended = (Path(folder) / name for name in ("out", "err", "out.ended"))
            nursery.fork(words, environment, out, err).wait()
            code = int(ended.read_text()) if ended.exists() else -signal.SIGKILL
            return subprocess.CompletedProcess(words, code, out.read_text(), err.read_text())

    def _environment(
        self, database_url: str | None, clock: str | None, more: dict[str, str]
    ) -> dict[str, str]:
        address = {"DATABASE_URL": database_url or ""}
        own = address | {"OMATORI_VAR": str(self.var_dir), "OMATORI_ENV": "development"}
        frozen = {"OMATORI_CLOCK": clock} if clock else {}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("OMATORI_")}
        return inherited | own | frozen | more


def _wait_until_up(live: LiveServer) -> None:
    deadline = monotonic() + START_SECONDS
    while monotonic() < deadline and live.process.poll() is None:
        try:
            with urlopen(f"{live.url}/health/live", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            sleep(0.05)
    live.process.kill()
    raise AssertionError(f"omatori serve did not come up:\n{live.log.read_text(errors='replace')[-4000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
