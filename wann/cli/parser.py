"""The parser of the command line, whose errors are one line and name the nearest flag."""

import argparse
import difflib
from typing import Any, NoReturn

from wann.errors import UserError


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, with the nearest flag for an unknown one."""

    def error(self, message: str) -> NoReturn:
        """Raise UserError."""
        raise UserError(f"{message} (see: {self.prog} --help)")

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Return the options; UserError on a flag that is unknown."""
        options, rest = self.parse_known_args(args, namespace)
        if rest:
            known = set(_flags_of(self, options))  # --help is known to wann and to its command
            flags = sorted(flag for flag in known if flag.startswith("--"))
            nearest = difflib.get_close_matches(rest[0].split("=")[0], flags, n=1, cutoff=0.4)
            hint = f"did you mean {nearest[0]}? " if nearest else ""
            raise UserError(
                f"unknown argument {rest[0]!r}: {hint}expected one of {', '.join(flags)}"
            )
        return options


def _flags_of(parser: argparse.ArgumentParser, options: argparse.Namespace) -> list[str]:
    flags = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            flags += _flags_of(action.choices[options.name], options)
        flags += action.option_strings
    return flags
