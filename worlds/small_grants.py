"""The fundings of the small world: at least one of every kind, state and limit of the rulebook.

Clients 1-20 live in county 12, clients 21-30 in county 11. Choices go on to the end of their windows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from clearing.grants.facts.decision import DecidedBudget, DecidedIncome
from clearing.grants.facts.kinds import CarryOver, DecisionState, FundingState
from foundation.vocabulary.dates import DateWindow, PeriodKind
from worlds.check_digits import business_id
from worlds.grant_plans import (
    ChoicePlan,
    DecisionPlan,
    FundingPlan,
    Terms,
    by_class,
    euros,
    flat,
    funding,
    limit,
    units,
)
from worlds.municipalities import SOUTH_KARELIA, SOUTH_SAVO
from worlds.world import World

CLASSES_12 = frozenset(time_class for *_, time_class in SOUTH_SAVO.hours)
CLASSES_11 = frozenset(time_class for *_, time_class in SOUTH_KARELIA.hours)
HOME_CARE = by_class("HOME_CARE", CLASSES_12)
ASSISTANCE = by_class("PERSONAL_ASSISTANCE", CLASSES_12)
HOUSING = by_class("HOUSING_SUPPORT", CLASSES_12)
MANY_PROVIDERS = 10
History = tuple[tuple[FundingState, date], ...]
INCOME = DecidedIncome(euros(36), euros(1_200), euros(588), 1_500, euros(7))
"""One person, 1,200 euros a month, limit 588, 15 percent (tables of 2021), at least 7 euros an hour."""


@dataclass(slots=True)
class SmallGrants:
    """Builds the decisions; the external id of every funding names the case that it is an example of."""

    world: World

    def all(self) -> Iterator[DecisionPlan]:
        """Yield the decisions in a fixed order."""
        yield from self._values_and_limits()
        yield from self._periods()
        yield from self._several()
        yield from self._states()
        yield from self._decisions()
        yield from self._clients()
        yield from self._providers()
        yield from self._units()
        yield from self._other_county()

    def _one(
        self,
        client: int,
        name: str,
        terms: Terms,
        *choices: ChoicePlan,
        services: tuple[str, ...] = (),
        window: DateWindow | None = None,
        states: History = (),
        opens_on: date | None = None,
        decision: tuple[tuple[DecisionState, date], ...] = (),
    ) -> DecisionPlan:
        """Return a decision with one funding; `services` defaults to the services of its choices."""
        window = window or self.world.year()
        services = services or tuple(dict.fromkeys(choice.service for choice in choices))
        plan = FundingPlan(funding(name, services, window, terms), choices, states, opens_on)
        return DecisionPlan(client, (plan,), min(window.first, self.world.today), states=decision)

    def _pick(self, provider: int, service: str = "HOME_CARE", **more: object) -> ChoicePlan:
        """Return a choice from the first day of the year with a small hold, so that most money stays free."""
        plan = ChoicePlan(provider, service, self.world.year().first, quantity=units(10))
        return replace(plan, **more)  # type: ignore[arg-type]

    def _day(self, offset_days: int) -> date:
        return self.world.day(offset_days)

    def _values_and_limits(self) -> Iterator[DecisionPlan]:
        yield self._one(1, "BY-CLASS", Terms(amount=20_000, values=HOME_CARE), self._pick(1))
        yield self._one(1, "FLAT", Terms(amount=9_000, values=flat("HOME_CARE", 36)), self._pick(2))
        yield self._one(2, "UNITS", Terms(quantity=300, values=HOME_CARE), self._pick(3))
        weekly = self._pick(4, quantity=None, quantity_per_week=units(3))
        yield self._one(2, "EUROS-AND-UNITS", Terms(amount=9_000, quantity=240, values=HOME_CARE), weekly)
        yield self._one(3, "INCOME-RELATED", Terms(amount=8_000, income=INCOME), self._pick(2))
        yield self._one(3, "NO-VALUE", Terms(amount=12_000), self._pick(3))
        capped = Terms(amount=9_000, values=flat("HOME_CARE", 36), caps=flat("HOME_CARE", 40))
        yield self._one(4, "CAP-FLAT", capped, self._pick(2))
        classed = Terms(amount=9_000, values=HOME_CARE, caps=by_class("HOME_CARE", CLASSES_12, 105))
        yield self._one(4, "CAP-BY-CLASS", classed, self._pick(4))
        under_list = replace(classed, provider=business_id(9))
        yield self._one(4, "CAP-UNDER-LIST", under_list, services=("HOME_CARE",))
        free = Terms(amount=15_000, values=ASSISTANCE, free_of_charge=True)
        yield self._one(5, "FREE-OF-CHARGE", free, self._pick(1, "PERSONAL_ASSISTANCE"))
        free_flat = Terms(amount=6_000, values=flat("HOME_CARE", 36), free_of_charge=True)
        yield self._one(5, "FREE-BUT-DEAR", free_flat, self._pick(1))
        named = Terms(quantity=400, values=ASSISTANCE, free_of_charge=True, provider=business_id(1))
        yield self._one(6, "NAMED-PROVIDER", named, services=("PERSONAL_ASSISTANCE",))
        agreed = Terms(amount=5_000, commitment=True, provider=business_id(4))
        yield self._one(6, "COMMITMENT", agreed, services=("TRANSPORT",))
        cut = Terms(amount=700, values=flat("HOME_CARE", 36), cut=True)
        yield self._one(7, "CUT", cut, self._pick(2))
        refuse = Terms(amount=700, values=flat("HOME_CARE", 36))
        yield self._one(7, "REFUSE", refuse, self._pick(2))
        cut_free = Terms(amount=500, values=ASSISTANCE, cut=True, free_of_charge=True)
        yield self._one(7, "CUT-FREE-OF-CHARGE", cut_free, self._pick(1, "PERSONAL_ASSISTANCE"))
        no_saturday = {"HOME_CARE": {k: v for k, v in HOME_CARE["HOME_CARE"].items() if k != "saturday"}}
        yield self._one(8, "VALUE-HOLE", Terms(amount=9_000, values=no_saturday), self._pick(4))

    def _periods(self) -> Iterator[DecisionPlan]:
        client = 8
        for kind, hours in ((PeriodKind.WEEK, 10), (PeriodKind.MONTH, 40), (PeriodKind.QUARTER, 120)):
            for carry in CarryOver:
                name = f"{kind}-{carry}".upper().replace("_", "-")
                share = 50 if carry is CarryOver.UP_TO else 0
                in_units = limit(kind, carry, quantity=hours, share=share)
                in_euros = limit(kind, carry, amount=36 * hours, share=share)
                values = flat("HOME_CARE", 36)
                small = self._pick(2, quantity=units(2))
                client = client % 20 + 1
                yield self._one(client, f"{name}-UNITS", Terms(per_period=in_units, values=values), small)
                yield self._one(
                    client, f"{name}-EUROS", Terms(amount=9_000, per_period=in_euros, values=values), small
                )

    def _several(self) -> Iterator[DecisionPlan]:
        same_unit = Terms(amount=14_000, quantity=380, values={**HOME_CARE, **HOUSING})
        yield self._one(
            18, "SERVICES-OF-ONE-UNIT", same_unit, self._pick(3), self._pick(3, "HOUSING_SUPPORT")
        )
        mixed = {**flat("REMOTE_SUPPORT", 18.5), **flat("TRANSPORT", 1.85), **flat("SPORT_AND_CULTURE", 25)}
        picks = (
            self._pick(5, "REMOTE_SUPPORT"),
            self._pick(4, "TRANSPORT"),
            self._pick(5, "SPORT_AND_CULTURE"),
        )
        yield self._one(18, "SERVICES-OF-MANY-UNITS", Terms(amount=4_000, values=mixed), *picks)
        many = [self._pick(index) for index in range(1, MANY_PROVIDERS + 1) if index != 8]
        yield self._one(19, "MANY-PROVIDERS", Terms(amount=30_000, values=HOME_CARE), *many, self._pick(11))
        later = self._pick(4, starts_on=self._day(-20))
        over = self._pick(3, ended_on=self._day(-21))
        yield self._one(19, "CHOICE-CHANGED", Terms(amount=9_000, values=HOME_CARE), over, later)
        yield self._budget()

    def _budget(self) -> DecisionPlan:
        year = self.world.year()
        parts = (
            ("ASSISTANCE", 1, "PERSONAL_ASSISTANCE", Terms(9_000, values=ASSISTANCE, free_of_charge=True)),
            ("TRANSPORT", 4, "TRANSPORT", Terms(1_500, values=flat("TRANSPORT", 1.85))),
            ("CULTURE", 5, "SPORT_AND_CULTURE", Terms(1_000, values=flat("SPORT_AND_CULTURE", 25))),
        )
        fundings = tuple(
            FundingPlan(funding(f"BUDGET-{name}", (service,), year, terms), (self._pick(provider, service),))
            for name, provider, service, terms in parts
        )
        return DecisionPlan(20, fundings, year.first, budget=DecidedBudget(euros(12_000), year, euros(1_000)))

    def _states(self) -> Iterator[DecisionPlan]:
        terms = Terms(amount=6_000, values=flat("HOME_CARE", 36))
        opened, paused = FundingState.OPEN, FundingState.PAUSED
        histories = {
            "PAUSED": ((paused, -15),),
            "PAUSED-THEN": ((paused, -40), (opened, -30)),
            "CLOSED": ((FundingState.CLOSED, -12),),
            "REVOKED": ((FundingState.REVOKED, -18),),
        }
        for client, (name, history) in enumerate(histories.items(), start=9):
            states = tuple((state, self._day(offset)) for state, offset in history)
            yield self._one(client, f"STATE-{name}", terms, self._pick(2), states=states)
        yield self._one(9, "STATE-OPENED-LATE", terms, self._pick(2), opens_on=self._day(-10))
        windows = {
            "FUTURE": DateWindow(self._day(10), self._day(200)),
            "NEW": DateWindow(self._day(-40), self._day(200)),
            "ENDED": DateWindow(self._day(-300), self._day(-20)),
            "SHORT": DateWindow(self._day(-30), self._day(30)),
        }
        for client, (name, window) in enumerate(windows.items(), start=13):
            choice = self._pick(2, starts_on=max(window.first, self._day(-300)))
            yield self._one(client, f"WINDOW-{name}", terms, choice, window=window)

    def _decisions(self) -> Iterator[DecisionPlan]:
        terms = Terms(amount=6_000, values=flat("HOME_CARE", 36))
        histories = {
            "APPEALED": ((DecisionState.APPEALED, -25),),
            "ANNULLED": ((DecisionState.ANNULLED, -15),),
        }
        for client, (name, history) in enumerate(histories.items(), start=9):
            states = tuple((state, self._day(offset)) for state, offset in history)
            yield self._one(client, f"DECISION-{name}", terms, self._pick(2), decision=states)

    def _clients(self) -> Iterator[DecisionPlan]:
        terms = Terms(amount=6_000, values=flat("HOME_CARE", 36))
        for client, name in ((15, "DIED"), (16, "MOVED"), (17, "ABSENT")):
            yield self._one(client, f"CLIENT-{name}", terms, self._pick(2))
        both = Terms(amount=3_000, values=flat("REMOTE_SUPPORT", 18.5))
        yield self._one(17, "SECOND-FUNDING", both, self._pick(5, "REMOTE_SUPPORT"))

    def _providers(self) -> Iterator[DecisionPlan]:
        housing = Terms(amount=9_000, values=HOUSING)
        care = Terms(amount=9_000, values=HOME_CARE)
        yield self._one(12, "SUSPENDED-NOW", housing, self._pick(10, "HOUSING_SUPPORT"))
        yield self._one(13, "SUSPENDED-THEN", housing, self._pick(3, "HOUSING_SUPPORT"))
        yield self._one(14, "APPROVAL-ENDED", housing, self._pick(11, "HOUSING_SUPPORT"))
        named = replace(housing, provider=business_id(12))
        yield self._one(14, "APPROVAL-PENDING", named, services=("HOUSING_SUPPORT",))
        unapproved = replace(housing, provider=business_id(6))
        yield self._one(14, "NEVER-APPROVED", unapproved, services=("HOUSING_SUPPORT",))
        yield self._one(16, "PAPERS-EXPIRED", care, self._pick(8))
        yield self._one(16, "PAPERS-GAP", care, self._pick(7))
        yield self._one(17, "ACCOUNT-UNVERIFIED", care, self._pick(9))
        yield self._one(18, "PRICE-CHANGED", care, self._pick(3))
        yield self._one(18, "PRICE-HOLE", care, self._pick(6))
        yield self._one(18, "NO-NIGHT-PRICE", care, self._pick(5))

    def _units(self) -> Iterator[DecisionPlan]:
        sold = (
            ("DAY", "SHORT_TERM_CARE", 2, 160.0),
            ("NIGHT", "NIGHT_CARE", 7, 120.0),
            ("MONTH", "COMMUNAL_HOUSING", 7, 2_280.0),
            ("PIECE", "MEALS", 2, 7.4),
            ("KM", "TRANSPORT", 4, 1.85),
            ("VISIT", "SPORT_AND_CULTURE", 5, 25.0),
        )
        for client, (name, service, provider, value) in enumerate(sold, start=2):
            terms = Terms(quantity=100, values=flat(service, value))
            yield self._one(client, f"UNIT-{name}", terms, self._pick(provider, service, quantity=units(2)))
        for client, service in ((19, "COMMUNICATION_SUPPORT"), (20, "SIGN_LANGUAGE")):
            terms = Terms(quantity=120, values=by_class(service, CLASSES_12), free_of_charge=True)
            yield self._one(client, service, terms, self._pick(6, service, quantity=units(2)))

    def _other_county(self) -> Iterator[DecisionPlan]:
        care = Terms(amount=9_000, values=by_class("HOME_CARE", CLASSES_11))
        yield self._one(21, "CALENDAR-HOLE", care, self._pick(3))
        yield self._one(22, "OTHER-PROVIDER", care, self._pick(2))
        assistance = Terms(
            amount=9_000, values=by_class("PERSONAL_ASSISTANCE", CLASSES_11), free_of_charge=True
        )
        yield self._one(23, "OTHER-FREE", assistance, self._pick(1, "PERSONAL_ASSISTANCE"))
        remote = Terms(amount=2_000, values=flat("REMOTE_SUPPORT", 18.5))
        new = self._pick(12, "REMOTE_SUPPORT", starts_on=self._day(-15))
        yield self._one(24, "NEWLY-APPROVED", remote, new)
        yield self._one(25, "OTHER-REMOTE", remote, self._pick(5, "REMOTE_SUPPORT"))
        ride = Terms(
            amount=1_200, values=flat("TRANSPORT", 1.85), per_period=limit(PeriodKind.MONTH, amount=150)
        )
        yield self._one(26, "OTHER-RIDES", ride, self._pick(4, "TRANSPORT"))
        month = Terms(amount=20_000, commitment=True, provider=business_id(7))
        yield self._one(27, "OTHER-COMMITMENT", month, services=("COMMUNAL_HOUSING",))
        signs = Terms(quantity=60, values=flat("SIGN_LANGUAGE", 58), free_of_charge=True)
        yield self._one(28, "OTHER-SIGNS", signs, self._pick(6, "SIGN_LANGUAGE"))
        meals = Terms(quantity=300, values=flat("MEALS", 7.4))
        yield self._one(29, "OTHER-MEALS", meals, self._pick(4, "MEALS"))
        yield self._one(30, "NOTHING-CHOSEN", care, services=("HOME_CARE",))
