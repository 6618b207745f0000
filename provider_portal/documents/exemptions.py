"""Why lines of an invoice have no VAT, as invoices say it.

EN 16931 has one sum for all exempt lines (BR-E-01), so an invoice with both reasons names both there, and
each line names its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from clearing.eligibility.facts.kinds import VatExemption

ARTICLE_132 = "VATEX-EU-132"
"""Exempt by article 132 of Directive 2006/112/EC, without the point."""
CODES = {
    VatExemption.HEALTH_CARE: "VATEX-EU-132-1C",
    VatExemption.SOCIAL_WELFARE: "VATEX-EU-132-1G",
}
"""The points of article 132(1), by the code list VATEX."""
REASONS = {
    VatExemption.HEALTH_CARE: (
        "Arvonlisäverolaki 34 § (terveyden- ja sairaanhoito) – "
        "Mervärdesskattelagen 34 § (hälso- och sjukvård)"
    ),
    VatExemption.SOCIAL_WELFARE: (
        "Arvonlisäverolaki 37 § (sosiaalihuolto) – Mervärdesskattelagen 37 § (socialvård)"
    ),
}


def exemption_code(exemptions: Sequence[VatExemption]) -> str:
    """Return the code of one reason, or the one that holds all of them."""
    return CODES[exemptions[0]] if len(exemptions) == 1 else ARTICLE_132


def exemption_reason(exemptions: Sequence[VatExemption]) -> str:
    """Return the reasons in words."""
    return "; ".join(REASONS[each] for each in exemptions)
