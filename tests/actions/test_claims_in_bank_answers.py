"""Money that comes for a claim: matched by its reference, once; what differs is listed for a person."""

from __future__ import annotations

import signal

import pytest
from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account
from clearing.payments.actions.claim_recovery import claim_recovery
from clearing.payments.actions.ingest_bank_answer import AnswerReport, ingest_bank_answer
from clearing.payments.load.claims import Claim, claims_of_county
from clearing.payments.rules.verdicts import Mismatch
from clearing.upkeep.actions.verify_books import verify_books
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor
from tests.builders.bank_answers import FOREIGN
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.county import NOW, TODAY
from tests.builders.killed_steps import KillableSteps
from tests.builders.settlement import PAYER_IBAN, a_settlement_scenario, account_sums

DAY = TODAY.isoformat()


@pytest.fixture
def scenario(session: Session) -> CorrectionScenario:
    return claimed(session)


def claimed(session: Session) -> CorrectionScenario:
    """A provider that was paid 120 € and owes all of it; 70 € and 50 € are claimed."""
    scenario = a_correction_scenario(session)
    charge = scenario.charge("4.00")
    scenario.settlement.pay(session)
    scenario.correct(charge)
    scenario.settle()
    for cents in (7_000, 5_000):
        not_refused(
            claim_recovery(
                scenario.session,
                county_id=scenario.settlement.county.id,
                provider_id=scenario.provider_id,
                amount_cents=Money(cents),
                why="Lopetti",
                actor=scenario.settlement.officer,
                now=NOW,
            )
        )
    return scenario


def claims(scenario: CorrectionScenario) -> list[Claim]:
    found = claims_of_county(scenario.session, scenario.settlement.county.id, paid_since=TODAY)
    return sorted(found, key=lambda claim: claim.id)


def credit(
    reference: str | None,
    amount: str,
    *,
    bank_reference: str = "IN1",
    direction: str = "CRDT",
    day: str = DAY,
    currency: str = "EUR",
    name: str = "NOTPROVIDED",
    inside: str = "",
) -> str:
    """An entry of a statement; its detail carries the payer's reference."""
    spaced = " ".join((reference or "")[start : start + 4] for start in range(0, len(reference or ""), 4))
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>{inside}<Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><NtryDtls><TxDtls><Refs><AcctSvcrRef>{bank_reference}</AcctSvcrRef>"
        f"<EndToEndId>{name}</EndToEndId></Refs><RmtInf><Strd><CdtrRefInf><Ref>{spaced}</Ref></CdtrRefInf></Strd>"
        "</RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def statement(*entries: str, account: str = PAYER_IBAN, message: str = "camt.053") -> bytes:
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{message}.001.02"><BkToCstmrStmt><GrpHdr>'
        f"<MsgId>S</MsgId><CreDtTm>{DAY}T20:00:00</CreDtTm></GrpHdr><Stmt><Id>1</Id>"
        f"<Acct><Id><IBAN>{account}</IBAN></Id></Acct>{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def ingest(scenario: CorrectionScenario, content: bytes, actor: Actor | None = None) -> AnswerReport:
    by = actor or scenario.settlement.officer
    return not_refused(ingest_bank_answer(scenario.session, content, actor=by, now=NOW))


def codes(report: AnswerReport) -> list[Mismatch]:
    return [row.mismatch for row in report.unmatched]


@pytest.mark.parametrize("name", ["NOTPROVIDED", "INVOICE-7"])
@pytest.mark.parametrize("role", ["officer", "approver"])
def test_exactly_the_sum_pays_the_claim_once(scenario: CorrectionScenario, name: str, role: str) -> None:
    first, second = claims(scenario)
    content = statement(credit(first.reference, "70.00", name=name), credit("RF18539007547034", "1.00"))
    actor = getattr(scenario.settlement, role)
    report = ingest(scenario, content, actor)
    assert (report.claims_paid, report.unmatched, report.known) == ((first.id,), (), 0)
    again = ingest(scenario, content, actor)
    assert (again.claims_paid, again.unmatched, again.known) == ((), (), 1)
    paid, still_open = claims(scenario)
    assert (paid.paid_on, paid.paid_reference, still_open.is_open) == (TODAY, "IN1", True)
    assert account_sums(scenario.session)[Account.RECOVERY] == -5_000
    assert verify_books(scenario.session).differences == ()
    assert second.is_open


def test_the_same_entry_twice_in_a_file_and_in_the_other_message(scenario: CorrectionScenario) -> None:
    first, second = claims(scenario)
    entry = credit(first.reference, "70.00")
    other = credit(second.reference, "50.00", bank_reference="IN2")
    report = ingest(scenario, statement(other, entry, entry, message="camt.054"))
    assert sorted(report.claims_paid) == [first.id, second.id]
    again = ingest(scenario, statement(entry, other))
    assert (again.claims_paid, again.unmatched, again.known) == ((), (), 2)
    assert account_sums(scenario.session)[Account.RECOVERY] == 0
    assert verify_books(scenario.session).differences == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": "69.99"}, Mismatch.CLAIM_AMOUNT),
        ({"amount": "70.01"}, Mismatch.CLAIM_AMOUNT),
        ({"amount": "20.00"}, Mismatch.CLAIM_AMOUNT),
        ({"amount": "seventy"}, Mismatch.NO_AMOUNT),
        ({"currency": "SEK"}, Mismatch.NOT_EURO),
        ({"bank_reference": ""}, Mismatch.CLAIM_UNCLEAR),
        ({"day": "2026-11-01"}, Mismatch.CLAIM_UNCLEAR),
        ({"day": "2026-11-30"}, Mismatch.CLAIM_UNCLEAR),
        ({"inside": "<RvslInd>true</RvslInd>"}, Mismatch.DIRECTION),
    ],
)
def test_what_differs_is_listed_and_moves_nothing(
    scenario: CorrectionScenario, changes: dict[str, str], code: Mismatch
) -> None:
    first, _ = claims(scenario)
    report = ingest(scenario, statement(credit(first.reference, **{"amount": "70.00", **changes})))
    assert (report.claims_paid, codes(report)) == ((), [code])
    assert report.unmatched[0].identifier == first.reference
    assert all(claim.is_open for claim in claims(scenario))
    assert account_sums(scenario.session)[Account.RECOVERY] == -12_000


def test_another_account_another_county_and_a_debit_move_nothing(
    session: Session, scenario: CorrectionScenario
) -> None:
    first, _ = claims(scenario)
    entry = credit(first.reference, "70.00")
    assert codes(ingest(scenario, statement(entry, account=FOREIGN))) == [Mismatch.OTHER_ACCOUNT]
    debit = credit(first.reference, "70.00", direction="DBIT")
    assert ingest(scenario, statement(debit)).claims_paid == ()
    other = a_settlement_scenario(session, code="13", providers_count=0)
    assert ingest(scenario, statement(entry), other.officer).claims_paid == ()
    assert all(claim.is_open for claim in claims(scenario))


def test_a_second_payment_and_a_used_reference_are_listed(scenario: CorrectionScenario) -> None:
    first, second = claims(scenario)
    ingest(scenario, statement(credit(first.reference, "70.00")))
    twice = ingest(scenario, statement(credit(first.reference, "70.00", bank_reference="IN2")))
    used = ingest(scenario, statement(credit(second.reference, "50.00", bank_reference="IN1")))
    assert codes(twice) == [Mismatch.CLAIM_PAID]
    assert codes(used) == [Mismatch.CLAIM_UNCLEAR]
    assert account_sums(scenario.session)[Account.RECOVERY] == -5_000
    assert verify_books(scenario.session).differences == ()


def test_killed_after_a_claim_it_is_repeated_with_one_effect(fresh_database: str) -> None:
    steps = KillableSteps(fresh_database)
    with Session(steps.engine, expire_on_commit=False) as session, session.begin():
        scenario = claimed(session)
        content = statement(credit(claims(scenario)[0].reference, "70.00"))
        session.flush()
        session.expunge_all()

    def step(session: Session) -> AnswerReport:
        scenario.session = session
        return ingest(scenario, content)

    assert steps.killed(step, "claims.ingest.after_claim") == signal.SIGKILL
    for paid in (1, 0):
        report = steps.commit(step)
        assert isinstance(report, AnswerReport)
        assert len(report.claims_paid) == paid
    with Session(steps.engine) as session:
        assert account_sums(session)[Account.RECOVERY] == -5_000
        assert verify_books(session).differences == ()
    steps.close()
