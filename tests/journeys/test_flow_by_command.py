"""From a county's decision to the bank's confirmation, by command line alone."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.journeys.conftest import Seeded
from tests.journeys.desk import TODAY
from tests.journeys.proof import check_bank_file, check_books
from worlds.bank import debit_notification

SERVICE = "HOUSING_SUPPORT"
BANK_DAY = date(2026, 11, 23)
PRICES = (
    "service;unit;time_class;unit_price;vat_rate;from;to\nHOUSING_SUPPORT;hour;saturday;39,90;0;21.11.2026;\n"
)
DECISION = (
    "number;decided_on;decided_by;legal_basis;cost_centre;client;name;municipality;external_id;kind;services;"
    "from;to;amount;free_of_charge;overrun;provider\n"
    "HVA12/2026/90003;20.11.2026;Viran Haltija;Laki 569/2009;4430;C-000010;{name};Mikkeli;1;commitment;"
    "{service};1.11.2026;30.4.2027;1000,00;no;refuse;{provider}\n"
)
CHARGES = (
    "reference;voucher;service;service_day;start;end;quantity;unit;unit_price\n"
    "K-1;{voucher};HOUSING_SUPPORT;21.11.2026;08:00;10:00;2,00;hour;39,90\n"
    "K-2;{voucher};HOUSING_SUPPORT;21.11.2026;10:00;11:00;1,00;hour;89,90\n"
)


def file(folder: Path, name: str, content: str | bytes) -> str:
    """The path of a file with this content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


@pytest.mark.slow
def test_from_decision_to_confirmed_payment(seeded: Seeded, tmp_path: Path) -> None:
    run, world = seeded.run, seeded.world
    provider = world.told["providers"][0]["business_id"]
    officer = world.person("settlement_officer", county="12")["log_in"]
    approver = world.person("settlement_approver", county="12")["log_in"]

    # A price and a decision come from files; the decision names the provider.
    prices = file(tmp_path, "prices.csv", PRICES)
    taken = json.loads(run("import", "prices", prices, "--county", "12", "--provider", provider, "--json"))
    assert (taken["rows"], taken["taken"]) == (1, 1)
    name = world.person("client", client="C-000010")["name"]
    decision = file(tmp_path, "decisions.csv", DECISION.format(name=name, service=SERVICE, provider=provider))
    before = check_books(run, tmp_path)
    assert json.loads(run("import", "decisions", decision, "--county", "12", "--json"))["taken"] == 1
    after = check_books(run, tmp_path)
    (account,) = (name for name in set(after) - set(before) if name.startswith("funding:"))
    assert after[account] == Decimal("1000.00")
    voucher = account.split(":")[1]

    # The provider submits a file: the good row goes in, the dear one comes back; again nothing is doubled.
    charges = file(tmp_path, "charges.csv", CHARGES.format(voucher=voucher))
    rehearsed = json.loads(run("charges", "submit", charges, "--provider", provider, "--dry-run", "--json"))
    assert (rehearsed["accepted"], rehearsed["refused"]) == (1, 1)
    assert check_books(run, tmp_path) == after
    told = json.loads(run("charges", "submit", charges, "--provider", provider, "--json"))
    outcomes = {row["reference"]: [reason["code"] for reason in row["reasons"]] for row in told["results"]}
    assert outcomes == {"K-1": [], "K-2": ["price_over_list"]}
    again = json.loads(run("charges", "submit", charges, "--provider", provider, "--json"))
    assert (again["id"], again["accepted"]) == (told["id"], told["accepted"])
    assert check_books(run, tmp_path)[f"funding:{voucher}:charged"] == Decimal("79.80")

    # Two people pay; the bank confirms.
    prepared = json.loads(
        run("settle", "prepare", "--county", "12", "--until", TODAY, "--as", officer, "--json")
    )
    number = str(prepared["id"])
    run("settle", "approve", number, "--as", officer, exit_code=1)
    approved = json.loads(run("settle", "approve", number, "--as", approver, "--json"))
    bank_file = tmp_path / "bank.xml"
    run("settle", "export", number, "-o", str(bank_file), "--as", approver)
    check_bank_file(bank_file.read_bytes(), approved)
    assert Decimal(approved["sum"]) == Decimal("79.80")
    paid = [(one["end_to_end_id"], round(Decimal(one["sum"]) * 100)) for one in approved["payments"]]
    answer = file(tmp_path, "answer.xml", debit_notification(paid, BANK_DAY))
    assert json.loads(run("settle", "ingest", answer, "--as", officer, "--json"))["matched"] == 1
    accounts = check_books(run, tmp_path)
    assert accounts["bank"] == Decimal("79.80")
    assert accounts[f"funding:{voucher}:free"] == Decimal("920.20")
