import numpy as np
import pytest

from wann.activations import Activation
from wann.activations.table import from_text
from wann.kernels.activate import activate
from wann.kernels.cuda.activations import activation_for
from wann.kernels.jit import kernel
from wann.kernels.own_functions import make_ready

NUMBERS = (0.0, -0.0, 0.3, -0.3, 1.5, -2.5, 40.0, -800.0, 1e300, np.inf, -np.inf, np.nan)
OWN = (
    "ripple = exp(-abs(x)) * sin_pi(x)",
    "halves = select(x >= 0, sqrt(x), log(-x))",
    "saw = maximum(x, minimum(x / 3, 1)) - rint(x) + floor(0.5 * x)",
)


@kernel
def apply(code: int, values: np.ndarray) -> None:
    activate(code, values, 0, values.shape[1])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("own", [None, *OWN])
def test_activations_give_the_bits_of_the_cpu(own: str | None, dtype: type) -> None:
    codes = tuple(map(int, Activation)) if own is None else (from_text(own).code,)
    make_ready(codes)
    in_thread = activation_for(codes, dtype is np.float32)
    with np.errstate(all="ignore"):
        x = np.resize(np.array(NUMBERS).astype(dtype), 16)
        for code in codes:
            expected = x[None].copy()
            apply(code, expected)
            found = np.array([in_thread(code, number) for number in x], dtype)
            np.testing.assert_array_equal(found, expected[0])


def test_an_unknown_code_gives_no_number() -> None:
    assert np.isnan(activation_for(())(10**9, 1.0))
