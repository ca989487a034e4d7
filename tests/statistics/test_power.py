"""How many units resolve a difference, against the noncentral t-distribution of SciPy."""

import pytest

from wann.errors import UserError
from wann.statistics import power_of, resolvable, units_needed


def exact(units: int, sd: float, difference: float, verdicts: int) -> float:
    scipy = pytest.importorskip("scipy.stats")
    needed = scipy.t.ppf(1.0 - 0.025 / verdicts, units - 1)
    shift = difference * units**0.5 / sd
    between = scipy.nct.cdf([-needed, needed], units - 1, shift)
    return float(1.0 - between[1] + between[0])


@pytest.mark.parametrize("units", [3, 5, 20])
@pytest.mark.parametrize("verdicts", [1, 70])
def test_power_is_that_of_the_noncentral_t(units: int, verdicts: int) -> None:
    for difference in (0.5, 1.0):
        found = power_of(units, 2.0, 2.0 * difference, verdicts)
        assert found == pytest.approx(exact(units, 2.0, 2.0 * difference, verdicts), abs=2e-4)


@pytest.mark.parametrize("verdicts", [1, 40])
def test_as_many_units_as_are_needed_and_none_more(verdicts: int) -> None:
    found = units_needed(0.02, -0.01, verdicts)
    assert found is not None
    assert power_of(found, 0.02, 0.01, verdicts) >= 0.8 > power_of(found - 1, 0.02, 0.01, verdicts)
    least = resolvable(found, 0.02, verdicts)
    assert least is not None
    assert 0.0095 < least <= 0.01


def test_what_cannot_be_resolved() -> None:
    assert units_needed(1.0, 1e-5) is None
    assert resolvable(2, 1.0) is None
    assert power_of(2, 1.0, 100.0) == 0.0


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"sd": 0.0}, "sd"),
        ({"sd": float("nan")}, "sd"),
        ({"difference": 0.0}, "difference"),
        ({"verdicts": 0}, "verdicts"),
        ({"power": 1.0}, "power"),
    ],
)
def test_what_says_nothing_is_refused(given: dict[str, float], named: str) -> None:
    with pytest.raises(UserError, match=f"^{named}: expected"):
        units_needed(**({"sd": 1.0, "difference": 1.0} | given))  # type: ignore[arg-type]


@pytest.mark.parametrize("power", [0.0, 1.0, 80.0])
def test_a_power_is_between_0_and_1(power: float) -> None:
    for units in (2, 5):
        with pytest.raises(UserError, match=r"^power: expected"):
            resolvable(units, 0.02, power=power)
