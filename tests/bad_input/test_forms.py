"""Bad input on the provider's forms is said at its field, in each language, and what was typed stays."""

from __future__ import annotations

import pytest

from foundation.database.tables.charges import Charge
from foundation.vocabulary.languages import Language
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import translate
from tests.bad_input.form_classes import BAD_FORMS, CORRECT, BadForm
from tests.bad_input.texts import LANGUAGES, are_told_apart, raw_names
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage, words


@pytest.fixture(scope="module")
def charge_id(own_api: ProviderApi) -> int:
    """An accepted charge, to be corrected."""
    return int(own_api.post("/charges", own_api.charge()).get_json()["id"])


def browser(api: ProviderApi, role: Role | None) -> StrictClient:
    web = api.web.application.test_client()
    if role is None:
        return StrictClient(web)
    return logged_in(web, api.session, api.owner if role is Role.PROVIDER_OWNER else api.biller)


def answered(client: StrictClient, case: BadForm, path: str, language: str) -> StrictPage:
    page = client.page(path, lang=language)
    forms = page.root.xpath("//main//form[@method='post']")
    boxes = set(page.root.xpath("//main//input[@type='checkbox']/@name"))
    fields = dict(forms[case.form].form_values()) | case.typed
    fields = {name: typed for name, typed in fields.items() if typed or name not in boxes}
    address = forms[case.form].get("action") or path
    address += f"{'&' if '?' in address else '?'}lang={language}"
    answer = client.web.post(address, data=fields, follow_redirects=True)
    return client.checked(answer, address, 422)


@pytest.mark.parametrize("case", BAD_FORMS, ids=[f"{case.path} {case.typed}"[:70] for case in BAD_FORMS])
def test_a_bad_entry_is_named(own_api: ProviderApi, charge_id: int, case: BadForm) -> None:
    path = case.path.format(voucher=own_api.voucher, offering=own_api.offering_id, charge=charge_id)
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


def keeps(page: StrictPage, name: str, typed: str) -> bool:
    """Return whether a field of the page has what was typed; a choice that is not offered cannot be kept."""
    fields = page.root.xpath(f"//main//*[@name='{name}']")
    if any(field.get("type") in ("radio", "checkbox", "file") or field.tag == "select" for field in fields):
        return True
    values = [field.text or "" if field.tag == "textarea" else field.get("value", "") for field in fields]
    return typed in [value.removeprefix("\n") for value in values]


def test_the_classes_differ(own_api: ProviderApi) -> None:
    classes = {(case.path, case.field, case.text) for case in BAD_FORMS}
    assert len(classes) == len(BAD_FORMS) >= 50
    assert own_api.count(Charge) == 1, f"only the one of {CORRECT}"
