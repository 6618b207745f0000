"""A body is limited by its address and its sender, before any of it is stored."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from waitress.adjustments import Adjustments
from waitress.utilities import RequestEntityTooLarge
from werkzeug.test import TestResponse

from commands.body_limits import limited_channel
from commands.serve import LARGEST_BODY_BYTES
from foundation.web.large_bodies import FILE_BYTES, IN_WORK, IN_WORK_FROM_BYTES, ORDINARY_BYTES
from tests.builders.photos import a_picture
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in

KEY, COOKIE = "Authorization: Bearer omk_1", "Cookie: lang=fi; omatori=abc"
MB = 1_000_000


def is_refused(app: Flask, method: str, path: str, size: int, *headers: str) -> bool:
    """Return whether the server refuses a request when it has its headers, without any of its body."""
    parser = limited_channel(app).parser_class(Adjustments(max_request_body_size=LARGEST_BODY_BYTES))
    lines = [f"{method} {path} HTTP/1.1", "Host: x", f"Content-Length: {size}", *headers, "", ""]
    parser.received("\r\n".join(lines).encode())
    assert parser.error is None or isinstance(parser.error, RequestEntityTooLarge)
    assert parser.completed is (parser.error is not None)
    return parser.error is not None


@pytest.mark.parametrize(
    ("method", "path", "size", "header", "refused"),
    [
        ("POST", "/api/v1/charge-files", 25 * MB, KEY, False),
        ("POST", "/api/v1/charge-files?dry_run=true", 25 * MB, KEY, False),
        ("POST", "/api/v1/charge-files", 33 * MB, KEY, True),
        ("POST", "/api/v1/bank-answers", 60 * MB, KEY, False),
        ("POST", "/t/tuo", 25 * MB, COOKIE, False),
        ("POST", "/t/palvelut/tuo", 25 * MB, COOKIE, False),
        ("POST", "/tt/hinnat/tuo", 25 * MB, COOKIE, False),
        ("POST", "/mt/vastaukset", 60 * MB, COOKIE, False),
        # a sender who does not even claim to be known
        ("POST", "/api/v1/charge-files", 25 * MB, "Authorization: Basic abc", True),
        ("POST", "/t/tuo", 25 * MB, "Cookie: lang=fi", True),
        # an address that takes no files, or does not exist
        ("POST", "/api/v1/charges", 3 * MB, KEY, True),
        ("POST", "/kirjaudu", 3 * MB, COOKIE, True),
        ("GET", "/api/v1/charge-files/1", 3 * MB, KEY, True),
        ("POST", "/api/v1/nothing", 3 * MB, KEY, True),
        ("POST", "/kirjaudu", 2 * MB, COOKIE, False),
    ],
)
def test_the_server_refuses_a_body_by_its_address_and_sender(
    provider_api: ProviderApi, method: str, path: str, size: int, header: str, refused: bool
) -> None:
    assert is_refused(provider_api.web.application, method, path, size, header) is refused


def test_a_chunked_body_is_refused_when_it_has_become_too_large(provider_api: ProviderApi) -> None:
    adjustments = Adjustments(max_request_body_size=LARGEST_BODY_BYTES)
    parser = limited_channel(provider_api.web.application).parser_class(adjustments)
    parser.received(b"POST /kirjaudu HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    sent = 0
    while not parser.completed:
        parser.received(piece)
        sent += len(piece)
    assert isinstance(parser.error, RequestEntityTooLarge)
    assert sent < ORDINARY_BYTES + 2 * len(piece)


def test_the_application_limits_a_form_with_a_file_too(provider_api: ProviderApi) -> None:
    form = {"file": (io.BytesIO(b"x" * (ORDINARY_BYTES + 1)), "a.csv")}
    assert provider_api.web.post("/kirjaudu", data=form).status_code == 413


def test_few_large_bodies_are_in_work_and_the_next_is_sent_away(provider_api: ProviderApi) -> None:
    data = b";" * (IN_WORK_FROM_BYTES + 1)
    assert len(data) < FILE_BYTES
    with IN_WORK.all_taken():
        for headers in ({}, {"Idempotency-Key": "k"}):
            answer = provider_api.send_file(data, **headers)
            assert (answer.status_code, answer.get_json()["code"]) == (503, "heavy_work_busy")
    for headers in ({}, {"Idempotency-Key": "k"}):
        assert provider_api.send_file(data, **headers).status_code == 422


def test_a_large_form_of_a_page_waits_for_a_place_too(provider_api: ProviderApi) -> None:
    biller = logged_in(provider_api.web, provider_api.session, provider_api.biller)
    fields = dict(biller.page("/t/tuo", lang="en").form().form_values())

    def sent(size: int) -> TestResponse:
        return biller.web.post("/t/tuo", data={**fields, "file": (io.BytesIO(b";" * size), "a.csv")})

    with IN_WORK.all_taken():
        answer = sent(IN_WORK_FROM_BYTES + 1)
        assert (answer.status_code, bool(answer.headers["Retry-After"])) == (503, True)
        assert "Try again in a moment" in answer.text
        assert sent(1_000).status_code == 302
    assert sent(IN_WORK_FROM_BYTES + 1).status_code == 302
    assert sent(IN_WORK_FROM_BYTES + 1).status_code == 302, "the place is free again"


def test_a_photo_waits_for_a_place_however_well_it_is_packed(provider_api: ProviderApi) -> None:
    photo = a_picture(width=400, height=300)
    assert len(photo) < IN_WORK_FROM_BYTES
    fields = {"offering": provider_api.offering_id, "text_fi": "Ovi"}
    page = logged_in(provider_api.web, provider_api.session, provider_api.biller).page("/t/kuvat")
    form = {**dict(page.form().form_values()), "of": f"offering {provider_api.offering_id}", "text_fi": "Ovi"}

    def sent(path: str, values: dict[str, Any]) -> int:
        data = {**values, "file": (io.BytesIO(photo), "a.jpg")}
        return provider_api.web.post(path, data=data, headers=headers if "api" in path else {}).status_code

    headers = {"Authorization": f"Bearer {provider_api.own_key}"}
    with IN_WORK.all_taken():
        assert (sent("/api/v1/my/photos", fields), sent("/t/kuvat", form)) == (503, 503)
    assert (sent("/api/v1/my/photos", fields), sent("/t/kuvat", form)) == (201, 302)
