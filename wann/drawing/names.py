"""Names in figures: drawn letter by letter, whatever users call their layers, classes and runs."""

from functools import cache

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font

from wann.terminal import printable

_LONGEST = 80  # letters of a name
_NO_SPACE = "\N{ZERO WIDTH SPACE}"


def drawable(name: str, longest: int = _LONGEST) -> str:
    """Return `name` short, on one line, and in characters that the font has.

    Others become question marks. Where matplotlib may read it as mathematics, use `literal`.
    """
    line = printable(" ".join(name.split()))
    known = "".join(c if ord(c) in _glyphs() else "?" for c in line)
    return known if len(known) <= longest else known[: longest - 1] + "…"


def literal(name: str, longest: int = _LONGEST) -> str:
    r"""Return `name` as `drawable` does, in such a way that matplotlib takes nothing for a command.

    Two signs of the dollar would begin and end mathematics, and `\$` is one that does not. A legend
    leaves out names that begin with an underscore, so that something unseen stands before it.
    """
    text = drawable(name, longest).replace("$", r"\$")
    return _NO_SPACE + text if text.startswith("_") else text


def entitle(figure: Figure, title: str | None) -> None:
    """Write `title` above a figure, letter by letter; None writes nothing."""
    if title:
        figure.suptitle(literal(title), fontsize=11)


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties())).get_charmap())
