"""Style sheets, scripts and fonts, copied once into the var folder under a hash of their contents, with gzip
copies.

The addresses change with the contents, so browsers cache the files for a year. The vendor's style sheet uses
a font that we have no licence for: its font faces are removed and our font family is used
(docs/decisions/0022).
"""

import gzip
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise  # type: ignore[import-untyped]

SOURCE = Path(__file__).resolve().parent / "static"
YEAR_SECONDS = 365 * 24 * 3600
SHEETS = ("vendor/govuk-frontend.min.css", "shell.css", "provider.css", "client.css", "county.css")
BUNDLE = "omatori.css"
VENDOR_FONT = "GDS Transport,arial,sans-serif"
OWN_FONT = '"Source Sans 3 Variable","Source Sans 3",system-ui,-apple-system,"Segoe UI",Roboto,sans-serif'
FONT_FACE = re.compile(
    r"@font-face\{font-family:GDS Transport[^}]*\}|/\*! Copyright \(c\) 2011 by Margaret.*?\*/", re.DOTALL
)
UNUSED = (
    "accordion", "cookie-banner", "crest", "date-input", "exit-this-page", "feedback", "footer",
    "generic-header", "grid-column", "grid-row", "header", "inset-text", "language-navigation", "logo",
    "notification-banner", "pagination", "panel", "phase-banner", "section-break", "service-navigation",
    "summary-card", "tabs", "tag", "task-list", "warning-text",
)  # fmt: skip
"""Components of the vendor's that no page uses. A test compares them with the templates."""

_UNUSED_CLASS = re.compile(rf"\.govuk-(?:{'|'.join(UNUSED)})(?![a-z])")
_RULE = re.compile(r"([^{}@;]+)\{[^{}]*\}")
_EMPTY_BLOCK = re.compile(r"@(?:media|supports)[^{}]+\{\}")
ZIPPED = {".css", ".js", ".svg", ".json"}


@dataclass(frozen=True, slots=True)
class Assets:
    """The folder of the prepared files, and the part of their address that changes with them."""

    folder: Path
    fingerprint: str

    def url(self, path: str) -> str:
        """Return the address of a file, for example `shell.js`."""
        return f"/static/{self.fingerprint}/{path}"


def own_font_in(sheet: str) -> str:
    """Return a GOV.UK style sheet with our font instead of theirs."""
    return FONT_FACE.sub("", sheet).replace(VENDOR_FONT, OWN_FONT)


def without_unused(sheet: str) -> str:
    """Return a style sheet without the rules that are only for components that no page uses."""

    def kept(rule: re.Match[str]) -> str:
        return "" if all(_UNUSED_CLASS.search(part) for part in rule[1].split(",")) else rule[0]

    sheet, removed = _RULE.sub(kept, sheet), 1
    while removed:
        sheet, removed = _EMPTY_BLOCK.subn("", sheet)
    return sheet


def bundle() -> str:
    """Return all style sheets as one; the vendor's is missing until `dev.py` has fetched it."""
    vendor, *own = (path.read_text("utf-8") if (path := SOURCE / name).exists() else "" for name in SHEETS)
    return "\n".join([without_unused(own_font_in(vendor)), *own])


def source_files() -> list[Path]:
    """Return the files that are served unchanged."""
    sheets = {SOURCE / name for name in SHEETS}
    return sorted(path for path in SOURCE.rglob("*") if path.is_file() and path not in sheets)


def prepare_assets(var_dir: Path) -> Assets:
    """Write the files to `var_dir/static/FINGERPRINT` unless they exist; processes may do so at once."""
    sheet = bundle()
    files = source_files()
    digest = sha256(sheet.encode())
    for path in files:
        digest.update(str(path.relative_to(SOURCE)).encode() + path.read_bytes())
    fingerprint = digest.hexdigest()[:12]
    folder = var_dir / "static" / fingerprint
    if not folder.exists():
        _publish(folder, sheet, files)
    return Assets(folder, fingerprint)


def _publish(folder: Path, sheet: str, files: list[Path]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent))
    draft.chmod(0o755)
    (draft / BUNDLE).write_text(sheet, "utf-8")
    for path in files:
        target = draft / path.relative_to(SOURCE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    for path in [path for path in draft.rglob("*") if path.suffix in ZIPPED]:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    try:
        os.rename(draft, folder)  # noqa: PTH104 - Path.rename would say the same
    except OSError:  # another process was first
        shutil.rmtree(draft)


def install_assets(app: Flask, assets: Assets) -> None:
    """Serve the files in front of the application."""

    def set_headers(headers: Any, _path: str, _url: str) -> None:
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Content-Security-Policy"] = "default-src 'none'"

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(assets.folder),
        prefix=f"static/{assets.fingerprint}",
        max_age=YEAR_SECONDS,
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=set_headers,
        allow_all_origins=False,
    )
    app.jinja_env.globals["asset"] = assets.url
