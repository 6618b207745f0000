"""`omatori failpoints`: the names of the fail points, where a test may kill or delay the program."""

from __future__ import annotations

import json

import click

from commands.options import json_option


@click.command()
@json_option
def failpoints(as_json: bool) -> None:
    """List the names for OMATORI_FAILPOINT=name:kill|error|delay, one per line."""
    from foundation.database.failpoints import NAMES

    if as_json:
        click.echo(json.dumps(list(NAMES)))
        return
    for name in NAMES:
        click.echo(name)
