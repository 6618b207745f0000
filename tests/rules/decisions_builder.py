"""A good decision and the catalogue it is checked against; a test changes what it is about."""

from dataclasses import replace
from datetime import date
from typing import Any

from clearing.grants.facts.decision import DecidedClient, DecidedFunding, DecisionDocument
from clearing.grants.facts.granting import CatalogueService, DecisionInForce, FundingInForce, GrantFacts
from clearing.grants.facts.kinds import FundingKind
from clearing.grants.rules.decision_document import document_as_json
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money, Quantity

YEAR = DateWindow(date(2026, 1, 1), date(2026, 12, 31))
HELP = DecidedFunding(
    "a", FundingKind.VOUCHER, ("PERSONAL_ASSISTANCE",), YEAR, amount_cents=Money(100_000), free_of_charge=True
)
UNITS = {"PERSONAL_ASSISTANCE": "hour", "HOME_CARE": "hour", "TRANSPORT": "km", "SPORT": "visit"}
FACTS = GrantFacts(
    today=date(2026, 3, 2),
    county_id=12,
    municipalities={"mikkeli": "491", "491": "491"},
    cost_centres={"4410": 1},
    services={code: CatalogueService(key, unit) for key, (code, unit) in enumerate(UNITS.items(), 1)},
    time_classes=frozenset({"any", "weekday", "evening"}),
    providers={},
    in_force=None,
)


def document(*fundings: DecidedFunding, **changes: Any) -> DecisionDocument:
    """Return a decision of these fundings (one, unless some are named)."""
    client = DecidedClient("C-1", "Aino Asiakas", "Mikkeli", Language.FI)
    whole = DecisionDocument(
        "D-1", "12", date(2026, 1, 7), "Virpi", "VpL 9 §", "4410", client, fundings or (HELP,)
    )
    return replace(whole, **changes)


STANDING = FundingInForce(
    id=900, voucher="OLD", kind=FundingKind.VOUCHER, provider=None, services=frozenset(HELP.services),
    window=YEAR, granted_cents=Money(100_000), free_cents=Money(60_000), used_hundredths=Quantity(500),
    charged_days=None, is_over=False,
)  # fmt: skip


def in_force(before: DecisionDocument, *, budget: Any = None, **changes: Any) -> GrantFacts:
    """Return the facts once a decision stands in its third version; ``changes`` go to its funding ``a``."""
    decision = DecisionInForce(
        version=3, document=document_as_json(before), client_number="C-1", cost_centre="4410",
        fundings={"a": replace(STANDING, **changes)}, budget=budget,
    )  # fmt: skip
    return replace(FACTS, in_force=decision)
