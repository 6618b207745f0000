"""/stripe/events: what Stripe tells, signed by it. It is no page: Stripe's servers send here."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, abort, jsonify, request

from clearing.payments.actions.take_stripe_event import take_stripe_event
from clearing.payments.gateways.stripe_rails import StripeRails
from clearing.payments.gateways.stripe_signature import LARGEST_BYTES
from foundation.vocabulary.refusals import Refusal
from foundation.web.clock import now
from foundation.web.identity import public, signed
from foundation.web.state import given
from foundation.web.transaction import db, system_context

log = logging.getLogger(__name__)
blueprint = Blueprint("stripe_events", __name__)


@blueprint.post("/stripe/events")
@public
@signed
@system_context
def take() -> Response | tuple[Response, int]:
    """Keep an event once. Stripe repeats for days what is not answered with 200."""
    signature = request.headers.get("Stripe-Signature", "")
    payload = request.get_data()
    if len(payload) > LARGEST_BYTES:
        abort(413)
    outcome = take_stripe_event(db(), payload, signature, given(StripeRails).keys, now=now())
    if isinstance(outcome, Refusal):
        log.warning("an event of Stripe was refused: %s", outcome.code)
        return jsonify(code=outcome.code), 400
    return jsonify(outcome=outcome.value)
