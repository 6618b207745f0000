"""The primary of a cluster is killed: nothing acknowledged is lost, and nothing is doubled.

At a small size; `python -m benchmarks.programme FAILOVER` is the full one.
"""

from __future__ import annotations

import pytest

from benchmarks.programme.cluster_instance import running_cluster
from benchmarks.programme.failover import check_failover
from benchmarks.programme.instance import Deadline
from tests.builders.patience import PATIENCE_SECONDS
from tests.debian.packages import need_packages
from tests.debian.patroni_cluster import PACKAGES

pytestmark = pytest.mark.long


def test_a_standby_takes_over_without_a_loss() -> None:
    need_packages(*PACKAGES)
    with running_cluster(PATIENCE_SECONDS) as instance:
        summary = check_failover(instance, charging=2, settling=1, deadline=Deadline(None))
    assert summary.startswith("2 kills of the primary's machine + 1 of its postmaster")
    assert "0 lost, 0 doubled" in summary
