import math
from pathlib import Path

import numpy as np
import pytest

from wann.drawing.density_curves import Levels, Series, draw_density_curves
from wann.drawing.figures import save_figure

CONTROLS = (None, "random", "reinit", "shuffle")


def rows(*means: float, half: float = 0.01) -> list[dict[str, float]]:
    return [
        {"density": 0.5**i, "mean": m, "low": m - half, "high": m + half}
        for i, m in enumerate(means)
    ]


def test_curves_run_from_dense_on_the_left_to_sparse() -> None:
    figure = draw_density_curves(
        {Series("imp"): rows(0.98, 0.97, 0.9), Series("snip"): rows(0.98, 0.95)},
        Levels(0.98, None, 0.5),
    )
    (axes,) = figure.axes
    left, right = axes.get_xlim()
    assert left > right
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "linear")
    lines = {line.get_label(): line for line in axes.get_lines()}
    np.testing.assert_allclose(np.asarray(lines["imp"].get_ydata()), [0.98, 0.97, 0.9])
    assert {"dense", "imp", "snip", "plateau ends: 50 %"} == set(lines)


@pytest.mark.parametrize(
    "curves",
    [{}, {Series("one"): rows(0.5)}, {Series("bare"): rows(0.9, 0.0, half=math.nan)}],
    ids=["none", "one", "bare"],
)
def test_few_curves_are_drawn(curves: dict[Series, list[dict[str, float]]], tmp_path: Path) -> None:
    save_figure(draw_density_curves(curves, title="t"), tmp_path / "curves")


def test_sixteen_series_are_told_apart_in_panels_of_methods() -> None:
    methods = ("imp", "snip", "random-erk", "unit")
    curves = {Series(m, c): rows(0.98, 0.9) for m in methods for c in CONTROLS}
    figure = draw_density_curves(curves, Levels(0.98, 0.1), title="a title")
    figure.draw_without_rendering()
    [legend] = figure.legends
    title = figure._suptitle  # type: ignore[attr-defined]
    assert not legend.get_window_extent().overlaps(title.get_window_extent())
    assert not any(
        legend.get_window_extent().overlaps(panel.get_tightbbox()) for panel in figure.axes
    )
    panels = figure.axes
    assert [panel.get_title() for panel in panels] == list(methods)
    colours = set()
    for panel, method in zip(panels, methods, strict=True):
        own = [line for line in panel.get_lines() if str(line.get_label()).startswith(method)]
        assert len(own) == len(CONTROLS)
        assert len({str(line._dash_pattern) for line in own}) == len(CONTROLS)
        assert len({line.get_color() for line in own}) == 1
        colours |= {line.get_color() for line in own}
        assert len(panel.get_lines()) == len(CONTROLS) + (len(methods) - 1) + 2
    assert len(colours) == len(methods)
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        *("the method itself", "random", "reinit", "shuffle", "other methods", "dense", "chance")
    ]


def test_one_curve_that_collapses_leaves_room_for_the_others() -> None:
    figure = draw_density_curves(
        {
            Series("good"): rows(0.985, 0.98),
            Series("fair"): rows(0.98, 0.96),
            Series("collapsed"): rows(0.98, 0.1),
        },
        Levels(chance=0.1),
    )
    (axes,) = figure.axes
    assert axes.get_yscale() == "logit"
    places = axes.transData.transform([(50, value) for value in (0.98, 0.96, 0.1)])[:, 1]
    good, fair, collapsed = (places - axes.bbox.y0) / axes.bbox.height
    assert good - fair > 0.05  # on a linear scale it would be 0.02
    assert 0 < collapsed < fair < good < 1


def test_single_points_of_controls_have_markers_of_their_own_and_no_legend_covers_the_title() -> (
    None
):
    curves = {Series(m, c): rows(0.9) for m in ("imp", "snip", "unit") for c in CONTROLS}
    figure = draw_density_curves(curves, Levels(0.98, 0.1))
    for panel, method in zip(figure.axes, ("imp", "snip", "unit"), strict=True):
        own = [line for line in panel.get_lines() if str(line.get_label()).startswith(method)]
        assert len({str(line.get_marker()) for line in own}) == len(CONTROLS)
    (legend,) = figure.legends
    shown = [line.get_marker() for line in legend.get_lines()]
    assert len(set(shown[: len(CONTROLS)])) == len(CONTROLS)
    assert set(shown[len(CONTROLS) :]) == {"None"}  # lines across
