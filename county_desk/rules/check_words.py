"""What each check of the books proves, as msgids."""

from __future__ import annotations

from foundation.vocabulary.labels import N_

CHECK_WORDS: dict[str, str] = {
    "balances": N_("Every balance is the sum of its postings"),
    "holds": N_("Every choice holds what its postings say"),
    "held_by_choices": N_("A voucher's reserved money is what its choices hold"),
    "charges": N_("Every charge has the postings that it should have"),
    "charges_in_balances": N_("Charged and settled money is the sum of charges"),
    "settlements": N_("Every settlement has the charges that were frozen into it"),
    "settlement_postings": N_("What was settled was posted"),
    "payables": N_("What each provider is owed agrees with the ledger"),
    "payments": N_("Sent and paid money is where the ledger says"),
    "payment_sums": N_("Every payment is its settlement and what was carried to it"),
    "runs": N_("Every run is still what was approved"),
    "audit_chain": N_("Every row of the log is as it was written"),
}
