"""`python -m benchmarks.programme.upgrade --release COMMIT`: a filled book is upgraded under load.

The earlier release serves charges, reads and choices. It is stopped, its database is upgraded, and this
release serves; then all the way back, and up again. The clients never pause: they send again what was not
answered.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep

import click

from benchmarks.programme.failure import CheckFailedError, require
from benchmarks.programme.filled_book import FilledBook
from benchmarks.programme.releases import ROOT, Release, Serving, release_of, remove_release
from benchmarks.programme.steady_load import Attempt, SteadyLoad
from tests.processes import free_port


@dataclass(slots=True)
class Trial:
    """The two releases on one book, with the load that goes on through all of it."""

    before: Release
    after: Release
    book: FilledBook
    seconds: float
    port: int = field(default_factory=free_port)
    serving: Serving | None = None
    rounds: int = 0

    def run(self) -> None:
        """Go up, down and up again. Raises CheckFailedError at the first thing that is not as it was."""
        revision = self.before.revision(self.book.var)
        self._verify(self.before)
        self.serving = self.before.serve(self.book.var, self.port)
        try:
            self._go_there_and_back(revision)
        finally:
            self.serving.stop()
        self._verify(self.after)

    def _go_there_and_back(self, revision: str) -> None:
        self._refused()
        self._go("up", self.before, self.after, ["db", "upgrade"])
        self._go("down", self.after, self.before, ["db", "downgrade", "--to", revision, "--yes"])
        self._go("up again", self.before, self.after, ["db", "upgrade"])

    def _refused(self) -> None:
        """The upgrade is refused while the earlier release serves, and disturbs nobody."""
        with self._load() as load:
            sleep(self.seconds)
            done = self.after.command(self.book.var, "db", "upgrade", "--wait", "0", code=1)
            sleep(1)
        require("other programs use this database" in done.stderr, done.stderr)
        failed = [one for one in load.attempts if not one.is_answered]
        require(not failed, f"the refused upgrade disturbed requests: {failed[:3]}")
        click.echo(f"refused while the release serves: {_summary(load.attempts)}")

    def _go(self, name: str, left: Release, entered: Release, words: list[str]) -> None:
        """Change from one release to another under load."""
        assert self.serving is not None
        with self._load() as load:
            sleep(self.seconds)
            begun = monotonic()
            stopping = self.serving.stop()
            balances = self.book.balances()
            migrating = monotonic()
            steps = entered if name.startswith("up") else left
            progress = steps.command(self.book.var, *words).stderr
            migrated = monotonic()
            self._require_same(balances, name)
            starting = monotonic()
            self.serving = entered.serve(self.book.var, self.port)
            ended = monotonic()
            sleep(self.seconds)
        self.book.require_kept(load.charges, load.choices)
        self._verify(entered)
        click.echo(
            f"{name}: stopped in {stopping:.1f} s, migrated in {migrated - migrating:.1f} s, serving after"
            f" {ended - starting:.1f} s more; longest without an answer {_longest_gap(load.attempts):.1f} s"
        )
        for title, part in _parts(load.attempts, begun, ended):
            click.echo(f"  {title}: {_summary(part)}")
        click.echo(
            f"  accepted: {len(load.charges)} charges, {len(load.choices)} choices; refused: {load.refused}"
        )
        for line in _longest(progress):
            click.echo(f"  {line}")

    def _require_same(self, balances: dict[int, tuple[int, ...]], name: str) -> None:
        found = self.book.balances()
        changed = {key for key in balances | found if balances.get(key) != found.get(key)}
        require(not changed, f"{name}: balances changed of fundings {sorted(changed)[:5]}")
        click.echo(f"{name}: the balances of {len(found)} vouchers are the same")

    @contextmanager
    def _load(self) -> Iterator[SteadyLoad]:
        assert self.serving is not None
        self.rounds += 1
        day = date.fromisoformat(self.book.report["today"]) - timedelta(days=2 * self.rounds)
        load = SteadyLoad(self._url, self.book.report, day, f"ROUND-{self.rounds}")
        load.start()
        try:
            yield load
        finally:
            load.stop()

    def _url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _verify(self, release: Release) -> None:
        release.command(self.book.var, "verify")


def _parts(attempts: list[Attempt], begun: float, ended: float) -> Iterator[tuple[str, list[Attempt]]]:
    yield "before", [one for one in attempts if one.sent_at < begun]
    yield "meanwhile", [one for one in attempts if begun <= one.sent_at < ended]
    yield "after", [one for one in attempts if one.sent_at >= ended]


def _summary(attempts: Iterable[Attempt]) -> str:
    kept = list(attempts)
    counts = Counter(f"{one.kind} {one.result}" for one in kept)
    slowest = max((one.seconds for one in kept), default=0.0)
    return (
        f"{', '.join(f'{number} {what}' for what, number in sorted(counts.items()))}; slowest {slowest:.2f} s"
    )


def _longest_gap(attempts: list[Attempt]) -> float:
    moments = sorted(one.sent_at + one.seconds for one in attempts if one.is_answered)
    return max((later - earlier for earlier, later in pairwise(moments)), default=0.0)


def _longest(progress: str) -> list[str]:
    """Return the lines of the five longest migrations."""
    timed = [line for line in progress.splitlines() if line.endswith(" s)")]
    return sorted(timed, key=lambda line: -float(line.rpartition("(")[2].removesuffix(" s)")))[:5]


@click.command()
@click.option("--release", "commit", required=True, help="Commit of the earlier release.")
@click.option("--clients", default=3_000, show_default=True, help="Clients of the county world.")
@click.option("--providers", default=60, show_default=True, help="Its providers.")
@click.option("--seconds", default=10.0, show_default=True, help="Load before and after each change.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keeps the worktree and the filled book for another run; else both are removed.",
)
def main(commit: str, clients: int, providers: int, seconds: float, folder: Path | None) -> None:
    """Upgrade a filled book of an earlier release under load, and back, and up again; exit 1 if it fails."""
    kept = folder or Path(tempfile.mkdtemp(prefix="omatori-upgrade-"))
    before = release_of(commit, kept / "release")
    try:
        with FilledBook.copy_of(kept, before, clients=clients, providers=providers) as book:
            click.echo(book.size())
            Trial(before, Release(ROOT), book, seconds).run()
    except CheckFailedError as error:
        click.echo(f"UPGRADE FAILED: {error}", err=True)
        sys.exit(1)
    finally:
        if folder is None:
            remove_release(before)
            shutil.rmtree(kept, ignore_errors=True)
    click.echo("UPGRADE held")


if __name__ == "__main__":
    main()
