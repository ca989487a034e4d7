"""What is said to the user, on stdout or stderr, whatever characters are in it.

Names come from files, environments and paths. Nothing in them is taken for a command by the
terminal, and none of them stops the program because the terminal has no such character.
"""

import codecs
import io
import os
import re
import sys
from typing import TextIO

# Control characters, separators of lines, and what reverses the direction of the text around it
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_ESCAPED_BYTES = re.compile("[\udc80-\udcff]+")  # how Python holds bytes that are no text
_COLUMNS = 80  # of a terminal that does not say how many it has
_ERRORS = "wann-stdout"


def has_control_characters(text: str) -> bool:
    """Return whether a text holds what a terminal would not show, but obey."""
    return _CONTROLS.search(text) is not None


def printable(text: str, keep: str = "") -> str:
    r"""Return `text` with its control characters written out, as in `\x1b`, but those in `keep`."""
    return _CONTROLS.sub(
        lambda found: (
            found[0] if found[0] in keep else found[0].encode("unicode_escape").decode("ascii")
        ),
        text,
    )


def say(line: str) -> None:
    """Print a line to stderr.

    Nothing happens where whoever started us has closed it, or where it leads to a full disk: what
    is said there is not what was asked for. BrokenPipeError where its reader has left.
    """
    if sys.stderr is None:  # `print` would take stdout in its place
        return
    try:
        print(wrapped(printable(line), columns_of(sys.stderr)), file=sys.stderr, flush=True)
    except BrokenPipeError:
        raise
    except OSError:
        return


def warn(line: str) -> None:
    """Say what is no progress: a remark, an error."""
    say(f"wann: {line}")


def columns_of(stream: TextIO | None) -> int | None:
    """Return how many columns the terminal has that `stream` leads to, None where it is none.

    A stream of the process that is closed from the start is None, and no terminal.
    """
    if stream is None or not stream.isatty():
        return None
    given = os.environ.get("COLUMNS", "")
    if re.fullmatch("[1-9][0-9]{0,3}", given):
        return int(given)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _COLUMNS
    except OSError:
        return _COLUMNS


def wrapped(text: str, columns: int | None) -> str:
    """Return lines with those broken at blanks that are longer than `columns`.

    Neither a word nor a command between backquotes is broken. Further lines are indented.
    """
    if columns is None:
        return text
    return "\n".join(_wrapped_line(line, columns) for line in text.split("\n"))


def _wrapped_line(line: str, columns: int) -> str:
    if len(line) <= columns:
        return line
    indent = " " * (len(line) - len(line.lstrip(" ")) + 4)
    broken, current = [], ""
    for word in re.findall(r"\s*(?:`[^`]*`\S*|\S+)", line):
        if current and len(current + word) > columns:
            broken.append(current)
            current = indent + word.lstrip()
        else:
            current += word
    return "\n".join([*broken, current])


def prepare_stdout() -> None:
    r"""Have stdout take any text, whatever its encoding.

    A path of bytes that are no text is written as these bytes into a pipe or file, so that other
    programs find it. All else that the encoding lacks is written out, as in `\u2212`. Python does
    so for stderr by itself.
    """
    codecs.register_error(_ERRORS, _bytes_or_escapes)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace" if sys.stdout.isatty() else _ERRORS)


def _bytes_or_escapes(error: UnicodeError) -> tuple[str | bytes, int]:
    """Answer for the first characters of those that cannot be encoded, as far as they are alike."""
    assert isinstance(error, UnicodeEncodeError)
    found = _ESCAPED_BYTES.match(error.object, error.start, error.end)
    if found:
        error.end = found.end()
        return codecs.lookup_error("surrogateescape")(error)
    later = _ESCAPED_BYTES.search(error.object, error.start, error.end)
    error.end = later.start() if later else error.end
    return codecs.lookup_error("backslashreplace")(error)
