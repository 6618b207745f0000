"""What is committed works on any machine: no registry's address, no path of ours, locks with hashes."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(org|com)|deb\.debian\.org|--(extra-)?index-url|--find-links"
)
OUR_MACHINE = re.compile(r"(?<![\w.~/:])/(work|root|home|Users)/\w|(?<![\w.])/tmp/\w")
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bsk_live_\w")


def committed_texts() -> dict[str, str]:
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return {str(path.relative_to(ROOT)): text for path in paths if (text := readable(path)) is not None}


def readable(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        return None


@pytest.mark.skipif(not shutil.which("git") or not (ROOT / ".git").exists(), reason="no git, or no clone")
@pytest.mark.parametrize("pattern", [REGISTRY, OUR_MACHINE, PRIVATE_KEY], ids=["registry", "path", "key"])
def test_no_committed_file_holds(pattern: re.Pattern[str]) -> None:
    own = "tests/architecture/test_committed_files.py"
    found = {name: hit.group() for name, text in committed_texts().items() if (hit := pattern.search(text))}
    found.pop(own, None)
    assert found == {}


@pytest.mark.parametrize(
    "name", ["package-lock.json", "tests/browser/package-lock.json", "tests/openid/package-lock.json"]
)
def test_the_npm_locks_have_hashes_and_no_addresses(name: str) -> None:
    packages = json.loads((ROOT / name).read_text("utf-8"))["packages"]
    locked = [entry for place, entry in packages.items() if place]
    assert all("integrity" in entry and "resolved" not in entry for entry in locked)


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.txt")), ids=lambda path: path.name)
def test_every_locked_package_has_hashes(path: Path) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", path.read_text("utf-8"))[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_larger_lock_holds_the_smaller_one() -> None:
    """`dev.py run` after `dev.py test` must find nothing to install."""
    assert locked_versions("requirements.txt") <= locked_versions("requirements-dev.txt")


def locked_versions(name: str) -> set[str]:
    return set(re.findall(r"^[a-z0-9][^ \\]*==[^ \\]+", (ROOT / name).read_text("utf-8"), re.MULTILINE))
