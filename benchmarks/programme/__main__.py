"""`python -m benchmarks.programme M6 --minutes 10`: one check of the programme in its full size."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import click

from benchmarks.programme.broken import BrokenError
from benchmarks.programme.corrections import hold_m10
from benchmarks.programme.lost_answers import hold_m5
from benchmarks.programme.plugs import hold_m7
from benchmarks.programme.replays import hold_m4
from benchmarks.programme.settlement_kills import hold_m6
from benchmarks.programme.stage import Deadline, Stage, a_stage
from benchmarks.programme.tellers import hold_m2
from benchmarks.programme.writers import hold_m1
from benchmarks.programme.years import hold_m12


@dataclass(frozen=True, slots=True)
class Check:
    """What a check holds, and how it is played in full size: on a stage, with a seed, until a deadline."""

    holds: str
    play: Callable[[Stage, int, Deadline], str]


CHECKS = {
    "M1": Check(
        "50 writers × 20 charges on one voucher, of one provider and of ten, amid choices and corrections",
        lambda stage, seed, until: hold_m1(
            stage, writers=50, charges=20, rounds=3, seed=seed, deadline=until
        ),
    ),
    "M2": Check(
        "20 people, 40 vouchers, 50,000 operations: the money adds up in a snapshot every second",
        lambda stage, seed, until: hold_m2(stage, operations=50_000, seed=seed, deadline=until),
    ),
    "M4": Check(
        "1,000 requests × 5 in a row, × 5 at once, after a restart: one effect each; another body is refused",
        lambda stage, seed, until: hold_m4(stage, requests=1_000, seed=seed, deadline=until),
    ),
    "M5": Check(
        "30 % of 5,000 answers dropped and asked for again: none lost, none doubled",
        lambda stage, seed, until: hold_m5(stage, answers=5_000, seed=seed, deadline=until),
    ),
    "M6": Check(
        "kill -9 in settlement at every fail point × 25 and 200 random moments: nothing lost, doubled, half",
        lambda stage, seed, until: hold_m6(stage, each=25, randomly=200, seed=seed, deadline=until),
    ),
    "M7": Check(
        "kill -9 of the web process × 50 and of the database × 20 under load: what was acknowledged is there",
        lambda stage, seed, until: hold_m7(stage, webs=50, databases=20, seed=seed, deadline=until),
    ),
    "M10": Check(
        "500 random corrections, also of corrections and after settlement: old rows stay, all totals agree",
        lambda stage, seed, until: hold_m10(stage, corrections=500, seed=seed, deadline=until),
    ),
    "M12": Check(
        "three simulated years of 2,000 clients × 365 days, seeded faults: every invariant each evening",
        lambda stage, seed, until: hold_m12(
            stage, clients=2_000, days=365, seeds=[seed, seed + 1, seed + 2], deadline=until
        ),
    ),
}


@click.command()
@click.argument("name", metavar="[M1|M2|…]", required=False)
@click.option("--minutes", type=float, help="Stop early after so long; what was done so far must hold.")
@click.option("--seed", default=1, show_default=True, help="Another seed, other random moments.")
@click.option("--list", "listed", is_flag=True, help="Say what each check holds.")
def main(name: str | None, minutes: float | None, seed: int, listed: bool) -> None:
    """Play one check of the programme's money table against the program itself; exit 1 where it breaks."""
    if listed or name is None:
        for known, check in CHECKS.items():
            click.echo(f"{known:<4} {check.holds}")
        return
    if name.upper() not in CHECKS:
        raise click.UsageError(f"{name} is not one of {', '.join(CHECKS)}")
    sys.exit(play(name.upper(), seed, Deadline(minutes)))


def play(name: str, seed: int, deadline: Deadline) -> int:
    """Play it on a stage of its own; 0 where it held."""
    begun = monotonic()
    try:
        with a_stage() as stage:
            told = CHECKS[name].play(stage, seed, deadline)
            stage.verify()
    except BrokenError as error:
        click.echo(f"{name} BROKEN (seed {seed}): {error}", err=True)
        return 1
    early = " (stopped early by --minutes)" if deadline.is_over() else ""
    click.echo(f"{name} held: {told}; verify empty; {monotonic() - begun:.0f} s{early}")
    return 0


if __name__ == "__main__":
    main()
