"""What must hold at every step of a journey: the same balances for everybody, and books that agree."""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree
from sepaxml.validation import try_valid_xml

from tests.journeys.desk import Api, Json, balance_adds_up

PAIN = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


def balance_for_all(client: Api, county: Api, voucher: str) -> Json:
    """The balance of a voucher as the client sees it, after seeing that the county sees the same."""
    of_client: Json = client.get(f"/fundings/{voucher}")["balance"]
    page = county.get("/fundings", voucher=voucher)
    (of_county,) = [one["balance"] for one in page["items"] if one["voucher"] == voucher]
    assert of_client == of_county
    assert balance_adds_up(of_client)
    return of_client


def check_bank_file(content: bytes, run: Json) -> None:
    """The file is valid pain.001.001.09; its count and sums are the run's."""
    try_valid_xml(content, "pain.001.001.09")
    root = etree.parse(BytesIO(content)).getroot()
    count = root.findtext(f".//{PAIN}GrpHdr/{PAIN}NbOfTxs")
    total = root.findtext(f".//{PAIN}GrpHdr/{PAIN}CtrlSum")
    amounts = [Decimal(one.text) for one in root.iter(f"{PAIN}InstdAmt")]
    assert int(count) == len(amounts) == run["count"] == len(run["payments"])
    assert Decimal(total) == sum(amounts) == Decimal(run["sum"])
    assert {one.text for one in root.iter(f"{PAIN}EndToEndId")} == {
        payment["end_to_end_id"] for payment in run["payments"]
    }


def check_books(run: Callable[..., str], folder: Path) -> dict[str, Decimal]:
    """`omatori verify` finds nothing, and hledger (where it is) computes the same accounts; returns them."""
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
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = {}
    for line in done.stdout.splitlines()[1:]:
        account, balance = line.strip('"').split('","')
        found[account] = Decimal(balance.split()[0].replace(",", ""))
    return found
