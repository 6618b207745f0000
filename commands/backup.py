"""`omatori backup` and `omatori restore`: copies of the database that can be restored to a time."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import json_option
from commands.runtime import clock, database_url, report_progress, with_settings
from config import Settings

if TYPE_CHECKING:
    from foundation.database.backups import BaseBackup

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("backup")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--log-only", is_flag=True, help="Add the log since the last time, without a base backup.")
@click.option("--follow", is_flag=True, help="Then keep running, and write the log as the server writes it.")
@click.option("--keep", type=click.IntRange(1), help="Delete all base backups but the newest of this number.")
@json_option
@with_settings
def backup(
    settings: Settings, folder: Path, log_only: bool, follow: bool, keep: int | None, as_json: bool
) -> None:
    """Back up the database to DIR: a verified base backup, and its log until now.

    A later `omatori restore DIR --to TIME` restores any time since the oldest base backup in DIR.
    """
    from foundation.database.backups import BackedUpServer, BackupError, base_backups

    server = BackedUpServer(database_url(settings), folder.resolve())
    try:
        if log_only:
            server.receive_log()
        else:
            report_progress("Copying the database …")
            server.take_base_backup()
        removed = server.remove_old(keep) if keep else []
        _print(base_backups(server.folder), removed, as_json)
        if follow:
            report_progress("Following the log. Stop with Ctrl-C or SIGTERM.")
            server.follow_log()
    except BackupError as error:
        raise click.ClickException(str(error)) from error


@click.command("restore")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--to", "to", help="Restore nothing after this time, as 2026-11-29T14:30:00+02:00.")
@click.option("--replace", is_flag=True, help="Move the data that are there aside. They are not deleted.")
@json_option
@with_settings
def restore(settings: Settings, folder: Path, to: str | None, replace: bool, as_json: bool) -> None:
    """Restore the embedded database from DIR, as of its last log or as of a time.

    Payments stop until a person has matched the restored book with the bank (docs/operations.md).
    """
    from foundation.database.backups import BackupError
    from foundation.database.restoring import restore_backup

    if settings.database_url:
        raise click.UsageError(
            "DATABASE_URL is set: restore a server with its own tools (docs/operations.md)."
        )
    last = None if to is None else _read_time(to)
    report_progress("Restoring …")
    try:
        restored = restore_backup(
            folder.resolve(),
            (settings.var_dir / "postgres").resolve(),
            to=last,
            now=clock(settings),
            replace=replace,
        )
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    reached = restored.last_transaction_at
    row = {
        "base": restored.base.ended_at.isoformat(),
        "last_transaction_at": None if reached is None else reached.astimezone(UTC).isoformat(),
        "old_data": None if restored.old_data is None else str(restored.old_data),
    }
    if as_json:
        click.echo(json.dumps(row))
    else:
        click.echo(f"Restored the base backup of {row['base']}.")
        click.echo(f"The last transaction in it: {row['last_transaction_at'] or 'that of the base backup'}.")
        if row["old_data"]:
            click.echo(f"The old data are in {row['old_data']}.")
        click.echo("Now run `omatori verify`, upload the bank's answers, and release each county's payments.")


def _read_time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter("write it as 2026-11-29T14:30:00+02:00", param_hint="--to") from error
    if time.tzinfo is None:
        raise click.BadParameter("add the time zone, such as +02:00", param_hint="--to")
    return time


def _print(bases: list[BaseBackup], removed: list[BaseBackup], as_json: bool) -> None:
    if as_json:
        rows = [{"ended_at": base.ended_at.isoformat(), "bytes": base.size} for base in bases]
        click.echo(json.dumps({"bases": rows, "removed": [base.ended_at.isoformat() for base in removed]}))
        return
    for base in bases:
        click.echo(f"{base.folder.name}  {base.size / 1024**2:.1f} MiB")
    for base in removed:
        click.echo(f"{base.folder.name}  deleted")
