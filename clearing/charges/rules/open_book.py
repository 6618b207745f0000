"""The state of a batch while it is decided: what each charge leaves for the next one."""

from dataclasses import dataclass, field
from datetime import date

from clearing.charges.facts.book import Book
from clearing.charges.facts.charge import Charge
from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.charges.rules.duplicates import UsedReference
from clearing.charges.rules.open_funding import OpenFunding, PreviousCharge, Visit, open_funding
from clearing.charges.rules.plausibility import worked_minutes

ClientKey = tuple[int, str]


@dataclass(slots=True)
class OpenBook:
    """A book with what this batch has added: money and units taken, references, visits, working time."""

    book: Book
    fundings: dict[str, OpenFunding] = field(default_factory=dict)
    references: dict[tuple[int, str], UsedReference] = field(default_factory=dict)
    visits: dict[ClientKey, dict[int, list[Visit]]] = field(default_factory=dict)
    worker_minutes: dict[tuple[int, str, date], int] = field(default_factory=dict)

    def used_reference(self, provider_id: int, reference: str) -> UsedReference | None:
        """Return who uses a provider's reference: a stored charge or one of this batch."""
        key = (provider_id, reference)
        if (used := self.references.get(key)) is None and (known := self.book.references.get(key)):
            return UsedReference(known.charge_id, None, known.content)
        return used

    def funding(self, voucher: str) -> OpenFunding | None:
        """Return a funding with what is left of it; None if there is no such voucher."""
        if (opened := self.fundings.get(voucher)) is None and (found := self.book.fundings.get(voucher)):
            visits = self.visits_of((found.county_id, found.client_number))
            opened = self.fundings[voucher] = open_funding(found, visits, self.book.plans)
        return opened

    def visits_of(self, client: ClientKey) -> dict[int, list[Visit]]:
        """Return a client's visits by the day they start (UTC)."""
        if (visits := self.visits.get(client)) is None:
            visits = self.visits[client] = {}
            for visit in self.book.visits.get(client, ()):
                stored = Visit(visit.provider_id, visit.start, visit.end)
                visits.setdefault(visit.start.toordinal(), []).append(stored)
        return visits

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
        previous = PreviousCharge(
            charge.provider_id, charge.service, charge.reference, start, end, charge.quantity or 0,
            context.price_cents or 0,
        )  # fmt: skip
        opened.remember(day, previous)
        if charge.visit is not None:
            opened.charged_visits[charge.visit] = None
        if start is not None and end is not None and len(self.book.providers) > 1:
            visit = Visit(charge.provider_id, start, end)
            opened.visits.setdefault(start.toordinal(), []).append(visit)
        if charge.worker is not None:
            key = (charge.provider_id, charge.worker, day)
            minutes = worked_minutes(charge.minutes, charge.unit, charge.quantity)
            self.worker_minutes[key] = context.worker_minutes + minutes
