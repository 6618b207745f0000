"""Fixtures. Each is imported and started only for a test that uses it: rule tests need no database, and
`pytest tests/rules` runs in seconds.

session          an SQLAlchemy Session on a migrated, empty database. Commit as you like: an outer transaction
                 is rolled back at the end, after every deferred constraint was checked. For action tests.
database_url     the URL of that database (one per xdist worker). A test must leave it empty.
fresh_database   the URL of a migrated, empty database for one test: for tests that really commit,
                 for concurrent writers, for `server` and for command-line tests.
client_api, provider_api, worker_api: the API on a copy of a world that is built once in a run.
server           server(database_url, clock="2026-11-21T12:00+02:00", **environment) starts `omatori serve` in
                 a separate process: a LiveServer (`.url`, `.stop()`, `.kill()`), stopped after the test.
omatori          omatori("verify", database_url=…, clock=…) runs the command line in a separate process and
                 returns the CompletedProcess (`.returncode`, `.stdout`, `.stderr`).
browser          Playwright's Chromium, headless, one per worker.  page: a fresh page in it (fi-FI).
shared_data      the folder ../shared/data; the test is skipped if that folder is missing.
"""

from __future__ import annotations

import gc
import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.scheduling import FileScheduling, mark_repeated_languages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session
    from xdist.scheduler import Scheduling

    from tests.builders.client_api import ClientApi
    from tests.builders.provider_api import ProviderApi
    from tests.builders.seeded_world import SeededWorld
    from tests.builders.served_world import ServedWorld
    from tests.builders.worker_api import WorkerApi
    from tests.processes import ForkServer, LiveServer, OmatoriProcesses
    from tests.scratch_database import ScratchServer

ROOT = Path(__file__).parents[1]
RULES = ROOT / "tests" / "rules"
FOLDER = pytest.StashKey[Path]()
CHROMIUM_NAMES = ["chromium-headless-shell", "chromium", "chromium-browser"]
CHROMIUM_NAMES += ["google-chrome", "google-chrome-stable"]
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
CHROMIUM_FLAGS += ["--disable-component-update"]
CHROMIUM_FLAGS += ["--disable-background-networking", "--disable-sync", "--disable-dev-shm-usage"]
# A page is open for about a second: optimising its scripts takes more time than it saves.
CHROMIUM_FLAGS += ["--js-flags=--no-opt,--no-maglev"]
STEADY: Any = {"deadline": None, "derandomize": True, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("steady", **STEADY)
hypothesis_settings.load_profile("steady")


def pytest_configure(config: pytest.Config) -> None:
    """Choose one scratch folder for the whole run; pass it to the workers of pytest-xdist."""
    from tests.scratch_folder import new_scratch_folder

    given = getattr(config, "workerinput", {}).get("scratch_folder")
    config.stash[FOLDER] = Path(given) if given else new_scratch_folder()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling | None:
    """Distribute the tests by file, and those of the longest file one by one."""
    return FileScheduling(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Pass the scratch folder to a worker."""
    node.workerinput["scratch_folder"] = str(node.config.stash[FOLDER])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the slow files first, so that the workers finish at about the same time."""
    if any(RULES not in item.path.parents for item in items):  # the filter imports SQLAlchemy
        config.addinivalue_line("filterwarnings", "error::sqlalchemy.exc.SAWarning")
        keep_compiled_templates(config.stash[FOLDER] / "runs" / "templates")
    mark_repeated_languages(items)
    long, slow = ({item.path for item in items if item.get_closest_marker(name)} for name in ("long", "slow"))
    items.sort(key=lambda item: (item.path not in long, item.path not in slow))


def keep_compiled_templates(folder: Path) -> None:
    """Cache compiled templates: a run creates hundreds of applications, and only the first compiles each."""
    from flask import Flask
    from jinja2 import FileSystemBytecodeCache

    folder.mkdir(parents=True, exist_ok=True)
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(folder))}


def pytest_collection_finish() -> None:
    """Exclude the collected tests from garbage collection: they live as long as the run; collect seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove this run's scratch folder, and those of earlier runs that were killed."""
    if hasattr(config, "workerinput"):
        return
    folder = config.stash[FOLDER]
    shutil.rmtree(folder / "runs", ignore_errors=True)
    if folder.is_dir() and any(folder.iterdir()):  # a server was started in it
        from tests.scratch_database import remove_abandoned

        remove_abandoned(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def scratch_server(pytestconfig: pytest.Config) -> Iterator[ScratchServer]:
    """The run's own PostgreSQL, shared by the workers, with the migrated template."""
    from tests.scratch_database import ScratchServer

    scratch = ScratchServer(pytestconfig.stash[FOLDER])
    yield scratch
    scratch.leave()


@pytest.fixture(scope="session")
def database_url(scratch_server: ScratchServer, worker_name: str) -> str:
    """The worker's own database, migrated and empty."""
    return scratch_server.new_database(f"worker_{worker_name}")


@pytest.fixture(scope="session")
def worker_name() -> str:
    """`gw0`, `gw1` … under pytest-xdist, else `main`."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on the worker's database."""
    from foundation.database.session import make_engine

    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose commits are savepoints of an outer transaction that is rolled back."""
    from sqlalchemy import text
    from sqlalchemy.orm import Session

    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            yield session
            session.flush()
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        outer.rollback()


_numbers = itertools.count(1)


@pytest.fixture
def database_name(worker_name: str) -> str:
    """The name of the one database that a test has for itself."""
    return f"test_{worker_name}_{next(_numbers)}"


@pytest.fixture
def fresh_database(scratch_server: ScratchServer, database_name: str) -> Iterator[str]:
    """A database for one test, dropped afterwards even if connections are open."""
    yield scratch_server.new_database(database_name)
    scratch_server.drop_database(database_name)


@pytest.fixture
def provider_api(scratch_server: ScratchServer, database_name: str, tmp_path: Path) -> Iterator[ProviderApi]:
    """The API as a provider's biller."""
    from tests.builders.provider_api import open_provider_api

    with open_provider_api(scratch_server, database_name, tmp_path) as provider_api:
        yield provider_api


@pytest.fixture
def client_api(scratch_server: ScratchServer, database_name: str, tmp_path: Path) -> Iterator[ClientApi]:
    """The API as a client."""
    from tests.builders.client_api import open_client_api

    with open_client_api(scratch_server, database_name, tmp_path) as client_api:
        yield client_api


@pytest.fixture
def worker_api(scratch_server: ScratchServer, database_name: str, tmp_path: Path) -> Iterator[WorkerApi]:
    """The API as a county's worker."""
    from tests.builders.worker_api import open_worker_api

    with open_worker_api(scratch_server, database_name, tmp_path) as worker_api:
        yield worker_api


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    """The fork server that starts the programs of this worker's tests."""
    from tests.processes import ForkServer

    fork_server = ForkServer(ROOT)
    yield fork_server
    fork_server.close()


@pytest.fixture
def processes(tmp_path: Path, fork_server: ForkServer) -> Iterator[OmatoriProcesses]:
    """Start Omatori's programs; stop those that a test left running."""
    from tests.processes import OmatoriProcesses

    processes = OmatoriProcesses(ROOT, tmp_path / "var", fork_server)
    yield processes
    processes.stop_all()


@pytest.fixture
def server(processes: OmatoriProcesses) -> Any:
    """`server(database_url, clock=…, **environment) -> LiveServer`."""
    return processes.serve


@pytest.fixture
def omatori(processes: OmatoriProcesses) -> Any:
    """`omatori(*arguments, database_url=…, clock=…) -> CompletedProcess`."""
    return processes.run


@pytest.fixture
def small_world(scratch_server: ScratchServer, database_name: str) -> Iterator[SeededWorld]:
    """The small world of `omatori seed` in a database for one test."""
    from tests.builders.seeded_world import seeded_world

    with seeded_world(scratch_server, "small", database_name) as world:
        yield world


@pytest.fixture
def served_world(small_world: SeededWorld, processes: OmatoriProcesses, tmp_path: Path) -> ServedWorld:
    """The small world with its command line and a server."""
    from tests.builders.seeded_world import CLOCK
    from tests.builders.served_world import ServedWorld, command_line_on

    def start() -> LiveServer:
        return processes.serve(small_world.database_url, clock=CLOCK)

    return ServedWorld(small_world, command_line_on(small_world, tmp_path), start, start())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: $OMATORI_CHROMIUM, set by `dev.py test`, or one on the PATH. The test fails without it."""
    from playwright.sync_api import expect, sync_playwright

    from tests.builders.patience import BROWSER_PATIENCE_MS

    expect.set_options(timeout=BROWSER_PATIENCE_MS)
    program = os.environ.get("OMATORI_CHROMIUM") or next(
        filter(None, map(shutil.which, CHROMIUM_NAMES)), None
    )
    if program is None:
        pytest.fail("no Chromium on this machine: run `python3 dev.py test`, which finds or fetches one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a new browser context, in Finnish, 1280 px wide."""
    context = browser.new_context(
        locale="fi-FI", timezone_id="Europe/Helsinki", viewport={"width": 1280, "height": 900}
    )
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real tables, next to the repository and not in it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is not next to this clone")
    return folder
