"""One world for all classes of bad input: nothing of them is stored."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders.provider_api import ProviderApi, open_provider_api
from tests.scratch_database import ScratchServer


@pytest.fixture(scope="module")
def own_api(
    scratch_server: ScratchServer, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ProviderApi]:
    """The provider's API, with what earlier tests of the module left."""
    var_dir = tmp_path_factory.mktemp("var")
    with open_provider_api(scratch_server, f"bad_{worker_name}_{var_dir.name}", var_dir) as provider_api:
        yield provider_api
