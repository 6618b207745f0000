"""May a client use a funding for an offering: the facts of the query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.facts.provider import Offering, Price, ProviderFacts
from clearing.eligibility.facts.use import Use
from clearing.eligibility.rules.provider_in_force import approval_on
from clearing.grants.facts.funding import Funding


@dataclass(frozen=True, slots=True)
class OfferingFacts:
    """An offering of the marketplace: what clients choose by beside what is charged by.

    `municipalities` are those served; empty means all of the county.
    """

    offering: Offering
    provider: ProviderFacts
    county_id: int
    published: bool
    remote: bool
    municipalities: frozenset[str]

    @property
    def id(self) -> int:
        """Return the id of the offering."""
        return self.offering.id

    @property
    def provider_id(self) -> int:
        """Return the id of its provider."""
        return self.provider.id

    @property
    def service(self) -> str:
        """Return the code of its service."""
        return self.offering.service

    @property
    def unit(self) -> str:
        """Return the unit it is sold in."""
        return self.offering.unit

    @property
    def prices(self) -> tuple[Price, ...]:
        """Return its dated prices."""
        return self.offering.prices

    def is_public(self, day: date) -> bool:
        """Return whether the public list has it: published, and approved on the day."""
        state = approval_on(self.provider, self.county_id, self.service, day)
        return self.published and state is ApprovalState.APPROVED

    def use(self, funding: Funding, day: date) -> Use:
        """Return the use of a funding for it on a day."""
        return Use(funding, self.service, self.offering, self.provider, day)


@dataclass(frozen=True, slots=True)
class ChoiceQuery:
    """One offering, one funding, the client's municipality, the first day, and the time class shown.

    `municipality` is None if it is not known. `time_class` is None if the county's calendar has a hole at
    the usual time.
    """

    offering: OfferingFacts
    funding: Funding
    municipality: str | None
    day: date
    time_class: str | None
