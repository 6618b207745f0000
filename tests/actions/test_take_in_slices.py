"""A large batch is decided in slices as it would be whole."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from sqlalchemy.orm import Session

from clearing.charges.actions import take_in_charges as action
from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.facts.answers import ChargeAnswer
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables import grants
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW, a_charge, a_choice, a_client, a_county, a_funding, a_provider, an_offering

CHARGES = 240
WORKERS = ("Anna", "Bertta", "Cecilia")


def a_crowded_world(session: Session) -> tuple[int, list[grants.Funding]]:
    """Twelve clients, some with two vouchers, with money for about half of what will be charged."""
    county = a_county(session)
    provider = a_provider(session, county)
    offering = an_offering(session, county, provider)
    fundings = []
    for number in range(12):
        client = a_client(session, county)
        for _ in range(1 + number % 2):
            funding = a_funding(session, county, client, amount_cents=50_000)
            a_choice(session, funding, offering, held_cents=20_000)
            fundings.append(funding)
    return provider.id, fundings


def random_charges(
    fundings: list[grants.Funding], seed: int, workers: tuple[str, ...]
) -> list[dict[str, str]]:
    """Charges that compete for money, overlap, repeat references, and fill the workers' days."""
    chance = Random(seed)
    sent = []
    for number in range(CHARGES):
        hour, length = chance.randrange(6, 20), chance.randrange(1, 5)
        charge = a_charge(
            chance.choice(fundings),
            reference=f"S-{chance.randrange(CHARGES)}" if chance.random() < 0.2 else f"S-{CHARGES + number}",
            service_day=f"2026-11-{chance.randrange(2, 12):02d}",
            start=f"{hour:02d}:00",
            end=f"{hour + length:02d}:00",
            quantity=f"{length}.00",
        )
        if workers:
            charge["worker"] = chance.choice(workers)
        if chance.random() < 0.05:
            charge["voucher"] = "PS-NO-SUCH-ONE"
        sent.append(charge)
        if chance.random() < 0.05:
            sent.append(dict(charge))
    return sent


def decided(session: Session, provider_id: int, sent: list[dict[str, str]]) -> list[ChargeAnswer]:
    """What is answered, in a world that is put back afterwards; the books are right meanwhile."""
    actor = Actor(None, Role.PROVIDER_BILLER, "test", provider_id=provider_id)
    inside = session.begin_nested()
    answers = take_in_charges(session, provider_id=provider_id, sent=sent, actor=actor, now=NOW)
    session.expire_all()
    assert verify_books(session).differences == ()
    inside.rollback()
    return answers


def without_ids(answers: list[ChargeAnswer]) -> list[Any]:
    return [replace(answer, id=None) for answer in answers]


def same_ids(answers: list[ChargeAnswer]) -> list[int]:
    """For each answer, the place of the first one with its id."""
    ids = [answer.id for answer in answers]
    return [ids.index(one) for one in ids]


@pytest.mark.parametrize("workers", [(), WORKERS], ids=["many slices", "pieces of one"])
@pytest.mark.parametrize("most", [1, 7, 60])
def test_slices_decide_as_the_whole(
    session: Session, monkeypatch: pytest.MonkeyPatch, most: int, workers: tuple[str, ...]
) -> None:
    provider_id, fundings = a_crowded_world(session)
    sent = random_charges(fundings, most, workers)
    whole = decided(session, provider_id, sent)
    monkeypatch.setattr(action, "MOST_AT_ONCE", most)
    sliced = decided(session, provider_id, sent)
    assert without_ids(sliced) == without_ids(whole)
    assert same_ids(sliced) == same_ids(whole)
    assert len({answer.outcome for answer in whole}) > 1


def test_the_sender_hears_after_each_slice_how_far_it_has_come(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(action, "MOST_AT_ONCE", 60)
    provider_id, fundings = a_crowded_world(session)
    sent, told = random_charges(fundings, 1, ()), list[int]()
    actor = Actor(None, Role.PROVIDER_BILLER, "test", provider_id=provider_id)
    take_in_charges(
        session, provider_id=provider_id, sent=sent, actor=actor, now=NOW, on_progress=told.append
    )
    assert told == sorted(set(told))
    assert told[-1] == len(sent)
    assert len(told) >= len(sent) // 60
