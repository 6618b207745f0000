"""S5: accepted charges of many providers → an approved bank file, in processes whose memory is watched.

python -m benchmarks.settlement --charges 1000000 --providers 20000
"""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.scene import NOW, lay_down
from clearing.actions.approve_payment_run import approve_payment_run
from clearing.actions.export_bank_file import export_bank_file
from clearing.actions.prepare_payment_run import prepare_payment_run
from clearing.actions.verify_books import verify_books
from clearing.load.payers import paying_county
from clearing.load.payment_runs import run_contents
from foundation.database import migrate
from foundation.database.embedded import attach
from foundation.database.session import make_engine
from foundation.vocabulary.roles import Actor, Role

GOAL_SECONDS = 60
GOAL_MIB = 500
OFFICER = Actor(1, Role.SETTLEMENT_OFFICER, "Officer", county_id=12)
APPROVER = Actor(2, Role.SETTLEMENT_APPROVER, "Approver", county_id=12)

_PROVIDERS = """
INSERT INTO person (name, language, about, session_stamp, is_demo)
  VALUES ('Officer', 'fi', '', 0, false), ('Approver', 'fi', '', 0, false);
INSERT INTO provider (business_id, name, about, email, phone, website, first_visit)
  SELECT lpad(n::text, 7, '0') || '-0', 'Palvelu ' || n || ' Oy', '', 'x@example.invalid', '0', '', ''
  FROM generate_series(2, :providers) n;
INSERT INTO bank_account (provider_id, iban, bic, entered_at, confirmed_at)
  SELECT id, 'FI1410093000123458', 'NDEAFIHH', '2025-01-01', '2025-01-04' FROM provider WHERE id > 1;
"""
_CHARGES = """
INSERT INTO charge (county_id, provider_id, funding_id, choice_id, offering_id, service_id, reference,
service_day, quantity_hundredths, unit_price_cents, state, price_cents, county_pays_cents, co_payment_cents,
from_held_cents, content, sent, received_at)
  SELECT 12, 1 + n % :providers, 1 + n % :fundings, NULL, 1, 1, 'B-' || n, '2026-10-01', 100, 100, 'accepted',
         100, 100, 0, 0, '', '{}', '2026-10-02'
  FROM generate_series(0, :charges - 1) n;
INSERT INTO posting (transaction_id, county_id, at, event, from_account, to_account, amount_cents, funding_id,
charge_id) SELECT nextval('posting_transaction'), 12, '2026-10-02', 4, 1, 3, 100, funding_id, id FROM charge;
UPDATE balance SET free_cents = free_cents - sums.cents, charged_cents = sums.cents
  FROM (SELECT funding_id, sum(county_pays_cents) AS cents FROM charge GROUP BY funding_id) sums
  WHERE sums.funding_id = balance.funding_id;
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One step: how long, and the most memory of its process."""

    name: str
    seconds: float
    memory_mib: int


def prepare(session: Session) -> None:
    """The officer prepares."""
    county = paying_county(session, "12")
    assert county is not None
    prepare_payment_run(session, county=county, until=date(2026, 11, 1), actor=OFFICER, now=NOW)


def approve(session: Session) -> None:
    """The approver approves what stands."""
    contents = run_contents(session, 1)
    assert contents is not None
    approve_payment_run(session, 1, contents.hash(), actor=APPROVER, now=NOW)


def export(session: Session) -> None:
    """The officer takes the file."""
    assert export_bank_file(session, 1, actor=OFFICER, now=NOW)


def verify(session: Session) -> None:
    """The books agree afterwards."""
    assert verify_books(session).differences == ()


STEPS = {"prepare": prepare, "approve": approve, "export": export, "verify": verify}


def _in_a_process(url: str, name: str) -> Measured:
    engine = make_engine(url)
    begun = perf_counter()
    with Session(engine) as session, session.begin():
        STEPS[name](session)
    took = perf_counter() - begun
    return Measured(name, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def _fill(url: str, charges: int, providers: int, fundings: int) -> None:
    amounts = {"charges": charges, "providers": providers, "fundings": fundings}
    engine = make_engine(url)
    lay_down(engine, fundings)
    with engine.begin() as connection:
        for statement in (_PROVIDERS + _CHARGES).split(";\n"):
            if statement.strip():
                used = {name: value for name, value in amounts.items() if f":{name}" in statement}
                connection.execute(text(statement), used)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def measure(url: str, charges: int, providers: int, fundings: int) -> list[Measured]:
    """Every step on an empty database, each in a process of its own."""
    migrate.upgrade(url)
    _fill(url, charges, providers, fundings)
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        return [pool.apply(_in_a_process, (url, name)) for name in STEPS]


@click.command()
@click.option("--charges", default=1_000_000, show_default=True, help="Accepted charges.")
@click.option("--providers", default=20_000, show_default=True, help="Providers to be paid.")
@click.option("--fundings", default=100_000, show_default=True, help="Fundings that pay.")
def main(charges: int, providers: int, fundings: int) -> None:
    """Measure on a durable embedded database of its own, which is thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="omatori-bench-") as folder:
        server = attach(Path(folder) / "postgres")
        measured = measure(server.make_database("bench"), charges, providers, fundings)
        server.detach()
    table = Table(title=f"S5: {charges:,} charges, {providers:,} providers, {fundings:,} fundings")
    for name in ("Step", "Seconds", "Memory, MiB"):
        table.add_column(name, justify="left" if name == "Step" else "right")
    for one in measured:
        table.add_row(one.name, f"{one.seconds:.1f}", str(one.memory_mib))
    paid = sum(one.seconds for one in measured if one.name != "verify")
    most = max(one.memory_mib for one in measured)
    table.add_row("charges → bank file", f"{paid:.1f} (goal {GOAL_SECONDS})", f"{most} (goal {GOAL_MIB})")
    Console().print(table)


if __name__ == "__main__":
    main()
