import numpy as np
import pytest
from render_toys import grown, large, wired

from wann.drawing.drawing import draw_network
from wann.drawing.shown import MOST_LINES, bundle_inputs, what_is_shown
from wann.network.network import Network

GRID = [f"{row},{column}" for row in range(16) for column in range(16)]


def test_a_small_network_is_shown_whole() -> None:
    network = grown(1, 100)
    shown = what_is_shown(network, None, None)
    assert shown.network == network
    assert (shown.counts == 1).all()
    assert (shown.line == np.arange(network.connections)).all()
    assert (shown.uses, shown.note) == (None, None)


@pytest.mark.parametrize("network", [large(), grown(2, 80, 30, 4), wired(3, 4, 2, 12)])
def test_a_bundle_stands_for_all_connections_from_inputs_to_a_node(network: Network) -> None:
    bundled, line = bundle_inputs(network)
    assert bundled.inputs == 1
    assert len(line) == network.connections
    for each in range(network.connections):
        source, target = network.source[each], network.target[each]
        moved = target - (network.inputs - 1)
        assert bundled.target[line[each]] == moved
        if source == 0 or source > network.inputs:
            assert bundled.source[line[each]] == max(source - (network.inputs - 1), 0)
        else:
            assert bundled.source[line[each]] == 1
    pairs = set(zip(bundled.source.tolist(), bundled.target.tolist(), strict=True))
    assert len(pairs) == bundled.connections
    assert (np.diff(bundled.target) >= 0).all()


def test_pixels_are_an_image_and_other_inputs_a_column() -> None:
    network = large()
    counts = np.bincount(network.source, minlength=257)[1:257]
    shown = what_is_shown(network, None, GRID)
    assert shown.uses is not None
    np.testing.assert_array_equal(shown.uses, counts.reshape(16, 16))
    for names in (None, [f"x{i}" for i in range(256)], [*GRID[:-1], "0,0"], GRID[::-1]):
        other = what_is_shown(network, None, names)
        assert other.uses is not None
        assert other.uses.shape == (256, 1)
    assert shown.counts.sum() == network.connections


def test_the_weight_of_a_bundle_is_the_sum_of_its_weights() -> None:
    network = large()
    weights = np.random.default_rng(0).normal(size=network.connections)
    shown = what_is_shown(network, weights, None)
    assert shown.weights is not None
    assert shown.weights.sum() == pytest.approx(weights.sum())
    first = np.flatnonzero(shown.line == 0)
    assert shown.weights[0] == pytest.approx(weights[first].sum())


def test_of_20000_connections_the_largest_are_drawn_and_this_is_said() -> None:
    network = wired(40, 400, 5, 20_000)
    weights = np.random.default_rng(0).normal(size=network.connections)
    shown = what_is_shown(network, weights, None)
    assert shown.network.connections == MOST_LINES
    drawn = shown.line >= 0
    assert np.abs(weights[drawn]).min() >= np.abs(weights[~drawn]).max()
    np.testing.assert_array_equal(shown.network.source, network.source[drawn])
    np.testing.assert_array_equal(shown.network.target, network.target[drawn])
    assert not shown.constant[np.diff(network.edge_start) > 0].any()
    note = "drawn are 2,000 of 20,000 connections, "
    assert shown.note == note + "those of the largest weights"
    figure = draw_network(network, title="all", weights=weights)
    assert f"all; {shown.note}" in [text.get_text() for text in figure.axes[0].texts]
    plain = what_is_shown(network, None, None)
    assert plain.note == note + "one of each so many"
    gaps = np.diff(np.flatnonzero(plain.line >= 0))
    assert gaps.max() <= 12  # evenly
