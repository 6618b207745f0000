"""Backups of a server: restored to a time, in pieces, damaged, and in the way of something."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import sleep

import pytest

from foundation.database.backups import (
    SLOT,
    BackedUpServer,
    BackupError,
    base_backups,
    verify_files,
    wal_folder,
)
from foundation.database.embedded import FOR_TESTS, EmbeddedServer, attach, discard
from foundation.database.restoring import restore_backup

IDLE_SECONDS = 60
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="omatori-backup-") as name:
        folder = Path(name) / "var"
        folder.mkdir()
        yield folder
        attach(folder / "postgres").detach()
        for server in folder.glob("postgres*"):
            discard(server)


@pytest.fixture
def server(folder: Path) -> EmbeddedServer:
    server = attach(folder / "postgres", settings=FOR_TESTS)
    with server.connect() as connection:
        connection.execute("CREATE TABLE entry (word text)")
    return server


def backup_of(server: EmbeddedServer) -> BackedUpServer:
    return BackedUpServer(server.url("postgres"), server.folder.parent / "backup")


def write(server: EmbeddedServer, word: str) -> datetime:
    """Write a word, and return a time of the server after it and before what is written next."""
    with server.connect() as connection:
        connection.execute("INSERT INTO entry VALUES (%s)", [word])
        row = connection.execute("SELECT now()").fetchone()
    assert row is not None
    sleep(0.05)
    written: datetime = row[0]
    return written


def words(server: EmbeddedServer) -> list[str]:
    with server.connect() as connection:
        return [row[0] for row in connection.execute("SELECT word FROM entry")]


def restore(
    server: EmbeddedServer, to: datetime | None = None, at: timedelta = timedelta()
) -> EmbeddedServer:
    """Restore the server from its backup, and start it."""
    server.detach()
    restore_backup(backup_of(server).folder, server.folder, to=to, now=NOW + at, replace=True)
    return attach(server.folder, settings=FOR_TESTS)


@pytest.mark.long
def test_a_restore_reaches_the_time_asked_for_and_begins_a_timeline(server: EmbeddedServer) -> None:
    write(server, "before")
    backup = backup_of(server)
    backup.take_base_backup()
    sleep(1.1)
    until = write(server, "kept")
    write(server, "lost")
    backup.receive_log()
    restored = restore(server, until)
    assert words(restored) == ["before", "kept"]
    with restored.connect() as connection:
        assert connection.execute("SELECT timeline_id FROM pg_control_checkpoint()").fetchone() == (2,)
    assert len(list(server.folder.parent.glob("postgres.before-*"))) == 1
    again = restore(restored, at=timedelta(hours=1))
    assert words(again) == ["before", "kept", "lost"]
    write(again, "after")
    backup_of(again).take_base_backup()
    assert words(restore(again, at=timedelta(hours=2))) == ["before", "kept", "lost", "after"]


@pytest.mark.long
def test_a_restore_that_cannot_succeed_leaves_everything_as_it_was(server: EmbeddedServer) -> None:
    backup = backup_of(server)
    taken = backup.take_base_backup()
    write(server, "here")
    with pytest.raises(BackupError, match="in use"):
        other_process_would_use(server)
    server.detach()
    for to, words_of_error in (
        (taken.ended_at - timedelta(days=1), "oldest base backup"),
        (taken.ended_at + timedelta(days=1), "ends before"),
    ):
        with pytest.raises(BackupError, match=words_of_error):
            restore_backup(backup.folder, server.folder, to=to, now=NOW, replace=True)
    with pytest.raises(BackupError, match="--replace"):
        restore_backup(backup.folder, server.folder, to=None, now=NOW, replace=False)
    archive = taken.folder / "base.tar.gz"
    archive.write_bytes(archive.read_bytes()[:-2000])
    with pytest.raises(BackupError, match="damaged"):
        restore_backup(backup.folder, server.folder, to=None, now=NOW, replace=True)
    assert sorted(entry.name for entry in server.folder.parent.iterdir()) == ["backup", "postgres"]
    assert words(attach(server.folder, settings=FOR_TESTS)) == ["here"]


def other_process_would_use(server: EmbeddedServer) -> None:
    """Restore while this process still uses the server."""
    restore_backup(backup_of(server).folder, server.folder, to=None, now=NOW, replace=True)


@pytest.mark.long
def test_the_log_is_received_in_pieces_and_old_backups_are_deleted(server: EmbeddedServer) -> None:
    backup = backup_of(server)
    (backup.folder / "base.partial").mkdir(parents=True)
    assert base_backups(backup.folder) == []
    first = backup.take_base_backup()
    write(server, "one")
    with server.connect() as connection:
        connection.execute("SELECT pg_switch_wal()")
    backup.receive_log()
    received = {entry.name for entry in wal_folder(backup.folder).iterdir()}
    sleep(1.1)
    second = backup.take_base_backup()
    assert backup.remove_old(2) == []
    assert backup.remove_old(1) == [first]
    assert base_backups(backup.folder) == [second]
    left = {entry.name for entry in wal_folder(backup.folder).iterdir()}
    assert received - left
    assert left


def test_the_log_of_an_idle_server_is_received_at_once(folder: Path) -> None:
    quiet = FOR_TESTS | {"checkpoint_timeout": "1h", "autovacuum": "off"}
    backup = backup_of(attach(folder / "postgres", settings=quiet))
    backup.receive_log()
    again = Thread(target=backup.receive_log, daemon=True)
    again.start()
    again.join(IDLE_SECONDS)
    assert not again.is_alive(), "it waits for something to be written"


def test_a_slot_that_was_dropped_is_created_again(server: EmbeddedServer) -> None:
    backup = backup_of(server)
    backup.receive_log()
    with server.connect() as connection:
        connection.execute("SELECT pg_drop_replication_slot(%s)", [SLOT])
    backup.receive_log()
    with server.connect() as connection:
        found = connection.execute("SELECT slot_name FROM pg_replication_slots").fetchall()
    assert found == [(SLOT,)]


@pytest.mark.long
def test_a_changed_file_of_a_base_backup_is_found(server: EmbeddedServer) -> None:
    taken = backup_of(server).take_base_backup()
    verify_files(taken.folder)
    manifest = taken.folder / "backup_manifest"
    text = manifest.read_text(encoding="utf-8")
    for wrong in (
        text.replace('"PG_VERSION"', '"PG_VERSIONS"', 1),
        text.replace('"Checksum": "', '"Checksum": "0', 1),
    ):
        manifest.write_text(wrong, encoding="utf-8")
        with pytest.raises(BackupError, match="damaged"):
            verify_files(taken.folder)
    shutil.rmtree(taken.folder)
    with pytest.raises(BackupError, match="no base backup"):
        restore_backup(taken.folder.parent, server.folder, to=None, now=NOW, replace=True)
