"""The plans of all choices of a funding, with what they are priced by and what was charged of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, Integer, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.provider import Offering
from clearing.eligibility.load.calendars import calendars
from clearing.eligibility.load.providers import kept_providers
from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.grants.facts.funding import Funding
from clearing.plans.facts.plan import VisitId
from clearing.plans.facts.visits import UsedVisit
from clearing.plans.load.visit_plans import visit_plans
from clearing.plans.rules.pricing import Setting
from clearing.plans.rules.replanning import ChosenPlan
from foundation.database.columns import any_of_parameter
from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.counties import County
from foundation.vocabulary.money import Money, Quantity


@dataclass(frozen=True, slots=True)
class FundingPlans:
    """The plans of a funding's choices in the order of choosing, and the county's calendar and late days."""

    plans: tuple[ChosenPlan, ...]
    calendar: TimeClasses
    late_days: int


def funding_plans(session: Session, funding: Funding, today: date) -> FundingPlans:
    """Return the plans of the choices that hold money or may: those that end after the late days or hold."""
    return plans_of_fundings(session, [funding], today)[funding.id]


def plans_of_fundings(session: Session, fundings: Sequence[Funding], today: date) -> dict[int, FundingPlans]:
    """Return the `funding_plans` of several fundings by id; each thing is read once for all of them."""
    session.flush()
    by_id = {funding.id: funding for funding in fundings}
    values = {"ids": list(by_id), "today": today}
    return _plans(session, by_id, session.scalars(_HOLDING_CHOICES, values).all(), today)


def plans_since_the_beginning(
    session: Session, fundings: Sequence[Funding], today: date
) -> dict[int, FundingPlans]:
    """Return the plans of all choices of fundings that were not undone, also of ended ones, by funding id."""
    session.flush()
    by_id = {funding.id: funding for funding in fundings}
    return _plans(session, by_id, session.scalars(_NOT_UNDONE, {"ids": list(by_id)}).all(), today)


_NOT_UNDONE = (
    select(Choice)
    .where(Choice.funding_id == any_of_parameter(), Choice.withdrawn_at.is_(None))
    .order_by(Choice.id)
    .execution_options(populate_existing=True)
)
_LATE_DAYS_ON = func.late_days_on(County.id, bindparam("today", type_=Date), type_=Integer)
_LATE_DAYS = select(County.id, _LATE_DAYS_ON).where(County.id == any_of_parameter())


def _plans(
    session: Session, fundings: Mapping[int, Funding], choices: Sequence[Choice], today: date
) -> dict[int, FundingPlans]:
    counties = sorted({funding.county_id for funding in fundings.values()})
    late_days = dict(session.execute(_LATE_DAYS, {"ids": counties, "today": today}).all())
    ranges = calendars(session, counties)
    classes = {county_id: TimeClasses.of(tuple(ranges[county_id])) for county_id in counties}
    plans = _chosen_plans(session, fundings, choices, classes)
    return {
        key: FundingPlans(tuple(plans[key]), classes[funding.county_id], late_days[funding.county_id])
        for key, funding in fundings.items()
    }


def _chosen_plans(
    session: Session,
    fundings: Mapping[int, Funding],
    choices: Sequence[Choice],
    calendars: Mapping[int, TimeClasses],
) -> defaultdict[int, list[ChosenPlan]]:
    """Return the plans of the choices by funding id."""
    providers = kept_providers(session, {choice.provider_id for choice in choices})
    ids = [choice.id for choice in choices]
    plans, used = visit_plans(session, ids), used_visits(session, ids)
    found: defaultdict[int, list[ChosenPlan]] = defaultdict(list)
    for choice in choices:
        funding, provider = fundings[choice.funding_id], providers[choice.provider_id].facts
        offering = _offering(provider.offerings.values(), choice.offering_id)
        setting = Setting(funding, offering, provider, calendars[funding.county_id])
        holds = Money(choice.held_cents), Quantity(choice.held_hundredths)
        found[funding.id].append(ChosenPlan(plans[choice.id], setting, used[choice.id], *holds))
    return found


_FIRST_DAY = bindparam("today", type_=Date) - _LATE_DAYS_ON
_IN_TIME = or_(Choice.ends_on.is_(None), Choice.ends_on >= _FIRST_DAY)
_HOLDS = or_(Choice.held_cents > 0, Choice.held_hundredths > 0)
_HOLDING_CHOICES = (
    select(Choice)
    .join(County, County.id == Choice.county_id)
    .where(Choice.funding_id == any_of_parameter())
    .where(or_(and_(Choice.withdrawn_at.is_(None), _IN_TIME), _HOLDS))
    .order_by(Choice.id)
    .execution_options(populate_existing=True)
)


def _offering(of_services: Collection[tuple[Offering, ...]], offering_id: int) -> Offering:
    return next(each for offerings in of_services for each in offerings if each.id == offering_id)


_FIRST_CHARGE = func.coalesce(Charge.original_id, Charge.id)
_QUANTITY = func.sum(Charge.quantity_hundredths)
_USED_VISITS = (
    select(
        Charge.choice_id,
        func.min(Charge.service_day),
        func.min(Charge.starts_at),
        _QUANTITY,
        func.min(Charge.visit_day),
        func.min(Charge.visit_number),
    )
    .where(Charge.choice_id == any_of_parameter(), Charge.state.in_(("accepted", "settled")))
    .group_by(Charge.choice_id, _FIRST_CHARGE)
    .having(_QUANTITY > 0)
    .order_by(func.min(Charge.service_day), func.min(Charge.starts_at), _FIRST_CHARGE)
)


def used_visits(session: Session, choice_ids: Sequence[int]) -> defaultdict[int, tuple[UsedVisit, ...]]:
    """Return what accepted and settled charges have used of each choice, net of corrections, in order."""
    found: defaultdict[int, tuple[UsedVisit, ...]] = defaultdict(tuple)
    rows = session.execute(_USED_VISITS, {"ids": list(choice_ids)})
    for choice_id, day, start, hundredths, visit_day, number in rows:
        if choice_id is not None and day is not None and hundredths is not None:
            named = None if visit_day is None or number is None else VisitId(choice_id, visit_day, number)
            found[choice_id] += (UsedVisit(day, start, Quantity(int(hundredths)), named),)
    return found
