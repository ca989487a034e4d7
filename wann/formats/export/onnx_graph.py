"""The graph of an ONNX model while it is made: its nodes, its constants, and formulas as nodes."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.activations.expression import Expression, fold
from wann.errors import UserError

try:
    import onnx
    from onnx import TensorProto, helper, numpy_helper
except ImportError:
    raise UserError("expected onnx, which is not installed: pip install 'wann[onnx]'") from None

__all__ = ["Graph", "onnx"]

# What ONNX calls the operations of formulas, where one operator does.
_OPERATORS = {
    "add": "Add",
    "subtract": "Sub",
    "multiply": "Mul",
    "divide": "Div",
    "negative": "Neg",
    "absolute": "Abs",
    "select": "Where",
    "maximum": "Max",
    "minimum": "Min",
    "rint": "Round",
    "floor": "Floor",
    "sqrt": "Sqrt",
    "log": "Log",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "greater": "Greater",
    "less": "Less",
    "greater_equal": "GreaterOrEqual",
    "less_equal": "LessOrEqual",
}


class Graph:
    """Nodes and constants, in the order in which they are computed. Values go by name."""

    def __init__(self, single: bool) -> None:
        self.dtype = np.dtype(np.float32 if single else np.float64)
        self.kind: int = TensorProto.FLOAT if single else TensorProto.DOUBLE
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._memory: list[Any] = []
        self._optional: list[Any] = []
        self._known: dict[bytes, str] = {}  # constants that there are already

    def node(self, operator: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """Add a node with one output; return that output's name."""
        name = name or f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def nodes(self, operator: str, count: int, *inputs: str, **attributes: Any) -> list[str]:
        """Add a node with several outputs; return their names."""
        names = [f"{operator.lower()}_{len(self._nodes)}_{i}" for i in range(count)]
        self._nodes.append(helper.make_node(operator, list(inputs), names, **attributes))
        return names

    def numbers(self, values: ArrayLike) -> str:
        """Return the name of a constant in the precision of the graph."""
        with np.errstate(over="ignore"):  # a bound beyond all floats is none
            return self._constant(np.asarray(values, dtype=self.dtype))

    def whole(self, values: "Sequence[int] | NDArray[np.int64]") -> str:
        """Return the name of a constant of whole numbers."""
        return self._constant(np.asarray(values, dtype=np.int64))

    def sparse(
        self, values: NDArray[np.float64], cells: NDArray[np.int64], shape: tuple[int, int]
    ) -> str:
        """Return the name of a constant matrix, stored as its `values` in some flat `cells`."""
        order = np.argsort(cells)
        stored = numpy_helper.from_array(values[order].astype(self.dtype), "values")
        indices = numpy_helper.from_array(cells[order], "cells")
        matrix = helper.make_sparse_tensor(stored, indices, list(shape))
        # Not a sparse initializer: the checker cannot tell the shape of one
        return self.node("Constant", sparse_value=matrix)

    def remembered(self, memories: int) -> str:
        """Add the input of what is remembered (batch, memories); return its name."""
        info = helper.make_tensor_value_info("memory", self.kind, ["batch", memories])
        self._memory.append(info)
        return "memory"

    def optional(self, name: str, value: float) -> None:
        """Add an input of one number that has a value where it is not given."""
        self._constants.append(numpy_helper.from_array(np.array(value, dtype=self.dtype), name))
        self._optional.append(helper.make_tensor_value_info(name, self.kind, []))

    def formula(self, tree: Expression, x: str) -> str:
        """Return the name of what a formula makes of `x`."""
        operations: dict[str, Callable[..., str]] = {
            name: partial(self.node, operator) for name, operator in _OPERATORS.items()
        }
        operations |= {"exp": self._exp, "sin_pi": self._sin_pi, "cos_pi": self._cos_pi}
        return fold(tree, x, self.numbers, operations)

    def model(
        self,
        name: str,
        inputs: int,
        outputs: list[tuple[str, int, int | None]],
        opset: int,
        ir_version: int,
    ) -> Any:
        """Return the model.

        Args:
            name: Of the graph.
            inputs: Numbers in an observation.
            outputs: Name, type and width of each output; None: one number for each observation.
            opset: The set of operators.
            ir_version: The version of the format.
        """
        observation = helper.make_tensor_value_info("observation", self.kind, ["batch", inputs])
        graph = helper.make_graph(
            self._nodes,
            name,
            [observation, *self._memory, *self._optional],
            [
                helper.make_tensor_value_info(
                    output, kind, ["batch"] if width is None else ["batch", width]
                )
                for output, kind, width in outputs
            ],
            self._constants,
        )
        return helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", opset)],
            ir_version=ir_version,
            producer_name="wann",
        )

    def _constant(self, array: NDArray[Any]) -> str:
        key = repr((array.dtype.str, array.shape)).encode() + array.tobytes()
        if key not in self._known:
            self._known[key] = f"number_{len(self._known)}"
            self._constants.append(numpy_helper.from_array(array, self._known[key]))
        return self._known[key]

    def _exp(self, x: str) -> str:
        limit = 87.0 if self.dtype == np.float32 else 708.0
        return self.node("Exp", self.node("Clip", x, self.numbers(-limit), self.numbers(limit)))

    def _turns(self, x: str) -> str:
        """Return `x` less the even number next to it: sines of pi times both are the same."""
        two = self.numbers(2.0)
        half = self.node("Round", self.node("Div", x, two))
        return self.node("Sub", x, self.node("Mul", half, two))

    def _sin_pi(self, x: str) -> str:
        return self.node("Sin", self.node("Mul", self._turns(x), self.numbers(np.pi)))

    def _cos_pi(self, x: str) -> str:
        # The sine of what is missing to a right angle: not all runtimes have a cosine of float64
        missing = self.node("Sub", self.numbers(0.5), self.node("Abs", self._turns(x)))
        return self.node("Sin", self.node("Mul", missing, self.numbers(np.pi)))
