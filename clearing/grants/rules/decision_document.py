"""A decision written in one canonical form: kept with the grant, and compared when it arrives again."""

from collections.abc import Mapping

from clearing.grants.facts.decision import (
    DecidedBudget,
    DecidedClient,
    DecidedFunding,
    DecidedIncome,
    DecisionDocument,
)
from clearing.grants.facts.funding import ByClass, PeriodLimit
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import format_hundredths

Json = dict[str, object]


def document_as_json(document: DecisionDocument) -> Json:
    """Write the document in one canonical form: it is kept, and two documents are the same when these are."""
    return _without_nothing(
        {
            "number": document.number,
            "county": document.county,
            "decided_on": document.decided_on.isoformat(),
            "decided_by": document.decided_by,
            "legal_basis": document.legal_basis,
            "cost_centre": document.cost_centre,
            "client": _client(document.client),
            "personal_budget": _budget(document.personal_budget) if document.personal_budget else None,
            "fundings": {funding.external_id: funding_as_json(funding) for funding in document.fundings},
            "replaces": sorted(document.replaces) or None,
        }
    )


def merged_documents(in_force: Json | None, sent: Json) -> Json:
    """Lay a document over the one in force: what it leaves out stays."""
    if in_force is None:
        return sent
    client = {**_part(in_force, "client"), **_part(sent, "client")}
    fundings = {**fundings_of(in_force), **fundings_of(sent)}
    return {**in_force, **sent, "client": client, "fundings": fundings}


def fundings_of(document: Mapping[str, object]) -> Json:
    """The written fundings of a written document, by external id."""
    return _part(document, "fundings")


def _part(document: Mapping[str, object], name: str) -> Json:
    part = document[name]
    assert isinstance(part, dict)
    return part


def _client(client: DecidedClient) -> Json:
    return _without_nothing(
        {
            "number": client.number,
            "name": client.name,
            "municipality": client.municipality,
            "language": client.language.value,
            "identity_hash": client.identity_hash,
            "protected_address": client.protected_address,
        }
    )


def _budget(budget: DecidedBudget) -> Json:
    return {
        "amount": format_hundredths(budget.amount_cents),
        "window": _window(budget.window),
        "may_move_up_to": format_hundredths(budget.may_move_up_to_cents),
    }


def funding_as_json(funding: DecidedFunding) -> Json:
    """Write one funding."""
    return _without_nothing(
        {
            "kind": funding.kind.value,
            "services": sorted(funding.services),
            "window": _window(funding.window),
            "amount": _number(funding.amount_cents),
            "quantity": _number(funding.quantity),
            "per_period": _period(funding.per_period) if funding.per_period else None,
            "unit_values": _by_service(funding.unit_values),
            "income_related": income_as_json(funding.income_related),
            "price_caps": _by_service(funding.price_caps),
            "free_of_charge": funding.free_of_charge,
            "overrun": funding.overrun.value,
            "provider": funding.provider,
        }
    )


def income_as_json(income: DecidedIncome | None) -> Json | None:
    """Write the basis of an income-related value; it is stored with the grant."""
    if income is None:
        return None
    return {
        "max_value": format_hundredths(income.max_value_cents),
        "income": format_hundredths(income.income_cents),
        "limit": format_hundredths(income.limit_cents),
        "percent": format_hundredths(income.percent_hundredths),
        "floor": format_hundredths(income.floor_cents),
    }


def _period(limit: PeriodLimit) -> Json:
    return _without_nothing(
        {
            "period": limit.kind.value,
            "amount": _number(limit.amount_cents),
            "quantity": _number(limit.quantity),
            "carry": limit.carry.value,
            "share": format_hundredths(limit.share_hundredths) if limit.share_hundredths else None,
        }
    )


def _window(window: DateWindow) -> list[str]:
    return [window.first.isoformat(), window.last.isoformat()]


def _number(hundredths: int | None) -> str | None:
    return None if hundredths is None else format_hundredths(hundredths)


def _by_service(values: Mapping[str, ByClass]) -> Json | None:
    return {
        service: {name: format_hundredths(cents) for name, cents in sorted(by_class.items())}
        for service, by_class in sorted(values.items())
    } or None


def _without_nothing(entries: Mapping[str, object]) -> Json:
    return {name: entry for name, entry in entries.items() if entry is not None}
