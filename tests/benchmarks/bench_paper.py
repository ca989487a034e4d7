"""The paper's whole swing-up experiment: time and memory.

It is 192 genomes, 1024 generations, and 6 weights x 3 episodes.

Prints one JSON object; `--seed N` chooses the seed. Time is that of the whole process, pictures
included.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    seed = parser.parse_args().seed
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "-m",
            "wann",
            "search",
            "swingup-paper",
            "--seed",
            str(seed),
            "--out",
            f"{folder}/run",
            "--json",
        ]
        started = time.perf_counter()
        done = subprocess.run([sys.executable, *command], check=True, stdout=subprocess.PIPE)
        elapsed = time.perf_counter() - started
    summary = json.loads(done.stdout)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    kept = ("generations", "env_steps", "connections", "mean")
    print(
        json.dumps(
            {
                "seconds": round(elapsed, 1),
                "peak_mb": round(peak),
                **{key: summary[key] for key in kept},
            }
        )
    )


if __name__ == "__main__":
    main()
