"""The forms of webhooks, and the words for events, states and errors."""

from __future__ import annotations

from collections.abc import Mapping

from clearing.webhooks.facts.events import TEST, EventType
from foundation.vocabulary.labels import StateLabel
from foundation.web.forms import ChoiceField, ChoicesField, Form, TextField, needed
from foundation.web.key_forms import OVERLAPS, USUAL_OVERLAP
from foundation.web.languages import N_

EVENT_WORDS: Mapping[str, str] = {
    EventType.CHARGE_ACCEPTED: N_("A charge was accepted"),
    EventType.CHARGE_ON_HOLD: N_("The county looks at a charge"),
    EventType.CHARGE_REFUSED: N_("A charge was refused at once"),
    EventType.CHARGE_ADMITTED: N_("The county has accepted a charge that was on hold"),
    EventType.CHARGE_REJECTED: N_("The county has refused a charge that was on hold"),
    EventType.CHARGE_WITHDRAWN: N_("A charge was withdrawn"),
    EventType.CHARGE_CORRECTED: N_("A charge was corrected"),
    EventType.CHARGE_FILE_FINISHED: N_("A file of charges is processed"),
    EventType.CHARGE_DISPUTED: N_("A client disputes a charge"),
    EventType.DISPUTE_ANSWERED: N_("A client has answered in a dispute"),
    EventType.DISPUTE_DECIDED: N_("The county has decided a dispute"),
    EventType.SETTLEMENT_APPROVED: N_("A settlement was approved"),
    EventType.SETTLEMENT_SENT: N_("A payment is on its way"),
    EventType.SETTLEMENT_PAID: N_("A payment has been made"),
    EventType.SETTLEMENT_RETURNED: N_("A payment came back"),
    EventType.CHOICE_MADE: N_("A client has chosen you"),
    EventType.CHOICE_ENDED: N_("A client's choice of you has ended"),
    TEST: N_("Test event"),
}
USUAL_EVENTS = (
    EventType.CHARGE_REFUSED,
    EventType.CHARGE_REJECTED,
    EventType.CHARGE_FILE_FINISHED,
    EventType.CHARGE_DISPUTED,
    EventType.SETTLEMENT_PAID,
    EventType.SETTLEMENT_RETURNED,
)
WEBHOOK_STATES = {
    "on": StateLabel(N_("In use"), "good"),
    "paused": StateLabel(N_("Paused"), "plain"),
    "stopped": StateLabel(N_("Stopped: nothing arrived for three days"), "bad"),
}
DELIVERY_STATES = {
    "waiting": StateLabel(N_("Waits"), "wait"),
    "delivered": StateLabel(N_("Delivered"), "good"),
    "given_up": StateLabel(N_("Given up"), "bad"),
    "cancelled": StateLabel(N_("Cancelled"), "plain"),
}
ERROR_WORDS: Mapping[str, str] = {
    "redirect_refused": N_("The program sends us elsewhere. Enter its own address."),
    "webhook_url_not_public": N_("The address leads to no host on the public internet."),
    "timed_out": N_("The program did not answer in ten seconds."),
    "certificate_wrong": N_("The certificate of the address is not valid."),
    "tls_failed": N_("A secure connection was not possible."),
    "host_unknown": N_("There is no host with this name."),
    "no_answer": N_("The connection failed."),
    "answer_malformed": N_("The answer could not be read."),
}


class WebhookForm(Form):
    """The address, and what is reported to it."""

    url = TextField(
        N_("Address of your program"),
        [needed(N_("Enter the address of your program"))],
        hint=N_("It begins with https://, for example https://example.com/omatori"),
    )
    events = ChoicesField(
        N_("What is reported?"),
        [needed(N_("Choose at least one thing to report"))],
        choices=[(event.value, EVENT_WORDS[event]) for event in EventType],
        default=USUAL_EVENTS,
    )


class SecretForm(Form):
    """How long the secret of before still signs."""

    overlap = ChoiceField(
        N_("How long does the old secret still work?"),
        [needed(N_("Choose how long the old secret still works"))],
        choices=OVERLAPS,
        default=USUAL_OVERLAP,
        hint=N_("During this time each message is signed with both secrets."),
    )
