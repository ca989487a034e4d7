"""What each file of a command declares: its name, what it does, its flags and its function."""

import argparse
from collections.abc import Callable
from typing import NamedTuple


class Command(NamedTuple):
    """One command of the command line."""

    name: str
    about: str  # what it does, for the help text
    add_flags: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], None]
    has_numbers: bool = True  # whether --json prints its result as one JSON object
