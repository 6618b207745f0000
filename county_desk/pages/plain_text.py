"""What a grant says to its client, in short sentences of the client's own language."""

from __future__ import annotations

from collections.abc import Mapping

from clearing.grants.facts.decision import DecidedFunding
from clearing.grants.facts.funding import PeriodLimit
from clearing.grants.facts.kinds import FundingKind
from foundation.vocabulary.labels import PERIODS, said_unit
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money
from foundation.web.catalogues import N_, translate
from foundation.web.formats import day_text, money_text, quantity_text
from marketplace.load.complaint_paths import Contact
from marketplace.load.names import Names

COUNTY_PAYS_ALL = N_("The county pays the whole price.")
YOU_PAY_NOTHING = N_("You pay nothing.")
YOU_PAY_REST = N_("If the price is higher than the value, you pay the rest.")


def plain_sentences(
    funding: DecidedFunding,
    granted_cents: Money,
    *,
    names: Mapping[str, Names],
    unit: str | None,
    provider: str | None,
    correction: Contact | None = None,
    language: Language,
) -> list[str]:
    """Return the grant in words. One in units says no sum: its euros are only the reserve of the books.

    `correction` is where the county takes a claim for a correction, if it has said it.
    """
    services = ", ".join(names[code].in_language(language) for code in funding.services)
    lines = [translate(N_("You get help: %(services)s."), language, services=services)]
    in_units = funding.amount_cents is None and funding.quantity is not None and unit is not None
    if not in_units:
        sum_ = money_text(granted_cents, language, short=True)
        lines.append(translate(N_("There is %(sum)s for it."), language, sum=sum_))
    unit = None if unit is None else said_unit(unit, funding.services)
    if funding.quantity is not None and unit is not None:
        quantity = quantity_text(funding.quantity, unit, language)
        lines.append(translate(N_("You can use at most %(quantity)s."), language, quantity=quantity))
    if funding.per_period is not None:
        lines.append(_limit(funding.per_period, unit, language))
    first, last = day_text(funding.window.first, language), day_text(funding.window.last, language)
    lines.append(translate(N_("The first day is %(day)s."), language, day=first))
    lines.append(translate(N_("The last day is %(day)s."), language, day=last))
    lines.append(_who(provider, language))
    lines.append(translate(_share(funding), language))
    lines.append(translate(N_("You can ask for a correction of the decision."), language))
    return lines + ([] if correction is None else _correction(correction, language))


def _correction(contact: Contact, language: Language) -> list[str]:
    """Return in how many days the client asks, and where: the first address that the county has given."""
    lines = [
        translate(N_("You have %(days)s days from the day when you got it."), language, days=contact.days)
    ]
    lines.append(translate(N_("Write to: %(name)s."), language, name=contact.name.in_language(language)))
    reached = next(each for each in (contact.address, contact.email, contact.web, contact.phone) if each)
    lines.append(translate(N_("Here: %(reached)s"), language, reached=reached))
    return lines


def _limit(limit: PeriodLimit, unit: str | None, language: Language) -> str:
    if limit.amount_cents is not None:
        most = money_text(limit.amount_cents, language, short=True)
    else:
        most = quantity_text(limit.quantity, unit or "piece", language)
    period = translate(PERIODS[limit.kind], language)
    return translate(N_("You can use at most %(most)s %(period)s."), language, most=most, period=period)


def _who(provider: str | None, language: Language) -> str:
    if provider is None:
        return translate(N_("You choose yourself who helps you."), language)
    return translate(N_("%(name)s helps you."), language, name=provider)


def _share(funding: DecidedFunding) -> str:
    if funding.free_of_charge:
        return YOU_PAY_NOTHING
    if funding.kind is FundingKind.COMMITMENT or not funding.unit_values:
        return COUNTY_PAYS_ALL
    return YOU_PAY_REST
