"""A check (`?check=true`) says whether a charge fits, measures nothing, and leaves a row (S9)."""

from __future__ import annotations

from sqlalchemy import select

from clearing.charges.actions.check_limit import MOST_CHECKS_A_DAY
from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import ClientKey, Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.database.tables.grants import Funding, FundingTerms
from foundation.database.tables.providers import Provider
from tests.builders import NOW, a_choice, an_offering
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in_by_key


def looks(api: ProviderApi) -> list[tuple[str, str, str | None]]:
    api.session.rollback()
    rows = api.session.scalars(select(AuditEvent).where(AuditEvent.act == "client.look"))
    return [(row.why, row.subject_id, row.role) for row in rows]


def test_it_says_that_a_charge_is_too_much_and_not_by_how_much(provider_api: ProviderApi) -> None:
    answer = provider_api.post("/charges?check=true", provider_api.charge(quantity="90.00"))
    body = answer.get_json()
    assert (answer.status_code, body["outcome"]) == (200, "refused")
    (reason,) = body["reasons"]
    assert reason["code"] == "over_amount"
    assert reason["detail"] == "The county's share is more than what is left of the voucher."
    assert "1000" not in answer.text
    assert "1 000" not in answer.text


def test_a_cut_does_not_say_what_is_left(provider_api: ProviderApi) -> None:
    provider_api.session.query(FundingTerms).update({"overrun": "cut"})
    provider_api.session.commit()
    body = provider_api.post("/charges?check=true", provider_api.charge(quantity="90.00")).get_json()
    assert [reason["code"] for reason in body["reasons"]] == ["cut_to_balance"]
    assert (body["county_pays"], body["co_payment"], body["balance"]) == (None, None, None)
    assert "1000" not in str(body)


def test_it_does_not_find_the_visits_of_another_provider(provider_api: ProviderApi) -> None:
    session = provider_api.session
    funding, county = session.query(Funding).one(), session.query(County).one()
    other = session.query(Provider).filter(Provider.id != provider_api.provider_id).one()
    a_choice(session, funding, an_offering(session, county, other), held_cents=10_000)
    session.commit()
    times = {"start": "09:00", "end": "11:00"}
    charge, key = provider_api.charge(**times), provider_api.stranger_key
    assert provider_api.post("/charges", charge, key=key).status_code == 201
    checked = provider_api.post("/charges?check=true", charge | {"reference": "R-2"})
    assert [reason["code"] for reason in checked.get_json()["reasons"]] == []
    sent = provider_api.post("/charges", charge | {"reference": "R-2"})
    assert [reason["code"] for reason in sent.get_json()["reasons"]] == ["overlaps_other_provider"]


def test_each_check_leaves_a_row(provider_api: ProviderApi) -> None:
    provider_api.post("/charges?check=true", provider_api.charge())
    assert looks(provider_api) == [
        ("Tried whether a charge would be accepted", provider_api.voucher, "provider_biller")
    ]
    provider_api.send_file(_file(provider_api), "?dry_run=true")
    assert len(looks(provider_api)) == 2


def test_a_check_of_an_unknown_voucher_is_no_look(provider_api: ProviderApi) -> None:
    key = provider_api.stranger_key
    body = provider_api.post("/charges?check=true", provider_api.charge(), key=key).get_json()
    assert "voucher_unknown" in {reason["code"] for reason in body["reasons"]}
    assert looks(provider_api) == []


def _file(api: ProviderApi) -> bytes:
    charges = [api.charge(reference=f"F-{number}") for number in range(3)]
    rows = [";".join(charges[0]), *(";".join(charge.values()) for charge in charges)]
    return "\n".join(rows).encode()


def test_the_number_of_checks_is_limited(provider_api: ProviderApi) -> None:
    session = provider_api.session
    funding = session.scalars(select(Funding).where(Funding.voucher == provider_api.voucher)).one()
    look = Look(provider_api.biller, NOW, Purpose.PROVIDER_CHECK, "funding", key="subject")
    key = ClientKey(funding.client_id, funding.county_id, funding.voucher)
    for _ in range(MOST_CHECKS_A_DAY - 1):
        disclose(session, [key], look)
    session.commit()
    assert provider_api.post("/charges?check=true", provider_api.charge()).status_code == 200
    refused = provider_api.post("/charges?check=true", provider_api.charge())
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many_checks")
    assert refused.headers["Retry-After"]
    assert provider_api.post("/charges", provider_api.charge()).status_code == 201


def test_after_an_undone_choice_the_provider_reads_no_name(provider_api: ProviderApi) -> None:
    session = provider_api.session
    name, number = session.execute(select(Client.name, Client.number)).first() or ("", "")
    refused = provider_api.post("/charges", provider_api.charge(quantity="90.00"))
    assert refused.status_code == 422
    browser = logged_in_by_key(provider_api.web, session, provider_api.own_key)
    page = f"/t/kirjaukset/{refused.get_json()['id']}"
    assert name in browser.page(page, lang="en").texts("main")
    session.query(Choice).update({"ended_at": NOW, "withdrawn_at": NOW, "held_cents": 0})
    session.commit()
    for path in (page, "/t/kirjaukset", "/t"):
        text = browser.page(path, lang="en").texts("main")
        assert name not in text
        assert number not in text
