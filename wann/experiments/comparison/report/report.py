"""The report of a comparison, written from its rows: one HTML file, and beside it CSV, figures and Markdown."""

import json
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from wann.experiments.comparison import records
from wann.experiments.comparison.comparison import Comparison
from wann.experiments.comparison.contestants.contestants import DENSE, GROWN
from wann.experiments.comparison.contestants.rewiring import without
from wann.experiments.comparison.measuring.measures import LABELS, POINT
from wann.experiments.comparison.plan import Job, Plan
from wann.experiments.comparison.report.curves import flat_points, is_point
from wann.experiments.comparison.report.markdown import make_markdown
from wann.experiments.comparison.report.page import Picture, conditions_of, make_page
from wann.experiments.comparison.report.summary import (
    as_csv,
    entries_of,
    entry_of,
    flat_entries,
    flat_rows,
    summarise,
)
from wann.experiments.comparison.report.words import SHORT
from wann.files import write_atomically
from wann.formats.whole_network import read_whole_network
from wann.render.compare import draw_conditions, draw_curves, draw_profiles
from wann.render.drawing import draw_network
from wann.render.figures import figure_bytes, save_figure
from wann.tasks.base import Task
from wann.tasks.registry import make_task

Row = dict[str, Any]
_MOST_DRAWN = 2000  # connections of a drawing
_FLAGS = ("steps", "hidden", "generations", "races", "episodes")


def write_report(comparison: Comparison) -> tuple[Row, Path]:
    """Write everything that came out so far; return the summary, and where the HTML report is."""
    place, plan = comparison.place, comparison.plan
    made, failed, task = comparison.rows(), comparison.failed(), make_task(plan.task)
    summary = summarise(plan, made, failed, task.held_out.measure)
    rows = [row for row in made if not is_point(plan, row)]
    write_atomically(
        place / records.SUMMARY, (json.dumps(summary, indent=2, allow_nan=False) + "\n").encode()
    )
    write_atomically(place / records.TABLE, as_csv(flat_entries(summary)).encode())
    write_atomically(place / records.ROW_TABLE, as_csv(flat_rows(made, failed)).encode())
    if summary["curves"]:
        write_atomically(
            place / records.CURVE_TABLE, as_csv(flat_points(summary["curves"])).encode()
        )
    commands = {name: command_for(comparison, name) for name in entries_of(plan)}
    write_atomically(place / records.MARKDOWN, make_markdown(summary, commands).encode())
    figures = list(_figures(place, summary, rows, plan)) if rows else []
    drawings = [_drawing(place, plan, name, rows, task) for name in entries_of(plan)]
    page = make_page(summary, figures, drawings, commands, str(place))
    write_atomically(place / records.REPORT, page.encode())
    return summary, place / records.REPORT


def command_for(comparison: Comparison, name: str) -> str:
    """Return the command that makes the rows of one contestant, into a folder of its own."""
    plan = comparison.plan
    labels = (
        list(plan.champions)
        if plan.names
        else list(dict.fromkeys((next(iter(plan.champions)), name)))
    )
    paths = [str(records.read_champion(comparison.place, label).path) for label in labels]
    words = ["wann", "compare", *paths]
    if plan.names:
        words += [
            "--against",
            name if name not in (GROWN, DENSE) else plan.names[0],
            "--sizes",
            "0",
        ]
    words += ["--task", plan.task, "--seeds", ",".join(map(str, plan.seeds))]
    standard = type(plan.making)()
    for flag in _FLAGS:
        value = getattr(plan.making, flag)
        if value != getattr(standard, flag):
            words += [
                f"--{flag}",
                ",".join(map(str, value)) if isinstance(value, tuple) else str(value),
            ]
    return shlex.join([*words, "--out", "FOLDER"])


def _figures(place: Path, summary: Row, rows: Sequence[Row], plan: Plan) -> Iterable[Picture]:
    """Yield the figures of the page, each written as PNG and SVG as well."""
    label = "accuracy" if summary["measure"] == "accuracy" else "mean return"
    names = [entry["name"] for entry in summary["entries"] if entry["rows"]]
    found = {
        SHORT[condition]: [
            {"name": entry["name"], **entry["conditions"][condition]}
            for entry in summary["entries"]
            if condition in entry["conditions"]
        ]
        for condition in conditions_of(summary)
    }
    reference = summary["reference"]
    figure = draw_conditions(found, names, reference=reference, label=label, title=summary["task"])
    text = "; ".join(f"{SHORT[name]}: {LABELS[name]}" for name in conditions_of(summary))
    yield _picture(
        "Weight conditions", f"Means and 95 % intervals. {text}.", figure, place / records.FIGURE
    )
    yield from (_curves(place, entry, summary["task"], label) for entry in summary["curves"])
    for key, title in (
        ("profile", "one value everywhere"),
        ("signed_profile", "one magnitude, with the trained signs"),
    ):
        profiles = {
            name: _mean_profile([row for row in rows if entry_of(plan, row) == name], key)
            for name in names
        }
        figure = draw_profiles(
            profiles, reference=reference, label=label, title=f"{summary['task']}: {title}"
        )
        yield _picture(f"Shared weights: {title}", "Means over all rows.", figure, place / key)


def _curves(place: Path, entry: Row, task: str, label: str) -> Picture:
    """Return the figure of a champion's budget curves."""
    panels: dict[str, dict[str, list[Row]]] = {
        SHORT[condition]: {
            name: [
                {"connections": point["connections"], **point["conditions"][condition]}
                for point in points
                if condition in point["conditions"]
            ]
            for name, points in entry["curves"].items()
        }
        for condition in POINT
    }
    title = f"{task}: {entry['champion']} and smaller networks of its run"
    figure = draw_curves(panels, reference=GROWN, single=DENSE, label=label, title=title)
    text = (
        "Means and 95 % intervals over seeds, against connections. The grown networks are those of "
        "one run's front; "
        "all others have exactly as many connections. "
    )
    text += "; ".join(f"{SHORT[name]}: {LABELS[name]}" for name in POINT) + "."
    return _picture("Budget curves", text, figure, place / f"{records.CURVES}-{entry['champion']}")


def _picture(title: str, text: str, figure: Figure, path: Path) -> Picture:
    save_figure(figure, path)
    return Picture(title, text, path.with_name(path.name + ".svg").read_text())


def _mean_profile(rows: Sequence[Row], key: str) -> list[Row]:
    """Return the mean profile of some rows, None at a weight where one of them has none."""
    found = []
    for points in zip(*(row[key] for row in rows), strict=True):
        means = [point["mean"] for point in points]
        known = None not in means
        found.append(
            {"weight": points[0]["weight"], "mean": sum(means) / len(means) if known else None}
        )
    return found


def _drawing(place: Path, plan: Plan, name: str, rows: Sequence[Row], task: Task) -> Picture:
    """Return the drawing of a contestant's first row."""
    row = next((row for row in rows if entry_of(plan, row) == name), None)
    if row is None:
        return Picture(name, "There is no row of it yet.", None)
    path = (
        records.row_folder(place, Job(row["champion"], row["name"], row["seed"])) / records.NETWORK
    )
    network, weights = read_whole_network(path)[:2]
    where = f"{row['about']}; {row['champion']}, seed {row['seed']}: {path}"
    if network.connections > _MOST_DRAWN:
        size = np.ones(network.connections) if weights is None else np.abs(weights)
        drawn = np.zeros(len(size), dtype=np.bool_)
        drawn[np.argsort(-size, kind="stable")[:_MOST_DRAWN]] = True
        where += f"; drawn are the {_MOST_DRAWN:,} largest of {network.connections:,} weights"
        network, weights = without(network, drawn), None if weights is None else weights[drawn]
    figure = draw_network(
        network,
        input_names=task.input_names,
        output_names=task.output_names,
        weights=weights,
        title=None,
    )
    return Picture(name, where, figure_bytes(figure)[".svg"].decode())
