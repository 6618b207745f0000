"""Start Omatori's programs as an operator does: in separate processes, on a given database."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any, Protocol
from urllib.error import URLError
from urllib.request import urlopen

START_SECONDS = 180
STOP_SECONDS = 60
COMMAND_SECONDS = 600
MOST_KEPT_PORTS = 64
"""More than a test has programs; the oldest socket is closed when another comes."""
_kept_ports: deque[socket.socket] = deque(maxlen=MOST_KEPT_PORTS)
COMMAND = [sys.executable, "-c", "from cli import main; main()"]


FORK_SERVER = """
import json, os, signal, sys
import cli, commands.serve, foundation.database.migrate, waitress.server, wsgi
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    arguments, environment, out, err = json.loads(line)
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(environment)
        for stream, name in ((1, out), (2, err)):
            os.dup2(os.open(name, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644), stream)
        os.close(0)
        sys.argv[1:] = arguments
        try:
            cli.main()
        except SystemExit as end:
            with open(out + ".ended", "w") as ended:
                ended.write(str(end.code or 0))
            raise
    print(child, flush=True)
"""
"""A process that imports the program once and forks for each line on its standard input."""


class Process(Protocol):
    """The methods that a server's process must have."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def kill(self) -> None: ...
    def terminate(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


@dataclass(frozen=True, slots=True)
class Forked:
    """A server that the fork server started."""

    pid: int

    def poll(self) -> int | None:
        """Return None while it runs, else -1: only its parent knows the exit code."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return -1
        return None

    def kill(self) -> None:
        """Send SIGKILL."""
        self._signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self._signal(signal.SIGTERM)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has exited. Raises TimeoutExpired."""
        ends = monotonic() + (timeout or COMMAND_SECONDS)
        while self.poll() is None:
            if monotonic() > ends:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or COMMAND_SECONDS)
            sleep(0.002)
        return -1

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


class ForkServer:
    """Start programs by a fork of a process that has imported them, in a tenth of the usual time."""

    def __init__(self, root: Path) -> None:
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen([sys.executable, "-c", FORK_SERVER], cwd=root, **pipes)
        self._one_at_a_time = Lock()

    def fork(self, arguments: list[str], environment: dict[str, str], out: Path, err: Path) -> Forked:
        """Start `omatori` with these arguments; append its output to the files."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self._one_at_a_time:
            self.process.stdin.write(json.dumps([arguments, environment, str(out), str(err)]) + "\n")
            self.process.stdin.flush()
            return Forked(int(self.process.stdout.readline()))

    def close(self) -> None:
        """Stop the fork server; programs that it started keep running."""
        self.process.communicate()


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A running `omatori serve`."""

    url: str
    process: Process
    log: Path

    def stop(self) -> None:
        """Stop it as systemd does: SIGTERM, then SIGKILL after a time."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kill it without notice, as a power cut does."""
        self.process.kill()
        self.process.wait()


@dataclass(slots=True)
class OmatoriProcesses:
    """Start programs and stop them later. A fork server that is passed in starts them, and stays open."""

    root: Path
    var_dir: Path
    fork_server: ForkServer | None = None
    servers: list[LiveServer] = field(default_factory=list)
    _own_fork_server: ForkServer | None = None

    def serve(
        self,
        database_url: str | None,
        *,
        clock: str | None = None,
        port: str | None = None,
        **environment: str,
    ) -> LiveServer:
        """Start `omatori serve` on a free port and wait until it answers. No URL: embedded database.

        Args:
            port: That of a server which was stopped, so that open windows find the new one.
        """
        port = port or str(free_port())
        self.var_dir.mkdir(parents=True, exist_ok=True)
        log = self.var_dir / f"serve-{port}.log"
        arguments = ["serve", "--host", "127.0.0.1", "--port", port]
        variables = self.environment(database_url, clock, environment)
        if self.fork_server and "LD_PRELOAD" not in environment:
            process: Process = self.fork_server.fork(arguments, variables, log, log)
        else:
            process = self._started(arguments, variables, log)
        live = LiveServer(f"http://127.0.0.1:{port}", process, log)
        self.servers.append(live)
        _wait_until_up(live)
        return live

    def run(
        self, *arguments: str, database_url: str | None, clock: str | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run an `omatori` command to its end; the caller checks the return code."""
        variables = self.environment(database_url, clock, environment)
        if self.fork_server and "LD_PRELOAD" not in environment:
            return self._run_forked(self.fork_server, list(arguments), variables)
        return subprocess.run(
            [*COMMAND, *arguments],
            check=False,
            cwd=self.root,
            env=variables,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
        )

    def open_fork_server(self) -> None:
        """Start a fork server; later programs are started by it."""
        self.fork_server = self._own_fork_server = ForkServer(self.root)

    def stop_all(self) -> None:
        """Stop every server that still runs."""
        for live in self.servers:
            if live.process.poll() is None:
                live.stop()
        if self._own_fork_server is not None:
            self._own_fork_server.close()
            self.fork_server = self._own_fork_server = None

    def _started(self, arguments: list[str], environment: dict[str, str], log: Path) -> Process:
        with log.open("wb") as out:
            return subprocess.Popen(
                [*COMMAND, *arguments], cwd=self.root, env=environment, stdout=out, stderr=subprocess.STDOUT
            )

    def _run_forked(
        self, fork_server: ForkServer, arguments: list[str], environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        self.var_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.var_dir) as folder:
            out, err, ended = (Path(folder) / name for name in ("out", "err", "out.ended"))
            fork_server.fork(arguments, environment, out, err).wait()
            code = int(ended.read_text()) if ended.exists() else -signal.SIGKILL
            return subprocess.CompletedProcess(arguments, code, out.read_text(), err.read_text())

    def environment(
        self, database_url: str | None, clock: str | None, more: dict[str, str]
    ) -> dict[str, str]:
        """Return the environment of a program on a database."""
        address = {"DATABASE_URL": database_url or ""}
        own = address | {"OMATORI_VAR": str(self.var_dir), "OMATORI_ENV": "development"}
        frozen = {"OMATORI_CLOCK": clock} if clock else {}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("OMATORI_")}
        return inherited | own | frozen | more


def _wait_until_up(live: LiveServer) -> None:
    deadline = monotonic() + START_SECONDS
    while monotonic() < deadline and live.process.poll() is None:
        try:
            with urlopen(f"{live.url}/health/live", timeout=10) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            sleep(0.05)
    live.process.kill()
    raise AssertionError(f"omatori serve did not come up:\n{live.log.read_text(errors='replace')[-4000:]}")


def free_port() -> int:
    """Return a port on the loopback interface that is kept for the caller's program.

    The socket stays bound, so that no other test is given the port before the program listens, or while it is
    restarted. It does not listen, and with SO_REUSEADDR the program may bind the same port.
    """
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    _kept_ports.append(kept)
    return int(kept.getsockname()[1])
