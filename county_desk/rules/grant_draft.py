"""A grant as a worker writes it step by step: answers kept as plain values, and the decision they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clearing.grants.facts.decision import DecidedClient, DecidedFunding, DecisionDocument
from clearing.grants.facts.funding import ANY_CLASS, ByClass
from clearing.grants.facts.kinds import FundingKind, Overrun
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money, Quantity

PROTECTED = {"yes": True, "no": False}
"""Whether the client has a protected address; any other answer leaves what the county knows."""
STEPS = ("asiakas", "palvelu", "maara", "aika", "tuottaja", "omavastuu", "paatos")
"""The questions in order; after them the answers are checked."""

Draft = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CountyValues:
    """What the county pays by default on a day: by service and time class, and the caps."""

    values: Mapping[str, ByClass]
    caps: Mapping[str, ByClass]


def step_before(step: str) -> str | None:
    """The step before this one; None: this is the first."""
    at = STEPS.index(step)
    return STEPS[at - 1] if at else None


def first_open_step(draft: Draft) -> str | None:
    """The first question that has no answer yet; None when all have."""
    return next((step for step in STEPS if step not in draft), None)


def draft_window(draft: Draft) -> DateWindow:
    """The days of the voucher."""
    days = draft["aika"]
    return DateWindow(date.fromisoformat(days["first_day"]), date.fromisoformat(days["last_day"]))


def document_of(draft: Draft, *, county: str, values: CountyValues) -> DecisionDocument:
    """The decision that the answers make; all steps are answered."""
    client, decision = draft["asiakas"], draft["paatos"]
    return DecisionDocument(
        number=decision["number"],
        county=county,
        decided_on=date.fromisoformat(decision["decided_on"]),
        decided_by=decision["decided_by"],
        legal_basis=decision["legal_basis"],
        cost_centre=decision["cost_centre"],
        client=DecidedClient(
            client["number"],
            client["name"],
            client["municipality"],
            Language(client["language"]),
            protected_address=PROTECTED.get(client.get("protected_address", "")),
        ),
        fundings=(_funding(draft, values),),
    )


def _funding(draft: Draft, values: CountyValues) -> DecidedFunding:
    amount, share, provider = draft["maara"], draft["omavastuu"], draft["tuottaja"]
    services = tuple(draft["palvelu"]["services"])
    kind = FundingKind(provider["kind"])
    unit_values, caps = _values(services, share, values) if kind is FundingKind.VOUCHER else ({}, {})
    return DecidedFunding(
        external_id=draft["external_id"],
        kind=kind,
        services=services,
        window=draft_window(draft),
        amount_cents=None if amount["amount_cents"] is None else Money(amount["amount_cents"]),
        quantity=None if amount["quantity"] is None else Quantity(amount["quantity"]),
        unit_values=unit_values,
        price_caps=caps,
        free_of_charge=share["rule"] == "free",
        overrun=Overrun(share["overrun"]),
        provider=provider["provider"] or None,
    )


def _values(
    services: tuple[str, ...], share: Mapping[str, Any], values: CountyValues
) -> tuple[dict[str, ByClass], dict[str, ByClass]]:
    """Unit values and caps by what the client pays: the county's values, one value, or nothing at all."""
    if share["rule"] == "county":
        return (
            {code: values.values[code] for code in services if code in values.values},
            {code: values.caps[code] for code in services if code in values.caps},
        )
    if share["rule"] == "own":
        return {code: {ANY_CLASS: Money(share["value_cents"])} for code in services}, {}
    return {}, {}
