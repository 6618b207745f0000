"""The rights of a mandate, one by one: each is checked at its act, on the pages and by the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from foundation.database.columns import days
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.database.tables.grants import Funding, PersonalBudget
from foundation.database.tables.mandates import MandateFunding
from foundation.database.tables.people import ApiKey, Mandate
from foundation.database.tables.providers import Offering
from tests.builders import YEAR, a_funding
from tests.builders.client_api import HELPER, ClientApi
from tests.builders.county import NOW, TODAY
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient

RIGHTS = ("may_see", "may_propose", "may_choose", "may_move", "may_confirm")
PLAN = {"offering": 0, "starts_on": "2026-11-21", "quantity_per_week": "3.00"}
PAGES = ("/oma", "/kulut", "/seuranta", "/katsojat")


def the_mandate(api: ClientApi) -> Mandate:
    """Return the helper's mandate."""
    helps = select(Mandate).join(ApiKey, ApiKey.person_id == Mandate.person_id)
    return api.session.scalars(helps.order_by(Mandate.id)).first() or pytest.fail("no mandate")


def give(api: ClientApi, *rights: str) -> None:
    """Give the helper exactly these rights."""
    given = {right: right in rights for right in RIGHTS}
    api.session.execute(update(Mandate).where(Mandate.id == the_mandate(api).id).values(given))
    api.session.commit()


@pytest.fixture
def second(client_api: ClientApi) -> str:
    """A second voucher in one budget with the first."""
    session = client_api.session
    first = session.get_one(Funding, client_api.funding_id)
    county, client = session.get_one(County, first.county_id), session.get_one(Client, first.client_id)
    other = a_funding(session, county, client, services=("SPORT",))
    budget = PersonalBudget(
        county_id=county.id,
        client_id=client.id,
        decision_number=first.decision_number,
        amount_cents=200_000,
        valid=days(*YEAR),
        may_move_up_to_cents=30_000,
    )
    session.add(budget)
    session.flush()
    first.personal_budget_id = other.personal_budget_id = budget.id
    session.commit()
    return other.voucher


def acts(api: ClientApi, second: str) -> dict[str, Callable[[], int]]:
    """Return what does each act by the API; each returns the status."""
    own = f"/fundings/{api.voucher}"
    sent = {
        "may_see": ("GET", own, None),
        "may_choose": ("POST", f"{own}/choices", PLAN | {"offering": api.near}),
        "may_move": ("POST", "/me/moves", {"from": api.voucher, "to": second, "amount": "1.00"}),
        "may_confirm": ("POST", f"/charges/{api.charge}/confirm", None),
    }

    def act(method: str, path: str, body: object) -> Callable[[], int]:
        return lambda: api.send(method, path, body, key=HELPER).status_code

    return {right: act(*each) for right, each in sent.items()}


@pytest.mark.parametrize("given", RIGHTS)
def test_each_right_allows_its_own_act_only_by_the_api(
    client_api: ClientApi, second: str, given: str
) -> None:
    give(client_api, "may_see", given)
    allowed = {right: act() < 300 for right, act in acts(client_api, second).items()}
    assert allowed == {right: right in ("may_see", given) for right in allowed}


@pytest.mark.parametrize("given", RIGHTS)
def test_each_right_allows_its_own_act_only_on_the_pages(
    client_api: ClientApi, second: str, given: str
) -> None:
    give(client_api, "may_see", given)
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    helper.send(helper.page("/puolesta", lang="en"))
    found = {
        "may_choose": client_api.web.get(f"/valitse?offering={client_api.near}").status_code == 200,
        "may_confirm": client_api.web.get(f"/kulut/{client_api.charge}/ei-oikein").status_code == 200,
        "may_move": client_api.web.get("/oma/siirra").status_code == 200,
    }
    assert found == {right: right == given for right in found}
    moves = helper.page("/oma").root.xpath("//main//a[@href='/oma/siirra']")
    assert bool(moves) == (given == "may_move")


@pytest.mark.parametrize("given", RIGHTS)
@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
def test_the_list_names_the_rights_that_are_given(client_api: ClientApi, given: str, language: str) -> None:
    give(client_api, "may_see", given)
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    page = helper.page("/puolesta", lang=language)
    if language != "en":
        return
    shown = {
        "may_propose": "You may suggest a provider.",
        "may_choose": "You may choose a provider.",
        "may_move": "You may move money from one voucher to another.",
        "may_confirm": "You may say whether a visit was right.",
    }
    assert {right for right, text in shown.items() if text in page.texts("main")} == {given} - {"may_see"}


@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
def test_a_mandate_without_rights_shows_nothing(client_api: ClientApi, second: str, language: str) -> None:
    give(client_api)
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    page = helper.page("/puolesta", lang=language)
    assert page.root.xpath("//main//form") == []
    token = helper.page("/asetukset").form().fields["csrf_token"]
    picked = client_api.web.post(f"/puolesta/{client_api.client_id}", data={"csrf_token": token})
    assert picked.status_code == 404
    assert {client_api.web.get(path).status_code for path in PAGES} == {302}
    assert client_api.read("/me/fundings", key=HELPER)["items"] == []
    assert {act() for act in acts(client_api, second).values()} <= {404, 422}


def test_an_ended_mandate_is_dead_at_once_and_nobody_else_is_shown(client_api: ClientApi) -> None:
    give(client_api, "may_see", "may_confirm")
    mandate = the_mandate(client_api)
    other = client_api.session.scalars(select(Client).where(Client.id != client_api.client_id)).first()
    assert other is not None
    client_api.session.add(
        Mandate(
            client_id=other.id,
            person_id=mandate.person_id,
            kind="support_person",
            may_see=True,
            valid=days(TODAY, None),
        )
    )
    client_api.session.commit()
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    helper.send(helper.page("/puolesta"), form=0)
    page = helper.page(f"/kulut/{client_api.charge}/ei-oikein")
    mandate.revoked_at = NOW
    client_api.session.commit()
    assert {client_api.web.get(path).status_code for path in PAGES} == {302}
    fields = {str(name): str(value) for name, value in page.form().form_values()} | {"why": "Nobody came"}
    sent = client_api.web.post(f"/kulut/{client_api.charge}/ei-oikein", data=fields)
    assert sent.status_code == 404
    assert "Nobody came" in sent.text


def test_a_mandate_of_yesterday_is_dead_today(client_api: ClientApi, second: str) -> None:
    give(client_api, *RIGHTS)
    the_mandate(client_api).valid = days(TODAY - timedelta(days=9), TODAY - timedelta(days=1))
    client_api.session.commit()
    assert {act() for act in acts(client_api, second).values()} <= {404, 422}


@pytest.mark.parametrize("right", RIGHTS[1:])
def test_the_database_refuses_a_right_without_sight(client_api: ClientApi, right: str) -> None:
    with pytest.raises(IntegrityError, match="ck_mandate_sees_to_act"):
        give(client_api, right)


def limit(api: ClientApi, funding_id: int) -> None:
    """Limit the helper's mandate to one voucher."""
    mandate = the_mandate(api)
    mandate.all_fundings = False
    limited = MandateFunding(mandate_id=mandate.id, funding_id=funding_id, client_id=api.client_id)
    api.session.add(limited)
    api.session.commit()


def test_a_mandate_for_one_voucher_reaches_no_other_by_the_api(client_api: ClientApi, second: str) -> None:
    give(client_api, *RIGHTS)
    limit(client_api, client_api.session.scalars(select(Funding.id).where(Funding.voucher == second)).one())
    assert [item["voucher"] for item in client_api.read("/me/fundings", key=HELPER)["items"]] == [second]
    answers = {right: act() for right, act in acts(client_api, second).items()}
    assert answers.pop("may_move") in (403, 404, 422)
    assert set(answers.values()) == {404}
    assert client_api.send("GET", f"/fundings/{second}", None, key=HELPER).status_code == 200


def test_a_mandate_for_one_voucher_shows_no_other_on_the_pages(client_api: ClientApi, second: str) -> None:
    give(client_api, *RIGHTS)
    choice = Choice(
        county_id=client_api.session.get_one(Funding, client_api.funding_id).county_id,
        funding_id=client_api.funding_id,
        offering_id=client_api.near,
        provider_id=client_api.session.get_one(Offering, client_api.near).provider_id,
        starts_on=TODAY,
        quantity_hundredths=100,
        made_at=NOW,
    )
    client_api.session.add(choice)
    client_api.session.commit()
    limit(client_api, client_api.session.scalars(select(Funding.id).where(Funding.voucher == second)).one())
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    helper.send(helper.page("/puolesta", lang="en"))
    assert "Only these vouchers:" in helper.page("/puolesta", lang="en").texts("main")
    shown = {
        each for path in ("/oma", "/kulut", "/seuranta") for each in helper.page(path).root.xpath("//@href")
    }
    assert f"/oma/seteli/{second}" in shown
    assert f"/oma/seteli/{client_api.voucher}" not in shown
    for path in (
        f"/oma/seteli/{client_api.voucher}",
        f"/oma/valinta/{choice.id}/lopeta",
        f"/valitse/valmis/{choice.id}",
        f"/kulut/{client_api.charge}/ei-oikein",
    ):
        assert client_api.web.get(path).status_code == 404, path
    assert not helper.page("/oma/siirra").root.xpath("//main//form")
    answer = client_api.web.get(f"/valitse?offering={client_api.near}&funding={client_api.funding_id}")
    offered = StrictClient.checked(answer, "/valitse").root.xpath("//*[@name='funding']/@value")
    assert str(client_api.funding_id) not in offered


def test_the_database_holds_a_mandate_to_its_clients_vouchers(client_api: ClientApi) -> None:
    other = client_api.session.scalars(
        select(Funding).where(Funding.voucher == client_api.other_voucher)
    ).one()
    for client_id in (client_api.client_id, other.client_id):
        limited = MandateFunding(
            mandate_id=the_mandate(client_api).id, funding_id=other.id, client_id=client_id
        )
        client_api.session.add(limited)
        with pytest.raises(IntegrityError, match="fk_mandate_funding"):
            client_api.session.flush()
        client_api.session.rollback()


def test_the_database_holds_one_mandate_in_force(client_api: ClientApi) -> None:
    mandate = the_mandate(client_api)
    twin = Mandate(
        client_id=mandate.client_id,
        person_id=mandate.person_id,
        kind="guardian",
        may_see=True,
        valid=mandate.valid,
    )
    client_api.session.add(twin)
    with pytest.raises(IntegrityError, match="ex_mandate_in_force"):
        client_api.session.flush()
