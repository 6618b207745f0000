"""Hostile archives: small or allowed in size, costly to read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = ("reference", "voucher", "service", "service_day", "quantity", "unit", "unit_price")
_SHEET = "xl/worksheets/sheet1.xml"
_ONE, _SHARED, _DATED = "<c><v>1</v></c>", '<c t="s"><v>0</v></c>', '<c s="999999"><v>1</v></c>'


@dataclass(frozen=True, slots=True)
class Bomb:
    """A hostile file, built when it is sent.

    One that `may_be_read` has rows that are refused one by one. One that `is_paper` is a document by its
    first and last bytes: it may be attached to an application, and the program opens no paper.
    """

    name: str
    build: Callable[[], bytes]
    may_be_read: bool = False
    is_paper: bool = False


def archive(parts: dict[str, bytes]) -> bytes:
    """Return a zip archive of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return out.getvalue()


def spreadsheets() -> list[Bomb]:
    """Return the hostile archives."""
    return [*_many_cells(), *_large_cells(), *_large_members(), *_odd_archives()]


def _many_cells() -> list[Bomb]:
    return [
        Bomb("one text of 1 MB in 10,000 cells", partial(_of_one_text, 10_000, 10**6)),
        Bomb("a text of 10,000 in 90,000 cells", partial(_of_one_text, 90_000, 10**4)),
        Bomb("200 columns in many rows", lambda: _book(_cells(20_000, _ONE * 200))),
        Bomb("empty cells", lambda: _book("<row>" + "<c/>" * 10_000_000 + "</row>")),
        Bomb("empty rows", lambda: _book("<row/>" * 10_000_000)),
        Bomb("deep elements", lambda: _book("<a>" * 5_000_000)),
    ]


def _large_cells() -> list[Bomb]:
    far = '<row r="100000"><c r="GR100000"><v>1</v></c></row>'
    farthest = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return [
        Bomb("a cell in GR100000", lambda: _book(far), may_be_read=True),
        Bomb("a cell in XFD1048576", lambda: _book(farthest)),
        Bomb("a row of number 99999999999", lambda: _book('<row r="99999999999"><c><v>1</v></c></row>')),
        Bomb("a long tag", lambda: _book(f'<row><c r="{"A" * 60_000_000}"/></row>')),
        Bomb("a long text", lambda: _book(f'<row><c t="str"><v>{"x" * 150_000_000}</v></c></row>'), True),
        Bomb("a text of three million runs", lambda: _book(_cells(5, _SHARED), "", **_runs(3_000_000))),
    ]


def _large_members() -> list[Bomb]:
    entities = '<!DOCTYPE l [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    many = b"<sst>" + b"<si><t>a</t></si>" * 9_000_000
    merged = "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 1_000_000 + "</mergeCells>"
    zeros = {"xl/workbook.xml": b"\0" * 190_000_000, "[Content_Types].xml": b""}
    return [
        Bomb("entities", lambda: _book("", entities)),
        Bomb("many shared texts", lambda: _book("", xl__sharedStrings_xml=many)),
        Bomb("an archive of zeros", lambda: archive(zeros)),
        Bomb("media of 300 MB", lambda: _book("", xl__media__a=b"\0" * 300_000_000)),
        Bomb("a million styles", lambda: _styled(b'<xf numFmtId="14"/>' * 1_000_000)),
        Bomb("300,000 formats of numbers", lambda: _styled(b"", _formats(300_000))),
        Bomb("a million merged cells", lambda: _book(_cells(3, _ONE) + merged)),
        Bomb("100,000 sheets", lambda: _many_sheets(100_000)),
        Bomb("many texts of 20 sheets", lambda: _shared_by_sheets(20, 1_400_000), True),
    ]


def _odd_archives() -> list[Bomb]:
    repeated = b'<table:table-row table:number-rows-repeated="1048576"/>'
    return [
        Bomb("ODS of repeated rows", lambda: archive({"content.xml": repeated, "mimetype": b"ods"})),
        Bomb("many members", lambda: archive({f"a{at}": b"" for at in range(50_000)})),
        Bomb("half an archive", lambda: _half(_book(_cells(1, _ONE)))),
        Bomb("an archive within an archive", lambda: archive({"a.xlsx": _book("")})),
        Bomb("an old workbook", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 20_000_000),
    ]


def _book(rows: str, prolog: str = "", **more: bytes) -> bytes:
    cells = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in NAMES)
    sheet = f'{prolog}<worksheet {_MAIN}><sheetData><row r="1">{cells}</row>{rows}</sheetData></worksheet>'
    relation = f'<Relationship Id="a" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    sheets = '<sheets><sheet name="a" sheetId="1" r:id="a"/></sheets>'
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_RELATIONS}">{sheets}</workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": f"<Relationships>{relation}</Relationships>".encode(),
        _SHEET: sheet.encode(),
    }
    others = {name.replace("__", "/").replace("_xml", ".xml"): data for name, data in more.items()}
    return archive(parts | others)


def _cells(count: int, cell: str) -> str:
    return "".join(f'<row r="{at}">{cell}</row>' for at in range(2, count + 2))


def _half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _of_one_text(cells: int, length: int) -> bytes:
    text = f"<sst {_MAIN}><si><t>{'x' * length}</t></si></sst>".encode()
    return _book(_cells(cells, _SHARED), xl__sharedStrings_xml=text)


def _runs(count: int) -> dict[str, bytes]:
    runs = b"<r><t>a</t></r>" * count
    return {"xl__sharedStrings_xml": f"<sst {_MAIN}><si>".encode() + runs + b"</si></sst>"}


def _formats(count: int) -> bytes:
    formats = (b'<numFmt numFmtId="%d" formatCode="0.%d"/>' % (at, at) for at in range(count))
    return b"<numFmts>" + b"".join(formats) + b"</numFmts>"


def _styled(styles: bytes, formats: bytes = b"") -> bytes:
    head = f"<styleSheet {_MAIN}>".encode()
    sheet = head + formats + b"<cellXfs>" + styles + b"</cellXfs></styleSheet>"
    return _book(_cells(3, _DATED), xl__styles_xml=sheet)


def _many_sheets(count: int) -> bytes:
    sheets = "".join(f'<sheet name="a{at}" sheetId="{at}" r:id="a"/>' for at in range(1, count + 1))
    book = f'<workbook {_MAIN} xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>'
    return _book(_cells(1, _ONE), xl__workbook_xml=book.encode())


def _shared_by_sheets(sheets: int, texts: int) -> bytes:
    """Return a workbook whose sheets all refer to many texts, as many as one file may have."""
    names = "".join(f'<sheet name="a{at}" sheetId="{at}" r:id="a"/>' for at in range(1, sheets + 1))
    book = f'<workbook {_MAIN} xmlns:r="{_RELATIONS}"><sheets>{names}</sheets></workbook>'
    shared = b"".join(b"<si><t>%x</t></si>" % (at * 2_654_435_761 % 2**32) for at in range(texts))
    return _book(
        _cells(1, _ONE),
        "",
        xl__workbook_xml=book.encode(),
        xl__sharedStrings_xml=b"<sst>" + shared + b"</sst>",
    )
