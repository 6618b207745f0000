"""`omatori seed`: JSON for a program, a list for a person, and never into somebody's data."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from tests.builders.seeded_world import SeededWorld

Invoke = Callable[..., Result]
CLOCK = "2026-11-21T12:00+02:00"


def test_seed_small(invoke: Invoke, small_world: SeededWorld) -> None:
    """The world of this run's tests was written by `omatori seed --world small --json`."""
    report = small_world.report
    assert list(report) == [
        "today",
        "counties",
        "services",
        "people",
        "providers",
        "offerings",
        "clients",
        "fundings",
    ]
    assert report["today"] == "2026-11-21"
    assert "provider_biller" in small_world.log_ins
    assert small_world.log_ins_mode & 0o077 == 0
    again = invoke("seed", "--world", "small", database_url=small_world.database_url, clock=CLOCK)
    assert again.exit_code == 1
    assert "not empty" in again.stderr
    left = invoke(
        "seed", "--world", "small", "--if-empty", database_url=small_world.database_url, clock=CLOCK
    )
    assert (left.exit_code, left.stdout) == (0, "")


def test_production_refuses_demo_people(invoke: Invoke, fresh_database: str) -> None:
    production = {
        "OMATORI_ENV": "production",
        "SECRET_KEY": "a-long-secret-of-an-operator-0123456789",
        "IDENTITY_KEYS": "1:a-third-secret-of-that-operator-5647382910",
        "AUDIT_KEYS": "1:another-secret-of-that-operator-9876543210",
        "MAIL_HOST": "mail.county.example",
    }
    done = invoke("seed", "--world", "small", database_url=fresh_database, **production)
    assert done.exit_code == 1
    assert "production" in done.stderr


@pytest.mark.long
def test_the_log_ins_are_printed_again(invoke: Invoke, fresh_database: str) -> None:
    none = invoke("demo", "people", database_url=fresh_database, clock=CLOCK)
    assert (none.exit_code, "omatori seed" in none.stderr) == (1, True)
    done = invoke(
        "seed", "--world", "small", "--seed", "7", "--json", database_url=fresh_database, clock=CLOCK
    )
    people = json.loads(done.stdout)["people"]
    again = invoke("demo", "people", "--seed", "7", "--json", database_url=fresh_database, clock=CLOCK)
    assert json.loads(again.stdout) == people
    text = invoke("demo", "people", "--seed", "7", database_url=fresh_database, clock=CLOCK).stdout
    assert people[0]["password"] in text
    other = invoke("demo", "people", database_url=fresh_database, clock=CLOCK)
    assert (other.exit_code, "--seed" in other.stderr) == (1, True)


def test_only_the_county_world_has_another_size(invoke: Invoke, fresh_database: str) -> None:
    refused = invoke("seed", "--world", "small", "--clients", "5", database_url=fresh_database, clock=CLOCK)
    assert (refused.exit_code, "--clients is for --world county" in refused.output) == (2, True)
