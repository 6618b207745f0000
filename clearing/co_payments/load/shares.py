"""Own shares of charges from the book, with what has been invoiced of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.co_payments.facts.shares import OwnShare
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money, Quantity

_SHARES = text("""
SELECT o.id, o.provider_id, p.name, f.client_id, k.number, k.name, o.county_id, o.funding_id, o.service_day,
  s.code, s.name_fi, s.name_sv, s.name_en, coalesce(g.unit, s.unit),
  coalesce(sum(c.quantity_hundredths) FILTER (WHERE c.state = 'accepted'), 0),
  coalesce(sum(c.co_payment_cents) FILTER (WHERE c.state = 'accepted'), 0),
  coalesce(l.cents, 0), coalesce(l.quantity, 0), coalesce(o.vat_percent_hundredths, 0),
  bool_or(c.state = 'on_hold') OR EXISTS (
    SELECT FROM dispute d WHERE d.charge_id = o.id AND d.turn <> 'closed'),
  coalesce(l.turns, 0), l.invoice_id
FROM charge o
JOIN charge c ON c.id = o.id OR c.original_id = o.id
JOIN funding f ON f.id = o.funding_id
JOIN client k ON k.id = f.client_id
JOIN service s ON s.id = o.service_id
JOIN provider p ON p.id = o.provider_id
LEFT JOIN offering g ON g.id = o.offering_id
LEFT JOIN LATERAL (
  SELECT sum(n.cents) AS cents, sum(n.quantity_hundredths) AS quantity, count(*) AS turns,
    max(n.invoice_id) FILTER (WHERE n.cents > 0) AS invoice_id
  FROM co_payment_line n WHERE n.charge_id = o.id
) l ON true
WHERE o.corrects_id IS NULL AND o.co_payment_cents > 0
  AND (o.state IN ('accepted', 'on_hold') OR l.turns > 0)
  AND (CAST(:provider AS bigint) IS NULL OR o.provider_id = :provider)
  AND (CAST(:client AS bigint) IS NULL OR f.client_id = :client)
  AND (CAST(:first AS date) IS NULL OR o.service_day BETWEEN :first AND :last)
  AND (CAST(:charges AS bigint[]) IS NULL OR o.id = ANY (:charges))
GROUP BY o.id, f.id, k.id, s.id, g.id, p.id, l.cents, l.quantity, l.turns, l.invoice_id
ORDER BY o.service_day DESC, o.id
""")


def own_shares(
    session: Session,
    provider_id: int,
    *,
    client_id: int | None = None,
    window: DateWindow | None = None,
) -> list[OwnShare]:
    """Return the own shares of a provider's charges, also of those that are fully invoiced.

    Charges without an own share, as of a free-of-charge service or a commitment, are not among them.
    """
    return _read(session, {"provider": provider_id, "client": client_id, **_days(window)})


def shares_of_charges(session: Session, charge_ids: Collection[int]) -> list[OwnShare]:
    """Return the own shares of these charges."""
    return _read(session, {"charges": list(charge_ids)}) if charge_ids else []


def shares_of_client(session: Session, client_id: int, window: DateWindow | None = None) -> list[OwnShare]:
    """Return the own shares of a client's charges by all providers."""
    return _read(session, {"client": client_id, **_days(window)})


def _days(window: DateWindow | None) -> dict[str, date | None]:
    return {} if window is None else {"first": window.first, "last": window.last}


def _read(session: Session, values: dict[str, Any]) -> list[OwnShare]:
    nothing = dict.fromkeys(("provider", "client", "first", "last", "charges"))
    return [_share(row) for row in session.execute(_SHARES, nothing | values)]


def _share(row: Any) -> OwnShare:
    key, provider_id, provider, client_id, number, name, county_id, funding_id, day = row[:9]
    code, fi, sv, en, unit, quantity, owed, invoiced, units, vat, waits, turns, invoice_id = row[9:]
    return OwnShare(
        charge_id=key,
        provider_id=provider_id,
        provider=provider,
        client_id=client_id,
        client_number=number,
        client_name=name,
        county_id=county_id,
        funding_id=funding_id,
        service_day=day,
        service=(code, fi, sv, en),
        unit=unit,
        quantity=Quantity(int(quantity)),
        owed_cents=Money(int(owed)),
        invoiced_cents=Money(int(invoiced)),
        invoiced_quantity=Quantity(int(units)),
        vat_percent_hundredths=vat,
        waits=waits,
        turns=turns,
        invoice_id=invoice_id,
    )
