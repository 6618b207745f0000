"""What holds for every batch of charges: no overdraft, splits that add up, order, repetition."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from clearing.charges.facts.book import Book
from clearing.charges.facts.charge import KnownReference, SentCharge
from clearing.charges.facts.outcomes import Accepted, Duplicate, OnHold, Outcome
from clearing.charges.reading.fields import read_charge
from clearing.grants.facts.funding import EarlierCharge, PeriodLimit
from clearing.grants.facts.kinds import CarryOver, ChargeState, Overrun
from foundation.vocabulary.dates import PeriodKind, period_number
from foundation.vocabulary.money import Money, Quantity
from tests.rules.facts_builder import (
    CHOICE,
    OFFERING,
    OTHER_PROVIDER,
    PROVIDER,
    book,
    cents_by_class,
    choice,
    decide,
    funding,
    offering,
    prices,
    provider,
    sent,
)

VALUES = cents_by_class(weekday=3600, evening=4140, night=5000, saturday=4320, sunday_or_holiday=7200)
PRICES = prices(weekday=4000, evening=4500, night=5500, saturday=4800, sunday_or_holiday=8000)


CHARGES = 15 * 3 * 3 * 12 * 4 * 9 * 4 * 4


def charge_of(number: int) -> SentCharge:
    """Return one of the charges of a timed visit, mostly good, with few references, days and hours so that
    they meet. One number a charge, because Hypothesis takes its time over every draw.
    """

    def digit(base: int) -> int:
        nonlocal number
        number, rest = divmod(number, base)
        return rest

    start, length = 6 + digit(15), 1 + digit(3)
    return sent(
        provider_id=[PROVIDER, PROVIDER, OTHER_PROVIDER][digit(3)],
        reference=f"R-{1 + digit(12)}",
        voucher=["AB12", "AB12", "CD34", "NONE"][digit(4)],
        service_day=f"2026-11-{1 + digit(9):02d}",
        start=f"{start:02d}:00",
        end=f"{start + length:02d}:00",
        quantity=[f"{length}.00", f"{length}", f"{length}.00", "1.50"][digit(4)],
        unit_price=["36.00", "40.00", "30.55", "81.00"][digit(4)],
    )


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Draw two fundings with little money, holds, and sometimes limits."""
    limit = draw(st.sampled_from([None, CarryOver.NONE, CarryOver.ALL, CarryOver.UP_TO]))
    period = PeriodLimit(PeriodKind.WEEK, Money(20_000), None, limit, 50) if limit else None
    fundings = []
    for number, voucher in enumerate(["AB12", "CD34"]):
        theirs = choice(
            id=CHOICE + 10 + number, provider_id=OTHER_PROVIDER, offering_id=OFFERING + OTHER_PROVIDER
        )
        own_choice = choice(id=CHOICE + number, held_cents=Money(draw(st.integers(0, 15_000))))
        fundings.append(
            funding(
                id=900 + number,
                voucher=voucher,
                free_cents=Money(draw(st.integers(0, 40_000))),
                choices=(own_choice, theirs),
                overrun=draw(st.sampled_from(list(Overrun))),
                values=VALUES,
                period_limit=period,
                quantity_limit=draw(st.sampled_from([None, Quantity(500)])),
            )
        )
    return book(*fundings, providers=[provider(offering=offering(prices=PRICES))])


batches = st.lists(st.integers(0, CHARGES - 1).map(charge_of), min_size=1, max_size=12)


@settings(max_examples=30)
@given(books(), batches)
def test_what_holds_for_every_batch(facts: Book, batch: list[SentCharge]) -> None:
    outcomes = decide(facts, *batch)
    no_balance_falls_below_zero(facts, outcomes)
    price_is_county_share_and_co_payment(outcomes)
    no_period_is_overdrawn(facts, batch, outcomes)
    assert decide(facts, *batch) == outcomes, "deciding twice changes nothing"


def no_balance_falls_below_zero(facts: Book, outcomes: Sequence[Outcome]) -> None:
    """Assert that no funding and no choice gives more than it has."""
    free = {f.id: f.free_cents for f in facts.fundings.values()}
    held = {c.id: c.held_cents for f in facts.fundings.values() for c in f.choices}
    for outcome in outcomes:
        if isinstance(outcome, Accepted):
            free[outcome.funding_id] = Money(free[outcome.funding_id] - outcome.from_free_cents)
            held[outcome.choice_id or 0] = Money(held[outcome.choice_id or 0] - outcome.from_held_cents)
    assert min(free.values()) >= 0
    assert min(held.values()) >= 0


def price_is_county_share_and_co_payment(outcomes: Sequence[Outcome]) -> None:
    """Assert that every split adds up."""
    for outcome in outcomes:
        split = outcome.split if isinstance(outcome, Accepted | OnHold) else None
        if split is not None:
            assert split.price_cents == split.county_pays_cents + split.co_payment_cents
            assert split.county_pays_cents >= 0
            assert split.co_payment_cents >= 0
            assert 0 <= split.vat_cents <= split.price_cents
        if isinstance(outcome, Accepted):
            assert outcome.from_held_cents + outcome.from_free_cents == outcome.split.county_pays_cents


def no_period_is_overdrawn(facts: Book, batch: list[SentCharge], outcomes: Sequence[Outcome]) -> None:
    """Assert that no week takes more than its limit and what it may carry over."""
    for found in facts.fundings.values():
        limit = found.terms[0].period_limit
        if limit is None:
            continue
        first = period_number(PeriodKind.WEEK, found.window.first)
        spent: dict[int, int] = {}
        for charge, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Accepted) and outcome.funding_id == found.id:
                number = period_number(PeriodKind.WEEK, date.fromisoformat(str(charge.values["service_day"])))
                spent[number] = spent.get(number, 0) + outcome.split.county_pays_cents
        for number, cents in spent.items():
            if limit.carry is CarryOver.NONE:
                assert cents <= 20_000
            elif limit.carry is CarryOver.UP_TO:
                assert cents <= 30_000
            total = sum(c for n, c in spent.items() if n <= number)
            assert total <= 20_000 * (number - first + 1)


def place(charge: SentCharge) -> tuple[object, ...]:
    """Return the rulebook's order: service day, start, reference."""
    return charge.values["service_day"], charge.values["start"], charge.values["reference"]


@settings(max_examples=25)
@given(books(), batches, st.randoms(use_true_random=False))
def test_the_order_of_the_file_changes_nothing_beyond_the_order_of_the_rulebook(
    facts: Book, batch: list[SentCharge], shuffle: Any
) -> None:
    places = {place(charge): charge for charge in batch}
    once = list(places.values())
    mixed = list(once)
    shuffle.shuffle(mixed)
    answers = dict(zip(map(place, mixed), decide(facts, *mixed), strict=True))
    for charge, outcome in zip(once, decide(facts, *once), strict=True):
        other = answers[place(charge)]
        if isinstance(outcome, Duplicate):
            assert isinstance(other, Duplicate)
        else:
            assert other == outcome


def stored(facts: Book, charge_sent: SentCharge, outcome: Outcome, number: int) -> Book:
    """Return the book after a charge has been stored, as load would read it."""
    charge = read_charge(charge_sent)[0]
    if not isinstance(outcome, Accepted | OnHold) or charge.voucher is None or charge.reference is None:
        return facts
    found = facts.fundings[charge.voucher]
    accepted = isinstance(outcome, Accepted)
    state = ChargeState.ACCEPTED if accepted else ChargeState.ON_HOLD
    split = outcome.split
    row = EarlierCharge(
        number, charge.provider_id, charge.reference, charge.service or "", charge.service_day or date.min,
        charge.start, charge.end, charge.quantity or Quantity(0), charge.unit_price_cents or Money(0),
        split.price_cents if split else Money(0), split.county_pays_cents if split else Money(0), None, state,
    )  # fmt: skip
    choices = found.choices
    free = found.free_cents
    if isinstance(outcome, Accepted):
        free = Money(free - outcome.from_free_cents)
        choices = tuple(
            replace(c, held_cents=Money(c.held_cents - outcome.from_held_cents))
            if c.id == outcome.choice_id
            else c
            for c in choices
        )
    changed = replace(found, earlier=(*found.earlier, row), free_cents=free, choices=choices)
    known = {
        **facts.references,
        (charge.provider_id, charge.reference): KnownReference(number, charge.content, state),
    }
    return replace(facts, fundings={**facts.fundings, charge.voucher: changed}, references=known)


@settings(max_examples=25)
@given(books(), batches)
def test_a_batch_decides_exactly_as_its_charges_one_by_one(facts: Book, batch: list[SentCharge]) -> None:
    together = decide(facts, *batch)
    for index in sorted(range(len(batch)), key=lambda i: place(batch[i])):
        alone = decide(facts, batch[index])[0]
        if isinstance(alone, Duplicate):
            assert together[index] == Duplicate(None, (alone.charge_id or 0) - 1)
        else:
            # Visits at other providers stand in Book.visits, which this test does not rebuild.
            assert without_overlaps(alone) == without_overlaps(together[index])
        facts = stored(facts, batch[index], alone, index + 1)


def without_overlaps(outcome: Outcome) -> Outcome:
    """Return the outcome without the warning of R-28."""
    if isinstance(outcome, Duplicate):
        return outcome
    return outcome._replace(
        findings=tuple(t for t in outcome.findings if t.code != "overlaps_other_provider")
    )
