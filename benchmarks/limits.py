"""The limits beside our figures: the speed of the bare database."""

from __future__ import annotations

import io
import re
import subprocess
from time import perf_counter
from typing import Any

from psycopg import Connection

from foundation.database.embedded import EmbeddedServer, binaries

_MEASURED = ("charge", "charge_reason", "posting")


def pgbench(server: EmbeddedServer, clients: int, *, seconds: int) -> float:
    """Return the transactions per second of pgbench's TPC-B-like script, durable, with so many clients."""
    server.make_database("pgbench")
    address = ["-h", str(server.socket_folder), "-p", server.port, "-U", "omatori", "pgbench"]
    program = str(binaries() / "pgbench")
    if not _has_tables(server):
        subprocess.run([program, "-i", "-q", "-s", "10", *address], check=True, capture_output=True)
    run = [
        program,
        "-n",
        "-M",
        "prepared",
        "-c",
        str(clients),
        "-j",
        str(min(clients, 2)),
        "-T",
        str(seconds),
    ]
    output = subprocess.run([*run, *address], check=True, capture_output=True, text=True).stdout
    found = re.search(r"tps = ([0-9.]+)", output)
    assert found is not None, output
    return float(found[1])


def _has_tables(server: EmbeddedServer) -> bool:
    with server.connect("pgbench") as connection:
        row = connection.execute("SELECT to_regclass('pgbench_accounts') IS NOT NULL").fetchone()
    return bool(row and row[0])


def bare_copy(connection: Connection[Any], *, after: int = 0) -> float:
    """Return the seconds of a bare COPY of charges, reasons and postings into tables with the same indexes.

    Only charges with an id greater than `after` are copied.
    """
    data = {table: _copied_out(connection, table, after) for table in _MEASURED}
    for table in _MEASURED:
        connection.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
    connection.commit()
    begun = perf_counter()
    for table, rows in data.items():
        written = written_columns(connection, table)
        with connection.cursor() as cursor, cursor.copy(f"COPY bare_{table} ({written}) FROM STDIN") as copy:
            copy.write(rows.getbuffer())
    connection.commit()
    taken = perf_counter() - begun
    for table in _MEASURED:
        connection.execute(f"DROP TABLE bare_{table}")
    connection.commit()
    return taken


def written_columns(connection: Connection[Any], table: str) -> str:
    """Return the columns of a table, except generated ones, separated by commas."""
    row = connection.execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        (table,),
    ).fetchone()
    assert row is not None
    return str(row[0])


def last_charge(connection: Connection[Any]) -> int:
    """Return the largest id of a charge, or 0."""
    row = connection.execute("SELECT coalesce(max(id), 0) FROM charge").fetchone()
    return int(row[0]) if row else 0


def _copied_out(connection: Connection[Any], table: str, after: int) -> io.BytesIO:
    key = "id" if table == "charge" else "charge_id"
    kept = io.BytesIO()
    written = written_columns(connection, table)
    rows = f"COPY (SELECT {written} FROM {table} WHERE {key} > {after}) TO STDOUT"
    with connection.cursor() as cursor, cursor.copy(rows) as copy:
        for block in copy:
            kept.write(block)
    return kept
