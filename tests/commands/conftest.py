"""The command line in this process: the same Click command, without starting Python anew."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import omatori

Invoke = Callable[..., Result]


@pytest.fixture
def invoke(tmp_path: Path) -> Invoke:
    """`invoke("db", "status", database_url=…, clock=…, **environment) -> Result`."""

    def run(*arguments: str, database_url: str, clock: str | None = None, **environment: str) -> Result:
        own = {"DATABASE_URL": database_url, "OMATORI_VAR": str(tmp_path / "var"), "OMATORI_CLOCK": clock}
        return CliRunner().invoke(omatori, arguments, env={**own, "OMATORI_FAILPOINT": None, **environment})

    return run
