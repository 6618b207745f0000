"""The form and the page that ask for the second factor, in log-ins and before weighty acts."""

from __future__ import annotations

from flask import render_template, request

from foundation.vocabulary.keys import KeyPurpose
from foundation.vocabulary.log_in_services import LogInService
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.forms import Form, TextField, needed
from foundation.web.identity.guards import open_session, pending_session
from foundation.web.identity.passkeys import Site, has_passkey, options_to_use
from foundation.web.identity.second_factors import has_second_factor
from foundation.web.identity.sessions import OpenSession
from foundation.web.pages import Page, safe_path
from foundation.web.state import shell
from foundation.web.transaction import db


class FactorForm(Form):
    """A code of the app, or a recovery code."""

    code = TextField(
        N_("Code"),
        [needed(N_("Enter the code"))],
        hint=N_("Six digits from your authenticator app. Or a recovery code, if you do not have the app."),
    )


def factor_page(
    form: FactorForm | None = None, held: str | None = None, next_path: str | None = None
) -> Page:
    """Return the page that asks for the second factor, with the answers to keep."""
    current = open_session() or pending_session()
    person_id = None if current is None else current.person_id
    return render_template(
        "shell/second_factor.html",
        form=form or FactorForm(formdata=None),
        held=held,
        next_path=next_path or safe_path(request.values.get("next")),
        service=confirming_service(current),
        passkey_options=_passkey_options(current),
        has_app=person_id is not None and has_second_factor(db(), person_id),
    )


def _passkey_options(current: OpenSession | None) -> str | None:
    """Return what the browser needs to use a passkey; None if the person has none."""
    if current is None or not has_passkey(db(), current.person_id):
        return None
    return options_to_use(db(), passkey_site(), current, now())


def passkey_site() -> Site:
    """Return where passkeys are used."""
    settings = shell().settings
    address = (settings.public_url or request.url_root).rstrip("/")
    return Site(address, settings.keys(KeyPurpose.CHALLENGES))


def confirming_service(current: OpenSession | None) -> LogInService | None:
    """Return the service of the log-in, if a new log-in there can stand for the second factor."""
    provider = shell().openid.get(current.log_in.service) if current and current.log_in else None
    return provider.service if provider and provider.service.may_be_second_factor else None
