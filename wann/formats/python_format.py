'''A network as one Python file that needs nothing but the standard library.

The file computes the same bits as `wann.kernels`: the polynomials of `wann.maths` in Python's floats, which are the
same IEEE 754 doubles, and sums in the same order. A test compares the two.
'''

import textwrap
from collections.abc import Iterable

import numpy as np

from wann.activations import Activation
from wann.formats.network_file import NetworkFile, check
from wann.network import Network, compile_with_genes

_WIDTH = 110


def dumps(file: NetworkFile, name: str, weight: float = 1.0) -> str:
    """Return the source of a Python file with a function `act(observation, weight=...)` that returns the outputs.

    `name` is what the file calls the network. The default weights are those of `file`, or, where it has none, the
    shared `weight`. Connections that lead to no output are left out.
    """
    check(file)
    if not np.isfinite(weight):
        raise ValueError(f"the shared weight must be finite, got {weight}")
    network, gene = compile_with_genes(file.genome)
    default = repr(float(weight)) if file.weights is None else f"[{_listing(file.weights[gene].tolist())}]"
    parts = [
        _docstring(file, network, name),
        "import math\n",
        _wrapped(f"WEIGHT = {default}", ""),
        *_functions(network),
        _TOTAL,
        _ACT.format(
            inputs=_count(network.inputs, "number"),
            outputs=_count(network.outputs, "number"),
            connections=network.connections,
            body="".join(_body(network)),
        ),
        f'if __name__ == "__main__":\n    print(act([0.5] * {network.inputs}))\n',
    ]
    return "\n\n".join(parts).replace('"""\n\n\nimport', '"""\n\nimport').replace("math\n\n\nWEIGHT", "math\n\nWEIGHT")


def _docstring(file: NetworkFile, network: Network, name: str) -> str:
    title = _quoted(name) + (f", a network for the task {_quoted(file.task)}" if file.task else ", a network")
    sizes = ", ".join(
        (
            _count(network.inputs, "input"),
            _count(network.hidden, "hidden node"),
            _count(network.outputs, "output"),
            _count(network.connections, "connection"),
        )
    )
    return f'"""{title}: {sizes}.\n\n{_ABOUT}"""\n'
