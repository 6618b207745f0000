"""Heavy requests are few at a time, so that they leave threads for others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from foundation.web.heavy import HEAVY_WORK, HeavyWork, HeavyWorkBusyError
from tests.api.test_charge_files import row, table
from tests.builders.patience import PATIENCE_SECONDS
from tests.builders.provider_api import ProviderApi

BUSY = (503, "heavy_work_busy")


def test_a_providers_second_dry_run_is_sent_away_during_the_first(provider_api: ProviderApi) -> None:
    data = table(row(provider_api, 1))
    with HEAVY_WORK.place(provider_api.provider_id):
        answer = provider_api.send_file(data, "?dry_run=true")
        assert (answer.status_code, answer.get_json()["code"]) == BUSY
        assert int(answer.headers["Retry-After"]) > 0
        assert provider_api.send_file(data).status_code == 201
    assert provider_api.send_file(data, "?dry_run=true").status_code == 200


def test_another_sender_waits_for_a_place_and_gets_it() -> None:
    work, began, may_end = HeavyWork(at_once=1, waiting=1), Event(), Event()

    def first() -> None:
        with work.place("first"):
            began.set()
            may_end.wait(PATIENCE_SECONDS)

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(first)
        assert began.wait(PATIENCE_SECONDS)
        with pytest.raises(HeavyWorkBusyError), work.place("second", wait_seconds=0.05):
            pass
        may_end.set()
        with work.place("second", wait_seconds=PATIENCE_SECONDS):
            assert running.result(timeout=PATIENCE_SECONDS) is None


def test_no_more_than_a_few_wait() -> None:
    work = HeavyWork(at_once=1, waiting=0)
    with work.place("first"), pytest.raises(HeavyWorkBusyError), work.place("second", wait_seconds=20):
        pass
    with work.place("second"):
        pass
