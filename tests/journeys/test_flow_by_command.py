"""From a county's decision to the bank's confirmation, by command line alone."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.builders.seeded_world import TODAY, Json, SeededWorld
from tests.builders.served_world import CommandLine, command_line_on
from tests.builders.settlement import payer_iban_in
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


@pytest.mark.slow
def test_from_decision_to_confirmed_payment(small_world: SeededWorld, tmp_path: Path) -> None:
    run = command_line_on(small_world, tmp_path)
    walk = Walk(small_world, run, tmp_path)
    walk.provider_lists()
    before = check_books(run, tmp_path)
    walk.county_grants()
    after = check_books(run, tmp_path)
    (account,) = (name for name in set(after) - set(before) if name.startswith("funding:"))
    assert after[account] == Decimal("1000.00")
    voucher = account.split(":")[1]
    walk.provider_charges(voucher)
    assert check_books(run, tmp_path)[f"funding:{voucher}:charged"] == Decimal("79.80")
    walk.county_pays(Decimal("79.80"))
    accounts = check_books(run, tmp_path)
    assert accounts["bank"] == Decimal("79.80")
    assert accounts[f"funding:{voucher}:free"] == Decimal("920.20")


class Walk:
    """The steps as commands."""

    def __init__(self, world: SeededWorld, run: CommandLine, folder: Path) -> None:
        self.world = world
        self.run = run
        self.folder = folder
        self.provider: str = world.report["providers"][0]["business_id"]

    def output_of(self, *arguments: str) -> Json:
        """Return what a command prints for a program."""
        answer: Json = json.loads(self.run(*arguments, "--json"))
        return answer

    def file(self, name: str, content: str | bytes) -> str:
        """Write a file; return its path."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def provider_lists(self) -> None:
        """Import a price list."""
        prices = self.file("prices.csv", PRICES)
        imported = self.output_of("import", "prices", prices, "--county", "12", "--provider", self.provider)
        assert (imported["rows"], imported["taken"]) == (1, 1)

    def county_grants(self) -> None:
        """Import a decision that names the provider."""
        name = self.world.person("client", client="C-000010")["name"]
        content = DECISION.format(name=name, service=SERVICE, provider=self.provider)
        decisions = self.file("decisions.csv", content)
        assert self.output_of("import", "decisions", decisions, "--county", "12")["taken"] == 1

    def provider_charges(self, voucher: str) -> None:
        """Submit a good row and one over the price list; a dry run and a repeat store nothing."""
        charges = self.file("charges.csv", CHARGES.format(voucher=voucher))
        submit = ("charges", "submit", charges, "--provider", self.provider)
        dry_run = self.output_of(*submit, "--dry-run")
        assert (dry_run["id"], dry_run["accepted"], dry_run["refused"]) == (None, 1, 1)
        submitted = self.output_of(*submit)
        outcomes = {
            row["reference"]: [reason["code"] for reason in row["reasons"]] for row in submitted["results"]
        }
        assert outcomes == {"K-1": [], "K-2": ["price_over_list"]}
        again = self.output_of(*submit)
        assert (again["id"], again["accepted"]) == (submitted["id"], submitted["accepted"])

    def county_pays(self, expected: Decimal) -> None:
        """One person prepares, another approves, the bank confirms."""
        officer = self.world.person("settlement_officer", county="12")["log_in"]
        approver = self.world.person("settlement_approver", county="12")["log_in"]
        prepared = self.output_of("settle", "prepare", "--county", "12", "--until", TODAY, "--as", officer)
        number = str(prepared["id"])
        self.run("settle", "approve", number, "--as", officer, exit_code=1)
        approved = self.output_of("settle", "approve", number, "--as", approver)
        assert Decimal(approved["sum"]) == expected
        bank_file = self.folder / "bank.xml"
        self.run("settle", "export", number, "-o", str(bank_file), "--as", approver)
        check_bank_file(bank_file.read_bytes(), approved)
        paid = [
            (payment["end_to_end_id"], round(Decimal(payment["sum"]) * 100))
            for payment in approved["payments"]
        ]
        answer = self.file(
            "answer.xml", debit_notification(paid, BANK_DAY, payer_iban_in(bank_file.read_bytes()))
        )
        assert self.output_of("settle", "ingest", answer, "--as", officer)["matched"] == 1
