"""A network as one Python file that needs nothing but the standard library.

The file computes the same bits as `wann.kernels`: it has the polynomials of `wann.kernels.maths` in
Python's floats, which are the same IEEE 754 doubles, and sums in the same order. A test compares
the two.
"""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from wann.activations.expression import X
from wann.activations.table import by_code
from wann.formats.export.formulas import function_name
from wann.formats.export.header import count, in_docstring
from wann.formats.network_file import NetworkFile, check
from wann.formats.python_functions import functions as functions_of
from wann.network.compile import compile_with_genes
from wann.network.network import Network
from wann.tasks.spec import shown_spec

_WIDTH = 110


class Surroundings(NamedTuple):
    """What a file says and does around the forward pass."""

    about: str  # lines of the docstring
    function: str  # what the forward pass is called
    inputs: str  # what is read of `observation`
    functions: Sequence[str]  # that follow upon the forward pass


def dumps(
    file: NetworkFile, name: str, weight: float = 1.0, around: Surroundings | None = None
) -> str:
    """Return the source of a Python file that computes a network.

    Args:
        file: The network. Its weights are the default ones.
        name: What the file calls the network.
        weight: The default, which all connections share, where `file` has no weights.
        around: What the file says and does besides. None: its function `act(observation,
            weight=...)` returns the outputs.

    Connections that lead to no output are left out. ValueError if the weight is not finite, or
    `file` holds no valid network.
    """
    check(file)
    if not np.isfinite(weight):
        raise ValueError(f"the shared weight must be finite, got {weight}")
    network, gene = compile_with_genes(file.genome)
    used = [by_code(code) for code in np.unique(network.activation).tolist()]
    functions = list(functions_of(used))
    head = [f'"""{around.about}"""\n' if around else _docstring(file, network, name)]
    function = around.function if around else "act"
    further = around.functions if around else ()
    if any("math." in text for text in (*functions, *further)):
        head.append("import math\n")
    if file.weights is None:
        head.append(f"WEIGHT = {float(weight)!r}\n")
    else:
        head.append(_wrapped("WEIGHT = [", map(repr, file.weights[gene].tolist()), "]"))
    act = _ACT.format(
        function=function,
        inputs=count(network.inputs, "number"),
        outputs=count(network.outputs, "number"),
        connections=network.connections,
        body="".join(_body(network, around.inputs if around else "map(float, observation)")),
    )
    main = f'if __name__ == "__main__":\n    print({function}([0.5] * {network.inputs}))\n'
    kept = len(network.remembered)
    memory = [_MEMORY.format(kept=count(kept, "number"), zeros=f"[0.0] * {kept}")] if kept else []
    return "\n\n".join(["\n".join(head), *functions, _TOTAL, *memory, act, *further, main])


def _docstring(file: NetworkFile, network: Network, name: str) -> str:
    title = in_docstring(name) + (
        f", for the task {in_docstring(shown_spec(file.task))}" if file.task else ""
    )
    sizes = [
        count(network.inputs, "input"),
        count(network.hidden, "hidden node"),
        count(network.outputs, "output"),
        count(network.connections, "connection"),
    ]
    about = "\n".join([_ABOUT, *RECURRENT_USE, ""]) if network.recurrent else _ABOUT
    return f'"""{title}: a network of {", ".join(sizes)}.\n\n{about}"""\n'


def _body(network: Network, inputs: str) -> Iterator[str]:
    """Yield the lines of the forward pass, which read `inputs` and compute the nodes."""
    observed = [f"x{i}" for i in range(1, 1 + network.inputs)]
    hidden = [f"h{i}" for i in range(1, 1 + network.hidden)]
    answers = [f"y{i}" for i in range(1, 1 + network.outputs)]
    names = ["bias", *observed, *hidden, *answers]
    kept = network.remembered.tolist()
    sources = [names[row] if row >= 0 else f"{names[~row]}_before" for row in network.source]
    starts = network.edge_start.tolist()
    yield "    bias = 1.0\n"
    yield _wrapped("    [", observed, f"] = {inputs}")
    if kept:
        yield _wrapped("    [", [f"{names[row]}_before" for row in kept], "] = MEMORY")
    for node, activation in enumerate(network.activation.tolist()):
        first, last = starts[node], starts[node + 1]
        call = f"    {names[1 + network.inputs + node]} = "
        end = ")"
        if by_code(activation).tree != X:
            call, end = f"{call}{function_name(by_code(activation))}(", "))"
        yield _wrapped(f"{call}total(", ["w", str(first), *sources[first:last]], end)
    if kept:
        yield _wrapped("    MEMORY[:] = [", [names[row] for row in kept], "]")
    yield _wrapped("    return [", answers, "]")


def _wrapped(start: str, items: Iterable[str], end: str) -> str:
    """Return `start`, the items and `end`, broken into lines between items, as brackets allow."""
    indent = " " * (len(start) - len(start.lstrip()))
    lines = textwrap.wrap(
        f"{start.lstrip()}{', '.join(items)}{end}",
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines) + "\n"


_ABOUT = """Written by wann, which computes the same values to the last bit. Needs only Python.

    act(observation)          the outputs, a list, with the weights WEIGHT
    act(observation, 0.8)     with 0.8 as the weight of every connection
    act(observation, [...])   with a weight for each connection: in `total(w, 5, x1, h2)` \
below, weight number 5,
                              counted from 0, is that of x1 and number 6 that of h2
"""

# What recurrent networks take besides, for the head of a file
RECURRENT_USE = (
    "It remembers the step before, in MEMORY: call reset() before each episode. A module has",
    "one memory: it plays one episode at a time.",
)

_MEMORY = '''\
# What recurrent connections read: {kept}, each the value of a node one step before.
MEMORY = {zeros}


def reset():
    """Forget the steps before, as at the start of an episode."""
    MEMORY[:] = {zeros}
'''

_TOTAL = '''\
def total(weight, first, *values):
    """Return the weighted sum of `values`, whose connections have the numbers `first`, \
`first` + 1, ..."""
    if isinstance(weight, list):
        result = 0.0
        for number, value in enumerate(values, first):
            result += weight[number] * value
        return result
    if not values:
        return 0.0
    result = values[0]
    for value in values[1:]:
        result += value
    return result * weight
'''

_ACT = '''\
def {function}(observation, weight=WEIGHT):
    """Return the outputs, a list of {outputs}, for an observation of {inputs}."""
    w = [float(value) for value in weight] if hasattr(weight, "__len__") else float(weight)
    if isinstance(w, list) and len(w) != {connections}:
        raise ValueError(f"expected one weight or a list of {connections}, \
got a list of {{len(w)}}")
{body}'''
