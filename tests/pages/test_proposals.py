"""A helper proposes, the circle comments, and the client decides: nothing is chosen without the client."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from foundation.database.columns import days
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding
from foundation.database.tables.mandates import MandateFunding
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import ApiKey, Mandate
from foundation.database.tables.proposals import Proposal, ProposalComment, ProposedOffering
from foundation.database.tables.providers import Offering
from tests.builders.client_api import CLIENT, HELPER, STRANGER, WATCHER, ClientApi
from tests.builders.county import NOW, TODAY
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage
from tests.pages.test_rights_of_a_mandate import the_mandate

LANGUAGES = ("fi", "sv", "en", "selko")
PLAN = {"how": "week", "amount": "3", "starts_on": "1.12.2026", "why": "She comes from near you"}


@pytest.fixture
def proposer(client_api: ClientApi) -> Mandate:
    """The helper's mandate: to see and to propose, and nothing else."""
    mandate = the_mandate(client_api)
    mandate.may_propose, mandate.may_choose, mandate.may_confirm = True, False, False
    client_api.session.commit()
    return mandate


def browser(api: ClientApi, key: str) -> StrictClient:
    """Return a browser of the key's holder; a helper has picked the client."""
    web: FlaskClient = api.web.application.test_client()
    opened = logged_in_by_key(web, api.session, key)
    if key in (HELPER, WATCHER):
        opened.send(opened.page("/puolesta"))
    return opened


def proposed(api: ClientApi, *offerings: int, **values: str) -> StrictPage:
    """Propose offerings as the helper; return the page of the proposal."""
    helper = browser(api, HELPER)
    ids = "&".join(f"id={offering}" for offering in offerings or (api.near, api.dear))
    return helper.send(helper.page(f"/ehdota?{ids}", lang="en"), {**PLAN, **values})


def the_proposal(api: ClientApi) -> Proposal:
    api.session.expire_all()
    return api.session.scalars(select(Proposal)).one()


def address(api: ClientApi) -> str:
    return f"/ehdotukset/{the_proposal(api).id}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_right_in_every_language(
    client_api: ClientApi, proposer: Mandate, language: str
) -> None:
    helper = browser(client_api, HELPER)
    page = helper.page(f"/ehdota?id={client_api.near}", lang=language)
    helper.send(page, {**PLAN, "why": ""}, status=422)
    proposed(client_api)
    for key in (CLIENT, HELPER):
        reader = browser(client_api, key)
        for path in ("/ehdotukset", address(client_api), "/oma"):
            reader.page(path, lang=language)
    client = browser(client_api, CLIENT)
    client.send(client.page(address(client_api), lang=language), {"words": ""}, form=1, status=422)


def test_the_client_reads_the_proposal_first_and_chooses_from_it(
    client_api: ClientApi, proposer: Mandate
) -> None:
    proposed(client_api)
    assert client_api.session.scalars(select(Choice)).all() == []
    client = browser(client_api, CLIENT)
    home = client.page("/oma", lang="en")
    assert "You have a suggestion" in home.texts("main")
    page = client.page(home.root.xpath("//a[contains(., 'Read the suggestion')]/@href")[0])
    assert "She comes from near you" in page.texts("blockquote")
    assert "3 hours a week" in page.texts("main")
    ask = client.page(page.root.xpath("//a[starts-with(@href, '/valitse?')]/@href")[0])
    fields = {str(name): str(value) for name, value in ask.form().form_values()}
    assert (fields["how"], fields["amount"]) == ("week", "3")
    check = client.page("/valitse/tarkista", query_string=fields)
    assert the_proposal(client_api).accepted_at is None
    client.send(check)
    choice = client_api.session.scalars(select(Choice)).one()
    assert (choice.offering_id, choice.quantity_per_week_hundredths) == (client_api.near, 300)
    proposal = the_proposal(client_api)
    assert (proposal.choice_id, proposal.answered_by) == (choice.id, client_api.client_actor.person_id)
    assert "You have a suggestion" not in client.page("/oma", lang="en").texts("main")
    assert "Accepted" in browser(client_api, HELPER).page("/ehdotukset", lang="en").texts("main")


def test_the_client_says_no_with_a_word(client_api: ClientApi, proposer: Mandate) -> None:
    proposed(client_api)
    client = browser(client_api, CLIENT)
    client.send(client.page(address(client_api)), {"why": "I know her"}, form=0)
    assert client_api.session.scalars(select(Choice)).all() == []
    assert the_proposal(client_api).declined_at is not None
    shown = browser(client_api, HELPER).page(address(client_api), lang="en").texts("main")
    assert "The answer was: I know her" in shown
    page = client.page(address(client_api))
    assert page.root.xpath("//a[starts-with(@href, '/valitse')]") == []


def test_the_helper_takes_it_back(client_api: ClientApi, proposer: Mandate) -> None:
    page = proposed(client_api)
    helper = browser(client_api, HELPER)
    helper.send(helper.page(page.path), form=0)
    assert the_proposal(client_api).withdrawn_at is not None
    assert "You have a suggestion" not in browser(client_api, CLIENT).page("/oma", lang="en").texts("main")


def test_without_the_right_nobody_proposes(client_api: ClientApi) -> None:
    for key in (HELPER, WATCHER):
        browser(client_api, key).page(f"/ehdota?id={client_api.near}", status=404)
    browser(client_api, CLIENT).page(f"/ehdota?id={client_api.near}", status=403)


def test_a_right_that_has_ended_since_the_page_was_opened_is_refused(
    client_api: ClientApi, proposer: Mandate
) -> None:
    helper = browser(client_api, HELPER)
    page = helper.page(f"/ehdota?id={client_api.near}")
    proposer.revoked_at = NOW
    client_api.session.commit()
    helper.send(page, PLAN, status=404)
    assert client_api.session.scalars(select(Proposal)).all() == []


def test_another_voucher_than_those_of_the_mandate_is_refused(
    client_api: ClientApi, proposer: Mandate
) -> None:
    helper = browser(client_api, HELPER)
    page = helper.page(f"/ehdota?id={client_api.near}")
    proposer.all_fundings = False
    client_api.session.commit()
    helper.send(page, PLAN, status=404)
    helper.page(f"/ehdota?id={client_api.near}", status=404)
    limited = MandateFunding(
        mandate_id=proposer.id, funding_id=client_api.funding_id, client_id=client_api.client_id
    )
    client_api.session.add(limited)
    client_api.session.commit()
    helper.send(page, PLAN)
    assert the_proposal(client_api).funding_id == client_api.funding_id


@pytest.mark.parametrize("ids", ["", "id=999999999", "id=x"])
def test_what_cannot_be_proposed_is_not_there(client_api: ClientApi, proposer: Mandate, ids: str) -> None:
    browser(client_api, HELPER).page(f"/ehdota?{ids}", status=404)


def test_a_proposal_is_out_of_date_when_its_offerings_leave_the_list(
    client_api: ClientApi, proposer: Mandate
) -> None:
    proposed(client_api, client_api.near)
    gone = update(Offering).where(Offering.id == client_api.near).values(published=False)
    client_api.session.execute(gone)
    client_api.session.commit()
    client = browser(client_api, CLIENT)
    assert "You have a suggestion" not in client.page("/oma", lang="en").texts("main")
    page = client.page(address(client_api), lang="en")
    assert "Out of date" in page.texts("main")
    assert page.root.xpath("//a[starts-with(@href, '/valitse')]") == []


def test_a_proposal_is_out_of_date_when_its_voucher_has_ended(
    client_api: ClientApi, proposer: Mandate
) -> None:
    proposed(client_api)
    ended = days(TODAY - timedelta(days=90), TODAY - timedelta(days=1))
    client_api.session.execute(update(Funding).where(Funding.id == client_api.funding_id).values(valid=ended))
    client_api.session.commit()
    assert "Out of date" in browser(client_api, CLIENT).page("/ehdotukset", lang="en").texts("main")


def test_the_circle_reads_and_comments_the_same_proposal(client_api: ClientApi, proposer: Mandate) -> None:
    proposed(client_api)
    words = {HELPER: "I have met her", WATCHER: "She speaks Swedish", CLIENT: "Can she come at ten?"}
    for key, said in words.items():
        reader = browser(client_api, key)
        page = reader.page(address(client_api))
        reader.send(page, {"words": said}, form=len(page.root.xpath("//main//form")) - 1)
    for key in words:
        shown = browser(client_api, key).page(address(client_api), lang="en").texts("main")
        assert all(said in shown for said in words.values())
        assert "Aino Asiakas, Sat 21 November" in shown.replace("\u00a0", " ")


def test_a_helper_whose_right_has_ended_reads_and_says_nothing_more(
    client_api: ClientApi, proposer: Mandate
) -> None:
    proposed(client_api)
    watcher = browser(client_api, WATCHER)
    page = watcher.page(address(client_api))
    others = select(ApiKey.person_id).join(Mandate, Mandate.person_id == ApiKey.person_id)
    ended = update(Mandate).where(Mandate.id != proposer.id, Mandate.person_id.in_(others))
    client_api.session.execute(ended.values(revoked_at=NOW))
    client_api.session.commit()
    assert watcher.web.get(address(client_api)).location == "/puolesta"
    kept = watcher.send(page, {"words": "Still here"}, status=404)
    assert "Still here" in kept.texts("main")
    assert client_api.session.scalars(select(ProposalComment)).all() == []


def test_a_removed_comment_leaves_a_mark(client_api: ClientApi, proposer: Mandate) -> None:
    proposed(client_api)
    watcher, client = browser(client_api, WATCHER), browser(client_api, CLIENT)
    watcher.send(watcher.page(address(client_api)), {"words": "A secret"})
    page = browser(client_api, HELPER).page(address(client_api))
    assert "poista" not in "".join(page.root.xpath("//main//form/@action"))
    client.send(client.page(address(client_api)), form=1)
    shown = watcher.page(address(client_api), lang="en").texts("main")
    assert "A secret" not in shown
    assert "The words were removed." in shown
    row = client_api.session.scalars(select(ProposalComment)).one()
    assert (row.words, row.removed_by) == ("", client_api.client_actor.person_id)


def test_another_client_reaches_nothing(client_api: ClientApi, proposer: Mandate) -> None:
    proposed(client_api)
    stranger = browser(client_api, STRANGER)
    stranger.page(address(client_api), status=404)
    assert "There are no suggestions." in stranger.page("/ehdotukset", lang="en").texts("main")


def test_each_form_names_its_client(client_api: ClientApi, proposer: Mandate) -> None:
    proposed(client_api)
    browser(client_api, HELPER).page(address(client_api))
    for key in (CLIENT, HELPER):
        page = browser(client_api, key).page(address(client_api))
        forms = page.root.xpath("//main//form[@method='post']")
        assert len(forms) == 2
        assert {form.fields["for_client"] for form in forms} == {str(client_api.client_id)}
    page = browser(client_api, HELPER).page(f"/ehdota?id={client_api.near}")
    assert page.form().fields["for_client"] == str(client_api.client_id)


def test_acts_are_in_the_log_and_mails_name_nobody(client_api: ClientApi, proposer: Mandate) -> None:
    proposed(client_api)
    client = browser(client_api, CLIENT)
    client.send(client.page(address(client_api)), form=0)
    acts = client_api.session.scalars(
        select(AuditEvent.act).where(AuditEvent.act.like("proposal.%")).order_by(AuditEvent.id)
    ).all()
    assert acts == ["proposal.make", "proposal.decline"]
    mails = client_api.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert [mail.key.partition(":")[0] for mail in mails] == ["proposed", "proposal_answered"]
    said = "".join(mail.body["subject"] + mail.body["text"] for mail in mails)
    assert not any(word in said for word in ("Aino", "Timo", "Kaisla", client_api.voucher))


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"position": 4}, "ck_proposed_offering_position"),
        ({"quantity_per_week_hundredths": None}, "ck_proposed_offering_plan"),
        ({"quantity_per_week_hundredths": 0}, "ck_proposed_offering_quantity"),
    ],
)
def test_the_database_refuses_what_is_no_proposal(
    client_api: ClientApi, proposer: Mandate, values: dict[str, int | None], constraint: str
) -> None:
    proposed(client_api)
    change = update(ProposedOffering).where(ProposedOffering.position == 1).values(values)
    with pytest.raises(IntegrityError, match=constraint):
        client_api.session.execute(change)
    client_api.session.rollback()


def test_the_database_holds_a_proposal_to_its_client_and_one_end(
    client_api: ClientApi, proposer: Mandate
) -> None:
    proposed(client_api)
    other = select(Funding.id).where(Funding.voucher == client_api.other_voucher).scalar_subquery()
    for values, constraint in (
        ({"funding_id": other}, "fk_proposal_funding"),
        ({"declined_at": NOW, "withdrawn_at": NOW}, "ck_proposal_one_end"),
        ({"accepted_at": NOW}, "ck_proposal_accepted"),
    ):
        with pytest.raises(IntegrityError, match=constraint):
            client_api.session.execute(update(Proposal).values(values))
        client_api.session.rollback()
