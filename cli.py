"""The `omatori` command. Each command lives in `commands/`, and is imported only when it is asked for.

Exit codes: 0 done, 1 not done (one line says why), 2 wrongly asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import click

from config import ConfigurationError


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command lives (`module:attribute`) and what it is said to do in the list of commands."""

    place: str
    does: str


COMMANDS = {
    "serve": Entry("commands.serve:serve", "Serve the pages and the API, and run the timetable."),
    "db": Entry("commands.database:database", "Bring the database's tables up to date, or back."),
    "seed": Entry("commands.seed:seed", "Fill an empty database with an invented world."),
    "import": Entry("commands.imports:imports", "Take in prices, decisions or providers from a file."),
    "charges": Entry("commands.charges:charges", "Submit a file of charges for a provider."),
    "settle": Entry("commands.settle:settle", "Prepare, approve, export and match payment runs."),
    "verify": Entry("commands.proof:verify", "Recompute balances, totals and the audit chain."),
    "ledger": Entry("commands.proof:ledger", "Export the postings for checking elsewhere."),
    "audit": Entry("commands.proof:audit", "Export who did what, to whose data, and why."),
    "failpoints": Entry("commands.failpoints:failpoints", "Name the places where a test may kill or fail."),
}


class Omatori(click.Group):
    """The group of all commands; it knows their names and helps without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command's module and take the command out of it."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].place.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.does) for name, entry in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what an operator can mend is told in words, without a traceback."""
        try:
            return super().invoke(ctx)
        except ConfigurationError as error:
            raise click.ClickException(str(error)) from error
        except Exception as error:
            words = _words_for(error)
            if words is None:
                raise
            raise click.ClickException(words) from error


def _words_for(error: Exception) -> str | None:
    """What an operator should read instead of a database driver's traceback; None for a fault of ours."""
    from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

    from foundation.database.embedded import EmbeddedServerError

    if isinstance(error, EmbeddedServerError):
        return str(error)
    if not isinstance(error, DBAPIError):
        return None
    state = getattr(error.orig, "sqlstate", None)
    if state in {"42P01", "42703", "42883"}:
        return "The database is not up to date with this program. Run: omatori db upgrade"
    if state == "3D000" or isinstance(error, OperationalError | InterfaceError):
        cause = str(error.orig).strip().splitlines()
        return f"The database cannot be used: {cause[0] if cause else error}"
    return None


@click.group(cls=Omatori, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def omatori() -> None:
    """Omatori: marketplace and clearing house of service vouchers and personal budgets."""


def main() -> None:
    """Run the command line."""
    omatori(prog_name="omatori")


if __name__ == "__main__":
    main()
