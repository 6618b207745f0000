"""Reads the balances of vouchers in one snapshot of the database, and from the county's list."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic, sleep

from psycopg import Connection, IsolationLevel
from psycopg.rows import TupleRow

from benchmarks.programme.api_client import ApiClient
from benchmarks.programme.failure import require
from benchmarks.programme.instance import Instance, cents_of
from benchmarks.programme.money import PARTS, require_balanced
from benchmarks.programme.vouchers import Voucher
from clearing.ledger.rules.postings import Account

EVERY_SECONDS = 1.0
_BALANCES = """
SELECT f.voucher, b.granted_cents, b.free_cents, b.held_cents, b.charged_cents, b.settled_cents,
  b.returned_cents
FROM balance b JOIN funding f ON f.id = b.funding_id WHERE f.voucher = ANY(%s)"""
_POSTED = """
SELECT f.voucher, coalesce(sum(amount_cents) FILTER (WHERE to_account = %(account)s), 0)
  - coalesce(sum(amount_cents) FILTER (WHERE from_account = %(account)s), 0)
FROM posting p JOIN funding f ON f.id = p.funding_id WHERE f.voucher = ANY(%(vouchers)s)
  AND %(account)s IN (from_account, to_account) GROUP BY f.voucher"""
_OF_CHOICES = """
SELECT f.voucher, sum(c.held_cents) FROM choice c JOIN funding f ON f.id = c.funding_id
WHERE f.voucher = ANY(%s) GROUP BY f.voucher"""


@dataclass(slots=True)
class Observer:
    """Checks the balances once a second; `pairs` are vouchers of one budget, whose sum never changes."""

    instance: Instance
    vouchers: list[Voucher]
    pairs: list[tuple[Voucher, Voucher]]
    reads: int = 0
    county: ApiClient = field(init=False)
    connection: Connection[TupleRow] = field(init=False)

    def __post_init__(self) -> None:
        self.county = self.instance.api("worker", county="12")
        self.connection = self.instance.connect()
        self.connection.isolation_level = IsolationLevel.REPEATABLE_READ

    def check(self) -> None:
        """Check the balances once, then wait until the next check is due."""
        begun = monotonic()
        self._snapshot()
        self._list()
        self.reads += 1
        sleep(max(0.0, begun + EVERY_SECONDS - monotonic()))

    def _snapshot(self) -> None:
        """Check in one snapshot that balances add up and equal their postings; budgets never change."""
        names = [voucher.code for voucher in self.vouchers]
        with self.connection.transaction(), self.connection.cursor() as cursor:
            columns = ("granted", *PARTS)
            rows = cursor.execute(_BALANCES, [names]).fetchall()
            balances = {row[0]: dict(zip(columns, row[1:], strict=True)) for row in rows}
            held: dict[str, int] = dict(cursor.execute(_OF_CHOICES, [names]).fetchall())
            posted: dict[str, dict[str, int]] = {
                part: dict(cursor.execute(_POSTED, {"account": account.value, "vouchers": names}).fetchall())
                for part, account in (
                    ("free", Account.FREE),
                    ("held", Account.HELD),
                    ("charged", Account.CHARGED),
                )
            }
        require(len(balances) == len(names), f"{len(balances)} of {len(names)} vouchers are in the snapshot")
        for voucher, balance in balances.items():
            require_balanced(voucher, balance)
            for part, sums in posted.items():
                found = (balance[part], sums.get(voucher, 0))
                require(found[0] == found[1], f"{voucher}: {part} is {found[0]}, its postings are {found[1]}")
            require(
                balance["held"] == held.get(voucher, 0),
                f"{voucher}: its choices do not hold {balance['held']}",
            )
        for pair in self.pairs:
            total = sum(balances[voucher.code]["granted"] for voucher in pair)
            require(
                total == sum(voucher.amount_cents for voucher in pair),
                f"the budget of {pair[0].code} became {total}",
            )

    def _list(self) -> None:
        """Check that every balance in the county's list adds up."""
        names = {voucher.code for voucher in self.vouchers}
        page, total, seen = 1, 1, 0
        while seen < total:
            body = self.county.get(f"/fundings?page={page}&page_size=200")
            for funding in body["items"]:
                if funding["voucher"] in names:
                    amounts = funding["balance"].items()
                    require_balanced(funding["voucher"], {name: cents_of(amount) for name, amount in amounts})
            seen, page, total = seen + len(body["items"]), page + 1, body["total"]
