"""What a worker process sends back goes through shared memory."""

import pickle
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from select import PIPE_BUF
from typing import Any

from sqlalchemy.orm import Session

from clearing.charges.batch.worker_process import Workers
from tests.actions.test_take_in_slices import a_crowded_world, random_charges
from tests.actions.test_worker_process import SLICE_SIZE, in_worker


def test_a_workers_result_is_one_write_that_a_kill_cannot_split(session: Session) -> None:
    sent_back: list[bytes] = []

    class Recorder(ProcessPoolExecutor):
        """Decides here, through the function that a worker runs."""

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_result(fn(*args, **kwargs))
            sent_back.append(pickle.dumps(future.result()))
            return future

    provider_id, fundings = a_crowded_world(session)
    recorded = Workers()
    recorded._executor = Recorder(1)
    answers = in_worker(session, recorded, provider_id, random_charges(fundings, 6, ()))
    recorded.shut_down()
    assert len(answers) > 2 * SLICE_SIZE
    assert all(len(packed) < PIPE_BUF // 8 for packed in sent_back)
    assert len(sent_back) > 1
