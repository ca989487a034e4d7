"""The colours of all figures, and how an activation looks in a drawing of a network.

Colours keep apart for colour-blind eyes, too. Those of activations are those of the drawings of
Gaier & Ha (2019), where these are far enough from each other.
"""

from typing import NamedTuple

from matplotlib.colors import LinearSegmentedColormap

from wann.activations import Activation, check_handled

INK = "#1a1a1a"
GUIDE = "#8a929c"
EDGE = "#4f7fc4"  # of connections, drawn translucent
POSITIVE, NEGATIVE = "#2166ac", "#d6604d"  # weights
GRID = "#e6e9ed"
# Of lines in one figure, one after the other (after Okabe & Ito 2008).
COLOURS = ("#4c78a8", "#d1603d", "#2a9d78", "#b07aa1", "#8c6d31", "#56b4e9", "#7f7f7f", "#c9a227")
# Of shares from 0 to 1 in a heat map; text on shades from DARK on is white.
SHADES = LinearSegmentedColormap.from_list(
    "shares", ["#ffffff", "#d5e1ef", "#7fa3cb", "#4c78a8", "#254a73"]
)
DARK = 0.45


class Look(NamedTuple):
    """Colours and short name of the nodes of one activation."""

    fill: str
    ring: str
    name: str


LOOKS = {
    Activation.LINEAR: Look("#ffffff", "#000000", "lin"),
    Activation.STEP: Look("#9aba59", "#000000", "step"),
    Activation.SIN: Look("#f5e663", "#000000", "sin"),
    Activation.GAUSSIAN: Look("#f3b98b", "#000000", "gauss"),
    Activation.TANH: Look("#40566b", "#000000", "tanh"),
    Activation.SIGMOID: Look("#1f9ea3", "#000000", "sig"),
    Activation.INVERSE: Look("#000000", "#efb27f", "inv"),
    Activation.ABSOLUTE: Look("#cf8fc0", "#000000", "abs"),
    Activation.RELU: Look("#a9cdec", "#000000", "ReLU"),
    Activation.COSINE: Look("#e39212", "#000000", "cos"),
    Activation.SQUARE: Look("#b3302c", "#000000", "square"),
}
check_handled(Activation, LOOKS, "a drawing")
