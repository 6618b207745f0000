"""Reads all the money of some vouchers in one snapshot of the database, and as the county's list shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic, sleep

from psycopg import Connection, IsolationLevel
from psycopg.rows import TupleRow

from benchmarks.programme.broken import hold
from benchmarks.programme.caller import Caller
from benchmarks.programme.register import PARTS, adds_up
from benchmarks.programme.stage import Stage, cents_of
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
class Onlooker:
    """Looks once a second; `pairs` are vouchers of one budget, whose sum stays what it was."""

    stage: Stage
    vouchers: list[Voucher]
    pairs: list[tuple[Voucher, Voucher]]
    reads: int = 0
    county: Caller = field(init=False)
    connection: Connection[TupleRow] = field(init=False)

    def __post_init__(self) -> None:
        self.county = self.stage.caller("worker", county="12")
        self.connection = self.stage.connect()
        self.connection.isolation_level = IsolationLevel.REPEATABLE_READ

    def look(self) -> None:
        """One read, and rest until the next is due."""
        begun = monotonic()
        self._snapshot()
        self._list()
        self.reads += 1
        sleep(max(0.0, begun + EVERY_SECONDS - monotonic()))

    def _snapshot(self) -> None:
        """In one snapshot: each balance adds up and is its postings; a budget's sum is what it was."""
        names = [one.code for one in self.vouchers]
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
        hold(len(balances) == len(names), f"{len(balances)} of {len(names)} vouchers are in the snapshot")
        for voucher, balance in balances.items():
            adds_up(voucher, balance)
            for part, sums in posted.items():
                found = (balance[part], sums.get(voucher, 0))
                hold(found[0] == found[1], f"{voucher}: {part} is {found[0]}, its postings are {found[1]}")
            hold(
                balance["held"] == held.get(voucher, 0),
                f"{voucher}: its choices do not hold {balance['held']}",
            )
        for pair in self.pairs:
            total = sum(balances[one.code]["granted"] for one in pair)
            hold(
                total == sum(one.amount_cents for one in pair), f"the budget of {pair[0].code} became {total}"
            )

    def _list(self) -> None:
        """The county's list shows each balance whole."""
        names = {one.code for one in self.vouchers}
        page, total, seen = 1, 1, 0
        while seen < total:
            body = self.county.get(f"/fundings?page={page}&page_size=200")
            for one in body["items"]:
                if one["voucher"] in names:
                    adds_up(one["voucher"], {name: cents_of(sum_) for name, sum_ in one["balance"].items()})
            seen, page, total = seen + len(body["items"]), page + 1, body["total"]
