"""Grows a walker in four searches, each from the champion of the one before.

    python runs/grow_biped.py FOLDER [--seed 0] [--threads 2]

First the legs learn one magnitude on a third of an episode, then whole episodes, then to do well in
six of them, then magnitudes that are drawn anew in each generation. It took two and a half hours on
one core; needs wann[box2d,envpool]. Begun again, it goes on where it was stopped.
"""

import argparse
from pathlib import Path
from typing import Any

import wann

COMMON = {
    "env": "BipedalWalker-v3",
    "backend": "envpool",
    "stuck_steps": 150,
    "generations": 80,  # by which episodes become more; each search stops before
    "ranking": "mean",
    "tournament": 16,
    "population": 768,
    "islands": 3,
    "weights": [-1.0, 1.0],
}
FIRST = {"search_steps": 600, "initial_signs": "both", "initial_connections": 0.25}
WHOLE = {"search_steps": 1600, "generations": 60}
SIX = {
    "episodes": 6,
    "episodes_last": 6,
    "race_episodes": 1,
    "race_share": 0.12,
    "population": 512,
    "islands": 2,
}
DRAWN = {
    "weights": [-1.5, -1.0, 1.0, 1.5],
    "weight_series": "stratified",
    "strata": [0.8, 2.0],
    "max_steps": 1600,
    "generations": 80,
}
# Of each search: after how many generations it stops, and its settings
STAGES: list[tuple[int, dict[str, Any]]] = [
    (37, COMMON | FIRST),
    (11, COMMON | WHOLE),
    (14, COMMON | WHOLE | SIX),
    (26, COMMON | SIX | DRAWN),
]


def main() -> None:
    """Run the searches that are not done yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    before = None
    for number, (generations, settings) in enumerate(STAGES, 1):
        folder = asked.folder / f"{number}"
        how: dict[str, Any] = {"threads": asked.threads, "figures": False, "progress": True}

        def stop(row: dict[str, Any], last: int = generations) -> bool:
            return bool(row["generation"] + 1 >= last)

        if not folder.exists():
            begun = {"seed": asked.seed, "out": folder, "seed_from": before}
            wann.search("biped", **settings, **begun, **how, callback=stop)
        elif len(wann.Run(folder).history["generation"]) < generations:
            wann.resume(folder, **how, callback=stop)
        before = folder / "champion.json"
        found = wann.Run(folder).summary
        print(f"{before}: {found.connections} connections, mean return {found.mean:.1f}")


if __name__ == "__main__":
    main()
