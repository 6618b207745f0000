"""Early warnings about a county's clients."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import fields

from clearing.upkeep.facts.course import AlertRule
from clearing.upkeep.load.alerts import AlertEntry
from clearing.upkeep.load.provider_alerts import ProviderAlert, providers_at_risk
from county_desk.disclosure.alerts import listed_alerts, tasks_to_find_another
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import Actor, Role
from foundation.web.api import Answer, ApiSchema, Day, paged, paged_schema, read_paging, takes_paging
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.load.finding_another import FindAnother

blueprint = Blueprint(
    "county_alerts_api", __name__, url_prefix="/api/v1", description=N_("Early warnings about clients")
)
FIND_ANOTHER = "find_another"
RULES = [FIND_ANOTHER, *(rule.value for rule in AlertRule if rule is not AlertRule.REPORTS_LATE)]


class AlertSchema(ApiSchema):
    """An open early warning, or a task to find another provider for a client (`find_another`).

    `figures` are those of the last judgement: cents, or hundredths of a unit. `verdict` is what a worker said
    of it: `useful`, `not_useful`; null: nothing yet. A task has no `id`: it is done when the client has
    chosen. `client` and `voucher` are null if it is about a provider, and `provider` if it is about neither.
    """

    id = fields.Integer(allow_none=True)
    rule = fields.String(metadata={"enum": RULES})
    client = fields.String(allow_none=True)
    voucher = fields.String(allow_none=True)
    provider = fields.String(allow_none=True, metadata={"description": "business id"})
    opened_on = Day()
    judged_on = Day()
    weeks = fields.Integer()
    uncertain = fields.Boolean()
    verdict = fields.String(allow_none=True)
    figures = fields.Dict(keys=fields.String())


@blueprint.get("/alerts")
@allow(Role.WORKER, scope=KeyScope.CASES_READ)
@takes_paging
@blueprint.response(200, paged_schema(AlertSchema))
def list_alerts() -> Answer:
    """List the tasks to find another provider, then the providers at risk, then the warnings about clients

    In each part the most urgent is first.
    """
    paging, actor = read_paging(), current_actor()
    items, total = _page(actor, paging.offset, paging.page_size)
    return paged(items, paging, total)


def _page(actor: Actor, first: int, left: int) -> tuple[list[dict[str, object]], int]:
    county_id = actor.county_id or 0
    tasks, task_count = tasks_to_find_another(
        db(), county_id, first=first, count=left, actor=actor, now=now()
    )
    risks = providers_at_risk(db(), county_id)
    first, left = max(0, first - task_count), left - len(tasks)
    shown = risks[first : first + left]
    first, left = max(0, first - len(risks)), left - len(shown)
    found, total = listed_alerts(db(), county_id, first=first, count=left, actor=actor, now=now())
    items = [*map(_task, tasks), *map(_risk, shown), *map(_alert, found)]
    return items, task_count + len(risks) + total


def _task(task: FindAnother) -> dict[str, object]:
    found_on = helsinki_day(task.found_at)
    return {
        "id": None,
        "rule": FIND_ANOTHER,
        "client": task.client_number,
        "voucher": task.voucher,
        "provider": task.business_id,
        "opened_on": found_on,
        "judged_on": found_on,
        "weeks": 1,
        "uncertain": False,
        "verdict": None,
        "figures": {
            "choice": task.choice_id,
            "service": task.service,
            "from_day": task.from_day.isoformat(),
            "reason": task.code,
        },
    }


def _risk(alert: ProviderAlert) -> dict[str, object]:
    return _common(alert) | {
        "client": None,
        "voucher": None,
        "provider": alert.business_id,
        "uncertain": False,
    }


def _alert(alert: AlertEntry) -> dict[str, object]:
    return _common(alert) | {
        "client": alert.client_number,
        "voucher": alert.voucher,
        "provider": None,
        "uncertain": alert.is_uncertain,
    }


def _common(alert: AlertEntry | ProviderAlert) -> dict[str, object]:
    return {
        "id": alert.id,
        "rule": alert.rule.value,
        "opened_on": alert.opened_on,
        "judged_on": alert.judged_on,
        "weeks": alert.weeks,
        "verdict": alert.verdict,
        "figures": alert.figures,
    }
