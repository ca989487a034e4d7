import pytest

from wann.errors import UserError
from wann.pruning.shared.schedule import MaskSchedule, phases_of


def test_what_is_kept_falls_by_a_cubic_and_then_stays() -> None:
    (phase,) = phases_of([100], 1000, MaskSchedule(steps=80))
    kept = [phase.keep(step) for step in range(80)]
    assert kept[0] == 500
    assert kept[20] == 100 + 400 // 8  # half way
    assert kept == sorted(kept, reverse=True)
    assert set(kept[40:]) == {100}
    assert kept[39] >= 100


def test_rates_fall_by_a_cosine_in_each_phase() -> None:
    phases = phases_of([100, 50, 20], 1000, MaskSchedule(steps=80, learning_rate=0.1))
    assert [(phase.first, phase.end) for phase in phases] == [(0, 80), (80, 100), (100, 120)]
    assert phases[0].rate_in(0) == 0.1
    assert phases[0].rate_in(40) == pytest.approx(0.05)
    assert phases[1].rate_in(80) == 0.1
    assert phases[1].rate_in(99) < 0.001
    # Each begins with what the one before it came to.
    assert [phase.keep(phase.first) for phase in phases] == [500, 100, 50]
    assert [phase.keep(phase.end - 1) for phase in phases] == [100, 50, 20]


def test_a_size_beyond_the_share_of_the_start_is_kept_from_the_start() -> None:
    (phase,) = phases_of([900], 1000, MaskSchedule(steps=10))
    assert {phase.keep(step) for step in range(10)} == {900}


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_few_steps_come_to_the_size_as_well(steps: int) -> None:
    phases = phases_of([10, 5], 40, MaskSchedule(steps=steps))
    assert [phase.steps for phase in phases] == [steps, 1]
    assert phases[-1].end == steps + 1


@pytest.mark.parametrize(
    ("sizes", "problem"),
    [
        ([], "expected different sizes from 1 on, the largest first, got []"),
        ([5, 9], "the largest first, got [5, 9]"),
        ([9, 9], "got [9, 9]"),
        ([9, 0], "got [9, 0]"),
        ([101], "100 places for connections: expected no more than that, got 101; give it more"),
    ],
)
def test_sizes_that_cannot_be_come_to(sizes: list[int], problem: str) -> None:
    with pytest.raises(UserError) as raised:
        phases_of(sizes, 100, MaskSchedule())
    assert problem in str(raised.value)
