"""The simulated bank: its answer to a payment file (camt.054, ISO 20022)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from foundation.vocabulary.money import format_hundredths

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"


def debit_notification(payments: Iterable[tuple[str, int]], day: date, payer_iban: str) -> bytes:
    """Return a notification that payments (end-to-end id, whole cents) left the account on a day."""
    entries = "".join(_entry(end_to_end_id, cents, day) for end_to_end_id, cents in payments)
    made = f"{day.isoformat()}T18:00:00"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{NAMESPACE}"><BkToCstmrDbtCdtNtfctn>'
        f"<GrpHdr><MsgId>N{day:%Y%m%d}</MsgId><CreDtTm>{made}</CreDtTm></GrpHdr>"
        f"<Ntfctn><Id>N{day:%Y%m%d}-1</Id><CreDtTm>{made}</CreDtTm>"
        f"<Acct><Id><IBAN>{payer_iban}</IBAN></Id></Acct>{entries}</Ntfctn>"
        "</BkToCstmrDbtCdtNtfctn></Document>"
    ).encode()


def _entry(end_to_end_id: str, cents: int, day: date) -> str:
    amount = f'<Amt Ccy="EUR">{format_hundredths(cents)}</Amt>'
    return (
        f"<Ntry>{amount}<CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{day.isoformat()}</Dt></BookgDt><NtryDtls><TxDtls>"
        f"<Refs><AcctSvcrRef>B{end_to_end_id}</AcctSvcrRef><EndToEndId>{end_to_end_id}</EndToEndId></Refs>"
        f"{amount}</TxDtls></NtryDtls></Ntry>"
    )
