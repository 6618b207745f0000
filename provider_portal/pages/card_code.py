"""A card's reference in the place of a voucher code: it leads to the client's vouchers."""

from __future__ import annotations

from flask import redirect, render_template, url_for

from foundation.web.clock import now
from foundation.web.identity import current_actor, current_provider_id
from foundation.web.languages import N_, _
from foundation.web.limits import limit_guesses
from foundation.web.pages import Result
from foundation.web.transaction import db
from provider_portal.disclosure.cards import fundings_of_card
from provider_portal.pages.visit_form import CodeForm

NO_SUCH_CARD = N_("No card that you may use has this number. It may be cancelled or out of date.")


def answer_to_card(form: CodeForm, reference: str) -> Result:
    """Lead to the form of the only voucher, or list the vouchers; refuse a card that leads to none."""
    guess = limit_guesses("voucher_code")
    found = fundings_of_card(db(), current_provider_id(), reference, actor=current_actor(), now=now())
    if not found:
        guess.was_wrong()
        form.refuse("seteli", _(NO_SUCH_CARD))
        return render_template("provider_portal/charge_code.html", form=form)
    if len(found) == 1:
        return redirect(url_for("provider_charge_one.show", seteli=found[0].voucher))
    return render_template("provider_portal/card_vouchers.html", fundings=found)
