"""Names are drawn letter by letter in every figure, whatever they are."""

import warnings
from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from render_toys import grown

from wann.drawing.compare import draw_conditions, draw_curves, draw_profiles
from wann.drawing.confusion import draw_class_heatmap, draw_confusion
from wann.drawing.curves import draw_front, draw_learning_curve, draw_profile
from wann.drawing.density_curves import Series, draw_density_curves
from wann.drawing.drawing import draw_network
from wann.drawing.figures import figure_bytes
from wann.drawing.names import drawable, literal
from wann.drawing.pruning import (
    draw_kept_inputs,
    draw_loss_increase,
    draw_overlap,
)
from wann.drawing.sweep import draw_sweep

NAMES = [
    r"a$\frac$b",  # mathematics that matplotlib cannot read
    "$x$",
    "^_{\\%#&",
    "_hidden",  # legends leave these out
    "\\",
    "two\nlines",
    "\x1b[2J\0",
    "\N{CJK UNIFIED IDEOGRAPH-65E5}\U0001faa8",  # not in the font
    "\udcff",
    "<b>&amp;-->",
    "x" * 500,
    " ",
]
TITLE = "".join(NAMES)
POINTS = [
    {"weight": w, "mean": 1.0 + w, "sd": 0.1, "n": 3, "low": 0.5, "high": 2.0} for w in (0, 1)
]
SIZED = [{**POINTS[0], "connections": n, "density": n / 100, "champion": n == 9} for n in (3, 9)]
GENERATION = dict.fromkeys(
    ("generation", "best", "median", "champion", "median_connections", "champion_connections"), 1
)


def conditions() -> Figure:
    rows = [{**POINTS[0], "name": name} for name in NAMES]
    return draw_conditions({TITLE: rows}, NAMES, reference=NAMES[0], label="return", title=TITLE)


def curves() -> Figure:
    panels = {TITLE: dict.fromkeys(NAMES, SIZED)}
    return draw_curves(
        panels, reference=NAMES[0], single=NAMES[3], label="mean return", title=TITLE
    )


def sweep() -> Figure:
    rows = [{"label": name, "mean": 1.0, "connections": 3} for name in NAMES]
    return draw_sweep(rows, title=TITLE)


def network() -> Figure:
    made = grown(0, inputs=5, outputs=3)
    return draw_network(made, input_names=NAMES[:5], output_names=NAMES[5:8], title=TITLE)


def classes() -> Figure:
    each = np.arange(len(NAMES))
    return draw_confusion(each, each, NAMES, title=TITLE)


def kept() -> Figure:
    return draw_kept_inputs(
        dict.fromkeys(NAMES, np.array([0, 2])), dict.fromkeys(NAMES, 9), title=TITLE
    )


FIGURES: list[Callable[[], Figure]] = [
    conditions,
    curves,
    sweep,
    network,
    classes,
    kept,
    lambda: draw_profiles(
        dict.fromkeys(NAMES, POINTS), reference=NAMES[0], label="return", title=TITLE
    ),
    lambda: draw_class_heatmap([0.0, 1.0], np.ones((2, len(NAMES))), NAMES, title=TITLE),
    lambda: draw_learning_curve([GENERATION], title=TITLE),
    lambda: draw_profile(POINTS, training_weights=[1.0], title=TITLE),
    lambda: draw_front(SIZED, title=TITLE),
    lambda: draw_density_curves(dict.fromkeys(map(Series, NAMES), SIZED), title=TITLE),
    lambda: draw_loss_increase(dict.fromkeys(NAMES, ([0.1], [0.2])), title=TITLE),
    lambda: draw_overlap(np.eye(len(NAMES)), NAMES, title=TITLE),
]


@pytest.mark.parametrize("draw", FIGURES)
def test_any_name_is_drawn_without_a_warning_in_every_figure(draw: Callable[[], Figure]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = draw()
        files = figure_bytes(figure)
    ElementTree.fromstring(files[".svg"])
    shown = [text._preprocess_math(text.get_text())[0] for text in figure.findobj(Text)]
    assert any(text.startswith(drawable(TITLE)[:30]) for text in shown)
    assert not any("\x1b" in text or "\0" in text for text in shown)


@pytest.mark.parametrize(
    "draw",
    [lambda: draw_density_curves(dict.fromkeys(map(Series, NAMES), SIZED)), FIGURES[6], curves],
)
def test_a_legend_has_every_name(draw: Callable[[], Figure]) -> None:
    figure = draw()
    (legend,) = [*figure.legends, *(a.get_legend() for a in figure.axes if a.get_legend())]
    texts = [text.get_text() for text in legend.get_texts()]
    assert len(texts) >= len(NAMES) - 1
    assert "\N{ZERO WIDTH SPACE}_hidden" in "".join(texts)


def test_what_is_drawn_is_the_name_itself() -> None:
    assert drawable("plain name") == literal("plain name") == "plain name"
    for name in ("a$b", "a$b$c", "$x$", "a\\$b$", "50 %", "^", "a_b"):
        drawn, is_mathematics = Text(text=literal(name))._preprocess_math(literal(name))
        assert (drawn, is_mathematics) == (name, False)
    assert drawable("a\n b\x1b") == "a b\\x1b"
    assert drawable("\N{CJK UNIFIED IDEOGRAPH-65E5}") == "?"
    assert drawable("x" * 100, 5) == "xxxx…"
