"""What must hold at every step of a journey: everybody reads the same balance, and the books agree."""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree
from sepaxml.validation import try_valid_xml

from tests.builders.http_api import HttpApi
from tests.builders.seeded_world import Json
from tests.builders.served_world import CommandLine

PAIN = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


def balance_for_all(client: HttpApi, county: HttpApi, voucher: str) -> Json:
    """Return the balance of a voucher; client and county read the same one, and its parts add up."""
    of_client: Json = client.get(f"/fundings/{voucher}")["balance"]
    page = county.get("/fundings", voucher=voucher)
    (of_county,) = [item["balance"] for item in page["items"] if item["voucher"] == voucher]
    assert of_client == of_county
    parts = {name: Decimal(amount) for name, amount in of_client.items()}
    assert parts.pop("granted") == sum(parts.values())
    return of_client


def check_bank_file(content: bytes, run: Json) -> None:
    """Check that the file is valid pain.001.001.09 and has the payments and sums of the run."""
    try_valid_xml(content, "pain.001.001.09")
    root = etree.parse(BytesIO(content)).getroot()
    count = root.findtext(f".//{PAIN}GrpHdr/{PAIN}NbOfTxs")
    total = root.findtext(f".//{PAIN}GrpHdr/{PAIN}CtrlSum")
    amounts = [Decimal(amount.text) for amount in root.iter(f"{PAIN}InstdAmt")]
    assert int(count) == len(amounts) == run["count"] == len(run["payments"])
    assert Decimal(total) == sum(amounts) == Decimal(run["sum"])
    assert {name.text for name in root.iter(f"{PAIN}EndToEndId")} == {
        payment["end_to_end_id"] for payment in run["payments"]
    }


def check_books(run: CommandLine, folder: Path) -> dict[str, Decimal]:
    """Check the books with `omatori verify` and, if installed, hledger; return the accounts in euros."""
    run("verify")
    accounts = _accounts_of(run("ledger", "export", "--format", "csv"))
    journal = folder / "ledger.journal"
    journal.write_text(run("ledger", "export", "--format", "hledger"), encoding="utf-8")
    if program := shutil.which("hledger"):
        assert _accounts_of_hledger(program, journal) == {k: v for k, v in accounts.items() if v}
    return accounts


def _accounts_of(ledger: str) -> dict[str, Decimal]:
    accounts: defaultdict[str, Decimal] = defaultdict(Decimal)
    header, *rows = ledger.splitlines()
    assert header.startswith("transaction;at;event;from_account;to_account;amount")
    for row in rows:
        _, _, _, source, target, amount, *_ = row.split(";")
        accounts[source] -= Decimal(amount)
        accounts[target] += Decimal(amount)
    return dict(accounts)


def _accounts_of_hledger(program: str, journal: Path) -> dict[str, Decimal]:
    command: list[Any] = [program, "-f", journal, "balance", "--flat", "--no-total", "-O", "csv"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    accounts = {}
    for line in result.stdout.splitlines()[1:]:
        account, balance = line.strip('"').split('","')
        accounts[account] = Decimal(balance.split()[0].replace(",", ""))
    return accounts
