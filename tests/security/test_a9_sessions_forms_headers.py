"""A9: every form needs its token, every answer has its headers, and a cookie alone opens no API.

Ends of sessions (log-out, copies of a cookie, two hours, twelve hours, everywhere) are in
`tests/pages/test_log_in.py`.
"""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from foundation.vocabulary.roles import Role
from tests.api.test_roles import MATRIX as OPERATIONS
from tests.security.conftest import SmallWorld, token_of
from tests.security.test_a1_roles_of_pages import MATRIX as PAGES

pytestmark = pytest.mark.slow
PERSON_OF = {frozenset(roles): sorted(roles)[0] for roles in map(frozenset, PAGES.values())}
STATE_CHANGING = [row for row in PAGES if row.startswith("POST ")]
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
CLOSED = "default-src 'none'; frame-ancestors 'none'"
WORKER = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"


def path_of(row: str) -> str:
    return re.sub(r"<\w+>", "999999999", row.split(" ")[1])


@pytest.mark.parametrize("row", STATE_CHANGING)
def test_a_form_without_its_token_changes_nothing(small_world: SmallWorld, row: str) -> None:
    web = small_world.browser(PERSON_OF[frozenset(PAGES[row])])
    other = token_of(small_world.browser(Role.WORKER))
    for data in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": other}):
        answer = web.post(path_of(row), data=data)
        assert answer.status_code == 400, (row, data)
    from_elsewhere = {"Origin": "https://evil.example", "Referer": "https://evil.example/"}
    assert web.post(path_of(row), data={}, headers=from_elsewhere).status_code == 400
    with_token = web.post(path_of(row), data={"csrf_token": token_of(web)})
    assert with_token.status_code != 400 or "CSRF" not in with_token.text


def flaws(answer: TestResponse) -> list[str]:
    """Return the headers that an answer lacks."""
    wrong = [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
    policy = answer.headers.get("Content-Security-Policy", "")
    if answer.mimetype == "text/html":
        if not re.search(r"script-src 'self' 'nonce-[\w-]{20,}'", policy) or "unsafe" in policy:
            wrong.append("Content-Security-Policy")
    elif policy != (WORKER if answer.mimetype == "text/javascript" else CLOSED):
        wrong.append("Content-Security-Policy")
    if "camera=(self)" not in answer.headers.get("Permissions-Policy", ""):
        wrong.append("Permissions-Policy")
    for cookie in answer.headers.getlist("Set-Cookie"):
        if "HttpOnly" not in cookie and "omatori=" in cookie:
            wrong.append(cookie)
        if "SameSite=Lax" not in cookie:
            wrong.append(cookie)
    return wrong


def test_every_answer_has_its_headers(small_world: SmallWorld) -> None:
    wrong: dict[str, list[str]] = {}
    for row, roles in PAGES.items():
        web = small_world.browser(PERSON_OF[frozenset(roles)])
        answer = web.open(path_of(row), method=row.split(" ")[0])
        personal = roles != set(Role)
        lacks = flaws(answer) + (["Cache-Control"] if personal and not is_private(answer) else [])
        wrong |= {row: lacks} if lacks else {}
    for row, allowed in OPERATIONS.items():
        headers = small_world.headers(sorted(allowed)[0])
        method, web = row.split(" ")[0], small_world.app.test_client()
        answer = web.open(f"/api/v1{path_of(row)}", method=method, headers=headers)
        lacks = flaws(answer) + (
            [] if is_private(answer) or "max-age" in cache_of(answer) else ["Cache-Control"]
        )
        wrong |= {row: lacks} if lacks else {}
    for method, path in (("GET", "/nothing"), ("PUT", "/oma"), ("POST", "/api/v1/nothing"), ("GET", "/x%00")):
        answer = small_world.app.test_client().open(path, method=method)
        assert answer.status_code in (404, 405)
        wrong |= {path: flaws(answer)} if flaws(answer) else {}
    assert wrong == {}


def cache_of(answer: TestResponse) -> str:
    return answer.headers.get("Cache-Control", "")


def is_private(answer: TestResponse) -> bool:
    return "no-store" in cache_of(answer)


def test_a_cookie_alone_opens_no_operation_of_the_api(small_world: SmallWorld) -> None:
    opened = []
    for row, roles in OPERATIONS.items():
        if roles == frozenset(Role):
            continue
        answer = small_world.browser(sorted(roles)[0]).open(
            f"/api/v1{path_of(row)}", method=row.split(" ")[0]
        )
        opened += [] if answer.status_code == 401 else [(row, answer.status_code)]
    assert opened == []


def test_a_key_opens_no_page(small_world: SmallWorld) -> None:
    for role, path in ((Role.CLIENT, "/oma"), (Role.WORKER, "/tt"), (Role.AUDITOR, "/tarkastus")):
        answer = small_world.app.test_client().get(path, headers=small_world.headers(role))
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/kirjaudu")
