"""Formulas of one's own in every format: random ones, of every operation."""

import importlib.util
import runpy
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from export_toys import (
    SPECIAL,
    Compiled,
    as_hex,
    assert_same_bits,
    from_hex,
    kernel_outputs,
    run_node,
    subject,
)
from formula_toys import random_tree
from numpy.typing import NDArray

from wann.activations.declaration import own_declaration
from wann.activations.expression import OPERATIONS, X, apply, number
from wann.activations.table import declare
from wann.errors import UserError
from wann.formats import NetworkFile
from wann.formats.export import c_format
from wann.formats.export.c_format import dumps_c
from wann.formats.export.js_format import dumps_js
from wann.formats.export.onnx_format import dumps_onnx
from wann.formats.export.targets import write
from wann.formats.export.torch_format import dumps_torch
from wann.network.compile import network_of_pairs, to_genome
from wann.pages.network_data import network_data

_HALVES = number(0.5)
# Each operation alone, names that the files have for other things, and constants in all places.
NAMED = {
    "log": apply("log", X),
    "sqrt": apply("sqrt", X),
    "exp": apply("negative", apply("exp", X)),
    "weight": apply("subtract", X, apply("subtract", X, number(3))),
    "forward": apply("maximum", X, _HALVES),
    "act": apply("minimum", _HALVES, X),
    "observation": apply("floor", apply("rint", apply("multiply", X, number(3)))),
    "case": apply("select", apply("less", number(1), number(2)), X, _HALVES),
    "constant": apply("add", apply("multiply", X, number(0)), apply("exp", number(1))),
    "nested": apply(
        "select",
        apply("less", X, _HALVES),
        apply("select", apply("less", number(2), number(1)), number(1), number(2)),
        X,
    ),
    "infinite": apply("maximum", X, apply("divide", number(1), number(0))),
    "two_signs": apply("negative", apply("negative", X)),
    "minus": apply("subtract", X, apply("multiply", number(-0.5), X)),
    "chosen": apply("select", apply("greater_equal", X, _HALVES), number(1), apply("absolute", X)),
}


def networks() -> list[NetworkFile]:
    """Return networks whose outputs are formulas of their one input."""
    rng = np.random.default_rng(5)
    formulas = NAMED | {f"random{i}": apply("add", random_tree(rng, 4), X) for i in range(24)}
    codes = [declare(own_declaration(name, tree)).code for name, tree in formulas.items()]
    made = []
    for first in range(0, len(codes), 6):
        activation = np.array(codes[first : first + 6])
        ends = np.arange(2, 2 + len(activation))
        network, _ = network_of_pairs(1, len(ends), activation, np.ones_like(ends), ends)
        made.append(NetworkFile(to_genome(network), None, None, {}))
    return made


def inputs() -> NDArray[np.float64]:
    rng = np.random.default_rng(0)
    small = rng.normal(size=80) * 10.0 ** rng.integers(-10, 6, 80)
    return np.concatenate([SPECIAL, -np.array(SPECIAL), np.linspace(-8, 8, 129), small])[:, None]


@pytest.mark.parametrize("most_straight", [0, 10**6], ids=["tables", "straight"])
def test_c_and_javascript_give_the_bits_of_the_kernels(
    most_straight: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(c_format, "_MOST_STRAIGHT", most_straight)
    files, seen = networks(), inputs()
    subjects = [subject(file, f"toy {i}") for i, file in enumerate(files)]
    sources = {given.identifier: dumps_c(given) for given in subjects}
    compiled = Compiled(tmp_path, sources, ["-O2", "-lm", "-Wno-div-by-zero"])
    script = """
    const found = {};
    for (const name of given.names) {
      const { forward } = await import(`./${name}.mjs`);
      found[name] = doubles(given.rows).map((x) => hex(forward([x]))).join("");
    }
    console.log(JSON.stringify(found));"""
    texts = {given.identifier: dumps_js(given) for given in subjects}
    in_node = run_node(tmp_path, texts, script, {"names": list(texts), "rows": as_hex(seen)})
    for given, file in zip(subjects, files, strict=True):
        expected = kernel_outputs(given, file, seen)
        assert_same_bits(compiled.forward(given, seen), expected)
        assert_same_bits(from_hex(in_node[given.identifier], expected.shape), expected)


def test_onnx_and_pytorch_agree_with_the_kernels(tmp_path: Path) -> None:
    seen = np.linspace(-4.03, 4.01, 200)[:, None]
    for number_, file in enumerate(networks()):
        given = subject(file)
        expected = kernel_outputs(given, file, seen)
        session = onnxruntime.InferenceSession(dumps_onnx(given))
        found = session.run(None, {"observation": seen})[0]
        path = tmp_path / f"toy_{number_}.py"
        path.write_text(dumps_torch(given))
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        ours = module.Network().double()(torch.from_numpy(seen)).detach().numpy()
        for theirs in (found, ours):
            # A rounding error before a jump leads to the other side of it, now and then
            near = np.isclose(theirs, expected, rtol=1e-6, atol=1e-6, equal_nan=True)
            assert near.mean(axis=0).min() > 0.97, np.argmin(near.mean(axis=0))


def test_every_operation_is_tried() -> None:
    rng = np.random.default_rng(5)
    found = {name for _ in range(24) for name in _operations(random_tree(rng, 4))}
    assert set(OPERATIONS) <= found | {"log", "sqrt"}


def _operations(tree: object) -> set[str]:
    from wann.activations.expression import Expression, operations_of

    assert isinstance(tree, Expression)
    return set(operations_of(tree))


def test_python_gives_the_bits_of_the_kernels(tmp_path: Path) -> None:
    seen = inputs()
    for number_, file in enumerate(networks()):
        given = subject(file)
        path = tmp_path / f"plain_{number_}.py"
        path.write_text(str(write(given, "python")))
        module = runpy.run_path(str(path))
        expected = kernel_outputs(given, file, seen)
        assert_same_bits([module["act"](row) for row in seen.tolist()], expected)


def test_a_table_of_the_release_refuses_them_by_name() -> None:
    with pytest.raises(UserError, match="log"):
        write(subject(networks()[0]), "out")


def test_people_read_the_name_of_the_file_and_code_has_a_name_of_its_own() -> None:
    code = declare(own_declaration("smoothed", apply("tanh", apply("exp", X)))).code
    network, _ = network_of_pairs(1, 1, np.array([code]), np.array([1]), np.array([2]))
    one = subject(NetworkFile(to_genome(network), None, None, {}), "toy")
    assert 'export const activations = ["smoothed"];' in dumps_js(one)
    assert "// smoothed: " in dumps_js(one)
    assert "# smoothed\n" in dumps_torch(one)
    assert "toy_own_smoothed(" in dumps_c(one)  # which no function of C's own can be
    [shown] = network_data(one.network)["activations"]
    assert shown["name"] == "smoothed"
