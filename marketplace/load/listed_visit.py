"""A planned visit, with what its readers see of its choice and of its client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from clearing.eligibility.facts.provider import CancellationRule
from clearing.plans.facts.plan import CancelledBy, VisitId
from foundation.vocabulary.money import Money, Quantity
from marketplace.load.names import Names
from marketplace.rules.visit_list import VisitState, VisitWithState


@dataclass(frozen=True, slots=True)
class VisitChoice:
    """What a visit shows of its choice."""

    id: int
    funding_id: int
    voucher: str
    offering_id: int
    title: str
    service: str
    service_name: Names
    unit: str
    remote: bool
    provider_id: int
    provider: str
    business_id: str
    provider_phone: str
    cancellation: CancellationRule
    stops_on: date | None


@dataclass(frozen=True, slots=True)
class ListedVisit:
    """A planned visit of a client, as its reader sees it. Its client and provider see `video_link`.

    A provider sees that an address is protected, and never the address.
    """

    client_id: int
    county_id: int
    client_name: str | None
    client_number: str | None
    choice: VisitChoice
    planned: VisitWithState
    video_link: str | None = None
    has_protected_address: bool = False

    @property
    def id(self) -> str:
        """The id as text."""
        return self.visit_id.text

    @property
    def visit_id(self) -> VisitId:
        """The id."""
        return self.planned.visit.id

    @property
    def day(self) -> date:
        """The day of the visit."""
        return self.planned.visit.day

    @property
    def start(self) -> datetime | None:
        """The start (UTC); None without times."""
        return self.planned.visit.start

    @property
    def end(self) -> datetime | None:
        """The end (UTC); None without times."""
        return self.planned.visit.end

    @property
    def quantity(self) -> Quantity:
        """The planned quantity."""
        return self.planned.visit.quantity

    @property
    def state(self) -> VisitState:
        """The state."""
        return self.planned.state

    @property
    def cancelled_at(self) -> datetime | None:
        """When it was cancelled; None if it was not, or that is not known."""
        return None if self.planned.cancelled is None else self.planned.cancelled.cancelled_at

    @property
    def cancelled_by(self) -> CancelledBy | None:
        """Who cancelled it: the client or the provider."""
        return None if self.planned.cancelled is None else self.planned.cancelled.cancelled_by

    @property
    def fee_cents(self) -> Money | None:
        """The most that it may cost though it was cancelled; None if it is not cancelled, or not known."""
        change = self.planned.cancelled
        return None if change is None or change.fee is None else change.fee.most_cents

    @property
    def notice_hundredths(self) -> Quantity | None:
        """How long before its start it was cancelled, in hundredths of an hour, rounded down."""
        if self.cancelled_at is None or self.start is None:
            return None
        return Quantity(max(0, int((self.start - self.cancelled_at).total_seconds()) // 36))

    @property
    def needs_another(self) -> bool:
        """Whether the provider stops before this visit: nobody gives it."""
        stops_on, is_planned = self.choice.stops_on, self.state is VisitState.PLANNED
        return is_planned and stops_on is not None and self.day >= stops_on

    @property
    def charge_id(self) -> int | None:
        """The first charge for it."""
        return self.planned.charges[0].id if self.planned.charges else None
