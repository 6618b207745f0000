"""`omatori county`: a county from nothing, the same file again, a changed file, and a wrong one."""

import json
from pathlib import Path

from tests.commands.conftest import Invoke

EXAMPLE = Path(__file__).parents[2] / "docs" / "counties" / "example.yaml"
CLOCK = "2026-11-21T12:00+02:00"


def test_a_county_from_nothing(invoke: Invoke, fresh_database: str, tmp_path: Path) -> None:
    at = {"database_url": fresh_database, "clock": CLOCK}
    tried = invoke("county", "create", str(EXAMPLE), "--dry-run", **at)
    assert (tried.exit_code, tried.stderr) == (0, "Nothing was stored.\n")
    assert "+ bank.iban: FI8099000000090136" in tried.stdout
    assert invoke("county", "show", "--county", "98", **at).exit_code == 1
    created = json.loads(invoke("county", "create", str(EXAMPLE), "--json", **at).stdout)
    assert created["changed"]
    assert len(created["changes"]) > 40
    shown = invoke("county", "show", "--county", "98", **at).stdout
    assert shown == EXAMPLE.read_text(encoding="utf-8").partition("\n")[2]
    again = invoke("county", "create", str(EXAMPLE), **at)
    assert (again.exit_code, again.stdout, again.stderr) == (0, "", "Nothing to change.\n")


def test_a_changed_file_asks_first(invoke: Invoke, fresh_database: str, tmp_path: Path) -> None:
    at = {"database_url": fresh_database, "clock": CLOCK}
    invoke("county", "create", str(EXAMPLE), **at)
    changed = tmp_path / "county.yaml"
    changed.write_text(EXAMPLE.read_text(encoding="utf-8").replace("'60'", "'45'"), encoding="utf-8")
    asked = invoke("county", "create", str(changed), **at)
    assert asked.exit_code == 1
    assert "~ late_days: 60 -> 45" in asked.stdout
    assert "'60'" in invoke("county", "show", "--county", "98", **at).stdout
    assert invoke("county", "create", str(changed), "--yes", **at).exit_code == 0
    assert "'45'" in invoke("county", "show", "--county", "98", **at).stdout


def test_a_wrong_file_names_every_fault(invoke: Invoke, fresh_database: str, tmp_path: Path) -> None:
    at = {"database_url": fresh_database, "clock": CLOCK}
    wrong = tmp_path / "county.yaml"
    wrong.write_text(EXAMPLE.read_text(encoding="utf-8").replace("\nphone:", "\nphon:"), encoding="utf-8")
    refused = invoke("county", "create", str(wrong), "--json", **at)
    errors = json.loads(refused.stdout)["errors"]
    assert (refused.exit_code, [error["code"] for error in errors]) == (
        1,
        ["setting_missing", "setting_unknown"],
    )
    assert "Did you mean phone?" in refused.stderr
    wrong.write_bytes("name: Etelä".encode("cp1252"))
    assert "not UTF-8" in invoke("county", "create", str(wrong), **at).stderr
    wrong.write_bytes(b"x" * (1024 * 1024 + 1))
    assert "larger than" in invoke("county", "create", str(wrong), **at).stderr
