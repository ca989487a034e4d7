"""Sparse models against loops over their connections."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import sparse_outputs

from wann.activations import Activation
from wann.errors import UserError
from wann.network.sparse.checks import check
from wann.network.sparse.file import is_sparse, layers_bytes, read_layers
from wann.network.sparse.layers import Connections, Layers, dense_layer
from wann.network.sparse.model import SparseModel

CODES = [int(code) for code in (Activation.LINEAR, Activation.RELU, Activation.TANH)]


def random_model(seed: int, widths: list[int], density: float, joined: bool = False) -> Layers:
    """Return layers behind one another; with `joined` each reads the input, too."""
    rng = np.random.default_rng(seed)
    layers = []
    for number, width in enumerate(widths[1:], 1):
        given = sorted({0, number - 1}) if joined else [number - 1]
        read = sum(widths[i] for i in given)
        weight = rng.normal(size=(width, read)) * (rng.random((width, read)) < density)
        layer = dense_layer(weight, rng.normal(size=width), 0, CODES[number % 3])
        layers.append(layer._replace(inputs=tuple(given)))
    return Layers((widths[0],), tuple(layers))


@given(
    seed=st.integers(0, 1000),
    widths=st.lists(st.integers(1, 40), min_size=2, max_size=4),
    density=st.sampled_from([0.0, 0.05, 0.5, 1.0]),
    examples=st.sampled_from([0, 1, 3, 9, 64, 70, 130]),
    joined=st.booleans(),
    zeros=st.sampled_from([0.0, 0.9]),
    rest=st.sampled_from([0.0, -0.5]),
)
@settings(max_examples=40, deadline=None)
def test_every_shape_and_batch_gives_what_loops_give(
    seed: int,
    widths: list[int],
    density: float,
    examples: int,
    joined: bool,
    zeros: float,
    rest: float,
) -> None:
    model = random_model(seed, widths, density, joined)
    rng = np.random.default_rng(seed)
    shape = (examples, widths[0])
    x = np.where(rng.random(shape) >= zeros, rng.normal(size=shape), rest)
    some = slice(0, None, 7)  # Loops are slow.
    expected = np.array([sparse_outputs(model, row) for row in x[some]]).reshape(-1, widths[-1])
    for dtype, close in (("float64", 1e-12), ("float32", 1e-5)):
        found = SparseModel(model, dtype, threads=1 + seed % 3)(x)
        assert found.shape == (examples, widths[-1])
        assert found.dtype == dtype
        scale = 1 + np.abs(expected).max(initial=0.0)
        np.testing.assert_allclose(found[some], expected, rtol=close, atol=close * scale)


def test_one_example_comes_out_as_it_does_in_any_batch() -> None:
    model = SparseModel(random_model(0, [30, 20, 5], 0.3), "float64")
    x = np.random.default_rng(0).normal(size=(200, 30))
    one = model(x[100])
    assert one.shape == (5,)
    for batch in (x[100:101], x[96:104], x[90:190], x):
        found = model(batch)[int(np.flatnonzero((batch == x[100]).all(1))[0])]
        np.testing.assert_allclose(found, one, rtol=1e-14, atol=1e-14)


def test_inputs_of_any_layout_and_kind() -> None:
    model = SparseModel(random_model(0, [6, 4], 0.5)._replace(shape=(2, 3)))
    x = np.random.default_rng(0).normal(size=(20, 2, 3)).astype(np.float32)
    expected = model(x)
    for same in (
        x.astype(np.float64),
        x.reshape(20, 6),
        np.asfortranarray(x),
        np.repeat(x, 2, axis=0)[::2],
        x.tolist(),
    ):
        np.testing.assert_array_equal(model(same), expected)
    np.testing.assert_array_equal(model(x[3]), model(x[3:4])[0])
    np.testing.assert_array_equal(model(np.ones((1, 6), int)), model(np.ones((1, 6), bool)))


def test_nan_and_infinities_come_to_what_hears_them_alone() -> None:
    weight = np.array([[1.0, 0.0, -2.0], [0.0, 3.0, 0.0]])
    model = Layers((3,), (dense_layer(weight, None, 0, int(Activation.RELU)),))
    for bad, there in ((np.nan, np.nan), (np.inf, np.inf), (-np.inf, 0.0)):
        x = np.array([bad, 1.0, 0.0])
        for dtype in ("float32", "float64"):
            for batch in (1, 70):
                found = SparseModel(model, dtype)(np.tile(x, (batch, 1)))
                np.testing.assert_array_equal(found, np.tile([there, 3.0], (batch, 1)))


@pytest.mark.parametrize("first", [np.nan, np.inf, 1e30, 0.25, 3.0])
@pytest.mark.parametrize("share", [0.0, 0.8, 1.0])
def test_an_input_that_most_others_are_loses_no_digits(first: float, share: float) -> None:
    model = random_model(0, [40, 20, 5], 0.3)
    rng = np.random.default_rng(0)
    x = np.where(rng.random(40) < share, first, rng.normal(size=40))
    for value in (x, np.roll(x, 1), np.append(first, x[1:])):
        with np.errstate(invalid="ignore"):
            expected = sparse_outputs(model, value)
        np.testing.assert_allclose(SparseModel(model, "float64")(value), expected, rtol=1e-11)


def test_many_threads_call_one_model_at_once() -> None:
    model = SparseModel(random_model(0, [30, 20, 5], 0.3), threads=2)
    x = np.random.default_rng(0).normal(size=(300, 30)).astype(np.float32)
    expected = model(x)
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: model(x), range(40)):
            np.testing.assert_array_equal(found, expected)


def test_threads_do_not_change_a_bit() -> None:
    layers, x = random_model(0, [30, 20, 5], 0.3), np.random.default_rng(0).normal(size=(700, 30))
    one = SparseModel(layers, threads=1)(x)
    for threads in (2, 3, 50):
        np.testing.assert_array_equal(SparseModel(layers, threads=threads)(x), one)


def test_files_hold_all_and_equal_models_give_equal_bytes(tmp_path: Path) -> None:
    layers = random_model(1, [9, 7, 3], 0.4, joined=True)
    path = SparseModel(layers).save(tmp_path / "model.safetensors")
    content = path.read_bytes()
    assert is_sparse(content)
    assert content == layers_bytes(layers)
    back, x = read_layers(content), np.random.default_rng(0).normal(size=(5, 9))
    np.testing.assert_array_equal(
        SparseModel(back, "float64")(x), SparseModel(layers, "float64")(x)
    )
    assert layers_bytes(back) == content
    with pytest.raises(UserError, match="exists already"):
        SparseModel(layers).save(path)
    SparseModel(layers).save(path, force=True)
    with pytest.raises(UserError, match=r"ends with .safetensors"):
        SparseModel(layers).save(tmp_path / "model.npz")


GOOD = random_model(0, [4, 3, 2], 1.0)
FIRST, SECOND = GOOD.layers


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ((), "at least one layer"),
        ((FIRST._replace(inputs=(1,)), SECOND), "layer 1 is damaged"),
        ((FIRST._replace(inputs=()), SECOND), "layer 1 is damaged"),
        ((FIRST, SECOND._replace(source=SECOND.source + 1)), "layer 2 is damaged"),
        ((FIRST, SECOND._replace(source=SECOND.source - 1)), "layer 2 is damaged"),
        ((FIRST._replace(start=FIRST.start[::-1]), SECOND), "layer 1 is damaged"),
        ((FIRST._replace(weight=FIRST.weight[:-1]), SECOND), "layer 1 is damaged"),
        ((FIRST, SECOND._replace(weight=SECOND.weight * np.nan)), "not finite"),
        ((FIRST, SECOND._replace(bias=SECOND.bias + np.inf)), "not finite"),
    ],
)
def test_damaged_layers_are_refused(layers: tuple[Connections, ...], message: str) -> None:
    with pytest.raises(UserError, match=message):
        check(Layers((4,), layers))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ((b"wann sparse 1", b"wann sparse 9"), "got another one"),
        ((b'\\"inputs\\":[1]', b'\\"inputs\\":[2]'), "layer 2 is damaged"),
        ((b'\\"inputs\\":[1]', b'\\"inputs\\":[x]'), "JSON"),
        ((b'\\"inputs\\"', b'\\"inputz\\"'), "missing or damaged"),
        ((b'\\"shape\\":[4]', b'\\"shape\\":[0]'), "expected the shape"),
        ((b'"1.source"', b'"1.sourze"'), "missing or damaged"),
        ((b"relu", b"rely"), "unknown activation"),
    ],
)
def test_damaged_files_are_refused(change: tuple[bytes, bytes], message: str) -> None:
    content = layers_bytes(GOOD)
    assert change[0] in content
    with pytest.raises(UserError, match=message):
        read_layers(content.replace(*change, 1))


def test_a_flipped_bit_among_the_numbers_is_refused() -> None:
    content = layers_bytes(GOOD)
    first = len(content) - sum(array.nbytes for array in (FIRST.weight, SECOND.weight))
    for at in range(first, len(content)):
        damaged = bytearray(content)
        damaged[at] ^= 1
        with pytest.raises(UserError):
            read_layers(bytes(damaged))


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros(5), "expected an example of shape"),
        (np.zeros((2, 5)), "got .2, 5."),
        (np.zeros((2, 2, 4)), "expected an example of shape"),
        ("text", "expected an example"),
        (np.array(["a"] * 4), "expected numbers"),
        ([[1.0], [1.0, 2.0]], "expected an array of numbers or texts"),
        (np.zeros(4, complex), "expected numbers"),
    ],
)
def test_other_inputs_are_refused(x: Any, message: str) -> None:
    with pytest.raises(UserError, match=message):
        SparseModel(GOOD)(x)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dtype": "float16"}, "expected a dtype of float32 or float64, got 'float16'"),
        ({"dtype": None}, "expected a dtype"),
        ({"threads": 0}, "expected threads from 1 to 10,000, got 0"),
        ({"threads": True}, "expected threads"),
    ],
)
def test_other_settings_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        SparseModel(GOOD, **settings)


def test_it_says_what_it_is() -> None:
    model = SparseModel(GOOD, np.float64)  # type: ignore[arg-type]
    assert repr(model) == (
        "SparseModel(shape=(4,), outputs=2, connections=18, dtype=float64, threads=1)"
    )
