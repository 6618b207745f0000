"""The archive of an XLSX file: checked by its directory, its members read in pieces within a budget."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from foundation.tabular.xlsx.limits import (
    ELEMENTS_FREE,
    ELEMENTS_PER_BYTE,
    MAX_DIRECTORY_BYTES,
    MAX_ELEMENTS,
    MAX_MEMBERS,
    MAX_TOKEN_BYTES,
    MAX_UNPACKED_BYTES,
    PIECE_BYTES,
    UNPACKED_BYTES_FREE,
    UNPACKED_BYTES_PER_BYTE,
    FaultError,
)

WORKBOOK = "xl/workbook.xml"
_OTHER_KINDS = (
    ("content.xml", "ODS"),
    ("xl/workbook.bin", "XLSB"),
    ("word/document.xml", "DOCX"),
    ("ppt/presentation.xml", "PPTX"),
)
_END, _END_64_LOCATOR = b"PK\x05\x06", b"PK\x06\x07"
_END_BYTES, _END_64_BYTES, _LOCATOR_BYTES = 22, 56, 20
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
    KeyError,
)


class Archive:
    """An archive that is an XLSX file by its members, whatever its name says."""

    def __init__(self, file: BinaryIO) -> None:
        """Open the archive.

        Raises:
            FaultError: It is another kind of file, is broken, or declares too much.
        """
        _check_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except _BROKEN:
            raise FaultError("spreadsheet_broken") from None
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
            raise FaultError("spreadsheet_too_large")
        self.names = {member.filename for member in members}
        if WORKBOOK not in self.names or "[Content_Types].xml" not in self.names:
            kinds = (kind for name, kind in _OTHER_KINDS if name in self.names)
            raise FaultError("file_binary", next(kinds, "ZIP"))
        size = file.seek(0, io.SEEK_END)
        self._left_bytes = min(MAX_UNPACKED_BYTES, UNPACKED_BYTES_FREE + UNPACKED_BYTES_PER_BYTE * size)
        self.max_elements = min(MAX_ELEMENTS, ELEMENTS_FREE + ELEMENTS_PER_BYTE * size)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a member in pieces.

        Raises:
            FaultError: The member is broken, or the members read so far are too large.
        """
        try:
            with self._zip.open(name) as stream:
                while piece := stream.read(PIECE_BYTES):
                    self._left_bytes -= len(piece)
                    if self._left_bytes < 0:
                        raise FaultError("spreadsheet_too_large")
                    yield piece
        except _BROKEN:
            raise FaultError("spreadsheet_broken") from None

    def parse(self, name: str, parser: expat.XMLParserType) -> None:
        """Parse a member.

        Raises:
            FaultError: It is not XML, has a document type, or has a tag that is too long.
        """
        fed = 0
        try:
            for piece in self.pieces(name):
                fed += len(piece)
                parser.Parse(piece, False)
                if fed - parser.CurrentByteIndex > MAX_TOKEN_BYTES:
                    raise FaultError("spreadsheet_too_large")
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise FaultError("spreadsheet_broken") from None


def make_parser() -> expat.XMLParserType:
    """Return an XML parser that refuses a document type."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    return parser


def local_name(name: str) -> str:
    """Return the name of an element without its namespace prefix."""
    return name.rpartition(":")[2]


def _refuse_document_type(*_: object) -> None:
    raise FaultError("spreadsheet_broken", "DOCTYPE")


def _check_directory(file: BinaryIO) -> None:
    """Check the size of the directory before all of it is read."""
    size = file.seek(0, io.SEEK_END)
    tail_bytes = min(size, _END_BYTES + _END_64_BYTES + _LOCATOR_BYTES + 0xFFFF)
    file.seek(size - tail_bytes)
    tail = file.read(tail_bytes)
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < _END_BYTES:
        raise FaultError("spreadsheet_broken")
    directory_bytes = int.from_bytes(tail[end + 12 : end + 16], "little")
    if tail[max(end - _LOCATOR_BYTES, 0) : end].startswith(_END_64_LOCATOR):
        start = end - _LOCATOR_BYTES - _END_64_BYTES
        directory_bytes = int.from_bytes(tail[start + 40 : start + 48], "little") if start >= 0 else size
    if directory_bytes > MAX_DIRECTORY_BYTES:
        raise FaultError("spreadsheet_too_large")
