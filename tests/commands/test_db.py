"""`omatori db`: there and back."""

import json
from collections.abc import Callable
from typing import Any

from click.testing import Result

Invoke = Callable[..., Result]


def test_upgrade_after_downgrade_restores_the_newest_revision(invoke: Invoke, fresh_database: str) -> None:
    def status() -> dict[str, Any]:
        result = invoke("db", "status", "--json", database_url=fresh_database)
        return dict(json.loads(result.stdout))

    newest = status()
    assert newest["up_to_date"] is True
    assert invoke("db", "downgrade", "--to", "base", "--yes", database_url=fresh_database).exit_code == 0
    done = invoke("db", "status", database_url=fresh_database)
    assert (done.exit_code, "empty or of an earlier release" in done.stdout) == (1, True)
    refused = invoke("seed", "--world", "small", database_url=fresh_database)
    assert refused.exit_code == 1
    assert "omatori db upgrade" in refused.stderr
    assert "Traceback" not in refused.stderr
    not_served = invoke("serve", "--port", "0", database_url=fresh_database)
    assert (not_served.exit_code, "omatori db upgrade" in not_served.stderr) == (1, True)
    assert invoke("db", "upgrade", database_url=fresh_database).exit_code == 0
    assert status() == newest


def test_an_unknown_revision_gives_a_readable_error(invoke: Invoke, fresh_database: str) -> None:
    done = invoke("db", "upgrade", "--to", "9999", database_url=fresh_database)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
