"""`omatori import` in a process of its own."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.session import make_engine
from foundation.database.tables.providers import Price
from foundation.database.tables.services import ServiceValue
from tests.builders import a_county, a_provider

CLOCK = "2026-11-21T12:00+02:00"
MAPPING = Path(__file__).parents[2] / "docs" / "mappings" / "personal_assistance_values.toml"


def count(url: str, table: type[Any]) -> int:
    engine = make_engine(url)
    with Session(engine) as session:
        found = session.scalar(select(func.count()).select_from(table))
    engine.dispose()
    return found or 0


def build(url: str) -> None:
    engine = make_engine(url)
    with Session(engine) as session, session.begin():
        a_provider(session, a_county(session))
    engine.dispose()


def test_prices_go_in_and_refused_rows_come_back(omatori: Any, fresh_database: str, tmp_path: Path) -> None:
    build(fresh_database)
    file = tmp_path / "values.csv"
    file.write_text(
        "service;unit;time_class;unit_value;from\nHOME_CARE;hour;any;36,00;2026-01-01\nNO;hour;any;1;2026-01-01\n",
        encoding="utf-8",
    )
    arguments = ("import", "prices", str(file), "--county", "12", "--json")
    rehearsed = omatori(*arguments, "--dry-run", database_url=fresh_database, clock=CLOCK)
    assert json.loads(rehearsed.stdout)["taken"] == 1, rehearsed.stderr
    assert count(fresh_database, ServiceValue) == 0
    done = omatori(*arguments, database_url=fresh_database, clock=CLOCK)
    answer = json.loads(done.stdout)
    assert (answer["rows"], answer["taken"], answer["refused"][0]["row"]) == (2, 1, 3)
    assert answer["refused"][0]["reasons"][0]["code"] == "service_unknown"
    assert "service_unknown" in Path(answer["refused_file"]).read_text(encoding="utf-8-sig")
    assert count(fresh_database, ServiceValue) == 1
    file.write_text(
        "service;unit;time_class;unit_value;from\nHOME_CARE;hour;any;36,00;2026-01-01\n", encoding="utf-8"
    )
    again = omatori(*arguments, database_url=fresh_database, clock=CLOCK)
    assert json.loads(again.stdout)["refused"] == [], again.stderr
    assert not Path(answer["refused_file"]).exists()


def test_a_providers_prices_and_a_mapping(
    omatori: Any, fresh_database: str, tmp_path: Path, shared_data: Path
) -> None:
    build(fresh_database)
    file = tmp_path / "prices.csv"
    file.write_text(
        "service;unit;time_class;unit_price;vat_rate;from;to\nHOME_CARE;hour;any;40;0;2026-12-01;\n",
        encoding="utf-8",
    )
    whose = ("--county", "12", "--provider", "1234567-1")
    done = omatori("import", "prices", str(file), *whose, database_url=fresh_database, clock=CLOCK)
    assert done.stdout.startswith("1 rows: 1 taken in"), done.stderr
    assert count(fresh_database, Price) == 1
    table = str(shared_data / "fi_turku_personal_assistance_values.csv")
    mapped = ("import", "prices", table, "--county", "12", "--map", str(MAPPING), "--dry-run")
    done = omatori(*mapped, database_url=fresh_database, clock=CLOCK)
    assert done.stdout.startswith("3 rows: 3 would be taken in"), done.stderr


def test_what_cannot_be(omatori: Any, fresh_database: str, tmp_path: Path) -> None:
    build(fresh_database)
    file = tmp_path / "empty.csv"
    file.write_text("nothing\n", encoding="utf-8")
    for arguments, words in (
        (("prices", str(file), "--county", "99"), "no county 99"),
        (("prices", str(file), "--county", "12"), "cannot be read"),
        (("prices", str(file), "--county", "12", "--provider", "0000000-0"), "no provider"),
    ):
        done = omatori("import", *arguments, database_url=fresh_database, clock=CLOCK)
        assert done.returncode == 1
        assert words in done.stderr
