"""M10: random corrections before and after settlement, also of corrections: old rows stay, totals agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from benchmarks.programme.api_client import ApiClient, Json
from benchmarks.programme.failure import require
from benchmarks.programme.instance import Deadline, Instance, cents_of
from benchmarks.programme.money import balance_of, charges_of
from benchmarks.programme.settlement_driver import SettlementDriver
from benchmarks.programme.vouchers import Voucher, euros, grant, visit

PROVIDER = 2
CHARGES = 50
SETTLED_EVERY = 50
CHANGING = ("state", "outcome", "settlement", "balance")
"""The fields of a charge that settling changes; all others never change."""


@dataclass(slots=True)
class CorrectionDriver:
    """One provider that corrects its charges, and the rows as they were first listed."""

    instance: Instance
    biller: ApiClient
    voucher: Voucher
    random: Random
    settlements: SettlementDriver
    seen: dict[str, Json] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    done: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    after_settlement: int = 0
    of_corrections: int = 0

    def charge(self, number: int) -> None:
        """Charge one visit."""
        self.ids.append(
            int(self.biller.post("/charges", visit(self.voucher.code, f"M10-{number}", number))["id"])
        )

    def correct(self) -> None:
        """Correct a random charge or correction by a quantity, by a price, or completely."""
        target = self.random.choice(self.ids)
        before = self.biller.get(f"/charges/{target}")
        reductions: tuple[Json, ...] = ({"quantity": self._some(20)}, {"price": self._some(400)}, {})
        name = f"M10-K-{self.done}-{sum(self.refused.values())}"
        body = {"reference": name, "reason": "agreed"} | self.random.choice(reductions)
        answer = self.biller.send("POST", f"/charges/{target}/corrections", body, idempotency_key=name)
        if answer.status != 201:
            require(answer.status in (409, 422) and answer.codes, f"{name}: {answer.status} {answer.body}")
            for code in answer.codes:
                self.refused[code] = self.refused.get(code, 0) + 1
            return
        self.done += 1
        self.ids.append(int(answer.body["id"]))
        self.after_settlement += before["state"] == "settled"
        self.of_corrections += before["corrects"] is not None
        require(
            fixed(self.biller.get(f"/charges/{target}")) == fixed(before), f"{name} changed the row {target}"
        )

    def _some(self, most: int) -> str:
        return euros(self.random.randint(1, most))

    def check_rows(self) -> None:
        """Check that no row has changed, and that the sums of client, provider and payment runs agree."""
        rows = charges_of(self.biller, self.voucher.code)
        for name, row in self.seen.items():
            require(fixed(rows[name]) == row, f"the row {name} was changed from {row} to {fixed(rows[name])}")
        self.seen = {name: fixed(row) for name, row in rows.items()}
        live = [row for row in rows.values() if row["state"] in ("accepted", "settled")]
        balance = balance_of(self.instance, self.voucher)
        total, used = (
            sum(cents_of(row["county_pays"]) for row in live),
            balance["charged"] + balance["settled"],
        )
        require(
            total == used, f"charged and settled are {used}, the live charges and corrections are {total}"
        )
        self._runs_agree(live)

    def _runs_agree(self, live: list[Json]) -> None:
        """Check that each settlement of the provider is the sum of the rows in it, all of this voucher."""
        of_rows: dict[int, int] = {}
        for row in live:
            if row["state"] == "settled":
                key = row["settlement"]
                of_rows[key] = of_rows.get(key, 0) + cents_of(row["county_pays"])
        listed = self.biller.get("/settlements?page_size=200")["items"]
        sums = {settlement["id"]: cents_of(settlement["sum"]) for settlement in listed}
        for key, cents in of_rows.items():
            require(sums.get(key) == cents, f"settlement {key} is {sums.get(key)}, its rows are {cents}")


def check_m10(instance: Instance, *, corrections: int, seed: int = 1, deadline: Deadline) -> str:
    """Make `corrections` corrections; return a summary."""
    random = Random(seed)
    (voucher,) = grant(instance, [9_000_000], index=PROVIDER)
    biller = instance.api("provider_biller", provider=voucher.provider or "")
    driver = CorrectionDriver(instance, biller, voucher, random, SettlementDriver(instance, random))
    driver.settlements.settle()
    for number in range(min(CHARGES, corrections)):
        driver.charge(number)
    every = min(SETTLED_EVERY, max(5, corrections // 3))
    while driver.done < corrections and not deadline.is_over():
        driver.correct()
        if driver.done % every == every - 1:
            driver.settlements.settle()
            driver.check_rows()
            driver.correct()
    driver.check_rows()
    return (
        f"{driver.done} corrections ({driver.after_settlement} after settlement, {driver.of_corrections} of "
        f"corrections), {sum(driver.refused.values())} refused ({', '.join(sorted(driver.refused))}); "
        f"{len(driver.settlements.runs)} runs; old rows unchanged; client, provider and run totals agree"
    )


def fixed(row: Json) -> Json:
    """Return the fields of a listed charge that must never change."""
    return {name: value for name, value in row.items() if name not in CHANGING}
