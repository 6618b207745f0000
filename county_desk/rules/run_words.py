"""What is told of payment runs, as msgids: states and next steps, refusals, reasons to wait, faults."""

from __future__ import annotations

from clearing.payments.rules.matching import Mismatch
from clearing.payments.rules.payouts import Sign, WaitReason
from clearing.payments.rules.settling import RunRefusal, RunState
from foundation.vocabulary.labels import N_

STATES: dict[RunState, str] = {
    RunState.PREPARED: N_("Waits for approval"),
    RunState.APPROVED: N_("Approved, not sent"),
    RunState.SENT: N_("Sent, waits for the bank"),
    RunState.CLOSED: N_("Closed"),
    RunState.CANCELLED: N_("Cancelled"),
}
NEXT_STEPS: dict[RunState, str] = {
    RunState.PREPARED: N_("Another person checks the run and approves it."),
    RunState.APPROVED: N_("Take the bank file and send it in the online bank."),
    RunState.SENT: N_("Give in the bank's answer when it comes."),
    RunState.CLOSED: N_("Nothing is left to do."),
    RunState.CANCELLED: N_("The charges go to the next run."),
}
PAYMENT_STATES: dict[str, str] = {
    "prepared": N_("Not sent"),
    "sent": N_("Sent"),
    "confirmed": N_("Paid"),
    "returned": N_("Returned by the bank"),
}
RUN_REFUSALS: dict[RunRefusal, str] = {
    RunRefusal.ROLE_FORBIDDEN: N_("Your role does not do this step"),
    RunRefusal.OTHER_COUNTY: N_("The run is another county's"),
    RunRefusal.SAME_PERSON: N_("You prepared this run, so another person approves it"),
    RunRefusal.NOT_PREPARER: N_("Only the person who prepared the run changes it"),
    RunRefusal.WRONG_STATE: N_("The run is not at this step"),
    RunRefusal.HASH_DIFFERS: N_("The run is not what you looked at. Look at it again"),
    RunRefusal.CHANGED: N_("A charge or a bank account has changed. Prepare the run again"),
    RunRefusal.NOTHING_TO_PAY: N_("The run has no payments, so there is no file"),
    RunRefusal.UNTIL_IN_FUTURE: N_("The last service day is in the future"),
    RunRefusal.BOOKS_DIFFER: N_(
        "The run was stopped: the books that it touches do not agree. Nothing was changed. "
        "Find out why before you try again"
    ),
}
WAIT_REASONS: dict[str, str] = {
    WaitReason.NOTHING_DUE: N_("Nothing is due"),
    WaitReason.NEGATIVE_SUM: N_("Corrections are larger than charges. The difference goes to the next run"),
    WaitReason.HELD_BY_OFFICER: N_("Held back by the person who prepared the run"),
    WaitReason.NO_ACCOUNT: N_("The provider has given no bank account"),
    WaitReason.UNVERIFIED: N_("A second person has not confirmed the bank account"),
    WaitReason.CHANGED: N_("The bank account changed less than 48 hours ago"),
    WaitReason.BANK_REFUSES: N_("The bank would not take the name, account or sum"),
}
SIGNS: dict[Sign, str] = {
    Sign.FIRST_PAYMENT: N_("First payment"),
    Sign.CHANGED_ACCOUNT: N_("Account changed in 30 days"),
    Sign.GROWTH: N_("Over three times the usual sum"),
}
MISMATCHES: dict[Mismatch, str] = {
    Mismatch.UNKNOWN: N_("There is no such payment"),
    Mismatch.NOT_SENT: N_("The payment has not been sent"),
    Mismatch.NO_AMOUNT: N_("The sum is missing"),
    Mismatch.AMOUNT_DIFFERS: N_("The sum is not that of the payment"),
    Mismatch.NOT_EURO: N_("The currency is not the euro"),
    Mismatch.TOO_EARLY: N_("The day is before the payment was sent"),
    Mismatch.IN_FUTURE: N_("The day is too far in the future"),
}
ANSWER_FAULTS: dict[str, str] = {
    "too_large": N_("The file is too large"),
    "document_type_forbidden": N_("The file has a document type, which is not allowed"),
    "encoding_unknown": N_("The encoding of the file is not one that banks use"),
    "not_xml": N_("The file is not whole XML"),
    "not_a_bank_answer": N_("The file is not a pain.002, camt.053 or camt.054 message"),
    "too_many_records": N_("The file has too many entries"),
}
