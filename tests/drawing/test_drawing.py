from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from render_toys import NETWORKS, grown, large, pair, pixels

from wann.activations import Activation
from wann.drawing.drawing import draw_network
from wann.drawing.figures import save_figure
from wann.drawing.frame import make_frame, node_sizes
from wann.drawing.labels import Label, place_labels
from wann.drawing.layout import lay_out
from wann.drawing.palette import Look, look_of
from wann.network.network import Network

LOOKS: dict[int, Look] = {activation: look_of(activation) for activation in Activation}


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def legend(figure: Figure) -> list[str]:
    found = figure.axes[0].get_legend()
    assert found is not None
    return [text.get_text() for text in found.get_texts()]


def boxes(figure: Figure, found: list[Text]) -> np.ndarray:
    figure.canvas.draw()
    return np.array([text.get_window_extent().extents for text in found])


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_is_drawn_within_its_figure(name: str, tmp_path: Path) -> None:
    figure = draw_network(
        NETWORKS[name](), title="a title that is longer than the drawing of a small network is wide"
    )
    figure.savefig(tmp_path / "network.png", dpi=40)
    edges = pixels(tmp_path / "network.png")
    for edge in (edges[0], edges[-1], edges[:, 0], edges[:, -1]):
        assert (edge == 255).all()


def test_names_stand_at_the_inputs_and_outputs() -> None:
    figure = draw_network(pair(), input_names=list("abcdef"), output_names=["$5"], title="two")
    assert {"bias", *"abcdef", "$5", "two", "sin"} == set(texts(figure))
    assert {"input 1", "output"} < set(texts(draw_network(pair())))


def test_a_large_network_has_the_names_of_its_outputs_and_the_number_of_its_inputs() -> None:
    figure = draw_network(large(), output_names=[f"class {i}" for i in range(10)])
    found = [text for text in figure.axes[0].texts if text.get_text().startswith("class ")]
    assert len(found) == 10
    used = np.count_nonzero(np.unique(large().source[large().source <= 256]))
    most = np.bincount(large().source)[1:257].max()
    assert f"{used} of 256 inputs\nshades: 0 to {most} connections" in texts(figure)
    covered = boxes(figure, sorted(found, key=lambda text: text.get_position()[1]))
    assert (covered[:-1, 1] >= covered[1:, 3]).all()  # none covers another


def test_names_must_fit_the_network() -> None:
    with pytest.raises(ValueError, match="6 inputs, got 1"):
        draw_network(pair(), input_names=["x"])
    with pytest.raises(ValueError, match=r"\(2,\), got \(3,\)"):
        draw_network(pair(), weights=np.ones(3))


def test_legend_has_what_occurs() -> None:
    network = grown(1, 200)
    assert legend(draw_network(network)) == [
        Activation(a).label for a in np.unique(network.activation)
    ]


def test_weights_set_widths_and_colours() -> None:
    figure = draw_network(pair(), weights=np.array([-1.0, 3.0]))
    curves = figure.axes[0].collections[0]
    thin, thick = np.asarray(curves.get_linewidths())
    red, blue = np.asarray(curves.get_edgecolors())
    assert thick > 2 * thin
    assert red[0] > red[2]
    assert blue[2] > blue[0]
    assert legend(figure)[-2:] == ["weight > 0", "weight < 0"]
    draw_network(pair(), weights=np.zeros(2))


def test_a_node_without_inputs_is_a_square_that_says_what_it_gives() -> None:
    network = Network(
        1,
        1,
        np.array([Activation.COSINE, Activation.SIN, Activation.LINEAR]),
        np.array([0, 0, 1, 3]),
        np.array([2, 1, 3]),
    )
    figure = draw_network(network)
    assert {"cos = 1", "sin"} <= set(texts(figure))
    assert legend(figure)[-1] == "constant"
    assert "constant" not in legend(draw_network(pair()))
    squares = figure.axes[0].collections[-1]
    assert len(squares.get_offsets()) == 1


def test_heads_lead_to_the_target_of_each_connection() -> None:
    figure = draw_network(grown(1, 60))
    lines, heads = figure.axes[0].collections[:2]
    assert len(heads.get_paths()) == grown(1, 60).connections
    for line, head in zip(lines.get_paths(), heads.get_paths(), strict=True):
        tip, *back = head.vertices[:3]
        end = line.vertices[-1]
        apart = [np.hypot(*(corner - end)) for corner in (tip, *back)]
        assert apart[0] < min(apart[1:])  # the tip is nearest to the node
        assert all(corner[0] < end[0] for corner in (tip, *back))  # and comes from the left
    assert "direction" in legend(draw_network(large()))


def test_labels_overlap_no_others() -> None:
    figure = draw_network(grown(5, 120), title="title")
    found = boxes(figure, list(figure.axes[0].texts))
    assert len(found) > 20
    for i, a in enumerate(found):
        shrunk = a + np.array([1.5, 1.5, -1.5, -1.5])  # of boxes of turned text, corners are empty
        others = np.delete(found, i, axis=0)
        meets = (others[:, 0] < shrunk[2]) & (others[:, 2] > shrunk[0])
        assert not (meets & (others[:, 1] < shrunk[3]) & (others[:, 3] > shrunk[1])).any()


def test_large_networks_have_no_labels() -> None:
    assert not {"input 1", *(look.name for look in LOOKS.values())} & set(
        texts(draw_network(large()))
    )


def test_nodes_of_a_column_do_not_touch() -> None:
    for network in (grown(1, 200), large()):
        layout = lay_out(network)
        frame = make_frame(layout, ["bias"], ["output"] * network.outputs, None, 3)
        column, y = layout.column[layout.drawn], frame.y[layout.drawn] * 72
        size = node_sizes(frame)
        assert (size > 0).all()
        for each in range(layout.columns):
            order = np.flatnonzero(column == each)[np.argsort(y[column == each])]
            gap = np.diff(y[order]) - 0.5 * (size[order][1:] + size[order][:-1])
            assert (gap > 0).all()


def test_a_label_without_a_place_is_left_out() -> None:
    free = np.array([[0.0, 0.0, 0.1, 0.1]])
    at = np.array([0.05]), np.array([0.05])
    assert [label.text for label in place_labels(["abs"], *at, 9.0, 4.0, 0.05, free)] == ["abs"]
    walled = np.concatenate([free, [[-9.0, -9.0, 9.0, 9.0]]])
    assert place_labels(["abs"], *at, 9.0, 4.0, 0.05, walled) == []
    assert place_labels(["abs"], *at, 9.0, 10.0, 0.05, free) == []


def test_boxes_of_labels() -> None:
    left, top, right, bottom = Label("abs", 1.0, 2.0, 9.0).box
    assert left == 1.0
    assert right > 1.2
    assert top + bottom == pytest.approx(4.0)
    turned = Label("abs", 1.0, 2.0, 9.0, rotation=-90.0).box
    assert turned[3] - turned[1] == pytest.approx(right - left)
    assert turned[3] > 2.0 + 0.9 * (right - left)
    assert Label("abs", 1.0, 2.0, 9.0, "right").box[2] == pytest.approx(1.0)


def test_every_activation_has_its_own_look() -> None:
    assert set(LOOKS) == set(Activation)
    assert (
        len({look.fill for look in LOOKS.values()})
        == len({look.name for look in LOOKS.values()})
        == len(LOOKS)
    )


def test_files_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in save_figure(draw_network(pair()), tmp_path / "a.b")]
    assert first == [
        path.read_bytes() for path in save_figure(draw_network(pair()), tmp_path / "a.b")
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.b.png", "a.b.svg"]
    assert first[0].startswith(b"\x89PNG")
    assert b"<svg" in first[1]
    assert b"date" not in first[1].lower()


def test_a_notebook_shows_a_drawing() -> None:
    svg = draw_network(pair())._repr_svg_()
    assert svg.startswith("<?xml")
    assert "</svg>" in svg
