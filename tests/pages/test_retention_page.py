"""/sailytys and `omatori retention`: the rules of keeping, the next run, what the last one removed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from clearing.upkeep.rules.retention_rules import RULES
from clearing.upkeep.write.job_runs import store_job_run
from county_desk.pages.retention import KINDS_OF_DATA
from foundation.database.tables.clients import Client
from foundation.database.tables.help_requests import HelpRequest
from foundation.vocabulary.roles import Role
from tests.actions.test_apply_retention import DAY_AFTER, ask, count, noon
from tests.builders import a_person
from tests.builders.client_api import ClientApi
from tests.commands.conftest import Invoke, invoke  # noqa: F401 - a fixture
from tests.pages.logged_in import logged_in

CLOCK = noon(DAY_AFTER).isoformat()


def retain(invoke: Invoke, api: ClientApi, *options: str) -> str:  # noqa: F811
    """Run the command on the day after; return what it prints."""
    done = invoke("retention", *options, database_url=api.database_url, clock=CLOCK)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_every_kind_has_words() -> None:
    assert {rule.kind for rule in RULES} == set(KINDS_OF_DATA)


def test_the_command_counts_and_then_removes(client_api: ClientApi, invoke: Invoke) -> None:  # noqa: F811
    ask(client_api)
    told = json.loads(retain(invoke, client_api, "--dry-run", "--json"))
    assert (told["dry_run"], told["kinds"]["help_requests"]) == (True, {"due": 1, "held": 0})
    assert count(client_api, HelpRequest) == 1
    assert "help_requests: 1 removed, 0 held" in retain(invoke, client_api)
    assert count(client_api, HelpRequest) == 0
    assert "help_requests: 0 due, 0 held" in retain(invoke, client_api, "--dry-run")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR], ids=str)
def test_the_administrator_and_the_auditor_see_the_rules(
    client_api: ClientApi,
    invoke: Invoke,  # noqa: F811
    role: Role,
    language: str,
) -> None:
    ask(client_api)
    retain(invoke, client_api)
    next_at = noon(DAY_AFTER) + timedelta(days=1)
    store_job_run(client_api.session, "apply_retention", started_at=noon(DAY_AFTER), next_at=next_at)
    county_id = client_api.session.get_one(Client, client_api.client_id).county_id
    actor = a_person(client_api.session, role, county_id=county_id)
    client_api.session.commit()
    page = logged_in(client_api.web, client_api.session, actor).page("/sailytys", lang=language)
    assert len(page.root.xpath("//main//tbody/tr")) == len(RULES)
    if language == "en":
        assert "24 months" in page.texts("table")
        assert "1 removed" in page.texts("table")
        assert "Next run: 23 Nov 2028" in page.texts("main").replace("\xa0", " ")
