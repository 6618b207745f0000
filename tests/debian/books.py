"""Books that are backed up, lost and restored: on the embedded server, and on Debian's PostgreSQL."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Protocol

from sqlalchemy.orm import Session

from foundation.database.backups import base_backups
from foundation.database.embedded import attach, discard
from foundation.database.session import make_engine
from tests.debian.account import give, hand_over, run
from tests.debian.postgres import DebianPostgres

CLOCK = "2026-11-21T12:00:00+02:00"
Omatori = Callable[..., subprocess.CompletedProcess[str]]


class Book(Protocol):
    """A database with the ways in which it is backed up, lost and restored."""

    def command(self, *words: str) -> subprocess.CompletedProcess[str]: ...
    def writing(self) -> object: ...
    def back_up(self) -> int: ...
    def archive_log(self) -> None: ...
    def lose(self) -> None: ...
    def restore(self, to: datetime | None) -> None: ...


@contextmanager
def committed(url: str) -> Iterator[Session]:
    """A session on the owner's connection, committed at the end."""
    engine = make_engine(url)
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
            session.flush()
            session.expunge_all()
    finally:
        engine.dispose()


@dataclass(slots=True)
class EmbeddedBook:
    """The embedded server in the folder of `omatori`, and `omatori backup` and `restore`."""

    omatori: Omatori
    var_dir: Path
    folder: Path

    def create(self) -> None:
        """Migrate an empty database. This process keeps the server running, so that commands are quick."""
        attach(self.var_dir / "postgres")
        _done(self.command("db", "upgrade"))

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the program."""
        return self.omatori(*words, database_url=None, clock=CLOCK)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session of this process on the database."""
        with committed(attach(self.var_dir / "postgres").url()) as session:
            yield session

    def back_up(self) -> int:
        """Take a base backup; return its size in bytes."""
        _done(self.command("backup", str(self.folder)))
        return base_backups(self.folder)[-1].size

    def archive_log(self) -> None:
        """Add the log until now."""
        _done(self.command("backup", str(self.folder), "--log-only"))

    def lose(self) -> None:
        """Lose the disk of the database."""
        attach(self.var_dir / "postgres").detach()
        assert discard(self.var_dir / "postgres")

    def restore(self, to: datetime | None) -> None:
        """Restore, until a time if one is given; a restored database before is moved aside."""
        if (self.var_dir / "postgres").exists():
            attach(self.var_dir / "postgres").detach()
        until = () if to is None else ("--to", to.isoformat())
        _done(self.command("restore", str(self.folder), "--replace", *until))
        attach(self.var_dir / "postgres")

    def remove(self) -> None:
        """Stop the servers, and delete their data."""
        attach(self.var_dir / "postgres").detach()
        for server in self.var_dir.glob("postgres*"):
            discard(server)


@dataclass(slots=True)
class ServerBook:
    """A server of Debian's PostgreSQL. `omatori backup` copies it; it is restored by hand (operations.md)."""

    omatori: Omatori
    server: DebianPostgres
    folder: Path

    def create(self) -> None:
        """Make the server, and migrate an empty database as its owner."""
        self.server.create()
        _done(self._as("omatori_owner", "db", "upgrade"))

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the program, as the user of the running program."""
        return self._as("omatori", *words)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session of this process on the database."""
        with committed(self.server.url("omatori_owner")) as session:
            yield session

    def back_up(self) -> int:
        """Take a base backup; return its size in bytes."""
        _done(self._as("omatori_owner", "backup", str(self.folder)))
        return base_backups(self.folder)[-1].size

    def archive_log(self) -> None:
        """Add the log until now."""
        _done(self._as("omatori_owner", "backup", str(self.folder), "--log-only"))

    def lose(self) -> None:
        """Lose the disk of the server."""
        self.server.lose_data()

    def restore(self, to: datetime | None) -> None:
        """Unpack the base backup, and let the server recover from the folder of the log."""
        if self.server.data.exists():
            self.server.stop()
            self.server.data.rename(self.server.folder / f"data.before-{monotonic()}")
        base, data = base_backups(self.folder)[-1], self.server.data
        data.mkdir(mode=0o700)
        for archive, place in (("base.tar.gz", data), ("pg_wal.tar.gz", data / "pg_wal")):
            with tarfile.open(base.folder / archive) as tar:
                tar.extractall(place, filter="data")
        wal = self.folder / "wal"
        lines = [f"restore_command = 'cp {wal}/%f %p || cp {wal}/%f.partial %p'"]
        lines += ["recovery_target_action = promote"]
        lines += [] if to is None else [f"recovery_target_time = '{to.astimezone(UTC).isoformat()}'"]
        with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
            settings.write("\n".join(lines) + "\n")
        (data / "recovery.signal").touch()
        give(data)
        give(self.folder)
        self.server.start()

    def remove(self) -> None:
        """Stop the server."""
        self.server.stop()

    def _as(self, user: str, *words: str) -> subprocess.CompletedProcess[str]:
        return self.omatori(*words, database_url=self.server.url(user), clock=CLOCK)


class BackRestBook(ServerBook):
    """The same server, with its log archived, copied and restored by pgBackRest (docs/operations.md)."""

    __slots__ = ()

    def create(self) -> None:
        """Make the server with an archive_command, and the stanza."""
        hand_over(self.folder)
        configuration = self.folder / "pgbackrest.conf"
        configuration.write_text(
            "[global]\n"
            f"repo1-path={self.folder}/repo\nlog-path={self.folder}\nlock-path={self.folder}/lock\n"
            "repo1-retention-full=14\nstart-fast=y\n"
            "[omatori]\n"
            f"pg1-path={self.server.data}\npg1-port={self.server.port}\npg1-socket-path={self.server.folder}\n"
            "pg1-user=postgres\n",
            encoding="utf-8",
        )
        give(self.folder)
        self.server.settings |= {
            "archive_mode": "on",
            "archive_command": f"pgbackrest --config={configuration} --stanza=omatori archive-push %p",
        }
        super().create()
        self._pgbackrest("stanza-create")
        self._pgbackrest("check")

    def back_up(self) -> int:
        """Take a full backup; return the size of the repository in bytes."""
        self._pgbackrest("--type=full", "backup")
        return sum(file.stat().st_size for file in (self.folder / "repo").rglob("*") if file.is_file())

    def archive_log(self) -> None:
        """Have the server archive its log until now: `archive_timeout` does this by itself."""
        with self.server.connect() as administrator:
            administrator.execute(
                "SELECT pg_logical_emit_message(true, 'test', 'an idle server switches nothing')"
            )
            [name] = administrator.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone() or [""]
            archived = "SELECT coalesce(last_archived_wal >= %s, false) FROM pg_stat_archiver"
            ends = monotonic() + 60
            while administrator.execute(archived, [name]).fetchone() != (True,):
                assert monotonic() < ends, f"{name} is not archived"
                sleep(0.1)

    def restore(self, to: datetime | None) -> None:
        """Restore the newest backup with its log, and start the server."""
        if self.server.data.exists():
            self.server.stop()
            self.server.data.rename(self.server.folder / f"data.before-{monotonic()}")
        until = ["--type=default"]
        if to is not None:
            until = ["--type=time", f"--target={to.astimezone(UTC):%Y-%m-%d %H:%M:%S+00}"]
            until += ["--target-action=promote"]
        self._pgbackrest(*until, "restore")
        self.server.start()

    def _pgbackrest(self, *words: str) -> None:
        run(["pgbackrest", f"--config={self.folder}/pgbackrest.conf", "--stanza=omatori", *words])


def _done(process: subprocess.CompletedProcess[str]) -> None:
    assert process.returncode == 0, (process.args, process.stdout, process.stderr)
