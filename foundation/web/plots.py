"""Geometry of the SVG plots, which shell/macros.html draws. They need no script, and each has a table beside
it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from flask import Flask

from foundation.web.formats import money_text, number_text

WIDTH, HEIGHT = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 84, 12, 16, 36
STEPS = 4
MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """A text at a place of an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, from its top left corner."""

    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Everything that the macro draws, in SVG units."""

    width: int
    height: int
    left: int
    right: int
    base: float
    rows: list[Mark]
    columns: list[Mark]
    bars: list[Bar]
    lines: list[tuple[str, str, str]]
    plan_y: float | None


def nice_ceiling(largest: float) -> float:
    """Return the smallest of 1, 2, 2.5, 5 times a power of ten that is at least `largest`."""
    if largest <= 0:
        return 1
    power = 10.0 ** floor(log10(largest))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= largest)


def value_text(value: float, unit: str) -> str:
    """Format a value: cents as euros, a count as it is, else hundredths as a number."""
    if unit == "money":
        return money_text(round(value), short=True)
    return number_text(round(value * 100 if unit == "count" else value))


def _frame(values: Sequence[float], labels: Sequence[str], unit: str) -> tuple[float, list[Mark], list[Mark]]:
    top = nice_ceiling(max([*values, 0]))
    inner = HEIGHT - TOP - BOTTOM
    rows = [
        Mark(HEIGHT - BOTTOM - inner * step / STEPS, value_text(top * step / STEPS, unit))
        for step in range(STEPS + 1)
    ]
    every = max(1, ceil(len(labels) / MOST_LABELS))
    columns = [
        Mark(_middle(index, len(labels)), text) for index, text in enumerate(labels) if index % every == 0
    ]
    return inner / top, rows, columns


def _middle(index: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (index + 0.5) / max(1, count)


def bar_plot(
    labels: Sequence[str], values: Sequence[float], unit: str = "money", plan: float | None = None
) -> Plot:
    """Return a bar for each label; `plan` is a horizontal line."""
    scale, rows, columns = _frame([*values, plan or 0], labels, unit)
    base = HEIGHT - BOTTOM
    width = (WIDTH - LEFT - RIGHT) / max(1, len(labels)) * 0.66
    bars = [
        Bar(
            _middle(index, len(values)) - width / 2,
            base - max(0, value) * scale,
            width,
            max(0, value) * scale,
            value_text(value, unit),
        )
        for index, value in enumerate(values)
    ]
    plan_y = None if plan is None else base - plan * scale
    return Plot(WIDTH, HEIGHT, LEFT, WIDTH - RIGHT, base, rows, columns, bars, [], plan_y)


def line_plot(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]], unit: str = "money"
) -> Plot:
    """Return a line for each series; None leaves a gap at the end or the beginning."""
    known = [value for _name, values in series for value in values if value is not None]
    scale, rows, columns = _frame(known, labels, unit)
    base = HEIGHT - BOTTOM
    lines = []
    for name, values in series:
        points = [
            f"{_middle(index, len(labels)):.1f},{base - max(0, value) * scale:.1f}"
            for index, value in enumerate(values)
            if value is not None
        ]
        last = points[-1] if points else f"{LEFT},{base}"
        lines.append((name, " ".join(points), last))
    return Plot(WIDTH, HEIGHT, LEFT, WIDTH - RIGHT, base, rows, columns, [], lines, None)


def shares(*parts: int) -> list[float]:
    """Return each part's percentage of the total, for the widths of a bar; negative parts are 0."""
    total = sum(max(0, part) for part in parts)
    return [0.0 if total == 0 else round(100 * max(0, part) / total, 2) for part in parts]


def install_plots(app: Flask) -> None:
    """Give templates the geometry."""
    app.jinja_env.globals.update(bar_plot=bar_plot, line_plot=line_plot, shares=shares, value_text=value_text)
