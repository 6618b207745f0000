"""Restore the embedded server from a folder of backups: all of their log, or until a time.

The backup is recovered in a folder of its own. Only when it runs does it take the place of the old data,
which is renamed and not deleted. PostgreSQL begins a new timeline, so payments stop (docs/decisions/0103).
"""

import shutil
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

from foundation.database.backups import BackupError, BaseBackup, base_backups, verify_files, wal_folder
from foundation.database.embedded import EmbeddedServer, EmbeddedServerError, attach, discard, stop_unused
from foundation.database.server_account import ServerAccount, current_account

RECOVERY_SECONDS = 6 * 3600
_ENDED_BEFORE = "recovery ended before configured recovery target was reached"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: the base backup, the time of the last transaction, and where the old data are."""

    base: BaseBackup
    last_transaction_at: datetime | None
    old_data: Path | None


def restore_backup(
    folder: Path, server_folder: Path, *, to: datetime | None, now: datetime, replace: bool
) -> Restored:
    """Restore the newest base backup that ended before `to`, and the log up to `to`.

    Args:
        server_folder: The folder of the embedded server.
        to: The last moment to restore; None for all of the log.
        replace: Whether data that are there may be moved aside.

    Raises:
        BackupError: Nothing to restore, the server is in use, data are in the way, or recovery failed. The
            old data are where they were.
    """
    base = _base_for(folder, to)
    if (server_folder / "data").exists() and not replace:
        raise BackupError(f"{server_folder} holds a database. To move it aside, restore with --replace.")
    if not stop_unused(server_folder):
        raise BackupError("The embedded server is in use. Stop Omatori and every omatori command first.")
    draft = server_folder.with_name(f"{server_folder.name}.restoring")
    if draft.exists() and not discard(draft):
        raise BackupError(f"Another restore is running in {draft}.")
    try:
        last = _recover(draft, folder, base, to)
    except (EmbeddedServerError, OSError, tarfile.TarError) as error:
        shutil.rmtree(draft, ignore_errors=True)  # its server ended, or was stopped
        raise BackupError(_reason(str(error), to)) from error
    return Restored(base, last, _swap(draft, server_folder, now))


def _base_for(folder: Path, to: datetime | None) -> BaseBackup:
    bases = base_backups(folder)
    if not bases:
        raise BackupError(f"{folder} holds no base backup. Make one with: omatori backup {folder}")
    usable = [base for base in bases if to is None or base.ended_at <= to]
    if not usable:
        raise BackupError(f"The oldest base backup ended at {bases[0].ended_at:%Y-%m-%d %H:%M:%S} UTC.")
    return usable[-1]


def _recover(draft: Path, folder: Path, base: BaseBackup, to: datetime | None) -> datetime | None:
    """Recover the backup in the draft folder, and return the time of the last restored transaction."""
    verify_files(base.folder)
    account = current_account()
    draft.mkdir(mode=0o700)
    data, wal = draft / "data", draft / "wal"
    shutil.copytree(wal_folder(folder), wal)
    for archive, place in (("base.tar.gz", data), ("pg_wal.tar.gz", data / "pg_wal")):
        with tarfile.open(base.folder / archive) as tar:
            # Python before 3.11.4 has no filters; the checksum of the archive was verified above.
            tar.extraction_filter = getattr(tarfile, "data_filter", None)
            tar.extractall(place)  # noqa: S202
    _configure(data, wal, to)
    _hand_over(draft, account)
    server = attach(draft)
    try:
        last = _wait_until_recovered(server)
    finally:
        server.detach()
    shutil.rmtree(wal)
    return last


def _configure(data: Path, wal: Path, to: datetime | None) -> None:
    settings = {
        "restore_command": f'cp "{wal}/%f" "%p" || cp "{wal}/%f.partial" "%p"',
        "recovery_target_timeline": "latest",
        "recovery_target_action": "promote",
    }
    if to is not None:
        settings["recovery_target_time"] = f"{to.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f+00}"
    lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
    (data / "postgresql.auto.conf").write_text(lines, encoding="utf-8")
    (data / "recovery.signal").touch()
    data.chmod(0o700)


def _hand_over(draft: Path, account: ServerAccount) -> None:
    if account.is_other:
        for path in (draft / "data", draft / "wal"):
            shutil.chown(path, account.uid, account.gid)
            for entry in path.rglob("*"):
                shutil.chown(entry, account.uid, account.gid)


def _wait_until_recovered(server: EmbeddedServer) -> datetime | None:
    deadline = monotonic() + RECOVERY_SECONDS
    while monotonic() < deadline:
        if not server.is_running():
            raise EmbeddedServerError(server.end_of_log())
        with server.connect() as connection:
            row = connection.execute("SELECT pg_is_in_recovery(), pg_last_xact_replay_timestamp()").fetchone()
            if row is not None and not row[0]:
                connection.execute("ALTER SYSTEM RESET ALL")
                return row[1] if isinstance(row[1], datetime) else None
        sleep(0.2)
    raise EmbeddedServerError("recovery did not end in time")


def _swap(draft: Path, server_folder: Path, now: datetime) -> Path | None:
    """Put the restored server in its place, and return where the old one is."""
    old = None
    if server_folder.exists():
        old = server_folder.rename(
            server_folder.with_name(f"{server_folder.name}.before-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
        )
    draft.rename(server_folder)
    return old


def _reason(error: str, to: datetime | None) -> str:
    if _ENDED_BEFORE in error and to is not None:
        return (
            f"The log in the backup ends before {to.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC. Leave out --to."
        )
    return f"The backup could not be restored. The old data are unchanged.\n{error}"
