"""The work of the county in a day: decisions, changes, states, held charges, approvals, expiry."""

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
from clearing.plans.actions.plan_again import plan_next
from clearing.upkeep.actions.expire_fundings import expire_fundings
from foundation.database.tables.grants import Funding
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from marketplace.actions.approve_provider import ApprovalChanged, change_approval
from tests.builders import a_person
from tests.simulation.county import FIRST_DAY, HELP, SPORT, VALUES, Firm, Grant, SimulatedCounty

CHANGES = 0.03
STATES = 0.02
REOPENED = 0.2


def run_day(county: SimulatedCounty, clients: int, days: int) -> None:
    """Do one day's work; every client has a decision by the middle of the year, some clients a second one."""
    granted = len(county.grants)
    target = min(clients * 3 // 2, clients // 3 + granted // 99 + clients * 2 * _age(county) // days)
    grant(county, max(0, target - granted))
    current_grants = county.current_grants()
    change(county, county.random.sample(current_grants, len(county.times(CHANGES, len(current_grants)))))
    for open_grant in county.random.sample(current_grants, len(county.times(STATES, len(current_grants)))):
        set_state(county, open_grant)
    for paused in [candidate for candidate in county.current_grants() if candidate.paused]:
        if county.chance(REOPENED):
            set_state(county, paused)
    for firm in county.firms:
        if county.chance(0.25 if firm.suspended else 0.04):
            approve(county, firm)
    judge_held_charges(county)
    if county.today.weekday() == 0:
        expire(county)
    plan_holds(county)


def _age(county: SimulatedCounty) -> int:
    return (county.today - FIRST_DAY).days


def grant(county: SimulatedCounty, count: int) -> None:
    """Receive new decisions: the first in a call of its own and the others together."""
    documents = [_decision(county, len(county.grants) + place) for place in range(1, count + 1)]
    vouchers: list[str] = []
    for batch in (documents[:1], documents[1:]):
        for answer in _received(county, batch, hour=8):
            assert isinstance(answer, DecisionReceived), answer
            vouchers.append(answer.vouchers["1"])
    rows = county.session.execute(
        select(Funding.voucher, Funding.id, Funding.client_id).where(Funding.voucher.in_(vouchers))
    )
    found = {voucher: (key, client_id) for voucher, key, client_id in rows}
    for document, voucher in zip(documents, vouchers, strict=True):
        key, client_id = found[voucher]
        person = a_person(county.session, Role.CLIENT, client_id=client_id)
        county.grants.append(Grant(document, key, voucher, document.fundings[0].services[0], person))
        county.done["grant"] += 1


def _received(county: SimulatedCounty, documents: list[DecisionDocument], *, hour: int) -> list[Answer]:
    return receive_decisions(
        county.session,
        documents,
        actor=county.worker,
        now=county.at(hour),
        random_bits=county.random.getrandbits,
    )


def _decision(county: SimulatedCounty, number: int) -> DecisionDocument:
    """Return a decision for a new client, or a second one for an earlier client."""
    place = county.random.randrange(number) + 1 if county.chance(0.2) else number
    client = DecidedClient(f"C-{place:06d}", f"Asiakas {place}", "Mikkeli")
    return DecisionDocument(
        f"D/{number}", "12", county.today, "Viranhaltija", "Laki", "4410", client, (_funding(county),)
    )


def _funding(county: SimulatedCounty) -> DecidedFunding:
    """Return a funding in euros or in units, with or without a monthly limit, or a commitment."""
    random, service = county.random, county.random.choice((HELP, HELP, SPORT))
    window = DateWindow(county.today, county.today + timedelta(days=random.choice((14, 40, 90, 364))))
    funding = DecidedFunding("1", FundingKind.VOUCHER, (service,), window)
    if county.chance(0.7):
        values = {service: {"any": Money(VALUES[service])}}
        funding = replace(funding, unit_values=values)
    kind = random.randrange(5)
    if kind == 0:
        provider = random.choice(county.firms).code
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


def change(county: SimulatedCounty, grants: list[Grant]) -> None:
    """Raise, reduce, extend or resend decisions; a reduction below the used amount is refused."""
    documents = [_changed(county, grant) for grant in grants]
    received = [*_received(county, documents[:1], hour=9), *_received(county, documents[1:], hour=9)]
    for grant, document, answer in zip(grants, documents, received, strict=True):
        if isinstance(answer, DecisionReceived):
            grant.document = document
        stored = "stored" if isinstance(answer, DecisionReceived) and answer.stored else "not stored"
        county.done[f"change decision: {stored}"] += 1


def _changed(county: SimulatedCounty, grant: Grant) -> DecisionDocument:
    funding = grant.document.fundings[0]
    factor = county.random.choice((0.5, 1, 1.2, 2))
    window = DateWindow(
        funding.window.first, funding.window.last + timedelta(days=county.random.choice((0, 30)))
    )
    changed = replace(funding, amount_cents=Money(int((funding.amount_cents or 0) * factor)), window=window)
    return replace(grant.document, decided_on=county.today, fundings=(changed,))


def set_state(county: SimulatedCounty, grant: Grant) -> None:
    """Reopen a paused funding; pause an open one, or less often close or revoke it."""
    state = FundingState.OPEN
    if not grant.paused:
        end = county.random.choice((FundingState.CLOSED, FundingState.REVOKED))
        state = FundingState.PAUSED if county.chance(0.75) else end
    answer = change_funding_state(
        county.session,
        grant.funding_id,
        state=state,
        from_day=county.today,
        why="Päätös",
        actor=county.worker,
        now=county.at(9),
    )
    assert isinstance(answer, FundingStateChanged), answer
    grant.paused = state is FundingState.PAUSED
    grant.ended = state in (FundingState.CLOSED, FundingState.REVOKED)
    county.done[f"state: {state.value}"] += 1


def approve(county: SimulatedCounty, firm: Firm) -> None:
    """Suspend an approved provider, or approve a suspended one again."""
    state = ApprovalState.APPROVED if firm.suspended else ApprovalState.SUSPENDED
    answer = change_approval(
        county.session,
        provider_id=firm.id,
        county_id=county.id,
        service=HELP,
        state=state,
        from_day=county.today,
        why="Valvonta",
        actor=county.worker,
        now=county.at(9),
    )
    assert isinstance(answer, ApprovalChanged), answer
    firm.suspended = not firm.suspended
    county.done[f"approval: {state.value}"] += 1


def judge_held_charges(county: SimulatedCounty) -> None:
    """Admit or refuse most of the held charges."""
    waiting, county.held = county.held, []
    for key in waiting:
        if county.chance(0.3):
            county.held.append(key)
            continue
        action = admit_charge if county.chance(0.6) else refuse_charge
        answer = action(county.session, key, why="Selvitetty", actor=county.worker, now=county.at(10))
        result = answer.code if isinstance(answer, Refusal) else answer.state
        if result == "accepted":
            county.recent.append(key)
            county.admitted.add(key)
        if result == "on_hold":
            county.held.append(key)
        county.done[f"{action.__name__}: {result}"] += 1


def plan_holds(county: SimulatedCounty) -> None:
    """Plan every hold again, as the job of the night does."""
    after: int | None = 0
    while after is not None:
        after = plan_next(county.session, after=after, most=500, now=county.at(1))


def expire(county: SimulatedCounty) -> None:
    """Expire fundings, as the nightly job does."""
    after: int | None = 0
    while after is not None:
        after = expire_fundings(county.session, after=after, most=500, now=county.at(1))
        county.done["expire"] += after is not None
