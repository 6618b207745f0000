"""Of two who change the words of a photo at once, one is refused: no words are written back that were old."""

from __future__ import annotations

from threading import Thread

from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation.database.session import make_engine, make_sessions
from foundation.vocabulary.refusals import Refusal
from marketplace.load.photos import PhotoEntry, own_photos
from marketplace.rules.photos import TEXTS_CHANGED, PhotoTexts
from provider_portal.actions.keep_photos import change_texts
from tests.api.test_own_photos import send
from tests.builders.county import NOW
from tests.builders.provider_api import ProviderApi

BLOCKED = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid)))"


def test_of_two_at_once_the_later_is_refused(provider_api: ProviderApi) -> None:
    send(provider_api)
    engine = make_engine(provider_api.database_url)
    sessions, answers = make_sessions(engine), dict[str, PhotoEntry | Refusal]()
    with sessions() as session:
        read = own_photos(session, provider_api.provider_id)[0]

    def change(session: Session, words: str) -> None:
        answers[words] = change_texts(
            session,
            provider_api.provider_id,
            read.id,
            PhotoTexts(fi=words),
            seen=read.texts.version,
            actor=provider_api.biller,
            now=NOW,
        )

    def change_too() -> None:
        with sessions.begin() as other:
            change(other, "Leveä ovi")

    with sessions.begin() as session:
        change(session, "Matala kynnys")
        colleague = Thread(target=change_too)
        colleague.start()
        while not session.scalar(text(BLOCKED)):
            session.execute(text("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)"))
    colleague.join()
    assert answers["Leveä ovi"] == TEXTS_CHANGED
    with sessions() as session:
        assert own_photos(session, provider_api.provider_id) == [answers["Matala kynnys"]]
    engine.dispose()
