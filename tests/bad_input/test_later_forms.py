"""Bad input on the later pages is said at its field, in each language, and what was typed stays."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select

from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding
from foundation.database.tables.provider_applications import ApplicationPaper
from foundation.database.tables.webhooks import Webhook
from foundation.vocabulary.languages import Language
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import translate
from provider_portal.labels import PRICE_COLUMNS
from tests.bad_input.form_classes import BILLER, OWNER, BadForm
from tests.bad_input.later_classes import (
    BAD_PAPERS,
    BAD_PRICES,
    LATER_FORMS,
    PUBLIC,
    BadPaper,
    BadPrice,
)
from tests.bad_input.test_forms import answered, browser, keeps
from tests.bad_input.texts import LANGUAGES, are_told_apart, raw_names
from tests.builders.api import store_api_key
from tests.builders.people import a_person
from tests.builders.planned_visits import plan_visits
from tests.builders.provider_api import ProviderApi
from tests.pages.strict import words

PRICE = {
    "service": "PERSONAL_ASSISTANCE",
    "unit": "hour",
    "time_class": "any",
    "unit_price": "38,00",
    "from": "1.1.2027",
}


@dataclass(frozen=True)
class Places:
    """What the later pages are about, as parts of addresses."""

    voucher: str
    visit: str
    disputed: int
    draft: str
    hook: str
    key: str


@pytest.fixture(scope="module")
def places(own_api: ProviderApi) -> Places:
    """A planned visit, a disputed charge, an application that is not sent, and an address of a program."""
    owner = browser(own_api, OWNER)
    draft = owner.send(owner.page("/t/hakemukset"), {"county": county_of(own_api)}).path
    made = owner.send(owner.page("/t/rajapinta/ilmoitukset/uusi"), {"url": PUBLIC})
    hook = made.root.xpath("//form[contains(@action, '/kokeile')]/@action")[0].removesuffix("/kokeile")
    (key, *_) = owner.page("/t/rajapinta").root.xpath("//a[contains(@href, '/uusi-salaisuus')]/@href")
    return Places(
        own_api.voucher,
        visit_of(own_api),
        disputed_charge(own_api),
        draft,
        hook,
        str(key).removesuffix("/uusi-salaisuus"),
    )


def county_of(api: ProviderApi) -> str:
    (choice,) = api.session.scalars(select(Choice)).all()
    return str(choice.county_id)


def visit_of(api: ProviderApi) -> str:
    """Plan visits on Mondays and Thursdays; return the one of last Monday."""
    (choice,) = api.session.scalars(select(Choice)).all()
    plan_visits(api.session, choice, first_day=date(2026, 11, 1))
    api.session.commit()
    week = browser(api, BILLER).page("/t/kaynnit?viikko=2026-11-19")
    (*_, path) = week.root.xpath("//main//a[contains(@href, '/ei-toteutunut')]/@href")
    return str(path).split("/")[3]


def disputed_charge(api: ProviderApi) -> int:
    """Charge two hours, which the client says were one; return the charge's id."""
    charge = int(api.post("/charges", api.charge()).get_json()["id"])
    client_id = api.session.scalars(select(Funding.client_id)).first()
    client = a_person(api.session, Role.CLIENT, client_id=client_id)
    key = store_api_key(api.session, client, "omk_disputing")
    api.session.commit()
    body = {"why": "Lähti ennen aikojaan", "claim": "quantity", "quantity": "1.00"}
    answer = api.post(f"/charges/{charge}/dispute", body, key=key)
    assert answer.status_code == 200, answer.text
    return charge


@pytest.mark.parametrize("case", LATER_FORMS, ids=[f"{each.path} {each.typed}"[:70] for each in LATER_FORMS])
def test_a_bad_entry_of_a_later_page_is_named(own_api: ProviderApi, places: Places, case: BadForm) -> None:
    path = case.path.format(**vars(places))
    client, said = browser(own_api, case.role), {}
    for language in LANGUAGES:
        page = answered(client, case, path, language)
        (link,) = page.root.xpath(f"//a[@href='#{case.field}']")
        said[language] = words(link)
        assert page.root.xpath(f"//*[@id='{case.field}']"), "the summary leads to the field"
        assert said[language] == translate(case.text, Language(language), **case.values)
        assert not raw_names(said[language], set())
        for name, typed in case.typed.items():
            assert keeps(page, name, typed), f"{name} keeps what was typed"
    assert are_told_apart(said), said


@pytest.mark.parametrize("case", BAD_PAPERS, ids=[each.name for each in BAD_PAPERS])
def test_a_bad_paper_is_named(own_api: ProviderApi, places: Places, case: BadPaper) -> None:
    owner, said = browser(own_api, OWNER), {}
    for language in LANGUAGES:
        page = owner.page(f"{places.draft}/vakuutus", lang=language)
        file = (io.BytesIO(case.data), "paperi.pdf")
        refused = owner.send(page, {**case.days, "file": file}, status=422)
        (link,) = refused.root.xpath(f"//a[@href='#{case.field}']")
        said[language] = words(link)
        assert said[language] == translate(case.text, Language(language))
        for name, typed in case.days.items():
            assert keeps(refused, name, typed)
    assert are_told_apart(said), said
    assert own_api.count(ApplicationPaper) == 0


@pytest.mark.parametrize("case", BAD_PRICES, ids=[f"{each.cells}" for each in BAD_PRICES])
def test_a_bad_row_of_a_price_list_is_named(own_api: ProviderApi, case: BadPrice) -> None:
    cells = PRICE | case.cells
    data = "\n".join([";".join(cells), ";".join(cells.values())]).encode()
    owner, said = browser(own_api, OWNER), {}
    for language in LANGUAGES:
        page = owner.page("/t/palvelut/tuo", lang=language)
        fields = {"county": county_of(own_api), "file": (io.BytesIO(data), "hinnat.csv")}
        page = owner.send(page, fields)
        column = ""
        if case.column:
            column = f"{translate(PRICE_COLUMNS[case.column], Language(language))} ({case.column})"
        whys = [words(each) for each in page.root.xpath("//p[@class='om-why']")]
        said[language] = translate(case.text, Language(language), field=column)
        assert said[language] in whys, whys
        for why in whys:
            assert not raw_names(why, set()), why
    assert are_told_apart(said), said


def test_the_later_classes_differ(own_api: ProviderApi, places: Places) -> None:
    forms = {(case.path, case.field, case.text) for case in LATER_FORMS}
    assert len(forms) == len(LATER_FORMS)
    assert len(LATER_FORMS) + len(BAD_PAPERS) + len(BAD_PRICES) >= 65
    assert own_api.count(Charge) == 1, "only the disputed one"
    hooks = own_api.session.scalars(select(Webhook.url)).all()
    assert hooks == [PUBLIC], "no class changed or added an address"
