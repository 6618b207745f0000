"""`python -m benchmarks.programme M6 --minutes 10`: one check of the programme at full size."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from time import monotonic

import click

from benchmarks.programme.answers import check_answers
from benchmarks.programme.bombs import check_bombs
from benchmarks.programme.cluster_instance import running_cluster
from benchmarks.programme.corrections import check_m10
from benchmarks.programme.failover import check_failover
from benchmarks.programme.failure import CheckFailedError
from benchmarks.programme.hostile_answers import check_hostile_answers
from benchmarks.programme.instance import Deadline, Instance, running_instance
from benchmarks.programme.kills_under_load import check_m7
from benchmarks.programme.looks import check_looks
from benchmarks.programme.lost_answers import check_m5
from benchmarks.programme.many_users import check_m2
from benchmarks.programme.many_writers import check_m1
from benchmarks.programme.neighbours import check_neighbours
from benchmarks.programme.replays import check_m4
from benchmarks.programme.settlement_kills import check_m6
from benchmarks.programme.stripe_events import check_m9
from benchmarks.programme.years import check_m12


@dataclass(frozen=True, slots=True)
class Check:
    """A description of a check, and a function that runs it at full size."""

    description: str
    run: Callable[[Instance, int, Deadline], str]
    instance: Callable[[], AbstractContextManager[Instance]] = running_instance


CHECKS = {
    "M1": Check(
        "50 writers × 20 charges on one voucher, of one provider and of ten, amid choices and corrections",
        lambda instance, seed, until: check_m1(
            instance, writers=50, charges=20, rounds=3, seed=seed, deadline=until
        ),
    ),
    "M2": Check(
        "20 people, 40 vouchers, 50,000 operations: the money adds up in a snapshot every second",
        lambda instance, seed, until: check_m2(instance, operations=50_000, seed=seed, deadline=until),
    ),
    "M4": Check(
        "1,000 requests × 5 in a row, × 5 at once, after a restart: one effect each; another body is refused",
        lambda instance, seed, until: check_m4(instance, requests=1_000, seed=seed, deadline=until),
    ),
    "M5": Check(
        "30 % of 5,000 answers dropped and requested again: none lost, none doubled",
        lambda instance, seed, until: check_m5(instance, answers=5_000, seed=seed, deadline=until),
    ),
    "M6": Check(
        "kill -9 in settlement at every fail point × 25 and 200 random moments: nothing lost, doubled, half",
        lambda instance, seed, until: check_m6(instance, each=25, randomly=200, seed=seed, deadline=until),
    ),
    "M7": Check(
        "kill -9 of the web process × 50 and of the database × 20 under load: what was acknowledged is there",
        lambda instance, seed, until: check_m7(instance, webs=50, databases=20, seed=seed, deadline=until),
    ),
    "M9": Check(
        "10,000 events of Stripe, doubled, reordered, forged, old, of the future: as if in order and once",
        lambda instance, seed, until: check_m9(instance, events=10_000, seed=seed, deadline=until),
    ),
    "M10": Check(
        "500 random corrections, also of corrections and after settlement: old rows stay, all totals agree",
        lambda instance, seed, until: check_m10(instance, corrections=500, seed=seed, deadline=until),
    ),
    "M12": Check(
        "three simulated years of 2,000 clients × 365 days, seeded faults: every invariant each evening",
        lambda instance, seed, until: check_m12(
            instance, clients=2_000, days=365, seeds=[seed, seed + 1, seed + 2], deadline=until
        ),
    ),
    "BOMBS": Check(
        "hostile files, four at once: each refused in 3 s, the processes at most 200 MiB over idle",
        lambda instance, _seed, _until: f"{check_hostile_answers()}; {check_bombs(instance)}",
    ),
    "ANSWERS": Check(
        "70 kinds of bank answers in 60 random orders, doubled and forged: nobody paid twice, nobody lost",
        lambda instance, seed, until: check_answers(instance, orders=60, seed=seed, deadline=until),
    ),
    "NEIGHBOURS": Check(
        "one provider sends 20,000 rows, singles, dry runs, price lists: others wait a second at most",
        lambda instance, _seed, _until: check_neighbours(instance),
    ),
    "LOOKS": Check(
        "10,000 reads by page, API, search, export, print: one row for each client, and the client sees it",
        lambda instance, seed, until: check_looks(instance, reads=10_000, seed=seed, deadline=until),
    ),
    "FAILOVER": Check(
        "the primary killed × 10 under charges and × 10 in a run: a standby takes over, none lost or doubled",
        lambda instance, seed, until: check_failover(
            instance, charging=10, settling=10, seed=seed, deadline=until
        ),
        running_cluster,
    ),
}


@click.command()
@click.argument("name", metavar="[M1|M2|…]", required=False)
@click.option("--minutes", type=float, help="Stop after this time; what was done by then is checked.")
@click.option("--seed", default=1, show_default=True, help="Seed of the random choices and moments.")
@click.option("--list", "listed", is_flag=True, help="List the checks.")
def main(name: str | None, minutes: float | None, seed: int, listed: bool) -> None:
    """Run one check of the programme's money table against the program; exit 1 if it fails."""
    if listed or name is None:
        for known, check in CHECKS.items():
            click.echo(f"{known:<4} {check.description}")
        return
    if name.upper() not in CHECKS:
        raise click.UsageError(f"{name} is not one of {', '.join(CHECKS)}")
    sys.exit(run(name.upper(), seed, Deadline(minutes)))


def run(name: str, seed: int, deadline: Deadline) -> int:
    """Run the check on an instance of its own; return 0 if it held, else 1."""
    begun = monotonic()
    try:
        with CHECKS[name].instance() as instance:
            summary = CHECKS[name].run(instance, seed, deadline)
            instance.verify()
    except CheckFailedError as error:
        click.echo(f"{name} FAILED (seed {seed}): {error}", err=True)
        return 1
    early = " (stopped early by --minutes)" if deadline.is_over() else ""
    click.echo(f"{name} held: {summary}; verify empty; {monotonic() - begun:.0f} s{early}")
    return 0


if __name__ == "__main__":
    main()
