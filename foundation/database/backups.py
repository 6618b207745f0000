"""Back up a PostgreSQL server to a folder: base backups, and its log up to now or as it is written.

    DIR/base-20261129T020000Z/   base.tar.gz, pg_wal.tar.gz, backup_manifest
    DIR/wal/                     the log since the first base backup, in segments of 16 MiB

A replication slot keeps the server from deleting log that the folder does not have. The programs are those of
the embedded server; they also back up a server of `DATABASE_URL` whose account may replicate.
"""

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from foundation.database.embedded import binaries

SLOT = "omatori_backup"
PRIVATE = 0o700
_STAMP, _TO_CHAR = "%Y%m%dT%H%M%SZ", 'YYYYMMDD"T"HH24MISS"Z"'
_CHUNK = 1024 * 1024
_BASE = re.compile(r"base-(\d{8}T\d{6}Z)")


class BackupError(Exception):
    """A backup or a restore failed. The message says why, and what to do."""


@dataclass(frozen=True, slots=True, order=True)
class BaseBackup:
    """A base backup. It can be restored to any time from `ended_at` on that the log reaches."""

    ended_at: datetime
    folder: Path

    @property
    def size(self) -> int:
        """Return its size in bytes."""
        return sum(file.stat().st_size for file in self.folder.iterdir())


def base_backups(folder: Path) -> list[BaseBackup]:
    """Return the base backups in a folder, the oldest first."""
    if not folder.is_dir():
        return []
    found = ((_BASE.fullmatch(entry.name), entry) for entry in folder.iterdir())
    return sorted(
        BaseBackup(datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC), entry)
        for match, entry in found
        if match
    )


def wal_folder(folder: Path) -> Path:
    """Return the folder of the log."""
    return folder / "wal"


def verify_files(folder: Path) -> None:
    """Compare each file of a base backup with the manifest that the server wrote.

    Raises:
        BackupError: A file is missing, is not in the manifest, or differs from it.
    """
    try:
        manifest = json.loads((folder / "backup_manifest").read_text(encoding="utf-8"))
        expected = {entry["Path"]: entry["Checksum"] for entry in manifest["Files"]}
        found = _checksums(folder / "base.tar.gz")
    except (OSError, EOFError, tarfile.TarError, zlib.error, ValueError, KeyError) as error:
        raise BackupError(f"The base backup in {folder} is damaged: {error}.") from error
    differing = sorted(name for name, _ in expected.items() ^ found.items())
    if differing:
        raise BackupError(f"The base backup in {folder} is damaged: {differing[0]} differs.")


def _checksums(archive: Path) -> dict[str, str]:
    found = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is not None:
                digest = hashlib.sha256()
                while chunk := content.read(_CHUNK):
                    digest.update(chunk)
                found[member.name] = digest.hexdigest()
    return found


@dataclass(frozen=True, slots=True)
class BackedUpServer:
    """The server of a database URL, and the folder for its backups."""

    url: str
    folder: Path

    def take_base_backup(self) -> BaseBackup:
        """Take a base backup, verify it against its manifest, and receive the log up to now.

        An interrupted backup leaves a folder that does not count, and the next one removes it.
        """
        self._prepare()
        partial = self.folder / "base.partial"
        shutil.rmtree(partial, ignore_errors=True)
        options = ("-Ft", "-z", "-X", "stream", "--checkpoint=fast", "--manifest-checksums=SHA256")
        self._run("pg_basebackup", "-D", str(partial), *options)
        verify_files(partial)
        ended_at = self._server_time()
        base = partial.rename(self.folder / f"base-{ended_at:{_STAMP}}")
        self.receive_log()
        return BaseBackup(ended_at, base)

    def receive_log(self) -> None:
        """Receive the log that the server has written until now.

        `pg_receivewal` ends when it receives something later: an idle server would write nothing until its
        next checkpoint, some minutes away. So a message that nobody reads is written.
        """
        self._prepare()
        with self._connect() as connection:
            row = connection.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone()
            connection.execute("SELECT pg_logical_emit_message(true, 'omatori', 'backup')")
        assert row is not None
        self._receive("--endpos", row[0], "--no-loop")

    def follow_log(self) -> None:
        """Receive the log as it is written, until the program is stopped."""
        self._prepare()
        self._receive("--synchronous")

    def remove_old(self, keep: int) -> list[BaseBackup]:
        """Delete all base backups but the newest `keep`, and the log that only they need; return them."""
        bases = base_backups(self.folder)
        old = bases[:-keep]
        for base in old:
            shutil.rmtree(base.folder)
        if old:
            self._remove_log_before(bases[-keep])
        return old

    def _remove_log_before(self, base: BaseBackup) -> None:
        manifest = (base.folder / "backup_manifest").read_text(encoding="utf-8")
        first = re.search(r'"Timeline": (\d+), "Start-LSN": "([0-9A-F]+)/([0-9A-F]+)"', manifest)
        if first is not None:
            segment = f"{int(first[1]):08X}{int(first[2], 16):08X}{int(first[3], 16) >> 24:08X}"
            self._run("pg_archivecleanup", str(wal_folder(self.folder)), segment)

    def _prepare(self) -> None:
        """Create the folders and the slot. A slot whose log the server has deleted is created again."""
        for folder in (self.folder, wal_folder(self.folder)):
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        with self._connect() as connection:
            row = connection.execute(
                "SELECT wal_status FROM pg_replication_slots WHERE slot_name = %s", [SLOT]
            ).fetchone()
            if row is not None and row[0] == "lost":
                connection.execute("SELECT pg_drop_replication_slot(%s)", [SLOT])
                row = None
            if row is None:
                connection.execute("SELECT pg_create_physical_replication_slot(%s, true)", [SLOT])

    def _server_time(self) -> datetime:
        """Return the server's time in the next whole second: a restore to a time is one of its clock."""
        with self._connect() as connection:
            row = connection.execute("SELECT to_char(now() AT TIME ZONE 'UTC', %s)", [_TO_CHAR]).fetchone()
        assert row is not None
        return datetime.strptime(row[0], _STAMP).replace(tzinfo=UTC) + timedelta(seconds=1)

    def _receive(self, *options: str) -> None:
        self._run("pg_receivewal", "-D", str(wal_folder(self.folder)), "--slot", SLOT, *options)

    def _connect(self) -> psycopg.Connection[tuple[str, ...]]:
        return psycopg.connect(make_url(self.url).set(drivername="postgresql").render_as_string(False))

    def _run(self, program: str, *arguments: str) -> None:
        connects = program in {"pg_basebackup", "pg_receivewal"}
        result = subprocess.run(
            [str(binaries() / program), *arguments],
            check=False,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", **(self._address() if connects else {})},
        )
        if result.returncode:
            raise BackupError(f"{program} failed:\n{result.stderr.strip()[-2000:]}")

    def _address(self) -> dict[str, str]:
        """Return the address of the server as libpq's variables: a password in arguments would be seen."""
        url = make_url(self.url)
        values = {
            "PGHOST": url.host or url.query.get("host"),
            "PGPORT": url.port or url.query.get("port"),
            "PGUSER": url.username,
            "PGPASSWORD": url.password,
            "PGSSLMODE": url.query.get("sslmode"),
        }
        return {name: str(value) for name, value in values.items() if value}
