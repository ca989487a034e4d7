"""The parser of the command line, whose errors are one line and name the nearest flags."""

import argparse
import difflib
from typing import Any, NoReturn

from wann.errors import UserError, in_short, unknown

_NEAR = 3  # flags that are named in place of an unknown one


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, with the nearest names for an unknown one."""

    def error(self, message: str) -> NoReturn:
        """Raise UserError."""
        joined = ""
        if message.endswith("expected one argument"):
            joined = "; one that begins with a dash follows a =, as in --weights=-1,1"
        raise UserError(f"{message}{joined} (see: {self.prog} --help)")

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Return the options; UserError on a flag that is unknown, and without a command."""
        options, rest = self.parse_known_args(args, namespace)
        if options.name is None and not rest:
            raise UserError(
                f"expected a command: {', '.join(self._commands().choices)} (see: wann --help)"
            )
        if rest:
            raise self._unknown(rest[0], options.name)
        return options

    def command(self, name: str) -> argparse.ArgumentParser:
        """Return the parser of one of the commands."""
        found: argparse.ArgumentParser = self._commands().choices[name]
        return found

    def _commands(self) -> Any:
        return next(
            action for action in self._actions if isinstance(action, argparse._SubParsersAction)
        )

    def _unknown(self, word: str, name: str | None) -> UserError:
        """Return the error for a word that is no argument of the command that is called `name`."""
        parser = self if name is None else self.command(name)
        see = f" (see: {parser.prog} --help)"
        if not word.startswith("-"):
            return UserError(f"unexpected argument {in_short(word)}{see}")
        flags = sorted(flag for flag in parser._option_string_actions if flag.startswith("--"))
        near = difflib.get_close_matches(word.split("=")[0][:80], flags, _NEAR, cutoff=0.5)
        hint = f": did you mean {' or '.join(near)}?" if near else ""
        return UserError(f"unknown argument {in_short(word)}{hint}{see}")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse a value that is none of the choices of an argument, or no command."""
        if action.choices is not None and value not in action.choices:
            is_command = isinstance(action, argparse._SubParsersAction)
            called = "command" if is_command else f"value of {'/'.join(action.option_strings)}"
            raise unknown(called, value, action.choices)
