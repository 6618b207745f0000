"""The `small` world, written once for a module of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.small_world import SmallWorld, small_world
from tests.scratch_database import TEMPLATE, ScratchServer


@pytest.fixture(scope="module")
def world(
    scratch_server: ScratchServer, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SmallWorld]:
    """The world and its application. What a test changes, the next one of the module sees."""
    var_dir = tmp_path_factory.mktemp("var")
    name = f"small_{worker_name}_{var_dir.name}"
    url = scratch_server.new_database(name, template=TEMPLATE)
    with small_world(url, var_dir) as world:
        yield world
    scratch_server.drop_database(name)
