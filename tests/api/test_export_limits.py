"""A person saves some files in ten minutes; the next gets 429 until the first of them is old."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from foundation.database.tables.audit import AuditEvent
from foundation.web.limits import EXPORT_COST, EXPORT_LIMIT, LARGE_EXPORT, MOST_EXPORTS
from foundation.web.state import EXTENSION
from tests.api.test_refused_rows import send
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in

FILES = (".csv", ".json", ".xml", ".xlsx", ".pdf", "/bank-file", "/tiedosto", ".tiedosto")
FREE = {"/t/tuo/malli.csv", "/api/openapi.json", "/kirjaudu/palvelu/<service>/avaimet.json"}
"""Files that take no query: an empty table, and the description of the API."""
BANK_FILES = {"/api/v1/payment-runs/<int:run_id>/bank-file", "/mt/ajot/<int:run_id>/tiedosto"}
"""Each is audited, and nothing may delay a payment."""
TITLES = {
    "en": "You have saved many files in a short time",
    "fi": "Olet tallentanut monta tiedostoa lyhyessä ajassa",
    "sv": "Du har sparat många filer på kort tid",
}


def use_up(api: ProviderApi, but: int = 0) -> None:
    """Count files for the biller until only `but` are left."""
    window = api.web.application.extensions[EXTENSION].guesses
    assert window.hit(EXPORT_LIMIT, "export", f"person {api.biller.person_id}", cost=MOST_EXPORTS - but)


def test_every_address_of_a_file_counts(provider_api: ProviderApi) -> None:
    app = provider_api.web.application
    files = {rule.rule: rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.endswith(FILES)}
    uncounted = {path for path, name in files.items() if not hasattr(app.view_functions[name], EXPORT_COST)}
    assert uncounted == FREE | BANK_FILES
    assert len(files) == 31


@pytest.mark.parametrize("language", TITLES)
def test_the_next_file_of_a_program_gets_429(provider_api: ProviderApi, language: str) -> None:
    file_id = send(provider_api, rows=1)
    path = f"/charge-files/{file_id}/refused.csv"
    use_up(provider_api, but=LARGE_EXPORT)
    assert provider_api.get(path).status_code == 200
    answer = provider_api.web.get(
        f"/api/v1{path}",
        headers={"Authorization": f"Bearer {provider_api.own_key}", "Accept-Language": language},
    )
    body = answer.get_json()
    assert (answer.status_code, body["code"], body["title"]) == (429, "too_many_exports", TITLES[language])
    assert 0 < int(answer.headers["Retry-After"]) <= 600


def test_a_colleague_still_saves_files(provider_api: ProviderApi) -> None:
    file_id = send(provider_api, rows=1)
    use_up(provider_api)
    path = f"/charge-files/{file_id}/refused.csv"
    assert provider_api.get(path).status_code == 429
    assert provider_api.get(path, key=provider_api.owner_key).status_code == 200


def test_a_refused_file_reads_nothing_and_leaves_no_look(provider_api: ProviderApi) -> None:
    file_id = send(provider_api, rows=1)
    use_up(provider_api)
    looks = select(func.count()).where(AuditEvent.act == "client.look")
    before = provider_api.session.scalar(looks)
    assert provider_api.get(f"/charge-files/{file_id}/refused.csv").status_code == 429
    provider_api.session.rollback()
    assert provider_api.session.scalar(looks) == before


def test_other_requests_go_on(provider_api: ProviderApi) -> None:
    use_up(provider_api)
    assert provider_api.get("/charges").status_code == 200
    assert provider_api.get("/settlements").status_code == 200


@pytest.mark.parametrize("language", TITLES)
def test_a_page_says_it_in_words(provider_api: ProviderApi, language: str) -> None:
    file_id = send(provider_api, rows=1)
    browser = logged_in(provider_api.web, provider_api.session, provider_api.biller)
    use_up(provider_api)
    answer = browser.web.get(f"/t/tuo/lahetetty/{file_id}/hylatyt.csv?lang={language}")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert TITLES[language] in answer.text


def test_a_stranger_is_sent_to_log_in_and_counts_nowhere(provider_api: ProviderApi) -> None:
    assert provider_api.web.get("/tarkastus/loki.csv").status_code == 302
    assert provider_api.get("/settlements/1.csv", key="").status_code == 401
