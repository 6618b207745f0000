"""Counties, and the book of everything that a batch of charges needs to be decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from clearing.charges.facts.charge import ClientVisit, KnownReference
from clearing.eligibility.facts.calendar import CalendarRange
from clearing.eligibility.facts.kinds import VatKind
from clearing.eligibility.facts.provider import ProviderFacts
from clearing.grants.facts.funding import Funding
from clearing.plans.facts.plan import VisitPlan
from foundation.vocabulary.money import Money

WorkerDay = tuple[int, str, date]
"""Provider id, worker as named, service day."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which charges a county wants a person to look at (R-33); None or 0 switches a test off.

    `share_per_mille` picks by a hash of provider and reference with `salt`: the same charge is
    picked or not however often it is decided.
    """

    salt: str
    share_per_mille: int = 0
    over_cents: Money | None = None
    far_from_usual_hundredths: int | None = None
    first_charges_of_provider: int = 0


@dataclass(frozen=True, slots=True)
class CountySettings:
    """A county's settings for deciding.

    `late_days` is what it began with; `late_days_changes` are the later ones by their first day, in order.
    """

    id: int
    code: str
    late_days: int
    calendar: tuple[CalendarRange, ...]
    sampling: Sampling | None = None
    late_days_changes: tuple[tuple[date, int], ...] = ()

    def late_days_on(self, day: date) -> int:
        """Return for how many days after a visit the county takes a charge that comes in on a day."""
        begun = [late_days for from_day, late_days in self.late_days_changes if from_day <= day]
        return begun[-1] if begun else self.late_days


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that many charges over many fundings need to be decided.

    `references` holds every reference of the batch that its provider has in use, by
    (provider id, reference); `visits` the visits of each client (county id, client number) near the
    batch's days, those at the batch's only provider left out;
    `worker_minutes` what each named worker has on a service day by charge id. `services` is the
    catalogue. `plans` are the visit plans of choices by choice id, without the unit of the offering and
    without the days on which the client is away from all help. Charges of the batch's own fundings are
    in `Funding.earlier`, and also in `visits` and `worker_minutes`.
    """

    today: date
    counties: Mapping[int, CountySettings]
    services: Mapping[str, VatKind]
    fundings: Mapping[str, Funding]
    providers: Mapping[int, ProviderFacts]
    references: Mapping[tuple[int, str], KnownReference] = field(default_factory=dict)
    visits: Mapping[tuple[int, str], Sequence[ClientVisit]] = field(default_factory=dict)
    worker_minutes: Mapping[WorkerDay, Mapping[int, int]] = field(default_factory=dict)
    plans: Mapping[int, VisitPlan] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What the database knows of one batch: the part of its book that changes from charge to charge.

    `references`, `visits`, `worker_minutes` and `plans` are those of `Book`.
    """

    fundings: list[Funding]
    references: Mapping[tuple[int, str], KnownReference]
    visits: Mapping[tuple[int, str], Sequence[ClientVisit]]
    worker_minutes: Mapping[WorkerDay, Mapping[int, int]]
    plans: Mapping[int, VisitPlan] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """What batches share and what seldom changes: counties and providers by id, the services by code.

    `service_ids` are the services' ids in the database, by code.
    """

    counties: Mapping[int, CountySettings]
    providers: Mapping[int, ProviderFacts]
    services: Mapping[str, VatKind]
    service_ids: Mapping[str, int]


def book_of(batch: BatchFacts, reference_data: ReferenceData, *, today: date) -> Book:
    """Return the book that a batch is decided by."""
    return Book(
        today=today,
        counties=reference_data.counties,
        services=reference_data.services,
        fundings={funding.voucher: funding for funding in batch.fundings},
        providers=reference_data.providers,
        references=batch.references,
        visits=batch.visits,
        worker_minutes=batch.worker_minutes,
        plans=batch.plans,
    )
