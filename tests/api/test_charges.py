"""POST /charges and its kin: status codes, bodies and what stays in the book."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from clearing.charges.facts.answers import ChargeAnswer
from foundation.database.tables.charges import Charge
from foundation.database.tables.providers import Offering
from foundation.database.tables.services import CountyService
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money
from provider_portal.api.charge_answers import charge_as_json, charge_out
from provider_portal.api.schemas import ChargeOutSchema
from tests.builders.provider_api import ProviderApi

REASON = next(iter(CorrectionReason)).value


def test_a_good_charge_is_accepted_with_its_split(provider_api: ProviderApi) -> None:
    answer = provider_api.post("/charges", provider_api.charge())
    assert answer.status_code == 201
    body = answer.get_json()
    assert body.pop("id") > 0
    assert body == {
        "reference": "R-1",
        "outcome": "accepted",
        "reasons": [],
        "price": "72.00",
        "county_pays": "72.00",
        "co_payment": "0.00",
        "balance": {"held": "128.00"},
        "duplicate": False,
    }


@pytest.mark.parametrize("held", [None, Money(0), Money(12345)])
@pytest.mark.parametrize("price", [None, Money(7200)])
def test_a_directly_written_answer_equals_the_schemas(held: Money | None, price: Money | None) -> None:
    answer = ChargeAnswer(7, "R-1", "accepted", (), price, price, None, held)
    written = charge_as_json(answer, Language.EN)
    assert written == ChargeOutSchema().dump(charge_out(answer, Language.EN))
    assert list(written) == list(ChargeOutSchema().fields)


def test_a_check_decides_and_stores_nothing(provider_api: ProviderApi) -> None:
    good = provider_api.post("/charges?check=true", provider_api.charge())
    bad = provider_api.post("/charges?check=true", provider_api.charge(unit_price="99.00"))
    assert (good.status_code, bad.status_code) == (200, 200)
    assert (good.get_json()["outcome"], good.get_json()["id"]) == ("accepted", None)
    assert [reason["code"] for reason in bad.get_json()["reasons"]] == ["price_over_list"]
    assert provider_api.count(Charge) == 0


def test_the_same_again_is_a_duplicate_and_other_content_is_refused(provider_api: ProviderApi) -> None:
    first = provider_api.post("/charges", provider_api.charge()).get_json()
    again = provider_api.post("/charges", provider_api.charge(quantity="2.0"))
    other = provider_api.post("/charges", provider_api.charge(quantity="1.00"))
    assert again.status_code == 200
    assert again.get_json() == {**first, "duplicate": True}
    assert (other.status_code, other.get_json()["code"]) == (409, "reference_reused")
    assert [error["code"] for error in other.get_json()["errors"]] == ["reference_reused"]


def test_a_refused_charge_is_a_problem_with_every_reason_and_is_stored(provider_api: ProviderApi) -> None:
    answer = provider_api.post("/charges", provider_api.charge(unit_price="99.00", service_day="2026-12-01"))
    body = answer.get_json()
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert (body["code"], body["outcome"], body["price"], body["county_pays"]) == (
        "charge_refused",
        "refused",
        "198.00",
        None,
    )
    assert {error["code"] for error in body["errors"]} == {"service_day_in_future", "price_over_list"}
    reason = body["reasons"][0]
    assert reason["detail"] == "The service day is 1\xa0Dec\xa02026. Today is 21\xa0Nov\xa02026."
    assert provider_api.read(f"/charges/{body['id']}")["state"] == "refused"


def test_a_control_character_is_a_reason_like_every_other_fault(provider_api: ProviderApi) -> None:
    answer = provider_api.post("/charges", provider_api.charge(note="a\x00b", unit_price="99.00"))
    reasons = [(reason["code"], reason["field"]) for reason in answer.get_json()["reasons"]]
    assert answer.status_code == 422
    assert reasons == [("field_malformed", "note"), ("price_over_list", "unit_price")]
    assert provider_api.post("/charges", {**provider_api.charge(), "\x00": "1"}).status_code == 422


def test_reasons_speak_the_readers_language(provider_api: ProviderApi) -> None:
    answer = provider_api.post("/charges", provider_api.charge(voucher="NOPE"), **{"Accept-Language": "fi"})
    title = answer.get_json()["reasons"][0]["title"]
    assert title != "The voucher is not known"


def test_a_held_charge_answers_202(provider_api: ProviderApi) -> None:
    provider_api.post("/charges", provider_api.charge())
    answer = provider_api.post("/charges", provider_api.charge(reference="R-2"))
    assert answer.status_code == 202
    assert [reason["code"] for reason in answer.get_json()["reasons"]] == ["possible_double"]
    assert answer.get_json()["county_pays"] == "72.00"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("quantity", 2, "field_malformed"),
        ("quantity", "2.005", "field_malformed"),
        ("quantity", "", "field_missing"),
        ("quantity", None, "field_missing"),
        ("quantity", "0", "amount_not_positive"),
        ("quantity", "2,00", "field_malformed"),
        ("service_day", "16.11.2026", "field_malformed"),
        ("unit", "fortnight", "field_malformed"),
        ("reference", "R 1", "field_malformed"),
        ("reference", "R" * 65, "field_malformed"),
        ("note", "x" * 501, "field_malformed"),
        ("note", "a\tb", "field_malformed"),
        ("colour", "blue", "field_unknown"),
        ("total", "71.99", "amount_mismatch"),
        ("service", {"a": 1}, "field_malformed"),
    ],
)
def test_a_bad_field_is_named(provider_api: ProviderApi, field: str, value: object, code: str) -> None:
    answer = provider_api.post("/charges", {**provider_api.charge(), field: value})
    assert answer.status_code == 422
    assert (field, code) in {(error["field"], error["code"]) for error in answer.get_json()["errors"]}


def test_the_order_of_answers(provider_api: ProviderApi) -> None:
    url = "/api/v1/charges"
    assert provider_api.web.post(url, data="x").status_code == 401
    assert (
        provider_api.web.post(
            url, data="{", headers=provider_api.headers(), content_type="application/json"
        ).status_code
        == 400
    )
    assert provider_api.web.post(url, data="a=1", headers=provider_api.headers()).status_code == 415
    assert provider_api.web.post(url, json=[1], headers=provider_api.headers()).status_code == 422
    assert provider_api.post("/charges/999/withdraw", {"nonsense": 1}).status_code == 404
    assert provider_api.web.get(f"/api/v1/charges/{2**70}", headers=provider_api.headers()).status_code == 404


def test_an_idempotency_key_gives_the_first_answer_again(provider_api: ProviderApi) -> None:
    first = provider_api.post("/charges", provider_api.charge(), **{"Idempotency-Key": "k-1"})
    again = provider_api.post("/charges", provider_api.charge(), **{"Idempotency-Key": "k-1"})
    other = provider_api.post("/charges", provider_api.charge(quantity="1.00"), **{"Idempotency-Key": "k-1"})
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    assert provider_api.post("/charges", provider_api.charge(), **{"Idempotency-Key": "ä"}).status_code == 400


def test_listing_carries_what_was_sent_and_what_was_answered(provider_api: ProviderApi) -> None:
    provider_api.post("/charges", provider_api.charge(start="08:00", end="10:00", note="Kaikki hyvin"))
    provider_api.post("/charges", provider_api.charge(reference="R-2", voucher="NOPE"))
    listed = provider_api.read("/charges")
    assert (listed["total"], [item["reference"] for item in listed["items"]]) == (2, ["R-2", "R-1"])
    first = listed["items"][1]
    assert (first["start"], first["note"], first["outcome"], first["county_pays"]) == (
        "08:00",
        "Kaikki hyvin",
        "accepted",
        "72.00",
    )
    assert [item["reference"] for item in provider_api.read("/charges?state=refused")["items"]] == ["R-2"]
    assert [
        item["reference"]
        for item in provider_api.read(f"/charges?voucher={provider_api.voucher.lower()}")["items"]
    ] == ["R-1"]
    assert provider_api.read("/charges?from=2026-11-17")["total"] == 0
    provider_api.read("/charges?state=lost", status=422)


def test_a_cancelled_visit_is_marked_and_follows_the_offerings_rule(provider_api: ProviderApi) -> None:
    provider_api.session.get_one(Offering, provider_api.offering_id).cancel_share_percent = 50
    provider_api.session.commit()
    late = {"cancel_reason": "client_ill", "notice_hours": "3", "unit_price": "18.00"}
    taken = provider_api.post("/charges", provider_api.charge(**late))
    assert taken.status_code == 201, taken.text
    listed = provider_api.read(f"/charges/{taken.get_json()['id']}")
    assert (listed["cancel_reason"], listed["notice_hours"]) == ("client_ill", "3")
    in_time = provider_api.post(
        "/charges", provider_api.charge(**late, reference="R-2") | {"notice_hours": "24.00"}
    )
    assert (in_time.status_code, [reason["code"] for reason in in_time.get_json()["reasons"]]) == (
        422,
        ["possible_double", "cancellation_rule"],
    )


def test_a_price_beyond_the_book_is_a_reason_like_every_other(provider_api: ProviderApi) -> None:
    numbers = {"quantity": "999999999.99", "unit_price": "999999999.99"}
    answer = provider_api.post("/charges", provider_api.charge(**numbers))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "charge_refused")
    assert [reason["code"] for reason in answer.get_json()["reasons"]] == ["price_over_list"]
    assert provider_api.read(f"/charges/{answer.get_json()['id']}")["price"] is None


def test_another_provider_sees_nothing(provider_api: ProviderApi) -> None:
    key = provider_api.stranger_key
    charge_id = provider_api.post("/charges", provider_api.charge()).get_json()["id"]
    theirs = provider_api.read(f"/charges/{charge_id}", status=404, key=key)
    nobodys = provider_api.read("/charges/999999", status=404, key=key)
    assert theirs == nobodys
    assert provider_api.read("/charges", key=key)["total"] == 0
    assert provider_api.post(f"/charges/{charge_id}/withdraw", key=key).status_code == 404
    assert (
        provider_api.post("/charges", provider_api.charge(), key=key).get_json()["reasons"][0]["code"]
        == "voucher_unknown"
    )


def test_withdrawing_frees_the_money_and_the_reference(provider_api: ProviderApi) -> None:
    charge_id = provider_api.post("/charges", provider_api.charge()).get_json()["id"]
    withdrawn = provider_api.post(f"/charges/{charge_id}/withdraw", {"why": "Väärä päivä"})
    assert (withdrawn.status_code, withdrawn.get_json()["state"]) == (200, "withdrawn")
    assert withdrawn.get_json()["balance"] == {"held": "200.00"}
    again = provider_api.post(f"/charges/{charge_id}/withdraw")
    assert (again.status_code, again.get_json()["code"]) == (409, "charge_not_open")
    assert provider_api.post("/charges", provider_api.charge(quantity="1.00")).status_code == 201


def test_a_correction_gives_back_a_part_once(provider_api: ProviderApi) -> None:
    charge_id = provider_api.post("/charges", provider_api.charge()).get_json()["id"]
    path, wish = (
        f"/charges/{charge_id}/corrections",
        {"reference": "R-1-K", "reason": REASON, "price": "18.00"},
    )
    first = provider_api.post(path, wish)
    assert (first.status_code, first.get_json()["county_pays"]) == (201, "-18.00")
    assert first.get_json()["corrects"] == charge_id
    again = provider_api.post(path, wish)
    assert (again.status_code, again.get_json()["duplicate"]) == (200, True)
    too_much = provider_api.post(path, {**wish, "reference": "R-1-L", "price": "72.00"})
    assert (too_much.status_code, too_much.get_json()["reasons"][0]["code"]) == (
        422,
        "correction_over_original",
    )
    withdrawn = provider_api.post(f"/charges/{charge_id}/withdraw")
    assert (withdrawn.status_code, withdrawn.get_json()["code"]) == (409, "charge_corrected")
    assert (
        provider_api.post(path, {**wish, "reference": "R 1"}).get_json()["errors"][0]["code"]
        == "field_malformed"
    )
    assert (
        provider_api.post(path, {**wish, "reason": "whim"}).get_json()["errors"][0]["code"]
        == "field_not_a_choice"
    )
    assert provider_api.post(path, wish, key=provider_api.stranger_key).status_code == 404
    assert provider_api.read("/charges")["items"][0]["corrects"] == charge_id


def test_a_voucher_goes_on_when_its_service_is_not_granted_any_more(provider_api: ProviderApi) -> None:
    """/hallinta/alue/palvelut says so before an administrator takes a service off."""
    provider_api.session.execute(delete(CountyService))
    provider_api.session.commit()
    assert provider_api.post("/charges", provider_api.charge()).get_json()["outcome"] == "accepted"
