"""Many verdicts at once: Holm's correction, and what sign flips could resolve."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wann.statistics import (
    BETTER,
    NOT_RESOLVED,
    asks,
    compare,
    corrected,
    fewest_without_normality,
    holm,
    smallest_sign_flip_p,
)


def test_p_values_are_those_of_the_procedure_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []


@settings(max_examples=50)
@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_makes_no_p_value_smaller_and_keeps_their_order(values: list[float]) -> None:
    found = holm(values)
    assert all(after >= before for after, before in zip(found, values, strict=True))
    assert [found[k] for k in np.argsort(values)] == sorted(found)


def test_a_verdict_that_holds_alone_may_not_hold_among_many() -> None:
    clear = compare(dict(enumerate([0.90, 0.91, 0.92])), dict(enumerate([0.5, 0.511, 0.521])))
    weak = compare(dict(enumerate([0.9, 0.8, 0.7])), dict(enumerate([0.88, 0.77, 0.675])))
    nothing = compare({0: 1.0}, {0: 0.5})
    assert weak.verdict == BETTER
    found = corrected([clear, *[weak] * 5, nothing])
    assert [one.verdict for one in found] == [BETTER, *[NOT_RESOLVED] * 6]
    assert [one.alone for one in found] == [BETTER] * 6 + [None]
    assert found[-1].p_holm is None
    assert corrected([weak])[0].verdict == BETTER


@pytest.mark.parametrize("base", [0.5, 0.1, 1 / 3])
def test_a_difference_without_scatter_has_no_p_value_and_counts_as_before(base: float) -> None:
    """Rounding of the mean is no scatter."""
    alike = compare(dict.fromkeys(range(4), base + 0.3), dict.fromkeys(range(4), base))
    assert (alike.verdict, alike.p, alike.is_alike) == (BETTER, None, True)
    none = compare(dict.fromkeys(range(4), base), dict.fromkeys(range(4), base))
    assert (none.verdict, none.p, none.is_alike) == (NOT_RESOLVED, 1.0, False)
    weak = compare(dict(enumerate([0.9, 0.8, 0.7])), dict(enumerate([0.88, 0.77, 0.675])))
    found = corrected([alike, weak, none])
    assert [one.verdict for one in found] == [BETTER, BETTER, NOT_RESOLVED]
    assert [one.p_holm for one in found] == [None, 2 * weak.p, 1.0]
    settled = alike._replace(verdict="both at chance", alone="both at chance")
    assert [asks(one) for one in (alike, weak, none, settled)] == [True, True, True, False]
    two = compare({0: 1.0, 1: 1.0}, {0: 0.5, 1: 0.5})
    assert (two.verdict, two.p, two.is_alike, asks(two)) == (NOT_RESOLVED, None, False, False)


def test_sign_flips_need_units() -> None:
    assert smallest_sign_flip_p(3) == 0.25
    for verdicts in (1, 2, 20, 70):
        units = fewest_without_normality(verdicts)
        assert verdicts * smallest_sign_flip_p(units) <= 0.05 + 1e-12
        assert verdicts * smallest_sign_flip_p(units - 1) > 0.05
