"""`omatori failpoints`: where a test may kill, fail or delay the program."""

from __future__ import annotations

import json

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print for a program: a list of the names.")
def failpoints(as_json: bool) -> None:
    """Name the places for OMATORI_FAILPOINT=name:kill|error|delay, one a line."""
    from foundation.database.failpoints import NAMES

    if as_json:
        click.echo(json.dumps(list(NAMES)))
        return
    for name in NAMES:
        click.echo(name)
