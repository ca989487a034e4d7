"""The command `wann`, run as a user runs it: in a process of its own."""

import subprocess
import sys


def wann(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "wann", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)
