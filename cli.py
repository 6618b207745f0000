"""The `omatori` command. Each command is a module of `commands/` and is imported only when it runs.

Exit codes: 0 success, 1 failure (an error message on stderr), 2 invalid usage.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import click

from config import ConfigurationError


@dataclass(frozen=True, slots=True)
class Entry:
    """The import path of a command (`module:attribute`), and its text in the list of commands."""

    place: str
    does: str


COMMANDS = {
    "serve": Entry("commands.serve:serve", "Serve the pages and the API, and run the timetable."),
    "db": Entry("commands.database:database", "Run, undo and check database migrations."),
    "seed": Entry("commands.seed:seed", "Write an invented world into an empty database."),
    "demo": Entry("commands.demo:demo", "Print the log-ins of a seeded world again."),
    "county": Entry("commands.county:county", "Create a county from a file, and change its settings."),
    "people": Entry("commands.people:people", "Invite, list and end the people of a county."),
    "backup": Entry("commands.backup:backup", "Back up the database to a folder."),
    "restore": Entry("commands.backup:restore", "Restore the embedded database from a backup."),
    "import": Entry("commands.imports:imports", "Import prices, decisions or providers from a file."),
    "opening": Entry("commands.openings:openings", "Accept or reject opening balances of an earlier system."),
    "charges": Entry("commands.charges:charges", "Submit a file of charges for a provider."),
    "settle": Entry("commands.settle:settle", "Prepare, approve, export and match payment runs."),
    "verify": Entry("commands.proof:verify", "Recompute balances, totals and the audit chain."),
    "ledger": Entry("commands.proof:ledger", "Export the ledger for outside checking."),
    "audit": Entry("commands.proof:audit", "Export the audit log: who did what, to whose data, and why."),
    "retention": Entry("commands.retention:retention", "Remove data whose time is over, or only count them."),
    "keys": Entry("commands.keys:keys", "Make secrets, and count what each version of a key has made."),
    "failpoints": Entry("commands.failpoints:failpoints", "List the fail points for tests."),
}


class Omatori(click.Group):
    """The group of all commands; it lists them without importing their modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command's module and return the command."""
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
        """Run the command; print errors that an operator can correct without a traceback."""
        try:
            return super().invoke(ctx)
        except ConfigurationError as error:
            raise click.ClickException(str(error)) from error
        except Exception as error:
            message = _message_for(error)
            if message is None:
                raise
            raise click.ClickException(message) from error


def _message_for(error: Exception) -> str | None:
    """Return a message for the operator instead of a traceback; None for an error in the program."""
    from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

    from foundation.database.embedded import EmbeddedServerError
    from foundation.database.migrate import MigrationError
    from foundation.database.release import other_release

    if isinstance(error, EmbeddedServerError | MigrationError):
        return str(error)
    if getattr(getattr(error, "orig", error), "sqlstate", None) == "25006":  # read_only_sql_transaction
        return (
            "DATABASE_URL leads to a standby. This command writes: use the address of the primary"
            " (`omatori verify --read-only` works here)"
        )
    if (other := other_release(error)) is not None:
        return str(other)
    if not isinstance(error, DBAPIError):
        return None
    state = getattr(error.orig, "sqlstate", None)
    no_role = 'role "omatori_' in str(error.orig) and "does not exist" in str(error.orig)
    if state in {"42P01", "42703", "42883"} or no_role:
        return "The database is not up to date with this program. Run: omatori db upgrade"
    if state == "42501":  # insufficient_privilege
        return str(error.orig).strip().splitlines()[0]
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
