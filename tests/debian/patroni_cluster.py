"""Two nodes of PostgreSQL 15 under Patroni, with etcd, HAProxy and pgbouncer, as docs/deployment has them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import psycopg
import yaml
from psycopg.rows import TupleRow

from tests.conftest import ROOT
from tests.debian.account import as_database_account, give, hand_over
from tests.debian.postgres import make_roles
from tests.processes import free_port

DEPLOYMENT = ROOT / "docs" / "deployment"
START_SECONDS = 300
SYNCHRONOUS = """
SELECT current_setting('synchronous_standby_names') <> '' AND EXISTS (
  SELECT FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming')"""
PACKAGES = ("postgresql-15", "patroni", "etcd-server", "pgbouncer", "haproxy")
NODES, ADDRESSES = ("one", "two"), ("10.0.0.11", "10.0.0.12")
TIMES = {"ttl": 6, "loop_wait": 1, "retry_timeout": 2}
"""Seconds, shorter than those of the example: a test cannot wait half a minute for each failover."""


@dataclass(slots=True)
class PatroniCluster:
    """The processes of the cluster, each a child of this one, in a folder of its own."""

    folder: Path
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def create(self) -> None:
        """Start everything, and create the roles and the database on the primary."""
        hand_over(self.folder)
        names = ["etcd", "etcd_peer", "haproxy", "pgbouncer"]
        names += [f"{kind}_{node}" for node in NODES for kind in ("postgres", "rest")]
        self.ports = {name: free_port() for name in names}
        self._start_etcd()
        for node in NODES:
            self.start_node(node)
        self.wait_until_safe()
        with self.connect_to(self.primary(), "postgres", "postgres") as administrator:
            make_roles(administrator)
        self._start("haproxy", ["haproxy", "-db", "-f", self._written("haproxy.cfg")])
        self._written("pgbouncer_users.txt", '"omatori" ""\n"omatori_owner" ""\n')
        self._start("pgbouncer", ["pgbouncer", self._written("pgbouncer.ini")])

    def url(self, user: str = "omatori") -> str:
        """The address of the database through pgbouncer, for a user."""
        return f"postgresql://{user}@127.0.0.1:{self.ports['pgbouncer']}/omatori"

    def start_node(self, node: str) -> None:
        """Start Patroni on a node, which starts or rejoins its PostgreSQL."""
        self._start(node, ["patroni", self._written("patroni.yml", node=node)])

    def kill_node(self, node: str) -> None:
        """Kill Patroni and every process of PostgreSQL on a node with SIGKILL, as when its machine dies."""
        patroni = self.processes[node]
        victims = [patroni.pid, *self._postgres_of(node)]
        for number in victims:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        patroni.wait()

    def kill_postmaster(self, node: str) -> None:
        """Kill the postmaster alone with SIGKILL; Patroni stays."""
        os.kill(self._postgres_of(node)[0], signal.SIGKILL)

    def is_dead(self, node: str) -> bool:
        """Return whether Patroni was killed on a node."""
        return self.processes[node].poll() is not None

    def primary(self) -> str:
        """Return the node that is the primary, waiting until there is one."""
        ends = monotonic() + START_SECONDS
        while monotonic() < ends:
            for node in NODES:
                if self._is(node, "primary"):
                    return node
            sleep(0.1)
        raise AssertionError(f"no primary: {self.logs()}")

    def wait_until_safe(self) -> None:
        """Wait until the primary has a synchronous standby that Patroni would promote."""
        ends = monotonic() + START_SECONDS
        while monotonic() < ends:
            node = self.primary()
            (other,) = set(NODES) - {node}
            if self._is(other, "synchronous") and self._streams_to_standby(node):
                return
            sleep(0.1)
        raise AssertionError(f"no synchronous standby: {self.logs()}")

    def _streams_to_standby(self, node: str) -> bool:
        try:
            with self.connect_to(node, "postgres", "postgres") as administrator:
                row = administrator.execute(SYNCHRONOUS).fetchone()
        except psycopg.Error:
            return False
        return row == (True,)

    def connect_to(self, node: str, database: str, user: str) -> psycopg.Connection[TupleRow]:
        """Connect to a node past pgbouncer, each statement in its own transaction."""
        port = self.ports[f"postgres_{node}"]
        return psycopg.connect(f"postgresql://{user}@127.0.0.1:{port}/{database}", autocommit=True)

    def logs(self) -> str:
        """The end of each log."""
        files = sorted(self.folder.glob("*.log"))
        return "\n".join(f"== {file.name}\n{file.read_text(errors='replace')[-1500:]}" for file in files)

    def close(self) -> None:
        """Stop all processes that were started here."""
        for node in NODES:
            if node in self.processes:
                self.kill_node(node)
        for process in self.processes.values():
            process.kill()
            process.wait()

    def _is(self, node: str, role: str) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.ports[f'rest_{node}']}/{role}", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def _postgres_of(self, node: str) -> list[int]:
        """The postmaster and its children."""
        file = self.folder / node / "postmaster.pid"
        if not file.exists():
            return []
        try:
            postmaster = psutil.Process(int(file.read_text().split("\n", 1)[0]))
            return [postmaster.pid, *(child.pid for child in postmaster.children(recursive=True))]
        except (psutil.NoSuchProcess, ValueError):
            return []

    def _start_etcd(self) -> None:
        client, peer = (f"http://127.0.0.1:{self.ports[name]}" for name in ("etcd", "etcd_peer"))
        self._start(
            "etcd",
            [
                *("etcd", "--name=omatori", f"--data-dir={self.folder}/etcd", "--unsafe-no-fsync"),
                *(f"--listen-client-urls={client}", f"--advertise-client-urls={client}"),
                *(f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}"),
                *("--initial-cluster", f"omatori={peer}"),
            ],
        )

    def _start(self, name: str, command: list[object]) -> None:
        log = self.folder / f"{name}.log"
        with log.open("ab") as out:
            options = as_database_account()
            words = [str(word) for word in command]
            self.processes[name] = subprocess.Popen(words, **options, stdout=out, stderr=out)

    def _written(self, name: str, text: str | None = None, *, node: str = "") -> Path:
        """Write a configuration into the folder; without a text, the example of docs/deployment, adapted."""
        path = self.folder / f"{node}{name}"
        if text is None:
            example = (DEPLOYMENT / name).read_text(encoding="utf-8")
            text = self._patroni(example, node) if node else self._adapted(example)
        path.write_text(text, encoding="utf-8")
        give(path)
        return path

    def _adapted(self, example: str) -> str:
        """Put the ports and files of this cluster in the place of the example's."""
        places = {
            "/etc/pgbouncer/userlist.txt": f"{self.folder}/pgbouncer_users.txt",
            "auth_type = scram-sha-256": "auth_type = trust",
            "unix_socket_dir = /var/run/postgresql": f"unix_socket_dir = {self.folder}",
            "127.0.0.1:5000": f"127.0.0.1:{self.ports['haproxy']}",
            "port=5000": f"port={self.ports['haproxy']}",
            "127.0.0.1:5001": f"127.0.0.1:{free_port()}",
            "listen_port = 6432": f"listen_port = {self.ports['pgbouncer']}",
        }
        for node, address in zip(NODES, ADDRESSES, strict=True):
            places[f"{address}:5432 check port 8008"] = (
                f"127.0.0.1:{self.ports[f'postgres_{node}']} check port {self.ports[f'rest_{node}']}"
            )
        for place, own in places.items():
            example = example.replace(place, own)
        left = [line for line in example.splitlines() if "10.0.0." in line]
        assert not left, left
        return example

    def _patroni(self, example: str, node: str) -> str:
        settings: dict[str, Any] = yaml.safe_load(example)
        settings["name"] = node
        settings["etcd3"] = {"hosts": f"127.0.0.1:{self.ports['etcd']}"}
        rest, postgres = (f"127.0.0.1:{self.ports[f'{kind}_{node}']}" for kind in ("rest", "postgres"))
        settings["restapi"] |= {"listen": rest, "connect_address": rest}
        settings["bootstrap"]["dcs"] |= TIMES
        own = {"listen": postgres, "connect_address": postgres, "data_dir": str(self.folder / node)}
        settings["postgresql"] |= own | {"pgpass": str(self.folder / f"pgpass_{node}")}
        trusted = "127.0.0.1/32 trust"
        settings["postgresql"]["pg_hba"] = [f"host all all {trusted}", f"host replication all {trusted}"]
        settings["postgresql"]["parameters"] = {"unix_socket_directories": str(self.folder)}
        return json.dumps(settings)  # is YAML too
