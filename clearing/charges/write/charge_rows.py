"""What storing decided charges writes: charges, their reasons, postings of accepted ones, audit rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from clearing.charges.facts.charge import Arrival, Charge
from clearing.charges.facts.outcomes import Accepted, OnHold, Refused
from clearing.charges.hot.write_set import WriteSet
from clearing.ledger.facts.audit import AuditNote
from clearing.ledger.rules.hold_changes import NO_CHANGE, hold_postings
from clearing.ledger.rules.postings import Account, Event, Posting
from clearing.ledger.write.audit_rows import rows_of_notes
from clearing.ledger.write.posting_rows import changes_of, rows_of_postings
from clearing.reasons import Finding
from foundation.database.copy_text import day_text
from foundation.database.statements import BoundStatement, PreparedStatement, array
from foundation.database.table_rows import TableRows

_MARKS = PreparedStatement(
    b"mark_to_replan",
    b"INSERT INTO funding_to_replan (funding_id) SELECT unnest($1::bigint[]) ON CONFLICT DO NOTHING",
)

Decided = Accepted | OnHold | Refused
Key = tuple[int, int]
"""The id of a new charge, and the number of its ledger transaction."""


class NewCharge(NamedTuple):
    """A charge to store: as sent, as read, as decided; the county of its funding, and its arrival."""

    sent: Mapping[str, object]
    read: Charge
    outcome: Decided
    county_id: int | None
    arrival: Arrival


def write_set_of(
    new: Sequence[NewCharge],
    notes: Sequence[AuditNote],
    *,
    keys: Sequence[Key],
    service_ids: Mapping[str, int],
) -> WriteSet:
    """Return everything that storing the charges under their keys writes, with the audit notes about them."""
    keyed = list(zip(keys, new, strict=True))
    postings = [
        (number, charge.arrival.at, posting)
        for (charge_id, number), charge in keyed
        for posting in _postings(charge_id, charge)
    ]
    tables = (
        rows_of_charges([(charge_id, charge) for (charge_id, _), charge in keyed], service_ids),
        rows_of_reasons((charge_id, charge.outcome.findings) for (charge_id, _), charge in keyed),
        rows_of_postings(postings),
        rows_of_notes(notes, [charge_id for charge_id, _ in keys]),
    )
    return WriteSet(tables, changes_of([posting for _, _, posting in postings]), marks_of(new))


def marks_of(new: Sequence[NewCharge]) -> BoundStatement | None:
    """Return the statement that marks fundings to be planned again; None if there are none."""
    ids = {
        charge.outcome.funding_id
        for charge in new
        if isinstance(charge.outcome, Accepted) and charge.outcome.plan_again
    }
    return BoundStatement(_MARKS, [array(sorted(ids))]) if ids else None


OUTCOME_COLUMNS = (
    "state",
    "funding_id",
    "choice_id",
    "offering_id",
    "price_cents",
    "county_pays_cents",
    "co_payment_cents",
    "vat_percent_hundredths",
    "from_held_cents",
    "drawn_hundredths",
    "from_held_hundredths",
)
"""The columns of a charge that its decision fills."""

_OF_SENDER = ("worker", "sent")
"""What the sender wrote freely."""

_COLUMNS = (
    "id",
    "county_id",
    "provider_id",
    "service_id",
    "reference",
    "service_day",
    "starts_at",
    "ends_at",
    "quantity_hundredths",
    "unit_price_cents",
    "content",
    "received_at",
    "received_by",
    "charge_file_id",
    "visit_day",
    "visit_number",
    *OUTCOME_COLUMNS,
    *_OF_SENDER,
)


def rows_of_charges(charges: Iterable[tuple[int, NewCharge]], service_ids: Mapping[str, int]) -> TableRows:
    """Return the rows of charges, each with its id."""
    rows = [_charge_row(charge_id, charge, service_ids) for charge_id, charge in charges]
    return TableRows("charge", _COLUMNS, rows, plain=len(_COLUMNS) - len(_OF_SENDER))


def _charge_row(charge_id: int, new: NewCharge, service_ids: Mapping[str, int]) -> tuple[Any, ...]:
    sent, read, outcome, county_id, (at, by, file_id) = new
    return (
        charge_id,
        county_id,
        read.provider_id,
        service_ids.get(read.service or ""),
        read.reference,
        None if read.service_day is None else day_text(read.service_day),
        None if read.start is None else day_text(read.start),
        None if read.end is None else day_text(read.end),
        read.quantity,
        read.unit_price_cents,
        read.content,
        day_text(at),
        by,
        file_id,
        None if read.visit is None else day_text(read.visit.day),
        None if read.visit is None else read.visit.number,
        *_outcome_values(outcome),
        read.worker,
        sent,
    )


def _outcome_values(outcome: Decided) -> tuple[str | int | None, ...]:
    if isinstance(outcome, Accepted):
        (price, pays, co_payment, _, rate), held = outcome.split, outcome.from_held_cents
        rows = (outcome.funding_id, outcome.choice_id, outcome.offering_id)
        units = outcome.from_held_quantity + outcome.from_free_quantity
        return ("accepted", *rows, price, pays, co_payment, rate, held, units, outcome.from_held_quantity)
    if isinstance(outcome, Refused):
        return ("refused", outcome.funding_id, None, None, outcome.price_cents, None, None, None, 0, 0, 0)
    rows = (outcome.funding_id, outcome.choice_id, outcome.offering_id)
    if outcome.split is None:
        return ("on_hold", *rows, outcome.price_cents, None, None, None, 0, 0, 0)
    _, pays, co_payment, _, rate = outcome.split
    return ("on_hold", *rows, outcome.price_cents, pays, co_payment, rate, 0, 0, 0)


def outcome_values(outcome: Decided) -> dict[str, Any]:
    """Return the values of a charge's columns that its decision fills, by column."""
    return dict(zip(OUTCOME_COLUMNS, _outcome_values(outcome), strict=True))


def rows_of_reasons(findings: Iterable[tuple[int, Sequence[Finding]]]) -> TableRows:
    """Return the rows of the reasons of each charge, by its id."""
    rows = [
        (charge_id, position, finding.code, finding.field, dict(finding.values))
        for charge_id, of_charge in findings
        for position, finding in enumerate(of_charge)
    ]
    return TableRows("charge_reason", ("charge_id", "position", "code", "field", "words"), rows, plain=3)


_CHARGE, _HELD, _FREE, _CHARGED = Event.CHARGE, Account.HELD, Account.FREE, Account.CHARGED


def _postings(charge_id: int, new: NewCharge) -> list[Posting]:
    return postings_of(
        new.outcome, charge_id=charge_id, county_id=new.county_id, provider_id=new.read.provider_id
    )


def postings_of(
    outcome: Decided, *, charge_id: int, county_id: int | None, provider_id: int
) -> list[Posting]:
    """Return what an accepted charge draws: from its own choice's hold first, then from what is free.

    After it comes what the choice then releases or holds again.

    A charge that the county pays nothing of still takes units.
    """
    if not isinstance(outcome, Accepted) or county_id is None:
        return []
    sources = (
        (_HELD, outcome.from_held_cents, outcome.from_held_quantity),
        (_FREE, outcome.from_free_cents, outcome.from_free_quantity),
    )
    drawn = [
        Posting(
            county_id=county_id,
            event=_CHARGE,
            from_account=account,
            to_account=_CHARGED,
            amount_cents=amount,
            funding_id=outcome.funding_id,
            choice_id=outcome.choice_id,
            charge_id=charge_id,
            provider_id=provider_id,
            quantity_hundredths=quantity,
        )
        for account, amount, quantity in sources
        if amount > 0 or quantity > 0
    ]
    if outcome.choice_id is None or outcome.hold_change == NO_CHANGE:
        return drawn
    return [*drawn, *hold_postings(county_id, outcome.funding_id, outcome.choice_id, outcome.hold_change)]
