"""/t: what needs the provider's attention today, and what is paid next."""

from __future__ import annotations

from flask import Blueprint, render_template

from clearing.eligibility.load.providers import newest_accounts
from clearing.payments.rules.payouts import why_account_waits
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.pages import Page
from foundation.web.transaction import db
from provider_portal.disclosure.charges import charges_of_today
from provider_portal.disclosure.time_requests import requests_for_times
from provider_portal.load.company import unapproved
from provider_portal.load.settlements import money_to_come, own_settlements
from provider_portal.load.today import charge_counts, papers_ending
from provider_portal.pages.coming_money import coming_money
from provider_portal.pages.labels import PAYMENT_WAITS

NEWEST, DISPUTES_SHOWN = 5, 10
blueprint = Blueprint("provider_today", __name__, template_folder="../templates")


@blueprint.get("/t")
@allow(*PROVIDER_ROLES)
def show() -> Page:
    """Show the start page."""
    provider_id = current_provider_id()
    settlements, _total = own_settlements(db(), provider_id, count=3)
    return render_template(
        "provider_portal/today.html",
        settlements=settlements,
        returned=[settlement for settlement in settlements if settlement.state == "returned"],
        payment_waits=PAYMENT_WAITS,
        time_requests=requests_for_times(db(), provider_id, today(), actor=current_actor(), now=now()),
        **_charges(provider_id),
        **_needs(provider_id),
    )


def _charges(provider_id: int) -> dict[str, object]:
    """Return the newest charges, and what clients say is not right."""
    newest, disputes = charges_of_today(
        db(), provider_id, newest=NEWEST, disputes=DISPUTES_SHOWN, actor=current_actor(), now=now()
    )
    return {"newest": newest, "disputes": disputes}


def _needs(provider_id: int) -> dict[str, object]:
    """Return what may need the provider's attention."""
    return {
        "counts": charge_counts(db(), provider_id),
        "money": money_to_come(db(), provider_id),
        **coming_money(provider_id, today()),
        "account_waits": why_account_waits(newest_accounts(db(), [provider_id]).get(provider_id), now()),
        "papers": papers_ending(db(), provider_id, today=today()),
        "approvals": unapproved(db(), provider_id, today=today()),
    }
