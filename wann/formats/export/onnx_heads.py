"""What is made of outputs in ONNX: actions, classes, probabilities."""

from typing import Any

import numpy as np

from wann.formats.export.onnx_graph import Graph, onnx
from wann.formats.export.subject import Subject
from wann.tasks.gym.actions import AboveZero, Largest, Scaled

_WHOLE: int = onnx.TensorProto.INT64

# Name, type and width of an output of the model; a width of None is one number.
Output = tuple[str, int, int | None]


def add_head(graph: Graph, subject: Subject) -> list[Output]:
    """Add the nodes that make actions or classes of `output`; return what they put out."""
    interface = subject.interface
    head = interface.head
    if interface.classes:
        graph.node("Softmax", "output", axis=1, name="probability")
        assert isinstance(head, Largest)
        _largest(graph, "output", "class")
        return [
            ("class", _WHOLE, None),
            ("probability", graph.kind, subject.network.outputs),
        ]
    if isinstance(head, Largest):
        return [_groups(graph, head)]
    if isinstance(head, AboveZero):
        above = graph.node("Greater", "output", graph.numbers(0.0))
        graph.node("Cast", above, to=_WHOLE, name="action")
        return [("action", _WHOLE, subject.network.outputs)]
    if isinstance(head, Scaled):
        _scaled(graph, head)
        return [("action", graph.kind, subject.network.outputs)]
    return []


def _largest(graph: Graph, outputs: str, name: str = "", keep: bool = False) -> str:
    """Add what finds the number of the largest output: the first of equal ones, never NaN.

    NaN equals no number, so that of nothing but NaN the first is taken.
    """
    is_nan = graph.node("IsNaN", outputs)
    numbers = graph.node("Where", is_nan, graph.numbers(-np.inf), outputs)
    most = graph.node("ReduceMax", numbers, axes=[1], keepdims=1)
    ready = graph.node("Cast", graph.node("Equal", outputs, most), to=graph.kind)
    return graph.node("ArgMax", ready, axis=1, keepdims=int(keep), name=name)


def _groups(graph: Graph, head: Largest) -> Output:
    single = len(head.sizes) == 1
    if single:
        chosen = _largest(graph, "output")
        graph.node("Add", chosen, graph.whole([head.starts[0]]), name="action")
        return ("action", _WHOLE, None)
    parts = graph.nodes("Split", len(head.sizes), "output", graph.whole(head.sizes), axis=1)
    found = [_largest(graph, part, keep=True) for part in parts]
    joined = graph.node("Concat", *found, axis=1)
    graph.node("Add", joined, graph.whole(head.starts), name="action")
    return ("action", _WHOLE, len(head.sizes))


def _scaled(graph: Graph, head: Scaled) -> None:
    def row(values: Any) -> str:
        return graph.numbers(np.asarray(values, dtype=np.float64).reshape(1, -1))

    given = graph.node("Where", graph.node("IsNaN", "output"), graph.numbers(0.0), "output")
    clipped = graph.node("Clip", given, graph.numbers(-1.0), graph.numbers(1.0))
    bounded = graph.node("Add", row(head.middle), graph.node("Mul", clipped, row(head.half)))
    least, most = head.limits
    low, high = row(np.maximum(head.low, least)), row(np.minimum(head.high, most))
    if not head.bounded.all():
        free = graph.node("Max", graph.node("Min", given, high), low)
        which = graph.node("Greater", row(head.bounded), graph.numbers(0.0))
        bounded = graph.node("Where", which, bounded, free)
    bounded = graph.node("Round", bounded) if head.whole else bounded
    if head.whole or head.oversteps(single=graph.dtype == np.float32).any():
        bounded = graph.node("Max", graph.node("Min", bounded, high), low)
    graph.node("Identity", bounded, name="action")
