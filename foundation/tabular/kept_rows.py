"""Rows of a file that are kept, packed: JSON lines, its form and header and then the rows; or a document."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from foundation.tabular.table import FileForm, RawRow

_PIECE = 1 << 20


def pack_rows(form: FileForm, header: Sequence[str], rows: Iterable[RawRow]) -> bytes:
    """Return the rows packed, as far as they were read one by one."""
    packer = zlib.compressobj()
    first = json.dumps({"form": asdict(form), "header": header})
    parts = [packer.compress(f"{first}\n".encode())]
    parts += [packer.compress(f"{json.dumps([number, *cells])}\n".encode()) for number, cells in rows]
    return b"".join([*parts, packer.flush()])


def unpack_rows(content: bytes) -> tuple[FileForm, list[str], Iterator[RawRow]]:
    """Return what `pack_rows` packed. Of the rows only a piece is unpacked at a time."""
    lines = _lines(content)
    first: dict[str, Any] = json.loads(next(lines))
    top = tuple((number, cells) for number, cells in first["form"].pop("top"))
    return FileForm(**first["form"], top=top), first["header"], map(_row, lines)


def pack_document(data: bytes) -> bytes:
    """Return a document packed."""
    return zlib.compress(data)


def unpack_document(content: bytes) -> bytes:
    """Return what `pack_document` packed."""
    return zlib.decompress(content)


def _row(line: bytes) -> RawRow:
    number, *cells = json.loads(line)
    return number, cells


def _lines(content: bytes) -> Iterator[bytes]:
    unpacker, rest = zlib.decompressobj(), b""
    while content:
        *lines, rest = (rest + unpacker.decompress(content, _PIECE)).split(b"\n")
        content = unpacker.unconsumed_tail
        yield from lines
