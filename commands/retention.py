"""`omatori retention`: remove data whose time is over, or only say what that would be."""

from __future__ import annotations

import json

import click

from commands.options import json_option
from commands.runtime import clock, database_session, database_url, with_settings
from config import Settings


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count what would be removed; nothing changes.")
@json_option
@with_settings
def retention(settings: Settings, as_json: bool, dry_run: bool) -> None:
    """Remove data whose time is over, as the nightly job does.

    Rows of clients whose appeal or dispute is open are left. The rules are listed at `/sailytys`.
    """
    from clearing.upkeep.actions.apply_retention import apply_retention, retention_due
    from foundation.database.session import SYSTEM_ROLE, make_engine, make_sessions

    now = clock(settings)
    with database_session(settings) as session:
        due = retention_due(session, now=now)
    if not dry_run:
        engine = make_engine(database_url(settings), role=SYSTEM_ROLE)
        apply_retention(make_sessions(engine), now=now)
        engine.dispose()
    if as_json:
        counts = {kind.value: {"due": rows.due, "held": rows.held} for kind, rows in due.items()}
        click.echo(json.dumps({"dry_run": dry_run, "kinds": counts}))
        return
    for kind, rows in due.items():
        click.echo(f"{kind.value}: {rows.due} {'due' if dry_run else 'removed'}, {rows.held} held")
