"""Mutation testing of the rules: each small change of a rule must make a test of tests/rules fail.

python -m benchmarks.mutation                       every mutant; the figures go to docs/mutation.md
python -m benchmarks.mutation limits grants.rules   those of some files or rooms; the figures are only printed

mutmut makes the mutants; `benchmarks.mutant_runner` tests them. `var/mutation` remembers which test killed
which mutant, and that test runs first the next time, so that a second run is several times as fast.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import zip_longest
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "mutation.md"
CACHE = ROOT / "var" / "mutation"
TESTS = ROOT / "tests" / "rules"
ROOMS = {"reading", "rules"}
PURE_FILES = {  # in a room with other work, pure all the same, and tested by rows of tests/rules
    "clearing.charges.decision",
    "clearing.charges.batch.slices",
    "clearing.ledger.gateways.mail_texts",
}
FACES = ("marketplace", "provider_portal", "county_desk")
SKIPPED_BY_MUTMUT = re.compile(r"^ *@(lru_cache\(.*\)|property)\n", re.M)
# A row must kill the mutant: property tests are left out (a table says what is right, and is quick), and so
# is the test of the rulebook page, which reads the source of the rules and does not call them.
PYTEST_OPTIONS = ["-q", "--assert=plain", "-p", "benchmarks.mutant_runner", "-p", "no:cacheprovider"]
PYTEST_OPTIONS += ["-m", "not hypothesis", "tests/rules", "--ignore=tests/rules/test_rulebook.py"]
GOAL_PER_CENT = 95.0
SEPARATOR = "<!-- figures -->\n"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One small change of a function: its key (a hash of its source), the changed line, and its result."""

    key: str
    module: str
    function: str
    source: str
    line: str
    result: str = "not tested"

    @property
    def name(self) -> str:
        """The dotted name of the function that is changed."""
        return f"{self.module}.{self.function}"

    @property
    def room(self) -> str:
        """The package of the module; a pure file in a room with other work is listed alone."""
        return self.module if self.module in PURE_FILES else self.module.rpartition(".")[0]

    def explained_in(self, page: str) -> bool:
        """Return whether the page says why no test can distinguish this line from the original."""
        escaped = self.line.replace("|", "\\|")
        return f"| `{self.name}` | `{escaped}` |" in page


@click.command()
@click.argument("files", nargs=-1)
@click.option("--workers", default=2, show_default=True)
def main(files: tuple[str, ...], workers: int) -> None:
    """Test every mutant of FILES (default: all), print the figures by room, and compare with the goal.

    A file is named by its dotted path or a part of it: `limits`, `grants.rules`, `clearing.charges.decision`.
    """
    os.nice(19)  # a long run should not slow down other work
    mutants = [mutant for path in rule_files() if is_chosen(path, files) for mutant in mutants_of(path)]
    mutants = run_tests(mutants, workers)
    page = PAGE.read_text("utf-8")
    if not files:
        page = page.split(SEPARATOR)[0] + SEPARATOR + figures(mutants)
        PAGE.write_text(page, "utf-8")
    print(figures(mutants))
    survivors = [mutant for mutant in mutants if mutant.result not in {"killed", "timeout"}]
    unexplained = [mutant for mutant in survivors if not mutant.explained_in(page)]
    for mutant in unexplained:
        print(f"{mutant.result}: | `{mutant.name}` | `{mutant.line}` |")
    rooms = results_by(mutants, "room").values()
    sys.exit(any(killed_per_cent(results) < GOAL_PER_CENT for results in rooms) or bool(unexplained))


def rule_files() -> list[Path]:
    """Return the pure files of clearing, and those of the faces that a test of tests/rules imports."""
    return [
        path
        for package in ("clearing", *FACES)
        for path in sorted((ROOT / package).rglob("*.py"))
        if path.name != "__init__.py" and (ROOMS & set(path.parts) or module_of(path) in PURE_FILES)
        if package == "clearing" or module_of(path) in imported_by_tests()
    ]


def imported_by_tests() -> set[str]:
    """Return the modules that tests/rules imports from."""
    trees = [ast.parse(path.read_text("utf-8")) for path in TESTS.glob("*.py")]
    imports = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {node.module for node in imports if node.module}


def module_of(path: Path) -> str:
    """Return the dotted name of a file below the root."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def is_chosen(path: Path, names: tuple[str, ...]) -> bool:
    """Return whether one of the names is the dotted path of the file or a part of it; no names choose all."""
    return not names or any(f".{name}." in f".{module_of(path)}." for name in names)


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Yield every mutant that mutmut makes of a file, also of cached functions and of properties."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    mutated = mutate_file_contents(str(path), SKIPPED_BY_MUTMUT.sub("", path.read_text("utf-8")))
    lines, spans = mutated.code.splitlines(), mutated.line_span_by_function_name
    for name in mutated.mutant_names:
        mangled = name.partition("__mutmut_")[0]
        versions = (f"{mangled}__mutmut_orig", name)
        before, after = (
            [line.replace(version, "__mutmut_") for line in lines[span.start - 1 : span.end]]
            for version, span in ((version, spans[version]) for version in versions)
        )
        function = mangled.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
        source = "\n".join(after)
        key = f"{module_of(path)}.{function} {hashlib.sha256(source.encode()).hexdigest()[:16]}"
        yield Mutant(key, module_of(path), function, source, changed_line(before, after))


def changed_line(before: list[str], after: list[str]) -> str:
    """Return the first line in which a mutant differs from its function."""
    return next((new.strip() for old, new in zip_longest(before, after, fillvalue="") if new != old), "")


def run_tests(mutants: list[Mutant], workers: int) -> list[Mutant]:
    """Run the tests against every mutant in so many processes, and return the mutants with their results."""
    CACHE.mkdir(parents=True, exist_ok=True)
    listed, killed_by = CACHE / "mutants.json", remembered_kills()
    rows = [asdict(mutant) | {"killed_by": killed_by.get(mutant.key, "")} for mutant in mutants]
    listed.write_text(json.dumps(rows), "utf-8")
    command = [sys.executable, "-m", "pytest", *PYTEST_OPTIONS]
    command += ["--mutants", str(listed), "--workers", str(workers)]
    run = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True)
    results = {key: result for key, result, _ in result_lines()}
    remembered_kills()
    if run.returncode or not results.keys() >= {mutant.key for mutant in mutants}:
        sys.exit(f"the mutants could not be tested: {run.stdout}")
    return [replace(mutant, result=results[mutant.key]) for mutant in mutants]


def remembered_kills() -> dict[str, str]:
    """Return which test killed which mutant in earlier runs, including an interrupted one, and store it."""
    file = CACHE / "killed_by.json"
    kills: dict[str, str] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    kills |= {key: test for key, _, test in result_lines() if test}
    file.write_text(json.dumps(kills, indent=0), "utf-8")
    for lines in CACHE.glob("mutants.*.results"):
        lines.unlink()
    return kills


def result_lines() -> list[tuple[str, str, str]]:
    """Return the lines that the workers wrote: key of the mutant, result, test that killed it."""
    texts = [file.read_text("utf-8") for file in sorted(CACHE.glob("mutants.*.results"))]
    return [tuple(json.loads(line)) for text in texts for line in text.splitlines()]


def results_by(mutants: list[Mutant], attribute: str) -> dict[str, Counter[str]]:
    """Return how many mutants have which result, by an attribute of the mutants."""
    groups = sorted({getattr(mutant, attribute) for mutant in mutants})
    return {
        group: Counter(mutant.result for mutant in mutants if getattr(mutant, attribute) == group)
        for group in groups
    }


def killed_per_cent(results: Counter[str]) -> float:
    """Return the share that a test killed; time-outs are not counted."""
    counted = results.total() - results["timeout"]
    return 100 * results["killed"] / counted if counted else 100.0


def figures(mutants: list[Mutant]) -> str:
    """Return two tables, by room and by file: mutants, killed, survived, timed out, and the share killed."""
    total = {"all": Counter(mutant.result for mutant in mutants)}
    by_room = table("Room", results_by(mutants, "room") | total)
    return by_room + "\n" + table("File", results_by(mutants, "module"))


def table(title: str, groups: dict[str, Counter[str]]) -> str:
    """Return a Markdown table with one row for each group."""
    lines = [f"| {title} | Mutants | Killed | Survived | Timed out | Killed, % |", "|---" + "|--:" * 5 + "|"]
    for name, results in groups.items():
        survived = results.total() - results["killed"] - results["timeout"]
        share = f"{killed_per_cent(results):.1f}"
        cells = [name, results.total(), results["killed"], survived, results["timeout"], share]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
