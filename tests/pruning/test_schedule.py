import pytest
from genome_toys import PROPERTY
from hypothesis import given
from hypothesis import strategies as st

from wann.errors import UserError
from wann.pruning import schedule

LENET = {"fc1.weight": 235_200, "fc2.weight": 30_000, "fc3.weight": 1_000}
KEPT = {1: 213_060, 3: 136_511, 7: 56_094, 9: 35_981, 12: 18_506, 15: 9_537, 18: 4_928, 20: 3_179}
PER_CENT = {
    1: "80.04",
    3: "51.28",
    5: "32.87",
    7: "21.07",
    9: "13.52",
    10: "10.83",
    12: "6.95",
    15: "3.58",
    16: "2.87",
}


def test_lottery_rounds_of_lenet_are_those_of_the_paper() -> None:
    rounds = schedule.iterative(LENET, schedule.lottery_rates(LENET), 24)
    for number, kept in KEPT.items():
        assert sum(rounds[number - 1].values()) == kept
    for number, share in (PER_CENT | {18: "1.85", 20: "1.19", 24: "0.50"}).items():
        assert f"{100 * sum(rounds[number - 1].values()) / 266_200:.2f}" == share
    assert list(rounds[2].values()) == [120_422, 15_360, 729]


def test_rounds_to_a_density_are_counted() -> None:
    assert schedule.rounds_until(LENET, schedule.lottery_rates(LENET), 0.036) == 15
    assert schedule.rounds_until(LENET, schedule.lottery_rates(LENET), 213_060 / 266_200) == 1
    assert schedule.rounds_until(LENET, 0.2, 1.0) == 0
    with pytest.raises(UserError, match="remove nothing more at 2 weights: 1 are wanted"):
        schedule.rounds_until({"a": 2}, 0.2, 0.5)


def test_exponential_densities_end_exactly() -> None:
    assert schedule.exponential(0.01, 2) == [0.1, 0.01]
    assert schedule.one_shot(0.3) == [0.3]
    rounds = schedule.exponential(0.003, 100)
    assert len(rounds) == 100
    assert rounds[-1] == 0.003
    assert rounds[49] == pytest.approx(0.003**0.5)


def test_gradual_densities_follow_the_cubic() -> None:
    steps = schedule.cubic(0.1, 100, 500, 100)
    assert [step for step, _ in steps] == [200, 300, 400, 500]
    assert [density for _, density in steps] == pytest.approx(
        [1 - 0.9 * (1 - (1 - k / 4) ** 3) for k in (1, 2, 3, 4)]
    )
    assert steps[-1].density == 0.1
    assert [step for step, _ in schedule.cubic(0.1, 0, 250, 100)] == [100, 200, 250]


@PROPERTY
@given(st.floats(0.001, 1.0), st.integers(1, 40), st.integers(0, 50), st.integers(1, 60))
def test_densities_never_rise(density: float, rounds: int, begin: int, every: int) -> None:
    for found in (
        schedule.exponential(density, rounds),
        [step.density for step in schedule.cubic(density, begin, begin + 200, every)],
    ):
        assert found[-1] == density
        assert all(a >= b - 1e-12 for a, b in zip([1.0, *found], found, strict=False))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: schedule.exponential(0.0, 3), "(0, 1]"),
        (lambda: schedule.exponential(1.5, 3), "1.5"),
        (lambda: schedule.exponential(0.5, 0), "1 or more rounds, got 0"),
        (lambda: schedule.cubic(0.5, 10, 10), "begin < end"),
        (lambda: schedule.cubic(0.5, 0, 10, 0), "steps between rounds"),
        (lambda: schedule.iterative(LENET, 1.0, 2), "[0, 1)"),
        (lambda: schedule.iterative(LENET, {"fc1": 0.2}, 2), "'fc2.weight'"),
        (lambda: schedule.iterative({"a": 3}, 0.9, 2), "'a' none of its 3 weights"),
        (lambda: schedule.rounds_until(LENET, 0.2, 0.0), "(0, 1]"),
    ],
)
def test_bad_numbers_are_refused(call, words: str) -> None:
    with pytest.raises(UserError) as error:
        call()
    assert words in str(error.value)
