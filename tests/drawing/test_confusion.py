from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from wann.drawing.confusion import draw_class_heatmap, draw_confusion
from wann.drawing.figures import save_figure

HOSTILE = [
    "$\\foo$",
    "_x",
    "a very long name of a class, with a tail",
    "line\nbreak\x00",
    "長い🦊",
    "",
    "</svg>",
    "{}%s",
]
DIGITS = [str(digit) for digit in range(10)]


def texts(figure: Figure, axes: int = 0) -> list[str]:
    return [text.get_text() for text in figure.axes[axes].texts]


def test_counts_stand_where_they_belong() -> None:
    figure = draw_confusion([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 2, 0], ["a", "b", "c"], title="t")
    assert texts(figure) == ["2", "1", "", "", "1", "1", "1", "", ""]
    shades = figure.axes[0].images[0].get_array()
    assert shades is not None
    np.testing.assert_allclose(
        np.asarray(shades) ** 2, [[2 / 3, 1 / 3, 0], [0, 0.5, 0.5], [1, 0, 0]]
    )
    assert texts(figure, 1) == ["66.7 %", "50.0 %", "0.0 %"]
    assert figure.get_suptitle() == "t: 50.00 % of 6 recognised"
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["a", "b", "c"]


def test_a_class_without_samples() -> None:
    figure = draw_confusion([0, 0], [0, 1], ["a", "b"])
    assert texts(figure, 1) == ["50.0 %", "no samples"]
    assert draw_confusion([], [], ["a"]).get_suptitle() == "no samples"


@pytest.mark.parametrize(
    "names", [["only"], HOSTILE, DIGITS, [f"class {i}" for i in range(45)]], ids=len
)
def test_drawn_whatever_the_classes_are_called(names: list[str], tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, max(1, len(names) - 1), 300)
    predictions = rng.integers(0, len(names), 300)
    accuracy = rng.random((7, len(names)))
    accuracy[2], accuracy[:, -1] = np.nan, np.nan
    weights = [-2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 0.1 + 0.2]
    for figure in (
        draw_confusion(labels, predictions, names, title=" ".join(HOSTILE)),
        draw_class_heatmap(weights, accuracy, names, training_weights=[-1.0, 9.0], title="$\\foo$"),
    ):
        for suffix in ("png", "svg"):
            figure.savefig(tmp_path / f"figure.{suffix}", dpi=30)


def test_heatmap_is_sorted_by_weight() -> None:
    figure = draw_class_heatmap(
        [2.0, -1.0], [[0.25, 0.5], [0.75, np.nan]], ["a", "b"], training_weights=[2.0]
    )
    mean, cells = figure.axes
    assert texts(figure, 1) == ["75", "25", "", "50"]
    assert [label.get_text() for label in cells.get_xticklabels()] == ["-1", "2"]
    assert [label.get_fontweight() for label in cells.get_xticklabels()] == ["normal", "bold"]
    assert texts(figure, 0) == ["75", "38"]
    assert [text.get_text() for text in mean.get_legend().get_texts()] == [
        "training weights",
        "other weights",
    ]


def test_the_standard_grid_of_weights_has_its_numbers() -> None:
    figure = draw_class_heatmap(
        np.linspace(-2, 2, 41),
        np.full((41, 10), 0.5),
        DIGITS,
        training_weights=[1.0],
        marks="weights for confirming",
    )
    assert texts(figure, 1) == ["50"] * 410
    assert (
        next(text.get_text() for text in figure.axes[0].get_legend().get_texts())
        == "weights for confirming"
    )


@pytest.mark.parametrize(("weights", "names"), [([1.0], ["x"]), (np.linspace(-3, 3, 101), DIGITS)])
def test_heatmap_of_few_and_many_weights(
    weights: list[float], names: list[str], tmp_path: Path
) -> None:
    accuracy = np.full((len(weights), len(names)), 0.5)
    for path in save_figure(draw_class_heatmap(weights, accuracy, names), tmp_path / "figure"):
        assert path.stat().st_size > 2000


def test_refuses_with_one_line() -> None:
    with pytest.raises(ValueError, match="expected indices from 0 to 1, got int64, 0 to 2"):
        draw_confusion([0, 1], [0, 2], ["a", "b"])
    with pytest.raises(ValueError, match="expected indices from 0 to 1, got float64"):
        draw_confusion([0.0, 1.0], [0, 1], ["a", "b"])
    with pytest.raises(ValueError, match=r"got shapes \(2,\) and \(1,\) and 2 class names"):
        draw_confusion([0, 1], [0], ["a", "b"])
    with pytest.raises(
        ValueError, match=r"for 2 weights and 1 classes, .* got an array of shape \(1, 2\)"
    ):
        draw_class_heatmap([1.0, 2.0], [[0.5, 0.5]], ["a"])
