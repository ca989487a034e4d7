from pathlib import Path

import gym_toys
import numpy as np
import pytest
from export_toys import (
    SPECIAL,
    as_hex,
    assert_same_bits,
    every_activation,
    from_hex,
    kernel_outputs,
    observations,
    perceptron,
    random_file,
    run_node,
    subject,
)
from gymnasium import spaces

from wann.formats.export.interface import Interface, Scaling
from wann.formats.export.js_format import dumps_js
from wann.tasks.gym.actions import make_head

_FORWARD = """
const found = {};
for (const [name, { rows, inputs }] of Object.entries(given)) {
  const { forward } = await import(`./${name}.mjs`);
  const flat = doubles(rows);
  found[name] = "";
  for (let i = 0; i < flat.length; i += inputs) {
    found[name] += hex(forward(flat.slice(i, i + inputs)));
  }
}
console.log(JSON.stringify(found));
"""


def test_networks_give_the_bits_of_the_kernels(tmp_path: Path) -> None:
    files = [random_file(seed, bool(seed % 2)) for seed in range(24)]
    files += [every_activation(), perceptron([30, 20, 3], kept=0.5)]
    subjects = [
        subject(file, f"toy {seed}", weight=None if seed % 2 else 0.1 * seed - 1.2)
        for seed, file in enumerate(files)
    ]
    seen = {
        given.identifier: observations(given.network.inputs, seed)
        for seed, given in enumerate(subjects)
    }
    rng = np.random.default_rng(0)
    spread = [SPECIAL, -np.array(SPECIAL), np.arange(-20, 20) / 4, np.linspace(-720, 720, 500)]
    spread.append(rng.normal(size=1000) * 10.0 ** rng.integers(-10, 20, 1000))
    seen["toy_24"] = np.concatenate(spread)[:, None]
    given = {name: {"rows": as_hex(rows), "inputs": rows.shape[1]} for name, rows in seen.items()}
    texts = {one.identifier: dumps_js(one) for one in subjects}
    found = run_node(tmp_path, texts, _FORWARD, given)
    for one, file in zip(subjects, files, strict=True):
        expected = kernel_outputs(one, file, seen[one.identifier])
        assert_same_bits(from_hex(found[one.identifier], expected.shape), expected)


_ACTIONS = """
const found = {};
for (const name of given.names) {
  const { act } = await import(`./${name}.mjs`);
  const flat = doubles(given.rows);
  found[name] = [];
  for (let i = 0; i < flat.length; i += 2) {
    const action = act(flat.slice(i, i + 2));
    found[name].push(Array.isArray(action) ? action : [action]);
  }
}
console.log(JSON.stringify(found));
"""


def test_actions_are_those_of_the_task(tmp_path: Path) -> None:
    heads = {name.lower(): make_head(space, "toy") for name, space in gym_toys.ACTIONS.items()}
    files = {name: perceptron([2, head.outputs]) for name, head in heads.items()}
    scaling = Scaling((0.5, 1.5), (2.0, 3.0))
    subjects = {
        name: subject(
            file,
            name,
            interface=Interface(["a", "b"], heads[name].names, (), scaling, heads[name].act),
        )
        for name, file in files.items()
    }
    seen = observations(2, 3)
    texts = {name: dumps_js(one) for name, one in subjects.items()}
    found = run_node(tmp_path, texts, _ACTIONS, {"names": list(texts), "rows": as_hex(seen)})
    for name, head in heads.items():
        read = (seen - np.array(scaling.shift)) / np.array(scaling.scale)
        expected = head.act(kernel_outputs(subjects[name], files[name], read).T)
        assert np.array_equal(found[name], [np.ravel(action) for action in expected]), name


_DESCRIBED = """
const m = await import("./toy.mjs");
const wrong = [];
for (const call of [() => m.forward([1]), () => m.forward([1, 2], [1])]) {
  try { call(); } catch (error) { wrong.push(`${error.name}: ${error.message}`); }
}
console.log(JSON.stringify({
  ...m, wrong, kind: m.KIND,
  shared: m.forward([1, 2], 0.5),
  individual: m.forward([1, 2], Array(m.connections.length).fill(0.5)),
  act: m.act([1, 2]), probabilities: m.probabilities([1, 2]), values: Array.from(m.nodes([1, 2])),
}));
"""


@pytest.mark.parametrize("individual", [False, True])
def test_a_page_can_draw_the_network(individual: bool, tmp_path: Path) -> None:
    classes = ("one", '*/ "two"', "thrée")
    head = make_head(spaces.Discrete(3), "toy").act
    file = perceptron([2, 3, 3], kind=5)
    given = subject(
        file if individual else file._replace(weights=None),
        interface=Interface(["a", "b"], classes, head=head, classes=classes, notes=classes),
    )
    found = run_node(tmp_path, {"toy": dumps_js(given)}, _DESCRIBED)
    assert (found["inputs"], found["outputs"]) == (["a", "b"], list(classes))
    assert found["classes"] == list(classes)
    network = given.network
    assert found["connections"] == np.stack([network.source, network.target], 1).tolist()
    assert [found["activations"][kind] for kind in found["kind"]] == ["tanh"] * 3 + ["linear"] * 3
    assert found["values"][:3] == [1, 1, 2]
    assert len(found["values"]) == 9
    np.testing.assert_allclose(found["shared"], found["individual"], rtol=1e-12)
    assert sum(found["probabilities"]) == pytest.approx(1)
    assert found["act"] == np.argmax(found["probabilities"]) == np.argmax(found["values"][-3:])
    assert found["wrong"] == [
        "RangeError: expected 2 inputs, got 1",
        f"RangeError: expected one weight or {network.connections}, got 1",
    ]
