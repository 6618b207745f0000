"""`omatori people`: the first administrator of an empty county, and a leaver."""

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.commands.conftest import Invoke

EXAMPLE = Path(__file__).parents[2] / "docs" / "counties" / "example.yaml"
CLOCK = "2026-11-21T12:00+02:00"
INVITE = ("people", "invite", "--county", "98", "--email", "Paula@example.fi", "--role")


@pytest.fixture
def at(invoke: Invoke, fresh_database: str) -> dict[str, str]:
    """The database with a county and nobody in it."""
    at = {"database_url": fresh_database, "clock": CLOCK}
    assert invoke("county", "create", str(EXAMPLE), **at).exit_code == 0
    return at


def rows(database_url: str, query: str) -> list[tuple[object, ...]]:
    with create_engine(database_url).connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_the_first_administrator_gets_a_printed_link(invoke: Invoke, at: dict[str, str]) -> None:
    invited = invoke(*INVITE, "admin", **at)
    link = invited.stdout.strip()
    assert (invited.exit_code, link.rpartition("/")[0]) == (0, "http://127.0.0.1:8000/kutsu/rooli")
    assert "until 2026-11-24 10:00 UTC" in invited.stderr
    listed = json.loads(invoke("people", "list", "--county", "98", "--json", **at).stdout)
    assert listed["people"] == []
    assert listed["invitations"] == [
        {
            "email": "paula@example.fi",
            "role": "admin",
            "from": "2026-11-21",
            "to": None,
            "granting_limit": None,
            "expires_at": "2026-11-24T10:00:00+00:00",
        }
    ]
    code = link.rpartition("/")[2]
    stored = rows(at["database_url"], "SELECT to_jsonb(i)::text FROM role_invitation i")
    audited = rows(
        at["database_url"], "SELECT act, actor_name, detail::text FROM audit_event WHERE act LIKE 'role%'"
    )
    assert code not in str(stored) + str(audited)
    assert [row[:2] for row in audited] == [("role.invite", "omatori people")]


def test_with_a_mail_server_the_link_is_mailed_and_not_printed(invoke: Invoke, at: dict[str, str]) -> None:
    mail = {"MAIL_HOST": "localhost", "OMATORI_URL": "https://omatori.example.fi/"}
    invited = invoke(*INVITE, "admin", "--json", **at, **mail)
    assert json.loads(invited.stdout)["link"] is None
    ((body,),) = rows(at["database_url"], "SELECT body FROM outbox")
    assert isinstance(body, dict)
    assert body["to"] == "paula@example.fi"
    assert "\nhttps://omatori.example.fi/kutsu/rooli/" in body["text"]
    printed = invoke(*INVITE, "admin", "--print-link", **at, **mail)
    assert printed.stdout.startswith("https://omatori.example.fi/kutsu/rooli/")
    assert rows(at["database_url"], "SELECT count(*) FROM outbox") == [(1,)]


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        (["auditor", "--to", "2026-11-20"], ["last_day_past"]),
        (["auditor", "--limit", "100"], ["limit_of_worker_only"]),
        (["worker", "--limit", "0"], ["limit_not_positive"]),
        (["worker", "--substitute-for", "nobody@example.fi"], ["last_day_needed", "substitute_unknown"]),
        (["worker", "--from", "2026-12-02", "--to", "2026-12-01"], ["last_day_before_first"]),
    ],
)
def test_every_reason_is_named_at_once(
    invoke: Invoke, at: dict[str, str], options: list[str], codes: list[str]
) -> None:
    refused = invoke(*INVITE, *options, "--json", **at)
    errors = json.loads(refused.stdout)["errors"]
    assert (refused.exit_code, [error["code"] for error in errors]) == (1, codes)


def test_in_production_the_address_must_be_known(invoke: Invoke, at: dict[str, str]) -> None:
    production = {
        "OMATORI_ENV": "production",
        "MAIL_HOST": "localhost",
        "SECRET_KEY": "Zk4l9wQx7TnB2vR8yLsP6hJd3FgM5cXa1",
        "IDENTITY_KEYS": "1:uE7rT2yQ9oWp4sAd6fGh8jKl1zXcV3bN5",
        "AUDIT_KEYS": "1:mQ8wE4rT6yU2iO9pA1sD3fG5hJ7kLzXcV",
    }
    here = at | {"clock": ""}
    refused = invoke(*INVITE, "admin", **here, **production)
    assert (refused.exit_code, "Set OMATORI_URL" in refused.stderr) == (1, True)
    wrong = invoke(*INVITE, "admin", **here, **production, OMATORI_URL="omatori")
    assert "OMATORI_URL must be the address" in wrong.stderr


def test_an_unknown_person_cannot_be_ended(invoke: Invoke, at: dict[str, str]) -> None:
    end = ("people", "end", "--county", "98", "--email", "paula@example.fi")
    assert "has no person" in invoke(*end, **at).stderr
    invoke(*INVITE, "admin", **at)
    assert json.loads(invoke(*end, "--json", **at).stdout)["roles_ended"] == 0
    assert rows(at["database_url"], "SELECT count(*) FROM role_invitation WHERE withdrawn_at IS NULL") == [
        (0,)
    ]


def test_the_operator_invites_the_first_owner_of_a_provider(invoke: Invoke, at: dict[str, str]) -> None:
    invite = ("people", "invite-to-provider", "--provider", "1234567-1", "--role", "provider_owner")
    to = ("--email", "Olli@example.fi")
    unknown = invoke(*invite, *to, **at)
    assert (unknown.exit_code, "There is no provider 1234567-1." in unknown.stderr) == (1, True)
    with create_engine(at["database_url"]).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO provider (business_id, name, about, email, phone, website, first_visit)"
                " VALUES ('1234567-1', 'Kaisla Oy', '', 'a@example.fi', '1', '', '')"
            )
        )
    invited = invoke(*invite, *to, **at)
    assert invited.stdout.startswith("http://127.0.0.1:8000/kutsu/yritys/")
    refused = invoke(*invite, "--email", "nobody", "--to", "2020-01-01", "--json", **at)
    assert [one["code"] for one in json.loads(refused.stdout)["errors"]] == [
        "email_malformed",
        "last_day_past",
    ]
