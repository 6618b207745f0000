"""The book while a batch is decided: what each charge leaves for the next one."""

from dataclasses import dataclass, field
from datetime import date

from clearing.charges.facts.book import Book
from clearing.charges.facts.charge import Charge
from clearing.charges.rules.amounts import price_of
from clearing.charges.rules.applicable_terms import ApplicableTerms
from clearing.charges.rules.charge_in_context import ChargeInContext, Line, OpenFunding, Visit
from clearing.charges.rules.duplicates import UsedReference
from clearing.charges.rules.eligibility import known_to
from clearing.charges.rules.plausibility import worked_minutes
from clearing.eligibility.rules.time_classes import TimeClasses, times_of_charge
from clearing.grants.facts.funding import Funding
from clearing.grants.facts.kinds import ChargeState

ClientKey = tuple[int, str]
_TIMES = frozenset({"start", "end"})


def open_funding(funding: Funding, visits: dict[int, list[Visit]]) -> OpenFunding:
    """Count a funding's charges so far; charges on hold take no money, units or periods."""
    opened = OpenFunding(
        funding=funding,
        free_cents=funding.free_cents,
        held_cents={choice.id: choice.held_cents for choice in funding.choices},
        known_to=known_to(funding),
        visits=visits,
        spent={terms.period_limit.kind: {} for terms in funding.terms if terms.period_limit},
    )
    for earlier in funding.earlier:
        if earlier.state is not ChargeState.ON_HOLD:
            opened.take(earlier.service_day, earlier.county_pays_cents, earlier.quantity)
        line = Line(
            earlier.provider_id, earlier.service, earlier.reference, earlier.start, earlier.end,
            earlier.quantity, earlier.price_cents,
        )  # fmt: skip
        opened.remember(earlier.service_day, line)
    return opened


@dataclass(slots=True)
class OpenBook:
    """A book with what this batch has added, and calendars and prices made ready once."""

    book: Book
    fundings: dict[str, OpenFunding] = field(default_factory=dict)
    references: dict[tuple[int, str], UsedReference] = field(default_factory=dict)
    visits: dict[ClientKey, dict[int, list[Visit]]] = field(default_factory=dict)
    worker_minutes: dict[tuple[int, str, date], int] = field(default_factory=dict)
    calendars: dict[int, TimeClasses] = field(default_factory=dict)
    applicable_terms: ApplicableTerms = field(default_factory=ApplicableTerms)
    shares: dict[object, int] = field(default_factory=dict)

    def used_reference(self, provider_id: int, reference: str) -> UsedReference | None:
        """Return who uses a provider's reference: a stored charge or one of this batch."""
        key = (provider_id, reference)
        if (used := self.references.get(key)) is None and (known := self.book.references.get(key)):
            return UsedReference(known.charge_id, None, known.content)
        return used

    def funding(self, voucher: str) -> OpenFunding | None:
        """Return a funding with what is left of it; None when there is no such voucher."""
        if (opened := self.fundings.get(voucher)) is None and (found := self.book.fundings.get(voucher)):
            visits = self.visits_of((found.county_id, found.client_number))
            opened = self.fundings[voucher] = open_funding(found, visits)
        return opened

    def calendar(self, county_id: int) -> TimeClasses:
        """Return a county's time classes."""
        if (calendar := self.calendars.get(county_id)) is None:
            calendar = self.calendars[county_id] = TimeClasses.of(self.book.counties[county_id].calendar)
        return calendar

    def visits_of(self, client: ClientKey) -> dict[int, list[Visit]]:
        """Return a client's visits by the day they start (UTC)."""
        if (visits := self.visits.get(client)) is None:
            visits = self.visits[client] = {}
            for visit in self.book.visits.get(client, ()):
                stored = Visit(visit.provider_id, visit.start, visit.end)
                visits.setdefault(visit.start.toordinal(), []).append(stored)
        return visits

    def in_context(self, charge: Charge, opened: OpenFunding) -> ChargeInContext:
        """Lay out the facts that concern a charge of a known funding."""
        funding, book, day = opened.funding, self.book, charge.service_day
        provider = book.providers[charge.provider_id]
        service, unit = charge.service or "", charge.unit or ""
        if day is None:
            terms_in_force = self.applicable_terms.terms_on_day(funding, provider, service, unit, None)
        else:
            terms_in_force = self.applicable_terms.terms_in_force(opened, provider, service, unit, day)
        return ChargeInContext(
            book=book,
            charge=charge,
            funding=funding,
            provider=provider,
            county=book.counties[funding.county_id],
            open_funding=opened,
            terms_in_force=terms_in_force,
            worker_minutes=0 if charge.worker is None else self.minutes_of_worker(charge),
            times_unread=charge.impossible_times
            or (bool(charge.faulty) and not charge.faulty.isdisjoint(_TIMES)),
            price_cents=price_of(charge),
        )

    def lay_out_times(self, context: ChargeInContext, day: date) -> None:
        """Lay out the time classes of the day and of the visit."""
        charge, county_id = context.charge, context.county.id
        calendar = self.calendars.get(county_id) or self.calendar(county_id)
        context.classes_of_day, context.parts = times_of_charge(calendar, day, charge.start, charge.end)

    def minutes_of_worker(self, charge: Charge) -> int:
        """Return the minutes the named worker already has on the service day."""
        if charge.worker is None or charge.service_day is None:
            return 0
        key = (charge.provider_id, charge.worker, charge.service_day)
        if (minutes := self.worker_minutes.get(key)) is None:
            minutes = self.worker_minutes[key] = sum(self.book.worker_minutes.get(key, {}).values())
        if charge.replaces is not None:
            minutes -= self.book.worker_minutes.get(key, {}).get(charge.replaces, 0)
        return minutes

    def remember(self, context: ChargeInContext, index: int) -> None:
        """Keep an accepted or held charge for the rules that compare the next ones with it.

        Visits are compared with those of other providers, so those of a sole sender are not kept.
        """
        charge, day = context.charge, context.charge.service_day
        if day is None or charge.reference is None or charge.service is None:
            return
        self.references[charge.provider_id, charge.reference] = UsedReference(None, index, charge.content)
        opened, start, end = context.open_funding, charge.start, charge.end
        line = Line(
            charge.provider_id, charge.service, charge.reference, start, end, charge.quantity or 0,
            context.price_cents or 0,
        )  # fmt: skip
        opened.remember(day, line)
        if start is not None and end is not None and len(self.book.providers) > 1:
            visit = Visit(charge.provider_id, start, end)
            opened.visits.setdefault(start.toordinal(), []).append(visit)
        if charge.worker is not None:
            key = (charge.provider_id, charge.worker, day)
            minutes = worked_minutes(charge.minutes, charge.unit, charge.quantity)
            self.worker_minutes[key] = context.worker_minutes + minutes
