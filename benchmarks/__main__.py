"""Print the speed figures of the programme, each beside the limit measured in the same run, and a profile.

`--full` uses the sizes of the programme; the default sizes take some minutes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import click
from rich.console import Console

from benchmarks import faulty_intake, growth, http, intake, pages, searching, settlement, where
from benchmarks.clearing import in_one_call, one_by_one
from benchmarks.county import BenchCounty, build_county
from benchmarks.figures import Figure, at_least, print_figures, within
from benchmarks.limits import bare_copy, last_charge, pgbench
from benchmarks.programme.instance import running_instance
from benchmarks.programme.neighbours import measure_neighbours
from benchmarks.served import insert_api_key
from foundation.database import migrate
from foundation.database.embedded import EmbeddedServer, attach
from foundation.database.session import make_engine

CLIENTS = (1, 4, 8)
FIGURES = ("s1", "s2a", "s2b", "s3", "s4", "s5", "s6", "s7", "fair", "where")
MOST_MIB, SETTLEMENT_MIB, SETTLEMENT_SECONDS = 300, settlement.GOAL_MIB, settlement.GOAL_SECONDS


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of the measurements."""

    bulks: tuple[int, ...] = (100_000, 10_000)
    fundings: int = 20_000
    singles: int = 2_000
    web_singles: int = 1_800
    seconds: int = 5
    history: int = 1_000_000
    settled: int = 100_000
    rows: int = 100_000
    reads: int = 30
    offerings: int = 20_000
    searches: int = 300


FULL = Sizes(
    bulks=(100_000, 10_000, 1_000_000),
    singles=10_000,
    web_singles=9_000,
    seconds=20,
    history=10_000_000,
    settled=1_000_000,
    reads=100,
    offerings=200_000,
)


@dataclass
class Bench:
    """One run: its database server, its sizes, and the county that S1, S2 and S6 share."""

    server: EmbeddedServer
    folder: Path
    sizes: Sizes
    console: Console
    used: int = 0
    counties: list[BenchCounty] = field(default_factory=list)

    def database(self, name: str) -> str:
        """Return the address of a new migrated, empty database."""
        url = self.server.make_database(name)
        migrate.upgrade(url)
        return url

    @property
    def county(self) -> BenchCounty:
        """The shared county, built on first use."""
        if not self.counties:
            self.counties.append(build_county(make_engine(self.database("bench")), self.sizes.fundings))
            insert_api_key(self.counties[0].engine)
        return self.counties[0]

    def take(self, count: int) -> int:
        """Reserve `count` numbers of charges that no measurement has sent yet, and return the first."""
        first = self.used
        self.used += count
        return first


def s1(bench: Bench) -> list[Figure]:
    """Measure many charges in one call, at every size, and the growth from each size to the next."""
    figures, seconds_each = [], {}
    for count in bench.sizes.bulks:
        with bench.county.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            after = last_charge(driver)
            measured = in_one_call(bench.county, bench.take(count), count)
            limit = bare_copy(driver, after=after)
        result = f"{measured.seconds:.1f} s, {measured.rate:,.0f}/s"
        name = f"S1 {count:,} charges in one call"
        figures.append(within(name, result, measured.seconds / limit, 3, "≤ 3 ×", f"COPY {limit:.1f} s"))
        own, workers, database = measured.cpu_seconds
        used = f"{own + workers + database:.1f} s ({own:.1f} + {workers:.1f} + {database:.1f})"
        figures.append(Figure(f"S1 {count:,}, processor time (own + workers + database)", used))
        peak = f"{measured.peak_mib:.0f} MiB"
        figures.append(
            within(f"S1 {count:,}, peak memory", peak, measured.peak_mib / MOST_MIB, 1, "≤ 300 MiB")
        )
        seconds_each[count] = measured.seconds / count
    for small, large in pairwise(sorted(seconds_each)):
        grown = seconds_each[large] / seconds_each[small]
        figures.append(
            within(f"S1 growth {small:,} → {large:,}", "time per charge", grown, 1.2, "linear: ≤ 1.2 ×")
        )
    return figures


def s2a(bench: Bench) -> list[Figure]:
    """Measure one charge after another through the action."""
    figures = []
    for clients in CLIENTS:
        limit = pgbench(bench.server, clients, seconds=bench.sizes.seconds)
        rate = one_by_one(bench.county, bench.take(bench.sizes.singles), bench.sizes.singles, clients).rate
        name = f"S2a one charge, {clients} writers"
        figures.append(
            at_least(name, f"{rate:,.0f}/s", rate / limit, 0.8, "≥ 0.8 ×", f"pgbench {limit:,.0f}/s")
        )
    return figures


def s2b(bench: Bench) -> list[Figure]:
    """Measure one charge after another over HTTP."""
    charges = bench.sizes.web_singles
    first = bench.take(charges * len(CLIENTS))
    return http.measure(
        bench.county, bench.folder, bench.server.data, first=first, charges=charges, clients=CLIENTS
    )


def s3(bench: Bench) -> list[Figure]:
    """Measure one charge after another with a short and a long history."""
    engine = make_engine(bench.database("growth"))
    figures = growth.measure(
        engine, little=10_000, much=bench.sizes.history, singles=bench.sizes.singles, clients=(4,)
    )
    engine.dispose()
    return figures


def s4(bench: Bench) -> list[Figure]:
    """Measure searches among many offerings, in a county of their own."""
    county = build_county(make_engine(bench.database("search")), 1_000)
    figures = searching.measure(
        county,
        bench.folder,
        bench.server.data,
        offerings=bench.sizes.offerings,
        reads=bench.sizes.searches,
    )
    for plan in searching.explained(county):
        figures.append(plan.figure)
        bench.console.print(plan.text, markup=False, highlight=False, soft_wrap=True)
    county.engine.dispose()
    return figures


def s5(bench: Bench) -> list[Figure]:
    """Measure a payment run from many charges to an approved bank file."""
    charges = bench.sizes.settled
    steps = settlement.measure(
        bench.server.make_database("settlement"), charges, max(charges // 50, 2), max(charges // 10, 2)
    )
    seconds = sum(step.seconds for step in steps if step.name != "verify")
    memory = max(step.memory_mib for step in steps)
    most = SETTLEMENT_SECONDS * charges / 1_000_000
    name = f"S5 {charges:,} charges → bank file"
    return [
        within(name, f"{seconds:.1f} s", seconds / most, 1, f"≤ {most:.0f} s", f"{most:.0f} s"),
        within("S5 peak memory", f"{memory} MiB", memory / SETTLEMENT_MIB, 1, f"≤ {SETTLEMENT_MIB} MiB"),
    ]


def s6(bench: Bench) -> list[Figure]:
    """Measure a charge file sent to the API, and one with faults in 2 % of its rows."""
    rows = bench.sizes.rows
    clean = intake.measure(bench.county, bench.folder, first=bench.take(rows), rows=rows)
    return clean + faulty_intake.measure(bench.county, bench.folder, first=bench.take(2 * rows), rows=rows)


def s7(bench: Bench) -> list[Figure]:
    """Measure a client's pages."""
    url = bench.database("pages")
    engine = make_engine(url)
    figures = pages.measure(engine, url, bench.folder, bench.server.data, each=bench.sizes.reads)
    engine.dispose()
    return figures


def fair(_bench: Bench) -> list[Figure]:
    """Measure how long others wait while one provider sends much, on an instance of its own."""
    with running_instance() as instance:
        return measure_neighbours(instance)


def show_where(bench: Bench) -> list[Figure]:
    """Print the functions and statements that take most time; there are no figures."""
    log = bench.server.data / "server.log"
    first = bench.take(10_500)
    where.show(bench.console, bench.county, log, first=first, singles=500, batch=10_000)
    return []


MEASURES: dict[str, Callable[[Bench], list[Figure]]] = {
    "s1": s1,
    "s2a": s2a,
    "s2b": s2b,
    "s3": s3,
    "s4": s4,
    "s5": s5,
    "s6": s6,
    "s7": s7,
    "fair": fair,
    "where": show_where,
}


@click.command()
@click.argument("figures", nargs=-1, type=click.Choice(FIGURES))
@click.option("--full", is_flag=True, help="Use the sizes of the programme (some hours, 30 GB of disk).")
@click.option("--history", type=int, help="Number of earlier charges for S3.")
@click.option("--bulk", type=int, multiple=True, help="Charges in one call for S1; repeatable.")
@click.option("--markdown", is_flag=True, help="Print the table for docs/performance.md.")
def main(
    figures: tuple[str, ...], full: bool, history: int | None, bulk: tuple[int, ...], markdown: bool
) -> None:
    """Measure FIGURES (default: all) on a durable embedded database of their own."""
    sizes = FULL if full else Sizes()
    sizes = replace(sizes, history=history or sizes.history, bulks=bulk or sizes.bulks)
    with tempfile.TemporaryDirectory(prefix="omatori-bench-") as folder:
        bench = Bench(attach(Path(folder) / "postgres"), Path(folder), sizes, Console())
        found: list[Figure] = []
        try:
            for name in figures or FIGURES:
                found += _measured(bench, name)
        finally:
            print_figures(bench.console, found, markdown)
            for county in bench.counties:
                county.engine.dispose()
            bench.server.detach()


def _measured(bench: Bench, name: str) -> list[Figure]:
    if not bench.server.is_running():
        log = (bench.server.data / "server.log").read_text(errors="replace")
        click.echo(
            f"The database server has stopped and is started again. The end of its log:\n{log[-3000:]}",
            err=True,
        )
        bench.server.ensure_running()
    begun = perf_counter()
    figures = MEASURES[name](bench)
    click.echo(f"{name}: {perf_counter() - begun:.0f} s", err=True)
    return figures


if __name__ == "__main__":
    main()
