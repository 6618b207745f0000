"""Feedback on a provider: who may give it, who decides about it, and what the database refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.charge_answers import ChargeAnswer
from foundation.database.tables.charges import Charge
from foundation.database.tables.feedback import Feedback
from foundation.database.tables.providers import Provider
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.give_feedback import answer_feedback, decide_feedback, give_feedback
from marketplace.load.feedback import published_feedback, voices_of
from marketplace.load.mandates import ClientEntry
from marketplace.rules.feedback import (
    Decision,
    Face,
    Voices,
    is_used_visit,
    possible_decisions,
)
from tests.builders.client_api import ClientApi
from tests.builders.county import NOW
from tests.builders.people import a_person
from tests.builders.used_visit import used_visit

WORDS = "Ystävällinen ja ajoissa"


@pytest.mark.parametrize(
    ("state", "answer", "cancelled", "hundredths", "used"),
    [
        ("accepted", "confirmed", False, 200, True),
        ("settled", "confirmed", False, 1, True),
        ("on_hold", "confirmed", False, 200, False),
        ("rejected", "confirmed", False, 200, False),
        ("withdrawn", "confirmed", False, 200, False),
        ("accepted", "disputed", False, 200, False),
        ("accepted", None, False, 200, False),
        ("accepted", "confirmed", True, 200, False),
        ("accepted", "confirmed", False, 0, False),
    ],
)
def test_a_used_visit(state: str, answer: str | None, cancelled: bool, hundredths: int, used: bool) -> None:
    assert is_used_visit(state, answer, cancelled=cancelled, hundredths=hundredths) is used


def test_the_decisions_that_are_possible() -> None:
    publish, hide = Decision.PUBLISH, Decision.HIDE
    about_answer = (Decision.PUBLISH_ANSWER, Decision.RETURN_ANSWER)
    assert possible_decisions("waiting", None) == (publish, Decision.RETURN, hide)
    assert possible_decisions("published", None) == (hide,)
    assert possible_decisions("published", "waiting") == (*about_answer, hide)
    assert possible_decisions("hidden", "waiting") == (publish,)
    assert possible_decisions("returned", None) == ()


class Case:
    """A client, the provider of its only charge, and a worker."""

    def __init__(self, api: ClientApi) -> None:
        self.api, self.session, self.actor = api, api.session, api.client_actor
        charge = self.session.get_one(Charge, api.charge)
        assert charge.county_id is not None
        self.provider_id, county_id = charge.provider_id, charge.county_id
        client = ClientEntry.__new__(ClientEntry)
        for name, value in (("id", api.client_id), ("county_id", county_id)):
            object.__setattr__(client, name, value)
        self.client = client
        self.worker = a_person(self.session, Role.WORKER, county_id=county_id)
        self.owner = a_person(self.session, Role.PROVIDER_OWNER, provider_id=self.provider_id)

    def give(self, face: str = "good", words: str = WORDS, actor: Actor | None = None) -> int | Refusal:
        return give_feedback(
            self.session,
            client=self.client,
            provider_id=self.provider_id,
            face=face,
            words=words,
            actor=actor or self.actor,
            now=NOW,
        )

    def decide(
        self, decision: Decision, why: str = "", revision: int = 1, by: Actor | None = None
    ) -> str | None:
        done = decide_feedback(
            self.session, self.row.id, decision, revision=revision, why=why, actor=by or self.worker, now=NOW
        )
        return done.code if done else None

    def answer(self, words: str = "Kiitos!", revision: int = 1, by: Actor | None = None) -> str | None:
        done = answer_feedback(
            self.session, self.row.id, revision=revision, answer=words, actor=by or self.owner, now=NOW
        )
        return done.code if done else None

    @property
    def row(self) -> Feedback:
        self.session.expire_all()
        return self.session.scalars(select(Feedback)).one()


@pytest.fixture
def case(client_api: ClientApi) -> Case:
    return Case(client_api)


def code(result: object) -> str:
    assert isinstance(result, Refusal)
    return result.code


def test_only_a_visit_that_was_used_and_right_gives_a_voice(case: Case) -> None:
    assert code(case.give()) == "visit_not_used"
    used_visit(case.api)
    assert isinstance(case.give(), int)
    answer = {"county_id": case.client.county_id, "charge_id": case.api.charge, "answer": "disputed"}
    case.session.add(ChargeAnswer(**answer, why="Ei", answered_at=NOW + timedelta(hours=1)))
    case.session.flush()
    assert code(case.give("so_so")) == "visit_not_used", "the newest answer counts"


def test_wrong_feedback_is_refused(case: Case) -> None:
    used_visit(case.api)
    assert code(case.give(face="great")) == "face_unknown"
    assert code(case.give(words="x" * 501)) == "field_too_long"
    assert code(case.give(actor=replace(case.actor, client_ids=frozenset()))) == "mandate_missing"
    assert isinstance(case.give(words="x" * 500), int)


def test_a_client_changes_the_only_feedback(case: Case) -> None:
    used_visit(case.api)
    first = case.give()
    assert case.give() == first
    assert case.row.revision == 1, "the same feedback twice is one"
    assert case.decide(Decision.PUBLISH) is None
    assert case.answer() is None
    assert case.give("not_good", "Ei tullut ajoissa") == first
    row = case.row
    assert (row.state, row.revision, row.answer, row.answer_state) == ("waiting", 3, None, None)
    assert case.decide(Decision.PUBLISH, revision=1) == "feedback_changed", "the worker has read other words"


def test_what_is_not_published_needs_a_reason(case: Case) -> None:
    used_visit(case.api)
    case.give()
    assert case.decide(Decision.RETURN) == "why_missing"
    assert case.decide(Decision.HIDE, why="x" * 501) == "field_too_long"
    far = replace(case.worker, county_id=(case.worker.county_id or 0) + 1)
    assert case.decide(Decision.PUBLISH, by=far) == "feedback_changed"
    assert case.decide(Decision.RETURN, why="Siinä on nimi") is None
    assert (case.row.state, case.row.why) == ("returned", "Siinä on nimi")
    assert case.decide(Decision.PUBLISH) == "feedback_changed"
    case.give(words="Ilman nimeä")
    assert (case.row.state, case.row.why) == ("waiting", "")
    assert case.decide(Decision.HIDE, why="Loukkaava", revision=2) is None
    assert published_feedback(case.session, case.provider_id, count=9) == []
    assert voices_of(case.session, case.provider_id).total == 0


def test_a_provider_answers_once(case: Case) -> None:
    used_visit(case.api)
    case.give()
    assert case.answer() == "feedback_changed", "not published yet"
    case.decide(Decision.PUBLISH)
    other_id = case.session.scalars(select(Provider.id).where(Provider.id != case.provider_id)).first()
    other = a_person(case.session, Role.PROVIDER_OWNER, provider_id=other_id)
    assert case.answer(by=other) == "feedback_changed"
    assert case.answer(words=" ") == "words_missing"
    assert case.answer() is None
    assert case.answer(revision=2) == "feedback_changed"
    (shown,) = published_feedback(case.session, case.provider_id, count=9)
    assert shown.public_answer is None, "the county reads it first"
    assert case.decide(Decision.RETURN_ANSWER, why="Siinä on nimi", revision=2) is None
    assert case.answer("Kiitos palautteesta", revision=2) is None
    assert case.decide(Decision.PUBLISH_ANSWER, revision=3) is None
    (shown,) = published_feedback(case.session, case.provider_id, count=9)
    assert shown.public_answer == "Kiitos palautteesta"
    assert voices_of(case.session, case.provider_id) == Voices(good=1)


def test_each_act_is_in_the_audit_log(case: Case) -> None:
    used_visit(case.api)
    case.give()
    case.decide(Decision.PUBLISH)
    case.answer()
    case.decide(Decision.HIDE, why="Loukkaava", revision=2)
    events = select(AuditEvent.act).where(AuditEvent.subject_kind == "feedback").order_by(AuditEvent.id)
    acts = case.session.scalars(events).all()
    assert acts == ["feedback.give", "feedback.publish", "feedback.answer", "feedback.hide"]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("face = 'great'", "face"),
        ("state = 'gone', decided_at = now()", "state"),
        ("words = repeat('x', 501)", "words"),
        ("why = 'x'", "why"),
        ("state = 'hidden', decided_at = now()", "why"),
        ("state = 'published'", "decided"),
        ("answer = 'x', answered_at = now(), answer_state = 'waiting'", "answer_of_published"),
        ("answer = 'x'", "answer"),
        ("answer_why = 'x'", "answer_why"),
        ("revision = 0", "revision"),
    ],
)
def test_the_database_refuses_what_cannot_be(case: Case, change: str, constraint: str) -> None:
    used_visit(case.api)
    case.give()
    with pytest.raises(IntegrityError, match=f"ck_feedback_{constraint}"), case.session.begin_nested():
        case.session.execute(text(f"UPDATE feedback SET {change}"))


def test_the_database_holds_one_feedback_on_a_provider(case: Case) -> None:
    used_visit(case.api)
    case.give(Face.GOOD)
    copied = "county_id, client_id, provider_id, charge_id, revision, face, words, state, why, given_at"
    with pytest.raises(IntegrityError, match="uq_feedback"), case.session.begin_nested():
        case.session.execute(
            text(f"INSERT INTO feedback ({copied}, answer_why) SELECT {copied}, '' FROM feedback")
        )
