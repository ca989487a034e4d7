"""Layers of images against loops over their connections, pixel by pixel."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import sparse_outputs

from wann.activations import Activation
from wann.errors import UserError
from wann.network.sparse.checks import check
from wann.network.sparse.file import layers_bytes, read_layers
from wann.network.sparse.images import Filters, Flat, Pool
from wann.network.sparse.layers import Layers, dense_layer
from wann.network.sparse.model import SparseModel
from wann.network.sparse.planes import stand
from wann.network.sparse.prepared import images_and_rows

CODES = (int(Activation.LINEAR), int(Activation.RELU), int(Activation.SIGMOID))


def random_filters(
    rng: np.random.Generator,
    inputs: tuple[int, ...],
    read: int,
    size: tuple[int, int],
    stride: tuple[int, int],
) -> Filters:
    """Return filters of any reach, over borders too, of `read` channels of images of `size`."""
    channels, edges = int(rng.integers(1, 5)), int(rng.integers(0, 30))
    unit = np.sort(rng.integers(0, channels, edges))
    shape = (channels, -(-size[0] // stride[0]), -(-size[1] // stride[1]))
    return Filters(
        inputs,
        np.searchsorted(unit, np.arange(channels + 1)),
        rng.integers(0, read, edges),
        rng.integers(-3, 4, edges),
        rng.integers(-3, 4, edges),
        rng.normal(size=edges),
        rng.normal(size=channels),
        shape,
        CODES[int(rng.integers(3))],
        stride,
    )


def random_images(seed: int) -> Layers:
    """Return filters with strides, a pool, filters that read two layers, and connections."""
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 4)), int(rng.integers(3, 12)), int(rng.integers(3, 12)))
    stride = (int(rng.integers(1, 4)), int(rng.integers(1, 4)))
    first = random_filters(rng, (0,), shape[0], shape[1:], stride)
    second = random_filters(rng, (1,), first.units, first.shape[1:], (1, 1))
    third = random_filters(rng, (2, 1), second.units + first.units, second.shape[1:], (1, 1))
    c, height, width = third.shape
    size, apart = int(rng.integers(1, 1 + min(3, height, width))), int(rng.integers(1, 3))
    padding = int(rng.integers(0, size))
    pooled = (
        c,
        *((side + 2 * padding - size) // apart + 1 for side in (height, width)),
    )
    square = ((size, size), (apart, apart), (padding, padding))
    pool = Pool((3,), pooled, *square, bool(rng.integers(2)), bool(rng.integers(2)))
    count = int(np.prod(pooled))
    weight = rng.normal(size=(3, count)) * (rng.random((3, count)) < 0.5)
    last = dense_layer(weight, rng.normal(size=3), 5, int(Activation.TANH))
    return Layers(shape, (first, second, third, pool, Flat((4,), (count,)), last))


@given(seed=st.integers(0, 10_000), examples=st.sampled_from([0, 1, 2, 11]))
@settings(max_examples=40, deadline=None)
def test_images_of_any_shape_give_what_loops_give(seed: int, examples: int) -> None:
    model = random_images(seed)
    check(model)
    x = np.random.default_rng(seed).normal(size=(examples, *model.shape))
    some = slice(0, None, 5)  # Loops are slow.
    expected = np.array([sparse_outputs(model, row) for row in x[some]]).reshape(-1, 3)
    for dtype, close in (("float64", 1e-12), ("float32", 1e-5)):
        found = SparseModel(model, dtype, threads=1 + seed % 2)(x)
        assert found.shape == (examples, 3)
        scale = 1 + np.abs(expected).max(initial=0.0)
        np.testing.assert_allclose(found[some], expected, rtol=close, atol=close * scale)


@pytest.mark.parametrize("rows", [True, False], ids=["with a perceptron", "images alone"])
@pytest.mark.parametrize("examples", [2, 8, 9, 70, 130])
def test_threads_do_not_change_a_bit(examples: int, rows: bool) -> None:
    model = random_images(7)
    if not rows:
        model = model._replace(layers=model.layers[:-1])
    x = np.random.default_rng(0).normal(size=(examples, *model.shape))
    one = SparseModel(model)(x)
    for threads in (2, 3, 50):
        np.testing.assert_array_equal(SparseModel(model, threads=threads)(x), one)


def test_the_perceptron_behind_images_is_found() -> None:
    model = random_images(7)
    parts = images_and_rows(model)
    assert parts is not None
    assert (len(parts[0].layers), len(parts[1].layers)) == (5, 1)
    assert parts[1].inputs == parts[0].outputs
    assert images_and_rows(parts[0]) is None
    assert images_and_rows(parts[1]) is None


def test_a_model_gives_the_same_again_whatever_was_computed_before() -> None:
    model = SparseModel(random_images(3), "float64")
    x = np.random.default_rng(0).normal(size=(3, *model.shape))
    first = model(x)
    model(np.full((2, *model.shape), np.nan))
    np.testing.assert_array_equal(model(x), first)


def test_nan_passes_a_pool_and_reaches_what_hears_it() -> None:
    pool = Pool((0,), (1, 2, 2), (2, 2), (2, 2), (0, 0), True)
    model = SparseModel(Layers((1, 4, 4), (pool, Flat((1,), (4,)))))
    x = np.arange(16.0).reshape(1, 4, 4)
    x[0, 0, 1], x[0, 3, 3] = np.nan, np.inf
    np.testing.assert_array_equal(model(x), [np.nan, 7.0, 13.0, np.inf])


def test_files_hold_images() -> None:
    layers = random_images(5)
    back = read_layers(layers_bytes(layers))
    assert layers_bytes(back) == layers_bytes(layers)
    x = np.random.default_rng(0).normal(size=(3, *layers.shape))
    np.testing.assert_array_equal(
        SparseModel(back, "float64")(x), SparseModel(layers, "float64")(x)
    )


GOOD = random_images(1)
FILTERS: Any = GOOD.layers[0]
POOL: Any = GOOD.layers[3]


@pytest.mark.parametrize(
    "changed",
    [
        {0: FILTERS._replace(down=FILTERS.down + 10**6)},
        {0: FILTERS._replace(right=FILTERS.right[:-1])},
        {0: FILTERS._replace(stride=(0, 1))},
        {0: FILTERS._replace(shape=(FILTERS.units + 1, *FILTERS.shape[1:]))},
        {0: FILTERS._replace(source=FILTERS.source + 3)},
        {0: FILTERS._replace(shape=(FILTERS.units, 2**20, 2**20))},
        {3: POOL._replace(size=(0, 1))},
        {3: POOL._replace(padding=POOL.size)},
        {3: POOL._replace(shape=(POOL.shape[0] + 1, *POOL.shape[1:]))},
        {3: POOL._replace(shape=(POOL.shape[0], 99, 99))},
        {4: Flat((4,), (3,))},
        {5: GOOD.layers[5]._replace(inputs=(3,))},
    ],
)
def test_layers_that_do_not_fit_are_refused(changed: dict[int, Any]) -> None:
    layers = tuple(changed.get(i, layer) for i, layer in enumerate(GOOD.layers))
    with pytest.raises(UserError, match=r"layer \d is damaged: it does not fit what it reads"):
        check(GOOD._replace(layers=layers))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ((b'\\"kind\\":\\"pool\\"', b'\\"kind\\":\\"poll\\"'), "missing or damaged"),
        ((b'\\"largest\\":', b'\\"largest\\":1,\\"l\\":'), "its largest is of another form"),
        ((b'\\"stride\\":[', b'\\"stride\\":[1,'), "its stride is of another form"),
    ],
)
def test_damaged_files_are_refused(change: tuple[bytes, bytes], message: str) -> None:
    content = layers_bytes(GOOD)
    length = int.from_bytes(content[:8], "little")
    header = content[8 : 8 + length]
    assert change[0] in header
    header = header.replace(*change, 1)
    changed = len(header).to_bytes(8, "little") + header + content[8 + length :]
    with pytest.raises(UserError, match=message):
        read_layers(changed)


def test_a_row_of_outputs_is_wanted() -> None:
    with pytest.raises(UserError, match="expected a row of outputs"):
        check(GOOD._replace(layers=GOOD.layers[:1]))


def test_room_is_used_again_where_nobody_reads_any_more() -> None:
    layers = [Flat((i,), (1,)) for i in range(4)]
    first, end = stand([16, 32, 16, 16, 16], layers)
    assert first[1] == first[0] + 16
    assert first[2] == first[0]
    assert end <= 16 + 16 + 32 + 16
