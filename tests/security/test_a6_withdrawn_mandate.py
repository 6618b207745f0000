"""A6: a mandate is withdrawn while the representative has ten open sessions and a key for programs."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from foundation.vocabulary.roles import Role
from tests.builders.county import NOW
from tests.security.conftest import SmallWorld, token_of

SESSIONS = 10
FIRST_MANDATE = """
SELECT m.id, m.person_id, (SELECT min(voucher) FROM funding WHERE client_id = m.client_id) AS voucher
FROM mandate m WHERE m.revoked_at IS NULL
AND 1 = (SELECT count(*) FROM mandate WHERE person_id = m.person_id AND revoked_at IS NULL)
AND EXISTS (SELECT FROM funding WHERE client_id = m.client_id) ORDER BY m.id LIMIT 1
"""
WITHDRAW = {
    "the mandate is revoked": "UPDATE mandate SET revoked_at = :now WHERE id = :id",
    "the mandate ends": "UPDATE mandate SET valid = daterange('2020-01-01', '2026-11-21') WHERE id = :id",
    "the role ends": """UPDATE role_grant SET valid = daterange('2020-01-01', '2026-11-21')
        WHERE person_id = :person AND id > 0 * CAST(:id AS bigint)""",
}


@pytest.mark.parametrize("how", WITHDRAW)
def test_ten_open_sessions_are_refused_on_the_next_request(small_world: SmallWorld, how: str) -> None:
    with small_world.sessions() as session:
        mandate = session.execute(text(FIRST_MANDATE)).mappings().one()
        email = session.execute(
            text("SELECT email FROM person WHERE id = :id"), {"id": mandate["person_id"]}
        ).scalar_one()
    key = next(
        person["api_key"] for person in small_world.world.report["people"] if person["log_in"] == email
    )
    browsers = [small_world.browser_by_key(key) for _ in range(SESSIONS)]
    api, headers = small_world.app.test_client(), {"Authorization": f"Bearer {key}"}
    voucher = f"/api/v1/fundings/{mandate['voucher']}"
    tokens = [token_of(web) for web in browsers]
    assert [web.get("/oma").status_code for web in browsers] == [200] * SESSIONS
    assert api.get(voucher, headers=headers).status_code == 200

    values = {"id": mandate["id"], "now": NOW, "person": mandate["person_id"]}
    with small_world.sessions.begin() as session:
        statement = text(WITHDRAW[how])
        session.execute(statement, {name: values[name] for name in statement._bindparams})

    pages = [web.get("/oma") for web in browsers]
    assert {answer.status_code for answer in pages} == {302}
    posted = [
        web.post("/kulut/1/oikein", data={"csrf_token": token})
        for web, token in zip(browsers, tokens, strict=True)
    ]
    assert {answer.status_code for answer in posted} <= {302, 400, 401, 404}
    assert api.get(voucher, headers=headers).status_code in (401, 404)
    undo(small_world)


def undo(small_world: SmallWorld) -> None:
    """Give the mandates and roles back for the next test."""
    with small_world.sessions.begin() as session:
        session.execute(text("UPDATE mandate SET revoked_at = NULL, valid = daterange('2020-01-01', NULL)"))
        session.execute(
            text("UPDATE role_grant SET valid = daterange('2020-01-01', NULL) WHERE role = :role"),
            {"role": Role.REPRESENTATIVE},
        )
