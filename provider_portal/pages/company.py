"""/t/yritys: the company in the counties' register."""

from __future__ import annotations

from flask import Blueprint, render_template

from clearing.eligibility.load.providers import newest_accounts
from clearing.payments.gateways.stripe_rails import StripeRails
from clearing.payments.load.stripe_providers import counties_offering
from clearing.payments.rules.payouts import why_account_waits
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_provider_id
from foundation.web.pages import Page
from foundation.web.state import given
from foundation.web.transaction import db
from marketplace.load.offerings import provider_by_id
from provider_portal.load.company import accounts, approvals, colleagues
from provider_portal.load.today import papers
from provider_portal.pages.labels import PAYMENT_WAITS, SHORT_ROLES

blueprint = Blueprint("provider_company", __name__, template_folder="../templates")


@blueprint.get("/t/yritys")
@allow(*PROVIDER_ROLES)
def show() -> Page:
    """Show the company, its approvals, papers, bank accounts and people."""
    provider_id = current_provider_id()
    return render_template(
        "provider_portal/company.html",
        company=provider_by_id(db(), provider_id),
        approvals=approvals(db(), provider_id, today=today()),
        papers=papers(db(), provider_id),
        accounts=accounts(db(), provider_id),
        account_waits=why_account_waits(newest_accounts(db(), [provider_id]).get(provider_id), now()),
        colleagues=colleagues(db(), provider_id, today=today()),
        payment_waits=PAYMENT_WAITS,
        role_names=SHORT_ROLES,
        stripe_counties=counties_offering(db(), list(given(StripeRails).by_county), provider_id),
    )
