"""Tagged PDF files (PDF/UA-1, ISO 14289-1) from a typst template and values.

The same template, values and time give the same bytes. The font is Atkinson Hyperlegible (SIL Open Font
License 1.1), drawn for readers with low vision; it is embedded, and no font of the machine is used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typst import Fonts

FONT_PACKAGE = "fontpkg_atkinson_hyperlegible"


def make_pdf(template: Path, values: Mapping[str, object], *, at: datetime) -> bytes:
    """Return the PDF file of a template.

    Args:
        template: A `.typ` file. It reads the values with `json(bytes(sys.inputs.values))`.
        values: What the template shows, in the reader's language: texts, numbers, lists and mappings.
        at: The time that the file names as that of its making.

    Raises:
        typst.TypstError: The template does not fit the values, or the file would not be accessible.
    """
    import typst

    return typst.compile(
        template.read_bytes(),
        sys_inputs={"values": json.dumps(values, ensure_ascii=False, sort_keys=True)},
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="ua-1",
        timestamp=int(at.timestamp()),
    )


@cache
def _fonts() -> Fonts:
    import typst

    with as_file(files(FONT_PACKAGE) / "files") as folder:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
