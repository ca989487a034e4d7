"""Many verdicts at once: Holm's correction, and what sign flips could resolve."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wann.statistics import (
    BETTER,
    NOT_RESOLVED,
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


def test_sign_flips_need_units() -> None:
    assert smallest_sign_flip_p(3) == 0.25
    for verdicts in (1, 2, 20, 70):
        units = fewest_without_normality(verdicts)
        assert verdicts * smallest_sign_flip_p(units) <= 0.05 + 1e-12
        assert verdicts * smallest_sign_flip_p(units - 1) > 0.05
