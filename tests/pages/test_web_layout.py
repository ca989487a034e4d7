"""Where pages draw the lines of a network."""

from pathlib import Path

import numpy as np
import pytest
from pages_toys import run_pages
from render_toys import column_of

from wann.pages.network_data import network_data

_LINES = """
class Path2D {
  calls = [];
  moveTo(...at) { this.calls.push(at); }
  lineTo(...at) { this.calls.push(at); }
  bezierCurveTo(...at) { this.calls.push(at); }
}
globalThis.Path2D = Path2D;
const { layOut } = await import("./web/network_layout.js");
const { readNetwork } = await import("./web/network.js");
const names = { inputs: [], outputs: [] };
const { x, y, radius, paths } = layOut(readNetwork(given), names, { width: 700, height: 400 });
console.log(JSON.stringify({ x, y, radius, lines: paths.map((path) => path.calls) }));
"""


@pytest.mark.parametrize(
    ("outputs", "recurrent"),
    [
        (4, [(3, 0)]),
        (4, [(0, 3)]),
        (4, [(3, 0), (1, 0)]),
        (12, [(a, b) for a in range(12) for b in range(12) if a != b]),
    ],
)
def test_an_arc_within_a_column_runs_beside_the_nodes_between(
    outputs: int, recurrent: list[tuple[int, int]], tmp_path: Path
) -> None:
    network = column_of(outputs, recurrent)
    found = run_pages(tmp_path, _LINES, network_data(network))
    x, y, radius = (np.array(found[name]) for name in ("x", "y", "radius"))
    t = np.linspace(0, 1, 100)[:, None]
    for edge in np.flatnonzero(network.source < 0):
        source, target = ~network.source[edge], network.target[edge]
        a, (*bends,) = (np.array(call) for call in found["lines"][edge])
        b, c, d = np.array(bends).reshape(3, 2)
        assert a.tolist() == [x[source], y[source]]
        assert d.tolist() == [x[target], y[target]]
        points = (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t**2 * (1 - t) * c + t**3 * d
        assert (points[1:-1, 0] < x[target]).all()
        assert points[:, 0].min() > x[1] + radius[1]
        for node in set(range(2, 2 + outputs)) - {source, target}:
            assert np.hypot(*(points - [x[node], y[node]]).T).min() > radius[node]


def test_a_node_that_hears_itself_has_a_loop_above_it(tmp_path: Path) -> None:
    found = run_pages(tmp_path, _LINES, network_data(column_of(2, [(0, 0)])))
    start, (*bends,) = found["lines"][1]
    assert bends[-2:] == start
    assert bends[0] < start[0] < bends[2]
    assert max(bends[1], bends[3]) < start[1]
