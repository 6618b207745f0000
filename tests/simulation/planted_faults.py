"""Faults that are planted in the database, and the invariant that finds each."""

_PAID_CHARGE = "(SELECT min(id) FROM charge WHERE state IN ('accepted', 'settled') AND corrects_id IS NULL)"

PLANTED_FAULTS = {
    "a balance that is set": (
        """
UPDATE balance SET free_cents = free_cents + 1, granted_cents = granted_cents + 1
WHERE funding_id = (SELECT min(funding_id) FROM balance)""",
        "verify balance_free",
    ),
    "a hold that is not released": (
        "UPDATE choice SET held_cents = held_cents + 100 WHERE id = (SELECT min(id) FROM choice)",
        "a funding holds what its choices hold",
    ),
    "a share that is not the price": (
        f"""
UPDATE charge SET price_cents = price_cents + 1, co_payment_cents = co_payment_cents + 1
WHERE id = {_PAID_CHARGE}""",
        "a price is the county's share",
    ),
    "a charge outside its window": (
        f"UPDATE charge SET service_day = service_day - 400 WHERE id = {_PAID_CHARGE}",
        "an accepted charge is inside its window",
    ),
    "a charge of a closed voucher": (
        f"""
UPDATE funding_state SET state = 'closed'
WHERE funding_id = (SELECT funding_id FROM charge WHERE id = {_PAID_CHARGE})""",
        "its voucher was open that day",
    ),
    "a charge without an approval": (
        "UPDATE approval_state SET state = 'ended'",
        "its provider was approved that day",
    ),
    "a charge without a choice": (
        "UPDATE choice SET starts_on = '2099-01-01', ends_on = NULL",
        "its provider was chosen or named",
    ),
    "a price above the list": (
        "UPDATE price SET unit_price_cents = 100",
        "its price is not above the list",
    ),
    "a charge that came late": (
        f"UPDATE charge SET received_at = received_at + interval '90 days' WHERE id = {_PAID_CHARGE}",
        "it was received in time or admitted",
    ),
    "units over the limit": (
        "UPDATE funding_terms SET quantity_hundredths = 1",
        "units are not exceeded",
    ),
    "a month over its limit": (
        """
UPDATE charge SET quantity_hundredths = quantity_hundredths * 1000, price_cents = price_cents * 1000,
  county_pays_cents = county_pays_cents * 1000, co_payment_cents = co_payment_cents * 1000
WHERE corrects_id IS NULL""",
        "a month's limit is not exceeded",
    ),
    "a posting that is missing": (
        f"DELETE FROM posting WHERE charge_id = {_PAID_CHARGE}",
        "verify balance_",
    ),
    "a payment confirmed twice": (
        """
INSERT INTO posting (transaction_id, county_id, at, event, from_account, to_account, amount_cents, run_id,
  payment_id)
SELECT transaction_id, county_id, at, event, from_account, to_account, amount_cents, run_id, payment_id
FROM posting WHERE event = 8 ORDER BY id LIMIT 1""",
        "a payment is posted once",
    ),
    "a refused charge that is paid": (
        """
UPDATE charge SET state = 'accepted', county_pays_cents = price_cents, co_payment_cents = 0,
  reference = reference || '/again'
WHERE id = (SELECT min(id) FROM charge
  WHERE state = 'refused' AND funding_id IS NOT NULL AND price_cents > 0)""",
        "verify",
    ),
}
