"""Write docs/rulebook.md from the docstrings of the rules and the words of the reasons.

Run ``python3 -m docs.generate_rulebook`` after a change of a rule; a test holds that the page is current.
"""

import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from clearing import rules
from clearing.reasons import REASONS, Severity

PAGE = Path(__file__).parent / "rulebook.md"
HEAD = """# Rulebook: which rule says what, and where it lives

Generated from the docstrings of `clearing/rules` by `python3 -m docs.generate_rulebook`; do not edit.
Start reading at `clearing/rules/charge_decision.py`. When a rule is silent stands in
`clearing/rules/silence.py`.
"""
SEVERITIES = {
    Severity.REFUSE: "refuses",
    Severity.HOLD: "holds for a person",
    Severity.WARN: "warns",
    Severity.INFORM: "informs",
}

RuleFunction = Callable[..., object]


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(rules.__path__):
        yield import_module(f"clearing.rules.{found.name}")


def rule_functions() -> dict[str, list[RuleFunction]]:
    """Return the functions whose docstring begins with a sentence of the rulebook, by rule id."""
    functions: dict[str, list[RuleFunction]] = {}
    for module in _modules():
        for _, function in inspect.getmembers(module, inspect.isfunction):
            first_line = (function.__doc__ or "").partition("\n")[0]
            match = re.search(r"\((R-\d\d)\)\.$", first_line)
            if match and function.__module__ == module.__name__:
                functions.setdefault(match[1], []).append(function)
    return functions


def _section(rule: str, functions: list[RuleFunction]) -> str:
    lines = [f"## {rule}", ""]
    for function in functions:
        place = f"`{function.__module__.replace('.', '/')}.py`, `{function.__name__}`"
        text = inspect.cleandoc(function.__doc__ or "").replace(f" ({rule})", "")
        lines += [f"{place}:", *(f"> {line}".rstrip() for line in text.splitlines()), ""]
    for reason in REASONS.values():
        if reason.rule == rule:
            lines.append(f"- **`{reason.code}`** ({SEVERITIES[reason.severity]}): {reason.title}.")
            lines.append(f"  {reason.detail} {reason.fix} *{reason.who}*")
    return "\n".join(lines)


def rulebook() -> str:
    """Return the page."""
    functions = rule_functions()
    wanted = dict.fromkeys(reason.rule for reason in REASONS.values())
    return "\n".join([HEAD, *(_section(rule, functions.get(rule, [])) + "\n" for rule in wanted)])


if __name__ == "__main__":
    PAGE.write_text(rulebook(), encoding="utf-8")
