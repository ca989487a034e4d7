import time
from itertools import pairwise

import naive
import numpy as np
import pytest
from genome_toys import PROPERTY, genomes
from hypothesis import given
from render_toys import NETWORKS, grown, large, nothing, pair

from wann.drawing.crossings import Pairs, find_pairs, find_steps, sift
from wann.drawing.layout import DRAWN_UNUSED_INPUTS, Layout, columns_by_depth, lay_out
from wann.network.compile import compile_genome
from wann.network.genome import Genome, node_of
from wann.network.network import Network

CLOSE = 1e-6


def occupants(network: Network, layout: Layout, column: int) -> list[tuple[float, float]]:
    """Level and room of what lies in a column, from top to bottom.

    Stretches have no room of their own here.
    """
    nodes = np.flatnonzero(layout.column == column)
    ends = layout.column[node_of(network.source)], layout.column[network.target]
    passing = (network.source >= 0) & (ends[0] < column) & (ends[1] > column)
    found = [(float(layout.level[row]), float(layout.room[row])) for row in nodes]
    return sorted(found + [(float(level), 0.0) for level in layout.stretch[passing]])


def check(network: Network, layout: Layout) -> None:
    forward = network.source >= 0
    source, target = node_of(network.source), network.target
    assert (layout.column[source] < layout.column[target])[forward].all()
    assert (layout.column[-network.outputs :] == layout.columns - 1).all()
    assert (layout.column[: 1 + network.inputs] <= 0).all()
    np.testing.assert_array_equal(np.isnan(layout.level), layout.column < 0)
    np.testing.assert_array_equal(
        np.isnan(layout.stretch),
        ~forward | (layout.column[target] - layout.column[source] == 1),
    )
    for column in range(layout.columns):
        for (above, a), (below, b) in pairwise(occupants(network, layout, column)):
            assert below - above >= 0.5 * (a + b) - CLOSE
            assert below > above
    assert np.nanmin(np.concatenate([layout.level, layout.stretch])) == 0.0


@pytest.mark.parametrize("name", NETWORKS)
def test_left_to_right_without_overlaps(name: str) -> None:
    network = NETWORKS[name]()
    check(network, lay_out(network))


@PROPERTY
@given(genomes(recurrent=None))
def test_left_to_right_without_overlaps_whatever_was_grown(genome: Genome) -> None:
    network = compile_genome(genome)
    check(network, lay_out(network))


def test_columns_are_longest_paths() -> None:
    network = grown(1, 100)
    column = columns_by_depth(network)
    for row in range(1 + network.inputs, len(column) - network.outputs):
        sources = network.source[network.target == row]
        assert column[row] == 1 + max(column[sources], default=0)


def test_same_network_same_layout() -> None:
    for field, again in zip(lay_out(grown(3)), lay_out(grown(3)), strict=True):
        np.testing.assert_array_equal(field, again)


def test_few_unused_inputs_are_drawn_below_and_many_left_out() -> None:
    layout = lay_out(pair())
    used = layout.level[:7][~layout.unused[:7]]
    assert layout.unused[:7].sum() == 6
    assert layout.level[:7][layout.unused[:7]].min() > used.max()
    layout = lay_out(nothing(DRAWN_UNUSED_INPUTS + 1))
    assert layout.drawn.tolist() == [DRAWN_UNUSED_INPUTS + 2]


def test_large_networks_take_no_time() -> None:
    network = large()
    seconds = []
    for _ in range(3):
        start = time.process_time()
        lay_out(network)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.5


# Two columns: bars 0, 1, 2 joined to 3, 4, 5 upside down, so that every pair of segments crosses.
FIRST = np.array([0, 0, 0, 1, 1, 1])
LEFT, RIGHT = np.array([0, 1, 2]), np.array([5, 4, 3])
LEVELS = np.array([0.0, 1.0, 2.0, 0.0, 1.0, 2.0])


def reversed_pairs() -> Pairs:
    pairs = find_pairs(FIRST, FIRST, LEFT, RIGHT)
    assert pairs is not None
    return pairs


def test_crossings_are_counted() -> None:
    assert naive.count_crossings(reversed_pairs(), LEVELS) == 3
    assert naive.count_crossings(reversed_pairs(), LEVELS[[0, 1, 2, 5, 4, 3]]) == 0


def test_sifting_removes_them() -> None:
    pairs = reversed_pairs()
    levels = LEVELS
    for _ in range(3):
        levels = sift(FIRST, FIRST, LEFT, RIGHT, find_steps(pairs, 6), levels)
    assert naive.count_crossings(pairs, levels) == 0


def test_too_many_pairs_are_not_sifted() -> None:
    ones = np.zeros(1000, dtype=np.int64)
    left = np.arange(1000)
    assert find_pairs(np.append(ones, 1), np.append(ones, 1), left, np.full(1000, 1000)) is None


def test_steps_tell_the_crossings_of_every_place() -> None:
    # Bar 6 runs level through columns 0 to 1, past all segments.
    first, last = np.append(FIRST, 0), np.append(FIRST, 1)
    pairs = find_pairs(first, last, LEFT, RIGHT)
    assert pairs is not None
    steps = find_steps(pairs, 7)
    places = np.array([-1.0, 0.5, 1.5, 3.0])
    counted = [naive.count_crossings(pairs, np.append(LEVELS, place)) for place in places]
    own = slice(steps.start[6], steps.start[7])
    levels = np.append(LEVELS, 0.0)
    change = np.sign(levels[steps.lower[own]] - levels[steps.upper[own]])
    told = [int(change[levels[steps.at[own]] < place].sum()) for place in places]
    assert told == [count - counted[0] for count in counted]
    assert counted == [3, 5, 5, 3]
