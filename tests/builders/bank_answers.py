"""A bank's answers as XML: status reports, and statements with a batch booked as one sum."""

from __future__ import annotations

import re

from tests.builders.settlement import PAYER_IBAN, statement_of

FOREIGN = "FI4299000000000028"
DETAILS = [
    "<Btch><PmtInfId>@P@     </PmtInfId></Btch><TxDtls><Purp><Cd>SUPP</Cd></Purp></TxDtls>",
    "<Btch><MsgId>@M@</MsgId></Btch>",
    "<TxDtls><Refs><MsgId>@M@</MsgId><PmtInfId>@P@</PmtInfId></Refs></TxDtls>",
    "<TxDtls><Refs><PmtInfId>@P@</PmtInfId><EndToEndId>NOTPROVIDED</EndToEndId></Refs></TxDtls>",
    "<Btch><MsgId>@M@</MsgId><PmtInfId>@P@</PmtInfId><NbOfTxs>2</NbOfTxs></Btch><TxDtls/><TxDtls/>",
]


def report_of(bank_file: bytes, *lines: str, day: str = "2026-11-24", group: str = "PART") -> bytes:
    """A pain.002 about the file; `lines` are TxInfAndSts elements."""
    message, batch = names_of(bank_file)
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr>'
        f"<MsgId>A</MsgId><CreDtTm>{day}T14:00:00+02:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts>"
        f"<OrgnlMsgId>{message}</OrgnlMsgId>{group_status(group)}</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>"
        f"<OrgnlPmtInfId>{batch}</OrgnlPmtInfId>{''.join(lines)}</OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    ).encode()


def group_status(group: str) -> str:
    status, _, reason = group.partition(" ")
    return f"<GrpSts>{status}</GrpSts>" + (reason and f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>")


def line(name: str, status: str, reason: str = "", text: str = "") -> str:
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn><AddtlInf>{text}</AddtlInf></StsRsnInf>" if reason else ""
    return f"<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>{status}</TxSts>{why}</TxInfAndSts>"


def names_of(bank_file: bytes) -> tuple[str, str]:
    text = bank_file.decode()
    return re.findall("<MsgId>(.*?)<", text)[0], re.findall("<PmtInfId>(.*?)<", text)[0]


def batch_of(bank_file: bytes, cents: int, details: str, *, account: str = PAYER_IBAN) -> bytes:
    """A camt.053 with one booked sum; `details` may have @M@ and @P@ for the file's own identifiers."""
    message, batch = names_of(bank_file)
    booked = statement_of({"X": cents}, account=account)
    found = re.sub(b"<TxDtls>.*</TxDtls>", details.encode(), booked)
    return found.replace(b"@M@", message.encode()).replace(b"@P@", batch.encode())
