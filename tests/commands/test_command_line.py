"""The command line answers fast, in words, and with the exit codes that it promises."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from cli import COMMANDS, omatori
from foundation.database.failpoints import NAMES
from foundation.database.session import make_engine
from tests.builders.correction import a_correction_scenario

ROOT = Path(__file__).parents[2]
HEAVY = ("flask", "sqlalchemy", "alembic", "waitress", "apscheduler", "rich")
Invoke = Callable[..., Result]
NOWHERE = "postgresql://omatori@127.0.0.1:1/nowhere"


def test_help_imports_nothing_heavy() -> None:
    program = f"""
import sys
from click.testing import CliRunner
from cli import omatori
answer = CliRunner().invoke(omatori, ["--help"])
assert answer.exit_code == 0, answer.output
print(*sorted(set(sys.modules) & set({HEAVY!r})))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    answer = CliRunner().invoke(omatori, [name, "--help"])
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith("Usage: ")


def test_every_command_is_listed() -> None:
    listed = CliRunner().invoke(omatori, ["--help"]).output
    assert all(f"  {name} " in listed for name in COMMANDS)


def test_an_unknown_command_is_a_usage_error() -> None:
    answer = CliRunner().invoke(omatori, ["setle"])
    assert answer.exit_code == 2
    assert "No such command" in answer.output


def test_an_unreachable_database_gives_a_readable_error(invoke: Invoke) -> None:
    done = invoke("db", "status", database_url=NOWHERE)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: The database cannot be used")
    assert "Traceback" not in done.stderr


def test_a_standby_gives_a_readable_error(invoke: Invoke, fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    name = make_url(fresh_database).database
    with engine.begin() as connection:
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    engine.dispose()
    answer = invoke("verify", database_url=fresh_database)
    assert answer.exit_code == 1
    assert "leads to a standby" in answer.output
    checked = invoke("verify", "--read-only", database_url=fresh_database)
    assert checked.exit_code == 0, checked.output
    assert "The books agree" in checked.output


def test_a_wrong_setting_gives_a_readable_error(invoke: Invoke) -> None:
    done = invoke("db", "status", database_url=NOWHERE, clock="yesterday")
    assert done.exit_code == 1
    assert "OMATORI_CLOCK is 'yesterday'" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_failpoint_gives_a_readable_error(invoke: Invoke) -> None:
    done = invoke("db", "status", database_url=NOWHERE, OMATORI_FAILPOINT="nowhere:kill")
    assert done.exit_code == 1
    assert "no such fail point" in done.stderr


def test_failpoints_are_named_one_a_line() -> None:
    answer = CliRunner().invoke(omatori, ["failpoints"])
    assert tuple(answer.output.split()) == NAMES
    for_program = CliRunner().invoke(omatori, ["failpoints", "--json"])
    assert json.loads(for_program.output) == list(NAMES)


def test_on_a_standby_a_check_names_a_difference_and_an_export_gives_nothing(
    invoke: Invoke, fresh_database: str
) -> None:
    name = make_url(fresh_database).database
    changed = (
        "UPDATE balance SET free_cents = free_cents + 1, held_cents = held_cents - 1 WHERE funding_id = :id"
    )
    engine = make_engine(fresh_database)
    with engine.begin() as connection, Session(connection) as session:
        scenario = a_correction_scenario(session)
        scenario.charge()
        session.execute(text(changed), {"id": scenario.funding.id})
        session.commit()
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    engine.dispose()
    checked = invoke("verify", "--read-only", database_url=fresh_database)
    assert checked.exit_code == 1
    assert "should be" in checked.output
    export = invoke("ledger", "export", database_url=fresh_database)
    assert (export.exit_code, export.stdout) == (1, ""), "nobody could record it"
