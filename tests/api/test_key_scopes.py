"""What a key for programs may do: its scopes, its last day, and the secret of before a rotation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from foundation.database.tables.people import ApiKey, RoleGrant
from foundation.vocabulary.key_scopes import (
    COUNTY_SCOPES,
    OWNER_SCOPES,
    PROVIDER_SCOPES,
    SCOPES_OF_COUNTY_ROLES,
    KeyScope,
)
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import COUNTY_KEY_ROLES, PROVIDER_OWNERS, PROVIDER_ROLES, Role
from foundation.web.identity.guards import guard_of, scope_of
from marketplace.actions.keep_api_keys import (
    KeyTerms,
    end_old_secret,
    make_api_key,
    revoke_api_key,
    rotate_api_key,
)
from marketplace.rules.key_places import KEY_UNKNOWN, KeyPlace
from tests.builders import NOW
from tests.builders.provider_api import ProviderApi, open_provider_api
from tests.scratch_database import ScratchServer

TODAY = NOW.date()
LAST_DAY = TODAY + timedelta(days=365)
WRITERS = ("POST", "PATCH", "DELETE", "PUT")
READING_POSTS = {"POST /cards/lookup"}


@pytest.fixture
def api(scratch_server: ScratchServer, worker_name: str, tmp_path: Path) -> Iterator[ProviderApi]:
    with open_provider_api(scratch_server, f"scopes_{worker_name}", tmp_path) as opened:
        yield opened


def of(api: ProviderApi) -> KeyPlace:
    return KeyPlace(provider_id=api.provider_id)


def a_key(api: ProviderApi, *scopes: KeyScope, last_day: date = LAST_DAY, owner: bool = False) -> str:
    """Make a key with scopes that acts as the biller or the owner."""
    person = api.owner if owner else api.biller
    grant = api.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == person.person_id)).one()
    terms = KeyTerms("Domacare", frozenset(scopes), last_day)
    key = make_api_key(api.session, place=of(api), role_grant_id=grant, terms=terms, actor=api.owner, now=NOW)
    assert isinstance(key, str)
    api.session.commit()
    return key


def newest(api: ProviderApi) -> ApiKey:
    api.session.rollback()
    return api.session.scalars(select(ApiKey).order_by(ApiKey.id.desc()).limit(1)).one()


def rotated(api: ProviderApi, overlap_days: int) -> str:
    key = rotate_api_key(
        api.session,
        place=of(api),
        key_id=newest(api).id,
        overlap_days=overlap_days,
        last_day=LAST_DAY,
        actor=api.owner,
        now=NOW,
    )
    assert isinstance(key, str)
    api.session.commit()
    return key


def operations(app: Flask) -> dict[str, tuple[frozenset[Role], KeyScope | None]]:
    """Return the roles and the scope of every guarded operation under /api/v1."""
    found = {}
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1/"):
            continue
        path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"<\1>", rule.rule.removeprefix("/api/v1"))
        view = app.view_functions[rule.endpoint]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            cls = getattr(view, "view_class", None)
            guarded = view if cls is None else getattr(cls, method.lower())
            if roles := guard_of(guarded):
                found[f"{method} {path}"] = (frozenset(roles), scope_of(guarded))
    return found


def test_every_operation_with_a_guard_has_a_scope(api: ProviderApi) -> None:
    known = operations(api.web.application)
    assert [name for name, (_, scope) in known.items() if scope is None] == []
    assert len(known) > 100


def test_a_scope_to_read_writes_nothing_and_owners_scopes_are_owners(api: ProviderApi) -> None:
    known = operations(api.web.application)
    wrong = [
        name
        for name, (_, scope) in known.items()
        if scope is not None and scope.endswith(":read") and name.startswith(WRITERS)
    ]
    assert set(wrong) <= READING_POSTS
    for name, (roles, scope) in known.items():
        if scope in OWNER_SCOPES:
            assert roles == set(PROVIDER_OWNERS), name


def test_a_provider_may_be_given_every_scope_of_its_operations_and_no_other(api: ProviderApi) -> None:
    known = operations(api.web.application).values()
    used = {scope for roles, scope in known if roles & set(PROVIDER_ROLES)}
    assert used == set(PROVIDER_SCOPES)


@pytest.mark.parametrize("role", COUNTY_KEY_ROLES)
def test_a_countys_key_may_be_given_what_its_role_may_do_and_nothing_that_pays(
    api: ProviderApi, role: Role
) -> None:
    known = operations(api.web.application).values()
    used = {scope for roles, scope in known if role in roles} & set(COUNTY_SCOPES)
    assert used == SCOPES_OF_COUNTY_ROLES[role]
    assert not {KeyScope.PAYMENTS_WRITE, KeyScope.STAFF_MANAGE} & set(COUNTY_SCOPES)


def test_a_call_outside_the_scope_is_403_and_names_the_scope(api: ProviderApi) -> None:
    key = a_key(api, KeyScope.CHARGES_READ)
    assert api.get("/charges", key=key).status_code == 200
    answer = api.post("/charges", api.charge(), key=key)
    assert answer.status_code == 403
    assert answer.json is not None
    assert (answer.json["code"], answer.json["scope"]) == ("scope_missing", "charges:send")
    assert "charges:send" in answer.json["detail"]
    assert 'error="insufficient_scope", scope="charges:send"' in answer.headers["WWW-Authenticate"]
    assert api.get("/settlements", key=key).status_code == 403
    swedish = api.web.get(
        "/api/v1/settlements", headers={"Authorization": f"Bearer {key}", "Accept-Language": "sv"}
    )
    assert "rätten settlements:read" in swedish.get_data(as_text=True)


def test_a_limited_key_opens_exactly_the_operations_of_its_scopes(api: ProviderApi) -> None:
    key = a_key(api, KeyScope.CHARGES_SEND, KeyScope.VISITS_READ)
    for name, (roles, scope) in operations(api.web.application).items():
        if not roles & set(PROVIDER_ROLES):
            continue
        method, path = name.split(" ")
        answer = api.send(method, re.sub(r"<\w+>", "999999999", path), key=key)
        missing = answer.is_json and (answer.json or {}).get("code") == "scope_missing"
        is_open = scope in (KeyScope.CHARGES_SEND, KeyScope.VISITS_READ)
        assert missing is (not is_open and Role.PROVIDER_BILLER in roles), name
        assert is_open or answer.status_code == 403, name


def test_the_wrong_role_is_said_before_the_scope(api: ProviderApi) -> None:
    key = a_key(api, KeyScope.CHARGES_READ)
    answer = api.post("/decisions", {}, key=key)
    assert (answer.status_code, answer.json and answer.json["code"]) == (403, "not_allowed")


def test_a_key_from_before_scopes_may_all_that_its_role_may(api: ProviderApi) -> None:
    assert api.post("/charges", api.charge()).status_code == 201
    assert api.get("/settlements").status_code == 200


def test_owners_scopes_are_refused_for_a_biller(api: ProviderApi) -> None:
    grant = api.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == api.biller.person_id)).one()
    terms = KeyTerms("x", frozenset({KeyScope.PEOPLE_MANAGE}), LAST_DAY)
    refused = make_api_key(
        api.session, place=of(api), role_grant_id=grant, terms=terms, actor=api.owner, now=NOW
    )
    assert refused == Refusal("scope_beyond_role", "scopes")
    key = a_key(api, KeyScope.PEOPLE_MANAGE, owner=True)
    assert api.get("/my/people", key=key).status_code == 200


def test_a_key_works_through_its_last_day_and_then_says_that_it_ended(api: ProviderApi) -> None:
    last = a_key(api, KeyScope.CHARGES_READ, last_day=TODAY)
    over = a_key(api, KeyScope.CHARGES_READ, last_day=TODAY - timedelta(days=1))
    assert api.get("/charges", key=last).status_code == 200
    answer = api.get("/charges", key=over)
    assert (answer.status_code, answer.json and answer.json["code"]) == (401, "key_expired")
    assert api.get("/services", key=over).status_code == 200


def test_both_secrets_work_until_the_day_and_then_the_new_one_alone(api: ProviderApi) -> None:
    old = a_key(api, KeyScope.CHARGES_READ)
    new = rotated(api, 7)
    assert old != new
    assert [api.get("/charges", key=key).status_code for key in (old, new)] == [200, 200]
    key = newest(api)
    assert (key.previous_until, key.previous_hint) == (TODAY + timedelta(days=7), old[-4:])
    api.session.execute(update(ApiKey).values(previous_until=TODAY).where(ApiKey.id == key.id))
    api.session.commit()
    assert api.get("/charges", key=old).status_code == 200
    api.session.execute(
        update(ApiKey).values(previous_until=TODAY - timedelta(days=1)).where(ApiKey.id == key.id)
    )
    api.session.commit()
    assert [api.get("/charges", key=key).status_code for key in (old, new)] == [401, 200]


def test_without_overlap_and_when_stopped_the_old_secret_ends_at_once(api: ProviderApi) -> None:
    first = a_key(api, KeyScope.CHARGES_READ)
    second = rotated(api, 0)
    assert [api.get("/charges", key=key).status_code for key in (first, second)] == [401, 200]
    third = rotated(api, 30)
    assert api.get("/charges", key=second).status_code == 200
    who = {"place": of(api), "key_id": newest(api).id, "actor": api.owner, "now": NOW}
    assert end_old_secret(api.session, **who) is None  # type: ignore[arg-type]
    api.session.commit()
    assert [api.get("/charges", key=key).status_code for key in (second, third)] == [401, 200]


def test_a_revoked_key_ends_with_both_secrets(api: ProviderApi) -> None:
    old = a_key(api, KeyScope.CHARGES_READ)
    new = rotated(api, 30)
    who = {"place": of(api), "key_id": newest(api).id, "actor": api.owner, "now": NOW}
    assert revoke_api_key(api.session, **who) is None  # type: ignore[arg-type]
    api.session.commit()
    assert [api.get("/charges", key=key).status_code for key in (old, new)] == [401, 401]


def test_another_provider_cannot_renew_the_key(api: ProviderApi) -> None:
    a_key(api, KeyScope.CHARGES_READ)
    terms = {"overlap_days": 7, "last_day": LAST_DAY, "actor": api.owner, "now": NOW}
    stranger = api.provider_id + 1
    found = rotate_api_key(api.session, place=KeyPlace(provider_id=stranger), key_id=newest(api).id, **terms)  # type: ignore[arg-type]
    assert found == KEY_UNKNOWN


def test_the_day_of_the_last_use_is_noted_once_a_day(api: ProviderApi) -> None:
    key = a_key(api, KeyScope.CHARGES_READ)
    assert newest(api).used_on is None
    assert api.post("/charges", api.charge(), key=key).status_code == 403
    assert newest(api).used_on == TODAY
    api.session.execute(update(ApiKey).values(used_on=TODAY - timedelta(days=3)))
    api.session.commit()
    assert api.get("/charges", key=key).status_code == 200
    assert newest(api).used_on == TODAY
    assert api.get("/charges", key="omk_unknown").status_code == 401
