"""Log-ins by OpenID Connect with right and forged answers: a forged one lets nobody in, and says why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from foundation.database.tables.open_id import OpenIdAttempt
from foundation.database.tables.people import WebSession
from foundation.web.identity.openid.faults import PAGES
from tests.builders import NOW
from tests.builders.fake_issuer import SECONDS, FakeIssuer
from tests.pages import sample
from tests.pages.openid_reader import (
    ORIGIN,
    assert_refused,
    begun,
    is_in,
    reader_with,
    returned,
)
from tests.pages.strict import StrictClient, strict_client


def test_a_log_in_at_the_directory_opens_the_page_that_was_wanted(
    reader: StrictClient, issuer: FakeIssuer, sessions: sessionmaker[Session]
) -> None:
    address = begun(reader, "/kirjaudu?next=/lomake")
    assert address.startswith(f"{issuer.address}/authorization?")
    assert "Työtunnus" in reader.page("/kirjaudu").texts("main")
    issuer.claims = {"sid": "s-1"}
    assert returned(reader, issuer.answer_to(address), 200).path == "/lomake"
    with sessions() as session:
        row = session.scalars(select(WebSession)).one()
        assert (row.service, row.service_session) == ("directory", "s-1")
        assert session.scalars(select(OpenIdAttempt)).all() == []


FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "wrong nonce": ({"nonce": "another"}, "nonce"),
    "no nonce": ({"nonce": None}, "nonce"),
    "wrong issuer": ({"iss": "https://elsewhere.example"}, "issuer"),
    "wrong audience": ({"aud": "another"}, "token"),
    "several audiences, another party": ({"aud": ["omatori", "x"], "azp": "x"}, "token"),
    "expired": ({"exp": SECONDS - 61}, "token"),
    "made later than now": ({"iat": SECONDS + 61}, "token"),
    "no end": ({"exp": None}, "token"),
    "no subject": ({"sub": None}, "token"),
    "an empty subject": ({"sub": ""}, "token"),
    "a wrong hash of the access token": ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "token"),
    "methods that are no list": ({"amr": "mfa"}, "token"),
    "nobody's subject": ({"sub": "subject-2"}, "unknown"),
}


def test_a_forged_answer_lets_nobody_in(reader: StrictClient, issuer: FakeIssuer) -> None:
    for claims, code in FORGED.values():
        issuer.claims = claims
        assert_refused(reader, issuer.answer_to(begun(reader)), code)


@pytest.mark.parametrize("seconds", [-60, 60])
def test_clocks_may_differ_by_a_minute(reader: StrictClient, issuer: FakeIssuer, seconds: int) -> None:
    issuer.claims = {"iat": SECONDS + seconds, "exp": SECONDS + min(seconds, 0) + 1}
    returned(reader, issuer.answer_to(begun(reader, "/kirjaudu?next=/lomake")), 200)
    assert is_in(reader)


def test_each_fault_has_a_title_of_its_own() -> None:
    assert len({title for _status, title, _advice in PAGES.values()}) == len(PAGES)


@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
def test_the_pages_of_faults_are_in_every_language(
    reader: StrictClient, issuer: FakeIssuer, language: str
) -> None:
    returned(reader, {"state": "forged"}, 400, language)
    issuer.claims = {"sub": "subject-2"}
    page = returned(reader, issuer.answer_to(begun(reader, f"/kirjaudu?lang={language}")), 403, language)
    assert len(page.root.xpath("//main//ul/li")) == 3
    assert page.one("main//a[@role='button']").get("href") == "/kirjaudu"


def test_a_forged_state_and_one_of_another_browser_are_refused(
    reader: StrictClient, issuer: FakeIssuer
) -> None:
    address = begun(reader)
    assert_refused(reader, issuer.answer_to(address, state="forged"), "state")
    other = strict_client(reader.web.application)
    begun(other)
    assert_refused(other, issuer.answer_to(address), "state")
    stranger = strict_client(reader.web.application)
    assert_refused(stranger, issuer.answer_to(address), "state")
    returned(reader, issuer.answer_to(address), 200)  # the rightful browser still may


def test_an_answer_works_once(reader: StrictClient, issuer: FakeIssuer) -> None:
    answer = issuer.answer_to(begun(reader, "/kirjaudu?next=/lomake"))
    returned(reader, answer, 200)
    page = returned(reader, answer, 400, "en")
    assert page.texts("h1") == PAGES["state"][1]


def test_a_code_that_was_used_before_is_refused(reader: StrictClient, issuer: FakeIssuer) -> None:
    used = issuer.answer_to(begun(reader))
    issuer.codes.clear()
    assert_refused(reader, used, "code_used")
    assert_refused(reader, issuer.answer_to(begun(reader), code="guessed"), "code_used")


def test_who_takes_too_long_begins_again(
    reader: StrictClient, issuer: FakeIssuer, sessions: sessionmaker[Session]
) -> None:
    answer = issuer.answer_to(begun(reader))
    with sessions.begin() as session:
        session.execute(update(OpenIdAttempt).values(begun_at=NOW - timedelta(minutes=15, seconds=1)))
    assert_refused(reader, answer, "expired")


ERRORS = {"access_denied": "cancelled", "temporarily_unavailable": "unavailable", "login_required": "refused"}


def test_an_error_of_the_service_has_its_page(reader: StrictClient, issuer: FakeIssuer) -> None:
    for error, code in ERRORS.items():
        answer = issuer.answer_to(begun(reader), error=error)
        answer.pop("code")
        assert_refused(reader, answer, code)


def test_an_answer_that_names_another_issuer_is_refused(reader: StrictClient, issuer: FakeIssuer) -> None:
    assert_refused(reader, issuer.answer_to(begun(reader), iss="https://elsewhere.example"), "issuer")


def test_a_service_that_always_names_itself_must(reader: StrictClient, issuer: FakeIssuer) -> None:
    issuer.settings = {"authorization_response_iss_parameter_supported": True}
    answer = issuer.answer_to(begun(reader))
    answer.pop("iss")
    assert_refused(reader, answer, "issuer")


def test_a_level_below_the_configured_one_is_refused(
    app: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    reader = reader_with(app, sessions, issuer, acr_values=("high",))
    address = begun(reader)
    assert "acr_values=high" in address
    issuer.claims = {"acr": "low"}
    assert_refused(reader, issuer.answer_to(address), "level")
    issuer.claims = {"acr": "high"}
    returned(reader, issuer.answer_to(begun(reader, "/kirjaudu?next=/lomake")), 200)
    assert is_in(reader)


@pytest.mark.parametrize(
    ("claims", "opens"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "two"}, True),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["mfa"], "auth_time": None}, False),
    ],
)
def test_a_second_factor_at_the_directory_counts_if_the_county_says_so(
    app: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer, claims: dict[str, Any], opens: bool
) -> None:
    factor = {"second_factor_amr": frozenset({"mfa"}), "second_factor_acr": frozenset({"two"})}
    reader = reader_with(app, sessions, issuer, environment="production", **factor)
    issuer.claims = claims
    returned(reader, issuer.answer_to(begun(reader)), 200)
    assert is_in(reader) is opens


def test_without_that_setting_it_does_not_count(
    app: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    reader = reader_with(app, sessions, issuer, environment="production")
    issuer.claims = {"amr": ["mfa"]}
    assert returned(reader, issuer.answer_to(begun(reader)), 200).path == "/kirjaudu/kayttoonotto"
    assert not is_in(reader)


def test_what_was_typed_survives_a_log_in_at_the_directory(
    reader: StrictClient, issuer: FakeIssuer, sessions: sessionmaker[Session]
) -> None:
    returned(reader, issuer.answer_to(begun(reader)), 200)
    page = reader.page("/lomake")
    with sessions.begin() as session:
        session.execute(update(WebSession).values(ended_at=NOW))
    values = {**dict(page.form().form_values()), "name": "Åke", "sum_cents": "36,50"}
    asked = reader.checked(reader.web.post("/lomake", data=values, headers=ORIGIN), "/lomake", 401)
    leaving = reader.send(asked, form=0)
    answer = issuer.answer_to(str(leaving.one("main//a[@role='button']").get("href")))
    kept = returned(reader, answer, 200)
    assert kept.texts("h1") == "Lähetetäänkö kirjoittamasi tiedot?"
    reader.send(kept)
    assert sample.effects == ["3650"]
