import numpy as np
import pytest
from matplotlib.figure import Figure
from render_toys import large, wired

from wann.drawing.input_use import draw_input_use, paths_to_outputs, receptive_field
from wann.network.network import Network


def count_paths(network: Network, row: int, output: int) -> int:
    """How many paths lead from a row to an output, one by one."""
    if row == len(network.activation) + network.inputs + 1 - network.outputs + output:
        return 1
    onward = network.target[network.source == row]
    return sum(count_paths(network, int(target), output) for target in onward)


def test_paths_are_counted() -> None:
    network = wired(4, 6, 2, 20)
    found = paths_to_outputs(network)
    for row in range(1 + network.inputs):
        for output in range(network.outputs):
            assert found[row, output] == count_paths(network, row, output)


def test_a_field_is_what_is_connected_with_the_node() -> None:
    network = large()
    node = int(network.target[network.source == 7][0]) - 257
    field = receptive_field(network, node)
    assert field.shape == (256,)
    assert field[6] == 1.0
    at_node = network.target == node + 257
    assert field.sum() == np.count_nonzero(at_node & (network.source > 0) & (network.source < 257))


def test_each_class_has_an_image_and_the_rest_is_said() -> None:
    def titles(figure: Figure) -> list[str]:
        return [axes.get_title() for axes in figure.axes if axes.get_title()]

    names = [f"${i}" for i in range(10)]
    found = titles(draw_input_use(large(), (16, 16), names))
    assert found[:2] == [r"to \$0", r"to \$1"]
    assert len(found) == 20
    many = draw_input_use(wired(16, 5, 30, 60), (4, 4), [str(i) for i in range(30)], title="t")
    assert "the first 20 of 30" in many.get_supxlabel()
    with pytest.raises(ValueError, match="256 pixels"):
        draw_input_use(large(), (8, 8), names)


def test_one_pixel_with_a_single_path_does_not_darken_all_others() -> None:
    edges = [(1, 66), *((row, 66 + output) for row in range(2, 65) for output in range(10))]
    target = sorted(edges, key=lambda edge: edge[1])
    start = np.searchsorted([to for _, to in target], np.arange(65, 77))
    source = np.array([row for row, _ in target])
    network = Network(64, 10, np.ones(10, dtype=np.int64), start[1:], source)
    figure = draw_input_use(network, (8, 8), [str(i) for i in range(10)])
    assert "from 0 to 10 % or more" in figure.get_supxlabel()
    assert figure.axes[0].images[0].get_clim() == (0.0, pytest.approx(0.1))


def test_the_caption_speaks_of_nodes_where_there_are_some() -> None:
    said = "below, the pixels that single nodes see."
    assert said in draw_input_use(wired(4, 5, 2, 20), (2, 2), ["a", "b"]).get_supxlabel()
    caption = draw_input_use(wired(4, 0, 2, 6), (2, 2), ["a", "b"]).get_supxlabel()
    assert "below" not in caption
    assert caption.endswith("%.")
