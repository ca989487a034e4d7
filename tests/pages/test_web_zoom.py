from pathlib import Path

from pages_toys import run_pages

_SCRIPT = """
import { ZoomView } from "./web/zoom.js";
const view = new ZoomView([0, 0, 200, 100]);
const found = [view.box];
for (const [name, ...how] of given) {
  view[name](...how);
  found.push(view.box);
}
console.log(JSON.stringify(found));
"""


def test_a_figure_comes_nearer_and_never_leaves_the_window(tmp_path: Path) -> None:
    changes = [
        ["zoom", 2, 0.25, 0.5],  # the point (50, 50) stays at a quarter of the width
        ["move", 1, 0],
        ["move", 10, -10],
        ["zoom", 1000],
        ["zoom", 0],
        ["zoom", 4],
        ["reset"],
    ]
    found = run_pages(tmp_path, _SCRIPT, changes)
    boxes = [tuple(map(float, box.split())) for box in found]
    assert boxes[:4] == [
        (0, 0, 200, 100),
        (25, 25, 100, 50),
        (100, 25, 100, 50),
        (100, 0, 100, 50),
    ]
    assert boxes[4][2:] == (5, 2.5)  # forty times as near
    assert boxes[5] == boxes[7] == (0, 0, 200, 100)
    assert boxes[6] == (75, 37.5, 50, 25)
