"""Bank messages as XML, with every part that banks write differently: camt.053, camt.054, pain.002."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

DEBITED, CREDITED = "2026-11-23", "2026-11-24"
"""The days on which the simulated bank books payments out, and those that came back in."""
_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
_MESSAGES = {
    "camt.053": ("BkToCstmrStmt", "Stmt"),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


@dataclass(frozen=True, slots=True)
class Detail:
    """A transaction of an entry. `name` is the end-to-end id; `amount` and `reference` may be missing."""

    name: str
    amount: str
    reference: str = ""
    reason: str = ""
    direction: str = ""
    currency: str = "EUR"

    def xml(self) -> str:
        """Return the TxDtls element."""
        references = f"{_element('AcctSvcrRef', self.reference)}<EndToEndId>{self.name}</EndToEndId>"
        amount = amount_xml(self.amount, self.currency, "AmtDtls/TxAmt/Amt")
        return (
            f"<TxDtls><Refs>{references}</Refs>{_element('CdtDbtInd', self.direction)}{amount}"
            f"{_element('RtrInf/Rsn/Cd', self.reason)}</TxDtls>"
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a statement; `inside` is what its NtryDtls contains, `day` a Dt or DtTm element."""

    amount: str
    inside: str
    direction: str = "DBIT"
    day: str = f"<Dt>{DEBITED}</Dt>"
    status: str = "BOOK"
    currency: str = "EUR"
    reference: str = ""
    is_reversal: bool = False

    def xml(self) -> str:
        """Return the Ntry element."""
        reversal = "<RvslInd>true</RvslInd>" if self.is_reversal else ""
        return (
            f"<Ntry>{amount_xml(self.amount, self.currency, 'Amt')}<CdtDbtInd>{self.direction}</CdtDbtInd>"
            f"{reversal}<Sts>{self.status}</Sts><BookgDt>{self.day}</BookgDt>"
            f"{_element('AcctSvcrRef', self.reference)}<NtryDtls>{self.inside}</NtryDtls></Ntry>"
        )


def amount_xml(amount: str, currency: str, path: str) -> str:
    """Return an amount under a path of elements; nothing if it is missing."""
    *outer, last = path.split("/")
    inner = f'<{last} Ccy="{currency}">{amount}</{last}>' if amount else ""
    for name in reversed(outer):
        inner = f"<{name}>{inner}</{name}>"
    return inner


def statement(
    *accounts: tuple[str, Iterable[Entry]], message: str = "camt.053", version: str = "02"
) -> bytes:
    """Return a message with a statement for each account and its entries."""
    outer, inner = _MESSAGES[message]
    statements = "".join(
        f"<{inner}><Id>{number}</Id><Acct><Id><IBAN>{account}</IBAN></Id></Acct>"
        f"{''.join(entry.xml() for entry in entries)}</{inner}>"
        for number, (account, entries) in enumerate(accounts, 1)
    )
    return (
        f'<Document xmlns="{_NAMESPACE}{message}.001.{version}"><{outer}><GrpHdr><MsgId>S</MsgId>'
        f"<CreDtTm>{CREDITED}T20:00:00</CreDtTm></GrpHdr>{statements}</{outer}></Document>"
    ).encode()


def report(
    message_id: str,
    batch_id: str,
    lines: Iterable[tuple[str, str, str]] = (),
    *,
    group: tuple[str, str] = ("", ""),
    batch: str = "",
    day: str = CREDITED,
    text: str = "",
) -> bytes:
    """Return a pain.002 with a status and reason of the file, a status of its batch, and lines.

    Args:
        lines: End-to-end id, status code and reason of each payment.
    """
    rows = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>{status}</TxSts>"
        f"{_reason(reason, text)}</TxInfAndSts>"
        for name, status, reason in lines
    )
    return (
        f'<Document xmlns="{_NAMESPACE}pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>R</MsgId>'
        f"<CreDtTm>{day}T14:00:00+02:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts>"
        f"<OrgnlMsgId>{message_id}</OrgnlMsgId>{_element('GrpSts', group[0])}{_reason(group[1], text)}"
        f"</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch_id}</OrgnlPmtInfId>"
        f"{_element('PmtInfSts', batch)}{rows}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()


def _reason(code: str, text: str) -> str:
    if not code and not text:
        return ""
    return f"<StsRsnInf>{_element('Rsn/Cd', code)}{_element('AddtlInf', text)}</StsRsnInf>"


def _element(path: str, value: str) -> str:
    """Return nested elements around a value; nothing for an empty value."""
    if not value:
        return ""
    names = path.split("/")
    return "".join(f"<{name}>" for name in names) + value + "".join(f"</{name}>" for name in reversed(names))
