"""The SEPA credit transfer file: ISO 20022 pain.001.001.09, one batch a payment run.

The same facts give the same bytes, always. xsdata writes the document once with a single sample payment;
every real payment is that sample with its values put in. 20,000 payments then take under a second instead
of six, and the shape still comes from the generated schema classes. The values cannot break the markup:
`sepa_text` lets no `<`, `>` or `&` through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from pyiso20022.pain import pain_001_001_09 as pain
from stdnum import iban as ibans
from stdnum import iso11649
from stdnum.exceptions import ValidationError
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig
from xsdata.models.datatype import XmlDate, XmlDateTime

from clearing.payments.gateways.sepa_text import Letters, sepa_id, sepa_name
from clearing.payments.rules.run_hash import PaymentLine

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
HIGHEST_CENTS = 99_999_999_999
"""999,999,999.99 euros: the most that one SEPA credit transfer may carry (EPC125-05, AT-T002)."""

_HELSINKI = ZoneInfo("Europe/Helsinki")
_SAMPLE_AMOUNT = Decimal("123456789.01")
_PAYMENT_TAG = "CdtTrfTxInf"


class BankFileError(ValueError):
    """A payment that no bank would take; the text names it by its end-to-end id."""


@dataclass(frozen=True, slots=True)
class Payer:
    """The county's own account, and the letters that its bank takes in names."""

    name: str
    iban: str
    bic: str
    letters: Letters = Letters.NORDIC


@dataclass(frozen=True, slots=True)
class BankFile:
    """What the file says besides the payments. `count` and `sum_cents` are checked while it is written."""

    message_id: str
    batch_id: str
    made_at: datetime
    execution_day: date
    payer: Payer
    count: int
    sum_cents: int


def render(file: BankFile, payments: Iterable[PaymentLine]) -> bytes:
    """Return the file.

    Raises:
        BankFileError: A payment is not valid, or the count or the sum is not the one that was approved.
    """
    return b"".join(rendered_pieces(file, payments))


def rendered_pieces(file: BankFile, payments: Iterable[PaymentLine]) -> Iterator[bytes]:
    """Yield the file piece by piece, so that memory stays flat however many payments there are."""
    head, payment, tail = _sample(file)
    count = sum_cents = 0
    yield head.encode()
    for line in payments:
        count += 1
        sum_cents += line.sum_cents
        yield _filled(payment, line, file.payer.letters).encode()
    if (count, sum_cents) != (file.count, file.sum_cents):
        raise BankFileError(
            f"{count} payments of {sum_cents} cents, but {file.count} of {file.sum_cents} were approved"
        )
    yield tail.encode()


def bank_takes(payee: str, iban: str, amount_cents: int) -> bool:
    """Return whether a bank file can carry this name, account and sum; our own identifiers always fit."""
    try:
        _payee("", payee, iban, amount_cents, Letters.BASIC)
    except BankFileError:
        return False
    return True


def euros(cents: int) -> Decimal:
    """Whole cents as the decimal euros of the file, always two decimals."""
    return Decimal(cents).scaleb(-2).quantize(Decimal("0.01"))


def _sample(file: BankFile) -> tuple[str, str, str]:
    """The document around one sample payment, cut before and after that payment."""
    document = pain.Document(
        cstmr_cdt_trf_initn=pain.CustomerCreditTransferInitiationV09(
            grp_hdr=pain.GroupHeader85(
                msg_id=sepa_id(file.message_id),
                cre_dt_tm=_stamp(file.made_at),
                nb_of_txs=str(file.count),
                ctrl_sum=euros(file.sum_cents),
                initg_pty=pain.PartyIdentification135(nm=sepa_name(file.payer.name, file.payer.letters)),
            ),
            pmt_inf=[_batch(file)],
        )
    )
    serializer = XmlSerializer(config=SerializerConfig(xml_declaration=True))
    text: str = serializer.render(document, ns_map={None: NAMESPACE})
    head, found, rest = text.partition(f"<{_PAYMENT_TAG}>")
    payment, closing, tail = rest.partition(f"</{_PAYMENT_TAG}>")
    return head, found + payment + closing, tail


def _batch(file: BankFile) -> pain.PaymentInstruction30:
    institution = pain.FinancialInstitutionIdentification18(bicfi=file.payer.bic)
    return pain.PaymentInstruction30(
        pmt_inf_id=sepa_id(file.batch_id),
        pmt_mtd=pain.PaymentMethod3Code.TRF,
        btch_bookg=True,
        nb_of_txs=str(file.count),
        ctrl_sum=euros(file.sum_cents),
        pmt_tp_inf=pain.PaymentTypeInformation26(svc_lvl=[pain.ServiceLevel8Choice(cd="SEPA")]),
        reqd_exctn_dt=pain.DateAndDateTime2Choice(dt=XmlDate.from_date(file.execution_day)),
        dbtr=pain.PartyIdentification135(nm=sepa_name(file.payer.name, file.payer.letters)),
        dbtr_acct=_account(_checked_iban(file.payer.iban, file.batch_id)),
        dbtr_agt=pain.BranchAndFinancialInstitutionIdentification6(fin_instn_id=institution),
        chrg_br=pain.ChargeBearerType1Code.SLEV,
        cdt_trf_tx_inf=[_sample_payment()],
    )


def _sample_payment() -> pain.CreditTransferTransaction34:
    scor = pain.CreditorReferenceType1Choice(cd=pain.DocumentType3Code.SCOR)
    reference = pain.CreditorReferenceInformation2(
        tp=pain.CreditorReferenceType2(cd_or_prtry=scor, issr="ISO"), ref="{reference}"
    )
    return pain.CreditTransferTransaction34(
        pmt_id=pain.PaymentIdentification6(instr_id="{id}", end_to_end_id="{id}"),
        amt=pain.AmountType4Choice(
            instd_amt=pain.ActiveOrHistoricCurrencyAndAmount(value=_SAMPLE_AMOUNT, ccy="EUR")
        ),
        cdtr=pain.PartyIdentification135(nm="{payee}"),
        cdtr_acct=_account("{iban}"),
        rmt_inf=pain.RemittanceInformation16(
            strd=[pain.StructuredRemittanceInformation16(cdtr_ref_inf=reference)]
        ),
    )


def _filled(sample: str, line: PaymentLine, letters: Letters) -> str:
    """Return the sample with one payment's values."""
    name = line.end_to_end_id
    values = _payee(name, line.payee, line.iban, line.sum_cents, letters)
    try:
        values |= {"id": sepa_id(name), "reference": iso11649.validate(line.reference)}
    except (ValueError, ValidationError) as fault:
        raise BankFileError(f"{name}: {fault}") from fault
    return sample.replace(str(_SAMPLE_AMOUNT), str(euros(line.sum_cents))).format_map(values)


def _payee(name: str, payee: str, iban: str, amount_cents: int, letters: Letters) -> dict[str, str]:
    """Return who is paid and where, as the file writes it; `name` is the payment's in errors."""
    if not 0 < amount_cents <= HIGHEST_CENTS:
        raise BankFileError(f"{name}: the amount must be 0.01 to 999999999.99")
    try:
        written = sepa_name(payee, letters)
    except ValueError as fault:
        raise BankFileError(f"{name}: {fault}") from fault
    return {"payee": written, "iban": _checked_iban(iban, name)}


def _checked_iban(number: str, name: str) -> str:
    try:
        return str(ibans.validate(number))
    except ValidationError as fault:
        raise BankFileError(f"{name}: {number[:4]}… is not an account number") from fault


def _account(number: str) -> pain.CashAccount38:
    return pain.CashAccount38(id=pain.AccountIdentification4Choice(iban=number))


def _stamp(moment: datetime) -> XmlDateTime:
    """Whole seconds in Helsinki with the offset, as the banks' own systems write it."""
    return XmlDateTime.from_datetime(moment.astimezone(_HELSINKI).replace(microsecond=0))
