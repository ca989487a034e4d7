"""Pruning under shared weights by an evolution strategy, against growing, in control tasks.

    python tests/benchmarks/bench_masks_control.py swingup-six --method es --seeds 0,1,2
    python tests/benchmarks/bench_masks_control.py swingup-six --method evolution --stop-at 1e9

Prints one JSON object for each seed: the settings, the champion's connections, what it earns on
fresh episodes under the six shared weights of the search and under random ones, the environment
steps of the search, and its seconds on one thread. `--stop-at` ends a search after the generation
that reaches so many steps; settings that are not given are those of the recipe.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import wann


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("recipe")
    parser.add_argument("--method", choices=("es", "evolution"), default="es")
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--stop-at", type=float)
    parser.add_argument("--population", type=int)
    parser.add_argument("--generations", type=int)
    parser.add_argument("--episodes", type=int)
    parser.add_argument("--max-connections", type=int)
    parser.add_argument("--parent", choices=("agnostic", "mixed"))
    parser.add_argument("--activations")
    parser.add_argument("--hidden-units")
    return parser.parse_args()


def settings_of(asked: argparse.Namespace) -> dict[str, Any]:
    given = {k: v for k, v in vars(asked).items() if v is not None}
    return {k: v for k, v in given.items() if k not in ("recipe", "seeds")}


def typed(settings: dict[str, Any]) -> dict[str, Any]:
    made = {k: v for k, v in settings.items() if k != "stop_at"}
    if "activations" in made:
        made["activations"] = made["activations"].split(",")
    if "hidden_units" in made:
        made["hidden_units"] = [int(part) for part in made["hidden_units"].split(",")]
    return made


def measured(run: wann.Run) -> dict[str, Any]:
    """Return what the champion earns on fresh episodes."""
    result = run.evaluate(threads=1, seed=1)
    return {
        "six_weights": round(result.training_weights.mean, 1),
        "random_weights": round(result.random_shared.mean, 1),
    }


def main() -> None:
    asked = arguments()
    settings = settings_of(asked)
    stop_at = asked.stop_at or float("inf")
    for seed in map(int, asked.seeds.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            run = wann.search(
                asked.recipe,
                **typed(settings),
                seed=seed,
                out=Path(folder) / "run",
                threads=1,
                figures=False,
                progress=False,
                callback=lambda row: row["env_steps"] >= stop_at,
            )
            row = {
                "recipe": asked.recipe,
                **settings,
                "seed": seed,
                "connections": run.champion.connections,
                **measured(run),
                "env_steps": run.summary.env_steps,
                "seconds": round(run.summary.seconds, 1),
            }
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
