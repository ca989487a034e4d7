from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from render_toys import grown, large, pixels

from wann.drawing.compare import draw_conditions, draw_curves, draw_profiles
from wann.drawing.confusion import draw_class_heatmap, draw_confusion
from wann.drawing.curves import draw_front, draw_learning_curve, draw_profile
from wann.drawing.density_curves import Levels, Series, draw_density_curves
from wann.drawing.drawing import draw_network
from wann.drawing.figures import figure_as, save_figure
from wann.drawing.palette import BACKGROUND, DARK_FOR
from wann.drawing.pruning import draw_kept_inputs, draw_overlap
from wann.drawing.style import in_style
from wann.drawing.sweep import draw_sweep
from wann.errors import UserError

ROW = {"name": "a", "mean": 1.0, "low": 0.5, "high": 1.5, "connections": 10, "weight": 1.0}
OTHER = {**ROW, "name": "b", "connections": 20, "weight": 2.0}
GENERATION = {
    "generation": 0,
    "best": 1.0,
    "median": 0.5,
    "champion": 1.0,
    "median_connections": 3,
    "champion_connections": 4,
}
FIGURES = {
    "network": lambda: draw_network(grown(1, 200), title="t"),
    "weights": lambda: draw_network(grown(2), weights=np.linspace(-1, 1, grown(2).connections)),
    "large": lambda: draw_network(large()),
    "learning": lambda: draw_learning_curve([GENERATION, {**GENERATION, "generation": 1}]),
    "profile": lambda: draw_profile(
        [{"weight": w, "mean": w, "sd": 1.0, "n": 5} for w in (-1.0, 0.0, 1.0)],
        training_weights=(0.0,),
    ),
    "front": lambda: draw_front([{"connections": 3, "mean": 1.0, "sd": 1.0, "champion": True}]),
    "confusion": lambda: draw_confusion([0, 1, 1], [0, 1, 0], ["a", "b"]),
    "classes": lambda: draw_class_heatmap(
        [0.0, 1.0], [[0.1, 0.9], [0.5, np.nan]], ["a", "b"], training_weights=[1.0]
    ),
    "conditions": lambda: draw_conditions(
        {"c": [ROW, OTHER]}, ["a", "b"], reference="a", label="l", title="t", chance=(0.0, 0.2)
    ),
    "profiles": lambda: draw_profiles(
        {"a": [ROW, OTHER], "b": [OTHER]}, reference="a", label="l", title="t", chance=(0.0, 0.2)
    ),
    "budget": lambda: draw_curves(
        {"c": {"a": [ROW, OTHER], "b": [ROW]}}, reference="a", single="b", label="l", title="t"
    ),
    "densities": lambda: draw_density_curves(
        {Series("imp"): [{"density": d, "mean": d, "low": d, "high": d} for d in (1.0, 0.5)]},
        Levels(0.9, 0.1),
    ),
    "kept": lambda: draw_kept_inputs({"fc1": [1, 2]}, {"fc1": 5}),
    "overlap": lambda: draw_overlap([[1.0, 0.2], [0.2, 1.0]], ["a", "b"]),
    "sweep": lambda: draw_sweep(
        [{"label": "p", "mean": float(i), "connections": i} for i in range(4)]
    ),
}
# No light colour is left: what is drawn has the dark counterpart of each.
LIGHT = set(DARK_FOR) - set(DARK_FOR.values())


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(UserError, match=r"'drak'.*'dark'"):
        in_style(Figure(), "drak")


def test_light_is_what_figures_are_drawn_in() -> None:
    figure = FIGURES["profile"]()
    assert figure_as(in_style(FIGURES["profile"](), "light"), ".svg") == figure_as(figure, ".svg")


@pytest.mark.parametrize("name", FIGURES)
def test_a_dark_figure_has_no_light_colour(name: str) -> None:
    found = figure_as(in_style(FIGURES[name](), "dark"), ".svg").decode().lower()
    assert f"fill: {DARK_FOR[BACKGROUND]}" in found
    left = {colour for colour in LIGHT if f": {colour}" in found}
    assert not left


def test_a_dark_picture_is_mostly_dark(tmp_path: Path) -> None:
    save_figure(in_style(FIGURES["classes"](), "dark"), tmp_path / "dark", (".png", ".pdf"))
    assert np.median(pixels(tmp_path / "dark.png")) < 90
    assert (tmp_path / "dark.pdf").read_bytes().startswith(b"%PDF")
