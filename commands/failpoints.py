"""`omatori failpoints`: where a test may kill, fail or delay the program."""

from __future__ import annotations

import click


@click.command()
def failpoints() -> None:
    """Name the places for OMATORI_FAILPOINT=name:kill|error|delay, one a line."""
    from foundation.database.failpoints import NAMES

    for name in NAMES:
        click.echo(name)
