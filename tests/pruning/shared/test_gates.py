import pytest
import torch
from genome_toys import PROPERTY
from hypothesis import given
from hypothesis import strategies as st
from pruning_toys import generator

from wann.pruning.shared.gates import GATES, keep_best, keep_drawn, parts_of


@PROPERTY
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 9), st.data())
def test_exactly_so_many_are_kept_of_equal_ones_the_first(
    seed: int, size: int, levels: int, data: st.DataObject
) -> None:
    chance = generator(seed)
    worth = [torch.randint(levels, (wide, 2), generator=chance).float() for wide in (size, 3)]
    keep = data.draw(st.integers(2, 2 * size + 6))
    shares = (0.75, 0.25)
    best = keep_best(worth, keep, shares)
    assert [part.shape for part in best] == [part.shape for part in worth]
    for part, kept, count in zip(worth, best, parts_of(keep, shares, [2 * size, 6]), strict=True):
        flat = part.flatten().tolist()
        # The slow obvious twin: sort by worth, then by place.
        order = sorted(range(len(flat)), key=lambda place: (-flat[place], place))
        assert kept.flatten().nonzero()[:, 0].tolist() == sorted(order[:count])
    drawn = keep_drawn(worth, keep, shares, chance)
    assert sum(int(part.sum()) for part in drawn) == keep


@PROPERTY
@given(st.lists(st.integers(1, 30), min_size=1, max_size=4), st.integers(0, 130), st.data())
def test_parts_add_up_and_fit(sizes: list[int], keep: int, data: st.DataObject) -> None:
    shares = [data.draw(st.floats(0.01, 1.0)) for _ in sizes]
    shares = [share / sum(shares) for share in shares]
    parts = parts_of(keep, shares, sizes)
    assert all(1 <= part <= size for part, size in zip(parts, sizes, strict=True))
    assert sum(parts) == max(len(sizes), min(keep, sum(sizes)))
    exact = [share * keep for share in shares]
    if all(1 <= part <= size - 1 for part, size in zip(exact, sizes, strict=True)):
        assert all(abs(part - it) <= len(sizes) for part, it in zip(parts, exact, strict=True))


@pytest.mark.parametrize("name", GATES)
def test_more_than_there_are_keeps_all(name: str) -> None:
    kept = GATES[name]([torch.zeros(2, 3), torch.ones(1)], 99, (0.5, 0.5), generator())
    assert all(part.all() for part in kept)


def test_the_better_is_drawn_more_often_and_the_worse_sometimes() -> None:
    worth = [torch.tensor([0.0, 0.5, 1.0, 1.5])]
    chance = generator()
    counts = sum(keep_drawn(worth, 2, (1.0,), chance)[0].int() for _ in range(400))
    assert isinstance(counts, torch.Tensor)
    assert counts.tolist() == sorted(counts.tolist())
    assert 0 < counts[0] < counts[3] < 400
    again = (
        keep_drawn(worth, 2, (1.0,), generator(5))[0],
        keep_drawn(worth, 2, (1.0,), generator(5))[0],
    )
    assert torch.equal(*again)
