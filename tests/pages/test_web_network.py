import re
from pathlib import Path

import numpy as np
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
    subject,
)
from formula_toys import random_tree
from pages_toys import run_pages

from wann.activations.declaration import own_declaration
from wann.activations.expression import X, apply
from wann.activations.table import declare
from wann.formats import NetworkFile
from wann.formats.export import js_functions
from wann.network.compile import network_of_pairs, to_genome
from wann.pages.network_data import network_data
from wann.pages.web_files import WEB

_OUTPUTS = """
import { computeNodes, makeValues, readNetwork } from "./web/network.js";
const found = {};
for (const [name, { table, rows, weight }] of Object.entries(given)) {
  const network = readNetwork(table);
  const flat = doubles(rows);
  found[name] = "";
  for (let i = 0; i < flat.length; i += network.inputs) {
    const values = makeValues(network);
    values.set(flat.slice(i, i + network.inputs), 1);
    computeNodes(network, network.weights ?? weight, values);
    found[name] += hex(Array.from(values.slice(network.rows - network.outputs)));
  }
}
console.log(JSON.stringify(found));
"""


def with_own_formulas() -> NetworkFile:
    """Return a network with an output of each of some activations of one's own."""
    rng = np.random.default_rng(5)
    trees = [apply("add", random_tree(rng, 4), X) for _ in range(6)]
    own = [declare(own_declaration(f"random{i}", tree)) for i, tree in enumerate(trees)]
    ends = np.arange(2, 2 + len(own))
    codes = np.array([one.code for one in own])
    network, _ = network_of_pairs(1, len(ends), codes, np.ones_like(ends), ends)
    return NetworkFile(to_genome(network), None, None, {})


def test_outputs_are_those_of_the_kernels_to_the_bit(tmp_path: Path) -> None:
    files = [random_file(seed, bool(seed % 2)) for seed in range(24)]
    files += [every_activation(), perceptron([30, 20, 3], kept=0.5), with_own_formulas()]
    weights = [0.1 * seed - 1.2 for seed in range(len(files))]
    subjects = [
        subject(file, f"toy {i}", weight=None if file.weights is not None else weights[i])
        for i, file in enumerate(files)
    ]
    seen = [observations(one.network.inputs, i) for i, one in enumerate(subjects)]
    seen[24] = np.concatenate([SPECIAL, np.arange(-20, 20) / 4, np.linspace(-720, 720, 500)])[
        :, None
    ]
    given = {
        one.identifier: {
            "table": network_data(one.network, one.weights, drawn=False),
            "rows": as_hex(rows),
            "weight": weight,
        }
        for one, rows, weight in zip(subjects, seen, weights, strict=True)
    }
    found = run_pages(tmp_path, _OUTPUTS, given)
    for one, file, rows in zip(subjects, files, seen, strict=True):
        expected = kernel_outputs(one, file, rows)
        assert_same_bits(from_hex(found[one.identifier], expected.shape), expected)


_CONSTANT = """
import { constantRows, readNetwork } from "./web/network.js";
console.log(JSON.stringify(given.map((table) => constantRows(readNetwork(table)))));
"""


def test_nodes_that_hear_no_input_are_constant(tmp_path: Path) -> None:
    # Bias, an input; a node without inputs, one of bias and that node, one of the input, and an
    # output of nothing but the second.
    table = network_data(subject(perceptron([1, 1])).network, drawn=False)
    table.update(inputs=1, outputs=1, kind=[0] * 4, count=[0, 2, 1, 1], source=[0, 2, 1, 3])
    assert run_pages(tmp_path, _CONSTANT, [table]) == [[True, False, True, True, False, True]]


def test_the_functions_of_formulas_are_those_of_exported_networks() -> None:
    written = (WEB / "maths.js").read_text("utf-8")
    expected = "\n".join(js_functions.js_functions(js_functions._TEXTS))
    _, _, body = written.partition("\n\n")
    assert body == re.sub(r"^function ", "export function ", expected, flags=re.MULTILINE)
