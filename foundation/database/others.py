"""Who else is connected to a database: a migration needs it for itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

MIGRATING = "omatori db"
"""The name under which `omatori db` connects. Its connections wait for each other and write nothing else."""
# The server keeps one picture of its connections for a whole transaction unless it is cleared.
_CLEAR = text("SELECT pg_stat_clear_snapshot()")
_OTHERS = text("""
SELECT pid, usename, application_name, host(client_addr), backend_start FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
  AND coalesce(backend_type, 'client backend') = 'client backend'
  AND application_name <> :migrating AND usename <> ALL(:ignored)
ORDER BY backend_start, pid
""")
SHOWN = 5


@dataclass(frozen=True, slots=True)
class OtherConnection:
    """A connection of another program.

    The server shows `since` only to its administrators and to members of the user's role; `address` too,
    which is None on the same machine.
    """

    process: int
    user: str
    program: str
    address: str | None
    since: datetime | None

    def __str__(self) -> str:
        """Return it as a line for the operator."""
        known = f"{self.program or 'a program without a name'}, user {self.user}, process {self.process}"
        if self.since is None:
            return known
        place = f"from {self.address}" if self.address else "on this machine"
        return f"{known}, {place}, since {self.since:%H:%M:%S} UTC"


def other_connections(connection: Connection, ignored: tuple[str, ...] = ()) -> list[OtherConnection]:
    """Return the connections of other programs to this database, but those of the ignored users."""
    connection.execute(_CLEAR)
    rows = connection.execute(_OTHERS, {"migrating": MIGRATING, "ignored": list(ignored)})
    return [OtherConnection(*row) for row in rows]


def listed(others: list[OtherConnection]) -> str:
    """Return the first of them as lines, and how many more there are."""
    lines = [f"- {other}" for other in others[:SHOWN]]
    if len(others) > SHOWN:
        lines.append(f"- and {len(others) - SHOWN} more")
    return "\n".join(lines)
