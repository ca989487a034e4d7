"""Quantiles and p-values of Student's t against published tables."""

import pytest

from wann.statistics import t_p_value, t_quantile

# Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom, as published in the
# NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
PUBLISHED = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)


def test_quantiles_are_those_that_were_published() -> None:
    assert [round(t_quantile(0.95, freedom), 3) for freedom in range(1, 31)] == list(PUBLISHED)
    assert t_quantile(0.95, 10**5) == pytest.approx(1.95996, abs=5e-5)  # of the normal distribution


@pytest.mark.parametrize(
    ("level", "freedom", "expected"),
    [
        (0.95, 1, 12.7062),
        (0.95, 2, 4.30265),
        (0.95, 3, 3.18245),
        (0.95, 4, 2.77645),
        (0.95, 9, 2.26216),
        (0.95, 19, 2.09302),
        (0.99, 4, 4.60409),
        (0.5, 7, 0.711142),
        (0.95, 1000, 1.96234),
    ],
)
def test_quantiles_are_those_of_the_tables(level: float, freedom: int, expected: float) -> None:
    assert t_quantile(level, freedom) == pytest.approx(expected, rel=2e-6)


@pytest.mark.parametrize("freedom", [1, 2, 3, 10, 99])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_a_p_value_is_what_its_quantile_leaves(level: float, freedom: int) -> None:
    t = t_quantile(level, freedom)
    assert t_p_value(-0.1 * t, 0.1, freedom) == pytest.approx(1.0 - level, abs=1e-9)


def test_without_scatter_nothing_is_left_to_chance() -> None:
    assert (t_p_value(0.1, 0.0, 2), t_p_value(0.0, 0.0, 2)) == (0.0, 1.0)
