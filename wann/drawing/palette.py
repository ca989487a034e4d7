"""The colours of all figures, and how an activation looks in a drawing of a network.

Colours keep apart for colour-blind eyes, too. Those of activations are those of the drawings of
Gaier & Ha (2019), where these are far enough from each other.
"""

from typing import Any, NamedTuple

from matplotlib.colors import LinearSegmentedColormap

from wann.activations.table import by_code

INK = "#1a1a1a"
GUIDE = "#8a929c"
EDGE = "#4f7fc4"  # of connections, drawn translucent
POSITIVE, NEGATIVE = "#2166ac", "#d6604d"  # weights
GRID = "#e6e9ed"
BARS, POINTS = "#9db7d5", "#4c78a8"  # of what is measured
MARKED = "#d1603d"  # what stands out of it: a champion, a mean, a weight of training
# Of lines in one figure, one after the other. They were chosen to be far from each other and from
# INK for all eyes: CIELAB distances of 44 or more, of 19 or more for those that see no red or no
# green (as Machado et al. 2009 simulate them). A test holds this.
COLOURS = ("#3b86dc", "#a4213f", "#5cc23a", "#4414d8", "#eba184", "#5f7010", "#1fbcd0", "#8b1f8f")
# Lines of one colour differ by the markers of their points and by their strokes.
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h")
STROKES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.2)))
# Of shares from 0 to 1 in a heat map; text on shades from DARK on is white.
SHADES = LinearSegmentedColormap.from_list(
    "shares", ["#ffffff", "#d5e1ef", "#7fa3cb", POINTS, "#254a73"]
)
DARK = 0.45
_MOST_LETTERS = 8  # of a name in a node


class Look(NamedTuple):
    """Colours and short name of the nodes of one activation."""

    fill: str
    ring: str
    name: str


class LineLook(NamedTuple):
    """How a line of a figure looks."""

    colour: str
    marker: str
    stroke: Any  # as matplotlib takes it for `ls`


def line_look(number: int) -> LineLook:
    """Return how the line of this `number` looks, counted from 0: no two of the first 88 alike."""
    return LineLook(
        COLOURS[number % len(COLOURS)],
        MARKERS[number % len(MARKERS)],
        STROKES[number // len(COLOURS) % len(STROKES)],
    )


def look_of(code: int) -> Look:
    """Return how the nodes of an activation look; UserError if there is none of that code.

    One's own that names no colour has one of COLOURS, by its code, so that it is drawn alike in
    every process.
    """
    row = by_code(code)
    fill = row.fill or COLOURS[row.code % len(COLOURS)]
    return Look(fill, row.ring, row.short or row.name[:_MOST_LETTERS])
