"""`/my/webhooks`: an owner's program keeps the addresses to which changes are reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.webhooks import Webhook, WebhookDelivery
from tests.builders.provider_api import ProviderApi, open_provider_api
from tests.scratch_database import ScratchServer

NEW = {"url": "https://hooks.example.com/omatori", "events": ["charge.accepted", "settlement.paid"]}


@pytest.fixture
def api(scratch_server: ScratchServer, worker_name: str, tmp_path: Path) -> Iterator[ProviderApi]:
    with open_provider_api(scratch_server, f"webhooks_{worker_name}", tmp_path) as opened:
        yield opened


def made(api: ProviderApi) -> dict[str, Any]:
    answer = api.post("/my/webhooks", NEW, key=api.owner_key)
    assert answer.status_code == 201, answer.text
    webhook: dict[str, Any] = answer.json or {}
    return webhook


def read(api: ProviderApi, path: str) -> Any:
    return api.read(path, key=api.owner_key)


def test_a_webhook_is_made_and_its_secret_is_answered_once(api: ProviderApi) -> None:
    webhook = made(api)
    assert webhook["secret"].startswith("whsec_")
    assert {name: webhook[name] for name in NEW} == NEW
    assert webhook["state"] == "on"
    [listed] = read(api, "/my/webhooks")["items"]
    assert listed == {name: value for name, value in webhook.items() if name != "secret"}
    assert "secret" not in read(api, f"/my/webhooks/{webhook['id']}")
    acts = api.session.scalars(select(AuditEvent.detail).where(AuditEvent.act == "webhook.add")).all()
    assert webhook["secret"] not in str(acts)


def test_the_same_request_again_makes_no_second_webhook(api: ProviderApi) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first, again = (api.post("/my/webhooks", NEW, key=api.owner_key, **headers) for _ in range(2))
    assert first.json == again.json
    assert api.count(Webhook) == 1


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({**NEW, "url": "http://hooks.example.com/"}, "url", "webhook_url_not_https"),
        ({**NEW, "url": "https://10.0.0.1/"}, "url", "webhook_url_not_public"),
        ({**NEW, "url": "https://a:b@example.com/"}, "url", "webhook_url_with_user"),
        ({**NEW, "url": "hooks"}, "url", "webhook_url_malformed"),
        ({**NEW, "url": "https://example.com/" + "a" * 550}, "url", "webhook_url_too_long"),
        ({**NEW, "events": []}, "events", "webhook_events_missing"),
        ({**NEW, "events": ["charge.eaten"]}, "events.0", "field_not_a_choice"),
        ({"url": NEW["url"]}, "events", "field_required"),
        ({**NEW, "url": None}, "url", "field_null"),
        ({**NEW, "colour": "red"}, "colour", "field_unknown"),
    ],
)
def test_bad_input_names_the_field_and_the_code(
    api: ProviderApi, body: dict[str, Any], field: str, code: str
) -> None:
    answer = api.post("/my/webhooks", body, key=api.owner_key)
    assert answer.status_code == 422
    assert answer.json is not None
    assert (answer.json["errors"][0]["field"], answer.json["errors"][0]["code"]) == (field, code)
    assert answer.json["errors"][0]["title"]


def test_there_are_ten_at_most(api: ProviderApi) -> None:
    for _ in range(10):
        made(api)
    answer = api.post("/my/webhooks", NEW, key=api.owner_key)
    assert answer.json is not None
    assert answer.json["errors"][0]["code"] == "webhooks_too_many"


def test_changes_keep_what_is_left_out_and_refuse_a_stale_version(api: ProviderApi) -> None:
    path = f"/my/webhooks/{made(api)['id']}"
    etag = api.get(path, key=api.owner_key).headers["ETag"]
    changed = api.send("PATCH", path, {"state": "paused"}, key=api.owner_key, **{"If-Match": etag})
    assert changed.json is not None
    assert (changed.json["state"], changed.json["url"]) == ("paused", NEW["url"])
    stale = api.send("PATCH", path, {"events": ["choice.made"]}, key=api.owner_key, **{"If-Match": etag})
    assert stale.status_code == 412
    assert api.send("PATCH", path, {"state": "stopped"}, key=api.owner_key).status_code == 422


def test_a_charge_is_reported_with_the_answer_and_listed_as_a_delivery(api: ProviderApi) -> None:
    webhook = made(api)
    charge = api.post("/charges", api.charge()).json
    assert charge is not None
    page = read(api, f"/my/webhooks/{webhook['id']}/deliveries")
    [delivery] = page["items"]
    assert (delivery["type"], delivery["subject_id"], delivery["state"]) == (
        "charge.accepted",
        charge["id"],
        "waiting",
    )
    assert read(api, f"/my/webhooks/{webhook['id']}/deliveries/{delivery['id']}") == delivery
    refused = api.post("/charges", api.charge(reference="R-2", quantity="0.00"))
    assert refused.status_code == 422
    assert read(api, f"/my/webhooks/{webhook['id']}/deliveries")["total"] == 1


def test_a_test_and_a_resend_are_queued_only_while_it_is_on(api: ProviderApi) -> None:
    webhook = made(api)
    path = f"/my/webhooks/{webhook['id']}"
    queued = api.post(f"{path}/test", key=api.owner_key)
    assert queued.status_code == 202
    assert queued.json is not None
    again = api.post(f"{path}/deliveries/{queued.json['delivery']}/resend", key=api.owner_key)
    assert again.status_code == 202
    rows = api.session.execute(select(WebhookDelivery.event_id, WebhookDelivery.type)).all()
    assert len(rows) == 2
    assert len(set(rows)) == 1
    api.send("PATCH", path, {"state": "paused"}, key=api.owner_key)
    for act in ("test", f"deliveries/{queued.json['delivery']}/resend"):
        refused = api.post(f"{path}/{act}", key=api.owner_key)
        assert (refused.status_code, refused.json and refused.json["code"]) == (409, "webhook_not_on")


def test_the_secret_is_renewed_with_an_overlap(api: ProviderApi) -> None:
    webhook = made(api)
    renewed = api.post(f"/my/webhooks/{webhook['id']}/secret", {"overlap_days": 7}, key=api.owner_key).json
    assert renewed is not None
    assert renewed["secret"] != webhook["secret"]
    assert renewed["previous_until"] == "2026-11-28"
    wrong = api.post(f"/my/webhooks/{webhook['id']}/secret", {"overlap_days": 5}, key=api.owner_key)
    assert wrong.status_code == 422


def test_a_removed_webhook_is_gone_and_what_waits_is_cancelled(api: ProviderApi) -> None:
    path = f"/my/webhooks/{made(api)['id']}"
    api.post(f"{path}/test", key=api.owner_key)
    assert api.send("DELETE", path, key=api.owner_key).status_code == 204
    assert api.get(path, key=api.owner_key).status_code == 404
    assert api.send("DELETE", path, key=api.owner_key).status_code == 404
    assert api.session.scalars(select(WebhookDelivery.state)).all() == ["cancelled"]


def test_another_company_and_a_biller_do_not_reach_it(api: ProviderApi) -> None:
    path = f"/my/webhooks/{made(api)['id']}"
    api.session.execute(update(Webhook).values(failing_since=None))
    for method, more in (
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/test"),
        ("GET", "/deliveries"),
    ):
        body: dict[str, str] | None = {} if method == "PATCH" else None
        assert api.send(method, path + more, body, key=api.stranger_key).status_code == 404
        assert api.send(method, path + more, body).status_code == 403
    assert read(api, "/my/webhooks")["items"]
    assert api.read("/my/webhooks", key=api.stranger_key)["items"] == []
