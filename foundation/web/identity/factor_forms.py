"""The form and the page that ask for the second factor, in log-ins and before weighty acts."""

from __future__ import annotations

from flask import render_template, request

from foundation.web.catalogues import N_
from foundation.web.forms import Form, TextField, needed
from foundation.web.pages import Page, safe_path


class FactorForm(Form):
    """A code of the app, or a recovery code."""

    code = TextField(
        N_("Code"),
        [needed(N_("Enter the code"))],
        hint=N_("Six digits from your authenticator app. Or a recovery code, if you do not have the app."),
    )


def factor_page(form: FactorForm | None = None, held: str | None = None) -> Page:
    """Return the page that asks for the second factor, with the answers to keep."""
    return render_template(
        "shell/second_factor.html",
        form=form or FactorForm(formdata=None),
        held=held,
        next_path=safe_path(request.values.get("next")),
    )
