"""C3: every form of a client's pages carries whose it is, and is refused if the session now shows another.

The routes are those of the URL map: a new form that does not ask breaks the build.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import func, select
from werkzeug.exceptions import HTTPException

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.clients import Client
from foundation.vocabulary.roles import CLIENT_ROLES, Role
from foundation.web.identity.guards import guard_of
from tests.builders.client_api import CLIENT, HELPER, ClientApi
from tests.builders.county import TODAY
from tests.builders.mandate_world import Ids, store_objects
from tests.builders.mandates import a_support_person
from tests.pages.logged_in import logged_in_by_key
from tests.security.conftest import token_of
from tests.security.mandate_operations import path_of, sent_with
from tests.security.test_mandate_matrix import CONVERTER

PICKS_THE_CLIENT = "POST /puolesta/<client_id>"
"""The only form that is about no client of the session: it sets the client."""


def routes_of(app: Flask, method: str) -> dict[str, frozenset[Role]]:
    """Return the pages of a method that clients or their helpers use, with their roles."""
    found = {
        f"{method} {CONVERTER.sub('<', rule.rule)}": guard_of(app.view_functions[rule.endpoint])
        or frozenset()
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ()) and not rule.rule.startswith("/api/")
    }
    return {row: roles for row, roles in found.items() if roles and roles <= set(CLIENT_ROLES)}


@dataclass(frozen=True)
class Forms:
    """A client with an object of each kind, the id of another client, and the ids of addresses."""

    api: ClientApi
    ids: Ids
    other_id: int

    def log_in(self, roles: frozenset[Role]) -> str:
        """Log in the client, or the helper if only helpers may; return the CSRF token."""
        browser = logged_in_by_key(self.api.web, self.api.session, CLIENT if Role.CLIENT in roles else HELPER)
        with self.api.web.session_transaction() as cookie:
            cookie["acting_for"] = self.api.client_id
        return token_of(browser.web)


@pytest.fixture
def forms(client_api: ClientApi) -> Forms:
    session, ids = client_api.session, store_objects(client_api)
    client = session.get_one(Client, client_api.client_id)
    ids |= {"client_id": client.id, "client_number": client.number, "funding_id": client_api.funding_id}
    stored = a_support_person(session, client.county_id, client.id)
    ids |= {"size": "a6", "month": f"{TODAY:%Y-%m}", "question": "tarkeaa", "goal_id": 1}
    ids |= {"mandate_id": stored["mandate"], "invitation_id": stored["invitation"]}
    session.commit()
    other_id = session.scalars(select(Client.id).where(Client.name == "Toinen Asiakas")).one()
    return Forms(client_api, ids, other_id)


def acts(api: ClientApi) -> int:
    """Return how many acts the log has, looks left out."""
    api.session.rollback()
    query = select(func.count()).where(AuditEvent.act != "client.look")
    return api.session.scalar(query) or 0


@pytest.mark.parametrize("whose", ["another client's", "nobody's"])
def test_every_form_of_another_client_or_of_nobody_is_refused(forms: Forms, whose: str) -> None:
    claimed = {"for_client": forms.other_id} if whose == "another client's" else {}
    routes = routes_of(forms.api.web.application, "POST")
    assert len(routes) >= 40
    before, found = acts(forms.api), {}
    for row, roles in routes.items():
        token = forms.log_in(roles)
        form = {"csrf_token": token, **sent_with(row, forms.ids), **claimed}
        found[row] = forms.api.web.post(path_of(row, forms.ids), data=form).status_code
    assert found.pop(PICKS_THE_CLIENT) == 302
    assert {row: status for row, status in found.items() if status != 409} == {}
    assert acts(forms.api) == before


def test_every_form_of_every_page_carries_its_client(forms: Forms) -> None:
    app = forms.api.web.application
    posts, unnamed, seen = routes_of(app, "POST"), [], set()
    for row, roles in routes_of(app, "GET").items():
        forms.log_in(roles)
        page = forms.api.web.get(path_of(row, forms.ids), query_string=sent_with(row, forms.ids))
        if page.mimetype != "text/html":
            continue
        for target, form in forms_of(app, page.text, page.request.path):
            seen.add(target)
            if target in posts and target != PICKS_THE_CLIENT:
                unnamed += [(row, target)] if form.get("for_client") != str(forms.api.client_id) else []
    assert unnamed == []
    assert len(seen & set(posts)) > 25


def forms_of(app: Flask, text: str, path: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Return the route and the fields of each form of a page that posts."""
    adapter = app.url_map.bind("localhost")
    for form in html.document_fromstring(text).xpath("//form[@method='post']"):
        try:
            address = (form.get("action") or path).split("?")[0]
            rule, _values = adapter.match(address, method="POST", return_rule=True)
        except HTTPException:
            continue
        yield f"POST {CONVERTER.sub('<', rule.rule)}", dict(form.fields)
