"""A batch decided in slices has the same outcome as one decided at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import SLICE_SIZE, check_charges, take_in_charges
from clearing.charges.batch.check_slices import check_slices
from clearing.charges.batch.take_in_slices import take_in_slices
from clearing.charges.batch.worker_process import SliceDecider
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.reading.intake import Intake
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables import charges, grants
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


def intake_of(provider_id: int, sent: list[dict[str, str]]) -> Intake:
    return Intake(provider_id, sent, Actor(None, Role.PROVIDER_BILLER, "test", provider_id=provider_id), NOW)


def at_once(session: Session, intake: Intake) -> list[ChargeAnswer]:
    """Take in the charges in one piece; roll back afterwards."""
    assert len(intake.sent) < SLICE_SIZE
    with checked_and_rolled_back(session):
        return take_in_charges(
            session, provider_id=intake.provider_id, sent=intake.sent, actor=intake.actor, now=intake.now
        )


def in_slices(
    session: Session,
    intake: Intake,
    slice_size: int,
    decider: SliceDecider | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> list[ChargeAnswer]:
    """Take in the charges in slices, decided by this process unless another decider is given; roll back
    afterwards."""
    decider = decider or SliceDecider(None)
    with checked_and_rolled_back(session), decider:
        return take_in_slices(session, intake, decider, slice_size=slice_size, on_progress=on_progress)


@contextmanager
def checked_and_rolled_back(session: Session) -> Iterator[None]:
    inside = session.begin_nested()
    yield
    session.expire_all()
    assert verify_books(session).differences == ()
    inside.rollback()


def without_ids(answers: list[ChargeAnswer]) -> list[Any]:
    return [replace(answer, id=None) for answer in answers]


def same_ids(answers: list[ChargeAnswer]) -> list[int]:
    """For each answer, the place of the first one with its id."""
    ids = [answer.id for answer in answers]
    return [ids.index(charge_id) for charge_id in ids]


@pytest.mark.parametrize("workers", [(), WORKERS], ids=["many slices", "pieces of a group"])
@pytest.mark.parametrize("slice_size", [1, 7, 60])
def test_slices_decide_as_the_full_batch(session: Session, slice_size: int, workers: tuple[str, ...]) -> None:
    provider_id, fundings = a_crowded_world(session)
    intake = intake_of(provider_id, random_charges(fundings, slice_size, workers))
    expected = at_once(session, intake)
    sliced = in_slices(session, intake, slice_size)
    assert without_ids(sliced) == without_ids(expected)
    assert same_ids(sliced) == same_ids(expected)
    assert len({answer.outcome for answer in expected}) > 1


def test_progress_is_reported_after_each_slice(session: Session) -> None:
    provider_id, fundings = a_crowded_world(session)
    intake, reported = intake_of(provider_id, random_charges(fundings, 1, ())), list[int]()
    in_slices(session, intake, 60, on_progress=reported.append)
    assert reported == sorted(set(reported))
    assert reported[-1] == len(intake.sent)
    assert len(reported) >= len(intake.sent) // 60


@pytest.mark.parametrize("workers", [(), WORKERS], ids=["many slices", "large groups"])
def test_a_check_in_slices_answers_as_one_at_once_and_stores_nothing(
    session: Session, workers: tuple[str, ...]
) -> None:
    provider_id, fundings = a_crowded_world(session)
    intake = intake_of(provider_id, random_charges(fundings, 3, workers))
    expected = check_charges(session, intake)
    with SliceDecider(None) as decider:
        found: dict[int, ChargeAnswer] = {}

        def keep(places: Sequence[int], answers: Sequence[ChargeAnswer]) -> None:
            found.update(zip(places, answers, strict=True))

        check_slices(session, intake, decider, slice_size=20, keep=keep)
    assert [found[place] for place in range(len(expected))] == expected
    assert len({answer.outcome for answer in expected}) > 1
    assert session.scalar(select(func.count()).select_from(charges.Charge)) == 0
