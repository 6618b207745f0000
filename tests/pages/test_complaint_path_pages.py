"""/hallinta/alue/neuvonta and /apua: a county names its contacts, and its clients read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session, sessionmaker

from county_desk.rules.complaint_paths import ComplaintPathSetup
from county_desk.rules.texts import Texts
from foundation.database.tables.counties import ComplaintPath
from foundation.vocabulary.complaint_kinds import ComplaintKind
from tests.builders import a_county
from tests.builders.api import application_on
from tests.builders.client_api import CLIENT, FAR_WORKER, HELPER, WORKER, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.plain_text import MEAN_WORDS, MOST_WORDS, blocks_of, length, sentences
from tests.pages.strict import strict_client
from tests.pages.test_county_settings import DETAILS, STORE, Desk, changed, desk  # noqa: F401

PAGE = "/hallinta/alue/neuvonta"
OMBUDSMAN, CORRECTION = f"{PAGE}/asiavastaava", f"{PAGE}/oikaisuvaatimus"
NAMES = {"name_fi": "Asiavastaavat", "name_sv": "Ombuden", "name_en": "Ombudsmen"}
TYPED = {**NAMES, "phone": "015 000 1300", "email": "neuvo@esimerkki.fi", "web": "https://esimerkki.fi/neuvo"}
LANGUAGES = ("fi", "sv", "en", "selko")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_is_right_in_every_language(desk: Desk, language: str) -> None:  # noqa: F811
    admin = desk.browser()
    changed(admin, OMBUDSMAN, TYPED)
    admin.page(PAGE, lang=language)
    for place in ("asiavastaava", "muistutus", "oikaisuvaatimus", "valvonta"):
        wrong = {"name_fi": "", "phone": "soita", "note_fi": "vain suomeksi"}
        admin.send(admin.page(f"{PAGE}/{place}", lang=language), wrong, status=422)
    admin.page(f"{OMBUDSMAN}/poista", lang=language)
    assert admin.web.get(f"{PAGE}/oikeus").status_code == 404
    assert admin.web.get(f"{CORRECTION}/poista").status_code == 404


def test_a_contact_is_shown_then_stored_logged_and_removed(desk: Desk) -> None:  # noqa: F811
    admin = desk.browser()
    shown = admin.send(admin.page(OMBUDSMAN, lang="en"), TYPED)
    assert desk.setup().complaint_paths == ()
    assert "015 000 1300" in shown.texts("main//table")
    admin.send(shown, STORE)
    name = Texts("Asiavastaavat", "Ombuden", "Ombudsmen")
    typed = ComplaintPathSetup(ComplaintKind.OMBUDSMAN, name, TYPED["phone"], TYPED["email"], TYPED["web"])
    assert desk.setup().complaint_paths == (typed,)
    assert "complaint_paths.ombudsman.phone" in str(desk.audited()[-1][1])
    assert "015 000 1300" in admin.page(PAGE, lang="en").texts("main")
    admin.send(admin.page(f"{OMBUDSMAN}/poista", lang="en"), {})
    assert desk.setup().complaint_paths == ()


def test_what_is_pasted_with_tabs_and_lines_is_one_line(desk: Desk) -> None:  # noqa: F811
    admin = desk.browser()
    pasted = {**TYPED, "address": "PL 1,\t50101 \r\n Mikkeli"}
    admin.send(admin.send(admin.page(OMBUDSMAN, lang="en"), pasted), STORE)
    (path,) = desk.setup().complaint_paths or ()
    assert path.address == "PL 1, 50101 Mikkeli"


def test_a_claim_for_a_correction_has_the_days_of_the_law_at_least(desk: Desk) -> None:  # noqa: F811
    admin = desk.browser()
    opened = admin.page(CORRECTION, lang="en")
    assert opened.form().fields["days"] == "30"
    refused = admin.send(opened, {**NAMES, "address": "PL 1, 50101 Mikkeli", "days": "14"}, status=422)
    assert "Enter a number from 30 to 365" in refused.texts("main")
    changed(admin, CORRECTION, {**NAMES, "address": "PL 1, 50101 Mikkeli"})
    assert [path.days for path in desk.setup().complaint_paths or ()] == [30]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"phone": "soita"}, "Enter a phone number"),
        ({"email": "neuvo"}, "Enter an e-mail address"),
        ({"web": "http://esimerkki.fi"}, "begins with https://"),
        ({"phone": "", "email": "", "web": ""}, "Enter a phone number, an e-mail, a web or a postal address"),
        ({"hours_fi": "ma–to 9–11"}, "Enter the text in this language too"),
        ({"address": "x" * 201}, "Enter at most 200 characters"),
        (
            {"note_fi": "a", "note_sv": "b", "note_en": "c", "note_selko": "sana " * 16},
            "A sentence has 16 words",
        ),
    ],
)
def test_what_clients_could_not_use_is_refused_and_kept(
    desk: Desk,  # noqa: F811
    typed: dict[str, str],
    message: str,
) -> None:
    admin = desk.browser()
    refused = admin.send(admin.page(OMBUDSMAN, lang="en"), {**TYPED, **typed}, status=422)
    assert message in refused.texts("main")
    fields = refused.form().fields
    assert {name: fields[name] for name in typed} == {name: value.strip() for name, value in typed.items()}
    assert desk.setup().complaint_paths == ()


def test_two_administrators_at_once_get_a_clear_conflict(desk: Desk) -> None:  # noqa: F811
    admin, second = desk.browser(), desk.browser("second")
    opened = second.send(second.page(OMBUDSMAN, lang="en"), TYPED)
    changed(admin, DETAILS, {"phone": "040 123"})
    changed(admin, CORRECTION, {**NAMES, "email": "neuvo@esimerkki.fi"})
    second.send(opened, STORE)
    assert len(desk.setup().complaint_paths or ()) == 2
    opened = second.send(second.page(OMBUDSMAN, lang="en"), {"phone": "015 000 0001"})
    changed(admin, OMBUDSMAN, {"phone": "015 000 0002"})
    refused = second.send(opened, STORE, status=422)
    assert "Somebody else changed these settings" in refused.texts("main")


def give(session: Session, county_id: int, kind: str, **values: object) -> None:
    """Store a contact of a county."""
    texts = ["phone", "email", "web", "address"]
    texts += [f"{name}_{language}" for name in ("name", "hours", "note") for language in ("fi", "sv", "en")]
    empty = dict.fromkeys([*texts, "note_selko"], "") | {
        f"name_{each}": "Neuvo" for each in ("fi", "sv", "en")
    }
    session.execute(insert(ComplaintPath).values(county_id=county_id, kind=kind, **empty | values))


@pytest.fixture
def contacts(client_api: ClientApi) -> ClientApi:
    """The client's world, whose county names every contact; the other county has an ombudsman."""
    session = client_api.session
    note = {"note_fi": "Kerro, mitä tapahtui ja milloin.", "note_sv": "Berätta.", "note_en": "Say it."}
    give(session, 12, "ombudsman", phone="015 000 1300", hours_fi="ma–to 9–11", hours_sv="x", hours_en="y")
    give(session, 12, "objection", email="kirjaamo@esimerkki.fi", **note, note_selko="Kerro, mitä tapahtui.")
    give(session, 12, "correction", address="PL 1, 50101 Mikkeli", days=45)
    give(session, 12, "authority", web="https://lvv.fi")
    give(session, 13, "ombudsman", phone="013 000 1300")
    session.commit()
    return client_api


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", [CLIENT, WORKER, HELPER])
def test_people_of_a_county_read_its_contacts(contacts: ClientApi, key: str, language: str) -> None:
    browser = logged_in_by_key(contacts.web, contacts.session, key)
    page = browser.page("/apua", lang=language)
    links = page.root.xpath("//main//a/@href")
    assert {"tel:0150001300", "mailto:kirjaamo@esimerkki.fi", "https://lvv.fi"} <= set(links)
    shown = page.texts("main")
    assert "45" in shown
    assert "PL 1, 50101 Mikkeli" in shown
    assert "tel:0130001300" not in links
    assert not page.root.xpath("//main//details")


def test_another_county_reads_its_own_and_what_it_lacks_as_before(contacts: ClientApi) -> None:
    page = logged_in_by_key(contacts.web, contacts.session, FAR_WORKER).page("/apua", lang="en")
    assert "tel:0130001300" in page.root.xpath("//main//a/@href")
    shown = page.texts("main")
    assert "You have 30 days from the day when you got it. The decision says where to write." in shown
    assert "Ask for the form:" in shown
    assert "kirjaamo@esimerkki.fi" not in shown


def test_a_stranger_chooses_the_county(contacts: ClientApi) -> None:
    page = strict_client(contacts.web.application).page("/apua", lang="en")
    folded = page.root.xpath("//main//details")
    assert [len(each.xpath(".//h3")) for each in folded] == [4, 1]
    assert "You have 45 days" in page.texts("main//details")


def test_a_stranger_of_the_only_county_reads_its_contacts(
    sessions: sessionmaker[Session], var_dir: Path
) -> None:
    with sessions.begin() as session:
        a_county(session)
        give(session, 12, "ombudsman", phone="015 000 1300")
    page = strict_client(application_on(sessions, var_dir)).page("/apua", lang="en")
    assert not page.root.xpath("//main//details")
    assert "tel:0150001300" in page.root.xpath("//main//a/@href")


def test_without_contacts_the_page_is_as_before(client_api: ClientApi) -> None:
    page = strict_client(client_api.web.application).page("/apua", lang="en")
    assert not page.root.xpath("//main//details")
    assert "Ask for the number of the ombudsman:" in page.texts("main")


def test_plain_finnish_stays_plain_with_contacts(contacts: ClientApi) -> None:
    page = logged_in_by_key(contacts.web, contacts.session, CLIENT).page("/apua", lang="selko")
    texts = [text for main in page.root.xpath("//main") for text in blocks_of(main)]
    lengths = [length(each) for text in texts for each in sentences(text)]
    assert "Kerro, mitä tapahtui." in page.texts("main")
    assert max(lengths) <= MOST_WORDS
    said = [words for words in lengths if words > 2]
    assert sum(said) / len(said) <= MEAN_WORDS
