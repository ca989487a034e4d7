import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from wann.drawing.curves import draw_front, draw_learning_curve, draw_profile, draw_tuning
from wann.drawing.figures import save_figure

Rows = list[dict[str, Any]]
ROWS: Rows = [
    {
        "generation": g,
        "env_steps": 1000 * g,
        "best": 10.0 * g,
        "median": 5.0 * g,
        "connections": 5 + g,
        "median_connections": 4.0 + g,
        "champion": None if g < 3 else 9.0 * g,
        "champion_connections": None if g < 3 else 5 + g,
    }
    for g in range(10)
]
PROFILE: Rows = [
    {"weight": w, "mean": 100 * abs(w), "sd": 5.0, "n": 50} for w in np.linspace(-2, 2, 9).tolist()
]
FRONT: Rows = [
    {"connections": c, "mean": 10.0 * c, "sd": 4.0, "champion": c == 7} for c in (12, 3, 7)
]
BROKEN: Rows = [
    {
        "generation": 0,
        "best": math.nan,
        "median": -math.inf,
        "weight": -1.0,
        "mean": None,
        "connections": 3,
    },
    {
        "generation": 1,
        "weight": 1.0,
        "mean": 3.0,
        "sd": math.inf,
        "n": 4,
        "connections": 7,
        "champion": True,
    },
    {"generation": 2, "best": 2.0, "weight": math.nan, "mean": math.nan, "sd": 1.0},
]


def profile(rows: Sequence[dict[str, Any]], title: str | None = None) -> Figure:
    return draw_profile(rows, training_weights=(-2.0, 1.0, 5.0), title=title)


def labels(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.get_legend().get_texts()]


@pytest.mark.parametrize(
    ("draw", "rows"), [(draw_learning_curve, ROWS), (profile, PROFILE), (draw_front, FRONT)]
)
def test_drawn_whatever_there_is(draw: Callable[..., Figure], rows: Rows, tmp_path: Path) -> None:
    for some in (rows, rows[:1], rows[1:2], [], BROKEN, BROKEN[:1], BROKEN[1:2], BROKEN[2:]):
        figure = draw(some, title="$a title_")
        figure.savefig(tmp_path / "figure.png", dpi=30)
        assert all(label.startswith("_") is False for label in labels(figure))
    files = save_figure(draw(rows), tmp_path / "figure")
    assert all(path.stat().st_size > 5000 for path in files)


def test_learning_curve_shows_returns_and_sizes() -> None:
    returns, sizes = draw_learning_curve(ROWS).axes
    best, median, champion = (np.asarray(line.get_ydata()) for line in returns.lines)
    assert best.tolist() == [10.0 * g for g in range(10)]
    assert median.tolist() == [5.0 * g for g in range(10)]
    assert np.isnan(champion[:3]).all()
    assert champion[3] == 27.0
    assert [np.asarray(line.get_ydata())[-1] for line in sizes.lines] == [13.0, 14.0]


def test_profile_says_what_its_band_is() -> None:
    figure = profile(PROFILE)
    interval = "95 % interval of the mean"
    band = "±1 sd over 50 episodes"
    assert labels(figure) == [band, interval, "mean return", "training weights"]
    spread, mean = (band.get_paths()[0].vertices[:, 1] for band in figure.axes[0].collections)
    assert spread.max() == 205.0
    assert mean.max() == pytest.approx(200.0 + 2.0096 * 5.0 / np.sqrt(50), abs=1e-3)
    assert "±1 sd over 20 to 50 episodes" in labels(
        profile([*PROFILE, {"weight": 3.0, "mean": 0.0, "n": 20}])
    )


def test_profile_marks_the_training_weights_it_covers() -> None:
    marks = profile(PROFILE[::-1]).axes[0].lines[-1]
    assert np.asarray(marks.get_xdata()).tolist() == [-2.0, 1.0]
    assert np.asarray(marks.get_ydata()).tolist() == [200.0, 100.0]


def test_marks_are_called_what_they_are() -> None:
    assert "confirming" in labels(
        draw_profile(PROFILE, training_weights=(1.0,), marks="confirming")
    )


def test_generations_are_counted_in_round_numbers() -> None:
    axes = draw_learning_curve(
        [{**row, "generation": 60 * row["generation"]} for row in ROWS]
    ).axes[1]
    low, high = axes.get_xlim()
    assert [tick for tick in axes.get_xticks() if low <= tick <= high] == [
        0,
        100,
        200,
        300,
        400,
        500,
    ]


def test_a_network_without_connections_stands_beside_the_axis() -> None:
    low, high = draw_front([{"connections": 0, "mean": 1.0}, *FRONT]).axes[0].get_xlim()
    assert -0.5 < low < 0.0
    assert 12.0 < high < 12.5


def test_front_is_sorted_and_marks_the_champion() -> None:
    axes = draw_front(FRONT).axes[0]
    steps, *_, members, champion = axes.lines
    assert (
        np.asarray(steps.get_xdata()).tolist()
        == np.asarray(members.get_xdata()).tolist()
        == [3.0, 7.0, 12.0]
    )
    assert np.asarray(champion.get_xdata()).tolist() == [7.0]


def test_a_tuning_says_what_its_candidates_earn() -> None:
    rows = [{"generation": 0, "best": 0.5, "median": 0.2, "races": 1}]
    assert draw_tuning(rows).axes[0].get_ylabel() == "mean return"
    assert draw_tuning(rows, label="accuracy").axes[0].get_ylabel() == "accuracy"
