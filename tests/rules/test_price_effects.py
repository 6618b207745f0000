"""What a price would do: caps, the client's share, times and days without a price."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clearing.grants.facts.funding import NOTHING_BY_CLASS, ByClass
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from marketplace.rules.price_costs import PayingTerms
from marketplace.rules.price_effects import ClassPrice, PriceEffects, price_effects
from marketplace.rules.price_windows import LOCKED, OVERLAPS

TODAY = date(2026, 11, 21)
CLASSES = ("weekday", "evening", "sunday_or_holiday")
ANY_36 = {"any": Money(3600)}


def terms(values: ByClass = ANY_36, free: bool = False, **caps: int) -> PayingTerms:
    return PayingTerms(values, {name: Money(cents) for name, cents in caps.items()}, free)


def price(
    time_class: str = "any", cents: int = 3600, first: date = TODAY, last: date | None = None
) -> ClassPrice:
    return ClassPrice(time_class, cents, first, last)


def judged(
    new: ClassPrice, *prices: ClassPrice, county: PayingTerms | None = None,
    clients: tuple[PayingTerms, ...] = (),
) -> PriceEffects:  # fmt: skip
    found = price_effects(prices, new, CLASSES, county or terms(), clients, TODAY)
    assert isinstance(found, PriceEffects)
    return found


def test_a_price_that_the_county_pays_for_every_time_is_fine() -> None:
    assert judged(price()).is_fine
    assert [cost.time_class for cost in judged(price()).costs] == list(CLASSES)


@pytest.mark.parametrize(
    ("cents", "client", "most"),
    [(3600, 0, None), (3601, 1, None), (4000, 400, None), (4001, 401, 4000)],
)
def test_the_client_pays_over_the_value_and_nothing_is_charged_over_the_cap(
    cents: int, client: int, most: int | None
) -> None:
    cost = judged(price("evening", cents), price(), county=terms(evening=4000)).costs
    assert [(each.time_class, each.client_pays_cents, each.most_cents) for each in cost] == [
        ("evening", client, most)
    ]


def test_a_free_service_is_charged_at_the_countys_value_at_most() -> None:
    assert [cost.most_cents for cost in judged(price(cents=3601), county=terms(free=True)).costs] == [
        3600
    ] * 3
    assert judged(price(cents=3600), county=terms(free=True)).is_fine


def test_a_value_that_the_county_lacks_is_not_known() -> None:
    effects = judged(price(), county=terms({"weekday": Money(3600)}))
    assert [cost.county_pays_cents for cost in effects.costs] == [3600, None, None]
    assert judged(price(cents=9900), county=terms({})).costs == ()


def test_clients_are_counted_by_what_they_would_pay_more_by_their_own_vouchers() -> None:
    old = price(cents=3700, first=TODAY - timedelta(days=30))
    vouchers = (
        terms({"any": Money(3600)}),  # pays 1,00 now, 4,00 then
        terms({"any": Money(3600)}),
        terms({"any": Money(4500)}),  # pays nothing
        terms({"any": Money(3900)}),  # pays 1,00 then
        terms(NOTHING_BY_CLASS),  # the county pays up to the price
        terms(any=3900),  # over its cap
    )
    effects = judged(price(cents=4000), old, clients=vouchers)
    assert (effects.clients, effects.refused_clients) == (((300, 2), (100, 1)), 1)


def test_time_classes_without_a_price_are_named() -> None:
    assert judged(price("weekday")).unpriced == ("evening", "sunday_or_holiday")
    assert judged(price("weekday"), price()).unpriced == ()
    assert judged(price("night"), price()).is_unused
    assert not judged(price("evening"), price()).is_unused


def test_days_without_a_price_between_two_prices_are_told() -> None:
    ended = price(first=TODAY - timedelta(days=30), last=date(2026, 11, 30))
    effects = judged(price(first=date(2026, 12, 5)), ended)
    assert (effects.gaps, effects.ends_on) == (((date(2026, 12, 1), date(2026, 12, 4)),), None)
    assert judged(price(first=date(2026, 12, 1)), ended).gaps == ()
    past = price(first=date(2026, 1, 1), last=date(2026, 6, 30))
    assert judged(price(first=date(2026, 11, 24)), past).gaps == ((TODAY, date(2026, 11, 23)),)
    assert judged(price(), past).gaps == ()
    assert (
        judged(
            price("weekday", first=date(2026, 12, 5)), price("weekday", last=date(2026, 11, 30)), price()
        ).gaps
        == ()
    )


def test_a_price_for_a_time_only_ends_unless_the_former_goes_on() -> None:
    assert judged(price(last=date(2026, 12, 31))).ends_on == date(2026, 12, 31)
    former = price(first=TODAY - timedelta(days=30))
    assert judged(price(last=date(2026, 12, 31)), former).ends_on is None


@pytest.mark.parametrize(
    ("new", "refusal"),
    [(price(first=TODAY - timedelta(days=1)), LOCKED), (price(first=date(2026, 12, 1)), OVERLAPS)],
)
def test_what_cannot_be_published_says_why(new: ClassPrice, refusal: Refusal) -> None:
    later = price(first=date(2026, 12, 1))
    assert price_effects([later], new, CLASSES, terms(), (), TODAY) == refusal
