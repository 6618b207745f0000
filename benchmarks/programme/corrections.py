"""M10: random corrections before and after settlement, also of corrections: old rows stay, totals agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from benchmarks.programme.broken import hold
from benchmarks.programme.caller import Caller, Json
from benchmarks.programme.register import balance_of, charges_of
from benchmarks.programme.settling import Settling
from benchmarks.programme.stage import Deadline, Stage, cents_of
from benchmarks.programme.vouchers import Voucher, euros, grant, visit

PROVIDER = 2
CHARGES = 50
SETTLED_EVERY = 50
CHANGING = ("state", "outcome", "settlement", "balance")
"""What settling itself writes on a row; everything else stays as it was."""


@dataclass(slots=True)
class Desk:
    """One provider that corrects, and the rows as they were first seen."""

    stage: Stage
    biller: Caller
    voucher: Voucher
    random: Random
    settling: Settling
    seen: dict[str, Json] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    done: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    after_settlement: int = 0
    of_corrections: int = 0

    def charge(self, number: int) -> None:
        """One visit."""
        self.ids.append(
            int(self.biller.post("/charges", visit(self.voucher.code, f"M10-{number}", number))["id"])
        )

    def correct(self) -> None:
        """Give back some quantity, some price, or all, of any charge or correction."""
        target = self.random.choice(self.ids)
        before = self.biller.get(f"/charges/{target}")
        ways: tuple[Json, ...] = ({"quantity": self._some(20)}, {"price": self._some(400)}, {})
        name = f"M10-K-{self.done}-{sum(self.refused.values())}"
        body = {"reference": name, "reason": "agreed"} | self.random.choice(ways)
        answer = self.biller.ask("POST", f"/charges/{target}/corrections", body, once=name)
        if answer.status != 201:
            hold(answer.status in (409, 422) and answer.codes, f"{name}: {answer.status} {answer.body}")
            for code in answer.codes:
                self.refused[code] = self.refused.get(code, 0) + 1
            return
        self.done += 1
        self.ids.append(int(answer.body["id"]))
        self.after_settlement += before["state"] == "settled"
        self.of_corrections += before["corrects"] is not None
        hold(
            fixed(self.biller.get(f"/charges/{target}")) == fixed(before), f"{name} changed the row {target}"
        )

    def _some(self, most: int) -> str:
        return euros(self.random.randint(1, most))

    def look(self) -> None:
        """No row that was seen before has changed; the client's, the provider's and the runs' sums agree."""
        rows = charges_of(self.biller, self.voucher.code)
        for name, row in self.seen.items():
            hold(fixed(rows[name]) == row, f"the row {name} was changed from {row} to {fixed(rows[name])}")
        self.seen = {name: fixed(row) for name, row in rows.items()}
        live = [row for row in rows.values() if row["state"] in ("accepted", "settled")]
        balance = balance_of(self.stage, self.voucher)
        total, used = (
            sum(cents_of(row["county_pays"]) for row in live),
            balance["charged"] + balance["settled"],
        )
        hold(total == used, f"charged and settled are {used}, the live charges and corrections are {total}")
        self._runs_agree(live)

    def _runs_agree(self, live: list[Json]) -> None:
        """Each settlement of the provider is the sum of this voucher's rows in it: it has no others."""
        of_rows: dict[int, int] = {}
        for row in live:
            if row["state"] == "settled":
                key = row["settlement"]
                of_rows[key] = of_rows.get(key, 0) + cents_of(row["county_pays"])
        listed = self.biller.get("/settlements?page_size=200")["items"]
        told = {one["id"]: cents_of(one["sum"]) for one in listed}
        for key, cents in of_rows.items():
            hold(told.get(key) == cents, f"settlement {key} says {told.get(key)}, its rows are {cents}")


def hold_m10(stage: Stage, *, corrections: int, seed: int = 1, deadline: Deadline) -> str:
    """Correct so many times; what held, in words."""
    random = Random(seed)
    (voucher,) = grant(stage, [9_000_000], place=PROVIDER)
    biller = stage.caller("provider_biller", provider=voucher.provider or "")
    desk = Desk(stage, biller, voucher, random, Settling(stage, random))
    desk.settling.settle()
    for number in range(min(CHARGES, corrections)):
        desk.charge(number)
    every = min(SETTLED_EVERY, max(5, corrections // 3))
    while desk.done < corrections and not deadline.is_over():
        desk.correct()
        if desk.done % every == every - 1:
            desk.settling.settle()
            desk.look()
            desk.correct()
    desk.look()
    return (
        f"{desk.done} corrections ({desk.after_settlement} after settlement, {desk.of_corrections} of "
        f"corrections), {sum(desk.refused.values())} refused ({', '.join(sorted(desk.refused))}); "
        f"{len(desk.settling.runs)} runs; old rows unchanged; client, provider and run totals agree"
    )


def fixed(row: Json) -> Json:
    """What must never change of a listed charge."""
    return {name: value for name, value in row.items() if name not in CHANGING}
