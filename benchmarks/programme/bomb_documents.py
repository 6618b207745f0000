"""Hostile texts, XML documents, compressed files and papers: small or allowed in size, costly to read."""

from __future__ import annotations

import gzip
import struct
import zlib

from benchmarks.programme.bomb_files import NAMES, Bomb, archive, spreadsheets

_HEADER = ";".join(NAMES).encode()
_ROW = b"R-1;V;HOME_CARE;2026-11-03;1;hour;36"
_UBL = (
    b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" '
    b'xmlns:c="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
)
_FINVOICE = (
    b'<Finvoice Version="3.0"><InvoiceDetails><InvoiceTypeCode>INV01</InvoiceTypeCode></InvoiceDetails>'
)
_CAMT = (
    b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr>'
    b"<MsgId>S</MsgId></GrpHdr><Stmt>"
)


def bombs() -> list[Bomb]:
    """Return all hostile files."""
    return [*spreadsheets(), *_lines(), *_long_rows(), *_entities(), *_elements(), *_papers()]


def _lines() -> list[Bomb]:
    return [
        Bomb("line ends", lambda: b"\n" * 24_900_000),
        Bomb("semicolons", lambda: b";" * 24_900_000),
        Bomb("the header again and again", lambda: (_HEADER + b"\n") * 370_000),
        Bomb("line ends below the header", lambda: _HEADER + b"\n" * 24_800_000),
        Bomb("semicolons below the header", lambda: _HEADER + b"\n;" * 12_400_000 + b"\n" + _ROW),
        Bomb("an open quotation mark", lambda: _HEADER + b'\n"' + b"a\n" * 12_400_000),
        Bomb("NUL bytes", lambda: b"\0" * 24_900_000),
        Bomb("30 MB", lambda: b"x" * 30_000_000),
    ]


def _long_rows() -> list[Bomb]:
    wide = _HEADER + b"".join(b";x%d" % at for at in range(190))
    return [
        Bomb("a header of 25 MB", lambda: _HEADER * 370_000),
        Bomb("190 unknown columns", lambda: wide + b"\n" + (_ROW + b";1" * 190 + b"\n") * 50_000),
        Bomb("two million columns", lambda: b";".join(b"x%d" % at for at in range(2_000_000)) + b"\n1"),
        Bomb("one row of 24 MB", lambda: _HEADER + b"\n" + b"R-1;" * 6_000_000),
        Bomb("one cell of 24 MB", lambda: _HEADER + b'\n"' + b"x" * 24_000_000 + b'"'),
        Bomb("quotation marks", lambda: b'"' * 24_900_000),
        Bomb("combining marks", lambda: _HEADER + b"\na" + b"\xcc\x88\xcc\xa3" * 6_000_000),
    ]


def _entities() -> list[Bomb]:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (at, b"&l%d;" % (at - 1) * 10) for at in range(1, 12))
    laughing = b'<!DOCTYPE a [<!ENTITY l0 "ha">' + laughs + b"]><a>&l11;</a>"
    doubled = b'<!DOCTYPE a [<!ENTITY x "' + b"A" * 100_000 + b'">]><a>' + b"&x;" * 10_000 + b"</a>"
    outside = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    return [
        Bomb("entities within entities", lambda: laughing),
        Bomb("a long entity many times", lambda: doubled),
        Bomb("a file of the server", lambda: outside),
    ]


def _elements() -> list[Bomb]:
    end = b"</Invoice>"
    closed = b"<a>" * 200_000 + b"</a>" * 200_000
    return [
        Bomb("an invoice of deep elements", lambda: _UBL + b"<a>" * 6_000_000),
        Bomb("an invoice of deep and closed elements", lambda: _UBL + closed + end),
        Bomb("an attribute of 20 MB", lambda: _UBL + b'<a b="' + b"x" * 20_000_000 + b'"/>' + end),
        Bomb("a million attributes", lambda: _UBL + b"<a " + _attributes(1_000_000) + b"/>" + end),
        Bomb("a comment of 20 MB", lambda: _UBL + b"<!--" + b"x" * 20_000_000 + b"-->" + end),
        Bomb("a text of 20 MB", lambda: _UBL + b"<c:ID>" + b"x" * 20_000_000 + b"</c:ID>" + end),
        Bomb("two million empty elements", lambda: _UBL + b"<c:Note/>" * 2_000_000 + end),
        Bomb("rows without end", lambda: _FINVOICE + b"<InvoiceRow/>" * 1_800_000 + b"</Finvoice>"),
        Bomb("a million names", lambda: b"<Invoice>" + b"".join(b"<a%d/>" % at for at in range(1_000_000))),
        Bomb("a statement of empty entries", lambda: _CAMT + b"<Ntry/>" * 2_000_000),
        Bomb("a statement of deep elements", lambda: _CAMT + b"<a>" * 6_000_000),
    ]


def _attributes(count: int) -> bytes:
    return b" ".join(b'a%d="1"' % at for at in range(count))


def _papers() -> list[Bomb]:
    return [
        Bomb("gzip of 1 GB", lambda: gzip.compress(b"\0" * 100_000_000) * 10),
        Bomb("a PNG of 50,000 × 50,000", _png, is_paper=True),
        Bomb("a PDF of streams within streams", _pdf, is_paper=True),
        Bomb("a PDF before an archive", lambda: _pdf() + archive({"a": b"\0" * 100_000_000}), is_paper=True),
    ]


def _png() -> bytes:
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 6, 0, 0, 0)
    row = zlib.compress(b"\0" * 100_000_000, 9)
    parts = [(b"IHDR", head), (b"IDAT", row), (b"IEND", b"")]
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _pdf() -> bytes:
    inner = zlib.compress(zlib.compress(b"\0" * 100_000_000, 9), 9)
    head = b"1 0 obj\n<</Length %d/Filter[/FlateDecode/FlateDecode]>>\nstream\n" % len(inner)
    return b"%PDF-1.7\n" + head + inner + b"\nendstream\nendobj\n%%EOF\n"
