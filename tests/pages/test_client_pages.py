"""The client's pages, read strictly in every language: money, search, choosing, visits, helpers."""

from __future__ import annotations

import pytest

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.charge_answers import ChargeAnswer
from foundation.database.tables.choices import Choice
from foundation.vocabulary.languages import Language
from foundation.web.catalogues import translate
from tests.builders import TODAY
from tests.builders.client_api import BILLER, CLIENT, HELPER, WATCHER, WORKER, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient

LANGUAGES = ("fi", "sv", "en", "selko")


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def check_url(client_api: ClientApi, **fields: str) -> str:
    """The check page of three hours a week."""
    answers = {
        "offering": str(client_api.near),
        "how": "week",
        "amount": "3",
        "starts_on": "21.11.2026",
        **fields,
    }
    return "/valitse/tarkista?" + "&".join(f"{name}={value}" for name, value in answers.items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_right_in_every_language(
    client_api: ClientApi, client: StrictClient, language: str
) -> None:
    compared = f"/vertaa?id={client_api.near}&id={client_api.dear}&id={client_api.cheap}"
    for path in (
        "/oma",
        f"/oma/seteli/{client_api.voucher}",
        "/etsi",
        "/etsi/tulokset",
        "/etsi/tulokset?q=zzz&language=sv",
        "/tuottaja/1234567-1",
        f"/tarjonta/{client_api.near}",
        compared,
        f"{compared}&all=1",
        f"/valitse?offering={client_api.near}",
        check_url(client_api),
        "/valitse/en-halua-setelia",
        "/kulut",
        f"/kulut/{client_api.charge}/ei-oikein",
        "/seuranta",
        "/katsojat",
        "/asetukset",
        "/apua",
    ):
        client.page(path, lang=language)


@pytest.mark.parametrize("path", ["/etsi", "/etsi/tulokset", "/tuottaja/1234567-1", "/apua", "/asetukset"])
def test_the_public_list_needs_no_logged_in_by_key(client_api: ClientApi, path: str) -> None:
    page = StrictClient(client_api.web).page(path, lang="en")
    assert "You pay" not in page.texts("main")


def test_the_first_sentence_states_the_money(client: StrictClient) -> None:
    sentence = client.page("/oma", lang="en").texts("p[@class='om-balance__sentence']")
    assert sentence == "You have €1,000. That is about 33 hours. You can use it until Thu 31 December."


def test_choosing_from_the_list_and_undoing_it(client_api: ClientApi, client: StrictClient) -> None:
    cards = client.page("/etsi/tulokset?service=PERSONAL_ASSISTANCE&municipality=491", lang="en")
    first = cards.root.xpath("//article//a[@role='button']/@href")
    assert len(first) == 3
    check = client.page(check_url(client_api))
    assert "Uses €90 of your money a week." in check.texts("main")
    assert "The money lasts until Thu 31 December. Then €460 will be left." in check.texts("main").replace(
        "\xa0", " "
    )
    done = client.send(check)
    assert done.one("h1").text_content() == "You have chosen Kotiapu Kaisla Oy"
    choice = client_api.session.query(Choice).one()
    assert choice.held_cents == 54_000
    page = client.page(f"/oma/valinta/{choice.id}/lopeta")
    assert "undone" in client.send(page).texts("main")
    client_api.session.refresh(choice)
    assert (choice.held_cents, choice.withdrawn_at is None) == (0, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_gap_in_the_countys_table_is_shown_and_nothing_is_booked(
    client_api: ClientApi, client: StrictClient, language: str
) -> None:
    client_api.pay_by_class(evening=3000)
    for path in ("/etsi/tulokset", f"/tarjonta/{client_api.near}", f"/valitse?offering={client_api.near}"):
        client.page(path, lang=language)
    check = client.page(check_url(client_api), lang=language)
    text, of_page = check.texts("main"), Language("fi-x-selko" if language == "selko" else language)
    assert translate("We do not know what the county pays", of_page) in text
    assert translate("You pay nothing yourself.", of_page) not in text
    client.send(check)
    assert client_api.session.query(Choice).one().held_cents == 0


def test_an_offering_shows_what_i_pay_by_time_class(client_api: ClientApi, client: StrictClient) -> None:
    client_api.pay_by_class(weekday=3000, evening=3500)
    table = client.page(f"/tarjonta/{client_api.near}", lang="en").texts("table").replace("\xa0", " ")
    assert "weekday €36.00 an hour €6.00 an hour" in table
    assert "evening €36.00 an hour €1.00 an hour" in table


def test_changing_the_helper_ends_the_old_choice(client_api: ClientApi, client: StrictClient) -> None:
    client.send(client.page(check_url(client_api)))
    old = client_api.session.query(Choice).one()
    page = client.page(f"/valitse?offering={client_api.dear}", lang="en")
    assert "I choose this instead of Kotiapu Kaisla Oy" in page.texts("main")
    assert not page.root.xpath("//input[@name='replaces' and @checked]")
    unsaid = client.page(check_url(client_api, offering=str(client_api.dear)), status=422, lang="en")
    assert "Choose what happens to your present help" in unsaid.texts("main")
    same = client.page(f"/valitse?offering={client_api.near}", lang="en")
    assert "I change my present plan with Kotiapu Kaisla Oy" in same.texts("main")
    check = client.page(
        check_url(client_api, offering=str(client_api.dear), replaces=str(old.id), amount="5")
    )
    assert "Kotiapu Kaisla Oy helps you until Sat 21 November. Tell them too." in check.texts("main")
    assert "Hoiva Havu Oy" in client.send(check).texts("h1")
    client_api.session.refresh(old)
    assert (old.held_cents, old.ends_on, old.ended_at) == (0, TODAY, None)


def test_undoing_a_change_brings_the_first_helper_back(client_api: ClientApi, client: StrictClient) -> None:
    client.send(client.page(check_url(client_api)))
    old = client_api.session.query(Choice).one()
    before = (old.held_cents, old.ends_on, old.ended_at)
    later = {"offering": str(client_api.dear), "replaces": str(old.id), "starts_on": "22.12.2026"}
    client.send(client.page(check_url(client_api, **later)))
    assert "to Mon 21 December" in client.page("/oma", lang="en").texts("main").replace("\xa0", " ")
    new = client_api.session.query(Choice).filter(Choice.id != old.id).one()
    ask = client.page(f"/oma/valinta/{new.id}/lopeta", lang="en")
    assert "Kotiapu Kaisla Oy will help you again as before." in ask.texts("main")
    assert "Everything is as it was before." in client.send(ask).texts("body")
    client_api.session.refresh(old)
    assert (old.held_cents, old.ends_on, old.ended_at) == before


def test_a_plan_that_runs_out_is_marked_before_the_choice(
    client_api: ClientApi, client: StrictClient
) -> None:
    page = client.page(check_url(client_api, amount="10"), lang="en")
    assert "Your voucher is valid until Thu 31 December." in page.texts("main").replace("\xa0", " ")


def test_an_offering_that_cannot_be_chosen_shows_why(client_api: ClientApi, client: StrictClient) -> None:
    page = client.page(check_url(client_api, how="whole", amount="50"), lang="en")
    assert "Your money is not enough for this." in page.texts("main")


@pytest.mark.parametrize(("name", "value"), [("amount", "0"), ("amount", "many"), ("starts_on", "1.1.2026")])
def test_a_wrong_answer_is_shown_with_its_fault(
    client_api: ClientApi, client: StrictClient, name: str, value: str
) -> None:
    page = client.page(check_url(client_api, **{name: value}), status=422, lang="en")
    assert page.root.xpath("//div[@id='error-summary']")


def test_zero_results_suggest_which_filter_to_drop(client: StrictClient) -> None:
    page = client.page("/etsi/tulokset?language=sv&q=kaisla", lang="en")
    assert page.texts("ul[@class='om-relax']") == (
        "Search without the search words: 1 result Search in any language: 1 result"
    )


def test_a_visit_is_right_or_not(client_api: ClientApi, client: StrictClient) -> None:
    client.page("/oma", lang="en")
    client.send(client.page("/kulut"))
    page = client.send(client.page(f"/kulut/{client_api.charge}/ei-oikein"), {"why": "Nobody came"})
    assert "You said: not right" in page.texts("article")
    client.send(client.page(f"/kulut/{client_api.charge}/ei-oikein"), {"why": " "}, status=422)
    assert [row.answer for row in client_api.session.query(ChargeAnswer).order_by(ChargeAnswer.id)] == [
        "confirmed",
        "disputed",
    ]


def test_the_county_and_the_provider_see_the_clients_answer(
    client_api: ClientApi, client: StrictClient
) -> None:
    client.send(client.page(f"/kulut/{client_api.charge}/ei-oikein"), {"why": "Nobody came"})
    for key, path in (
        (BILLER, f"/t/kirjaukset/{client_api.charge}"),
        (WORKER, f"/tt/selvitettava/{client_api.charge}"),
    ):
        page = logged_in_by_key(client_api.web, client_api.session, key).page(path, lang="en")
        assert "The client says: not right. “Nobody came”" in page.texts("main")


def test_somebody_elses_pages_are_not_there(client_api: ClientApi, client: StrictClient) -> None:
    client.page(f"/oma/seteli/{client_api.other_voucher}", status=404)
    client.page("/kulut/999999/ei-oikein", status=404)
    client.page("/valitse/valmis/999999", status=404)


def test_a_helper_acts_under_a_banner_and_leaves_a_row(client_api: ClientApi) -> None:
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    page = helper.send(helper.page("/puolesta", lang="en"), form=0)
    assert page.texts("div[@class='om-acting']") == "You are acting for Aino Asiakas"
    assert (
        client_api.session.query(AuditEvent)
        .filter_by(act="client.look", client_id=client_api.client_id)
        .count()
    )
    helper.page(f"/valitse?offering={client_api.near}")


def test_a_helper_without_the_right_sees_and_does_not_choose(client_api: ClientApi) -> None:
    watcher = logged_in_by_key(client_api.web, client_api.session, WATCHER)
    assert not watcher.page("/etsi/tulokset", lang="en").root.xpath("//article//a[@role='button']")
    watcher.page(f"/valitse?offering={client_api.near}", status=404)
    watcher.page(f"/kulut/{client_api.charge}/ei-oikein", status=404)


def test_settings_keep_the_language(client_api: ClientApi, client: StrictClient) -> None:
    client.send(client.page("/asetukset"), {"language": "sv", "size": "large"})
    assert client.page("/oma").root.get("lang") == "sv"


def test_the_voucher_names_the_range_that_the_county_pays(
    client_api: ClientApi, client: StrictClient
) -> None:
    client_api.pay_by_class(weekday=2100, sunday=4200)
    shown = client.page(f"/oma/seteli/{client_api.voucher}", lang="en").texts("main//dl").replace("\xa0", " ")
    assert "€21.00 – €42.00 an hour. It depends on the time." in shown
