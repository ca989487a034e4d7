"""A network as an ONNX model, with scaling and actions as nodes of its graph.

Input `observation` (batch, inputs). Where all connections share a weight and the user did not say
which, it is an input `weight` that may be left out. Outputs: `output` (batch, outputs), `action`
where the task has actions, `class` and `probability` where it has classes.

A recurrent network is one step: it takes what it remembers as the input `memory` (batch, memories),
zeros at the start of an episode, and puts out `memory_after` (batch, memories) for the next step.
The extra `onnx` is needed.
"""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.formats.export.formulas import Formula, formulas_of
from wann.formats.export.header import header, task_name
from wann.formats.export.levels import Level, levels_of
from wann.formats.export.onnx_graph import Graph, onnx
from wann.formats.export.onnx_heads import add_head
from wann.formats.export.subject import Subject

OPSET = 17
_AFTER = "memory_after"
_IR_VERSION = 8
# A matrix with fewer connections than a share of its cells is written as a list of them.
_DENSE, _SMALL = 1 / 4, 1024
# Runtimes fill matrices up; beyond so many cells in all that takes gigabytes.
_MOST_CELLS = 2**28

_MEMORY_USE = (
    "It remembers the step before: each run of the model is a step, of an episode for each row of",
    "the batch. Input memory is zeros in an episode's first step, and then what the step before",
    f"put out as {_AFTER}.",
)


def dumps_onnx(subject: Subject) -> bytes:
    """Return the bytes of an ONNX model; UserError where it would be too large."""
    levels = levels_of(subject.network)
    if levels.cells > _MOST_CELLS:
        raise UserError(
            f"onnx: the matrices of {subject.name!r} would have {levels.cells} cells, expected at "
            f"most {_MOST_CELLS}; use --to c (to='c'), which stores "
            "connections alone"
        )
    graph = Graph(subject.single)
    formulas = {formula.code: formula for formula in formulas_of(subject.network)}
    if subject.weights is None and not subject.weight_given:
        graph.optional("weight", subject.weight)
    memories = len(levels.remembered)
    rows = [_ones(graph), _scaled(graph, subject)]
    if memories:
        rows.append(graph.remembered(memories))
    values = graph.node("Concat", *rows, axis=1)
    for level in levels.levels:
        values = graph.node(
            "Concat", values, _level(graph, subject, level, values, formulas), axis=1
        )
    graph.node("Gather", values, graph.whole(levels.outputs), axis=1, name="output")
    outputs = [("output", graph.kind, subject.network.outputs), *add_head(graph, subject)]
    if memories:
        graph.node("Gather", values, graph.whole(levels.remembered), axis=1, name=_AFTER)
        outputs.append((_AFTER, graph.kind, memories))
    model = _model(graph, subject, outputs, memories)
    return bytes(model.SerializeToString(deterministic=True))


def _ones(graph: Graph) -> str:
    """Return the bias of each observation (batch, 1), whatever stands in it."""
    shape = graph.node("Shape", "observation", end=1)
    shape = graph.node("Concat", shape, graph.whole([1]), axis=0)
    return graph.node("Expand", graph.numbers([[1.0]]), shape)


def _scaled(graph: Graph, subject: Subject) -> str:
    """Return the observation as the network reads it."""
    scaling = subject.interface.scaling
    if scaling is None:
        return "observation"
    shifted = graph.node("Sub", "observation", graph.numbers(scaling.shift))
    scaled = graph.node("Div", shifted, graph.numbers(scaling.scale))
    if not scaling.clipped:
        return scaled
    return graph.node("Clip", scaled, graph.numbers(0.0), graph.numbers(1.0))


def _level(
    graph: Graph, subject: Subject, level: Level, values: str, formulas: dict[int, Formula]
) -> str:
    """Return the values of the nodes of a level (batch, nodes)."""
    read = graph.node("Gather", values, graph.whole(level.columns), axis=1)
    # What is infinite would be no number where the matrix is zero: nodes that do not hear it
    largest = float(np.nextafter(np.inf, 0.0, dtype=graph.dtype))
    read = graph.node("Clip", read, graph.numbers(-largest), graph.numbers(largest))
    sums = graph.node("MatMul", read, _matrix(graph, subject, level))
    if subject.weights is None:
        weight = graph.numbers(subject.weight) if subject.weight_given else "weight"
        sums = graph.node("Mul", sums, weight)
    parts = [sums]
    if len(level.runs) > 1:
        counts = graph.whole([count for _, count in level.runs])
        parts = graph.nodes("Split", len(level.runs), sums, counts, axis=1)
    found = [
        graph.formula(formulas[code].tree, part)
        for (code, _), part in zip(level.runs, parts, strict=True)
    ]
    return found[0] if len(found) == 1 else graph.node("Concat", *found, axis=1)


def _matrix(graph: Graph, subject: Subject, level: Level) -> str:
    """Return the matrix (sources, nodes) of a level."""
    shape = len(level.columns), level.nodes
    own = subject.weights
    given: NDArray[np.float64] = np.ones(len(level.edges)) if own is None else own[level.edges]
    cells = level.sources * level.nodes + level.targets
    if len(cells) < _DENSE * shape[0] * shape[1] and shape[0] * shape[1] > _SMALL:
        return graph.sparse(given, cells, shape)
    dense = np.zeros(shape[0] * shape[1])
    dense[cells] = given
    return graph.numbers(dense.reshape(shape))


def _model(
    graph: Graph, subject: Subject, outputs: list[tuple[str, int, int | None]], memories: int
) -> Any:
    weight = (
        ""
        if subject.weights is not None or subject.weight_given
        else f" and, if another than {subject.weight!r} is wanted, weight ()"
    )
    memory = f", memory (batch, {memories})" if memories else ""
    names = ", ".join(name for name, _, _ in outputs)
    use = [
        f"Inputs of the model: observation (batch, inputs){memory}{weight}.",
        f"Outputs of the model: {names}.",
        *(_MEMORY_USE if memories else ()),
        f"It is made of ONNX operators of set {OPSET}, and runs in ONNX Runtime and others.",
    ]
    numbers = (
        f"{'float32' if subject.single else 'float64'}. An infinite value is heard as the largest "
        "finite number of its sign; NaN makes NaN of nodes that do not hear it, too"
    )
    model = graph.model(subject.identifier, subject.network.inputs, outputs, OPSET, _IR_VERSION)
    model.doc_string = "\n".join(header(subject, use, numbers))
    about = {
        "name": subject.name,
        "task": task_name(subject),
        "digest": subject.digest,
        "inputs": json.dumps(list(subject.interface.input_names)),
        "outputs": json.dumps(list(subject.interface.output_names)),
        "classes": json.dumps(subject.interface.classes),
    }
    onnx.helper.set_model_props(model, about | ({"memories": str(memories)} if memories else {}))
    onnx.checker.check_model(model, full_check=True)
    return model
