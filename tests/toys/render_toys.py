"""Networks to draw, from next to nothing to more than can be labelled."""

from pathlib import Path

import numpy as np
from genome_toys import ALL, grow
from PIL import Image

from wann.drawing.figures import ShownFigure, figure_as
from wann.drawing.names import literal
from wann.drawing.palette import INK
from wann.network.compile import compile_genome
from wann.network.genome import Genome, minimal
from wann.network.network import Network


def nothing(inputs: int = 5, outputs: int = 1) -> Network:
    """No connection at all."""
    return compile_genome(minimal(inputs, outputs, np.zeros((1 + inputs, outputs), dtype=np.bool_)))


def pair() -> Network:
    """Two connections, by way of one hidden node, and five inputs that are not used."""
    return compile_genome(
        Genome(
            6,
            1,
            np.arange(9),
            np.full(9, 3),
            np.array([2, 8]),
            np.array([8, 7]),
            np.array([True, True]),
        )
    )


def grown(seed: int, steps: int = 60, inputs: int = 5, outputs: int = 2) -> Network:
    return compile_genome(grow(seed, steps, inputs, outputs))


def wired(inputs: int, hidden: int, outputs: int, connections: int, seed: int = 0) -> Network:
    """Connections at random, each from a lower row to a higher one.

    Every computed node has at least one.
    """
    rng = np.random.default_rng(seed)
    computed, first = hidden + outputs, 1 + inputs
    chosen: list[set[int]] = [{int(rng.integers(first + min(i, hidden)))} for i in range(computed)]
    while sum(map(len, chosen)) < connections:
        node = int(rng.integers(computed))
        chosen[node].add(int(rng.integers(first + min(node, hidden))))
    start = np.cumsum([0, *map(len, chosen)])
    source = np.array([row for rows in chosen for row in sorted(rows)], dtype=np.int64)
    return Network(inputs, outputs, rng.choice(ALL, computed), start, source)


def column_of(outputs: int, recurrent: list[tuple[int, int]]) -> Network:
    """Outputs that hear one input, and (source, target) outputs the step before."""
    sources = [[1, *(~(2 + a) for a, b in recurrent if b == node)] for node in range(outputs)]
    start = np.cumsum([0, *map(len, sources)])
    return Network(1, outputs, np.full(outputs, ALL[4]), start, np.concatenate(sources))


def large() -> Network:
    return wired(256, 300, 10, 1849)


NETWORKS = {
    "nothing": nothing,
    "nothing of many inputs": lambda: nothing(40, 3),
    "pair": pair,
    "grown": lambda: grown(0),
    "grown more": lambda: grown(1, 200),
    "many inputs": lambda: grown(2, 80, 30, 4),
    "large": large,
    "huge": lambda: wired(784, 300, 10, 2000, 1),
}


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def a_figure(title: str) -> str:
    """The SVG file of a small figure: lines that are clipped, with markers, and text."""
    figure = ShownFigure(figsize=(3.0, 2.0))
    axes = figure.subplots()
    axes.plot([0.0, 1.0], color=INK, marker="o", label=literal(title))
    axes.plot([1.0, 0.0], color="#123456")
    axes.fill_between([0.0, 1.0], 0.2, color="#123456")
    axes.set_title(literal(title))
    return figure_as(figure, ".svg").decode()
