"""Every form of a client's pages names its client: in two windows a helper never acts for the wrong one."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from foundation.database.columns import days
from foundation.database.tables.charge_answers import ChargeAnswer
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.people import Mandate
from tests.builders.client_api import CLIENT, HELPER, STRANGER, ClientApi
from tests.builders.county import TODAY
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage

LANGUAGES = ("fi", "sv", "en", "selko")
PLAN = "how=week&amount=3&starts_on=21.11.2026&replaces=keep"


@dataclass(frozen=True)
class TwoClients:
    """A helper of two clients, in one browser."""

    api: ClientApi
    browser: StrictClient
    other_id: int

    def pick(self, client_id: int) -> StrictPage:
        """Pick a client, as in another window of the same browser."""
        page = self.browser.page("/puolesta", lang="en")
        actions = [form.get("action") for form in page.root.xpath("//main//form")]
        return self.browser.send(page, form=actions.index(f"/puolesta/{client_id}"))

    def stored(self) -> list[int | None]:
        """Return how many choices and answers there are."""
        self.api.session.expire_all()
        tables = (Choice, ChargeAnswer)
        return [self.api.session.scalar(select(func.count()).select_from(table)) for table in tables]


@pytest.fixture
def two(client_api: ClientApi) -> TwoClients:
    """The helper of the client, who helps another one too and has picked the first."""
    session = client_api.session
    mandate = session.scalars(select(Mandate).where(Mandate.may_choose)).one()
    other_id = session.scalars(select(Client.id).where(Client.name == "Toinen Asiakas")).one()
    rights = dict.fromkeys(("may_see", "may_choose", "may_confirm"), True)
    other = Mandate(client_id=other_id, person_id=mandate.person_id, kind="support_person", **rights)
    other.valid = days(TODAY, None)
    session.add(other)
    session.commit()
    two = TwoClients(client_api, logged_in_by_key(client_api.web, session, HELPER), other_id)
    two.pick(client_api.client_id)
    return two


def forms_of(api: ClientApi) -> dict[str, str]:
    """Return the pages with forms that change something of the client."""
    return {
        "choose": f"/valitse/tarkista?offering={api.near}&{PLAN}",
        "right": "/kulut",
        "not right": f"/kulut/{api.charge}/ei-oikein",
    }


@pytest.mark.parametrize("name", ["choose", "right", "not right"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_of_another_window_is_refused(two: TwoClients, name: str, language: str) -> None:
    page = two.browser.page(forms_of(two.api)[name], lang=language)
    two.pick(two.other_id)
    two.browser.page("/oma", lang=language)
    refused = two.browser.send(page, {"why": "Nobody came"}, status=409)
    assert "Aino Asiakas" in refused.texts("main")
    assert "Toinen Asiakas" in refused.texts("div[@class='om-acting']")
    assert two.stored() == [0, 0]


def test_the_refusal_leads_back_to_the_client_of_the_form(two: TwoClients) -> None:
    page = two.browser.page(forms_of(two.api)["not right"], lang="en")
    two.pick(two.other_id)
    refused = two.browser.send(page, {"why": "Nobody came"}, status=409)
    assert refused.texts("h1") == "Nothing was saved"
    assert "Aino Asiakas" in two.browser.send(refused).texts("div[@class='om-acting']")
    two.browser.send(page, {"why": "Nobody came"})
    assert two.stored() == [0, 1]


def test_the_plan_of_another_window_is_refused_before_the_check(two: TwoClients) -> None:
    page = two.browser.page(f"/valitse?offering={two.api.near}")
    fields = {str(name): str(value) for name, value in page.form().form_values()} | {"amount": "3"}
    two.pick(two.other_id)
    two.browser.page("/valitse/tarkista", status=409, query_string=fields)


def test_a_form_of_the_last_person_at_this_browser_is_refused(client_api: ClientApi) -> None:
    page = logged_in_by_key(client_api.web, client_api.session, CLIENT).page(
        f"/kulut/{client_api.charge}/ei-oikein", lang="en"
    )
    stranger = logged_in_by_key(client_api.web, client_api.session, STRANGER)
    refused = stranger.send(page, {"why": "Nobody came"}, status=409)
    assert "This page was open for another person." in refused.texts("main")
    assert "Aino" not in refused.texts()


def test_every_form_about_helpers_names_the_client(client_api: ClientApi) -> None:
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    client.send(client.page("/auttajat/kutsu"), {"name": "Uusi Auttaja"})
    mandate_id = client_api.session.scalars(select(Mandate.id).order_by(Mandate.id)).first()
    for path in ("/auttajat", "/auttajat/kutsu", f"/auttajat/{mandate_id}", f"/auttajat/{mandate_id}/lopeta"):
        forms = client.page(path).root.xpath("//main//form[@method='post']")
        assert forms
        for form in forms:
            assert form.fields["for_client"] == str(client_api.client_id), path
        client.send(client.page(path), {"for_client": "999999999"}, status=409)


@pytest.mark.parametrize("value", ["", "0", "999999999", "x", "9" * 40])
def test_a_form_without_its_client_is_refused(two: TwoClients, value: str) -> None:
    page = two.browser.page(forms_of(two.api)["right"], lang="en")
    two.browser.send(page, {"for_client": value}, status=409)
    assert two.stored() == [0, 0]


def test_every_form_that_changes_something_names_the_client(two: TwoClients) -> None:
    two.browser.send(two.browser.page(forms_of(two.api)["choose"]))
    choice = two.api.session.scalars(select(Choice)).one()
    forms = forms_of(two.api)
    forms["choose"] += "&replaces=keep"
    for path in (*forms.values(), f"/oma/valinta/{choice.id}/lopeta"):
        for form in two.browser.page(path).root.xpath("//main//form[@method='post']"):
            assert form.fields["for_client"] == str(two.api.client_id), path
