"""Refusals that several actions share. The codes are public."""

from typing import Final

from foundation.vocabulary.refusals import Refusal

MANDATE_MISSING: Final = Refusal("mandate_missing")
"""The actor has not this right for this client."""
MOVE_CHANGED: Final = Refusal("move_changed")
"""The vouchers have changed since the actor read what the move would do."""
CHARGE_NOT_OPEN: Final = Refusal("charge_not_open")
"""The charge was withdrawn or rejected: there is nothing to answer."""
LOOK_UNKNOWN: Final = Refusal("look_unknown")
"""The person did not use the client's data on that day, or is the one who asks."""
ALREADY_ASKED: Final = Refusal("already_asked")
"""The client waits for an answer about this person and day."""
ALREADY_ANSWERED: Final = Refusal("already_answered")
"""Somebody has answered the question meanwhile."""
NO_VOUCHER_FOR_CARD: Final = Refusal("no_voucher_in_use")
"""The client has no voucher that can be used today, so a card would open nothing."""
OFFERING_UNKNOWN: Final = Refusal("offering_unknown", "offering")
"""There is no such offering, or it is another provider's."""
SERVICE_UNKNOWN: Final = Refusal("service_unknown", "service")
"""The county's catalogue does not have the service."""
MUNICIPALITY_UNKNOWN: Final = Refusal("municipality_unknown", "municipalities")
"""The offering's county has no municipality with one of these codes or names."""
MUNICIPALITY_NOT_APPROVED: Final = Refusal("municipality_not_approved", "municipalities")
"""The county has approved the provider for other municipalities only."""
PLACE_UNKNOWN: Final = Refusal("place_unknown", "place")
"""There is no such place, or it is another provider's."""
PLACE_CHANGED: Final = Refusal("place_changed")
"""Somebody has changed the place since the actor read it."""
FREE_TIMES_CHANGED: Final = Refusal("free_times_changed")
"""Somebody has changed the free times since the actor read them."""
PLACE_IN_USE: Final = Refusal("place_in_use")
"""Clients find offerings at the place: they move to another place, or are taken off the list, first."""
TIME_CLASS_UNKNOWN: Final = Refusal("time_class_unknown", "time_class")
CHOICE_ENDED: Final = Refusal("choice_ended", "choice")
"""The choice has ended or was undone."""
VISIT_UNKNOWN: Final = Refusal("visit_unknown", "visit")
"""The plan has no such visit, or it was charged."""
VISIT_WITHOUT_TIMES: Final = Refusal("visit_without_times", "visit")
"""A week or month of help is no single visit that can be changed or cancelled."""
VISIT_BEGUN: Final = Refusal("visit_begun", "visit")
"""The visit has begun, or its day has passed."""
PAUSE_ENDS_BEFORE_START: Final = Refusal("ends_before_start", "to")
PAUSE_IN_PAST: Final = Refusal("day_in_past", "from")
PAUSES_OVERLAP: Final = Refusal("pauses_overlap", "from")
"""The client is away on some of these days already."""
PAUSE_UNKNOWN: Final = Refusal("pause_unknown", "pause")
"""There is no such pause, or it has ended."""
VISIT_NOT_POSSIBLE: Final = "visit_not_possible"
"""The code of a change of a visit that is not possible; the refusal's reasons say why."""
CHOICE_NOT_POSSIBLE: Final = "choice_not_possible"
"""The code of a choice that is not possible; the refusal's reasons say why."""
TOO_MANY_INVITATIONS: Final = Refusal("too_many_invitations")
"""The client has as many open invitations as there may be at a time."""
INVITATION_UNKNOWN: Final = Refusal("invitation_unknown", "code")
"""No open invitation has this code: it was used, withdrawn, has expired, or never was."""
OWN_INVITATION: Final = Refusal("own_invitation")
"""A client cannot act for themselves with a mandate."""
ALREADY_GUARDIAN: Final = Refusal("already_guardian")
"""The person acts for the client as a guardian, which only the county can change."""
IBAN_MALFORMED: Final = Refusal("iban_malformed", "iban")
"""Wrong form, length or check digits (ISO 13616)."""
BIC_MALFORMED: Final = Refusal("bic_malformed", "bic")
ACCOUNT_IN_USE: Final = Refusal("account_in_use", "iban")
"""It is the provider's newest account already."""
ACCOUNT_NOT_WAITING: Final = Refusal("account_not_waiting")
"""The account was confirmed, a newer one was entered, or the county does not know the provider."""
ACCOUNT_ENTERED_BY_ACTOR: Final = Refusal("account_entered_by_actor")
"""Who has entered an account does not confirm it."""
LINK_UNKNOWN: Final = Refusal("link_unknown")
"""No link to a new password has this code: it was used, has expired, a newer one was mailed, or never was."""
EMAIL_KNOWN: Final = Refusal("email_known", "email")
"""Somebody logs in with this address already."""
MANDATE_UNKNOWN: Final = Refusal("mandate_unknown")
"""The client has no such mandate in force."""
MANDATE_OF_OTHERS: Final = Refusal("mandate_of_others")
"""The client decides about support persons, the county about guardians."""
PROPOSAL_NOT_OPEN: Final = Refusal("proposal_not_open")
"""The proposal was answered or withdrawn, or its offerings or its funding have ended."""
COMMENT_UNKNOWN: Final = Refusal("comment_unknown", "words")
"""There is no such comment, it was removed, or it has no words."""
CLIENT_WISH_NEEDED: Final = Refusal("client_wish_needed", "client_wish")
"""A guardian acts, and has not said what the client wants (Act 442/1999, section 43)."""
