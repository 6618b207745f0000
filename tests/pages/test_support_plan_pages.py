"""/suunnitelma: a question on each page, own goals, sharing; what helpers, workers and coordinators see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.clients import Client
from foundation.database.tables.support_plans import OwnGoal, SupportPlan, SupportPlanAnswer
from foundation.vocabulary.roles import Role
from marketplace.write.support_plans import begin_plan
from tests.builders import a_person
from tests.builders.api import store_api_key
from tests.builders.client_api import CLIENT, HELPER, STRANGER, WORKER, ClientApi
from tests.builders.county import NOW, TODAY
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient

LANGUAGES = ("fi", "sv", "en", "selko")
SWIM = "I swim every week"


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def answer(client: StrictClient, path: str, words: str, *pictures: str) -> None:
    page = client.page(f"/suunnitelma/{path}", lang="en")
    client.send(page, {"words": words, "pictures": list(pictures)})


def set_goal(client: StrictClient, words: str = SWIM, day: str = "1.2.2027", status: int = 200) -> str:
    page = client.page("/suunnitelma/tavoite", lang="en")
    return client.send(page, {"words": words, "look_back_on": day}, status=status).texts("main")


def a_goal(api: ClientApi, *, place: int = 1, due: bool = False, **values: object) -> OwnGoal:
    """Store a goal of the client; a due one has its day to look back today."""
    county_id = api.session.get_one(Client, api.client_id).county_id
    day = TODAY if due else TODAY + timedelta(days=30)
    fields = {"words": SWIM, "look_back_on": day, "set_at": NOW - timedelta(days=60)} | values
    begin_plan(api.session, county_id=county_id, client_id=api.client_id, now=NOW)
    goal = OwnGoal(county_id=county_id, client_id=api.client_id, place=place, **fields)
    api.session.add(goal)
    api.session.commit()
    return goal


def share(client: StrictClient, *with_whom: str) -> None:
    page = client.page("/suunnitelma/jako", lang="en")
    form = page.form()
    for name in ("worker", "helpers"):
        box = form.inputs[name]
        box.checked = name in with_whom
    client.send(page)


def as_worker(api: ClientApi) -> StrictClient:
    worker = logged_in_by_key(api.web, api.session, WORKER)
    page = worker.page(f"/tt/asiakas/{api.client_id}", lang="en")
    if page.root.xpath("//main//form"):
        worker.send(page, {"reason": "handling"})
    return worker


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_question_is_on_a_page_of_its_own_and_saved_at_once(
    client_api: ClientApi, client: StrictClient, language: str
) -> None:
    page = client.page("/suunnitelma/tarkeaa", lang=language)
    for words in ("koti", "illat", "uinti", "sisko"):
        page = client.send(page, {"words": words})
    rows = client_api.session.scalars(select(SupportPlanAnswer).order_by(SupportPlanAnswer.id)).all()
    assert [(row.question, row.words) for row in rows] == [
        ("matters", "koti"), ("works", "illat"), ("change", "uinti"), ("deciding", "sisko"),
    ]  # fmt: skip
    assert page.path == "/suunnitelma"
    assert "sisko" in page.texts("main")
    assert "koti" in client.page("/suunnitelma/tarkeaa").texts("main//textarea")


def test_words_that_are_too_long_stay_in_the_field(client: StrictClient) -> None:
    page = client.page("/suunnitelma/tarkeaa", lang="en")
    again = client.send(page, {"words": "x" * 2001}, status=422)
    assert "x" * 2001 in again.texts("main//textarea")


def test_pictures_become_a_search(client_api: ClientApi, client: StrictClient) -> None:
    answer(client, "toimii", "", "evening", "step_free")
    answer(client, "muutos", "", "PERSONAL_ASSISTANCE")
    page = client.page("/suunnitelma", lang="en")
    (link,) = page.root.xpath("//main//a[contains(@href, '/etsi?')]/@href")
    assert link in client.page("/etsi", lang="en").root.xpath("//main//a/@href")
    search = client.page(str(link), lang="en")
    chosen = search.root.xpath("//input[@checked]/@value | //option[@selected]/@value")
    assert {"PERSONAL_ASSISTANCE", "evening", "step_free"} <= set(chosen)


def test_a_fourth_goal_is_refused_on_the_page_and_by_the_database(
    client_api: ClientApi, client: StrictClient
) -> None:
    for number in range(3):
        assert "Your goal is saved." in set_goal(client, f"Goal {number}")
    assert "You have three goals now." in set_goal(client, status=422)
    with pytest.raises(IntegrityError, match="ux_own_goal_open"):
        a_goal(client_api, place=2)


def test_the_day_to_look_back_must_be_ahead(client_api: ClientApi, client: StrictClient) -> None:
    assert "comes after today" in set_goal(client, day=f"{TODAY:%-d.%-m.%Y}", status=422)
    with pytest.raises(IntegrityError, match="ck_own_goal_look_back_on"):
        a_goal(client_api, set_at=NOW, look_back_on=TODAY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_the_day_the_start_page_asks_with_three_faces(
    client_api: ClientApi, client: StrictClient, language: str
) -> None:
    later = a_goal(client_api)
    assert f"/suunnitelma/tavoite/{later.id}" not in str(
        client.page("/oma", lang=language).root.xpath("//@href")
    )
    goal = a_goal(client_api, place=2, due=True)
    assert f"/suunnitelma/tavoite/{goal.id}" in client.page("/oma", lang=language).root.xpath("//main//@href")
    page = client.page(f"/suunnitelma/tavoite/{goal.id}", lang=language)
    assert len(page.root.xpath("//main//input[@type='radio']")) == 3
    client.send(page, {"face": "a_little", "said": "Vesi oli kylmää"})
    client_api.session.refresh(goal)
    assert (goal.face, goal.said) == ("a_little", "Vesi oli kylmää")
    assert f"/suunnitelma/tavoite/{goal.id}" not in client.page("/oma", lang=language).root.xpath("//@href")
    assert client_api.web.get(f"/suunnitelma/tavoite/{goal.id}").status_code == 404


def test_a_removed_goal_frees_its_place(client_api: ClientApi, client: StrictClient) -> None:
    for place in (1, 2, 3):
        a_goal(client_api, place=place, words=f"Goal {place}")
    page = client.page("/suunnitelma", lang="en")
    actions = [form.get("action") for form in page.root.xpath("//main//form")]
    page = client.send(page, form=actions.index(next(each for each in actions if each.endswith("poista"))))
    assert "The goal is removed." in page.texts("main")
    assert "Your goal is saved." in set_goal(client)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_worker_reads_only_what_is_shared_and_is_in_the_look_log(
    client_api: ClientApi, client: StrictClient, language: str
) -> None:
    answer(client, "tarkeaa", "My cat", "home")
    a_goal(client_api, face="helped", answered_at=NOW, words="I cook", said="Good soup")
    a_goal(client_api, face="not", answered_at=NOW, words="I run")
    path = f"/tt/asiakas/{client_api.client_id}/suunnitelma"
    assert "My cat" not in as_worker(client_api).page(path, lang=language).texts("main")
    looks = select(AuditEvent).where(
        AuditEvent.subject_kind == "support_plan", AuditEvent.act == "client.look"
    )
    assert client_api.session.scalars(looks).all() == []
    share(logged_in_by_key(client_api.web, client_api.session, CLIENT), "worker")
    page = as_worker(client_api).page(path, lang=language)
    assert "My cat" in page.texts("main")
    assert "I cook" in page.texts("main")
    assert "I run" not in page.texts("main"), "the worker sees the goals that were met"
    assert len(client_api.session.scalars(looks).all()) == 1
    browser = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    assert "your support plan and goals" in browser.page("/katsojat", lang="en").texts("main")
    share(browser)
    assert "My cat" not in as_worker(client_api).page(path, lang=language).texts("main")
    assert "suunnitelma" not in str(
        as_worker(client_api).page(f"/tt/asiakas/{client_api.client_id}").root.xpath("//main//@href")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_helper_reads_only_what_is_shared_with_helpers(
    client_api: ClientApi, client: StrictClient, language: str
) -> None:
    answer(client, "tarkeaa", "My cat")
    share(client, "worker")
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    helper.send(helper.page("/puolesta"), form=0)
    assert "My cat" not in helper.page("/suunnitelma", lang=language).texts("main")
    share(logged_in_by_key(client_api.web, client_api.session, CLIENT), "helpers")
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    helper.send(helper.page("/puolesta"), form=0)
    page = helper.page("/suunnitelma", lang=language)
    assert "My cat" in page.texts("main")
    assert page.root.xpath("//main//form | //main//a[contains(@href, '/suunnitelma/')]") == []
    assert client_api.web.get("/suunnitelma/tarkeaa").status_code == 403


def test_another_client_has_a_plan_of_their_own(client_api: ClientApi, client: StrictClient) -> None:
    answer(client, "tarkeaa", "My cat")
    goal = a_goal(client_api)
    other = logged_in_by_key(client_api.web, client_api.session, STRANGER)
    assert "My cat" not in other.page("/suunnitelma", lang="en").texts("main")
    assert client_api.web.get(f"/suunnitelma/tavoite/{goal.id}").status_code == 404


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_coordinator_sees_counts_and_no_person(client_api: ClientApi, language: str) -> None:
    session = client_api.session
    county_id = session.get_one(Client, client_api.client_id).county_id
    for _number in range(6):
        a_goal(client_api, face="helped", answered_at=NOW, words="Secret words")
    a_goal(client_api, face="not", answered_at=NOW)
    coordinator = a_person(session, Role.COORDINATOR, county_id=county_id)
    store_api_key(session, coordinator, "omk_coordinator")
    session.commit()
    browser = logged_in_by_key(client_api.web, session, "omk_coordinator")

    def cells() -> list[str]:
        page = browser.page("/hb/vaikutus", lang=language)
        assert "Secret" not in page.texts("main")
        return [cell.text_content().strip() for cell in page.root.xpath("//main//tbody//td")]

    assert cells() == ["0", "0", "0"], "nothing is shared"
    session.execute(update(SupportPlan).values(shared_with_worker_at=NOW))
    for _number in range(6):
        a_goal(client_api, face="a_little", answered_at=NOW)
    assert [cell.isdigit() for cell in cells()].count(True) == 1, "the small count cannot be calculated"


def test_the_plan_keeps_its_shape(client_api: ClientApi) -> None:
    goal = a_goal(client_api)
    for change, name in (
        ("face = 'bad', answered_at = now()", "ck_own_goal_face"),
        ("face = 'not'", "ck_own_goal_answer"),
        ("words = ''", "ck_own_goal_words"),
        ("place = 4", "ck_own_goal_place"),
    ):
        with pytest.raises(IntegrityError, match=name):
            client_api.session.execute(text(f"UPDATE own_goal SET {change} WHERE id = {goal.id}"))
        client_api.session.rollback()
