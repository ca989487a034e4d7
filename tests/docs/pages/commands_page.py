"""The page on commands and their flags, made from the parser of the command line."""

import argparse
import re

from tables import table

from wann.cli.commands import COMMANDS, make_parser

ABOUT = """# Commands and flags

All flags of all commands, with their defaults, made from the settings by
`python tests/docs/make_pages.py`. `wann help COMMAND` shows the same. Wherever a name is taken,
such as that of a ranking, one of your own is taken, too, as `module:function`: see
[Use your own parts](../howto/extend.md).

Results go to standard output, progress and errors to standard error. The exit code is 0, or 2 after
a mistake in what was given. It is 0, too, where Ctrl-C ended what can be resumed, 130 where it
stopped a command at once, and 1 where whoever read the output has left."""

# What a reader may copy out of a text: it stands there as code, which nothing changes
_CODE = re.compile(r"`[^`]+`|(?<![\w-])--[a-z][a-z-]*(?:=[\w,./-]*\w| '[^']+')?")


def commands() -> str:
    """Return the whole page."""
    parser = make_parser()
    parts = [ABOUT, *(_command(name, parser.command(name)) for name in COMMANDS)]
    return "\n\n".join(parts) + "\n"


def _command(name: str, parser: argparse.ArgumentParser) -> str:
    about = COMMANDS[name]
    arguments = " ".join(_argument(action) for action in parser._actions if _is_argument(action))
    parts = [f"## wann {name}", f"{about[0].upper()}{about[1:]}."]
    parts.append(f"```text\nwann {name} {arguments}".rstrip() + " [flags]\n```")
    for group in parser._action_groups:
        actions = [
            a for a in group._group_actions if a.help != argparse.SUPPRESS and a.dest != "help"
        ]
        if not actions:
            continue
        if said := _about(group):
            parts.append(said)
        parts.append(
            table(["argument", "meaning"], [[_flag(action), _help(action)] for action in actions])
        )
    return "\n\n".join(parts)


def _about(group: argparse._ArgumentGroup) -> str:
    """Return the heading of a group of flags, and what is said of it; none of unnamed groups."""
    title = "" if group.title in ("positional arguments", "options") else str(group.title)
    heading = f"**{title[0].upper()}{title[1:]}.**" if title else ""
    return f"{heading} {group.description or ''}".strip()


def _is_argument(action: argparse.Action) -> bool:
    return not action.option_strings and action.dest != "help"


def _argument(action: argparse.Action) -> str:
    dest = action.dest.rpartition(".")[2]
    word = str(action.metavar or (dest.upper() if action.option_strings else dest))
    return {"?": f"[{word}]", "*": f"[{word} ...]", "+": f"{word} ..."}.get(str(action.nargs), word)


def _flag(action: argparse.Action) -> str:
    if not action.option_strings:
        return f"`{action.metavar or action.dest}`"
    takes = "" if action.nargs == 0 else f" {_argument(action)}"
    return f"`{', '.join(action.option_strings)}{takes}`"


def _help(action: argparse.Action) -> str:
    text = " ".join(str(action.help or "").replace("%%", "%").split())
    parts, end = [], 0
    for code in _CODE.finditer(text):
        parts += [_plain(text[end : code.start()]), f"`{code[0].strip('`')}`"]
        end = code.end()
    return "".join([*parts, _plain(text[end:])])


def _plain(text: str) -> str:
    for mark in ("\\", "|", "*", "<", "_"):
        text = text.replace(mark, "\\" + mark)
    return text
