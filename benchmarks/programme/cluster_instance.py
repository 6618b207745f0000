"""The program on a cluster: PostgreSQL under Patroni, pgbouncer, gunicorn, and the jobs beside it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
from psycopg.rows import TupleRow

from benchmarks.programme.api_client import SECONDS, Json
from benchmarks.programme.failure import require
from benchmarks.programme.instance import CLOCK, ROOT, Instance
from tests.debian.packages import why_missing
from tests.debian.patroni_cluster import PACKAGES, PatroniCluster
from tests.processes import LiveServer, OmatoriProcesses, free_port

START_SECONDS = 300
OWNER, PROGRAM = "omatori_owner", "omatori"
AS_OWNER = frozenset({"db", "seed"})


class ClusterInstance(Instance):
    """The instance whose database is the cluster. It is served by gunicorn, as docs/deployment has it."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder, self.seconds = folder, seconds
        self.processes = OmatoriProcesses(ROOT, var_dir=folder / "var")
        self.processes.open_fork_server()
        self.cluster = PatroniCluster(folder / "cluster")
        self.server: LiveServer | None = None
        self.seed_report: Json = {}

    def begin(self) -> None:
        """Start the cluster, fill the database, and serve it."""
        self.cluster.create()
        self.command("db", "upgrade")
        self.seed_report = json.loads(self.command("seed", "--world", "small", "--json"))
        self.processes.serve(self.cluster.url(), clock=CLOCK)
        self.start()

    def command(self, *words: str, failpoint: str | None = None) -> str:
        """Run `omatori …`, and return what it printed. Raises CheckFailedError if it fails."""
        url = self.cluster.url(OWNER if words[0] in AS_OWNER else PROGRAM)
        environment = {"OMATORI_FAILPOINT": failpoint} if failpoint else {}
        done = self.processes.run(*words, database_url=url, clock=CLOCK, **environment)
        require(done.returncode == 0, f"omatori {' '.join(words)}: {done.returncode} {done.stderr[-600:]}")
        return done.stdout

    def start(self, failpoint: str | None = None) -> None:
        """Start gunicorn with two processes, and return when it answers."""
        port, log = free_port(), self.folder / "gunicorn.log"
        settings = ["-c", "docs/deployment/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}"]
        program = [sys.executable, "-m", "gunicorn", *settings, "wsgi:from_environment()"]
        more = {"OMATORI_FAILPOINT": failpoint} if failpoint else {}
        environment = self.processes.environment(self.cluster.url(), CLOCK, more)
        with log.open("ab") as out:
            process = subprocess.Popen(program, cwd=ROOT, env=environment, stdout=out, stderr=out)
        self.server = LiveServer(f"http://127.0.0.1:{port}", process, log)
        self.processes.servers.append(self.server)
        ends = monotonic() + START_SECONDS
        while monotonic() < ends:
            try:
                urlopen(f"{self.server.url}/health/live", timeout=5).close()
            except (URLError, OSError):
                sleep(0.1)
            else:
                return
        require(False, f"gunicorn did not come up: {log.read_text(errors='replace')[-2000:]}")

    def connect(self) -> psycopg.Connection[TupleRow]:
        """Open a connection to the database on the primary."""
        return self.cluster.connect_to(self.cluster.primary(), "omatori", "postgres")

    def close(self) -> None:
        """Stop all processes, and remove the folder."""
        self.processes.stop_all()
        self.cluster.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def running_cluster(seconds: float = SECONDS) -> Iterator[ClusterInstance]:
    """Run the program on a cluster in a folder of its own, and remove it afterwards.

    Raises:
        CheckFailedError: A package of Debian is missing, and cannot be installed by apt.
    """
    missing = why_missing(*PACKAGES)
    require(missing is None, str(missing))
    instance = ClusterInstance(Path(tempfile.mkdtemp(prefix="omatori-cluster-")), seconds)
    try:
        instance.begin()
        yield instance
    finally:
        instance.close()
