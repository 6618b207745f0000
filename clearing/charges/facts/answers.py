"""The answer to a charge."""

from dataclasses import dataclass

from clearing.reasons import Finding
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class ChargeAnswer:
    """The answer to one charge (contract, Charge out). `id` is None if nothing was stored (a check).

    `held_cents` is what the provider's own choice still holds: all of the balance that a provider may see.
    """

    id: int | None
    reference: str | None
    outcome: str
    findings: tuple[Finding, ...]
    price_cents: Money | None
    county_pays_cents: Money | None
    co_payment_cents: Money | None
    held_cents: Money | None
    duplicate: bool = False

    @property
    def reference_reused(self) -> bool:
        """Whether another charge of the provider has the reference (R-04), which is reported on its own."""
        return any(finding.code == "reference_reused" for finding in self.findings)
