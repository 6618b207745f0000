"""Keys and settings of a log-in service, and log-outs at both ends."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from foundation.web.identity.openid.faults import PAGES
from foundation.web.identity.openid.provider import LOG_OUT_EVENT
from tests.builders.fake_issuer import SECONDS, FakeIssuer, a_service, signing_key
from tests.pages.openid_reader import (
    BEGIN,
    LOG_OUT,
    OWN_KEY,
    assert_refused,
    begun,
    is_in,
    logged_in,
    reader_with,
    returned,
)
from tests.pages.strict import StrictClient, strict_client


def test_a_rotated_key_is_fetched_once(reader: StrictClient, issuer: FakeIssuer) -> None:
    returned(reader, issuer.answer_to(begun(reader)), 200)
    issuer.key = signing_key("second")
    issuer.published = [issuer.key]
    issuer.fetched.clear()
    other = strict_client(reader.web.application)
    returned(other, issuer.answer_to(begun(other, "/kirjaudu?next=/lomake")), 200)
    assert is_in(other)
    assert issuer.fetched == ["/jwks"]


def test_a_key_that_the_service_does_not_publish_is_refused(reader: StrictClient, issuer: FakeIssuer) -> None:
    issuer.published = [issuer.key]
    issuer.key = signing_key("first", 2)  # with the name of a known key
    assert_refused(reader, issuer.answer_to(begun(reader)), "signature")
    issuer.key = signing_key("unknown")
    assert_refused(reader, issuer.answer_to(begun(reader)), "signature")


def test_unknown_keys_do_not_make_the_service_answer_for_ever(
    reader: StrictClient, issuer: FakeIssuer
) -> None:
    issuer.published = [issuer.key]
    issuer.key = signing_key("unknown")
    for _ in range(12):
        assert_refused(reader, issuer.answer_to(begun(reader)), "signature")
    assert issuer.fetched.count("/jwks") == 7


def test_a_service_that_is_away_lets_nobody_in(
    app: Flask, sessions: sessionmaker[Session], issuer: FakeIssuer
) -> None:
    reader = reader_with(app, sessions, issuer)
    reader.web.application.extensions["omatori"].openid["directory"].service = a_service(
        "http://127.0.0.1:9", OWN_KEY
    )
    page = reader.send(reader.page("/kirjaudu?lang=en"), form=0, status=503)
    assert page.texts("h1") == PAGES["unavailable"][1]


def test_settings_of_another_issuer_are_not_used(reader: StrictClient, issuer: FakeIssuer) -> None:
    issuer.settings = {"issuer": "https://elsewhere.example"}
    page = reader.send(reader.page("/kirjaudu?lang=en"), form=0, status=400)
    assert page.texts("h1") == PAGES["issuer"][1]


def test_logging_out_leads_to_the_log_out_of_the_directory(reader: StrictClient, issuer: FakeIssuer) -> None:
    logged_in(reader, issuer)
    token = reader.page("/lomake").root.xpath("//header//input[@name='csrf_token']/@value")[0]
    page = reader.checked(reader.web.post("/ulos", data={"csrf_token": token}), "/ulos")
    address = page.one("main//a[@role='button']").get("href")
    assert address.startswith(f"{issuer.address}/end_session?client_id=omatori&post_logout_redirect_uri=http")
    assert not is_in(reader)


LOG_OUTS: dict[str, tuple[dict[str, Any], int]] = {
    "of the session": ({}, 200),
    "of the person": ({"sid": None, "sub": "subject-1"}, 200),
    "of another session": ({"sid": "s-2"}, 0),
    "of another person": ({"sid": None, "sub": "subject-2"}, 0),
    "of nobody": ({"sid": None}, 400),
    "for another service": ({"aud": "another"}, 400),
    "of another issuer": ({"iss": "https://elsewhere.example"}, 400),
    "an ID token": ({"nonce": "x"}, 400),
    "without the event": ({"events": {}}, 400),
    "of earlier": ({"iat": SECONDS - 121}, 400),
}


def test_a_log_out_that_begins_at_the_directory(reader: StrictClient, issuer: FakeIssuer) -> None:
    base: dict[str, Any] = {"iss": issuer.address, "aud": "omatori", "iat": SECONDS, "jti": "1", "sid": "s-1"}
    base["events"] = {LOG_OUT_EVENT: {}}
    for case, (changes, expected) in LOG_OUTS.items():
        if not is_in(reader):
            logged_in(reader, issuer)
        claims = {name: value for name, value in (base | changes).items() if value is not None}
        program = reader.web.application.test_client()
        answer = program.post(LOG_OUT, data={"logout_token": issuer.signed(claims)})
        assert answer.status_code == (expected or 200), case
        assert is_in(reader) is (expected != 200), case


def test_a_forged_log_out_ends_nothing(reader: StrictClient, issuer: FakeIssuer) -> None:
    logged_in(reader, issuer)
    issuer.published = [issuer.key]
    issuer.key = signing_key("first", 2)
    claims = {
        "iss": issuer.address,
        "aud": "omatori",
        "iat": SECONDS,
        "sid": "s-1",
        "events": {LOG_OUT_EVENT: {}},
    }
    for token in (issuer.signed(claims), "x", ""):
        assert reader.web.post(LOG_OUT, data={"logout_token": token}).status_code == 400
    assert reader.web.post("/api/kirjaudu/unknown/ulos", data={}).status_code == 400
    assert is_in(reader)


def test_the_published_keys_hold_no_private_part(reader: StrictClient) -> None:
    keys = reader.web.get(f"{BEGIN}/avaimet.json").get_json()["keys"]
    assert [set(key) for key in keys] == [{"kty", "n", "e", "use", "alg", "kid"}]
