"""Print the speed figures of the programme (S1, S2) with the limit of the same run beside each."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchmarks.clearing import in_one_call, one_by_one
from benchmarks.limits import bare_copy, pgbench
from benchmarks.scene import Scene, lay_down
from foundation.database import migrate
from foundation.database.embedded import EmbeddedServer, attach
from foundation.database.session import make_engine

CLIENTS = (1, 4, 8)


@click.command()
@click.option("--charges", default=100_000, show_default=True, help="Charges of the bulk measurement (S1).")
@click.option("--fundings", default=20_000, show_default=True, help="Fundings that they are of.")
@click.option("--singles", default=2_000, show_default=True, help="Charges one by one, at each width (S2).")
@click.option("--seconds", default=10, show_default=True, help="How long pgbench runs at each width.")
def main(charges: int, fundings: int, singles: int, seconds: int) -> None:
    """Measure on a durable embedded database of its own, which is thrown away afterwards."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="omatori-bench-") as folder:
        server = attach(Path(folder) / "postgres")
        scene = _scene(server, fundings)
        table = Table(title="Omatori, one run on this machine", caption="durable: fsync on, foreign keys on")
        for name in ("Figure", "Ours", "Limit", "Ratio", "Goal"):
            table.add_column(name, justify="left" if name in {"Figure", "Goal"} else "right")
        _bulk(table, scene, charges)
        _singles(table, server, scene, charges, singles, seconds)
        console.print(table)
        scene.engine.dispose()
        server.detach()


def _scene(server: EmbeddedServer, fundings: int) -> Scene:
    url = server.make_database("bench")
    migrate.upgrade(url)
    return lay_down(make_engine(url), fundings)


def _bulk(table: Table, scene: Scene, charges: int) -> None:
    measured = in_one_call(scene, 0, charges)
    with scene.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        limit = bare_copy(driver)
    table.add_row(
        f"S1 {charges:,} charges in one call",
        f"{measured.seconds:.1f} s ({measured.rate:,.0f}/s)",
        f"COPY {limit:.1f} s",
        f"{measured.seconds / limit:.1f} ×",
        "≤ 3 ×",
    )
    table.add_row("S1 peak memory", f"{measured.peak_mib:.0f} MiB", "", "", "≤ 300 MiB")


def _singles(
    table: Table, server: EmbeddedServer, scene: Scene, first: int, singles: int, seconds: int
) -> None:
    for clients in CLIENTS:
        limit = pgbench(server, clients, seconds=seconds)
        measured = one_by_one(scene, first, singles, clients)
        first += singles
        table.add_row(
            f"S2a one charge, {clients} writers",
            f"{measured.rate:,.0f}/s",
            f"pgbench {limit:,.0f}/s",
            f"{measured.rate / limit:.2f} ×",
            "≥ 0.8 ×",
        )


if __name__ == "__main__":
    main()
