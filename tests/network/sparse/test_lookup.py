"""How connections are laid out to be looked up, and that all processors find the same."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import sparse_outputs

from wann.kernels.sparse_lookup import FORMS, NO_CONNECTION, Form
from wann.kernels.sparse_steps import FIELDS, LOOK_UP
from wann.network.sparse import lookup as module
from wann.network.sparse.layers import Layers, dense_layer
from wann.network.sparse.lookup import lookup
from wann.network.sparse.model import SparseModel

FLOAT32 = np.dtype(np.float32)
looks_up = pytest.mark.skipif(not FORMS, reason="this processor does not look up")


@given(
    seed=st.integers(0, 1000),
    inputs=st.integers(1, 90),
    units=st.integers(1, 50),
    density=st.sampled_from([0.05, 0.3, 1.0]),
    form=st.sampled_from([Form(16, 32, ""), Form(8, 16, ""), Form(8, 8, "")]),
)
@settings(max_examples=60, deadline=None)
def test_every_connection_is_laid_out_once(
    seed: int, inputs: int, units: int, density: float, form: Form
) -> None:
    rng = np.random.default_rng(seed)
    kept = rng.random((units, inputs)) < density
    unit, source = np.nonzero(kept)
    if not len(unit):
        return
    weights = rng.normal(size=len(unit))
    found = module._laid_out(source + 16, weights, unit, form)
    expected, matrix = np.zeros((2, units, inputs))
    expected[unit, source] = weights
    steps_of = iter(range(len(found.codes)))
    for (begin, first), counts in zip(found.tables, found.counts, strict=True):
        assert counts.any()  # no table is without a connection
        for group, count in enumerate(counts):
            for number in range(count):
                step = next(steps_of)
                assert number or group or step == first
                for lane in np.flatnonzero(found.codes[step] != NO_CONNECTION):
                    at = group * form.lanes + lane, begin - 16 + found.codes[step, lane]
                    assert matrix[at] == 0.0
                    matrix[at] = found.weights[step, lane]
    assert next(steps_of, None) is None
    np.testing.assert_array_equal(matrix, expected)
    assert not found.weights[found.codes == NO_CONNECTION].any()


@looks_up
@pytest.mark.parametrize(
    ("inputs", "units", "density", "expected"),
    [(784, 300, 0.3, True), (64, 64, 1.0, True), (500, 1, 1.0, False), (3000, 20, 0.003, False)],
)
def test_layers_are_looked_up_where_that_is_faster(
    inputs: int, units: int, density: float, expected: bool
) -> None:
    unit, source = np.nonzero(np.random.default_rng(0).random((units, inputs)) < density)
    assert bool(lookup(source, np.ones(len(unit)), unit, FLOAT32)) == expected


@pytest.mark.parametrize("dtype", [np.float16, np.int64])
def test_numbers_that_no_processor_looks_up(dtype: type) -> None:
    one = np.zeros(1, np.int64)
    assert lookup(one, np.ones(1), one, np.dtype(dtype)) is None


def _model() -> Layers:
    rng = np.random.default_rng(3)
    weight = rng.normal(size=(70, 90)) * (rng.random((70, 90)) < 0.4)
    weight[:, 5] = 0.0
    weight[:40, 6] = 0.0
    return Layers((90,), (dense_layer(weight, rng.normal(size=70), 0, 1),))


@looks_up
@pytest.mark.parametrize("place", [0, 5, 6, 89])
@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_comes_to_units_that_hear_it_alone(place: int, number: float) -> None:
    model = _model()
    fast = SparseModel(model)
    assert fast._single.plan.program.steps[1 + FIELDS] == LOOK_UP
    x = np.random.default_rng(4).normal(size=90)
    usual = fast(x)
    x[place] = number
    found = fast(x)
    layer = model.layers[0]
    hears = [place in layer.source[layer.start[i] : layer.start[i + 1]] for i in range(70)]
    np.testing.assert_array_equal(np.isfinite(found), ~np.array(hears))
    np.testing.assert_array_equal(found[~np.array(hears)], usual[~np.array(hears)])


@looks_up
@pytest.mark.parametrize("rest", [0.0, -0.42])
@pytest.mark.parametrize("different", [0, 1, 20, 90])
def test_where_most_inputs_are_alike_a_layer_may_go_input_by_input(
    rest: float, different: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LOOK", -1200.0)
    fast = SparseModel(_model())
    kind, *fields = fast._single.plan.program.steps[1 + FIELDS : 1 + 2 * FIELDS]
    assert kind == LOOK_UP
    assert fields[6] == 90
    assert 20 < fields[10] < 90
    x = np.full(90, rest)
    x[:different] = np.random.default_rng(6).normal(size=different)
    np.testing.assert_allclose(fast(x), sparse_outputs(_model(), x), rtol=1e-4, atol=1e-4)


_OF = {
    "haswell": "+avx,+avx2,+fma,+sse,+sse2,+sse3,+sse4.1,+sse4.2,+ssse3,+bmi,+bmi2,+popcnt",
    "x86-64": "+sse,+sse2",
}


@looks_up
@pytest.mark.parametrize("processor", _OF)
def test_other_processors_find_the_same(processor: str, tmp_path: Path) -> None:
    file = SparseModel(_model()).save(tmp_path / "model.safetensors")
    x = np.random.default_rng(5).normal(size=90)
    program = (
        "import sys, numpy, wann; from wann.kernels.sparse_lookup import FORMS\n"
        "x = numpy.array(sys.argv[2:], float)\n"
        "print(len(FORMS), *wann.sparse(sys.argv[1])(x))\n"
    )
    environment = {
        **os.environ,
        "NUMBA_CPU_NAME": processor,
        "NUMBA_CPU_FEATURES": "+64bit,+cmov,+cx16,+fxsr,+mmx," + _OF[processor],
    }
    done = subprocess.run(
        [sys.executable, "-c", program, file, *map(str, x)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    count, *outputs = done.stdout.split()
    assert int(count) == ("+avx2" in _OF[processor])
    expected = sparse_outputs(_model(), x)
    np.testing.assert_allclose(np.array(outputs, float), expected, rtol=1e-5, atol=1e-5)
