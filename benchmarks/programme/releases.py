"""A release of the program in a folder of its own, run as an operator does."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.programme.api_client import Json
from benchmarks.programme.failure import CheckFailedError, require

ROOT = Path(__file__).parents[2]
START_SECONDS, STOP_SECONDS = 60.0, 60.0
_MAIN = "from cli import main; main()"
_FILL = """
import sys
from functools import partial
from cli import main
from worlds import writing
from worlds.county import write_county_world
clients, providers = map(int, sys.argv[1:])
writing.WORLDS["county"] = partial(write_county_world, provider_count=providers, client_count=clients)
sys.argv[1:] = ["seed", "--world", "county", "--json"]
main()
"""
"""The command line has no option for the size of the county world."""


def release_of(commit: str, folder: Path) -> Release:
    """Return the release of a commit: a worktree in `folder` with an environment of its own, made once."""
    if not folder.exists():
        _git("worktree", "add", "--detach", str(folder), commit)
    if not (folder / ".venv").exists():
        subprocess.run(["python3", "dev.py", "setup"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return Release(folder)


def remove_release(release: Release) -> None:
    """Remove the worktree of a release."""
    _git("worktree", "remove", "--force", str(release.folder))


def _git(*words: str) -> None:
    subprocess.run(["git", "-C", str(ROOT), *words], check=True, stdout=subprocess.DEVNULL)


@dataclass(frozen=True, slots=True)
class Release:
    """The program in a folder that `dev.py setup` has prepared."""

    folder: Path

    def command(self, var: Path, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run `omatori …` to its end. Raises CheckFailedError if its exit code is another one."""
        done = subprocess.run(
            [*self._python(var, _MAIN), *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        require(done.returncode == code, f"omatori {' '.join(words)}: {done.returncode} {done.stderr[-900:]}")
        return done

    def fill(self, var: Path, *, clients: int, providers: int) -> Json:
        """Create the county world in an empty database, and return its report; other programs go first."""
        self.command(var, "db", "upgrade")
        done = subprocess.run(
            ["nice", *self._python(var, _FILL), str(clients), str(providers)],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        report: Json = json.loads(done.stdout)
        return report

    def revision(self, var: Path) -> str:
        """Return the revision of a database."""
        state = subprocess.run(
            [*self._python(var, _MAIN), "db", "status", "--json"],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        return str(json.loads(state.stdout)["current"])

    def serve(self, var: Path, port: int) -> Serving:
        """Start `omatori serve`, and return when it answers."""
        log = var / f"serve-{port}.log"
        with log.open("ab") as out:
            process = subprocess.Popen(
                [*self._python(var, _MAIN), "serve", "--port", str(port)],
                cwd=self.folder,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        serving = Serving(process, f"http://127.0.0.1:{port}", log)
        serving.wait_until_up()
        return serving

    def _python(self, var: Path, program: str) -> list[str]:
        without = ["-u", "OMATORI_CLOCK", "-u", "OMATORI_FAILPOINT", "-u", "DATABASE_URL"]
        own = [f"OMATORI_VAR={var}", "OMATORI_ENV=development"]
        return ["env", *without, *own, str(self.folder / ".venv" / "bin" / "python"), "-c", program]


@dataclass(frozen=True, slots=True)
class Serving:
    """A running `omatori serve`."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def wait_until_up(self) -> None:
        """Return when it answers. Raises CheckFailedError if it ends or takes too long."""
        ends = monotonic() + START_SECONDS
        while monotonic() < ends and self.process.poll() is None:
            try:
                with urlopen(f"{self.url}/health/live", timeout=2):
                    return
            except (URLError, OSError):
                sleep(0.05)
        self.process.kill()
        raise CheckFailedError(f"omatori serve did not answer: {self.log.read_text(errors='replace')[-900:]}")

    def stop(self) -> float:
        """Stop it as systemd does, and return the seconds that it took."""
        begun = monotonic()
        self.process.terminate()
        self.process.wait(STOP_SECONDS)
        return monotonic() - begun
