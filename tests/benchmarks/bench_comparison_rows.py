"""What rows of a comparison cost: processor seconds of the command, workers and all.

    python tests/benchmarks/bench_comparison_rows.py runs/reference/digits-seed0 --against imp

Runs `wann compare` on one worker twice, and prints one JSON object: the processor seconds of the
second run, when all kernels are compiled, the same without what starting takes (a comparison with
no row left to make), and how many rows that was. To compare two versions, run it with PYTHONPATH
set to each of them in turn.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path


def arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser()
    parser.add_argument("networks", nargs="+")
    parser.add_argument("--against", required=True)
    return parser.parse_known_args()


def processor_seconds(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    asked, more = arguments()
    given = [*asked.networks, "--against", asked.against, *more, "--workers", "1", "--no-figures"]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "wann", "compare", *given, "--out"]
        processor_seconds([*command, f"{folder}/warm"])
        whole = processor_seconds([*command, f"{folder}/timed"])
        nothing_left = processor_seconds([*command, f"{folder}/timed"])
        rows = len(list(Path(folder, "timed", "rows").glob("*/*/*/row.json")))
    found = {"rows": rows, "seconds": round(whole, 1), "of_rows": round(whole - nothing_left, 1)}
    print(json.dumps({"command": " ".join(given), **found}))


if __name__ == "__main__":
    main()
