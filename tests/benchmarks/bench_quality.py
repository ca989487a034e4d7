"""Time to quality: how long a search takes until its champion, confirmed, earns so much.

    python tests/benchmarks/bench_quality.py --seeds 0-9
    python tests/benchmarks/bench_quality.py --seeds 0-4 --against "--race-episodes 1"
    python tests/benchmarks/bench_quality.py --seeds 0-4 --before ../a-checkout-of-the-commit-before

Runs the recipe with each seed, and in turn with it the same with other flags, or by the sources of
another checkout. Prints a JSON line for each search, and in the end one for each side: quartiles
over the seeds of seconds and of environment steps to each mean return, counted from the first
generation on, with kernels that are compiled. A search that never comes so far counts as infinite.
Environment steps do not depend on the machine, nor on what else it does.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description="How long a search takes to a mean return.")
    parser.add_argument("--recipe", default="swingup")
    parser.add_argument("--seeds", default="0-9", help="such as 0-9")
    parser.add_argument("--returns", default="500,612,695", help="separated by commas")
    parser.add_argument("--generations", type=int, default=600, help="at most")
    parser.add_argument("--flags", default="", help="of all searches")
    sides = parser.add_mutually_exclusive_group()
    sides.add_argument("--against", metavar="FLAGS", help="flags of the other side")
    sides.add_argument("--before", type=Path, metavar="FOLDER", help="sources of the other side")
    options = parser.parse_args()
    first, _, last = options.seeds.partition("-")
    goals = [float(text) for text in options.returns.split(",")]
    flags = [*options.flags.split(), "--generations", str(options.generations)]
    kinds = {"now": (ROOT, flags)}
    if options.against is not None:
        kinds["against"] = (ROOT, [*flags, *options.against.split()])
    if options.before:
        kinds["before"] = (options.before.resolve(), flags)
    found: dict[str, list[Row]] = {side: [] for side in kinds}
    for seed in range(int(first), int(last or first) + 1):
        for side, (sources, given) in kinds.items():
            row = searched(sources, options.recipe, seed, given, goals)
            found[side].append(row)
            print(json.dumps({"side": side, "seed": seed, **row}), flush=True)
    for side, rows in found.items():
        print(json.dumps({"side": side, **quartiles(rows)}))


def searched(sources: Path, recipe: str, seed: int, flags: list[str], goals: list[float]) -> Row:
    """Return what a search took to each of the goals; it is ended when it is past the last one."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        command = ["search", recipe, "--seed", str(seed), "--no-figures", "--out", str(run)]
        process = subprocess.Popen(
            [sys.executable, "-m", "wann", *command, *flags],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(sources)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        while process.poll() is None and best_of(run) < max(goals):
            time.sleep(0.2)
        process.kill()
        _, said = process.communicate()
        if process.returncode not in (0, -9):
            raise SystemExit(said.decode())
        rows, seconds = rows_of(run), 0.0
    reached: Row = {}
    for row, timing in rows:
        # Kernels are compiled in the first generation, where they are not kept
        seconds += sum(timing.values()) if row["generation"] else 0.0
        for goal in goals:
            if row["champion"] >= goal:
                spent = {"seconds": round(seconds, 2), "env_steps": row["env_steps"]}
                reached.setdefault(f"{goal:g}", spent)
    return {**reached, "generations": len(rows), "champion": rows[-1][0]["champion"]}


def best_of(run: Path) -> float:
    """Return what the champion has earned so far."""
    return max((row["champion"] for row, _ in rows_of(run)), default=-math.inf)


def rows_of(run: Path) -> list[tuple[Row, Row]]:
    """Return the rows of a search so far, each with the seconds that its parts took."""
    files = [run / "generations.jsonl", run / "timing.jsonl"]
    rows, timings = ([*map(_read, whole_lines(file))] for file in files)
    return [
        (row, {part: taken for part, taken in timing.items() if part != "generation"})
        for row, timing in zip(rows, timings, strict=False)
        if row
    ]


def whole_lines(file: Path) -> list[str]:
    """Return the lines of a file that is being written, but for one that is cut off."""
    return file.read_text().split("\n")[:-1] if file.exists() else []


def _read(line: str) -> Row:
    row: Row = json.loads(line)
    return row


def quartiles(rows: list[Row]) -> Row:
    """Return the three quartiles of seconds and of steps to each goal."""
    goals = sorted({goal for row in rows for goal in row if goal.replace(".", "").isdigit()})
    return {
        goal: {
            what: [
                float(value)
                for value in np.quantile(
                    [row.get(goal, {}).get(what, math.inf) for row in rows],
                    (0.25, 0.5, 0.75),
                    method="inverted_cdf",
                )
            ]
            for what in ("seconds", "env_steps")
        }
        for goal in goals
    }


if __name__ == "__main__":
    main()
