"""What the county's desk does in a day: grants, changes, states, held charges, approvals, expiry."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from clearing.charges.actions.judge_held_charge import admit_charge, refuse_charge
from clearing.eligibility.facts.kinds import ApprovalState
from clearing.grants.actions.change_funding_state import FundingStateChanged, change_funding_state
from clearing.grants.actions.receive_decision import Answer, DecisionReceived, receive_decisions
from clearing.grants.facts.decision import DecidedClient, DecidedFunding, DecisionDocument
from clearing.grants.facts.funding import PeriodLimit
from clearing.grants.facts.kinds import CarryOver, FundingKind, FundingState, Overrun
from clearing.upkeep.actions.expire_fundings import expire_fundings
from foundation.database.tables.grants import Funding
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from marketplace.actions.approve_provider import ApprovalChanged, change_approval
from tests.builders import a_person
from tests.simulation.town import FIRST_DAY, HELP, SPORT, VALUES, Firm, Grant, Town

CHANGES = 0.03
STATES = 0.02
OPENED_AGAIN = 0.2


def work(town: Town, clients: int, days: int) -> None:
    """One day at the desk; every client has a decision by the middle of the time, some a second one."""
    granted = len(town.grants)
    wanted = min(clients * 3 // 2, clients // 3 + granted // 99 + clients * 2 * _age(town) // days)
    grant(town, max(0, wanted - granted))
    living = town.living()
    change(town, town.random.sample(living, len(town.often(CHANGES, len(living)))))
    for one in town.random.sample(living, len(town.often(STATES, len(living)))):
        set_state(town, one)
    for paused in [one for one in town.living() if one.paused]:
        if town.chance(OPENED_AGAIN):
            set_state(town, paused)
    for firm in town.firms:
        if town.chance(0.25 if firm.suspended else 0.04):
            approve(town, firm)
    judge(town)
    if town.today.weekday() == 0:
        expire(town)


def _age(town: Town) -> int:
    return (town.today - FIRST_DAY).days


def grant(town: Town, count: int) -> None:
    """The morning's decisions, the first one alone and the others together."""
    documents = [_decision(town, len(town.grants) + place) for place in range(1, count + 1)]
    vouchers: list[str] = []
    for some in (documents[:1], documents[1:]):
        for answer in _received(town, some, hour=8):
            assert isinstance(answer, DecisionReceived), answer
            vouchers.append(answer.vouchers["1"])
    rows = town.session.execute(
        select(Funding.voucher, Funding.id, Funding.client_id).where(Funding.voucher.in_(vouchers))
    )
    found = {voucher: (key, client_id) for voucher, key, client_id in rows}
    for document, voucher in zip(documents, vouchers, strict=True):
        key, client_id = found[voucher]
        person = a_person(town.session, Role.CLIENT, client_id=client_id)
        town.grants.append(Grant(document, key, voucher, document.fundings[0].services[0], person))
        town.done["grant"] += 1


def _received(town: Town, documents: list[DecisionDocument], *, hour: int) -> list[Answer]:
    return receive_decisions(
        town.session, documents, actor=town.worker, now=town.at(hour), random_bits=town.random.getrandbits
    )


def _decision(town: Town, number: int) -> DecisionDocument:
    """For a new client, or a second one for somebody who has one."""
    place = town.random.randrange(number) + 1 if town.chance(0.2) else number
    client = DecidedClient(f"C-{place:06d}", f"Asiakas {place}", "Mikkeli")
    return DecisionDocument(
        f"D/{number}", "12", town.today, "Viranhaltija", "Laki", "4410", client, (_funding(town),)
    )


def _funding(town: Town) -> DecidedFunding:
    """One of the kinds: euros, units, a month's limit of each with each way to carry over, a commitment."""
    random, service = town.random, town.random.choice((HELP, HELP, SPORT))
    window = DateWindow(town.today, town.today + timedelta(days=random.choice((14, 40, 90, 364))))
    funding = DecidedFunding("1", FundingKind.VOUCHER, (service,), window)
    if town.chance(0.7):
        values = {service: {"any": Money(VALUES[service])}}
        funding = replace(funding, unit_values=values)
    kind = random.randrange(5)
    if kind == 0:
        provider = random.choice(town.firms).code
        funding = replace(funding, kind=FundingKind.COMMITMENT, provider=provider, unit_values={})
    if kind == 1:
        return replace(funding, amount_cents=Money(90_000), quantity=Quantity(random.randrange(500, 3000)))
    if kind in (2, 3):
        carry = random.choice(list(CarryOver))
        share = 50 if carry is CarryOver.UP_TO else 0
        cents, units = (Money(12_000), None) if kind == 2 else (None, Quantity(450))
        limit = PeriodLimit(PeriodKind.MONTH, cents, units, carry, share)
        return replace(funding, amount_cents=Money(random.randrange(40_000, 200_000)), per_period=limit)
    overrun = random.choice(list(Overrun))
    return replace(funding, amount_cents=Money(random.randrange(8_000, 50_000)), overrun=overrun)


def change(town: Town, grants: list[Grant]) -> None:
    """Top up, reduce, lengthen; what is used stays used, so some changes are refused. Or send it again."""
    documents = [_changed(town, grant) for grant in grants]
    received = [*_received(town, documents[:1], hour=9), *_received(town, documents[1:], hour=9)]
    for grant, document, answer in zip(grants, documents, received, strict=True):
        if isinstance(answer, DecisionReceived):
            grant.document = document
        stored = "stored" if isinstance(answer, DecisionReceived) and answer.stored else "not stored"
        town.done[f"change decision: {stored}"] += 1


def _changed(town: Town, grant: Grant) -> DecisionDocument:
    funding = grant.document.fundings[0]
    factor = town.random.choice((0.5, 1, 1.2, 2))
    longer = DateWindow(
        funding.window.first, funding.window.last + timedelta(days=town.random.choice((0, 30)))
    )
    changed = replace(funding, amount_cents=Money(int((funding.amount_cents or 0) * factor)), window=longer)
    return replace(grant.document, decided_on=town.today, fundings=(changed,))


def set_state(town: Town, grant: Grant) -> None:
    """Open a paused one again; pause, and more seldom close or revoke, an open one."""
    state = FundingState.OPEN
    if not grant.paused:
        end = town.random.choice((FundingState.CLOSED, FundingState.REVOKED))
        state = FundingState.PAUSED if town.chance(0.75) else end
    answer = change_funding_state(
        town.session, grant.funding_id, state=state, from_day=town.today, why="Päätös", actor=town.worker,
        now=town.at(9),
    )  # fmt: skip
    assert isinstance(answer, FundingStateChanged), answer
    grant.paused = state is FundingState.PAUSED
    grant.over = state in (FundingState.CLOSED, FundingState.REVOKED)
    town.done[f"state: {state.value}"] += 1


def approve(town: Town, firm: Firm) -> None:
    """Suspend a provider's service, or approve it again."""
    state = ApprovalState.APPROVED if firm.suspended else ApprovalState.SUSPENDED
    answer = change_approval(
        town.session, provider_id=firm.id, county_id=town.county_id, service=HELP, state=state,
        from_day=town.today, why="Valvonta", actor=town.worker, now=town.at(9),
    )  # fmt: skip
    assert isinstance(answer, ApprovalChanged), answer
    firm.suspended = not firm.suspended
    town.done[f"approval: {state.value}"] += 1


def judge(town: Town) -> None:
    """Admit or refuse what waits, most of it."""
    waiting, town.held = town.held, []
    for key in waiting:
        if town.chance(0.3):
            town.held.append(key)
            continue
        action = admit_charge if town.chance(0.6) else refuse_charge
        answer = action(town.session, key, why="Selvitetty", actor=town.worker, now=town.at(10))
        told = answer.code if isinstance(answer, Refusal) else answer.state
        if told == "accepted":
            town.recent.append(key)
            town.admitted.add(key)
        if told == "on_hold":
            town.held.append(key)
        town.done[f"{action.__name__}: {told}"] += 1


def expire(town: Town) -> None:
    """The nightly job, as the timetable runs it."""
    after: int | None = 0
    while after is not None:
        after = expire_fundings(town.session, after=after, most=500, now=town.at(1))
        town.done["expire"] += after is not None
