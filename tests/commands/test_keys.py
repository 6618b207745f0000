"""`omatori keys`: secrets for the environment, and what was made with which version."""

import json
from pathlib import Path

from sqlalchemy import create_engine, text

from config import Settings
from tests.builders import NOW
from tests.commands.conftest import Invoke


def test_new_secrets_start_production(invoke: Invoke, tmp_path: Path) -> None:
    printed = invoke("keys", "new", database_url="postgresql://unused/x").stdout
    stated = dict(line.split("=", 1) for line in printed.splitlines())
    production = {"OMATORI_ENV": "production", "MAIL_HOST": "mail", "OMATORI_VAR": str(tmp_path)}
    assert Settings.from_environment(production | stated).is_production


def test_status_counts_by_version(invoke: Invoke, fresh_database: str) -> None:
    empty = invoke("keys", "status", "--json", database_url=fresh_database)
    assert json.loads(empty.stdout) == {"identity_codes": {}, "second_factors": {}, "audit_seals": {}}
    engine = create_engine(fresh_database)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_event (at, actor_name, act, subject_kind, subject_id, why, detail) "
                "VALUES (:now, 'a', 'client.look', 'client', '1', '', '{}')"
            ),
            {"now": NOW},
        )
    engine.dispose()
    invoke("verify", database_url=fresh_database)
    assert "audit_seals: version 1: 1" in invoke("keys", "status", database_url=fresh_database).stdout
