from pathlib import Path

import numpy as np
import pytest

from wann.drawing.figures import save_figure
from wann.drawing.pruning import (
    draw_kept_inputs,
    draw_loss_increase,
    draw_overlap,
)


def test_kept_inputs_say_how_many_units_have_none(tmp_path: Path) -> None:
    figure = draw_kept_inputs(
        {"fc1": [0, 3, 3, 0], "fc2": [100] * 7}, {"fc1": 5, "fc2": 784}, title="t"
    )
    assert "units without any: 2" in figure.axes[0].get_xlabel()
    assert "weights kept of 784" in figure.axes[1].get_xlabel()
    assert not figure.legends
    marked = draw_kept_inputs({"fc1": [0, 3, 3, 0]}, {"fc1": 50}, asked=0.1)
    asked = marked.axes[0].get_lines()[-1]
    assert (asked.get_label(), np.asarray(asked.get_xdata())[0]) == ("10 % of each unit", 5.0)
    heights = [patch.get_height() for patch in figure.axes[0].patches]
    assert heights == [2, 0, 0, 2]
    save_figure(figure, tmp_path / "kept")


@pytest.mark.parametrize(("true", "scale"), [([0.1, 2.0], "log"), ([-0.1, 2.0], "linear")])
def test_loss_increases(true: list[float], scale: str, tmp_path: Path) -> None:
    figure = draw_loss_increase({"obd": ([0.1, 1.0], true)}, title="t")
    assert figure.axes[0].get_xscale() == scale
    save_figure(figure, tmp_path / "loss")


def test_overlaps_are_written_with_what_chance_gives(tmp_path: Path) -> None:
    figure = draw_overlap([[1, 0.25], [0.25, 1]], ["$a_", "b"], expected=[[1, 0.07], [0.07, 1]])
    assert [text.get_text() for text in figure.axes[0].texts] == [
        "1.00",
        "0.25",
        "0.07",
        "0.25",
        "0.07",
        "1.00",
    ]
    save_figure(figure, tmp_path / "overlap")
    save_figure(
        draw_overlap(np.full((40, 40), np.nan), [str(i) for i in range(40)]), tmp_path / "many"
    )


def test_an_overlap_of_wrong_shape() -> None:
    with pytest.raises(ValueError, match=r"\(2, 2\) of 2 masks, got \(1, 2\)"):
        draw_overlap([[1, 0]], ["a", "b"])
