"""From the shell to the first generation, and `wann --help`.

Once with a warm cache of kernels, once with an empty one.

Prints one JSON object of seconds (medians) and of ratios against starting Python alone.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def seconds(arguments: list[str], cache: str | None = None) -> float:
    """Return how long a command takes."""
    environment = {**os.environ, **({"NUMBA_CACHE_DIR": cache} if cache else {})}
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=environment)
    return time.perf_counter() - started


def first_generation(folder: str, cache: str | None = None) -> float:
    """Return the time from the shell to the first row of generations.jsonl."""
    run = Path(tempfile.mkdtemp(dir=folder)) / "run"
    command = [
        sys.executable,
        "-m",
        "wann",
        "search",
        "swingup",
        "--out",
        str(run),
        "--generations",
        "100000",
    ]
    environment = {**os.environ, **({"NUMBA_CACHE_DIR": cache} if cache else {})}
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    rows = run / "generations.jsonl"
    while not (rows.exists() and rows.stat().st_size):
        time.sleep(0.01)
    elapsed = time.perf_counter() - started
    process.kill()
    process.wait()
    return elapsed


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        cold = first_generation(folder, cache=f"{folder}/cache")
        warm = statistics.median(
            first_generation(folder, cache=f"{folder}/cache") for _ in range(5)
        )
    python = statistics.median(seconds(["-c", "pass"]) for _ in range(5))
    help_seconds = statistics.median(seconds(["-m", "wann", "--help"]) for _ in range(5))
    print(
        json.dumps(
            {
                "first_generation_cold_s": round(cold, 2),
                "first_generation_warm_s": round(warm, 2),
                "help_s": round(help_seconds, 3),
                "help_over_python": round(help_seconds / python, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
