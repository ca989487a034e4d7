"""Lines of a drawing: where those of one column run, and how they look."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.path import Path
from render_toys import column_of, pair

from wann.drawing.drawing import draw_network
from wann.drawing.frame import make_frame, node_sizes
from wann.drawing.layout import lay_out
from wann.network.network import Network


def arcs_of(network: Network) -> tuple[list[Path], list[int]]:
    """Return the lines of recurrent connections, and which these are."""
    figure = draw_network(network)
    found = np.flatnonzero(network.source < 0).tolist()
    return [figure.axes[0].collections[0].get_paths()[i] for i in found], found


def points_of(path: Path) -> np.ndarray:
    """Return points (100, 2) along a curve of one piece."""
    corners, t = np.asarray(path.vertices), np.linspace(0, 1, 100)[:, None]
    assert len(corners) == 4
    a, b, c, d = corners
    return (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t**2 * (1 - t) * c + t**3 * d


@pytest.mark.parametrize(
    ("outputs", "recurrent"),
    [
        (4, [(3, 0)]),
        (4, [(0, 3)]),
        (4, [(3, 0), (1, 0)]),
        (4, [(0, 2), (2, 0), (1, 3), (3, 1)]),
        (12, [(a, b) for a in range(12) for b in range(12) if a != b]),
        (60, [(0, 59), (59, 0), (30, 5)]),
    ],
)
def test_an_arc_within_a_column_runs_beside_the_nodes_between(
    outputs: int, recurrent: list[tuple[int, int]]
) -> None:
    network = column_of(outputs, recurrent)
    names = [f"output {i + 1}" for i in range(outputs)]
    frame = make_frame(lay_out(network), ["bias", "input"], names, None, 2)
    radius = 0.5 * node_sizes(frame)[-outputs:] / 72
    x, y = frame.x[-1], frame.y[-outputs:]
    for path, edge in zip(*arcs_of(network), strict=True):
        points = points_of(path)
        source, target = ~network.source[edge] - 2, network.target[edge] - 2
        assert points[0].tolist() == [x, y[source]]
        assert points[-1].tolist() == [x, y[target]]
        assert (points[1:-1, 0] < x).all()
        assert (points[:, 0] > x - frame.column + radius.max()).all()  # not in the column before
        assert points[:, 1].min() >= y.min()
        assert points[:, 1].max() <= y.max()
        for node in set(range(outputs)) - {source, target}:
            apart = np.hypot(points[:, 0] - x, points[:, 1] - y[node])
            assert apart.min() > radius[node]


def test_arcs_of_different_length_and_direction_differ() -> None:
    reaches = []
    for arc in ([(1, 0)], [(2, 0)], [(0, 1)]):  # outputs lie in the order 1, 4, 3, 2
        [path], _ = arcs_of(column_of(4, arc))
        reaches.append(round(float(np.ptp(points_of(path)[:, 0])), 3))
    assert len(set(reaches)) == 3


def test_a_head_of_an_arc_beside_enters_from_the_side_of_its_source() -> None:
    network = column_of(4, [(3, 0)])
    figure = draw_network(network)
    lines, heads = figure.axes[0].collections[:2]
    [edge] = np.flatnonzero(network.source < 0)
    start, end = lines.get_paths()[edge].vertices[[0, -1]]
    tip, *back = heads.get_paths()[edge].vertices[:3]
    middle = np.mean(back, axis=0)
    assert tip[0] < end[0]
    assert middle[0] < tip[0]
    assert np.sign(middle[1] - end[1]) == np.sign(start[1] - end[1])


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([-1.0, 3.0], ["weight > 0", "weight < 0"]),
        ([1.0, 3.0], ["weight > 0"]),
        ([-1.0, -3.0], ["weight < 0"]),
        ([0.0, 3.0], ["weight > 0", "weight = 0"]),
        ([0.0, -0.0], ["weight = 0"]),
    ],
)
def test_colours_and_legend_know_a_weight_of_zero(weights: list[float], said: list[str]) -> None:
    figure = draw_network(pair(), weights=np.array(weights))
    axes = figure.axes[0]
    entries = {text.get_text(): i for i, text in enumerate(axes.get_legend().get_texts())}
    assert [text for text in entries if text.startswith("weight")] == said
    signs = {1.0: "weight > 0", -1.0: "weight < 0", 0.0: "weight = 0"}
    colours = axes.collections[0].get_edgecolors()
    for colour, weight in zip(colours, weights, strict=True):
        entry = axes.get_legend().legend_handles[entries[signs[float(np.sign(weight))]]]
        assert to_rgb(colour) == pytest.approx(to_rgb(entry.get_color()))
