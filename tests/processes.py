"""Omatori's own programs, run as an operator would: in processes of their own, against a given database."""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

START_SECONDS = 30
STOP_SECONDS = 10
COMMAND_SECONDS = 300
COMMAND = [sys.executable, "-c", "from cli import main; main()"]


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A running `omatori serve`."""

    url: str
    process: subprocess.Popen[bytes]
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
    """Starts programs and remembers them."""

    root: Path
    var_dir: Path
    servers: list[LiveServer] = field(default_factory=list)

    def serve(self, database_url: str, *, clock: str | None = None, **environment: str) -> LiveServer:
        """Start `omatori serve` on a free port and wait until it answers."""
        port = _free_port()
        self.var_dir.mkdir(parents=True, exist_ok=True)
        log = self.var_dir / f"serve-{port}.log"
        command = [*COMMAND, "serve", "--host", "127.0.0.1", "--port", str(port)]
        with log.open("wb") as out:
            process = subprocess.Popen(
                command,
                cwd=self.root,
                env=self._environment(database_url, clock, environment),
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        live = LiveServer(f"http://127.0.0.1:{port}", process, log)
        self.servers.append(live)
        _wait_until_up(live)
        return live

    def run(
        self, *arguments: str, database_url: str, clock: str | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run one `omatori` command to its end; the caller looks at the return code."""
        return subprocess.run(
            [*COMMAND, *arguments],
            check=False,
            cwd=self.root,
            env=self._environment(database_url, clock, environment),
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
        )

    def stop_all(self) -> None:
        """Stop every server that still runs."""
        for live in self.servers:
            if live.process.poll() is None:
                live.stop()

    def _environment(self, database_url: str, clock: str | None, more: dict[str, str]) -> dict[str, str]:
        own = {"DATABASE_URL": database_url, "OMATORI_VAR": str(self.var_dir), "OMATORI_ENV": "development"}
        standing = {"OMATORI_CLOCK": clock} if clock else {}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("OMATORI_")}
        return inherited | own | standing | more


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
