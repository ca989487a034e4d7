"""Every fault at every write of every command; the table goes to README.md beside this file.

PYTHONPATH=.:tests/toys python tests/faults/every_write.py [--stride N] [COMMAND ...]

The faults: the process is killed before a call to the operating system that changes the folder, or
in the middle of one that writes; the disk is full from there on; Ctrl-C. What is left is taken up
as a user would, and all files are compared with those of a command that nothing disturbed.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from fault_commands import cases, check, make_inputs, points, undisturbed, warm_up


def main() -> int:
    """Run the commands that are named, or else all; print a row of a table for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--stride", type=int, default=1, help="take every N-th fault alone")
    options, failed = parser.parse_args(), 0
    with tempfile.TemporaryDirectory() as root:
        inputs = Path(root) / "inputs"
        inputs.mkdir()
        make_inputs(inputs)
        for name, case in cases(inputs).items():
            if options.names and name not in options.names:
                continue
            started, problems = time.time(), []
            with tempfile.TemporaryDirectory(dir=root) as folder:
                warm_up(case, Path(folder))
            with tempfile.TemporaryDirectory(dir=root) as folder:
                done, whole = undisturbed(case, Path(folder))
            every = list(points(done.steps))[:: options.stride]
            for point in every:
                with tempfile.TemporaryDirectory(dir=root) as folder:
                    try:
                        check(case, point, Path(folder), whole)
                    except AssertionError as problem:
                        problems.append((point, done.steps[point.at], problem))
            print(
                f"| {name} | {len(whole)} | {len(done.steps)} | {len(every)} | {len(problems)} | "
                f"{time.time() - started:.0f} |",
                flush=True,
            )
            for point, step, problem in problems:
                print(f"{point} {step}: {problem}", file=sys.stderr, flush=True)
            failed += len(problems)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
