"""S5: accepted charges of many providers → an approved bank file, with the peak memory of each step.

python -m benchmarks.settlement --charges 100000 --charges 1000000
"""

from __future__ import annotations

import io
import multiprocessing
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import click
from psycopg import Connection
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from benchmarks.county import NOW, build_county
from benchmarks.limits import bare_copy, pgbench, written_columns
from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.actions.export_bank_file import export_bank_file
from clearing.payments.actions.prepare_payment_run import prepare_payment_run
from clearing.payments.load.payers import paying_county
from clearing.payments.load.payment_runs import run_contents
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database import migrate
from foundation.database.embedded import EmbeddedServer, attach
from foundation.database.session import driver, make_engine
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor, Role

GOAL_SECONDS = 60
GOAL_MIB = 500
OFFICER = Actor(1, Role.SETTLEMENT_OFFICER, "Officer", county_id=12)
APPROVER = Actor(2, Role.SETTLEMENT_APPROVER, "Approver", county_id=12)

_PROVIDERS = """
INSERT INTO person (name, language, about, is_demo)
  VALUES ('Officer', 'fi', '', false), ('Approver', 'fi', '', false);
INSERT INTO provider (business_id, name, about, email, phone, website, first_visit)
  SELECT lpad(n::text, 7, '0') || '-0', 'Palvelu ' || n || ' Oy', '', 'x@example.invalid', '0', '', ''
  FROM generate_series(2, :providers) n;
INSERT INTO bank_account (provider_id, iban, bic, entered_at, confirmed_at, confirmed_by)
  SELECT id, 'FI1410093000123458', 'NDEAFIHH', '2025-01-01', '2025-01-04', 1000 FROM provider WHERE id > 1;
"""
_CHARGES = """
INSERT INTO charge (county_id, provider_id, funding_id, choice_id, offering_id, service_id, reference,
service_day, starts_at, ends_at, quantity_hundredths, unit_price_cents, state, price_cents, county_pays_cents,
co_payment_cents, from_held_cents, content, sent, received_at, received_by)
  SELECT 12, 1 + n % :providers, 1 + n % :fundings, NULL, 1, 1, 'B-' || n, '2026-10-01', '2026-10-01 05:00Z',
         '2026-10-01 06:00Z', 100, 100, 'accepted', 100, 100, 0, 0, encode(sha256(n::text::bytea), 'hex'),
         jsonb_build_object('reference', 'B-' || n, 'voucher', 'V' || lpad((1 + n % 99999)::text, 12, '0'),
           'service', 'PERSONAL_ASSISTANCE', 'service_day', '2026-10-01', 'start', '08:00', 'end', '09:00',
           'quantity', '1.00', 'unit', 'hour', 'unit_price', '1.00'), '2026-10-02', 1
  FROM generate_series(0, :charges - 1) n;
INSERT INTO posting (transaction_id, county_id, at, event, from_account, to_account, amount_cents, funding_id,
charge_id, provider_id)
  SELECT nextval('posting_transaction'), 12, '2026-10-02', 4, 1, 3, 100, funding_id, id, provider_id
  FROM charge;
UPDATE balance SET free_cents = free_cents - sums.cents, charged_cents = sums.cents
  FROM (SELECT funding_id, sum(county_pays_cents) AS cents FROM charge GROUP BY funding_id) sums
  WHERE sums.funding_id = balance.funding_id;
"""
_WITHOUT_CHECKS = "SET LOCAL session_replication_role = replica"  # every foreign key is known to hold
_WRITTEN = {
    "settlement_charge": "TRUE",
    "settlement": "TRUE",
    "payment": "TRUE",
    "posting": "run_id IS NOT NULL",
    "outbox": "TRUE",
}
"""What a run writes, by table and condition: its limit is a bare COPY of the same rows."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One step: its duration, the peak memory of its process, the processor time of Python and database."""

    name: str
    seconds: float
    memory_mib: int
    cpu_seconds: float = 0.0
    longest: tuple[tuple[float, str], ...] = ()


def prepare(session: Session) -> None:
    """Prepare the run as the officer."""
    county = paying_county(session, "12")
    assert county is not None
    until = date(2026, 11, 1)
    not_refused(prepare_payment_run(session, county=county, until=until, actor=OFFICER, now=NOW))


def approve(session: Session) -> None:
    """Approve the run as the approver."""
    contents = run_contents(session, 1)
    assert contents is not None
    not_refused(approve_payment_run(session, 1, contents.hash(), actor=APPROVER, now=NOW))


def export(session: Session) -> None:
    """Export the bank file as the officer."""
    not_refused(export_bank_file(session, 1, actor=OFFICER, now=NOW))


def verify(session: Session) -> None:
    """Verify the books."""
    assert verify_books(session).differences == ()


STEPS = {"prepare": prepare, "approve": approve, "export": export, "verify": verify}


def _measured(url: str, name: str) -> Measured:
    engine = make_engine(url)
    with Session(engine) as session, session.begin(), _timed_statements(engine) as statements:
        backend = driver(session).info.backend_pid
        begun, used = perf_counter(), process_time() + _cpu_of(backend)
        STEPS[name](session)
        took, cpu = perf_counter() - begun, process_time() + _cpu_of(backend) - used
    longest = tuple(sorted(statements, reverse=True)[:3])
    return Measured(name, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, cpu, longest)


@contextmanager
def _timed_statements(engine: Engine) -> Iterator[list[tuple[float, str]]]:
    """Record the seconds and the beginning of each statement that goes through SQLAlchemy."""
    took: list[tuple[float, str]] = []

    def before(connection: Any, *_: object) -> None:
        connection.info["begun"] = perf_counter()

    def after(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        took.append((perf_counter() - connection.info["begun"], " ".join(statement.split())[:70]))

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    yield took


def _cpu_of(process_id: int) -> float:
    """Return the seconds of processor time of a process (0.0 where there is no /proc)."""
    stat = Path(f"/proc/{process_id}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def _fill(url: str, charges: int, providers: int, fundings: int) -> None:
    amounts = {"charges": charges, "providers": providers, "fundings": fundings}
    engine = make_engine(url)
    build_county(engine, fundings)
    with engine.begin() as connection:
        connection.execute(text(_WITHOUT_CHECKS))
        for statement in (_PROVIDERS + _CHARGES).split(";\n"):
            if statement.strip():
                used = {name: value for name, value in amounts.items() if f":{name}" in statement}
                connection.execute(text(statement), used)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
    engine.dispose()


def measure(url: str, charges: int, providers: int, fundings: int) -> list[Measured]:
    """Measure every step on an empty database, each in a process of its own."""
    migrate.upgrade(url)
    _fill(url, charges, providers, fundings)
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        return [pool.apply(_measured, (url, name)) for name in STEPS]


def bare_writes(connection: Connection[Any]) -> float:
    """Return the seconds of a COPY of the rows that the run wrote, into tables with the same indexes."""
    copies: dict[str, io.BytesIO] = {}
    columns = {table: written_columns(connection, table) for table in _WRITTEN}
    for table, condition in _WRITTEN.items():
        copies[table] = io.BytesIO()
        connection.execute(f"CREATE TABLE written_{table} (LIKE {table} INCLUDING ALL)")
        rows = f"COPY (SELECT {columns[table]} FROM {table} WHERE {condition}) TO STDOUT"
        with connection.cursor() as cursor, cursor.copy(rows) as copy:
            copies[table].writelines(copy)
    connection.commit()
    begun = perf_counter()
    for table, rows_of_table in copies.items():
        into = f"COPY written_{table} ({columns[table]}) FROM STDIN"
        with connection.cursor() as cursor, cursor.copy(into) as copy:
            copy.write(rows_of_table.getbuffer())
    connection.commit()
    return perf_counter() - begun


@click.command()
@click.option("--charges", "sizes", multiple=True, default=(100_000, 1_000_000), show_default=True, type=int)
@click.option("--limits/--no-limits", default=True, help="Also COPY the same rows, and run pgbench.")
def main(sizes: tuple[int, ...], limits: bool) -> None:
    """Measure on a durable embedded database of its own, which is deleted afterwards.

    A provider has 50 charges and a funding 10: a million charges are those of 20,000 providers and 100,000
    fundings.
    """
    paid: dict[int, float] = {}
    with tempfile.TemporaryDirectory(prefix="omatori-bench-") as folder:
        server = attach(Path(folder) / "postgres")
        for charges in sizes:
            measured = measure(
                server.make_database(f"bench_{charges}"), charges, charges // 50, charges // 10
            )
            paid[charges] = sum(step.seconds for step in measured if step.name != "verify")
            Console().print(_table(charges, measured))
            _print_longest(measured)
            if limits:
                _print_limits(server, charges, paid[charges])
        server.detach()
    for less, more in pairwise(sorted(paid)):
        Console().print(
            f"{more / less:.0f} times the charges took {paid[more] / paid[less]:.1f} times as long"
        )


def _table(charges: int, measured: list[Measured]) -> Table:
    table = Table(title=f"S5: {charges:,} charges, {charges // 50:,} providers, {charges // 10:,} fundings")
    for name in ("Step", "Seconds", "Processor s", "MiB"):
        table.add_column(name, justify="left" if name == "Step" else "right")
    run = [step for step in measured if step.name != "verify"]
    seconds, cpu = sum(step.seconds for step in run), sum(step.cpu_seconds for step in run)
    total = Measured("charges → bank file", seconds, max(step.memory_mib for step in run), cpu)
    for step in (*measured, total):
        table.add_row(step.name, f"{step.seconds:.1f}", f"{step.cpu_seconds:.1f}", str(step.memory_mib))
    table.add_row("goal", str(GOAL_SECONDS), "", str(GOAL_MIB))
    return table


def _print_longest(measured: list[Measured]) -> None:
    for step in measured:
        for seconds, statement in step.longest:
            Console().print(f"{step.name:8} {seconds:5.1f} s  {statement}", markup=False)


def _print_limits(server: EmbeddedServer, charges: int, seconds: float) -> None:
    with server.connect(f"bench_{charges}") as connection:
        connection.autocommit = False
        written, charges_copied = bare_writes(connection), bare_copy(connection)
    rate = pgbench(server, 1, seconds=5)
    Console().print(
        f"COPY of the rows that the run wrote {written:.1f} s: the run {seconds / written:.1f} times that. "
        f"COPY of its charges and postings {charges_copied:.1f} s: {seconds / charges_copied:.1f} times. "
        f"pgbench {rate:,.0f}/s"
    )


if __name__ == "__main__":
    main()
