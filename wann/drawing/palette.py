"""The colours of all figures, and how an activation looks in a drawing of a network.

Colours keep apart for colour-blind eyes, too. Those of activations are those of the drawings of
Gaier & Ha (2019), where these are far enough from each other.
"""

from typing import Any, NamedTuple

from matplotlib.colors import LinearSegmentedColormap

from wann.activations.table import by_code

BACKGROUND = "#ffffff"
INK = "#1a1a1a"
GUIDE = "#8a929c"
MEDIAN = "#9aa4b0"  # of what is typical, beside what is best
EDGE = "#4f7fc4"  # of connections, drawn translucent
POSITIVE, NEGATIVE = "#2166ac", "#d6604d"  # weights
GRID = "#e6e9ed"
CHANCE = "#eceef1"  # of the band of what chance earns
NOTHING = "#f0f1f3"  # of cells of which nothing is known
BARS, POINTS = "#9db7d5", "#4c78a8"  # of what is measured
MARKED = "#d1603d"  # what stands out of it: a champion, a mean, a weight of training
# Of lines in one figure, one after the other. They were chosen to be far from each other and from
# INK for all eyes, also for those that see no red or no green (as Machado et al. 2009 simulate
# them), and in print without colours, where each has a lightness of its own. A test holds this.
COLOURS = ("#045bbf", "#b6766d", "#64007c", "#00adab", "#98004d", "#4ee083", "#767623", "#90b2ee")
COLOURS_ON_DARK = (
    *("#5671e7", "#9f3605", "#a142a5", "#58aba2"),
    *("#f35169", "#8aea80", "#d2c441", "#2bbbfb"),
)
# Lines of one colour differ by the markers of their points and by their strokes.
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h")
STROKES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (6, 2, 1, 2)))
# Of shares from 0 to 1 in a heat map; text on shades from DARK on is white.
SHADES = LinearSegmentedColormap.from_list(
    "shares", ["#ffffff", "#d5e1ef", "#7fa3cb", POINTS, "#254a73"]
)
SHADES_ON_DARK = LinearSegmentedColormap.from_list(
    "shares on dark", ["#14181e", "#22344a", "#406a99", "#7eaede", "#cfe2f7"]
)
DARK = 0.45
# What each colour becomes in a dark figure. Nodes are drawn as in a negative: what is black on
# white becomes light on dark.
DARK_FOR = {
    BACKGROUND: "#14181e",
    INK: "#e8eaed",
    "#000000": "#e8eaed",  # of what has no colour of its own
    GUIDE: "#7d8794",
    MEDIAN: "#76818e",
    EDGE: "#7fa8e6",
    POSITIVE: "#6aaef2",
    NEGATIVE: "#f08a76",
    GRID: "#2b323b",
    CHANCE: "#232931",
    NOTHING: "#20262d",
    BARS: "#456a95",
    POINTS: "#7fb0e3",
    MARKED: "#f2845f",
    **dict(zip(COLOURS, COLOURS_ON_DARK, strict=True)),
}
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
