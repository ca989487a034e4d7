"""Random formulas: compiled code has the bits of its plain twin, in both precisions."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from formula_toys import random_tree

from wann.activations import activation
from wann.activations.declaration import own_declaration
from wann.activations.expression import Expression
from wann.activations.table import by_code
from wann.activations.text import parse, text_of
from wann.kernels import own_functions
from wann.kernels.activate import UNKNOWN_CODE
from wann.kernels.forward import forward
from wann.kernels.own_functions import _row_function, make_ready
from wann.kernels.vector_types import DOUBLE, SINGLE
from wann.kernels.vectors import LANES
from wann.network.network import Network, pack

compiled = pytest.mark.skipif(
    bool(own_functions.config.DISABLE_JIT), reason="there is no compiler to compare with"
)
SUMS = np.array(
    [
        *(0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.7, 1e-300, 1e300, -1e300, np.inf, -np.inf, np.nan),
        *(87.5, 88.0, 1e-40, 1e38, -1e38, 709.0, -709.0, 0.25, 20.0, 2.0**-1074, 7.0),
    ]
)


def by_kernel(tree: Expression, x: np.ndarray) -> np.ndarray:
    values = x.copy()
    row = _row_function(tree, SINGLE if x.dtype == np.float32 else DOUBLE)
    width = len(x) // 16 * 16
    address = ctypes.cast(values.ctypes.data, row.ctypes.argtypes[0])
    row.ctypes(address, width)
    return values[:width]


TWIN = """
import sys, numpy as np
from wann.activations.text import parse
from wann.kernels.formulas import compute
sums = np.load(sys.argv[1])
with np.errstate(all="ignore"):
    found = [compute(parse(text), sums[kind]) for text in sys.argv[2:] for kind in sums]
np.savez(sys.argv[1], *found)
"""
EVERY_OPERATION = (
    "select(x >= 0.5, sqrt(abs(x)), log(x)) + select(x <= 1, rint(x), floor(x * 0.3))",
    "maximum(minimum(x, 3), exp(x) / 7) * (tanh(x) + sigmoid(x))",
    "select(x < 0, sin_pi(x), select(x > 2, cos_pi(x), -x)) - 2",
)


@compiled
def test_compiled_formulas_have_the_bits_of_their_twin(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    texts = [*EVERY_OPERATION, *(text_of(random_tree(rng, 4)) for _ in range(12))]
    with np.errstate(over="ignore"):
        sums = [
            np.concatenate([np.resize(SUMS, 32), rng.normal(0, 3, 480)]).astype(kind)
            for kind in (np.float64, np.float32)
        ]
    path = tmp_path / "sums.npz"
    np.savez(path, *sums)
    plainly = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    subprocess.run([sys.executable, "-c", TWIN, str(path), *texts], env=plainly, check=True)
    expected = list(np.load(path).values())
    for i, text in enumerate(texts):
        for k, x in enumerate(sums):
            found, twin = by_kernel(parse(text), x), expected[2 * i + k]
            known = ~np.isnan(twin)
            np.testing.assert_array_equal(found, twin, err_msg=text)
            assert (np.signbit(found) == np.signbit(twin))[known].all(), text


@compiled
def test_compiled_formulas_are_close_to_numpy() -> None:
    x = np.concatenate([np.linspace(-5, 5, 1000), SUMS])
    for text in EVERY_OPERATION:
        tree = parse(text)
        expected = own_declaration("toy", tree)(x[:1000])
        np.testing.assert_allclose(by_kernel(tree, x)[:1000], expected, rtol=1e-12, atol=1e-14)


def own_tanh() -> int:
    return activation(lambda x: np.tanh(x), name="own_tanh").code


def test_an_own_copy_of_a_built_in_one_has_its_bits() -> None:
    chain = Network(2, 1, np.array([5, 3, 5, 1]), np.arange(5), np.array([1, 3, 2, 4]))
    own = chain._replace(activation=np.array([own_tanh(), 3, own_tanh(), 1]))
    x = np.random.default_rng(0).normal(size=(500, 2))
    np.testing.assert_array_equal(own(x, 0.7), chain(x, 0.7))
    weights = np.array([0.3, -1.0, 2.0, 0.9])
    np.testing.assert_array_equal(own(x, weights), chain(x, weights))


def test_an_activation_that_nobody_declared_is_refused() -> None:
    own = own_tanh()
    packed = pack([Network(1, 1, np.array([own]), np.arange(2), np.ones(1, np.int64))])
    packed.activation[0] = own + 1  # behind the check: as if from another process
    with pytest.raises(ValueError, match=f"{UNKNOWN_CODE}|unknown activation"):
        forward(packed, 0, np.ones(LANES), np.ones((3, LANES)), LANES)


@compiled
def test_many_own_activations_are_found_and_too_many_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from types import SimpleNamespace

    from wann.errors import UserError

    table = np.zeros_like(own_functions._table)
    monkeypatch.setattr(own_functions, "_table", table)
    monkeypatch.setattr(own_functions, "_kept", [])
    monkeypatch.setattr(own_functions, "_row_function", lambda *_: SimpleNamespace(address=7))
    codes = [activation(lambda x, i=i: x + i, name=f"plus_{i}").code for i in range(1025)]
    monkeypatch.setattr(own_functions, "by_code", lambda code: by_code(codes[0]))
    clash = codes[1] + own_functions._SLOTS  # of the same slot
    make_ready([*codes[:1023], clash, *codes[:5], 3])
    assert set(table[:, 0]) == {0, *codes[:1023], clash}
    with pytest.raises(UserError, match="at most 1,024 activations"):
        make_ready(codes)
