"""Which modules of a user's own the command line lets be imported: those that its flags name.

A module that only a file names, such as that of a run's environment, needs --trust.
"""

import argparse
from collections.abc import Iterator

from wann import trust


def allow_named(options: argparse.Namespace) -> None:
    """Let the modules be imported that the flags name, and all of them after --trust."""
    if getattr(options, "trust", False):
        trust.allow_all()
    trust.allow(*_names(vars(options)))


def _names(given: dict[str, object]) -> Iterator[str]:
    """Yield the names `module:what` among the values of flags."""
    for flag, value in given.items():
        setting = flag.rpartition(".")[2]
        if setting in ("env", "model", "methods"):
            values = value if isinstance(value, tuple) else (value,)
            yield from (text for text in values if isinstance(text, str) and ":" in text)
        elif setting == "task" and isinstance(value, str):
            yield from _in_task(value)
        elif setting == "wrap" and isinstance(value, list):
            yield from (_wrapper(text) for text in value)
        elif setting == "grid" and isinstance(value, list):
            yield from _in_grid(value)


def _in_task(spec: str) -> tuple[str, ...]:
    from wann.tasks.spec import code_in

    return code_in(spec)


def _wrapper(text: str) -> str:
    from wann.tasks.spec import parse_spec

    return parse_spec(text, "--wrap")[0]


def _in_grid(texts: list[str]) -> Iterator[str]:
    from wann.experiments.sweep.plan import parse_grid

    for spec in parse_grid(texts).get("task", ()):
        yield from _in_task(spec)
