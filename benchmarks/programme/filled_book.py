"""A filled database of an earlier release: made once, and copied for each trial."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.programme.api_client import Json
from benchmarks.programme.failure import require
from benchmarks.programme.releases import Release
from foundation.database.embedded import EmbeddedServer, attach

_BALANCES = """
SELECT funding_id, granted_cents, free_cents, held_cents, charged_cents, settled_cents, returned_cents
FROM balance ORDER BY funding_id"""
_COUNTED = ("client", "funding", "choice", "charge", "posting", "audit_event", "payment")


@dataclass(frozen=True, slots=True)
class FilledBook:
    """An embedded database in the folder `var`, and the report of what it was filled with."""

    var: Path
    report: Json
    database: EmbeddedServer

    @classmethod
    @contextmanager
    def copy_of(cls, kept: Path, release: Release, *, clients: int, providers: int) -> Iterator[FilledBook]:
        """Give a copy of the book in `kept`, which is filled first if it is not there."""
        source, report = kept / f"book-{clients}-{providers}", kept / f"book-{clients}-{providers}.json"
        if not report.exists():
            shutil.rmtree(source, ignore_errors=True)
            report.write_text(json.dumps(release.fill(source, clients=clients, providers=providers)), "utf-8")
        var = Path(tempfile.mkdtemp(prefix="trial-", dir=kept))
        shutil.copytree(source, var, dirs_exist_ok=True, copy_function=shutil.copy2)
        _give_away(source / "postgres", var / "postgres")
        database = attach(var / "postgres")
        try:
            yield cls(var, json.loads(report.read_text("utf-8")), database)
        finally:
            database.detach()
            shutil.rmtree(database.socket_folder, ignore_errors=True)
            shutil.rmtree(var, ignore_errors=True)

    def balances(self) -> dict[int, tuple[int, ...]]:
        """Return the cents of each account of each funding."""
        with self.database.connect("omatori") as connection:
            return {row[0]: tuple(row[1:]) for row in connection.execute(_BALANCES)}

    def size(self) -> str:
        """Return how much the book holds."""
        with self.database.connect("omatori") as connection:
            counts = [
                f"{connection.execute(f'SELECT count(*) FROM {table}').fetchone()[0]:,} {table}"  # type: ignore[index]
                for table in _COUNTED
            ]
            (size,) = connection.execute("SELECT pg_size_pretty(pg_database_size('omatori'))").fetchone() or (
                "",
            )
        return f"{', '.join(counts)}; {size}"

    def require_kept(self, charges: dict[str, int], choices: list[int]) -> None:
        """Require that each accepted charge and choice is there, once."""
        with self.database.connect("omatori") as connection:
            found = connection.execute(
                "SELECT reference, array_agg(id) FROM charge WHERE reference = ANY(%s) GROUP BY reference",
                (list(charges),),
            ).fetchall()
            kept = connection.execute("SELECT count(*) FROM choice WHERE id = ANY(%s)", (choices,)).fetchone()
        there = {str(reference): ids for reference, ids in found}
        lost = [name for name, charge_id in charges.items() if there.get(name) != [charge_id]]
        require(not lost, f"charges lost or doubled: {lost[:5]}")
        require(kept == (len(choices),), f"choices lost: {kept} of {len(choices)}")


def _give_away(source: Path, copy: Path) -> None:
    """Give each file of the copy to the owner of the original: the server runs as an account of its own."""
    for path in [source, *source.rglob("*")]:
        status = path.lstat()
        target = copy / path.relative_to(source)
        if (owner := (status.st_uid, status.st_gid)) != (target.lstat().st_uid, target.lstat().st_gid):
            shutil.chown(target, *owner)
