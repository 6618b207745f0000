"""Write a world into an empty database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from clearing.payments.write.home import forget_homes
from clearing.plans.actions.plan_again import plan_next
from clearing.upkeep.actions.judge_alerts import judge_next
from clearing.upkeep.actions.judge_county import judge_next_county
from foundation.database.tables import Base
from worlds.county import write_county_world
from worlds.demo import write_demo
from worlds.empty_database import require_empty
from worlds.small import write_small
from worlds.world import World, make_world

PLANNED_AT_ONCE = 500
WORLDS: dict[str, Callable[[World], None]] = {
    "county": write_county_world,
    "demo": write_demo,
    "small": write_small,
}
CLIENTS_OF_A_PROVIDER, LEAST_PROVIDERS = 67, 45
JUDGED_WEEKS = {"county": 0, "demo": 2, "small": 0}
"""How many Mondays the early warnings were judged: some open in the second week.

The county world has thousands of plans, which take minutes to judge: its first Monday's job does it.
"""


def write_world(
    session: Session,
    name: str,
    seed: int,
    now: datetime,
    on_progress: Callable[[str], None],
    *,
    clients: int | None = None,
) -> World:
    """Write the world of this name; the caller commits.

    Args:
        clients: How many clients the county world has, and a provider for 67 of them; None for 20,000.

    Raises:
        NotEmptyError: The database already contains a county or a person.
    """
    require_empty(session)
    _number_from_one(session)
    world = make_world(session, seed, now, on_progress)
    if clients is None:
        WORLDS[name](world)
    else:
        write_county_world(world, max(LEAST_PROVIDERS, clients // CLIENTS_OF_A_PROVIDER), clients)
    _plan_all(world)
    _judge_all(world, JUDGED_WEEKS[name])
    forget_homes(session)
    session.flush()
    return world


def _plan_all(world: World) -> None:
    """Plan every hold as the last night's job would have left it."""
    after: int | None = 0
    while after is not None:
        after = plan_next(world.session, after=after, most=PLANNED_AT_ONCE, now=world.now)


def _judge_all(world: World, weeks: int) -> None:
    """Judge the early warnings as the jobs of the last Mondays would have left them."""
    monday = world.today - timedelta(days=world.today.weekday())
    for back in reversed(range(weeks)):
        now = world.at(monday - timedelta(weeks=back))
        for judge in (partial(judge_next, most=PLANNED_AT_ONCE), judge_next_county):
            after: int | None = 0
            while after is not None:
                after = judge(world.session, after=after, now=now)


def _number_from_one(session: Session) -> None:
    """Restart all ids at 1, because an earlier seed that was rolled back has used some."""
    existing = set(inspect(session.connection()).get_table_names())
    for table in Base.metadata.sorted_tables:
        column = table.c.get("id")
        if table.name in existing and column is not None and column.identity is not None:
            session.execute(text(f"ALTER TABLE {table.name} ALTER COLUMN id RESTART WITH 1"))
    session.execute(text("ALTER SEQUENCE posting_transaction RESTART WITH 1"))
