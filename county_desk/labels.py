"""What the county reads for a code of payment runs and of the check of the books: msgids by code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from clearing.payments.actions.follow_claim import FollowRefusalCode
from clearing.payments.gateways.bank_answer import AnswerFault
from clearing.payments.rules.left_out import LeftOutReason
from clearing.payments.rules.payouts import Sign, WaitReason
from clearing.payments.rules.returned import NextStep
from clearing.payments.rules.settling import RunRefusalCode, RunState
from clearing.payments.rules.verdicts import Mismatch
from clearing.upkeep.actions.change_thresholds import ThresholdRefusal
from county_desk.rules.opening import OpeningRefusal
from foundation.vocabulary.labels import N_
from foundation.vocabulary.refusals import Refusal

RUN_STATES: Mapping[RunState, str] = {
    RunState.PREPARED: N_("Waits for approval"),
    RunState.APPROVED: N_("Approved, not sent"),
    RunState.SENT: N_("Sent, waits for the bank"),
    RunState.CLOSED: N_("Closed"),
    RunState.CANCELLED: N_("Cancelled"),
}
NEXT_STEPS: Mapping[RunState, str] = {
    RunState.PREPARED: N_("Another person checks the run and approves it."),
    RunState.APPROVED: N_("Download the bank file and send it in the online bank."),
    RunState.SENT: N_("Upload the bank's answer when it comes."),
    RunState.CLOSED: N_("Nothing is left to do."),
    RunState.CANCELLED: N_("The charges go to the next run."),
}
PAYMENT_STATES: Mapping[str, str] = {
    "prepared": N_("Not sent"),
    "sent": N_("Sent"),
    "confirmed": N_("Paid"),
    "returned": N_("Returned by the bank"),
}
RUN_REFUSALS: Mapping[str, str] = {
    RunRefusalCode.ROLE_FORBIDDEN: N_("Your role does not do this step"),
    RunRefusalCode.OTHER_COUNTY: N_("The run is another county's"),
    RunRefusalCode.SAME_PERSON: N_("You prepared this run, so another person approves it"),
    RunRefusalCode.UPLOADED_RETURN: N_(
        "An answer of the bank that you uploaded made money payable again. "
        "Another person approves the run that pays it"
    ),
    RunRefusalCode.NOT_PREPARER: N_("Only the person who prepared the run changes it"),
    RunRefusalCode.WRONG_STATE: N_("The run is not at this step"),
    RunRefusalCode.HASH_DIFFERS: N_("The run is not what you looked at. Look at it again"),
    RunRefusalCode.CHANGED: N_(
        "Something changed after the run was prepared, and was left out. Check the new sum and approve it"
    ),
    RunRefusalCode.NOTHING_TO_PAY: N_("The run has no payments, so there is no file"),
    RunRefusalCode.NOTHING_BY_BANK: N_("All of this run is paid by Stripe, so there is no bank file"),
    RunRefusalCode.UNTIL_IN_FUTURE: N_("The last service day is in the future"),
    RunRefusalCode.FROZEN: N_(
        "Payments are stopped: this database was restored. A person must match it with the bank first"
    ),
    RunRefusalCode.NOT_IN_RUN: N_("This provider is not in the run"),
    RunRefusalCode.CHECK_FAILED: N_(
        "Payments are stopped: the check of the books found a difference. They go on when a check agrees"
    ),
    RunRefusalCode.NOT_FROZEN: N_("Payments are not stopped, so there is nothing to release"),
    RunRefusalCode.WHY_MISSING: N_("Write why"),
    RunRefusalCode.NOT_COMPARED: N_("Compare this database with Stripe first. Stripe may have paid already"),
    RunRefusalCode.FILE_ELSEWHERE: N_(
        "The bank has the file of this run already. It was downloaded before the database was restored"
    ),
    RunRefusalCode.UNDECIDED: N_(
        "Find out of each run that waits here whether the bank has its file. If it has, upload its answer"
    ),
    RunRefusalCode.BOOKS_DIFFER: N_(
        "The run was stopped: the books that it touches do not agree. Nothing was changed. "
        "Find out why before you try again"
    ),
}
FOLLOW_REFUSALS: Mapping[str, str] = {
    FollowRefusalCode.FORBIDDEN: N_("You may not do this."),
    FollowRefusalCode.PAID: N_("The claim is paid already."),
    FollowRefusalCode.DAY_WRONG: N_("The day is before the claim or in the future."),
    FollowRefusalCode.REFERENCE_MISSING: N_("Write the bank's reference"),
    FollowRefusalCode.REFERENCE_USED: N_("This payment has paid another claim."),
}
WAIT_REASONS: Mapping[str, str] = {
    WaitReason.NOTHING_DUE: N_("Nothing is due"),
    WaitReason.NEGATIVE_SUM: N_("Corrections are larger than charges. The difference goes to the next run"),
    WaitReason.HELD_BY_OFFICER: N_("Held back by the person who prepared the run"),
    WaitReason.NO_ACCOUNT: N_("The provider has given no bank account"),
    WaitReason.UNVERIFIED: N_("A second person has not confirmed the bank account"),
    WaitReason.CHANGED: N_("The bank account changed less than 48 hours ago"),
    WaitReason.CHANGED_SINCE: N_("The bank account changed after the run was prepared"),
    WaitReason.BANK_REFUSES: N_("The bank would not take the name, account or sum"),
    WaitReason.ACCOUNT_RETURNED: N_(
        "A payment to this account came back. The provider must give another account"
    ),
    WaitReason.ANSWER_OPEN: N_("The bank's answer to an earlier payment waits for a decision"),
    WaitReason.RAIL_CHANGED: N_("The way of paying changed after the run was prepared"),
    WaitReason.STRIPE_RESTRICTED: N_(
        "Stripe does not let the provider's account receive money. The provider must answer Stripe"
    ),
    WaitReason.STRIPE_PAYOUT_FAILED: N_(
        "Stripe could not pay to the provider's bank. The provider must give Stripe another bank account"
    ),
    WaitReason.STRIPE_CHANGED: N_(
        "The way of paying, or the bank behind the Stripe account, changed less than 48 hours ago"
    ),
    WaitReason.STRIPE_UNCLEAR: N_(
        "Something at Stripe about this provider is not understood yet. Look at the Stripe page"
    ),
}
RETURNED_STEPS: Mapping[NextStep, str] = {
    NextStep.PAID_AGAIN: N_("Paid again in run %(number)s."),
    NextStep.SET_OFF: N_("Later corrections used it up. Nothing is paid."),
    NextStep.DECIDE_ANSWER: N_("Decide about the bank's answer."),
    NextStep.ANOTHER_ACCOUNT: N_("Ask the provider for another bank account. Nothing is paid before."),
    NextStep.CONFIRM_ACCOUNT: N_(
        "Another person confirms the provider's bank account. Then the next run pays it."
    ),
    NextStep.IN_RUN: N_("It is in run %(number)s, which waits for approval."),
    NextStep.NEXT_RUN: N_("The next run pays it."),
}
"""What comes next for money that came back."""

LEFT_OUT_REASONS: Mapping[str, str] = {
    **WAIT_REASONS,
    LeftOutReason.DISPUTED: N_("The client says that the charge is not right"),
    LeftOutReason.ON_HOLD: N_("The charge waits for a decision"),
    LeftOutReason.WITHDRAWN: N_("The provider withdrew the charge"),
    LeftOutReason.REFUSED: N_("The charge was refused"),
    LeftOutReason.CORRECTED: N_("The charge was corrected. It is paid as it is now in the next run"),
    LeftOutReason.CHANGED: N_("The charge was decided again. It is paid as it is now in the next run"),
    LeftOutReason.CARRIED_LESS: N_("An earlier payment was paid after all"),
}
"""Why a charge, or money of a payee, left a run before its approval."""

SIGNS: Mapping[Sign, str] = {
    Sign.FIRST_PAYMENT: N_("First payment"),
    Sign.CHANGED_ACCOUNT: N_("Account changed in 30 days"),
    Sign.RETURNED_BEFORE: N_("An earlier payment came back"),
    Sign.GROWTH: N_("Over three times the usual sum"),
}
MISMATCHES: Mapping[Mismatch, str] = {
    Mismatch.UNKNOWN: N_("There is no such payment"),
    Mismatch.NOT_SENT: N_("The payment has not been sent"),
    Mismatch.OTHER_RAIL: N_("The payment goes by Stripe and not by the bank. Ask the bank what moved"),
    Mismatch.NO_AMOUNT: N_("The sum is missing"),
    Mismatch.AMOUNT_DIFFERS: N_("The sum is not that of the payment"),
    Mismatch.NOT_EURO: N_("The currency is not the euro"),
    Mismatch.TOO_EARLY: N_("The day is before the payment was sent"),
    Mismatch.IN_FUTURE: N_("The day is too far in the future"),
    Mismatch.OTHER_ACCOUNT: N_("The entry is not on the account that paid"),
    Mismatch.DIRECTION: N_("A reversal or mixed directions. Ask the bank what moved"),
    Mismatch.BATCH_DIFFERS: N_("The sum or the count is not that of the batch. Ask the bank for details"),
    Mismatch.BATCH_UNNAMED: N_("The sum is that of this batch, but the entry does not name it. Ask the bank"),
    Mismatch.STATUS_UNCLEAR: N_("This status decides nothing. Ask the bank what happens to the payment"),
    Mismatch.CONTRADICTS_ITSELF: N_("The report accepts and refuses the payment. Ask the bank which holds"),
    Mismatch.DUPLICATE: N_("The bank refused a second delivery. The first one goes on"),
    Mismatch.REFUSED_AFTER_BOOKING: N_("The bank has already paid this. The refusal changes nothing"),
    Mismatch.OLDER: N_("The refusal is older than the bank's acceptance"),
    Mismatch.PAID_AFTER_RETURN: N_("Paid or accepted after it was returned. Check before it is paid again"),
    Mismatch.SECOND_DEBIT: N_("Taken from the account a second time. Ask the bank for the money back"),
    Mismatch.SECOND_CREDIT: N_("Came back to the account a second time. Ask the bank why"),
    Mismatch.NO_REFERENCE: N_("A return of a paid payment without the bank's reference"),
    Mismatch.SECOND_PERSON: N_("A return of a paid payment. Another person must confirm it"),
    Mismatch.CLAIM_AMOUNT: N_("The sum is not that of the claim. Agree with the provider what it is for"),
    Mismatch.CLAIM_PAID: N_(
        "The claim is paid already. Pay the money back, or ask the provider what it is for"
    ),
    Mismatch.CLAIM_UNCLEAR: N_("Check this payment of a claim, and mark the claim as paid"),
}
OPEN_ANSWERS: Mapping[str, tuple[str, str, str]] = {
    Mismatch.SECOND_PERSON: (
        N_("The money came back"),
        N_("It did not come back"),
        N_("If it came back, the next run can pay it again."),
    ),
    Mismatch.PAID_AFTER_RETURN: (
        N_("It was paid"),
        N_("It was not paid"),
        N_("If it was paid, it is not paid again. A double payment is deducted from the next one."),
    ),
}
"""Of an open answer: the two decisions (it holds, it does not), and what follows."""

ANSWER_FAULTS: Mapping[str, str] = {
    AnswerFault.TOO_LARGE: N_("The file is too large"),
    AnswerFault.DOCUMENT_TYPE: N_("The file has a document type, which is not allowed"),
    AnswerFault.ENCODING: N_("The encoding of the file is not one that banks use"),
    AnswerFault.NOT_XML: N_("The file is not well-formed XML"),
    AnswerFault.NOT_AN_ANSWER: N_("The file is not a pain.002, camt.053 or camt.054 message"),
    AnswerFault.TOO_MANY_RECORDS: N_("The file has too many entries"),
}
CHECKS: Mapping[str, str] = {
    "balances": N_("Every balance is the sum of its postings"),
    "holds": N_("Every choice holds what its postings say"),
    "held_by_choices": N_("A voucher's reserved money is what its choices hold"),
    "unit_balances": N_("The hours and other units of a voucher are the sum of their postings"),
    "unit_holds": N_("A voucher's reserved units are what its choices hold"),
    "charged_units": N_("The units of charges are the charged and settled units of vouchers"),
    "charges": N_("Every charge has the postings that it should have"),
    "charges_in_balances": N_("Charged and settled money is the sum of charges"),
    "frozen_charges": N_("Every charge in an approved run is accepted and costs what it was paid with"),
    "settlements": N_("Every settlement has the charges that were frozen into it"),
    "settlement_postings": N_("What was settled was posted"),
    "payables": N_("What each provider is owed agrees with the ledger"),
    "payments": N_("Sent and paid money is where the ledger says"),
    "payment_sums": N_("Every payment is its settlement and what was carried to it"),
    "runs": N_("Every run is still what was approved"),
    "documents": N_("Charges are checked against what was decided for each voucher"),
    "listings": N_("A search finds what is published and approved"),
    "audit_chain": N_("Every row of the log is as it was written"),
    "audit_anchors": N_("The log agrees with the values that are kept outside"),
}
"""What each check of the books proves, by its name."""


def difference_text(difference: Refusal) -> str:
    """Return one difference of the books: where it is, what it should be, what it is."""
    values = difference.values
    return f"{difference.code} {difference.field}: {values['expected']} / {values['found']}"


NOT_APPROVED = N_("The provider is not approved")
_NO_PRICE = N_("There is no price that can be paid")
STOP_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "provider_suspended": N_("The provider is suspended"),
        "provider_approval_ended": N_("The approval has ended"),
        "provider_papers_expired": N_("A paper of the provider has ended"),
        "no_price_on_day": _NO_PRICE,
        "price_over_cap": _NO_PRICE,
        "co_payment_not_allowed": _NO_PRICE,
    }
)
"""Why a provider may not give the visits of a plan, by reason code."""

OPENING_REFUSALS: Mapping[str, str] = {
    OpeningRefusal.UNKNOWN: N_("There are no such opening balances."),
    OpeningRefusal.DECIDED: N_("These opening balances are decided already."),
    OpeningRefusal.SAME_PERSON: N_("You submitted this file, so another person accepts it."),
    OpeningRefusal.CHANGED: N_(
        "Something in the books has changed since the file was checked. Nothing came in. "
        "Reject it and submit it again."
    ),
    OpeningRefusal.WHY_MISSING: N_("Write why"),
    OpeningRefusal.FILE_KNOWN: N_("This file waits already, or is in the books."),
}
"""Why a step with opening balances was not done, by public code."""

THRESHOLD_REFUSALS: Mapping[ThresholdRefusal, str] = MappingProxyType(
    {
        ThresholdRefusal.UNKNOWN: N_("There is no such proposal."),
        ThresholdRefusal.DECIDED: N_("This proposal has been decided."),
        ThresholdRefusal.WAITING: N_("Another proposal waits for a second person. Decide it first."),
        ThresholdRefusal.UNCHANGED: N_("These limits are in force already. Change one of them."),
        ThresholdRefusal.OUT_OF_RANGE: N_("This limit is too small, too large, or not a whole number."),
        ThresholdRefusal.PAST: N_("Choose today or a later day."),
        ThresholdRefusal.WHY_MISSING: N_("Write why"),
        ThresholdRefusal.SAME_PERSON: N_("Another person than the one who proposed must accept."),
    }
)

APPLICATION_REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "application_not_waiting": N_("The application does not wait for you any more. Read it again."),
        "own_company": N_("This is an application of your own. A colleague decides on it."),
        "provider_known": N_("The company has an owner in Omatori, who did not send this application."),
        "why_missing": N_("Enter the reason"),
        "why_too_long": N_("Enter at most 500 characters"),
        "first_day_past": N_("The first day must be today or later"),
        "day_impossible": N_("Check the year"),
        "days_backwards": N_("The last day is before the first"),
        "municipality_not_applied_for": N_("Choose only municipalities that were applied for"),
        "municipality_missing": N_("Choose at least one municipality"),
        "approved_already": N_("The service is approved already. Leave the last day empty."),
    }
)
"""Why a county's act on an application is refused, by code."""
