"""How many connections candidates keep in each generation."""

import pytest

from wann.errors import UserError
from wann.evolution.strategy.sizes import phases_of


def test_what_is_kept_falls_by_a_cubic_and_then_stays() -> None:
    first, further = phases_of([100, 50], 1000, 80)
    kept = [first.keep(generation) for generation in range(80)]
    assert kept[0] == 500
    assert kept[20] == 100 + 400 // 8  # half way
    assert kept == sorted(kept, reverse=True)
    assert set(kept[40:]) == {100}
    assert (further.first, further.end) == (80, 100)
    assert (further.keep(80), further.keep(99)) == (100, 50)


def test_a_size_that_the_parent_does_not_have_is_refused() -> None:
    with pytest.raises(UserError, match="the parent has 40 places for connections"):
        phases_of([41], 40, 10)
