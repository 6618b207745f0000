-- The charges that are settled: those in a payment run that is approved or later (docs/decisions/0030).
CREATE OR REPLACE VIEW settled_charge AS
SELECT k.charge_id, k.settlement_id
FROM settlement_charge k JOIN settlement s ON s.id = k.settlement_id JOIN payment_run r ON r.id = s.run_id
WHERE r.state IN ('approved', 'sent', 'closed');
