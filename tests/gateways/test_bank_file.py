"""The bank file: valid against the schema, the same bytes always, only letters that the bank takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sepaxml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from clearing.payments.gateways.bank_file import BankFile, BankFileError, Payer, bank_takes, render
from clearing.payments.gateways.sepa_text import KEPT, NAME_LENGTH, Letters, sepa_id, sepa_name
from clearing.payments.rules.run_hash import PaymentLine
from foundation.vocabulary.identifiers import creditor_reference
from foundation.vocabulary.money import Money

PAYER = Payer("Etelä-Savon hyvinvointialue", "FI2112345600000785", "NDEAFIHH")
MADE_AT = datetime(2026, 11, 20, 12, 0, 1, 999, tzinfo=UTC)
NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


def transfer(number: int = 1, **changes: object) -> PaymentLine:
    whole = PaymentLine(
        end_to_end_id=f"OMA12R17P{number}",
        business_id="1234567-1",
        payee="Kotipalvelu Åström Oy",
        iban="FI1410093000123458",
        bic="NDEAFIHH",
        sum_cents=Money(10_450 + number),
        reference=creditor_reference(str(number)),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def file_of(transfers: list[PaymentLine], **changes: object) -> BankFile:
    file = BankFile(
        message_id="OMA12R17",
        batch_id="OMA12R17B1",
        made_at=MADE_AT,
        execution_day=date(2026, 11, 23),
        payer=PAYER,
        count=len(transfers),
        sum_cents=sum(item.sum_cents for item in transfers),
    )
    return replace(file, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    path = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"
    return etree.XMLSchema(etree.parse(path))


def test_is_valid_against_the_schema(schema: etree.XMLSchema) -> None:
    transfers = [transfer(number) for number in range(1, 40)]
    tree = etree.fromstring(render(file_of(transfers), transfers))
    assert schema.validate(tree), schema.error_log


def test_count_and_sum_are_in_both_headers() -> None:
    transfers = [transfer(1, sum_cents=1), transfer(2, sum_cents=99_999_999_999)]
    tree = etree.fromstring(render(file_of(transfers), transfers))
    assert tree.xpath("//p:NbOfTxs/text()", namespaces=NS) == ["2", "2"]
    assert tree.xpath("//p:CtrlSum/text()", namespaces=NS) == ["1000000000.00", "1000000000.00"]
    assert tree.xpath("//p:InstdAmt/text()", namespaces=NS) == ["0.01", "999999999.99"]


def test_every_value_is_in_its_element() -> None:
    payment = transfer(7)
    tree = etree.fromstring(render(file_of([payment]), [payment]))
    values = {
        name: tree.xpath(f"string(//p:CdtTrfTxInf//p:{name})", namespaces=NS)
        for name in ("EndToEndId", "Nm", "IBAN", "InstdAmt", "Ref")
    }
    assert values == {
        "EndToEndId": "OMA12R17P7",
        "Nm": "Kotipalvelu Åström Oy",
        "IBAN": "FI1410093000123458",
        "InstdAmt": "104.57",
        "Ref": creditor_reference("7"),
    }
    assert tree.xpath("string(//p:ReqdExctnDt/p:Dt)", namespaces=NS) == "2026-11-23"
    assert tree.xpath("string(//p:CreDtTm)", namespaces=NS) == "2026-11-20T14:00:01+02:00"


def test_the_same_facts_give_the_same_bytes() -> None:
    transfers = [transfer(number) for number in range(1, 6)]
    assert len({render(file_of(transfers), transfers) for _ in range(10)}) == 1


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"sum_cents": 0}, "amount"),
        ({"sum_cents": -5}, "amount"),
        ({"sum_cents": 100_000_000_000}, "amount"),
        ({"iban": "FI1410093000123459"}, "account"),
        ({"iban": ""}, "account"),
        ({"reference": "RF00123"}, "number"),
        ({"payee": "株式会社"}, "name"),
        ({"payee": ""}, "name"),
        ({"end_to_end_id": "x" * 36}, "identifier"),
        ({"end_to_end_id": "/A"}, "slash"),
        ({"end_to_end_id": "A//B"}, "slash"),
        ({"end_to_end_id": "A&B"}, "identifier"),
    ],
)
def test_a_payment_no_bank_would_take_is_refused(changes: dict[str, object], word: str) -> None:
    bad = transfer(1, **changes)
    with pytest.raises(BankFileError, match=word):
        render(file_of([bad]), [bad])


@pytest.mark.parametrize(
    ("payee", "iban", "amount_cents", "takes"),
    [
        ("Kotipalvelu Åström Oy", "FI1410093000123458", 10_450, True),
        ("Kotipalvelu Åström Oy", "FI1410093000123458", 1, True),
        ("Kotipalvelu Åström Oy", "FI1410093000123458", 99_999_999_999, True),
        ("Kotipalvelu Åström Oy", "FI1410093000123458", 0, False),
        ("Kotipalvelu Åström Oy", "FI1410093000123458", 100_000_000_000, False),
        ("Kotipalvelu Åström Oy", "FI1410093000123459", 10_450, False),
        ("Kotipalvelu Åström Oy", "", 10_450, False),
        ("株式会社", "FI1410093000123458", 10_450, False),
    ],
)
def test_what_a_bank_file_can_carry(payee: str, iban: str, amount_cents: int, takes: bool) -> None:
    assert bank_takes(payee, iban, amount_cents) is takes


@pytest.mark.parametrize("changes", [{"count": 2}, {"sum_cents": 1}])
def test_refuses_when_count_or_sum_differs_from_what_was_approved(changes: dict[str, int]) -> None:
    with pytest.raises(BankFileError):
        render(file_of([transfer()], **changes), [transfer()])


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Kotipalvelu Åström Oy", "Kotipalvelu Åström Oy"),
        ("Kuikanpesä ÅÄÖ", "Kuikanpesä ÅÄÖ"),
        ("Kuikanpesa\u0308", "Kuikanpesä"),
        ("Ünsal ëõ", "Unsal eo"),
        ("Hoiva & Apu <Oy>", "Hoiva + Apu .Oy."),
        ("  Æblegård\t–  Søn  ", "AEblegård - Son"),
        ("//A//B/", "A/B"),
        ("{reference}{id}", "(reference)(id)"),
        ("A" * 200, "A" * 70),
        ("Ligatuuri ﬁ", "Ligatuuri fi"),
    ],
)
def test_names_are_written_in_letters_the_bank_takes(name: str, written: str) -> None:
    assert sepa_name(name) == written


def test_a_bank_that_takes_only_basic_letters_gets_them() -> None:
    assert sepa_name("Kuikanpesä Åström Oy", Letters.BASIC) == "Kuikanpesa Astrom Oy"
    payee = transfer(payee="Kuikanpesä")
    assert b"<Nm>Kuikanpes\xc3\xa4</Nm>" in render(file_of([payee]), [payee])
    basic = replace(file_of([payee]), payer=replace(PAYER, letters=Letters.BASIC))
    assert b"<Nm>Kuikanpesa</Nm>" in render(basic, [payee])


@given(st.text(max_size=200), st.sampled_from(Letters))
def test_any_name_is_written_or_refused(name: str, letters: Letters) -> None:
    try:
        written = sepa_name(name, letters)
    except ValueError:
        return
    assert 0 < len(written) <= NAME_LENGTH
    assert KEPT[letters].issuperset(written)
    assert sepa_name(written, letters) == written
    assert sepa_id("A") == "A"


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=90))
def test_no_name_can_break_the_markup(name: str) -> None:
    payment = transfer(1, payee=f"A{name}")
    tree = etree.fromstring(render(file_of([payment]), [payment]))
    assert tree.xpath("count(//p:CdtTrfTxInf//*)", namespaces=NS) == 18


def test_three_years_of_runs_never_use_an_identifier_twice() -> None:
    ids = [
        f"OMA{county}R{run}P{payment}" for county in ("12", "13") for run in range(156) for payment in (1, 2)
    ]
    assert len(set(ids)) == len(ids)


def test_twenty_thousand_payments() -> None:
    transfers = [transfer(number) for number in range(1, 20_001)]
    content = render(file_of(transfers), transfers)
    assert content.count(b"<CdtTrfTxInf>") == 20_000
