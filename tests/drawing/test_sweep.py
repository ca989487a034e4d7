from typing import Any

import numpy as np
import pytest

from wann.drawing.figures import figure_bytes
from wann.drawing.sweep import draw_sweep


def runs(label: str, count: int, seed: int) -> list[dict[str, Any]]:
    rng = np.random.default_rng(seed)
    rows = zip(rng.normal(500, 80, count), rng.integers(5, 60, count), strict=True)
    return [{"label": label, "mean": float(mean), "connections": int(size)} for mean, size in rows]


@pytest.mark.parametrize("counts", [[0], [1], [2], [5, 0, 3], [32] * 12])
def test_a_point_for_each_run_and_a_row_for_each_setting(counts: list[int]) -> None:
    rows = [
        {"label": f"population={i},ranking=nsga2", "mean": None, "connections": None}
        for i in range(len(counts))
    ]
    for i, count in enumerate(counts):
        rows += runs(f"population={i},ranking=nsga2", count, i)
    figure = draw_sweep(rows, title="a sweep", means="what it earns")
    returns, sizes = figure.axes
    assert [label.get_text().partition("(")[2] for label in returns.get_yticklabels()] == [
        f"n = {n})" for n in counts
    ]
    for axes in (returns, sizes):
        points = [line for line in axes.lines if line.get_marker() == "o"]
        assert [len(line.get_xdata()) for line in points] == [count for count in counts if count]
        assert len(axes.patches) == sum(count >= 3 for count in counts)
    assert returns.get_xlabel() == "what it earns"
    content = figure_bytes(figure)
    assert len(content[".png"]) > 5000
    assert figure_bytes(draw_sweep(rows, title="a sweep", means="what it earns")) == content
