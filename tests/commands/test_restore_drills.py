"""Restore drills: a run that was exported after the restored time is never exported or paid again.

A county exports a run, and works on. The database is lost, and restored until before the export, and until
the last archived log. Embedded, and on Debian's PostgreSQL 15 by `omatori backup` and by pgBackRest.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from time import sleep, time
from typing import Any

import pytest

from tests.builders.settlement import SettlementScenario, a_settlement_scenario, payments_in, statement_of
from tests.debian.books import BackRestBook, EmbeddedBook, Omatori, ServerBook
from tests.debian.packages import need_packages
from tests.debian.postgres import DebianPostgres
from tests.processes import OmatoriProcesses

pytestmark = pytest.mark.long
AnyBook = EmbeddedBook | ServerBook


def now_of_the_machine() -> datetime:
    """A second that lies between what was written before and what is written later."""
    sleep(1.1)
    moment = datetime.fromtimestamp(int(time()), UTC)
    sleep(1.1)
    return moment


@dataclass(slots=True)
class Drill:
    """The county's people at the command line, and the bank, which keeps the files it got."""

    book: AnyBook
    folder: Path
    scenario: SettlementScenario
    bank: dict[int, bytes]

    def charge(self, index: int) -> None:
        """Store an accepted charge."""
        with self.book.writing() as session:
            self.scenario.charge(session, index)

    def run(self, *words: str, code: int = 0) -> str:
        """Run a command; return what it printed."""
        done = self.book.command(*words)
        assert done.returncode == code, (words, done.stdout, done.stderr)
        return done.stdout + ("" if code == 0 else done.stderr)

    def approved(self) -> int:
        """Prepare a run and approve it, by two people; return its number."""
        until = ("--county", "12", "--until", "2026-11-21", "--as", "officer@example.invalid", "--json")
        run = json.loads(self.run("settle", "prepare", *until))
        self.run("settle", "approve", str(run["id"]), "--as", "approver@example.invalid")
        return int(run["id"])

    def export(self, run_id: int) -> dict[str, int]:
        """Export a run, and send its file to the bank; return its payments."""
        self.run("settle", "export", str(run_id), "-o", str(self.file(run_id)))
        self.bank[run_id] = self.file(run_id).read_bytes()
        return payments_in(self.bank[run_id])

    def refused(self, *words: str) -> str:
        """Run a command that is refused; return the code."""
        return self.run(*words, code=1).split("Refused: ")[1].split(".")[0]

    def refused_export(self, run_id: int) -> str:
        """Export a run in vain; no file is left."""
        code = self.refused("settle", "export", str(run_id), "-o", str(self.folder / "refused.xml"))
        assert not (self.folder / "refused.xml").exists()
        return code

    def release(self, *words: str) -> tuple[str, ...]:
        """The command by which the officer lets payments go on."""
        why = ("--why", "the runs are those of the online bank")
        return ("settle", "unfreeze", "--county", "12", *why, "--as", "officer@example.invalid", *words)

    def ingest(self, run_id: int) -> dict[str, Any]:
        """Upload the bank's statement of a run's payments."""
        file = self.folder / "statement.xml"
        file.write_bytes(statement_of(payments_in(self.bank[run_id])))
        return dict(json.loads(self.run("settle", "ingest", str(file), "--json")))

    def file(self, run_id: int) -> Path:
        """Where a run's file is written."""
        return self.folder / f"run-{run_id}.xml"

    def state(self, run_id: int) -> str:
        """The state of a run."""
        return str(json.loads(self.run("settle", "status", str(run_id), "--json"))["state"])

    def move_anchors_aside(self, name: str) -> None:
        """Keep the anchors of the lost database, as the operator does after a restore."""
        [anchors] = (self.folder / "var" / "anchors").glob("audit-anchors*.txt")
        anchors.rename(anchors.with_name(name))


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name: sockets need that, and PostgreSQL's own account reaches it."""
    folder = Path(mkdtemp(prefix="omatori-drill-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def omatori(folder: Path, processes: OmatoriProcesses) -> Omatori:
    processes.var_dir = folder / "var"
    return processes.run


@pytest.fixture(params=["embedded", "omatori_backup", "pgbackrest"])
def book(request: pytest.FixtureRequest, folder: Path, omatori: Omatori) -> Iterator[AnyBook]:
    book: AnyBook
    if request.param == "embedded":
        book = EmbeddedBook(omatori, folder / "var", folder / "backup")
    else:
        backrest = request.param == "pgbackrest"
        need_packages("postgresql-15", *(("pgbackrest",) if backrest else ()))
        kind: Callable[..., ServerBook] = BackRestBook if backrest else ServerBook
        book = kind(omatori, DebianPostgres(folder / "server"), folder / "backup")
    book.create()
    yield book
    book.remove()


@pytest.fixture
def drill(book: AnyBook, folder: Path) -> Drill:
    from foundation.database.tables.people import Person

    with book.writing() as session:
        scenario = a_settlement_scenario(session)
        scenario.charge(session, 0)
        for name, actor in (("officer", scenario.officer), ("approver", scenario.approver)):
            session.get_one(Person, actor.person_id).email = f"{name}@example.invalid"
    return Drill(book, folder, scenario, {})


def test_a_frozen_run_is_exported_from_one_book_alone(drill: Drill) -> None:
    first = drill.approved()
    drill.export(first)
    drill.ingest(first)
    assert drill.book.back_up()
    drill.charge(0)
    run = drill.approved()
    until = now_of_the_machine()
    lost = drill.export(run)
    drill.charge(1)
    later = drill.approved()
    lost |= drill.export(later)
    drill.run("verify")
    drill.book.archive_log()
    drill.book.lose()
    drill.book.restore(until)
    assert (drill.state(first), drill.state(run)) == ("closed", "approved")
    match_with_the_bank(drill, run, later)
    assert drill.refused_export(run) == "file_from_other_book"
    drill.charge(0)
    new = drill.approved()
    assert new > later + 900, "numbers that the lost time used are left out"
    assert not drill.export(new).keys() & lost.keys()
    drill.run("verify")
    drill.book.restore(None)
    drill.move_anchors_aside("between.txt")
    assert [drill.state(key) for key in (first, run, later)] == ["closed", "sent", "sent"], "all of the log"
    nothing_was_lost(drill, run, later)


def match_with_the_bank(drill: Drill, run: int, later: int) -> None:
    """The restored book pays nobody until the bank's answers are in, and knows then that it has the run."""
    assert "audit_older_than_anchor" in drill.run("verify", code=1)
    drill.move_anchors_aside("lost.txt")
    drill.run("verify")
    assert drill.refused_export(run) == "settlement_frozen"
    assert drill.refused(*drill.release()) == "runs_undecided"
    report = drill.ingest(run)
    assert (report["matched"], report["unknown"]) == (len(payments_in(drill.bank[run])), [])
    assert drill.state(run) == "closed"
    assert drill.ingest(later)["unknown"] == list(payments_in(drill.bank[later]))
    drill.run(*drill.release())


def nothing_was_lost(drill: Drill, run: int, later: int) -> None:
    """All that was written to the last archived log is there; it pays when a person has matched it."""
    assert drill.refused_export(run) == "settlement_frozen"
    for sent in (run, later):
        drill.ingest(sent)
    drill.run(*drill.release())
    drill.run("settle", "export", str(run), "-o", str(drill.file(run)))
    assert drill.file(run).read_bytes() == drill.bank[run], "the same file, for the same bank"
    drill.run("verify")
