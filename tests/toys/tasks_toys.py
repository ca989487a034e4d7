"""Functions for workers that are processes of their own."""

import os
import signal
import time
from pathlib import Path
from typing import Any

from wann import trust
from wann.errors import UserError


def square(number: int) -> int:
    return number * number


def thrice_lucky(argument: tuple[str, str]) -> str:
    """Fail in a manner of one's own, until tried for the third time.

    The tries are counted in a folder.
    """
    folder, manner = argument
    tries = Path(folder) / manner
    tries.mkdir(exist_ok=True)
    count = len(list(tries.iterdir())) + 1
    (tries / str(count)).touch()
    if count < 3:
        if manner == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if manner == "left":
            os._exit(7)
        if manner == "mistaken":
            raise UserError("bad\nsetting")
        if manner == "raised":
            raise ArithmeticError("division by\nzero")
    return f"{manner} {count}"


def environment_of(names: list[str]) -> list[Any]:
    return [os.environ.get(name) for name in names]


def together(folder: str) -> int:
    """Return how many of these ran at the same time, this one included, at its most."""
    own, most = Path(folder) / str(os.getpid()), 0
    own.touch()
    for _ in range(10):
        time.sleep(0.03)
        most = max(most, len(list(Path(folder).iterdir())))
    own.unlink()
    return most


def sleep_for_ever(folder: str) -> None:
    (Path(folder) / str(os.getpid())).touch()
    while True:
        time.sleep(60)


def sleep_or_not(folder: str) -> None:
    if folder:
        sleep_for_ever(folder)


def allowed_here(module: str) -> list[bool]:
    """Return whether `module`, and whether another one, may be imported in this process."""
    found = []
    for name in (module, "another_module"):
        try:
            trust.check(f"{name}:what", "a file")
            found.append(True)
        except UserError:
            found.append(False)
    return found


def mark_and_wait(path: str) -> None:
    Path(path).write_text("begun")
    time.sleep(600)
