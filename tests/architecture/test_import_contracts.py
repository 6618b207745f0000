"""Each import contract catches what it forbids: violations planted in a copy must all be named."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, ROOT

PLANTED = {
    "clearing/charges/rules/planted_arrow_to_a_face.py": "import marketplace.rules",
    "foundation/web/planted_arrow_to_clearing.py": "import clearing.grants.facts",
    "provider_portal/pages/planted_arrow_between_faces.py": "import county_desk.load",
    "foundation/database/planted_arrow_to_the_web.py": "import foundation.web",
    "foundation/planted_package.py": "",
    "clearing/planted_noun.py": "",
    "clearing/ledger/planted_noun_upward.py": "import clearing.charges.facts",
    "clearing/grants/planted_room.py": "",
    "clearing/payments/rules/planted_upward_import.py": "import clearing.payments.actions",
    "clearing/ledger/load/planted_sideways_import.py": "import clearing.ledger.write",
    "clearing/charges/planted_corner.py": "",
    "clearing/charges/hot/planted_hot_upward.py": "import clearing.charges.batch",
    "county_desk/planted_closet.py": "",
    "marketplace/rules/planted_rule_that_loads.py": "import marketplace.load",
    "provider_portal/load/planted_loader_with_web.py": "import foundation.web.languages",
    "marketplace/actions/planted_action_with_flask.py": "import flask",
    "clearing/charges/corrections/rules/planted_rule_with_sql.py": "import sqlalchemy",
    "foundation/vocabulary/planted_value_with_files.py": "import os",
    "marketplace/rules/planted_rule_with_clock.py": "import time",
    "clearing/grants/actions/planted_action_with_web.py": "import flask",
    "county_desk/pages/planted_page_with_stripe.py": "import stripe",
    "clearing/grants/actions/planted_action_with_tables.py": "import foundation.database.tables",
    "marketplace/pages/planted_page_with_tables.py": "import foundation.database.tables",
    "worlds/planted_world_with_pages.py": "import marketplace.pages",
    "clearing/grants/actions/planted_action_with_settings.py": "import config",
    "worlds/planted_cycle.py": "import worlds.planted_circle",
    "worlds/planted_circle.py": "import worlds.planted_cycle",
}
CONTRACTS = 14


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy with every violation planted at once."""
    copy = tmp_path_factory.mktemp("planted")
    python_alone = shutil.ignore_patterns("__pycache__", "*.html", "*.po", "static")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=python_alone)
    for file in [*ROOT.glob("*.py"), ROOT / "pyproject.toml"]:
        shutil.copy(file, copy)
    for place, content in PLANTED.items():
        (copy / place).write_text(content)
    return lint(copy)


def lint(folder: Path) -> str:
    program = Path(sys.executable).with_name("lint-imports")
    command = [str(program), "--no-cache"]
    wide = {"COLUMNS": "500", "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=folder, env=wide, check=False, capture_output=True, text=True).stdout


@pytest.mark.parametrize("place", PLANTED)
def test_a_planted_violation_is_named(report: str, place: str) -> None:
    assert Path(place).stem in report


def test_every_contract_is_broken_by_some_plant(report: str) -> None:
    assert f"Contracts: 0 kept, {CONTRACTS} broken." in report
