"""M1: many writers on one voucher: of one provider, of ten, and amid choices, withdrawals and corrections."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from random import Random
from threading import Barrier
from time import sleep

from benchmarks.programme.broken import hold
from benchmarks.programme.caller import Answer, Caller
from benchmarks.programme.register import balance_of, charges_of
from benchmarks.programme.stage import TODAY, Deadline, Stage, cents_of
from benchmarks.programme.vouchers import (
    CHOOSABLE,
    SHORT_VISIT_CENTS,
    VISIT_CENTS,
    Voucher,
    business_id,
    grant,
    offering_of,
    short_visit,
    visit,
)

ROOM = 0.4
"""The voucher has money for this share of what the writers want."""
HELD_FOR_EACH = "0.24"
"""Hours that each of the ten choices holds: three short visits."""
WAITS = 150
_references = count(1)


@dataclass(slots=True)
class Game:
    """One voucher, the answers so far, and the charges that can still be undone (by provider)."""

    stage: Stage
    voucher: Voucher
    providers: list[str]
    random: Random
    heard: Counter[str] = field(default_factory=Counter)
    open: dict[str, deque[int]] = field(default_factory=dict)
    choices: deque[int] = field(default_factory=deque)

    def biller(self, place: int) -> Caller:
        """A line of one of the providers."""
        return self.stage.caller("provider_biller", provider=self.providers[place])

    def hear(self, act: str, answer: Answer) -> Answer:
        """Every answer is a success or a refusal with its code."""
        told = f"{act}: {answer.status} {answer.body}"
        hold(answer.status < 500, told)
        hold(answer.status < 300 or (answer.codes and all(answer.codes)), f"a refusal without a code: {told}")
        codes = "" if answer.status < 300 else "+".join(sorted(set(answer.codes)))
        self.heard[f"{act} {codes or 'done'}"] += 1
        return answer

    def all_at_once(self, writers: list[Callable[[], None]]) -> None:
        """Every writer on a thread of its own, started together."""
        start = Barrier(len(writers))

        def one(writer: Callable[[], None]) -> None:
            start.wait()
            writer()

        with ThreadPoolExecutor(len(writers)) as pool:
            list(pool.map(one, writers))

    def settle_up(self) -> int:
        """Not a cent over: what the registers hold is what is charged; the cents charged."""
        balance = balance_of(self.stage, self.voucher)
        total = 0
        for place in range(len(self.providers)):
            rows = charges_of(self.biller(place), self.voucher.code).values()
            total += sum(cents_of(row["county_pays"]) for row in rows if row["state"] == "accepted")
        hold(total == balance["charged"], f"{self.voucher.code}: accepted {total}, charged {balance}")
        hold(balance["granted"] == self.voucher.amount_cents, f"{self.voucher.code}: granted {balance}")
        hold(
            total <= self.voucher.amount_cents, f"{self.voucher.code}: {total} of {self.voucher.amount_cents}"
        )
        return total


def hold_m1(
    stage: Stage, *, writers: int, charges: int, rounds: int, seed: int = 1, deadline: Deadline
) -> str:
    """So many writers send so many charges each, round by round; what held, in words."""
    random = Random(seed)
    heard: Counter[str] = Counter()
    played = 0
    for _ in range(rounds):
        for play in (_one_provider, _ten_providers, _mixed):
            if not deadline.is_over():
                heard += play(stage, writers, charges, random)
                played += 1
    refused = sum(number for told, number in heard.items() if not told.endswith(" done"))
    told = ", ".join(f"{number} {what}" for what, number in sorted(heard.items()))
    return (
        f"{played} vouchers × {writers} writers × {charges}: {heard.total()} answers, 0.00 € over, sums to "
        f"the cent, {refused} refusals each with its code, 0 × 5xx ({told})"
    )


def _one_provider(stage: Stage, writers: int, charges: int, random: Random) -> Counter[str]:
    """One provider's money is spent to the last cent, and everything else is refused for want of money."""
    room = int(writers * charges * ROOM)
    (voucher,) = grant(stage, [room * VISIT_CENTS], place=0)
    game = Game(stage, voucher, [business_id(stage, 0)], random)

    def writer(number: int) -> Callable[[], None]:
        line = game.biller(0)

        def write() -> None:
            for n in range(number * charges, (number + 1) * charges):
                sent = visit(voucher.code, f"M1-{next(_references)}", n)
                game.hear("charge", line.ask("POST", "/charges", sent))

        return write

    game.all_at_once([writer(number) for number in range(writers)])
    expected = {"charge done": room, "charge over_amount": writers * charges - room}
    hold(game.heard == expected, f"one provider: {dict(game.heard)}, not {expected}")
    hold(game.settle_up() == voucher.amount_cents, "money was left and charges were refused for want of it")
    return game.heard


def _a_game_of_ten(stage: Stage, cents: int, random: Random) -> Game:
    """A voucher with a choice of each of ten providers."""
    (voucher,) = grant(stage, [cents])
    game = Game(stage, voucher, [business_id(stage, place) for place in CHOOSABLE], random)
    client = stage.caller("client", client=voucher.client)
    for place in CHOOSABLE:
        wish = {"offering": offering_of(stage, place), "starts_on": TODAY, "quantity": HELD_FOR_EACH}
        game.choices.append(int(client.post(f"/fundings/{voucher.code}/choices", wish)["id"]))
    return game


def _charging(game: Game, number: int, charges: int) -> Callable[[], None]:
    """A writer of one of the ten providers."""
    place, turn = number % len(game.providers), number // len(game.providers)
    line, mine = game.biller(place), game.open.setdefault(game.providers[place], deque())

    def write() -> None:
        for n in range(turn * charges, (turn + 1) * charges):
            sent = short_visit(game.voucher.code, f"M1-{next(_references)}", n)
            answer = game.hear("charge", line.ask("POST", "/charges", sent))
            if answer.status == 201:
                mine.append(int(answer.body["id"]))

    return write


def _ten_providers(stage: Stage, writers: int, charges: int, random: Random) -> Counter[str]:
    """Ten providers, each with a little held for it, spend one voucher to the last cent."""
    room = int(writers * charges * ROOM)
    game = _a_game_of_ten(stage, max(room, 3 * len(CHOOSABLE)) * SHORT_VISIT_CENTS, random)
    game.all_at_once([_charging(game, number, charges) for number in range(writers)])
    spent = game.settle_up()
    hold(set(game.heard) <= {"charge done", "charge over_amount"}, f"ten providers: {dict(game.heard)}")
    done = game.heard["charge done"] * SHORT_VISIT_CENTS
    hold(spent == done, f"ten providers: {done} accepted, {spent} charged")
    left = balance_of(stage, game.voucher)["free"]
    hold(
        left == 0 or not game.heard["charge over_amount"],
        f"{left} free, and charges were refused for want of it",
    )
    return game.heard


def _mixed(stage: Stage, writers: int, charges: int, random: Random) -> Counter[str]:
    """Seven of ten charge; the others choose and end choices, withdraw and correct."""
    room = int(writers * charges * ROOM)
    game = _a_game_of_ten(stage, max(room, 5 * len(CHOOSABLE)) * SHORT_VISIT_CENTS, random)
    others = (_choosing, _withdrawing, _correcting)
    undoing = [others[n % 3](game, n, charges) for n in range(max(3, writers * 3 // 10))]
    game.all_at_once([_charging(game, n, charges) for n in range(writers - len(undoing))] + undoing)
    game.settle_up()
    return game.heard


def _choosing(game: Game, _number: int, times: int) -> Callable[[], None]:
    """The client chooses once more, or ends a choice."""
    line = game.stage.caller("client", client=game.voucher.client)
    path = f"/fundings/{game.voucher.code}/choices"

    def choose() -> None:
        for n in range(times):
            if n % 2 and game.choices:
                game.hear("end choice", line.ask("DELETE", f"/choices/{game.choices.pop()}"))
                continue
            place = game.random.choice(CHOOSABLE)
            wish = {"offering": offering_of(game.stage, place), "starts_on": TODAY, "quantity": HELD_FOR_EACH}
            answer = game.hear("choose", line.ask("POST", path, wish))
            if answer.status == 201:
                game.choices.append(int(answer.body["id"]))

    return choose


def _withdrawing(game: Game, number: int, times: int) -> Callable[[], None]:
    return _undoing(game, number, times, "withdraw")


def _correcting(game: Game, number: int, times: int) -> Callable[[], None]:
    return _undoing(game, number, times, "corrections")


def _undoing(game: Game, number: int, times: int, act: str) -> Callable[[], None]:
    """Take back what a provider has just charged: now and then somebody else does so as well."""
    place = number % len(game.providers)
    line = game.biller(place)

    def undo() -> None:
        mine = game.open.setdefault(game.providers[place], deque())
        for _ in range(times):
            if not _soon(mine):
                return
            key = mine.popleft() if game.random.random() < 0.8 else mine[0]
            body = {"reference": f"M1-{next(_references)}", "reason": "agreed", "price": "1.00"}
            answer = line.ask(
                "POST", f"/charges/{key}/{act}", body if act == "corrections" else {"why": "Väärä"}
            )
            game.hear(act, answer)

    return undo


def _soon(charged: deque[int]) -> bool:
    """Wait a little for something to undo."""
    for _ in range(WAITS):
        if charged:
            return True
        sleep(0.02)
    return False
