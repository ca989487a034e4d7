"""The quality of a recipe's champions: seeds 0-4, each measured on 100 fresh episodes.

Prints a row per seed and a median, as JSON lines. Flags behind `--` go to `wann search`:

    python tests/benchmarks/quality.py swingup
    python tests/benchmarks/quality.py swingup --seeds 0,1 -- --ranking nsga2
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time

FRESH_EPISODES_SEED = 20191106


def wann(*arguments: str) -> dict[str, object]:
    done = subprocess.run([sys.executable, "-m", "wann", *arguments, "--json"], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def main() -> None:
    own, _, passed = (sys.argv[1:], None, [])
    if "--" in own:
        cut = own.index("--")
        own, passed = own[:cut], own[cut + 1 :]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe")
    parser.add_argument("--seeds", default="0,1,2,3,4")
    options = parser.parse_args(own)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in options.seeds.split(","):
            run = f"{folder}/{seed}"
            started = time.perf_counter()
            summary = wann("search", options.recipe, "--seed", seed, "--out", run, *passed)
            elapsed = time.perf_counter() - started
            measured = wann("evaluate", run, "--seed", str(FRESH_EPISODES_SEED))
            rows.append(
                {
                    "seed": int(seed),
                    "six_weights": round(measured["training_weights"]["mean"], 1),
                    "random_shared": round(measured["random_shared"]["mean"], 1),
                    "connections": measured["connections"],
                    "env_steps": summary["env_steps"],
                    "seconds": round(elapsed, 1),
                }
            )
            print(json.dumps(rows[-1]), flush=True)
    keys = ("six_weights", "random_shared", "connections", "seconds")
    print(json.dumps({"median": {key: statistics.median(row[key] for row in rows) for key in keys}}))


if __name__ == "__main__":
    main()
