"""Mutation testing of the rules: each small change of clearing/rules must make a test of tests/rules fail.

python -m benchmarks.mutation                every mutant; the figures go to docs/mutation.md
python -m benchmarks.mutation limits vat     those of some files; the figures are only printed

mutmut makes the mutants; `benchmarks.mutant_runner` asks them. Which test caught which mutant is kept in
`var/mutation` and asked first the next time, so that a second run takes a part of the time.
"""

from __future__ import annotations

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
KEPT = ROOT / "var" / "mutation"
RULES = Path("clearing/rules")
SKIPPED_BY_MUTMUT = re.compile(r"^ *@(lru_cache\(.*\)|property)\n", re.M)
# Rows must catch a mutant: the properties are left out (a table says what is right, and is quick), and so is
# the test of the rulebook's page, which reads the rules' files and does not ask them.
ASK = ["-q", "--assert=plain", "-p", "benchmarks.mutant_runner", "-p", "no:cacheprovider"]
ASK += ["-m", "not hypothesis", "tests/rules", "--ignore=tests/rules/test_rulebook.py"]
GOAL_PER_CENT = 95.0
SEPARATOR = "<!-- figures -->\n"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One small change: its name by its source, the dotted function, the line that is new, and its fate."""

    key: str
    function: str
    source: str
    line: str
    fate: str = "not asked"

    @property
    def file(self) -> str:
        """The rule file, without its ending."""
        return self.function.partition(".")[0]

    def told_in(self, page: str) -> bool:
        """Whether the page says why no test can tell this line from the one it takes the place of."""
        shown = self.line.replace("|", "\\|")
        return f"| `{self.function}` | `{shown}` |" in page


@click.command()
@click.argument("files", nargs=-1)
@click.option("--workers", default=2, show_default=True)
def main(files: tuple[str, ...], workers: int) -> None:
    """Make the mutants, ask them, tell what survived, and compare with the goal."""
    os.nice(19)  # it takes long, and hurries nobody
    made = [
        one for path in sorted(RULES.glob("*.py")) if not files or path.stem in files for one in mutants(path)
    ]
    asked = ask(made, workers)
    page = PAGE.read_text("utf-8")
    if not files:
        page = page.split(SEPARATOR)[0] + SEPARATOR + figures(asked)
        PAGE.write_text(page, "utf-8")
    print(figures(asked))
    unexplained = [one for one in asked if one.fate not in {"killed", "timeout"} and not one.told_in(page)]
    for one in unexplained:
        print(f"{one.fate}: | `{one.function}` | `{one.line}` |")
    sys.exit(per_cent(Counter(one.fate for one in asked)) < GOAL_PER_CENT or bool(unexplained))


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant that mutmut makes of a file; caches and properties are functions like any other."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    mutated = mutate_file_contents(str(path), SKIPPED_BY_MUTMUT.sub("", path.read_text("utf-8")))
    lines, spans = mutated.code.splitlines(), mutated.line_span_by_function_name
    for name in mutated.mutant_names:
        mangled = name.partition("__mutmut_")[0]
        before, after = (
            [line.replace(one, "__mutmut_") for line in lines[spans[one].start - 1 : spans[one].end]]
            for one in (f"{mangled}__mutmut_orig", name)
        )
        function = mangled.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
        where = f"{path.stem}.{function}"
        source = "\n".join(after)
        key = f"{where} {hashlib.sha256(source.encode()).hexdigest()[:16]}"
        yield Mutant(key, where, source, changed_line(before, after))


def changed_line(before: list[str], after: list[str]) -> str:
    """The first line of a mutant that differs from its function's."""
    return next((new.strip() for old, new in zip_longest(before, after, fillvalue="") if new != old), "")


def ask(made: list[Mutant], workers: int) -> list[Mutant]:
    """Run the tests against every mutant; as many at a time as there are workers."""
    KEPT.mkdir(parents=True, exist_ok=True)
    listed, caught_by = KEPT / "mutants.json", kept()
    told = [asdict(one) | {"caught_by": caught_by.get(one.key, "")} for one in made]
    listed.write_text(json.dumps(told), "utf-8")
    command = [sys.executable, "-m", "pytest", *ASK]
    command += ["--mutants", str(listed), "--workers", str(workers)]
    run = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True)
    fates = {key: fate for key, fate, _ in told_lines()}
    kept()
    if run.returncode or not fates.keys() >= {one.key for one in made}:
        sys.exit(f"the mutants were not asked: {run.stdout}")
    return [replace(one, fate=fates[one.key]) for one in made]


def kept() -> dict[str, str]:
    """Which test caught which mutant so far: what runs have told, also one that broke off."""
    file = KEPT / "caught.json"
    found: dict[str, str] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    found |= {key: test for key, _, test in told_lines() if test}
    file.write_text(json.dumps(found, indent=0), "utf-8")
    for lines in KEPT.glob("mutants.*.told"):
        lines.unlink()
    return found


def told_lines() -> list[tuple[str, str, str]]:
    """The lines that the workers wrote: mutant, fate, test."""
    texts = [file.read_text("utf-8") for file in sorted(KEPT.glob("mutants.*.told"))]
    return [tuple(json.loads(line)) for text in texts for line in text.splitlines()]


def per_cent(fates: Counter[str]) -> float:
    """The share that a test caught; time-outs stand aside."""
    asked = fates.total() - fates["timeout"]
    return 100 * fates["killed"] / asked if asked else 100.0


def figures(asked: list[Mutant]) -> str:
    """A table: mutants, killed, survived, timed out and the share, by file and in all."""
    lines = ["| File | Mutants | Killed | Survived | Timed out | Killed, % |", "|---|--:|--:|--:|--:|--:|"]
    for file in [*sorted({one.file for one in asked}), "all"]:
        fates = Counter(one.fate for one in asked if file in {one.file, "all"})
        survived = fates.total() - fates["killed"] - fates["timeout"]
        row = [file, fates.total(), fates["killed"], survived, fates["timeout"], f"{per_cent(fates):.1f}"]
        lines.append("| " + " | ".join(map(str, row)) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
