"""A wait that is too long ends with 503, a code of its own and the time to try again."""

from __future__ import annotations

from pathlib import Path

import pytest

from clearing.ledger.load.balances import lock_vouchers
from foundation.database.session import Timeouts, make_engine, make_sessions
from tests.builders.api import application_on
from tests.builders.provider_api import ProviderApi


@pytest.mark.parametrize(
    ("timeouts", "code"),
    [
        (Timeouts(lock_ms=100, statement_ms=10_000), "data_in_use"),
        (Timeouts(lock_ms=10_000, statement_ms=200), "took_too_long"),
    ],
)
def test_a_change_of_what_another_is_changing_ends_in_time(
    provider_api: ProviderApi, tmp_path: Path, timeouts: Timeouts, code: str
) -> None:
    charge_id = provider_api.post("/charges", provider_api.charge()).get_json()["id"]
    lock_vouchers(provider_api.session, [provider_api.voucher])
    engine = make_engine(provider_api.database_url, timeouts=timeouts)
    provider_api.web = application_on(make_sessions(engine), tmp_path).test_client()
    answer = provider_api.post(f"/charges/{charge_id}/withdraw", {"why": "Väärä päivä"})
    engine.dispose()
    assert (answer.status_code, answer.get_json()["code"]) == (503, code)
    assert int(answer.headers["Retry-After"]) > 0
    provider_api.session.rollback()
