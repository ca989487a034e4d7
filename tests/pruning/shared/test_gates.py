import pytest
import torch
from genome_toys import PROPERTY
from hypothesis import given
from hypothesis import strategies as st
from pruning_toys import generator

from wann.pruning.shared.gates import GATES, keep_best, keep_drawn


@PROPERTY
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 9), st.data())
def test_exactly_so_many_are_kept_of_equal_ones_the_first(
    seed: int, size: int, levels: int, data: st.DataObject
) -> None:
    chance = generator(seed)
    flat = torch.randint(levels, (size,), generator=chance).float()
    cut = data.draw(st.integers(0, size))
    keep = data.draw(st.integers(1, size))
    worth = [flat[:cut][None], flat[cut:][:, None]]
    best = keep_best(worth, keep)
    assert [part.shape for part in best] == [part.shape for part in worth]
    found = torch.cat([part.flatten() for part in best]).nonzero()[:, 0].tolist()
    # The slow obvious twin: sort by worth, then by place.
    order = sorted(range(size), key=lambda place: (-float(flat[place]), place))
    assert found == sorted(order[:keep])
    drawn = keep_drawn(worth, keep, chance)
    assert sum(int(part.sum()) for part in drawn) == keep


@pytest.mark.parametrize("name", GATES)
def test_more_than_there_are_keeps_all(name: str) -> None:
    kept = GATES[name]([torch.zeros(2, 3), torch.ones(1)], 99, generator())
    assert all(part.all() for part in kept)


def test_the_better_is_drawn_more_often_and_the_worse_sometimes() -> None:
    worth = [torch.tensor([0.0, 0.5, 1.0, 1.5])]
    chance = generator()
    counts = sum(keep_drawn(worth, 2, chance)[0].int() for _ in range(400))
    assert isinstance(counts, torch.Tensor)
    assert counts.tolist() == sorted(counts.tolist())
    assert 0 < counts[0] < counts[3] < 400
    again = keep_drawn(worth, 2, generator(5))[0], keep_drawn(worth, 2, generator(5))[0]
    assert torch.equal(*again)
