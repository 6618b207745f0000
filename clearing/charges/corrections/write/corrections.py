"""A correction into the book: a charge row of its own. The rows that it corrects stay as they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from clearing.charges.corrections.rules.counter_entries import Share
from foundation.database.json_text import storable
from foundation.database.rows import reserve_ids, store_rows
from foundation.database.tables.charges import Charge


@dataclass(frozen=True, slots=True)
class CorrectionDraft:
    """What corrects which row under which reference; `held_cents` as in the charge's `from_held_cents`.

    `drawn_quantity` and `held_quantity` are the units that it moves, and those of them by the choice's hold.
    """

    corrects_id: int
    reference: str
    content: str
    share: Share
    held_cents: int
    after_settlement: bool
    sent: Mapping[str, object]
    drawn_quantity: int = 0
    held_quantity: int = 0


def store_correction(
    session: Session, original: Charge, draft: CorrectionDraft, *, by: int | None, at: datetime
) -> int:
    """Store the correction beside its charge and return its id; the next run takes both."""
    [key] = reserve_ids(session, Charge, 1)
    kept = ("county_id", "provider_id", "funding_id", "choice_id", "offering_id", "service_id", "service_day")
    row: dict[str, Any] = {name: getattr(original, name) for name in kept}
    row |= {
        "id": key,
        "reference": draft.reference,
        "unit_price_cents": original.unit_price_cents,
        "vat_percent_hundredths": original.vat_percent_hundredths,
        "quantity_hundredths": draft.share.quantity,
        "price_cents": draft.share.price_cents,
        "county_pays_cents": draft.share.county_cents,
        "co_payment_cents": draft.share.client_cents,
        "from_held_cents": draft.held_cents,
        "drawn_hundredths": draft.drawn_quantity,
        "from_held_hundredths": draft.held_quantity,
        "state": "accepted",
        "content": draft.content,
        "sent": storable(draft.sent),
        "received_at": at,
        "received_by": by,
        "corrects_id": draft.corrects_id,
        "original_id": original.id,
        "after_settlement": draft.after_settlement,
    }
    store_rows(session, Charge, [row])
    return key
