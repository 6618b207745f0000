"""The start of /t/kirjaa: the provider's clients, or a card or code that leads to the client's vouchers."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for

from foundation.web.api import read_page_number
from foundation.web.clock import now
from foundation.web.identity import current_actor, current_provider_id
from foundation.web.languages import N_, _
from foundation.web.limits import limit_guesses
from foundation.web.pages import Page, Result
from foundation.web.transaction import db
from provider_portal.disclosure.cards import fundings_of_card
from provider_portal.disclosure.own_clients import listed_clients
from provider_portal.pages.visit_form import CodeForm

NO_SUCH_CARD = N_("No card that you may use has this number. It may be cancelled or out of date.")


CLIENTS_ON_A_PAGE = 12


def code_page(form: CodeForm) -> Page:
    """Show the provider's clients, and the field for the code of another one."""
    paging, words = (
        read_page_number(CLIENTS_ON_A_PAGE),
        request.args.get("haku", "").replace("\x00", "").strip(),
    )
    window = {"first": paging.offset, "count": paging.page_size}
    clients, total = listed_clients(
        db(), current_provider_id(), words, **window, actor=current_actor(), now=now()
    )
    return render_template(
        "provider_portal/charge_code.html", form=form, clients=clients, words=words, paging=paging.of(total)
    )


def answer_to_card(form: CodeForm, reference: str) -> Result:
    """Lead to the form of the only voucher, or list the vouchers; refuse a card that leads to none."""
    guess = limit_guesses("voucher_code")
    found = fundings_of_card(db(), current_provider_id(), reference, actor=current_actor(), now=now())
    if not found:
        guess.was_wrong()
        form.refuse("seteli", _(NO_SUCH_CARD))
        return code_page(form)
    if len(found) == 1:
        return redirect(url_for("provider_charge_one.show", seteli=found[0].voucher))
    return render_template("provider_portal/card_vouchers.html", fundings=found)
