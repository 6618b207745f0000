"""Clients' feedback on providers, in each state that a county and a provider can give it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sqlalchemy import select

from foundation.database.tables.providers import Provider
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import PROVIDER_ROLES, Actor, Role
from marketplace.actions.answer_charge import confirm_charge
from marketplace.actions.give_feedback import answer_feedback, decide_feedback, give_feedback
from marketplace.load.charges import MyCharge, charge_by_id
from marketplace.load.mandates import ClientEntry, clients
from marketplace.rules.feedback import Decision
from worlds.world import World

Story = tuple[str, str, tuple[tuple[Decision, str], ...], str, tuple[tuple[Decision, str], ...]]
PUBLISH: Final = ((Decision.PUBLISH, ""),)
STORIES: Final[tuple[Story, ...]] = (
    ("good", "Auttaja tulee aina ajoissa ja kysyy, mitä haluan tehdä.", (), "", ()),
    (
        "not_good",
        "Maija Virtanen tuli myöhässä, vaikka minulla on diabetes.",
        ((Decision.RETURN, "Kirjoita ilman nimeä ja ilman asioita terveydestäsi."),),
        "",
        (),
    ),
    ("not_good", "Huono firma!!!", ((Decision.HIDE, "Viestissä ei kerrota, mitä tapahtui."),), "", ()),
    ("good", "Minua kuunneltiin, ja sain sitä apua, jota pyysin.", PUBLISH, "", ()),
    (
        "so_so",
        "Apu on hyvää, mutta auttaja vaihtuu usein.",
        PUBLISH,
        "Etsimme teille pysyvän auttajan.",
        (),
    ),
    (
        "not_good",
        "Kukaan ei vastannut puhelimeen.",
        PUBLISH,
        "Soititte väärään numeroon, Aino.",
        ((Decision.RETURN_ANSWER, "Älkää kirjoittako, kuka asiakas on."),),
    ),
    (
        "good",
        "Sain valita ajan itse.",
        PUBLISH,
        "Kiitos! Kerrothan jatkossakin, mikä aika sopii.",
        ((Decision.PUBLISH_ANSWER, ""),),
    ),
)
"""Face, words, the county's decisions about them, the provider's answer, and the decisions about that."""


def write_demo_feedback(
    world: World, charges: Iterable[tuple[int, str]], actors: Mapping[str, Actor]
) -> None:
    """Let clients give feedback on providers of their newest charges (id, client number), a story each."""
    own = clients(world.session, [key for actor in actors.values() for key in actor.client_ids])
    by_number = {client.number: client for client in own.values()}
    visits = _one_of_each(world, charges)
    for story, (number, charge) in zip(STORIES, visits, strict=False):
        _write(world, story, by_number[number], charge, actors[number])


def _one_of_each(world: World, charges: Iterable[tuple[int, str]]) -> Iterator[tuple[str, MyCharge]]:
    """Yield charges that their clients have not answered, or called right: one of a client and a provider."""
    seen: set[str] = set()
    for charge_id, number in charges:
        charge = None if number in seen else charge_by_id(world.session, charge_id)
        if charge is None or charge.state not in ("accepted", "settled") or charge.cancellation:
            continue
        if charge.business_id not in seen and (charge.answer is None or charge.answer.answer == "confirmed"):
            seen |= {number, charge.business_id}
            yield number, charge


def _write(world: World, story: Story, client: ClientEntry, charge: MyCharge, actor: Actor) -> None:
    face, words, decisions, answer, about_answer = story
    session, now = world.session, world.at(world.today, 11)
    if charge.answer is None:
        not_refused(confirm_charge(session, charge=charge, actor=actor, now=now))
    provider_id = session.scalars(select(Provider.id).where(Provider.business_id == charge.business_id)).one()
    values = {"client": client, "provider_id": provider_id, "face": face, "words": words}
    key = not_refused(give_feedback(session, **values, actor=actor, now=now))  # type: ignore[arg-type]
    worker = next(log_in.actor for log_in in world.log_ins if log_in.actor.role is Role.WORKER)
    for decision, why in decisions:
        not_refused(decide_feedback(session, key, decision, revision=1, why=why, actor=worker, now=now))
    if answer:
        biller = _of_provider(world, provider_id)
        not_refused(answer_feedback(session, key, revision=1, answer=answer, actor=biller, now=now))
    for decision, why in about_answer:
        not_refused(decide_feedback(session, key, decision, revision=2, why=why, actor=worker, now=now))


def _of_provider(world: World, provider_id: int) -> Actor:
    return next(
        log_in.actor
        for log_in in world.log_ins
        if log_in.actor.role in PROVIDER_ROLES and log_in.actor.provider_id == provider_id
    )
