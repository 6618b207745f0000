"""The order in which charges are decided."""

from datetime import UTC, date, datetime

from clearing.charges.facts.charge import Charge

Order = tuple[date, datetime, str]
"""See ``in_order``."""


_EARLIEST = datetime.min.replace(tzinfo=UTC)


def in_order(charge: Charge) -> tuple[date, datetime, str]:
    """Order charges by service day, start, reference; without a start is first on its day."""
    return charge.service_day or date.min, charge.start or _EARLIEST, charge.reference or ""
