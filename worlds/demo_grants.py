"""The grants of the demo county: by profile, with each client at a different point of its year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from clearing.grants.facts.decision import DecidedBudget, DecidedIncome
from clearing.grants.facts.funding import PeriodLimit
from clearing.grants.facts.kinds import CarryOver, DecisionState, FundingState
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money
from worlds.clients import WrittenClient
from worlds.grant_plans import (
    ChoicePlan,
    DecisionPlan,
    FundingPlan,
    Terms,
    by_class,
    euros,
    funding,
    limit,
    units,
)
from worlds.municipalities import SOUTH_SAVO
from worlds.providers import WrittenProvider
from worlds.services import BY_CODE
from worlds.visits import timed_visits
from worlds.world import World

CLASSES = frozenset(time_class for *_, time_class in SOUTH_SAVO.hours)
HISTORY_DAYS = 92
NOT_CHOSEN, PAUSED, APPEALED, CLOSED, RUNS_OUT, SLEEPS = (20, 47), 25, 26, 27, (8, 31), 33
AWAY, MOVES = (1, 37), (5, 13)
"""Clients who are away from a helper soon, and those who have moved a visit."""
FIRST_HOUR = 9
INCOMES = (1_050, 1_400, 1_850, 900)


@dataclass(frozen=True, slots=True)
class Part:
    """One funding of a profile: a service and its units per week."""

    service: str
    weekly: float
    commitment: bool = False
    monthly_limit: bool = False
    income_related: bool = False
    in_units: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """The fundings of a kind of client, the cost centre, and whether they belong to a personal budget."""

    parts: tuple[Part, ...]
    cost_centre: str = "4410"
    budget: bool = False


PROFILES = (
    Profile(
        (Part("PERSONAL_ASSISTANCE", 8), Part("SPORT_AND_CULTURE", 1), Part("TRANSPORT", 30)), budget=True
    ),
    Profile((Part("HOME_CARE", 5), Part("MEALS", 5)), "4420"),
    Profile((Part("PERSONAL_ASSISTANCE", 12, in_units=True), Part("TRANSPORT", 40, monthly_limit=True))),
    Profile((Part("HOME_CARE", 3, income_related=True),), "4420"),
    Profile((Part("HOUSING_SUPPORT", 4), Part("REMOTE_SUPPORT", 2)), "4430"),
    Profile(
        (Part("SHORT_TERM_CARE", 0.75, commitment=True), Part("COMMUNICATION_SUPPORT", 1, in_units=True))
    ),
    Profile((Part("HOME_CARE", 7), Part("NIGHT_CARE", 1), Part("TRANSPORT", 20, monthly_limit=True)), "4420"),
    Profile((Part("PERSONAL_ASSISTANCE", 5), Part("SPORT_AND_CULTURE", 2)), budget=True),
    Profile((Part("SIGN_LANGUAGE", 2, in_units=True), Part("REMOTE_SUPPORT", 1)), "4430"),
    Profile((Part("COMMUNAL_HOUSING", 0.25, commitment=True), Part("SPORT_AND_CULTURE", 1)), "4420"),
)


class DemoGrants:
    """Builds the decision of a client, with providers that serve its municipality."""

    def __init__(
        self, world: World, clients: Sequence[WrittenClient], providers: Sequence[WrittenProvider]
    ) -> None:
        self.world = world
        self.clients = clients
        self.providers = providers

    def of_client(self, index: int) -> DecisionPlan:
        """Return the decision on a client by index (1 …)."""
        profile = PROFILES[(index - 1) % len(PROFILES)]
        window = self._window(index)
        parts = [
            part for part in profile.parts if self._suitable_provider(index, part, window.first) is not None
        ]
        fundings = tuple(self._funding(index, number, part, window) for number, part in enumerate(parts, 1))
        money = sum(plan.decided.amount_cents or 0 for plan in fundings)
        budget = None
        if profile.budget:
            budget = DecidedBudget(Money(money * 11 // 10), window, Money(money // 10))
        appealed = ((DecisionState.APPEALED, self.world.day(-6)),) if index == APPEALED else ()
        decided_on = window.first - timedelta(days=9)
        return DecisionPlan(index, fundings, decided_on, profile.cost_centre, budget, appealed)

    def _window(self, index: int) -> DateWindow:
        """Return calendar months that began one to four months ago: twelve, or a few that end soon."""
        months_ago = 1 + index % 4
        length = 12
        if index % 5 == 0:
            length = 5 if months_ago == 4 else 6
        first = _month(self.world.today, -months_ago)
        last = _month(first, length) - timedelta(days=1)
        return DateWindow(first, last)

    def _funding(self, index: int, number: int, part: Part, window: DateWindow) -> FundingPlan:
        provider = self._suitable_provider(index, part, window.first)
        assert provider is not None
        terms = self._terms(index, part, window, provider)
        decided = funding(f"{number}", (part.service,), window, terms)
        chooses = not part.commitment and not (index in NOT_CHOSEN and number == 1)
        choices = (self._lived(index, part, self._choice(part, window, provider)),) if chooses else ()
        used = None if index in NOT_CHOSEN or index == SLEEPS else part.weekly
        return FundingPlan(decided, choices, self._states(index), weekly=used)

    def _terms(self, index: int, part: Part, window: DateWindow, provider: WrittenProvider) -> Terms:
        service = BY_CODE[part.service]
        value = service.values.get("weekday") or service.values["any"]
        weeks = window.days() / 7
        plenty = self._plenty(index)
        income = DecidedIncome(euros(36), euros(INCOMES[index % len(INCOMES)]), euros(588), 1_500, euros(7))
        amount = round(part.weekly * weeks * value * plenty / 100, -1)
        return Terms(
            amount=None if part.in_units else amount,
            quantity=round(part.weekly * weeks * plenty) if part.in_units else None,
            per_period=self._limit(part) if part.monthly_limit else None,
            values=None if part.commitment or part.income_related else by_class(part.service, CLASSES),
            income=income if part.income_related else None,
            free_of_charge=service.free_of_charge,
            cut=index % 7 == 0 and not service.free_of_charge,
            provider=provider.business_id if part.commitment else None,
            commitment=part.commitment,
        )

    def _plenty(self, index: int) -> float:
        """Return the share of the planned help that the grant pays for; above 1 for a second provider."""
        if index in RUNS_OUT:
            return 0.3
        return 1.5 if index == 1 else self.world.random.choice((0.85, 1.0, 1.1, 1.3))

    def _limit(self, part: Part) -> PeriodLimit:
        return limit(PeriodKind.MONTH, CarryOver.UP_TO, quantity=part.weekly * 5, share=50)

    def _choice(self, part: Part, window: DateWindow, provider: WrittenProvider) -> ChoicePlan:
        settled_in = timedelta(days=self.world.random.randint(0, 9))
        starts_on = max(window.first + settled_in, self.world.day(-HISTORY_DAYS))
        return ChoicePlan(provider.plan.index, part.service, starts_on, quantity_per_week=units(part.weekly))

    def _lived(self, index: int, part: Part, choice: ChoicePlan) -> ChoicePlan:
        """Return the choice of some clients with times, and of others with so much in all."""
        unit = BY_CODE[part.service].unit
        if unit == "visit" and index % 4 == 2:
            return replace(choice, quantity=units(8), quantity_per_week=None)
        if unit != "hour" or index % 4 != 1:
            return choice
        hour, monday = FIRST_HOUR + index % 3, self.world.today + timedelta(days=14)
        monday -= timedelta(days=monday.weekday())
        choice = replace(choice, timed=(timed_visits(part.weekly, choice.starts_on, hour),))
        if index in AWAY:
            return replace(choice, away=DateWindow(self.world.day(10), self.world.day(16)))
        return replace(choice, moves=monday) if index in MOVES else choice

    def _states(self, index: int) -> tuple[tuple[FundingState, date], ...]:
        if index == PAUSED:
            return ((FundingState.PAUSED, self.world.day(-12)),)
        if index == CLOSED:
            return ((FundingState.CLOSED, self.world.day(-8)),)
        return ()

    def _suitable_provider(self, index: int, part: Part, day: date) -> WrittenProvider | None:
        """Return a provider, approved on the day, that sells the service in the client's municipality."""
        home = self.clients[index - 1].municipality.code
        fitting = [
            provider
            for provider in self.providers
            for offering in provider.plan.offerings
            if offering.service == part.service
            and (not offering.municipalities or home in offering.municipalities)
            and _approved(offering.approval, day)
        ]
        return fitting[index % len(fitting)] if fitting else None


def _approved(history: tuple[tuple[str, date], ...], day: date) -> bool:
    states = [state for state, first in history if first <= day]
    return bool(states) and states[-1] == "approved"


def _month(day: date, months_later: int) -> date:
    months = day.year * 12 + day.month - 1 + months_later
    return date(months // 12, months % 12 + 1, 1)
