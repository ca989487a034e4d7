"""What grows along paths, against a slow twin that walks them."""

import itertools

import pytest
import torch
from pruning_toys import generator

from wann.pruning.methods import rigl
from wann.pruning.methods.cht import ch2_l3n
from wann.pruning.uses.layers import layouts


def slow(links: list[list[bool]], u: int, v: int) -> float:
    """Sum over the nodes within all paths u - z1 - z2 - v, counted link by link."""
    outputs, inputs = range(len(links)), range(len(links[0]))
    paths = [
        (z1, z2)
        for z1 in inputs
        for z2 in outputs
        if links[u][z1] and links[z2][z1] and links[z2][v] and z1 != v and z2 != u
    ]
    total = 0.0
    for z1 in {path[0] for path in paths}:
        others = [z2 for z2 in outputs if links[z2][z1] and z2 != u]
        inside = sum((z1, z2) in paths for z2 in others)
        total += (1 + inside) / (1 + len(others) - inside)
    for z2 in {path[1] for path in paths}:
        others = [z1 for z1 in inputs if links[z2][z1] and z1 != v]
        inside = sum((z1, z2) in paths for z1 in others)
        total += (1 + inside) / (1 + len(others) - inside)
    return total


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("density", [0.2, 0.5])
def test_scores_are_those_of_the_paths(seed: int, density: float) -> None:
    mask = torch.rand((5, 7), generator=generator(seed)) < density
    found = ch2_l3n(mask)
    for u in range(5):
        for v in range(7):
            if not mask[u, v]:
                assert found[u, v].item() == pytest.approx(slow(mask.tolist(), u, v))


@pytest.mark.parametrize("kind", [torch.nn.Conv1d, torch.nn.ConvTranspose1d])
def test_no_path_leads_from_one_group_of_a_convolution_to_another(kind: type) -> None:
    layer = kind(6, 8, 1, groups=2)
    mask = torch.rand(layer.weight.shape, generator=generator(2)) < 0.5
    worth = rigl.by_paths(generator(), layouts(torch.nn.Sequential(layer)))
    found = worth("0.weight", mask, mask.flatten()).view(mask.shape)
    turned = kind is torch.nn.ConvTranspose1d
    for part, links in zip(found.chunk(2), mask.chunk(2), strict=True):
        values, table = part.squeeze(2), links.squeeze(2)
        values, table = (values.T, table.T) if turned else (values, table)
        free = [(u, v) for u in range(4) for v in range(3) if not table[u, v]]
        expected = [slow(table.tolist(), *place) for place in free]
        for one, other in itertools.pairwise(sorted(zip(expected, free, strict=True))):
            # Ranks, between which chance decides where the worth is equal
            assert one[0] == pytest.approx(other[0]) or values[one[1]] < values[other[1]]


def test_what_closes_more_paths_grows_and_equals_grow_by_chance() -> None:
    mask = torch.tensor([[1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 0, 0]], dtype=torch.bool)
    worth = rigl.by_paths(generator())("w", mask, mask.flatten()).view(3, 4)
    assert worth[~mask].argmax() == 0  # the first that is not there: from 0 to 2
    orders = {
        tuple(rigl.by_paths(generator(k))("w", mask, mask.flatten())[8:].argsort().tolist())
        for k in range(8)
    }
    assert len(orders) > 1  # to the last output no path leads: all of its weights are equal
