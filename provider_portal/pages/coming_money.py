"""When a provider's money comes, for the pages that show it."""

from __future__ import annotations

from datetime import date
from typing import Any

from foundation.web.transaction import db
from provider_portal.load.expected_payments import expected_payments, held_payments, open_pay_days


def coming_money(provider_id: int, day: date) -> dict[str, Any]:
    """Return what `expected_list` shows: what is paid when, what is on hold, and the next pay days."""
    return {
        "expected": expected_payments(db(), provider_id, day),
        "held": held_payments(db(), provider_id, day),
        "open_days": open_pay_days(db(), provider_id, day),
    }
