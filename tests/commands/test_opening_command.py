"""`omatori import opening` and `omatori opening`."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy.orm import Session

from foundation.database.session import make_engine
from foundation.database.tables.people import Person
from foundation.vocabulary.roles import Role
from tests.builders import a_county, a_person
from tests.commands.conftest import Invoke

CLOCK = "2026-11-21T12:00+02:00"
HEAD = (
    "number;decided_on;decided_by;legal_basis;cost_centre;client;name;municipality;external_id;kind;services;"
    "from;to;amount;unit_values;used_amount\n"
)
ROW = (
    "V-1;7.1.2026;Virpi;VpL 9 §;4410;C-VANHA;Aino;Mikkeli;a;voucher;PERSONAL_ASSISTANCE;1.1.2026;31.12.2026;"
    "3000;any=40;1000,50\n"
)


def build(url: str) -> dict[Role, str]:
    """Store a county with a worker and a coordinator; return their log-ins."""
    engine = make_engine(url)
    found = {}
    with Session(engine) as session, session.begin():
        county = a_county(session)
        for role in (Role.WORKER, Role.COORDINATOR):
            actor = a_person(session, role, county_id=county.id)
            person = session.get_one(Person, actor.person_id)
            person.email = f"{role.value}@example.invalid"
            found[role] = person.email
    engine.dispose()
    return found


def test_two_people_bring_the_vouchers_in(invoke: Invoke, fresh_database: str, tmp_path: Path) -> None:
    people = build(fresh_database)
    known = {"database_url": fresh_database, "clock": CLOCK}
    file = tmp_path / "vanha.csv"
    file.write_text(HEAD + ROW.replace("1000,50", "3000,01"), encoding="utf-8")
    words = ("import", "opening", str(file), "--county", "12", "--opens-on", "2026-12-01", "--json")
    wrong = invoke(*words, "--as", people[Role.WORKER], **known)
    answer = json.loads(wrong.stdout)
    assert wrong.exit_code == 1
    assert answer["id"] is None
    assert answer["refused"][0]["reasons"][0]["code"] == "used_over_granted"
    assert "used_over_granted" in Path(answer["refused_file"]).read_text("utf-8-sig")
    file.write_text(HEAD + ROW, encoding="utf-8")
    tried = invoke(*words, "--as", people[Role.WORKER], "--dry-run", **known)
    assert json.loads(tried.stdout)["id"] is None
    done = invoke(*words, "--as", people[Role.WORKER], **known)
    answer = json.loads(done.stdout)
    (total,) = answer["totals"]
    assert (total["granted"], total["used"], total["left"]) == ("3000.00", "1000.50", "1999.50")
    number = str(answer["id"])
    listed = invoke("opening", "list", "--county", "12", "--json", **known)
    assert [row["state"] for row in json.loads(listed.stdout)] == ["waiting"]
    accept = ("opening", "accept", number, "--county", "12", "--as")
    assert invoke(*accept, people[Role.WORKER], **known).exit_code == 1
    accepted = invoke(*accept, people[Role.COORDINATOR], **known)
    assert "1 vouchers are in the books" in accepted.stdout, accepted.output
    assert "Refused: opening_decided" in invoke(*accept, people[Role.COORDINATOR], **known).output
    assert invoke("verify", **known).exit_code == 0
    ledger = invoke("ledger", "export", "--format", "csv", **known).stdout
    assert ";open;" in ledger
    assert ";earlier_system;1000.50;" in ledger


def test_a_file_is_rejected(invoke: Invoke, fresh_database: str, tmp_path: Path) -> None:
    people = build(fresh_database)
    known = {"database_url": fresh_database, "clock": CLOCK}
    file = tmp_path / "vanha.csv"
    file.write_text(HEAD + ROW, encoding="utf-8")
    done = invoke("import", "opening", str(file), "--county", "12", "--json", **known)
    number = str(json.loads(done.stdout)["id"])
    words = ("opening", "reject", number, "--county", "12", "--why", "Vanha", "--as", people[Role.WORKER])
    assert "nothing of them is in the books" in invoke(*words, **known).stdout
    assert "Refused: opening_decided" in invoke(*words, **known).output


def test_a_file_with_other_columns_is_accepted_as_it_was_checked(
    invoke: Invoke, fresh_database: str, tmp_path: Path
) -> None:
    people = build(fresh_database)
    known = {"database_url": fresh_database, "clock": CLOCK}
    file, mapping = tmp_path / "vanha.csv", tmp_path / "vanha.toml"
    file.write_text((HEAD + ROW).replace("used_amount", "Käytetty"), encoding="utf-8")
    mapping.write_text('[columns]\nused_amount = "Käytetty"\n', encoding="utf-8")
    words = ("import", "opening", str(file), "--county", "12", "--map", str(mapping), "--json")
    done = invoke(*words, "--as", people[Role.WORKER], **known)
    number = str(json.loads(done.stdout)["id"])
    accepted = invoke(
        "opening", "accept", number, "--county", "12", "--as", people[Role.COORDINATOR], **known
    )
    assert "used: 1000.50 €" in accepted.stdout, accepted.output
