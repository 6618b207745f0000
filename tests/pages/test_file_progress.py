"""/t/tuo: a long file is tried and processed in the background; it can be stopped, and gone on with."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from commands.file_worker import FileWorker, TrialWorker
from foundation.database.session import make_engine, make_sessions
from foundation.database.tables.charges import Charge, ChargeFile
from foundation.database.tables.uploads import ChargeFileWork, FileTrial, WaitingFile
from provider_portal.rules.kept_files import LONG_BYTES, MOST_TRIALS
from provider_portal.write.file_work import begin_work
from tests.api.test_charge_files import row, table
from tests.builders.file_trials import try_rows
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage

LANGUAGES = ("fi", "sv", "en")
RELOADS = 'http-equiv="refresh"'


@pytest.fixture
def client(provider_api: ProviderApi) -> StrictClient:
    """The biller, logged in."""
    return logged_in(provider_api.web, provider_api.session, provider_api.biller)


@pytest.fixture
def engine(provider_api: ProviderApi) -> Iterator[Engine]:
    engine = make_engine(provider_api.database_url)
    yield engine
    engine.dispose()


def two_rows(provider_api: ProviderApi) -> bytes:
    """Return a file of a good row and one with too high a price."""
    return table(row(provider_api, 0), row(provider_api, 1, unit_price="99,00"))


def long(data: bytes) -> bytes:
    """Return the file with so many empty lines that it is long: rows without a word are passed over."""
    return data + b"\n" * (LONG_BYTES + 1)


def upload(provider_api: ProviderApi, client: StrictClient, data: bytes) -> StrictPage:
    fields = dict(client.page("/t/tuo", lang="en").form().fields) | {"columns": "own"}
    answer = provider_api.web.post(
        "/t/tuo", data={**fields, "file": (io.BytesIO(data), "x.csv")}, follow_redirects=True
    )
    return client.checked(answer, answer.request.path, answer.status_code)


def in_each_language(client: StrictClient, page: StrictPage, *texts: str) -> None:
    """Read the page in every language, and look for the texts in English."""
    read = {language: client.page(page.path, lang=language) for language in LANGUAGES}
    for text in texts:
        assert text in read["en"].texts("main")


def tables_of_charges(provider_api: ProviderApi) -> tuple[int, ...]:
    return tuple(map(provider_api.count, (Charge, ChargeFile, ChargeFileWork)))


def test_a_long_file_is_tried_in_the_background_and_reported_as_a_short_one(
    provider_api: ProviderApi, client: StrictClient, engine: Engine
) -> None:
    short = upload(provider_api, client, two_rows(provider_api))
    trying = upload(provider_api, client, long(two_rows(provider_api)))
    assert trying.texts("h1") == "The file is being tried"
    in_each_language(client, trying, "0 of 2 rows have been tried.", "The file waits for its turn.")
    assert RELOADS in provider_api.web.get(trying.path).text
    try_rows(make_sessions(engine), 1)
    in_each_language(client, trying, "1 of 2 rows have been tried.", "About 5 seconds left.")
    assert TrialWorker(engine).work_once()
    assert not TrialWorker(engine).work_once()
    tried = client.page(trying.path, lang="en")
    assert tried.texts("main//dl") == short.texts("main//dl")
    assert tried.texts("main//table") == short.texts("main//table")
    assert RELOADS not in provider_api.web.get(trying.path).text
    assert "Tried" in client.page("/t/tuo", lang="en").texts("main//table")
    assert tables_of_charges(provider_api) == (0, 0, 0)


def test_a_tried_file_is_processed_without_being_uploaded_again(
    provider_api: ProviderApi, client: StrictClient, engine: Engine
) -> None:
    trying = upload(provider_api, client, long(two_rows(provider_api)))
    assert TrialWorker(engine).work_once()
    sent = client.send(client.page(trying.path, lang="en"), form=0)
    assert "0 of 2 rows have been processed." in sent.texts("main")
    in_each_language(client, sent, "The file waits for its turn.")
    assert (provider_api.count(WaitingFile), provider_api.count(FileTrial)) == (0, 0)
    assert FileWorker(engine).work_once()
    assert "Accepted1" in client.page(sent.path, lang="en").texts("main")
    assert RELOADS not in provider_api.web.get(sent.path).text
    gone = client.page(trying.path, lang="en", status=404)
    assert "kept for a day, or until it is sent" in gone.texts("main")


def test_a_stopped_trial_says_so_stores_nothing_and_can_be_tried_again(
    provider_api: ProviderApi, client: StrictClient, engine: Engine
) -> None:
    trying = upload(provider_api, client, long(two_rows(provider_api)))
    stopped = client.send(trying, form=0)
    assert stopped.texts("h1") == "You stopped the trial"
    in_each_language(client, stopped, "0 of 2 rows were tried.", "Nothing was stored")
    assert RELOADS not in provider_api.web.get(stopped.path).text
    assert not TrialWorker(engine).work_once()
    assert "You stopped it" in client.page("/t/tuo", lang="en").texts("main//table")
    assert tables_of_charges(provider_api) == (0, 0, 0)
    again = client.send(stopped, form=0)
    assert again.texts("h1") == "The file is being tried"
    assert TrialWorker(engine).work_once()
    assert "Would be accepted1" in client.page(again.path, lang="en").texts("main")


def test_a_trial_that_failed_says_so_and_can_be_tried_again(
    provider_api: ProviderApi, client: StrictClient, engine: Engine
) -> None:
    trying = upload(provider_api, client, long(two_rows(provider_api)))
    provider_api.session.query(FileTrial).update({"state": "failed"})
    provider_api.session.commit()
    in_each_language(client, trying, "Something went wrong on our side.", "Nothing was stored")
    assert "The file could not be tried" in client.page(trying.path, lang="en").texts("h1")
    client.send(client.page(trying.path, lang="en"), form=0)
    assert TrialWorker(engine).work_once()


def test_too_many_trials_of_a_provider_wait(provider_api: ProviderApi, client: StrictClient) -> None:
    for number in range(MOST_TRIALS):
        upload(provider_api, client, long(two_rows(provider_api)) + b"\n" * number)
    page = upload(provider_api, client, long(two_rows(provider_api)))
    assert page.answer.status_code == 422
    assert f"{MOST_TRIALS} of your files are waiting" in page.texts("main")
    assert provider_api.count(FileTrial) == MOST_TRIALS


def test_a_file_that_is_being_processed_is_stopped_and_gone_on_with(
    provider_api: ProviderApi, client: StrictClient, engine: Engine
) -> None:
    trying = upload(provider_api, client, long(two_rows(provider_api)))
    assert TrialWorker(engine).work_once()
    sending = client.send(client.page(trying.path, lang="en"), form=0)
    stopped = client.send(sending, form=0)
    assert stopped.texts("h1") == "You stopped the file"
    in_each_language(client, stopped, "0 of 2 rows were processed and stay.", "Nothing is charged twice.")
    assert not FileWorker(engine).work_once()
    assert "You stopped it" in client.page("/t/tuo", lang="en").texts("main//table")
    going = client.send(stopped, form=0)
    assert "The other rows are being processed." in going.texts()
    assert FileWorker(engine).work_once()
    assert "Accepted1" in client.page(going.path, lang="en").texts("main")


def test_a_failed_file_says_how_many_rows_stay(
    provider_api: ProviderApi, client: StrictClient, engine: Engine
) -> None:
    file_id = provider_api.send_file(two_rows(provider_api), Prefer="respond-async").get_json()["id"]
    with make_sessions(engine).begin() as session:
        begin_work(session, file_id)
        session.query(ChargeFileWork).update({"state": "failed", "rows_done": 1})
    page = client.page(f"/t/tuo/lahetetty/{file_id}", lang="en")
    in_each_language(client, page, "1 of 2 rows were processed and stay.")
